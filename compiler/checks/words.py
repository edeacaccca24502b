"""The words that rules read: prose as it is printed, and the texts of data files, each with its places."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence

from compiler.record import Record
from compiler.source import Span
from compiler.tree import (
    Block,
    Document,
    Emphasis,
    Figure,
    Heading,
    Inline,
    LineBreak,
    Link,
    List,
    Marked,
    Paragraph,
    Picture,
    Reference,
    Strong,
    Table,
    Text,
)


class Words:
    """A run of inlines as one text, in which every character knows where it was typed."""

    __slots__ = ("_pieces", "_starts", "text")

    def __init__(self, inlines: Sequence[Inline]) -> None:
        self._pieces: list[Text | Figure | Reference] = []
        self._starts: list[int] = []
        self.text = "".join(self._read(inlines, 0))

    def _read(self, inlines: Sequence[Inline], length: int) -> Iterator[str]:
        for inline in inlines:
            match inline:
                case Text() | Figure():
                    words = inline.text
                case Reference(children=()):
                    words = "".join(inline.label)
                case Strong() | Emphasis() | Marked() | Link() | Reference():
                    for words in self._read(inline.children, length):
                        yield words
                        length += len(words)
                    continue
                case LineBreak():
                    words = "\n"
                    yield words
                    length += 1
                    continue
                case _:
                    continue
            self._pieces.append(inline)
            self._starts.append(length)
            yield words
            length += len(words)

    def _piece(self, offset: int) -> int:
        return bisect_right(self._starts, offset) - 1

    def typed(self, start: int, end: int) -> bool:
        """Whether `text[start:end]` was typed in one stretch; False when a value was filled into it."""
        first, last = self._piece(start), self._piece(end - 1)
        return first == last >= 0 and type(self._pieces[first]) is Text

    def figure_at(self, offset: int) -> Figure | None:
        """The value filled in at an offset; None where words were typed."""
        index = self._piece(offset)
        piece = self._pieces[index] if index >= 0 else None
        return piece if type(piece) is Figure else None

    def span(self, start: int, end: int) -> Span:
        """Where `text[start:end]` stands; as much of it as the first stretch of its line holds.

        Of a value filled in, the placeholder.
        """
        index = max(0, self._piece(start))
        piece = self._pieces[index]
        if type(piece) is not Text:
            return piece.span
        offset = start - self._starts[index]
        return piece.span.at(offset, max(1, min(end - start, len(piece.text) - offset)))


def prose(document: Document) -> Iterator[tuple[Block, Words]]:
    """Every run of words of the document with the block it stands in, in order; tables of templates are not made yet."""
    for part in document.parts:
        for block in part.blocks:
            yield from words_of(block)


def words_of(block: Block) -> Iterator[tuple[Block, Words]]:
    """Every run of words of a block, with the block it stands in."""
    for inner, inlines in runs_of(block):
        yield inner, Words(inlines)


def runs_of(block: Block) -> Iterator[tuple[Block, Sequence[Inline]]]:
    """The same, not put together yet."""
    match block:
        case Paragraph() | Heading():
            yield block, block.children
        case List():
            for item in block.items:
                for inner in item.blocks:
                    yield from runs_of(inner)
        case Picture():
            yield block, block.caption
        case Table():
            yield block, block.caption
            for row in (*block.head, *block.body):
                for cell in row.cells:
                    for paragraph in cell.paragraphs:
                        yield block, paragraph
            for note in block.notes:
                yield block, note


class DataText:
    """A text that a data file gives."""

    __slots__ = ("attribute", "key", "record", "text")

    def __init__(self, record: Record, key: str, attribute: str, text: str) -> None:
        self.record, self.key, self.attribute, self.text = record, key, attribute, text

    def span(self, start: int, end: int) -> Span:
        """Where `text[start:end]` stands in the file.

        When YAML wrote it in another way (escapes, folded lines) a place of no width at the value's start: a
        message can point there, and nothing can be written there.
        """
        whole = self.record.span_of(self.attribute)
        line, at = whole.source.line(whole.line), whole.column - 1
        if line.startswith(self.text, at):
            return whole.at(start, end - start)
        if line.startswith("|", at):
            number = self.text.count("\n", 0, start)
            first = self.text.rfind("\n", 0, start) + 1
            words = self.text[first:].partition("\n")[0]
            column = whole.source.line(whole.line + 1 + number).find(words)
            if column >= 0:
                column += start - first + 1
                stop = min(end, first + len(words)) - start
                return Span(whole.source, whole.line + 1 + number, column, column + max(1, stop))
        return Span(whole.source, whole.line, whole.column, whole.column)


def texts_of(record: Record) -> Iterator[DataText]:
    """Every text of a record and the records in it."""
    for key, attribute in record.KEYS.items():
        value = getattr(record, attribute)
        if type(value) is str:
            yield DataText(record, key, attribute, value)
        elif isinstance(value, Record):
            yield from texts_of(value)
        elif type(value) is tuple:
            for item in value:
                if isinstance(item, Record):
                    yield from texts_of(item)
