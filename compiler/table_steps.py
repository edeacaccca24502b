"""What a compiled table template consists of: steps, and the forms of rows that come of them.

A row of which the data decides nothing but the values, or nothing more after its conditions, has a form: which cells it has, made once, and
where values go into them. Rows of one form share its pattern.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from operator import attrgetter
from typing import Any, ClassVar, TypeAlias

from compiler.expressions import Expression, Read
from compiler.named import NamedTuple
from compiler.source import Span
from compiler.tree import Align, Cell, Inline, Row, RowPattern, Text
from compiler.value_paths import readers_of

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


class Arm(NamedTuple):
    """A condition and what it leads to."""

    condition: Expression | None
    """None is else."""
    span: Span
    steps: tuple[Any, ...]


class Branch(NamedTuple):
    """`{% if … %}`: the steps of the first arm whose condition holds."""

    arms: tuple[Arm, ...]


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


class CellContent(NamedTuple):
    """A cell of a row's form that is not the same in all its rows."""

    place: int
    """Its place in the row, from 0."""
    short: bool
    """It stands in one column, under a header that says what it is: marks are short there."""
    content: tuple[Any, ...]


class RowForm:
    """The rows of a `<tr>` whose cells the data has decided on, down to their values."""

    __slots__ = ("fixed", "keys", "open", "pattern", "readers", "span", "values")

    def __init__(self, span: Span, steps: Sequence[tuple[CellStep, int, int]]) -> None:
        """`steps` are those of its cells, with their spans."""
        self.span = span
        cells: list[Cell] = []
        opens: list[CellContent] = []
        values: list[Out] = []
        for index, (step, rowspan, colspan) in enumerate(steps):
            cell = step.fixed
            if cell is None:
                content = step.content
                is_open = any(type(piece) is not Words and type(piece) is not Break for piece in content)
                paragraphs = () if is_open else _paragraphs(content)
                cell = Cell(step.span, paragraphs, rowspan, colspan, step.header, step.align)
                if is_open:
                    opens.append(CellContent(index, colspan == 1 and not step.header, content))
                    if len(content) == 1 and type(content[0]) is Out:
                        values.append(content[0])
            cells.append(cell)
        self.open = tuple(opens)
        self.values = tuple(values) if len(values) == len(opens) else ()
        """The values of the open cells, one for each, when each holds one and nothing else; else nothing."""
        figures = tuple([(value.span, value.expression.text) for value in self.values])
        self.pattern = RowPattern(tuple(cells), tuple([cell.place for cell in opens]), figures)
        paths = [value.expression.path for value in self.values]
        self.readers = readers_of(paths)
        """What reads those that are paths; they leave what is read by `keys` of what they give."""
        self.keys = tuple([path.keys[-1] if path else "" for path in paths])
        self.fixed = None if opens else Row(span, self.pattern.cells, "", self.pattern)
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


Choice: TypeAlias = "tuple[CellStep | Branch, tuple[Sequence[Choice], ...]]"
"""What the data decides of a row: the spans of a cell, or which arm of a branch is taken and, by arms, what it decides then."""


class RowStep:
    """A `<tr>`."""

    __slots__ = ("asked_of_loop", "cells", "choices", "form", "forms", "forms_in_loop", "span")

    def __init__(self, span: Span, cells: tuple[Any, ...]) -> None:
        self.span = span
        self.cells = cells
        self.choices = _choices(cells)
        """What the data decides; None where there are cells as many as it has of something: such rows have no form."""
        self.form: RowForm | None = None
        """The form of all its rows, when the data decides nothing but values."""
        self.forms: dict[tuple[int, ...], RowForm] = {}
        """The forms of its rows by what the data has decided."""
        asked = _asked_of_loop(self.choices or ())
        self.asked_of_loop: Callable[[LoopState], Any] | None = attrgetter(*asked) if asked else None
        """Gives what decides, where that is nothing but the place in the loop: `loop.first`."""
        self.forms_in_loop: dict[Any, RowForm] = {}
        """The forms of its rows by that."""
        if all(type(cell) is CellStep and (cell.fixed or cell.value) for cell in cells):
            self.form = RowForm(span, [(cell, cell.rowspan, cell.colspan) for cell in cells])

    def form_of(self, decided: tuple[int, ...]) -> RowForm:
        """The form of a row of which the data has decided this, which is kept."""
        if len(self.forms) >= _FORMS:
            self.forms.clear()
            self.forms_in_loop.clear()
        form = self.forms[decided] = RowForm(self.span, list(_chosen(self.cells, iter(decided))))
        return form

    def keep_in_loop(self, asked: Any, form: RowForm) -> None:
        """Remember that of this place in a loop the row has this form."""
        if len(self.forms_in_loop) >= _FORMS:
            self.forms_in_loop.clear()
        self.forms_in_loop[asked] = form


def _choices(steps: Sequence[Any]) -> tuple[Choice, ...] | None:
    found: list[Choice] = []
    for step in steps:
        if type(step) is CellStep:
            if type(step.rowspan) is not int or type(step.colspan) is not int:
                found.append((step, ()))
        elif type(step) is Branch:
            arms = [_choices(arm.steps) for arm in step.arms]
            if None in arms:
                return None
            found.append((step, tuple([arm for arm in arms if arm is not None])))
        else:
            return None
    return tuple(found)


def _asked_of_loop(choices: Sequence[Choice]) -> list[str]:
    """What some choices ask the loop for, when they ask nothing else; else nothing."""
    asked: list[str] = []
    for step, arms in choices:
        own = (
            [step.rowspan, step.colspan]
            if isinstance(step, CellStep)
            else [arm.condition for arm in step.arms]
        )
        for expression in own:
            if isinstance(expression, Expression):
                name = expression.text.removeprefix("loop.")
                if name not in LoopState.NAMES or name == expression.text:
                    return []
                asked.append(name)
        for inner in arms:
            if inner and not (more := _asked_of_loop(inner)):
                return []
            asked += more if inner else ()
    return asked


def _chosen(steps: Sequence[Any], decided: Iterator[int]) -> Iterator[tuple[CellStep, int, int]]:
    """The cells of a row, with their spans, of which the data has decided this."""
    for step in steps:
        if type(step) is Branch:
            arm = next(decided)
            if arm >= 0:
                yield from _chosen(step.arms[arm].steps, decided)
        elif type(step.rowspan) is int and type(step.colspan) is int:
            yield step, step.rowspan, step.colspan
        else:
            yield step, next(decided), next(decided)


class CellFigure(NamedTuple):
    """A figure of a table, for the trace."""

    row: int
    """From 1, rows of the head counted; 0 for caption and notes."""
    cell: int
    """From 1, among the cells that start in the row; 0 in caption and notes."""
    text: str
    expression: str
    reads: tuple[Read, ...]


class RowFigures(NamedTuple):
    """The figures of a row of values, for the trace."""

    row: int
    """As of a `CellFigure`."""
    form: RowForm
    texts: Sequence[str]
    """As printed, one for each value of the form; an empty one is no figure."""
    reads: Sequence[Any]
    """What each read: the record or run that has it by its key of the form, or a tuple of all that its expression read."""

    def one_by_one(self) -> Iterator[CellFigure]:
        """Each figure by itself."""
        form = self.form
        for cell, value, key, text, read in zip(
            form.open, form.values, form.keys, self.texts, self.reads, strict=True
        ):
            if text:
                reads = read if type(read) is tuple else ((read, key),)
                yield CellFigure(self.row, cell.place + 1, text, value.expression.text, reads)


Figures: TypeAlias = "Sequence[CellFigure | RowFigures]"
"""The figures of a table or chart, in the order in which they stand there."""


def one_by_one(figures: Figures) -> Iterator[CellFigure]:
    """Each figure by itself."""
    for item in figures:
        if type(item) is RowFigures:
            yield from item.one_by_one()
        else:
            yield item  # type: ignore[misc]


class LoopState:
    """`loop` inside a `for`: 第几项 and whether it is the first or last."""

    __slots__ = ("index", "length")
    NAMES: ClassVar[frozenset[str]] = frozenset(["index", "index0", "first", "last", "length"])
    """What templates may ask it for."""

    def __init__(self, length: int) -> None:
        self.index = 0
        self.length = length

    @property
    def index0(self) -> int:
        """From 0."""
        return self.index - 1

    @property
    def first(self) -> bool:
        """Whether it is the first turn."""
        return self.index == 1

    @property
    def last(self) -> bool:
        """Whether it is the last turn."""
        return self.index == self.length

    def lookup(self, key: str) -> Any:
        """By the names that templates use; None for others."""
        return getattr(self, key) if key in self.NAMES else None
