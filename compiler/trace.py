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
from compiler.schema import fields_of
from compiler.source import PLACE_BITS, Span
from compiler.table_program import CellFigure
from compiler.tree import (
    Block,
    Chart,
    Emphasis,
    Figure,
    Heading,
    Inline,
    Link,
    List,
    Marked,
    Paragraph,
    Part,
    Picture,
    Reference,
    Strong,
    Table,
    plain_text,
)

_MOST_INPUTS = 100
"""Inputs told one by one; the sum over a thousand projects tells how many more there are."""
_DEPTH = 12
"""Steps back from a figure to what was typed; a grade of a whole report takes seven."""
_quoted = json.encoder.encode_basestring
_COLUMN = (1 << PLACE_BITS) - 1


class Trace:
    """Writes the trace of one document while its blocks are written.

    `folder` is the report's, as messages name it; files in it are named from there. `names` are the values that expressions see; `spans` the places of those that no record holds.
    """

    def __init__(
        self, out: BinaryIO, folder: str, names: Mapping[str, Any], spans: Mapping[str, Span]
    ) -> None:
        self._out = out
        self._folder = f"{folder}/"
        self._last = ("", "")
        self._paths = _Paths(names)
        self._spans = spans
        self._part, self._heading = "正文", ""
        self._numbers: list[str] = []
        self._paragraph = self._tables = 0
        self._lines: list[str] = []
        self._drawn_with = ""
        self._place = ""
        self._out.write(f'{{"report": {_quoted(folder)}, "figures": ['.encode())
        self._first = True

    def begin(self, part: Part) -> None:
        """A part starts; its label is its first block, where it has one."""
        self._part, self._heading = "正文", ""
        self._numbers.clear()
        self._paragraph = self._tables = 0
        self._placed()

    def write(self, block: Block, cells: Sequence[CellFigure]) -> None:
        """The figures of a block; those of a table made from a template, or of a chart, are `cells`."""
        match block:
            case Heading():
                del self._numbers[block.level - 1 :]
                self._numbers += [""] * (block.level - 1 - len(self._numbers))
                self._numbers.append(block.number)
                self._heading = "".join(self._numbers) or block.contents_text or plain_text(block.children)
                self._placed()
                self._paragraph = self._tables = 0
                self._inlines(block.children, '"paragraph": 0')
            case Paragraph(role="attachment-label"):
                self._part = plain_text(block.children)
                self._placed()
            case Paragraph():
                self._paragraph += 1
                self._inlines(block.children, f'"paragraph": {self._paragraph}')
            case List():
                for item in block.items:
                    for inner in item.blocks:
                        self.write(inner, ())
            case Picture():
                self._inlines(block.caption, f'"picture": {_quoted(block.number)}')
            case Chart():
                self._drawn_with = block.drawn_with
                self._cells(cells, f'{self._place}"picture": {_quoted(block.picture.number)}, "row": ')
            case Table():
                self._tables += 1
                self._table(block, cells)
        if len(self._lines) > 2000:
            self._flush()

    def _placed(self) -> None:
        self._place = f'"part": {_quoted(self._part)}, "heading": {_quoted(self._heading)}, '

    def finish(self) -> None:
        """What comes last."""
        self._flush()
        charts = f', "charts": {self._drawn_with}' if self._drawn_with else ""
        self._out.write(f"\n]{charts}}}\n".encode())

    def _flush(self) -> None:
        if self._lines:
            self._out.write((("\n" if self._first else ",\n") + ",\n".join(self._lines)).encode())
            self._first = False
            self._lines.clear()

    # Figures -----------------------------------------------------------------------------

    def _inlines(self, inlines: Iterable[Inline], where: str) -> None:
        for inline in inlines:
            match inline:
                case Figure():
                    self._line(inline.text, where, inline.key, inline.reads)
                case Strong() | Emphasis() | Marked() | Link() | Reference():
                    self._inlines(inline.children, where)

    def _table(self, table: Table, cells: Sequence[CellFigure]) -> None:
        name = _quoted(table.number) if table.number else str(self._tables)
        self._cells(cells, f'{self._place}"table": {name}, "row": ')
        if cells:
            return
        self._inlines(table.caption, f'"table": {name}, "row": 0, "cell": 0')  # of a table typed in prose
        for number, line in enumerate((*table.head, *table.body), 1):
            for index, inner in enumerate(line.cells, 1):
                for paragraph in inner.paragraphs:
                    self._inlines(paragraph, f'"table": {name}, "row": {number}, "cell": {index}')
        for note in table.notes:
            self._inlines(note, f'"table": {name}, "row": 0, "cell": 0')

    def _cells(self, cells: Sequence[CellFigure], place: str) -> None:
        lines, value = self._lines, self._value
        for row, cell, text, expression, reads in cells:
            if len(reads) != 1 or not (origin := value(*reads[0])):
                origin = self._origins(reads)
            lines.append(
                f'{{"text": {_quoted(text)}, {place}{row}, "cell": {cell}, {_said(expression)}, "from": [{origin}]}}'
            )

    def _line(self, text: str, where: str, expression: str, reads: Sequence[Read]) -> None:
        self._lines.append(
            f'{{"text": {_quoted(text)}, {self._place}{where}, {_said(expression)}, "from": [{self._origins(reads)}]}}'
        )

    # Values ------------------------------------------------------------------------------

    def _origins(self, reads: Sequence[Read]) -> str:
        """Where the values came from that an expression read."""
        told = dict.fromkeys([self._value(owner, key) for owner, key in reads[:_MOST_INPUTS]])
        told.pop("", None)
        if len(reads) > _MOST_INPUTS:
            told[f'{{"more": {len(reads) - _MOST_INPUTS}}}'] = None
        # What was asked for and is not there: the words that stand for it come from the template.
        return ", ".join(told) or ", ".join([f'{{"key": {_quoted(key)}}}' for _, key in reads[:1]])

    def _value(self, owner: Record | Facts | None, key: str, depth: int = 0) -> str:
        """A value as JSON: its key, and its place or its formula with what it was computed from; nothing when the
        data does not give it.
        """
        if not isinstance(owner, Record):
            return self._of_no_record(owner, key)
        path = self._paths.of(owner)
        place = owner.place_of(key)
        if place is not None:
            # `line_and_column`, written out: it is asked for once a figure.
            line, column = (place >> 2 * PLACE_BITS) + 1, (place >> PLACE_BITS & _COLUMN) + 1
            source = owner.source.path
            file = self._last[1] if source is self._last[0] else self._file(source)
            return f'{{"key": "{path}.{key}", "source": "{file}:{line}:{column}"}}'
        formula, inputs = owner.origin(key)
        if not formula or depth >= _DEPTH:
            return ""
        told = ", ".join(filter(None, [self._value(*read, depth + 1) for read in inputs]))
        return f'{{"key": "{path}.{key}", "formula": {_quoted(formula)}, "inputs": [{told}]}}' if told else ""

    def _of_no_record(self, owner: Any, key: str) -> str:
        if owner is None and key == "上年":
            return f'{{"key": "上年", "formula": "年度-1", "inputs": [{self._value(None, "年度")}]}}'
        if isinstance(owner, Run) and key == "键":
            return self._value(owner.rows[0], owner.by)
        if isinstance(owner, Facts):
            path, span = f"{self._paths.of(owner)}.{_escaped(key)}", owner.span_of(key)
        else:  # a name of the scope, or something the data lacks
            path, span = _escaped(key), self._spans.get(key)
        if span is None:
            return ""
        return f'{{"key": "{path}", "source": "{self._file(span.source.path)}:{span.line}:{span.column}"}}'

    def _file(self, path: str) -> str:
        """A file as messages name it, without the report's folder."""
        if path != self._last[0]:
            self._last = path, _escaped(path.removeprefix(self._folder))
        return self._last[1]


@lru_cache(maxsize=10_000)
def _said(expression: str) -> str:
    return f'"expression": {_quoted(expression)}'


def _escaped(text: str) -> str:
    return _quoted(text)[1:-1]


class _Paths:
    """How expressions would name a record: 项目[14-服贸会专题展].资金.

    The records of projects are learnt as they come, and forgotten: a report may have ten thousand.
    """

    _KEPT = 20_000

    def __init__(self, names: Mapping[str, Any]) -> None:
        self._fixed: dict[int, str] = {}
        self._listed = names.get("项目", ())
        for name, value in names.items():
            if name != "项目":
                _learn(value, _escaped(name), self._fixed)
        self._next = 0
        self._known: dict[int, str] = {}

    def of(self, owner: Record | Facts) -> str:
        """The path of a record; 本项 for one that is none of the data's."""
        found = self._known.get(id(owner)) or self._fixed.get(id(owner))
        if found is not None:
            return found
        tries = 0
        while found is None and tries < len(self._listed):
            if len(self._known) > self._KEPT:
                self._known.clear()
            project = self._listed[self._next]
            _learn(project, f"项目[{_escaped(project.id)}]", self._known)
            self._next = (self._next + 1) % len(self._listed)
            tries += 1
            found = self._known.get(id(owner))
        return found or "本项"


def _learn(value: Any, path: str, paths: dict[int, str]) -> None:
    """The paths of a value and of what is in it, ready for a JSON string."""
    if isinstance(value, Record):
        paths[id(value)] = path
        held = value.__dict__  # what was computed and read is in there too
        for attribute, key in _holders(type(value)):
            inner = held.get(attribute)
            if inner is not None:
                _learn(inner, f"{path}.{key}", paths)
    elif type(value) is tuple:
        for index, item in enumerate(value):
            if isinstance(item, Record):
                _learn(item, f"{path}[{_escaped(str(getattr(item, 'name', None) or index))}]", paths)
    elif isinstance(value, Facts):
        paths[id(value)] = path


_known_holders: dict[type[Record], list[tuple[str, str]]] = {}


def _holders(cls: type[Record]) -> list[tuple[str, str]]:
    """The attributes, each with its key, that may hold records or facts: of most values the kind says that they are none."""
    holders = _known_holders.get(cls)
    if holders is None:
        kinds = fields_of(cls)
        holders = _known_holders[cls] = [
            (attribute, key)
            for attribute, key in {attribute: key for key, attribute in cls.NAMES.items()}.items()
            if key in cls.DERIVED or kinds[key].holds_others
        ]
    return holders
