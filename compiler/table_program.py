"""A table template, compiled: what to do with the data to get a `Table`.

A template is parsed once (`compiler.readers.table_template`) into steps; running them over a scope makes cells directly. There
is no HTML in between, so a value can never become markup, and cells without a value are made once and shared
by every table of the template.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple, TypeAlias

from compiler.diagnostics import Code, Diagnostics
from compiler.expressions import READS, Expression, Read, Scope, reads_of, truth
from compiler.figures import NumberRule
from compiler.gaps import mark_for
from compiler.marking import figure_inlines, in_a_column
from compiler.record import Missing, Unfilled
from compiler.source import Source, Span
from compiler.table_grid import is_complete
from compiler.tree import Align, Cell, Inline, Row, Table, Text

MAX_CELLS = 200_000
"""Cells of one table; more is a runaway loop."""
MAX_TURNS = 500_000
"""Turns of all loops of one table."""


_RECURRING, _KNOWN_CELLS = 12, 500
"""Texts up to this length are likely to recur; so many cells are kept a place in the template."""


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
    """Cells of one value by what it was printed as: 10, 100%, 优 recur in every form."""


class RowStep(NamedTuple):
    """A `<tr>`."""

    span: Span
    cells: tuple[Any, ...]
    known: dict[tuple[int, ...], Row]
    """Rows of nothing but recurring cells, by the ids of those: head rows, empty rows."""


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


class TableProgram(NamedTuple):
    """A compiled template; `run` makes the table of one scope."""

    source: Source
    span: Span
    columns: tuple[int, ...]
    """Widths in hundredths of a percent."""
    caption: tuple[Any, ...]
    head: tuple[Any, ...]
    body: tuple[Any, ...]
    notes: tuple[tuple[Any, ...], ...]
    summary: str

    def run(
        self, scope: Scope, rule: NumberRule, sink: Diagnostics
    ) -> tuple[Table, int, list[CellFigure]] | None:
        """The table, how many figures were filled into it, and which, when the scope keeps what is read.

        None when something is wrong, which is reported at its place in the template.
        """
        runner = _Runner(rule, sink)
        head = runner.rows(self.head, scope)
        body = runner.rows(self.body, scope)
        runner.row = runner.cell = 0
        runner.short = False
        caption = runner.paragraphs(self.caption, scope)
        notes = [paragraph for note in self.notes for paragraph in runner.paragraphs(note, scope)]
        if (
            not runner.sound
            or not is_complete(head, len(self.columns), sink)
            or not is_complete(body, len(self.columns), sink)
        ):
            return None
        if not head and not body:
            hint = "没有数据时不要这张表，或在表里留一行表头"
            sink.error(Code.TABLE_GRID, self.span, "这张表一行也没有", hint)
            return None
        table = Table(
            self.span,
            self.columns,
            tuple(head),
            tuple(body),
            tuple(inline for paragraph in caption for inline in paragraph),
            tuple(notes),
            summary=self.summary,
        )
        return table, runner.figures, runner.traced


class _Runner:
    """Runs the steps of one table."""

    def __init__(self, rule: NumberRule, sink: Diagnostics) -> None:
        self.rule = rule
        self.sink = sink
        self.sound = True
        self.figures = 0
        self.unique = False
        """Whether the row at work has a cell that no other table shares."""
        self.short = False
        """Whether the cell at work stands in one column, whose header says what it is: marks are short there."""
        self.row = self.cell = 0
        self.traced: list[CellFigure] = []
        self.cells_left = MAX_CELLS
        self.turns_left = MAX_TURNS

    def rows(self, steps: Sequence[Any], scope: Scope) -> list[Row]:
        out: list[Row] = []
        self._rows(steps, scope, out)
        return out

    def paragraphs(self, content: Sequence[Any], scope: Scope) -> tuple[tuple[Inline, ...], ...]:
        """The paragraphs of a cell; a line end in a value starts a new one."""
        pieces: list[Inline | None] = []
        self._pieces(content, scope, pieces)
        paragraphs: list[list[Inline]] = [[]]
        for piece in pieces:
            if piece is None:
                paragraphs.append([])
            else:
                paragraphs[-1].append(piece)
        return tuple(tuple(paragraph) for paragraph in paragraphs if paragraph)

    # Loops and branches -----------------------------------------------------------------

    def _control(self, step: Loop | Branch, scope: Scope, out: list[Any], run: Any) -> None:
        """Follow a loop or branch; `run` does the steps inside."""
        if type(step) is Loop:
            self._loop(step, scope, out, run)
        else:
            self._branch(step, scope, out, run)  # type: ignore[arg-type]

    def _loop(self, step: Loop, scope: Scope, out: list[Any], run: Any) -> None:
        items = step.over.value(scope, step.span, self.sink)
        if type(items) is Missing:
            return  # a list that the data does not give has no rows
        if type(items) is Unfilled:
            items = (items,)  # one turn, which prints the mark
        if type(items) is not tuple:
            if items is not None:
                self.sink.error(
                    Code.FILTER_MISUSE,
                    step.span,
                    f"“{step.over.text}”不是列表，不能逐项写",
                    "列表如 项目、本项目.绩效指标",
                )
            self.sound = False
            return
        state = LoopState(len(items))
        inner = {**scope, "loop": state}
        for item in items:
            if self.cells_left <= 0 or not self.turns_left:
                return
            self.turns_left -= 1
            if not self.turns_left:
                self._too_large(step.span, f"for 一共重复了 {MAX_TURNS} 次还没有完")
                return
            state.index += 1
            inner[step.name] = item
            run(step.steps, inner, out)

    def _branch(self, step: Branch, scope: Scope, out: list[Any], run: Any) -> None:
        for condition, span, steps in step.arms:
            if condition is not None:
                value = condition.value(scope, span, self.sink)
                if value is None:
                    self.sound = False
                    return
                if type(value) is Unfilled and value.undecided:
                    if run == self._pieces:  # either word may be the wrong one
                        out += figure_inlines(span, self._words(mark_for(value.key)), condition.text)
                        return
                    continue
                if not truth(value):
                    continue
            run(steps, scope, out)
            return

    # Rows, cells, pieces ------------------------------------------------------------------

    def _rows(self, steps: Sequence[Any], scope: Scope, out: list[Row]) -> None:
        for step in steps:
            if type(step) is not RowStep:
                self._control(step, scope, out, self._rows)
                continue
            cells: list[Cell] = []
            self.row += 1
            self.unique = False
            self._cells(step.cells, scope, cells)
            out.append(Row(step.span, tuple(cells)) if self.unique else _recurring(step, cells))
            if self.cells_left > 0:
                self.cells_left -= len(cells)
                if self.cells_left <= 0:
                    self._too_large(step.span, f"一张表超过 {MAX_CELLS} 个单元格")

    def _cells(self, steps: Sequence[Any], scope: Scope, out: list[Cell]) -> None:
        for step in steps:
            if type(step) is not CellStep:
                self._control(step, scope, out, self._cells)
            elif step.fixed is not None:
                out.append(step.fixed)
            elif step.value is not None:
                self.cell = len(out) + 1
                self.short = step.colspan == 1 and not step.header
                out.append(self._value_cell(step, step.value, scope))
            else:
                rowspan = step.rowspan if type(step.rowspan) is int else self._span(step.rowspan, step, scope)
                colspan = step.colspan if type(step.colspan) is int else self._span(step.colspan, step, scope)
                self.cell = len(out) + 1
                self.short = colspan == 1 and not step.header
                paragraphs = self.paragraphs(step.content, scope)
                self.unique = True
                out.append(Cell(step.span, paragraphs, rowspan, colspan, step.header, step.align))

    def _value_cell(self, step: CellStep, value: Out, scope: Scope) -> Cell:
        text = value.expression.text_value(scope, self.rule, value.span, self.sink)
        if text is None:
            self.sound = False
            text = ""
        elif text:
            text = self._words(text)
            self._count(text, value.expression, scope)
        cell = step.known.get(text)
        if cell is None:
            key = value.expression.text
            paragraphs = tuple(figure_inlines(value.span, line, key) for line in text.split("\n") if line)
            rowspan, colspan = step.rowspan, step.colspan
            cell = Cell(step.span, paragraphs, rowspan, colspan, step.header, step.align)  # type: ignore[arg-type]
            if len(text) > _RECURRING:
                self.unique = True
            else:
                if len(step.known) >= _KNOWN_CELLS:
                    step.known.clear()
                step.known[text] = cell
        return cell

    def _words(self, text: str) -> str:
        """What is printed of a value in the cell at work."""
        return in_a_column(text) if self.short else text

    def _count(self, text: str, expression: Expression, scope: Scope) -> None:
        self.figures += 1
        if READS in scope:
            self.traced.append(CellFigure(self.row, self.cell, text, expression.text, reads_of(scope)))

    def _too_large(self, span: Span, message: str) -> None:
        self.sink.error(Code.TABLE_TOO_LARGE, span, message, "检查 for 是不是套错了")
        self.sound = False

    def _span(self, expression: Any, step: CellStep, scope: Scope) -> int:
        value = expression.value(scope, step.span, self.sink)
        if type(value) is int and 1 <= value <= 10_000:
            return value
        if type(value) is Unfilled:
            return 1
        if value is not None:
            self.sink.error(
                Code.TABLE_GRID,
                step.span,
                f"合并的行数或列数“{expression.text}”不是 1 到 10000 的整数",
                "例如 {{ 组.行|个数 }}",
            )
        self.sound = False
        return 1

    def _pieces(self, steps: Sequence[Any], scope: Scope, out: list[Inline | None]) -> None:
        """Inlines, with None where a new paragraph starts."""
        for step in steps:
            kind = type(step)
            if kind is Words:
                out.append(step.text)
            elif kind is Break:
                out.append(None)
            elif kind is not Out:
                self._control(step, scope, out, self._pieces)
            else:
                self._value_pieces(step, scope, out)

    def _value_pieces(self, step: Out, scope: Scope, out: list[Inline | None]) -> None:
        text = step.expression.text_value(scope, self.rule, step.span, self.sink)
        if text is None:
            self.sound = False
            return
        if text:
            text = self._words(text)
            self._count(text, step.expression, scope)
        for number, line in enumerate(text.split("\n")):
            if number:
                out.append(None)
            if line:
                out += figure_inlines(step.span, line, step.expression.text)


def _recurring(step: RowStep, cells: list[Cell]) -> Row:
    """The row of these cells, the same object as the last time: writers know what they printed."""
    key = tuple(map(id, cells))
    row = step.known.get(key)
    if row is None:
        row = Row(step.span, tuple(cells))
        if len(step.known) >= _KNOWN_CELLS:
            step.known.clear()
        step.known[key] = row  # keeps the cells, so that their ids stay theirs
    return row
