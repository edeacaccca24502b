"""On which page what stands: an estimate, so that the contents list is not blank before Word counts.

A page is a stack of lines, a line a row of characters: a Chinese character takes one place,
a Latin letter or digit half of one. Lengths are in points.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import ceil

from compiler.named import NamedTuple
from compiler.patterns import pattern
from compiler.style import ParagraphStyle
from compiler.writers.docx.styles import line_height

KEEP_NEXT = frozenset(
    (
        "title",
        "subtitle",
        "contents-title",
        "heading-1",
        "heading-2",
        "heading-3",
        "heading-4",
        "form-title",
        "table-caption",
        "attachment-label",
        "attachment-title",
    )
)
"""The roles that stay on the page of what follows them."""

# What Chinese typesetting keeps off the start and the end of a line (GB/T 15834-2011, 5.1);
# the small marks may hang over the edge instead.
_NOT_FIRST = frozenset("）〕】〉》」』”’！？：；，。、…—％%)]}!?:;,.")
_HANGING = frozenset("，。、；：")
_NOT_LAST = frozenset("（〔【〈《「『“‘([{")
_SLACK = 0.01
# The Latin character comes first, as a search for one is quick, and only then what stands beside it.
_LATIN_LAST = pattern(r"[0-9A-Za-z%](?=[^\W_\x00-\x7f])")
_LATIN_FIRST = pattern(r"[0-9A-Za-z](?<=[^\W_\x00-\x7f].)")
_SEAM_WIDTH = 0.25


class Metrics(NamedTuple):
    """What a role's lines need."""

    size: float
    """Width of a Chinese character with the space after it."""
    line: float
    before: float
    after: float
    first: float
    """Indent of the first line against the others, in characters; negative when hanging."""
    left: float
    """Indent of all lines, in characters."""

    def cell_lines(self, text: str, width: float) -> int:
        """About how many lines `text` takes in a cell so wide: cells are many, and a row is as high as its highest."""
        room = width / self.size - self.left
        if len(text) + self.first <= room:
            return 1
        if room < 1:
            room = 1
        if "\n" in text:
            return sum([self._cell_lines(line, room) for line in text.split("\n")])
        return self._cell_lines(text, room)

    def _cell_lines(self, line: str, room: float) -> int:
        if line.isascii():
            return max(1, ceil((len(line) / 2 + self.first) / room))
        most = len(line) + self.first
        lines = ceil(most / room)
        narrow = len(line.encode("ascii", "ignore"))
        # A narrow character is half as wide, but at most as wide with space on both sides. Where that is no line less, nobody needs to look.
        if narrow and ceil((most - narrow / 2) / room) != lines:
            lines = ceil((text_width(line) + self.first) / room)
        return lines if lines > 1 else 1

    def fits(self, width: float, share: float = 1) -> int:
        """How many characters certainly stand in one line of a cell so wide; each takes a share of a Chinese one's width."""
        room = width / self.size - self.left
        count = max(0, int((room - self.first) / share) + 1)
        while count and count * share + self.first > room:
            count -= 1
        return count

    def lines(self, text: str, width: float) -> int:
        """How many lines `text` takes between edges `width` apart."""
        return line_count(text, width / self.size - self.left, self.first)


def metrics(look: ParagraphStyle, spacing: int = 0) -> Metrics:
    """The metrics of a role; `spacing` is what is added between characters, in twips."""
    return Metrics(
        float(look.size) + spacing / 20,
        float(line_height(look)),
        float(look.before),
        float(look.after),
        -look.hanging if look.hanging else look.first_indent,
        look.left_indent,
    )


def text_width(text: str) -> float:
    """Width in Chinese characters, with the space that Word puts between Chinese and Latin."""
    narrow = len(text.encode("ascii", "ignore"))
    if not narrow:
        return len(text)
    seams = len(_LATIN_LAST.compiled.findall(text)) + len(_LATIN_FIRST.compiled.findall(text))
    return len(text) - narrow / 2 + seams * _SEAM_WIDTH


def _seams(text: str) -> list[int]:
    """Places before a Latin letter or digit that follows a Chinese character, or of one of these or a % sign before a Chinese character."""
    seams = [found.start() for found in _LATIN_LAST.compiled.finditer(text)]
    seams += [found.start() - 1 for found in _LATIN_FIRST.compiled.finditer(text)]
    return seams


def _width_between(text: str, seams: Sequence[int], start: int, end: int) -> float:
    """`text_width` of a stretch of a text, with the seams of the whole."""
    piece = text[start:end]
    narrow = len(piece.encode("ascii", "ignore"))
    if not narrow:
        return len(piece)
    inside = len([seam for seam in seams if start <= seam < end - 1])
    return len(piece) - narrow / 2 + inside * _SEAM_WIDTH


def line_count(text: str, room: float, first: float = 0) -> int:
    """Lines that `text` fills when a line has room for so many characters.

    At least 1. `first` shortens (or, negative, lengthens) the first line.
    """
    if "\n" in text:
        return sum(
            line_count(line, room, first if not index else 0) for index, line in enumerate(text.split("\n"))
        )
    room = max(room, 1)
    # No text is wider than Chinese characters as many; most cells need no closer look.
    if len(text) + first <= room:
        return 1
    seams = _seams(text)
    if _width_between(text, seams, 0, len(text)) + first <= room:
        return 1
    lines, start, length, free = 0, 0, len(text), room - first
    while start < length:
        lines += 1
        end = _fill(text, seams, start, max(free, 1))
        if end >= length:
            break
        start = _break(text, start, end)
        if text.startswith(" ", start):
            start += 1
        free = room
    return lines


def _fill(text: str, seams: Sequence[int], start: int, free: float) -> int:
    """Where the characters from `start` on have filled the line."""
    end = start + int(free)
    rest = free - _width_between(text, seams, start, end)
    while rest >= 0.5 and end < len(text):
        step = max(1, int(rest))
        width = _width_between(text, seams, end, end + step)
        if width > rest:
            break
        end += step
        rest -= width
    return end


def _break(text: str, start: int, end: int) -> int:
    """Where the next line starts, when `end` is the first character with no room."""
    if text[end] in _HANGING and (end + 1 == len(text) or text[end + 1] not in _NOT_FIRST):
        return end + 1
    place = end
    if _in_word(text, place):
        while place > start and _in_word(text, place):
            place -= 1
    else:
        while place > start and (text[place] in _NOT_FIRST or text[place - 1] in _NOT_LAST):
            place -= 1
    return place if place > start else end


def _in_word(text: str, place: int) -> bool:
    """Whether a Latin word or a number goes on across this place."""
    return all(char.isascii() and (char.isalnum() or char in ".,%") for char in text[place - 1 : place + 1])


class Pager:
    """Stacks what is written and knows the page it is on."""

    def __init__(self) -> None:
        self.pages: dict[str, int] = {}
        """Page by anchor."""
        self._page = 1
        self._height = 0.0
        self._used = 0.0
        self._kept: list[tuple[float, str]] = []

    def begin(self, height: float) -> None:
        """Start a part whose pages have so much room; parts start on a new page."""
        self._settle(0)
        if self._height:
            self._turn()
        self._height = height

    def turn(self) -> None:
        """Start a new page, unless this one is still empty."""
        self._settle(0)
        if self._used:
            self._turn()

    @property
    def room(self) -> float:
        """What is left of the page."""
        return self._height - self._used - sum(height for height, _ in self._kept)

    def paragraph(self, look: Metrics, lines: int, anchor: str = "", keep_next: bool = False) -> None:
        """Place a paragraph; with `keep_next`, on the page where what follows begins."""
        if keep_next:
            self._kept.append((look.before + lines * look.line + look.after, anchor))
            return
        self._settle(look.before + look.line)
        if self._used + look.before + look.line > self._height + _SLACK:
            self._turn()
        self._mark(anchor)
        self._used += look.before
        while (fitting := int((self._height - self._used + _SLACK) / look.line)) < lines:
            if not fitting and not self._used:
                break
            lines -= fitting
            self._turn()
        self._used += lines * look.line + look.after

    def box(self, height: float, anchor: str = "") -> None:
        """Place something that does not divide."""
        self._settle(height)
        if self._used and self._used + height > self._height + _SLACK:
            self._turn()
        self._mark(anchor)
        self._used += height

    def rows(self, head: Sequence[float], body: Sequence[float], anchor: str = "") -> None:
        """Place a table by the heights of its rows; the head is repeated on every page."""
        top = sum(head)
        first = top + (body[0] if body else 0)
        self._settle(min(first, self._height))
        if self._used and self._used + first > self._height + _SLACK:
            self._turn()
        self._mark(anchor)
        self._used += top
        for height in body:
            if self._used + height > self._height + _SLACK and self._used > top:
                self._turn()
                self._used = top
            self._used += height
            while self._used > self._height + _SLACK and self._height > top:
                self._page += 1
                self._used += top - self._height

    def _settle(self, following: float) -> None:
        """Place what was waiting for the next thing, which starts with so high a piece."""
        if not self._kept:
            return
        kept, self._kept = self._kept, []
        if self._used and self._used + sum(height for height, _ in kept) + following > self._height + _SLACK:
            self._turn()
        for height, anchor in kept:
            self._mark(anchor)
            self._used += height

    def _mark(self, anchor: str) -> None:
        if anchor:
            self.pages[anchor] = self._page

    def _turn(self) -> None:
        self._page += 1
        self._used = 0.0
