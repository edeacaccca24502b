"""Draws the data of a chart as PNG, with matplotlib, which is imported when the first chart is drawn.

Nothing is left to the library that depends on the computer: lengths are worked out here, in inches, from widths of
characters that are the same everywhere; its settings are its own defaults and nobody's; and the typeface is one file. So the same data, the
same typeface and the same matplotlib give the same bytes. Black and white print is meant: looks differ in grey and pattern.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from functools import cache
from io import BytesIO
from typing import TYPE_CHECKING, Any, NamedTuple

from compiler.charts.fonts import NotDrawn, Typeface, find_typeface, folders
from compiler.charts.lines import LINE, SIZE, SMALL, THICK, inches, row_height, wrapped
from compiler.charts.program import ChartData, Item, Point

if TYPE_CHECKING:
    from matplotlib.axes import Axes

WIDTH = 590
"""Of every chart, in pixels of 1/96 inch: the 156 millimetres of text in a line (GB/T 9704, 5.2)."""
DENSITY = 2
"""Pixels drawn for each of those, across and down."""
_DPI = 96
_INK, _RULE = "#222222", "#555555"
_WAITING = "#fff2a8"
_LOOKS = (("#27496d", ""), ("#c5d0dc", ""), ("#ffffff", "////"), ("#8494a5", ""))
"""Colour and pattern of each series; their greys are 27, 81, 100 (with lines) and 57 percent."""
_LINES = (("#27496d", "-", "o"), ("#5b6b7b", "--", "s"))
_GAP = 0.06


class Drawn(NamedTuple):
    """A chart as a picture."""

    png: bytes
    width: int
    height: int
    """As it is to be shown, in pixels of 1/96 inch; it has `DENSITY` times as many each way."""
    typeface: Typeface | None
    """None when nothing was drawn, as nobody asks for it."""
    library: str
    missing: str
    """Characters that the typeface does not have; an empty box stands for each."""


def draw(data: ChartData) -> Drawn:
    """Draw a chart. Raises `NotDrawn` when the library or every typeface with Chinese characters is missing."""
    tools = _tools()
    typeface = find_typeface(folders())
    known = _characters(typeface)
    if data.shape == "column" and not _fits_upright(data):
        data = data._replace(shape="bar")
    missing = "".join(
        sorted({mark for text in _texts(data) for mark in text if ord(mark) not in known and mark != "\n"})
    )
    with warnings.catch_warnings(), tools.rc_context(_defaults(tools)):
        warnings.simplefilter("ignore")  # a character that is missing: told by `missing`
        sheet = _Sheet(tools, typeface, len(data.series) > 1 or bool(data.unit), bool(data.note))
        {"bar": _bars, "column": _columns, "line": _lines}[data.shape](sheet, data)
        png = sheet.png(data)
    return Drawn(png, WIDTH, round(sheet.height * _DPI), typeface, f"matplotlib {tools.__version__}", missing)


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
        raise NotDrawn(
            "这台电脑上没有装画图的程序（matplotlib），图没有画，数据印成了表",
            "请管电脑的人装上：pip install 'chengwen[charts]'；再运行一次",
        ) from None
    return matplotlib


def _defaults(tools: Any) -> dict[str, Any]:
    """The library's settings without those of this computer's user; asking for one of them would import half of the rest."""
    return {key: tools.rcParamsDefault[key] for key in tools.rcParamsDefault if key != "backend"}


@cache
def _characters(typeface: Typeface) -> frozenset[int]:
    from matplotlib.ft2font import FT2Font

    return frozenset(FT2Font(typeface.path, face_index=typeface.face).get_charmap())


def _texts(data: ChartData) -> Iterator[str]:
    yield from (data.unit, data.note, *data.series)
    for item in data.items:
        yield item.name
        yield from (point.text for point in item.points)


# Widths ----------------------------------------------------------------------------------


def _fits_upright(data: ChartData) -> bool:
    """Whether the values have room above columns that stand side by side; if not, bars lie."""
    return _column_pitch(data) * len(data.items) <= WIDTH / _DPI - 0.1


def _column_pitch(data: ChartData) -> float:
    widest = max(0.0 if point.waits else inches(point.text, SMALL) for _, _, point in _points(data))
    return max(0.3, widest + 0.04) * len(data.series) + 0.25


# The sheet -------------------------------------------------------------------------------


class _Sheet:
    """A figure on which everything is placed in inches, from the upper left corner down."""

    def __init__(self, tools: Any, typeface: Typeface, head: bool, note: bool) -> None:
        self.width = WIDTH / _DPI
        self.top = 0.3 if head else 0.08
        self.foot = 0.25 if note else 0.05
        self.height = 0.0
        self._tools, self._typeface = tools, typeface
        self._fonts: dict[float, Any] = {}

    def begin(self, height: float) -> Axes:
        """The place to draw in: so many inches of it, beside head and foot."""
        self.height = round((self.top + height + self.foot) * _DPI) / _DPI
        self.figure = self._tools.figure.Figure(
            figsize=(self.width, self.height), dpi=_DPI * DENSITY, facecolor="white"
        )
        self._tools.backends.backend_agg.FigureCanvasAgg(self.figure)
        self.axes = self.figure.add_axes((0, 0, 1, 1))
        self.axes.set_axis_off()
        self.axes.set_xlim(0, self.width)
        self.axes.set_ylim(self.height, 0)
        return self.axes  # type: ignore[no-any-return]

    def text(
        self,
        x: float,
        y: float,
        words: str,
        size: float,
        across: str,
        down: str = "center_baseline",
        waits: bool = False,
    ) -> None:
        """Words at a place; `across` and `down` say which point of them stands there."""
        font = self._fonts.get(size)
        if font is None:
            from matplotlib.font_manager import FontPath, FontProperties

            path = FontPath(self._typeface.path, self._typeface.face)
            font = self._fonts[size] = FontProperties(fname=path, size=size)
        box = {"facecolor": _WAITING, "edgecolor": "none", "pad": 1.0} if waits else None
        self.axes.text(
            x,
            y,
            words,
            fontproperties=font,
            color=_INK,
            ha=across,
            va=down,
            parse_math=False,
            bbox=box,
            linespacing=1.15,
        )

    def rule(self, x: tuple[float, float], y: tuple[float, float]) -> None:
        """A thin line: the zero that everything is measured from."""
        self.axes.plot(x, y, color=_RULE, linewidth=0.8, solid_capstyle="butt", zorder=3)

    def png(self, data: ChartData) -> bytes:
        """The picture, in as few bytes as its few colours need."""
        self._head(data)
        if data.note:
            self.text(0.05, self.height - 0.1, f"注：{data.note}。", SMALL, "left")
        from PIL import Image

        canvas: Any = self.figure.canvas
        canvas.draw()
        size = canvas.get_width_height()
        image = Image.frombuffer("RGBA", size, canvas.buffer_rgba(), "raw", "RGBA", 0, 1).convert("RGB")
        out = BytesIO()
        image.quantize(64, Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE).save(
            out, "PNG", dpi=(_DPI * DENSITY, _DPI * DENSITY)
        )
        return out.getvalue()

    def _head(self, data: ChartData) -> None:
        x = 0.05
        if len(data.series) > 1:
            for index, name in enumerate(data.series):
                if data.shape == "line":
                    colour, style, marker = _LINES[index]
                    self.axes.plot(
                        (x, x + 0.3),
                        (0.13, 0.13),
                        color=colour,
                        linestyle=style,
                        marker=marker,
                        markersize=4,
                        markevery=[1],
                        linewidth=1.4,
                    )
                    x += 0.38
                else:
                    self.bar(x, 0.075, 0.2, 0.11, index)
                    x += 0.26
                self.text(x, 0.13, name, SIZE, "left")
                x += inches(name, SIZE) + 0.2
        if data.unit:
            self.text(self.width - 0.05, 0.13, f"单位：{data.unit}", SIZE, "right")

    def bar(self, x: float, y: float, width: float, height: float, series: int) -> None:
        """A bar from its upper left corner."""
        colour, pattern = _LOOKS[series]
        self.axes.bar(
            x,
            height,
            width,
            y,
            align="edge",
            facecolor=colour,
            edgecolor=_LOOKS[0][0],
            hatch=pattern,
            linewidth=0.5,
        )


class _Scale(NamedTuple):
    """Where on an axis of so many inches a number stands."""

    zero: float
    factor: float

    def __call__(self, number: Any) -> float:
        return self.zero + float(number) * self.factor


def _scale(
    start: float, room: float, data: ChartData, before: float, after: float, always: bool = False
) -> _Scale:
    """Everything from the least to the greatest and zero, with so much room for words after, and before
    where something is negative, or `always`.
    """
    numbers = [
        float(point.number) for item in data.items for point in item.points if point.number is not None
    ]
    low, high = min([0.0, *numbers]), max([0.0, *numbers])
    before = before if low < 0 or always else 0.0
    factor = (room - before - after) / (high - low) if high > low else 0.0
    return _Scale(start + before - low * factor, factor)


def _points(data: ChartData) -> Iterator[tuple[int, int, Point]]:
    for row, item in enumerate(data.items):
        for index, point in enumerate(item.points):
            yield row, index, point


def _widest(data: ChartData, negative: bool) -> float:
    widths = (
        inches(point.text, SMALL)
        for _, _, point in _points(data)
        if (point.number is not None and point.number < 0) is negative
    )
    return max(widths, default=0.0) + _GAP * 2


# The three shapes ------------------------------------------------------------------------


def _bars(sheet: _Sheet, data: ChartData) -> None:
    """Bars that lie under one another: names of any length have room, and so do many items."""
    thick = THICK[len(data.series) > 1]
    labels = [wrapped(item.name) for item in data.items]
    label_width = max(inches(line, SIZE) for label in labels for line in label.split("\n")) + _GAP
    heights = [row_height(label, len(data.series)) for label in labels]
    sheet.begin(sum(heights) + 0.05)
    start = 0.05 + label_width
    scale = _scale(start, sheet.width - 0.05 - start, data, _widest(data, True), _widest(data, False))
    y = sheet.top
    for item, label, height in zip(data.items, labels, heights, strict=True):
        sheet.text(start - _GAP, y + height / 2, label, SIZE, "right", "center")
        first = y + (height - thick * len(data.series)) / 2
        for index, point in enumerate(item.points):
            _lying(sheet, point, index, first + thick * index, thick, scale)
        y += height
    sheet.rule((scale.zero, scale.zero), (sheet.top, y))


def _lying(sheet: _Sheet, point: Point, index: int, y: float, thick: float, scale: _Scale) -> None:
    end = scale.zero if point.number is None else scale(point.number)
    if point.number:
        sheet.bar(min(scale.zero, end), y, abs(end - scale.zero), thick, index)
    before = point.number is not None and point.number < 0
    x = end - _GAP if before else end + _GAP
    sheet.text(
        x, y + thick / 2, point.text, SMALL, "right" if before else "left", "center_baseline", point.waits
    )


def _columns(sheet: _Sheet, data: ChartData) -> None:
    """Columns side by side."""
    pitch = min((WIDTH / _DPI - 0.1) / len(data.items), max(1.4, _column_pitch(data)))
    start = (WIDTH / _DPI - pitch * len(data.items)) / 2
    zero, scale, bottom = _upright(sheet, data, pitch, start)
    wide = min(0.6, (pitch - 0.2) / len(data.series))
    for row, index, point in _points(data):
        x = start + pitch * (row + 0.5) + wide * (index - len(data.series) / 2)
        end = zero if point.number is None else scale(point.number)
        if point.number:
            sheet.bar(x + 0.02, min(zero, end), wide - 0.04, abs(end - zero), index)
        below = point.number is not None and point.number < 0
        sheet.text(
            x + wide / 2,
            end + (0.05 if below else -0.05),
            point.text,
            SMALL,
            "center",
            "top" if below else "bottom",
            point.waits,
        )
    _names(sheet, data.items, start, pitch, bottom)


def _lines(sheet: _Sheet, data: ChartData) -> None:
    """A line for each series; what is no number leaves a gap in it."""
    pitch = (WIDTH / _DPI - 0.1) / len(data.items)
    zero, scale, bottom = _upright(sheet, data, pitch, 0.05)
    told = _column_pitch(data._replace(series=data.series[:1])) <= pitch + 0.2
    for index in range(len(data.series)):
        colour, style, marker = _LINES[index]
        across = [0.05 + pitch * (row + 0.5) for row in range(len(data.items))]
        points = [item.points[index] for item in data.items]
        down = [float("nan") if point.number is None else scale(point.number) for point in points]
        sheet.axes.plot(
            across, down, color=colour, linestyle=style, marker=marker, markersize=4, linewidth=1.4
        )
        for row, (x, point) in enumerate(zip(across, points, strict=True)):
            if told or row in (0, len(points) - 1) or point.waits:
                other = data.items[row].points[1 - index].number if len(data.series) > 1 else None
                over = other is None or point.number is None or (point.number, -index) > (other, index - 1)
                y = zero if point.number is None else scale(point.number)
                sheet.text(
                    x,
                    y - 0.07 if over else y + 0.07,
                    point.text,
                    SMALL,
                    "center",
                    "bottom" if over else "top",
                    point.waits,
                )
    _names(sheet, data.items, 0.05, pitch, bottom)


def _upright(sheet: _Sheet, data: ChartData, pitch: float, start: float) -> tuple[float, _Scale, float]:
    """Begin a sheet on which values go up; gives where zero is, the scale, and where the names begin."""
    lines = max(wrapped(item.name, _name_ems(pitch)).count("\n") + 1 for item in data.items)
    room = 2.3
    sheet.begin(room + 0.1 + lines * LINE)
    top = sheet.top
    flipped = _scale(0.0, room, data, 0.25, 0.25, data.shape == "line" and len(data.series) > 1)
    scale = _Scale(top + room - flipped.zero, -flipped.factor)
    sheet.rule((start, start + pitch * len(data.items)), (scale.zero, scale.zero))
    return scale.zero, scale, top + room + 0.05


def _name_ems(pitch: float) -> float:
    return max(2.0, (pitch - 0.08) * 72 / SIZE)


def _names(sheet: _Sheet, items: tuple[Item, ...], start: float, pitch: float, y: float) -> None:
    for row, item in enumerate(items):
        sheet.text(
            start + pitch * (row + 0.5), y, wrapped(item.name, _name_ems(pitch)), SIZE, "center", "top"
        )
