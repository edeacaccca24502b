"""Draws the data of a chart as PNG, with matplotlib, which is imported when the first chart is drawn.

Nothing is left to the library that depends on the computer: lengths are worked out here, in inches, from widths of
characters that are the same everywhere; its settings are its own defaults and nobody's; and the typeface is one file. So the same data, the
same typeface and the same matplotlib give the same bytes. Black and white print is meant: looks differ in grey and pattern.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from functools import cache
from importlib import metadata
from importlib.util import find_spec
from typing import Any

from compiler.charts.fonts import NotDrawn, Typeface, digest_of, find_typeface, folders
from compiler.charts.program import ChartData
from compiler.charts.shapes import bars, beside, columns, fits_upright, lines, remark, zeros
from compiler.charts.sheet import WIDTH, Sheet
from compiler.named import NamedTuple


class Drawn(NamedTuple):
    """A chart as a picture."""

    png: bytes
    width: int
    height: int
    """As it is to be shown, in pixels of 1/96 inch; it has `DENSITY` times as many each way."""
    typeface: str
    """Its family."""
    font_sha256: str
    library: str
    missing: str
    """Characters that the typeface does not have; an empty box stands for each."""


def draw(data: ChartData) -> Drawn:
    """Draw a chart. Raises `NotDrawn` when the library or every typeface with Chinese characters is missing."""
    tools = _tools()
    typeface = find_typeface(folders())
    known = _characters(typeface)
    if data.shape == "column":
        upright = beside(data)
        data = upright if fits_upright(upright) else data._replace(shape="bar")
    missing = "".join(
        sorted({mark for text in _texts(data) for mark in text if ord(mark) not in known and mark != "\n"})
    )
    with warnings.catch_warnings(), tools.rc_context(_defaults(tools)):
        warnings.simplefilter("ignore")  # a character that is missing: told by `missing`
        said = zeros(data)
        if said:
            data = data._replace(series=(), unit="")
        sheet = Sheet(tools, typeface, len(data.series) > 1 or bool(data.unit), data.note)
        if said:
            remark(sheet, said)
        else:
            {"bar": bars, "column": columns, "line": lines}[data.shape](sheet, data)
        png = sheet.png(data)
    digest, library = digest_of(typeface.path), f"matplotlib {tools.__version__}"
    return Drawn(png, WIDTH, sheet.shown_height, typeface.family, digest, library, missing)


NOTHING = Drawn(b"", WIDTH, WIDTH, "", "", "", "")
"""For where nobody sees it."""


def look() -> Drawn:
    """Nothing, drawn in no time. Raises `NotDrawn` where `draw` would, as far as can be told without the library."""
    if find_spec("matplotlib") is None or find_spec("PIL") is None:
        raise _no_library()
    find_typeface(folders())
    return NOTHING


def _no_library() -> NotDrawn:
    return NotDrawn(
        "这台电脑上没有装画图的程序（matplotlib），图没有画，数据印成了表",
        "请管电脑的人装上：pip install 'chengwen[charts]'；再运行一次",
    )


_CANNOT = ("没有", "字体读不出来")


def can_draw(key: str) -> bool:
    """Whether `key`, as `drawn_with` gives it, names what charts are drawn with, and not that they cannot be."""
    return not key.startswith(_CANNOT)


@cache
def drawn_with() -> str:
    """What charts are drawn with on this computer, or that it cannot: where it is the same, the same data gives the same bytes.

    Looked for once; the library is not imported. It takes as long as reading the typeface.
    """
    try:
        libraries = " ".join(f"{name} {metadata.version(name)}" for name in ("matplotlib", "pillow"))
    except metadata.PackageNotFoundError:
        return "没有 matplotlib"
    try:
        typeface = find_typeface(folders())
        return f"{typeface.family}（{digest_of(typeface.path)[:16]} {typeface.face}，{libraries}）"
    except NotDrawn:
        return f"没有中文字体（{libraries}）"
    except OSError:
        return f"字体读不出来（{libraries}）"


@cache
def _tools() -> Any:
    """The library. Raises `NotDrawn` when it is not installed."""
    try:
        import matplotlib
        import matplotlib.backends.backend_agg
        import matplotlib.figure
        import matplotlib.ft2font
        from PIL import Image  # noqa: F401 - a part of it is of no use
    except ImportError:
        raise _no_library() from None
    return matplotlib


def _defaults(tools: Any) -> dict[str, Any]:
    """The library's settings without those of this computer's user; asking for one of them would import half of the rest."""
    return {key: tools.rcParamsDefault[key] for key in tools.rcParamsDefault if key != "backend"}


@cache
def _characters(typeface: Typeface) -> frozenset[int]:
    from matplotlib.ft2font import FT2Font

    try:
        return frozenset(FT2Font(typeface.path, face_index=typeface.face).get_charmap())
    except (RuntimeError, OSError):
        raise NotDrawn(
            f"字体文件读不出来：{typeface.path}，图没有画，数据印成了表", "重新安装这种字体，或者删去这个文件"
        ) from None


def _texts(data: ChartData) -> Iterator[str]:
    yield from (data.unit, data.note, *data.series)
    for item in data.items:
        yield item.name
        yield from (point.text for point in item.points)
