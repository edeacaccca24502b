"""trace.json: where every printed figure stands, and which data it came from.

One line a figure, in the order of the document:

    {"text": "99.88%", "part": "正文", "heading": "二、", "paragraph": 1, "expression": "预算.资金总体.执行率|百分比",
     "from": [{"key": "预算.资金总体.执行率", "formula": "全年执行数÷全年预算数",
               "inputs": [{"key": "预算.资金总体.全年预算数", "source": "data/budget.yaml:3:20"}, …]}]}

A chart's figures have `picture`, and `row` and `cell` as in the table of its data; what charts were drawn with stands after the figures:

    ], "charts": {"font": "Noto Sans CJK SC", "font_sha256": "…", "library": "matplotlib 3.11.2"}}

`heading` is the numbers of the heading and those above it (三、2.). `paragraph` counts the paragraphs under the heading from 1, 0 being the heading itself; a figure of a table has `table`
(its number, or its place under the heading), `row` and `cell` instead, a caption or note row 0. A value that a file gives has its `source` as
file:line:column, one that was computed its `formula` and `inputs`, which are values likewise.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Any, BinaryIO

from compiler.expressions import Read
from compiler.filters import Run
from compiler.record import Facts, Record
from compiler.record_paths import SAME, STRANGE, Paths, escaped
from compiler.source import PLACE_BITS, Span
from compiler.table_steps import Figures, RowFigures, RowForm
from compiler.tree import (
    Block,
    Chart,
    Emphasis,
    Figure,
    Heading,
    Inline,
    LineBreak,
    Link,
    List,
    Marked,
    Paragraph,
    Part,
    Picture,
    Reference,
    Strong,
    Table,
    Text,
    plain_text,
)

_MOST_INPUTS = 100
"""Inputs told one by one; the sum over a thousand projects tells how many more there are."""
_DEPTH = 12
"""Steps back from a figure to what was typed; a grade of a whole report takes seven."""
_quoted = json.encoder.encode_basestring
_COLUMN = (1 << PLACE_BITS) - 1
_PIECES = 2_000
"""Pieces of lines are written so many at a time, about a hundred kilobytes: more would be put together in memory got from the system each time."""
_SHORT = 24
"""Texts up to this length are likely to recur."""
_MOST_KNOWN = 10_000
"""Pieces that are kept of each sort, before all are forgotten."""
_MOST_ROWS = 1_000
"""Rows of forms of which the pieces are kept."""


class Trace:
    """Writes the trace of one document while its blocks are written.

    `folder` is the report's, as messages name it; files in it are named from there. `names` are the values that expressions see; `spans` the places of those that no record holds.

    A line is put together from pieces that are bytes already: nearly all of them recur from line to line, and a large
    report has as many lines as it has figures.
    """

    def __init__(
        self, out: BinaryIO, folder: str, names: Mapping[str, Any], spans: Mapping[str, Span]
    ) -> None:
        self._out = out
        self._paths = Paths(names, f"{folder}/")
        self._spans = spans
        self._part, self._heading = "正文", ""
        self._numbers: list[str] = []
        self._paragraph = self._tables = 0
        self._pieces: list[bytes] = []
        self._drawn_with = ""
        self._place = b""
        """Part and heading, as lines have them."""
        self._out.write(f'{{"report": {_quoted(folder)}, "figures": ['.encode())
        self._first = True
        self._texts: dict[str, bytes] = {}
        self._ends: dict[int, bytes] = {}
        self._last_ends: dict[int, bytes] = {}
        self._names: dict[str, bytes] = {}

    def begin(self, part: Part) -> None:
        """A part starts; its label is its first block, where it has one."""
        self._part, self._heading = "正文", ""
        self._numbers.clear()
        self._paragraph = self._tables = 0
        self._placed()

    def write(self, block: Block, cells: Figures) -> None:
        """The figures of a block; those of a table made from a template, or of a chart, are `cells`."""
        match block:
            case Heading():
                del self._numbers[block.level - 1 :]
                self._numbers += [""] * (block.level - 1 - len(self._numbers))
                self._numbers.append(block.number)
                self._heading = "".join(self._numbers) or block.contents_text or plain_text(block.children)
                self._placed()
                self._paragraph = self._tables = 0
                self._inlines(block.children, self._place + b'"paragraph": 0')
            case Paragraph(role="attachment-label"):
                self._part = plain_text(block.children)
                self._placed()
            case Paragraph():
                self._paragraph += 1
                self._inlines(block.children, b'%b"paragraph": %d' % (self._place, self._paragraph))
            case List():
                for item in block.items:
                    for inner in item.blocks:
                        self.write(inner, ())
            case Picture():
                self._inlines(block.caption, self._where(f'"picture": {_quoted(block.number)}'))
            case Chart():
                self._drawn_with = block.drawn_with
                self._cells(cells, self._where(f'"picture": {_quoted(block.picture.number)}, "row": '))
            case Table():
                self._tables += 1
                self._table(block, cells)
        if len(self._pieces) > _PIECES:
            self._flush()

    def _placed(self) -> None:
        self._place = f', "part": {_quoted(self._part)}, "heading": {_quoted(self._heading)}, '.encode()

    def _where(self, words: str) -> bytes:
        """Where a figure stands: part and heading, and below it what `words` say."""
        return self._place + words.encode()

    def finish(self) -> None:
        """What comes last."""
        self._flush()
        charts = f', "charts": {self._drawn_with}' if self._drawn_with else ""
        self._out.write(f"\n]{charts}}}\n".encode())

    def _flush(self) -> None:
        if self._pieces:
            if self._first:
                self._pieces[0] = self._pieces[0].removeprefix(b",")
                self._first = False
            self._out.write(b"".join(self._pieces))
            self._pieces.clear()
        for known in (self._texts, self._ends, self._last_ends):
            if len(known) > _MOST_KNOWN:
                known.clear()

    # Figures -----------------------------------------------------------------------------

    def _inlines(self, inlines: Iterable[Inline], where: bytes) -> None:
        for inline in inlines:
            kind = type(inline)
            if kind is Text or kind is LineBreak:
                continue
            if isinstance(inline, Figure):
                told, origins = _told(inline.key), self._origins(inline.reads)
                self._pieces += (self._begun(inline.text), where, told, origins, b"]}")
            elif isinstance(inline, (Strong, Emphasis, Marked, Link, Reference)):
                self._inlines(inline.children, where)

    def _table(self, table: Table, cells: Figures) -> None:
        name = _quoted(table.number) if table.number else str(self._tables)
        self._cells(cells, self._where(f'"table": {name}, "row": '))
        if cells:
            return
        beside = self._where(f'"table": {name}, "row": 0, "cell": 0')
        self._inlines(table.caption, beside)  # of a table typed in prose
        for number, line in enumerate((*table.head, *table.body), 1):
            for index, inner in enumerate(line.cells, 1):
                for paragraph in inner.paragraphs:
                    self._inlines(
                        paragraph, self._where(f'"table": {name}, "row": {number}, "cell": {index}')
                    )
        for note in table.notes:
            self._inlines(note, beside)

    def _cells(self, cells: Figures, where: bytes) -> None:
        pieces = self._pieces
        for figures in cells:
            if type(figures) is RowFigures:
                self._row(figures, where)
                continue
            row, cell, text, expression, reads = figures  # type: ignore[misc]
            head = _head(row, cell, expression)
            pieces += (self._begun(text), where, head, self._origins(reads), b"]}")

    def _row(self, figures: RowFigures, where: bytes) -> None:
        """The figures of a row of a form: nearly all are values that a file gives, of one record."""
        row, form, texts, reads = figures
        pieces, known_texts, ends, paths = self._pieces, self._texts, self._last_ends, self._paths
        holder: Any = None
        for text, head, read, key in zip(texts, _heads(row, form), reads, form.keys, strict=True):
            if not text:
                continue
            begun = known_texts.get(text) or self._begun(text)
            if read is not holder:
                if not isinstance(read, Record):
                    of = read if type(read) is tuple else ((read, key),)
                    pieces += (begun, where, head, self._origins(of), b"]}")
                    continue
                path, file, given, places, first, keys = paths.known.get(id(read)) or paths.known_of(read)
                holder = read
            attribute, said = keys[key]
            behind = given.get(attribute)
            if behind is None:
                pieces += (begun, where, head, self._origins(((read, key),)), b"]}")
                continue
            # What `_value` does with a value that a file gives, written out: nearly all are.
            typed = places[first + behind]
            end = ends.get(typed >> PLACE_BITS) or self._last_ended(typed)
            pieces += (begun, where, head, path, said, file, end)

    def _begun(self, text: str) -> bytes:
        """How the line of a figure starts, after the line before."""
        begun = self._texts.get(text)
        if begun is None:
            begun = f',\n{{"text": {_quoted(text)}'.encode()
            if len(text) <= _SHORT:
                self._texts[text] = begun
        return begun

    def _ended(self, place: int) -> bytes:
        """How a value ends that stands at a packed place, after its file."""
        line, column = (place >> 2 * PLACE_BITS) + 1, (place >> PLACE_BITS & _COLUMN) + 1
        end = self._ends[place >> PLACE_BITS] = b'%d:%d"}' % (line, column)
        return end

    def _last_ended(self, place: int) -> bytes:
        """How a line ends after the file of its only value."""
        end = self._last_ends[place >> PLACE_BITS] = self._ended(place) + b"]}"
        return end

    # Values ------------------------------------------------------------------------------

    def _origins(self, reads: Sequence[Read]) -> bytes:
        """Where the values came from that an expression read."""
        if len(reads) == 1 and (only := self._value(*reads[0])):
            return only
        told = dict.fromkeys([self._value(owner, key) for owner, key in reads[:_MOST_INPUTS]])
        told.pop(b"", None)
        if len(reads) > _MOST_INPUTS:
            told[b'{"more": %d}' % (len(reads) - _MOST_INPUTS)] = None
        if told:
            return b", ".join(told)
        # What was asked for and is not there: the words that stand for it come from the template.
        return b", ".join([f'{{"key": {_quoted(key)}}}'.encode() for _, key in reads[:1]])

    def _value(self, owner: Record | Facts | None, key: str, depth: int = 0) -> bytes:
        """A value as JSON: its key, and its place or its formula with what it was computed from; nothing when the
        data does not give it.
        """
        if owner is None:
            return self._named(key)
        known = self._paths.known.get(id(owner))
        if known is None and isinstance(owner, Facts):
            known = self._paths.of(owner)
        if known is None:
            if not isinstance(owner, Record):
                return self._of_no_record(owner, key)
            known = self._paths.known_of(owner)
        path, file, given, places, first, keys = known
        attribute, said = keys[key]
        behind = given.get(attribute)
        if behind is not None:
            place = places[first + behind]
            return b"".join((path, said, file, self._ends.get(place >> PLACE_BITS) or self._ended(place)))
        if not isinstance(owner, Record):
            return self._of_no_record(owner, key)
        formula, inputs = owner.origin(key)
        if not formula or depth >= _DEPTH:
            return b""
        told = b", ".join([value for read in inputs if (value := self._value(*read, depth + 1))])
        if not told:
            return b""
        return b"".join((path, said, _computed(formula), told, b"]}"))

    def _of_no_record(self, owner: Any, key: str) -> bytes:
        if isinstance(owner, Run) and key == "键":
            return self._value(owner.rows[0], owner.by)
        if not isinstance(owner, Facts):
            return self._named(key)
        known = self._paths.of(owner)
        start = (known[0] if known is not None else STRANGE) + SAME[key][1]
        return self._placed_at(start, owner.span_of(key))

    def _named(self, key: str) -> bytes:
        """The value of a name of the scope; nothing of one that has no place."""
        told = self._names.get(key)
        if told is None:
            if key == "上年":
                told = b'{"key": "%b", "formula": "%b", "inputs": [%b]}' % (
                    key.encode(),
                    "年度-1".encode(),
                    self._named("年度"),
                )
            else:
                told = self._placed_at(f'{{"key": "{escaped(key)}'.encode(), self._spans.get(key))
            self._names[key] = told
        return told

    def _placed_at(self, start: bytes, span: Span | None) -> bytes:
        if span is None:
            return b""
        return b"".join((start, self._paths.file(span.source.path), b'%d:%d"}' % (span.line, span.column)))


# Pieces that reports of a kind share -----------------------------------------------------


@lru_cache(maxsize=_MOST_KNOWN)
def _told(expression: str) -> bytes:
    """How the line of a figure of prose goes on after its place."""
    return f', "expression": {_quoted(expression)}, "from": ['.encode()


@lru_cache(maxsize=_MOST_KNOWN)
def _head(row: int, cell: int, expression: str) -> bytes:
    """How the line of a figure of a table goes on after its table."""
    return b'%d, "cell": %d%b' % (row, cell, _told(expression))


@lru_cache(maxsize=_MOST_ROWS)
def _heads(row: int, form: RowForm) -> tuple[bytes, ...]:
    """As `_head`, for each value of a row of a form."""
    return tuple(
        [
            _head(row, cell.place + 1, value.expression.text)
            for cell, value in zip(form.open, form.values, strict=True)
        ]
    )


@lru_cache(maxsize=_MOST_KNOWN)
def _computed(formula: str) -> bytes:
    """How a value goes on after its key that was computed."""
    return f'", "formula": {_quoted(formula)}, "inputs": ['.encode()
