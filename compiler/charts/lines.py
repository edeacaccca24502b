"""How wide words are and where they are broken, the same on every computer; lengths in inches."""

from __future__ import annotations

from collections.abc import Iterator

SIZE, SMALL = 9.5, 9.0
"""Letters of labels and of values, in points as printed: 小五, which is 9, is the least that is read on paper."""
LINE = 0.165
"""From a line of a label to the next."""
THICK = (0.18, 0.16)
"""Of a bar that lies alone, and of one among several."""
_LONGEST = 13
"""Wide characters of a label in one line."""
_MOST_LINES = 4
"""Of a label; the data beside the chart has all of it."""
_LONGEST_WORD = 12
"""Letters or digits that stay together."""


def ems(text: str) -> float:
    """The width of a line in ems: a Chinese character is one, a digit a little more than half."""
    return sum(
        1.0 if ord(mark) > 0x2E7F or mark in "—…“”‘’" else 0.32 if mark in ".,:;|' " else 0.6 for mark in text
    )


def inches(text: str, size: float) -> float:
    """The width of a line in letters of so many points."""
    return ems(text) * size / 72


def wrapped(text: str, most: float = _LONGEST) -> str:
    """A label in as few lines of at most so many ems as it takes, none much shorter than the others; digits and letters stay together."""
    lines = _broken(text, most)
    if len(lines) > _MOST_LINES:
        return "\n".join([*lines[: _MOST_LINES - 1], f"{lines[_MOST_LINES - 1][:-1]}…"])
    while len(lines) > 1 and most > 1 and len(narrower := _broken(text, most - 0.5)) == len(lines):
        lines, most = narrower, most - 0.5
    return "\n".join(lines)


def _broken(text: str, most: float) -> list[str]:
    lines, line = [], ""
    for piece in _unbroken(text):
        if line and ems(line + piece) > most:
            lines.append(line)
            line = ""
        line += piece
    return [*lines, line]


def _unbroken(text: str) -> Iterator[str]:
    piece = ""
    for mark in text:
        joins = (mark.isascii() and piece[-1:].isascii()) or mark in "）》”、，年"
        if piece and not (joins and len(piece) < _LONGEST_WORD):
            yield piece
            piece = ""
        piece += mark
    yield piece


def row_height(label: str, series: int) -> float:
    """The height of an item, its label wrapped, among bars that lie."""
    several = series > 1
    bars = THICK[several] * series
    return max(bars, (label.count("\n") + 1) * LINE) + (0.08 if several else 0.06)
