"""What a compiled table template consists of: steps, and the forms of rows that come of them.

A row of which the data decides nothing but the values, or nothing more after its conditions, has a form: which cells it has, made once, and
where values go into them. Rows of one form share its pattern.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple, TypeAlias

from compiler.expressions import Expression, Read
from compiler.source import Span
from compiler.tree import Align, Cell, Inline, Row, RowPattern, Text

_FORMS = 100
"""Forms of rows kept a place in the template."""


class Out(NamedTuple):
    """A value in a cell."""

    expression: Expression
    span: Span


class Words(NamedTuple):
    """Words in a cell, as printed."""

    text: Text


class Break(NamedTuple):
    """`<br>`: the cell goes on with a new paragraph."""


class Loop(NamedTuple):
    """`{% for name in … %}`."""

    name: str
    over: Expression
    span: Span
    steps: tuple[Any, ...]


class Branch(NamedTuple):
    """`{% if … %}`: the steps of the first arm whose condition holds; None is else."""

    arms: tuple[tuple[Expression | None, Span, tuple[Any, ...]], ...]


class CellStep(NamedTuple):
    """A `<td>` or `<th>`."""

    span: Span
    content: tuple[Any, ...]
    rowspan: Expression | int
    colspan: Expression | int
    header: Any
    align: Align
    fixed: Cell | None
    """The cell itself, when nothing in it depends on the data."""
    value: Out | None
    """What it holds, when that is one value and nothing else, as in most cells."""
    known: dict[str, Cell]
    """Cells of one value by what it was printed as: 10, 100%, 优 recur in every form. Of spans that the data decides there are none."""


CellValue: TypeAlias = tuple[int, bool, "Out | None", tuple[Any, ...], Cell, dict[str, Cell]]
"""A cell of a row's form that is not the same in all its rows: its place in the row, from 0; whether it stands in one column, under a
header that says what it is (marks are short there); the value, when it holds that and nothing else, as most do; its content; the cell
without it; cells of one value by what it was printed as."""


class RowForm:
    """The rows of a `<tr>` whose cells the data has decided on, down to their values."""

    __slots__ = ("fixed", "known", "pattern", "span", "values")

    def __init__(
        self, span: Span, steps: Sequence[tuple[CellStep, int, int]], known: dict[tuple[int, ...], Row]
    ) -> None:
        """`steps` are those of its cells, with their spans."""
        self.span = span
        cells: list[Cell] = []
        values: list[CellValue] = []
        for index, (step, rowspan, colspan) in enumerate(steps):
            cell = step.fixed
            if cell is None:
                open = any(type(piece) is not Words and type(piece) is not Break for piece in step.content)
                paragraphs = () if open else _paragraphs(step.content)
                cell = Cell(step.span, paragraphs, rowspan, colspan, step.header, step.align)
                if open:
                    content = step.content
                    alone = content[0] if len(content) == 1 and type(content[0]) is Out else None
                    short = colspan == 1 and not step.header
                    filled = step.known if step.value is not None else {}
                    values.append((index, short, alone, content, cell, filled))
            cells.append(cell)
        self.pattern = RowPattern(tuple(cells), tuple([value[0] for value in values]))
        self.values = tuple(values)
        self.known = known
        """Rows of nothing but recurring cells, by the ids of those."""
        self.fixed = None if values else Row(span, self.pattern.cells, "", self.pattern)
        """The row itself, when nothing in it depends on the data."""


def _paragraphs(words: Sequence[Any]) -> tuple[tuple[Inline, ...], ...]:
    """The paragraphs of words and breaks."""
    paragraphs: list[list[Inline]] = [[]]
    for piece in words:
        if type(piece) is Words:
            paragraphs[-1].append(piece.text)
        else:
            paragraphs.append([])
    return tuple([tuple(paragraph) for paragraph in paragraphs if paragraph])


class RowStep:
    """A `<tr>`."""

    __slots__ = ("cells", "form", "forms", "repeats", "span", "stretching")

    def __init__(self, span: Span, cells: tuple[Any, ...], known: dict[tuple[int, ...], Row]) -> None:
        """`known` is where its form keeps rows."""
        self.span = span
        self.cells = cells
        self.form: RowForm | None = None
        """The form of all its rows, when the data decides nothing but values."""
        self.forms: dict[tuple[int, ...], RowForm] = {}
        """The forms of its rows by the cells, as ids of their steps, and the spans that the data has decided on."""
        self.stretching: set[int] = set()
        """The steps, by id, of the cells whose spans the data decides."""
        self.repeats = self._look_through(cells)
        """Whether there are cells as many as the data has of something: such rows have no form."""
        if all(type(cell) is CellStep and (cell.fixed or cell.value) for cell in cells):
            self.form = RowForm(span, [(cell, cell.rowspan, cell.colspan) for cell in cells], known)

    def _look_through(self, steps: Sequence[Any]) -> bool:
        """Note the cells whose spans are open; whether there is a loop."""
        repeats = False
        for step in steps:
            if type(step) is CellStep:
                if type(step.rowspan) is not int or type(step.colspan) is not int:
                    self.stretching.add(id(step))
            elif type(step) is Branch:
                for _, _, inner in step.arms:
                    repeats = self._look_through(inner) or repeats
            else:
                repeats = True
        return repeats

    def form_of(self, key: tuple[int, ...], steps: Sequence[tuple[CellStep, int, int]]) -> RowForm:
        """The form of a row of these cells, kept by its key."""
        if len(self.forms) >= _FORMS:
            self.forms.clear()
        form = self.forms[key] = RowForm(self.span, steps, {})
        return form


Step: TypeAlias = Out | Words | Break | Loop | Branch | CellStep | RowStep


class CellFigure(NamedTuple):
    """A figure of a table, for the trace."""

    row: int
    """From 1, rows of the head counted; 0 for caption and notes."""
    cell: int
    """From 1, among the cells that start in the row; 0 in caption and notes."""
    text: str
    expression: str
    reads: tuple[Read, ...]


class LoopState:
    """`loop` inside a `for`: 第几项 and whether it is the first or last."""

    __slots__ = ("index", "length")

    def __init__(self, length: int) -> None:
        self.index = 0
        self.length = length

    def lookup(self, key: str) -> Any:
        match key:
            case "index":
                return self.index
            case "index0":
                return self.index - 1
            case "first":
                return self.index == 1
            case "last":
                return self.index == self.length
            case "length":
                return self.length
        return None
