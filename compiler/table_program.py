"""A table template, compiled: what to do with the data to get a `Table`.

A template is parsed once (`compiler.readers.table_template`) into steps; running them over a scope makes cells directly. There
is no HTML in between, so a value can never become markup, and cells without a value are made once and shared
by every table of the template.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from compiler.diagnostics import Code, Diagnostics
from compiler.expressions import READS, Expression, Scope, reads_of, truth
from compiler.figures import NumberRule
from compiler.gaps import UNFILLED, mark_for
from compiler.marking import figure_inlines, in_a_column
from compiler.named import NamedTuple
from compiler.record import Missing, Unfilled
from compiler.source import Source, Span
from compiler.table_grid import is_complete
from compiler.table_steps import (
    Branch,
    Break,
    CellFigure,
    CellStep,
    Choice,
    Figures,
    Loop,
    LoopState,
    Out,
    RowFigures,
    RowForm,
    RowStep,
    Words,
)
from compiler.tree import Cell, Figure, Inline, Row, Table, replace

MAX_CELLS = 200_000
"""Cells of one table; more is a runaway loop."""
MAX_TURNS = 500_000
"""Turns of all loops of one table."""


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

    def run(self, scope: Scope, rule: NumberRule, sink: Diagnostics) -> tuple[Table, int, Figures] | None:
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
        self.short = False
        """Whether the cell at work stands in one column, whose header says what it is: marks are short there."""
        self.row = self.cell = 0
        self.traced: list[CellFigure | RowFigures] = []
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
        arm, wanting = self._arm(step, scope, pieces=run == self._pieces)
        if wanting is not None:  # either word may be the wrong one
            condition, span, _ = step.arms[arm]
            words = self._words(mark_for(wanting.key))
            out += figure_inlines(span, words, condition.text if condition else "")
        elif arm >= 0:
            run(step.arms[arm].steps, scope, out)

    def _arm(self, step: Branch, scope: Scope, *, pieces: bool = False) -> tuple[int, Unfilled | None]:
        """Which arm is taken, -1 when none is; of `pieces` of a cell also what is to be filled in before it is known."""
        for arm, (condition, span, _) in enumerate(step.arms):
            if condition is None:
                return arm, None
            value = condition.value(scope, span, self.sink)
            if value is None:
                self.sound = False
                return -1, None
            if type(value) is Unfilled and value.undecided:
                if pieces:
                    return arm, value
            elif truth(value):
                return arm, None
        return -1, None

    # Rows, cells, pieces ------------------------------------------------------------------

    def _rows(self, steps: Sequence[Any], scope: Scope, out: list[Row]) -> None:
        for step in steps:
            if type(step) is not RowStep:
                self._control(step, scope, out, self._rows)
                continue
            self.row += 1
            form = step.form or self._form(step, scope)
            if form is not None:
                row = form.fixed or (
                    self._row_of_values(form, scope) if form.values else self._row(form, scope)
                )
            else:
                cells: list[Cell] = []
                self._cells(step.cells, scope, cells)
                row = Row(step.span, tuple(cells))
            out.append(row)
            if self.cells_left > 0:
                self.cells_left -= len(row.pattern.cells if row.pattern else row.cells)
                if self.cells_left <= 0:
                    self._too_large(step.span, f"一张表超过 {MAX_CELLS} 个单元格")

    def _form(self, step: RowStep, scope: Scope) -> RowForm | None:
        """The form of a row whose cells the data decides on; None when it has none."""
        if step.choices is None:
            return None
        state = scope.get("loop")
        if step.asked_of_loop is None or type(state) is not LoopState:
            return self._decided(step, step.choices, scope)
        asked = step.asked_of_loop(state)
        form = step.forms_in_loop.get(asked)
        if form is None:
            sound = self.sound
            form = self._decided(step, step.choices, scope)
            if sound and self.sound:
                step.keep_in_loop(asked, form)
        return form

    def _decided(self, step: RowStep, choices: Sequence[Choice], scope: Scope) -> RowForm:
        decided: list[int] = []
        self._decide(choices, scope, decided)
        key = tuple(decided)
        return step.forms.get(key) or step.form_of(key)

    def _decide(self, choices: Sequence[Choice], scope: Scope, out: list[int]) -> None:
        """What the data decides of a row: the arms taken and the spans of cells, in the order in which they are met."""
        for step, arms in choices:
            if type(step) is CellStep:
                out += self._spans(step, scope)
            else:
                arm, _ = self._arm(step, scope)  # type: ignore[arg-type]
                out.append(arm)
                if arm >= 0:
                    self._decide(arms[arm], scope, out)

    def _row(self, form: RowForm, scope: Scope) -> Row:
        """The row of a form whose open cells may hold anything."""
        cells = list(form.pattern.cells)
        for index, short, content in form.open:
            self.cell, self.short = index + 1, short
            cells[index] = replace(cells[index], paragraphs=self.paragraphs(content, scope))
        return Row(form.span, tuple(cells), "", form.pattern)

    def _row_of_values(self, form: RowForm, scope: Scope) -> Row:
        """The row of a form whose open cells hold one value each."""
        many = len(form.values)
        texts: list[Any] = [None] * many
        reads: list[Any] = [None] * many
        for reader in form.readers:
            reader.read(scope, self.rule, texts, reads)
        if None in texts:
            self._evaluate(form, scope, texts, reads)
        row = None
        words = "".join(texts)
        # Several lines, or a mark, are more than one figure. Every mark has 待, which is looked for in all words at once. So ordinary
        # words with it (接待) only take the long way, to the same cells, and one cell with either sends the whole row there.
        if "\n" in words or UNFILLED[0] in words:
            cells = list(form.pattern.cells)
            for place, ((index, short, _), value) in enumerate(zip(form.open, form.values, strict=True)):
                texts[place] = text = in_a_column(texts[place]) if short else texts[place]
                cells[index] = replace(cells[index], paragraphs=_lines(value, text))
            row = Row(form.span, tuple(cells), "", form.pattern)
        self.figures += many - texts.count("")
        if READS in scope:
            self.traced.append(RowFigures(self.row, form, texts, reads))
        return row or form.pattern.row(form.span, texts)

    def _evaluate(self, form: RowForm, scope: Scope, texts: list[Any], reads: list[Any]) -> None:
        """Put the values that are not known into `texts`, and what they read into `reads`."""
        for place, value in enumerate(form.values):
            if texts[place] is None:
                text = value.expression.text_value(scope, self.rule, value.span, self.sink)
                if text is None:
                    self.sound = False
                texts[place], reads[place] = text or "", reads_of(scope)

    def _cells(self, steps: Sequence[Any], scope: Scope, out: list[Cell]) -> None:
        """The cells of a row that has no form."""
        for step in steps:
            if type(step) is not CellStep:
                self._control(step, scope, out, self._cells)
            elif step.fixed is not None:
                out.append(step.fixed)
            else:
                rowspan, colspan = self._spans(step, scope)
                self.cell = len(out) + 1
                self.short = colspan == 1 and not step.header
                paragraphs = self.paragraphs(step.content, scope)
                out.append(Cell(step.span, paragraphs, rowspan, colspan, step.header, step.align))

    def _spans(self, step: CellStep, scope: Scope) -> tuple[int, int]:
        rowspan, colspan = step.rowspan, step.colspan
        return (
            rowspan if type(rowspan) is int else self._span(rowspan, step, scope),
            colspan if type(colspan) is int else self._span(colspan, step, scope),
        )

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


def _lines(value: Out, text: str) -> tuple[tuple[Inline, ...], ...]:
    """The paragraphs of a printed value, one a line."""
    if "\n" not in text and UNFILLED[0] not in text:  # as nearly all are
        return ((Figure(value.span, text, value.expression.text),),) if text else ()
    words = value.expression.text
    return tuple([figure_inlines(value.span, line, words) for line in text.split("\n") if line])
