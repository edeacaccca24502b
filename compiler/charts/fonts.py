"""Finds a typeface with Chinese characters on this computer, by a list: the first of them that is there."""

from __future__ import annotations

import hashlib
import os
from functools import cache
from pathlib import Path

from compiler.diagnostics import Code
from compiler.named import NamedTuple

_SANS, _SERIF = "Noto Sans CJK SC", "Noto Serif CJK SC"
TYPEFACES: tuple[tuple[str, str, int], ...] = (
    # A collection holds a typeface for each region; another's has other forms of some characters.
    (_SANS, "NotoSansCJK-Regular.ttc", 2),
    (_SANS, "NotoSansCJKsc-Regular.otf", 0),
    ("Noto Sans SC", "NotoSansSC-Regular.otf", 0),
    ("Noto Sans SC", "NotoSansSC-Regular.ttf", 0),
    ("思源黑体", "SourceHanSansSC-Regular.otf", 0),
    ("思源黑体", "SourceHanSansCN-Regular.otf", 0),
    ("微软雅黑", "msyh.ttc", 0),
    ("微软雅黑", "msyh.ttf", 0),
    ("黑体", "simhei.ttf", 0),
    ("等线", "Deng.ttf", 0),
    ("宋体", "simsun.ttc", 0),
    ("华文黑体", "STHeiti Light.ttc", 1),
    ("冬青黑体", "Hiragino Sans GB.ttc", 0),
    ("文泉驿微米黑", "wqy-microhei.ttc", 0),
    ("文泉驿正黑", "wqy-zenhei.ttc", 0),
    (_SERIF, "NotoSerifCJK-Regular.ttc", 2),
    ("Droid Sans Fallback", "DroidSansFallbackFull.ttf", 0),
)
"""What it is called, its file, and which of the file's typefaces it is; sans serif first, as small letters are read better."""
WANTED = "思源黑体（Noto Sans CJK SC）、微软雅黑、黑体、宋体、文泉驿微米黑"


class Typeface(NamedTuple):
    """One that charts are drawn with."""

    family: str
    path: str
    face: int
    """Which of the typefaces of its file."""


class NotDrawn(Exception):
    """This computer cannot draw a chart; the message says why in words of an office."""

    def __init__(self, message: str, hint: str) -> None:
        super().__init__(message)
        self.hint, self.code = hint, Code.CHART_NOT_DRAWN


def folders() -> tuple[str, ...]:
    """Where the systems that we know of keep typefaces, whether or not this is one of them."""
    own, windows, mac = Path.home(), os.environ.get("WINDIR", ""), "Library/Fonts"
    shared = os.environ.get("XDG_DATA_DIRS", "").split(os.pathsep)
    found = [
        *([os.path.join(windows, "Fonts")] if windows else []),
        *(
            [os.path.join(local, "Microsoft/Windows/Fonts")]
            if (local := os.environ.get("LOCALAPPDATA"))
            else []
        ),
        *(f"{root}{mac}" for root in ("/System/", "/")),
        str(own / mac),
        os.path.join(os.environ.get("XDG_DATA_HOME") or str(own / ".local/share"), "fonts"),
        str(own / ".fonts"),
        "/usr/share/fonts",
        "/usr/local/share/fonts",
        *(f"{each}/fonts" for each in shared if each),
    ]
    return tuple(dict.fromkeys(found))


@cache
def find_typeface(places: tuple[str, ...]) -> Typeface:
    """The first typeface of the list that there is in these folders; looked for once.

    Raises `NotDrawn` when there is none.
    """
    wanted = {name for _, name, _ in TYPEFACES}
    files: dict[str, str] = {}
    for place in places:
        for folder, inner, names in os.walk(place):
            inner.sort()
            for name in sorted(wanted.intersection(names)):
                files.setdefault(name, os.path.join(folder, name))
    for family, name, face in TYPEFACES:
        if name in files:
            return Typeface(family, files[name], face)
    raise NotDrawn(
        "电脑上没有画图用的中文字体，图没有画，数据印成了表", f"装上其中一种：{WANTED}；再运行一次"
    )


@cache
def digest_of(path: str) -> str:
    """SHA-256 of a file; read once. Raises `OSError`."""
    with open(path, "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
