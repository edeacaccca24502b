"""How wide words are and where they are broken, the same on every computer; lengths in inches."""

from __future__ import annotations

from collections.abc import Iterator

SIZE, SMALL = 9.0, 8.0
"""Letters of labels and of values, in points."""
LINE = 0.155
"""From a line of a label to the next."""
THICK = (0.17, 0.15)
"""Of a bar that lies alone, and of one among several."""
_LONGEST = 13
"""Wide characters of a label in one line."""


def ems(text: str) -> float:
    """The width of a line in ems: a Chinese character is one, a digit a little more than half."""
    return sum(
        1.0 if ord(mark) > 0x2E7F or mark in "—…“”‘’" else 0.32 if mark in ".,:;|' " else 0.6 for mark in text
    )


def inches(text: str, size: float) -> float:
    """The width of a line in letters of so many points."""
    return ems(text) * size / 72


def wrapped(text: str, most: float = _LONGEST) -> str:
    """A label in lines of at most so many ems; digits and letters stay together."""
    lines, line = [], ""
    for piece in _unbroken(text):
        if line and ems(line + piece) > most:
            lines.append(line)
            line = ""
        line += piece
    return "\n".join([*lines, line])


def _unbroken(text: str) -> Iterator[str]:
    piece = ""
    for mark in text:
        if piece and not (mark.isascii() and piece[-1].isascii()) and mark not in "）》”、，年":
            yield piece
            piece = ""
        piece += mark
    yield piece


def row_height(label: str, series: int) -> float:
    """The height of an item, its label wrapped, among bars that lie."""
    several = series > 1
    bars = THICK[several] * series
    return max(bars, (label.count("\n") + 1) * LINE) + (0.08 if several else 0.06)
