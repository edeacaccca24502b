"""A passage: the text of a paragraph, heading or cell, and where each of its lines stands in the file.

markdown-it maps blocks to line ranges and inlines to nothing. Here every leaf block is cut out of the
source as a passage, and whatever is found in the passage at an offset has its line and column.
"""

from __future__ import annotations

from bisect import bisect_right
from typing import TYPE_CHECKING

from compiler.source import Source, Span

if TYPE_CHECKING:
    from compiler.readers.markdown.tokens import Token

_new = tuple.__new__
"""Makes a `Span` in half the time."""


class Passage:
    """Text whose lines are stretches of source lines, joined by a newline each."""

    __slots__ = ("_column", "_line", "_starts", "source", "text")

    def __init__(self, source: Source, text: str, starts: list[tuple[int, int, int]]) -> None:
        self.source = source
        self.text = text
        self._starts = starts
        # As nearly all are: of one line. No line has the number 0.
        _, self._line, self._column = starts[0] if len(starts) == 1 else (0, 0, 0)

    @classmethod
    def of_line(cls, source: Source, number: int, start: int, end: int) -> Passage:
        """The characters `[start:end]` (from 0) of a source line (from 1)."""
        return cls(source, source.line(number)[start:end], [(0, number, start + 1)])

    def span(self, start: int, end: int) -> Span:
        """The place of `text[start:end]`; what lies on a later line is left out."""
        if self._line:
            return _new(Span, (self.source, self._line, self._column + start, self._column + end))
        index = bisect_right(self._starts, start, key=lambda entry: entry[0]) - 1
        offset, line, column = self._starts[index]
        if index + 1 < len(self._starts):
            end = min(end, self._starts[index + 1][0] - 1)
        return Span(self.source, line, column + start - offset, column + max(end, start + 1) - offset)

    def part(self, start: int, end: int) -> Passage:
        """The passage of `text[start:end]`."""
        starts = [
            (max(0, offset - start), line, column + max(0, start - offset))
            for index, (offset, line, column) in enumerate(self._starts)
            if offset <= end and (index + 1 == len(self._starts) or self._starts[index + 1][0] > start)
        ]
        return Passage(self.source, self.text[start:end], starts)


def extent(token: Token) -> tuple[int, int]:
    """Where a token was found, `[start, end)`: in lines for a block, in a passage's characters for an inline.

    Raises ValueError for the closing tokens of blocks, which markdown-it leaves without.
    """
    if token.map is None:
        raise ValueError(token.type)
    start, end = token.map
    return start, end
