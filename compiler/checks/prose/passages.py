"""What somebody typed into the narratives where a placeholder might stand."""

from __future__ import annotations

import re
from collections.abc import Iterator

from compiler.checks.check import Draft
from compiler.checks.prose.figure_index import BARE
from compiler.checks.prose.naming import Place
from compiler.checks.prose.table_cells import TableCell, bare_token, table_cells
from compiler.checks.prose.typed_tokens import Token, folded, tokens
from compiler.checks.signs import Signs, Texts
from compiler.checks.words import Words, words_of
from compiler.computed import computed
from compiler.named import NamedTuple
from compiler.patterns import pattern
from compiler.source import Span
from compiler.tree import (
    Block,
    Emphasis,
    Heading,
    Inline,
    Link,
    Paragraph,
    Reference,
    Strong,
    Table,
    TableSlot,
    Text,
)

# Not 第75次 nor 〔2018〕13号, which stand in the prose of many projects. The digit first: it is searched for fast.
_DIGIT = pattern(r"[0-9０-９](?<![第\d.〔〕].)(?<![第〕] .)")
_SIGNS = Signs(patterns=(_DIGIT,))


class Passage(NamedTuple):
    """A run of words of a narrative in which somebody typed a digit."""

    narrative: str
    """Its path inside narrative/."""
    block: Block
    words: Words
    text: str
    """The words, with half-width digits."""
    cell: TableCell | None = None
    """In what cell of a table it stands."""


class Typed(NamedTuple):
    """A figure that was typed."""

    token: Token
    passage: Passage
    bare: bool = False
    """It stands in a cell without its unit."""

    @property
    def span(self) -> Span:
        return self.passage.words.span(self.token.start, self.token.end)

    @property
    def place(self) -> Place:
        head = self.passage.cell.head if self.passage.cell is not None else ""
        return Place(head + self.passage.text, len(head) + self.token.start, len(head) + self.token.end)

    @property
    def words(self) -> str:
        """As it was typed."""
        return self.passage.words.text[self.token.start : self.token.end]

    def text_to(self, end: int) -> str:
        """What was typed from the figure up to `end`."""
        return self.passage.words.text[self.token.start : end]

    @property
    def unit(self) -> str:
        """In what a placeholder prints it: its own unit, or none in a cell that goes without."""
        return self.token.unit + BARE if self.bare else self.token.unit

    @property
    def quoted(self) -> str:
        """As messages call it; what its column says is added."""
        return f"“{self.words}”（{self.token.unit}）" if self.bare else f"“{self.words}”"

    def fix(self, words: str, end: int) -> str:
        """`words` as they may stand for what was typed up to `end`; empty when the file holds something else there."""
        start, text = self.token.start, self.passage.words
        if not text.typed(start, end):
            return ""
        span = text.span(start, end)
        if span.source.line(span.line)[span.column - 1 : span.end - 1] != text.text[start:end]:
            return ""
        # In a row of a table the bar would end the cell.
        return words.replace("|", "\\|") if isinstance(self.passage.block, Table) else words


def passages(draft: Draft) -> Iterator[Passage]:
    """The runs of words of the narratives with typed digits, in the order of the document."""
    digits = _SIGNS.among(Texts(source.text for source in draft.narratives.values()))
    names = {source.path: name for name, source in draft.narratives.items() if source.text in digits}
    if not names:
        return
    for part in draft.document.parts:
        for block in part.blocks:
            name = names.get(block.span.source.path)
            if name is None or not _may_hold_digits(block):
                continue  # the outline's, which no clerk writes, is none of them
            if type(block) is Table:
                for cell in table_cells(block):
                    if _DIGIT.search(cell.words.text):
                        yield Passage(name, block, cell.words, folded(cell.words.text), cell)
                continue
            for inner, words in words_of(block):
                if _DIGIT.search(words.text):
                    yield Passage(name, inner, words, folded(words.text))


def _may_hold_digits(block: Block) -> bool:
    """Whether a digit was typed into a block; decided for nearly all blocks without putting their words together."""
    if type(block) is Paragraph or type(block) is Heading:
        return _typed_digit(block.children)
    return type(block) is not TableSlot


def _typed_digit(children: tuple[Inline, ...]) -> bool:
    for child in children:
        if type(child) is Text:
            if _DIGIT.search(child.text):
                return True
        elif isinstance(child, (Strong, Emphasis, Link, Reference)) and _typed_digit(child.children):
            return True
    return False


class ProperNames:
    """The names in the data that hold digits: a year or a number in them is no figure."""

    def __init__(self, draft: Draft) -> None:
        self._names = tuple(_names(draft))
        self._asked = 0

    @computed
    def _by_digits(self) -> dict[str, list[tuple[str, int]]]:
        """Where digits start in the names, by the digits."""
        found: dict[str, list[tuple[str, int]]] = {}
        for name in self._names:
            for match in re.finditer(r"\d+", name):
                found.setdefault(name[match.start() : match.start() + _HEAD], []).append(
                    (name, match.start())
                )
        return found

    def hold(self, token: Token, text: str) -> bool:
        """Whether a figure is part of a name that stands in the text."""
        self._asked += 1
        if self._asked <= _FEW:  # an index takes longer
            return any(
                token.start >= match.start() and text.startswith(name, token.start - match.start())
                for name in self._names
                if name in text
                for match in re.finditer(r"\d+", name)
            )
        for length in range(1, _HEAD + 1):
            for name, offset in self._by_digits.get(text[token.start : token.start + length], ()):
                if token.start >= offset and text.startswith(name, token.start - offset):
                    return True
        return False


_HEAD = 6
"""Names are found by so many characters from their first digit."""
_FEW = 20
"""So many figures are held against every name."""
_DATE = pattern(r"\d{4}年(?:\d{1,2}月(?:\d{1,2}日)?)?")


def _names(draft: Draft) -> Iterator[str]:
    for section in draft.department.sections or ():
        yield section.name
    for project in draft.projects:
        yield project.name
        for value in (project.facts or {}).values():
            # The name of a forum is one; 2024年9月底 is none.
            if type(value) is str and len(_DATE.sub("", value)) > 5:
                yield value


def typed_figures(draft: Draft, found_in: tuple[Passage, ...]) -> tuple[Typed, ...]:
    """Every figure that was typed and is no part of a name, in the order of the document."""
    names: ProperNames | None = None
    found = []
    for passage in found_in:
        bare = bare_token(passage.cell, draft.report.year) if passage.cell is not None else None
        if bare is not None:
            if passage.words.typed(bare.start, bare.end):
                found.append(Typed(bare, passage, bare=True))
            continue
        for token in tokens(passage.text):
            if not passage.words.typed(token.start, token.end):
                continue
            names = names or ProperNames(draft)
            if not names.hold(token, passage.text):
                found.append(Typed(token, passage))
    return tuple(found)
