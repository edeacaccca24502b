"""Where text came from: a file's text, and a place in it.

Everything that can be wrong carries a `Span`, so that a message about it can name
file, line and column. Lines and columns count from 1, columns in characters.
"""

from __future__ import annotations

from array import array
from collections.abc import MutableSequence

from compiler.named import NamedTuple


class Source:
    """One input file, read and past the character gate."""

    __slots__ = ("path", "places", "printable", "text")

    def __init__(self, path: str, text: str) -> None:
        self.path = path
        """How the file is named to the user: relative, with forward slashes."""
        self.text = text
        self.printable = False
        """Whether all of it but line ends and wide spaces is known to be printable."""
        self.places: MutableSequence[int] | None = None
        """Where the records and the values that were read from it stand, packed; they say themselves which are theirs."""

    @property
    def lines(self) -> list[str]:
        """The text by lines, without line ends."""
        lines = _lines.get(self)
        if lines is None:
            if len(_lines) >= _MOST_CUT:
                _lines.clear()
            lines = _lines[self] = self.text.split("\n")
        return lines

    def line(self, number: int) -> str:
        """The line of that number (from 1); empty past the end."""
        return self.lines[number - 1] if 0 < number <= len(self.lines) else ""

    def span(self, start: int, end: int | None = None) -> Span:
        """The place of `text[start:end]`; an end on a later line is cut to the first."""
        line = self.text.count("\n", 0, start) + 1
        first = self.text.rfind("\n", 0, start) + 1
        stop = self.text.find("\n", start)
        last = len(self.text) if stop < 0 else stop
        column = start - first + 1
        return Span(self, line, column, max(min(end or start + 1, last) - first + 1, column + 1))

    def begin_places(self) -> MutableSequence[int]:
        """Where packed places are put while the file is read: those of a record one after another."""
        if self.places is None:
            self.places = []
        return self.places

    def keep_places(self, places: list[int]) -> int:
        """Keep packed places, and give the index of the first among all that are kept."""
        kept = self.begin_places()
        first = len(kept)
        kept.extend(places)
        return first

    def end_places(self) -> None:
        """The file has been read: its places are kept in a fifth of the room."""
        # Eight bytes apiece instead of forty; in a longer text a packed place may not fit in them.
        if type(self.places) is list and len(self.text) < 1 << 64 - 2 * PLACE_BITS:
            self.places = array("Q", self.places)

    def __repr__(self) -> str:
        return f"Source({self.path!r})"


_lines: dict[Source, list[str]] = {}
_MOST_CUT = 16
"""Files whose lines are kept beside their text: one file is asked for many, and then another."""


class Span(NamedTuple):
    """A place in a source, within one line: `[column, end)`."""

    source: Source
    line: int
    column: int
    end: int

    def __str__(self) -> str:
        return f"{self.source.path}:{self.line}:{self.column}"

    def at(self, offset: int, length: int = 1) -> Span:
        """The place `offset` characters further on the same line."""
        return Span(self.source, self.line, self.column + offset, self.column + offset + length)


_new = tuple.__new__

PLACE_BITS = 22
_PLACE_MASK = (1 << PLACE_BITS) - 1


def pack(line: int, column: int, length: int) -> int:
    """A place in a file as one number, because large reports have millions: line and column from 0.

    Each part is below 2 ** 22, as no file has so many characters (`MAX_TEXT` of the workspace).
    """
    return (line << 2 * PLACE_BITS) | (column << PLACE_BITS) | length


def line_and_column(place: int) -> tuple[int, int]:
    """Line and column of a packed place, from 1."""
    return (place >> 2 * PLACE_BITS) + 1, (place >> PLACE_BITS & _PLACE_MASK) + 1


def unpack(source: Source, place: int) -> Span:
    """The span of a packed place."""
    column = (place >> PLACE_BITS & _PLACE_MASK) + 1
    length = place & _PLACE_MASK
    # `Span(…)` in half the time: rules and messages ask for it all the time.
    return _new(Span, (source, (place >> 2 * PLACE_BITS) + 1, column, column + (length or 1)))
