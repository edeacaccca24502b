"""A declared chart, compiled: what to do with the data to get what is drawn.

Values are exact and printed by the document's one rule; floats come in where lengths on paper are worked out (`drawing`).
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any, Literal, TypeAlias

from compiler.charts.lines import row_height, wrapped
from compiler.diagnostics import Code, Diagnostics
from compiler.expressions import READS, Expression, Read, Scope, reads_of
from compiler.figures import EXACT, UNITS, Amount, Count, NumberRule, Rate
from compiler.filters import Shown, printed
from compiler.marking import figure_inlines, in_a_column
from compiler.named import NamedTuple
from compiler.record import Missing, Unfilled
from compiler.source import Source, Span
from compiler.table_steps import CellFigure
from compiler.tree import Inline, Placeholder, plain_text

Shape: TypeAlias = Literal["column", "bar", "line"]
MAX_SERIES: dict[Shape, int] = {"column": 4, "bar": 4, "line": 2}
"""More have no greys that one could tell apart; the values of a third line would stand on those of the others."""
MAX_ITEMS = 200_000
"""Items that a chart is chosen from; more is a runaway list."""
_LINE_ITEMS = 24
_PAGE = 7.8
"""Inches that bars may take of a page, which has 8.8 (GB/T 9704: 225 millimetres), under their head and above the caption."""


class Point(NamedTuple):
    """A value of a chart."""

    text: str
    """As printed, without the unit."""
    number: Decimal | None
    """How far it reaches, in the chart's unit; None for what is no number: 〔待填〕, —."""
    waits: bool = False
    """It is still to be filled in."""


class Item(NamedTuple):
    """A group of bars, or a place on the axis of a line."""

    name: str
    points: tuple[Point, ...]
    """One for each series."""
    aside: bool = False
    """It is the rest added up: told in figures, not drawn, as one bar of two hundred would leave nothing of the others."""


class ChartData(NamedTuple):
    """All that is drawn, and all that is said of it; equal data is drawn alike."""

    caption: str
    """In plain words."""
    shape: Shape
    unit: str
    """Of all its values; empty when they have none."""
    series: tuple[str, ...]
    items: tuple[Item, ...]
    note: str = ""
    """What is left out, in words."""


class Run(NamedTuple):
    """What a program came to over one scope."""

    data: ChartData
    caption: tuple[Inline, ...]
    figures: int
    """Figures filled in."""
    traced: list[CellFigure]
    """Which, when the scope keeps what is read: by row and cell of the table of the data (`told.table_of`)."""


class Named(NamedTuple):
    """Words with values in them."""

    words: tuple[Inline, ...]
    span: Span


class Series(NamedTuple):
    """What is drawn with one look."""

    name: Named
    values: tuple[tuple[Expression, Span], ...]
    """One for every item of a list, else one for each item."""


class _Value(NamedTuple):
    """A value with what it takes to add it up and to trace it."""

    point: Point
    unit: str
    value: Any
    expression: Expression
    reads: tuple[Read, ...]


_Row: TypeAlias = tuple[str, tuple[_Value, ...]]


class ChartProgram(NamedTuple):
    """A compiled declaration; `run` makes the data of one scope."""

    source: Source
    span: Span
    caption: Named
    shape: Shape
    each: tuple[Expression, Span] | None
    names: tuple[Named, ...]
    """Of every item of a list one, else of each item."""
    series: tuple[Series, ...]
    unit: str
    most: int
    """0 when it is not declared."""

    def is_empty(self, scope: Scope) -> bool:
        """Whether the list that it goes over has no item in this scope; what is wrong with it `run` reports."""
        if self.each is None:
            return False
        items = self.each[0].value(scope, self.each[1], Diagnostics())
        return type(items) is Missing or items == ()

    def run(self, scope: Scope, rule: NumberRule, sink: Diagnostics) -> Run | None:
        """What is drawn, how many figures that is, and which, when the scope keeps what is read.

        None when something is wrong, which is reported at its place in the declaration.
        """
        runner = _Runner(self, rule, sink)
        caption = runner.words(self.caption, scope, 0, 0)
        names = [plain_text(runner.words(series.name, scope, 0, 0)) for series in self.series]
        rows = list(runner.rows(scope))
        if not runner.sound:
            return None
        unit = runner.unit(rows, names)
        if unit is None:
            return None
        if not rows:
            sink.error(
                Code.CHART,
                self.each[1] if self.each else self.span,
                "这张图一项也没有",
                "没有数据时不要这张图",
            )
            return None
        if all(
            value.point.number is None and not value.point.waits for _, values in rows for value in values
        ):
            sink.error(
                Code.CHART, self.series[0].values[0][1], "这张图里一个数也没有", "值要是金额、比率、个数或数"
            )
            return None
        chosen, note = runner.chosen(rows, names)
        if scope.get(READS) is not None:
            runner.trace(chosen)
        runner.figures += sum(len(values) for _, values in chosen)
        aside = len(chosen) - 1 if runner.added else None
        items = tuple(
            Item(name, tuple(value.point for value in values), index == aside)
            for index, (name, values) in enumerate(chosen)
        )
        data = ChartData(plain_text(caption), self.shape, unit, tuple(names), items, note)
        return Run(data, caption, runner.figures, runner.traced)


class _Runner:
    """Runs one program over one scope."""

    def __init__(self, program: ChartProgram, rule: NumberRule, sink: Diagnostics) -> None:
        self.program, self.rule, self.sink = program, rule, sink
        self.sound = True
        self.figures = 0
        self.added = False
        """The last of those chosen is the rest added up."""
        self.traced: list[CellFigure] = []

    def words(self, named: Named, scope: Scope, row: int, cell: int) -> tuple[Inline, ...]:
        """Words with their values filled in."""
        out: list[Inline] = []
        for child in named.words:
            if not isinstance(child, Placeholder):
                out.append(child)
                continue
            text = child.expression.text_value(scope, self.rule, child.span, self.sink)
            if text is None:
                self.sound = False
            elif text:
                text = text.replace("\n", "")
                self.figures += 1
                reads = reads_of(scope)
                out += figure_inlines(child.span, text, child.expression.text, reads)
                if scope.get(READS) is not None:
                    self.traced.append(CellFigure(row, cell, text, child.expression.text, reads))
        return tuple(out)

    def rows(self, scope: Scope) -> Iterator[_Row]:
        """Every item with its values; one that has an error is left out."""
        program = self.program
        if program.each is None:
            for index, name in enumerate(program.names):
                values = [self.value(*series.values[index], scope) for series in program.series]
                yield self._row(name, scope, values)
            return
        for item in self._items(*program.each, scope):
            inner = {**scope, "本项": item}
            if getattr(item, "NOUN", "") == "项目":
                inner["本项目"] = item
            values = [self.value(*series.values[0], inner) for series in program.series]
            yield self._row(program.names[0], inner, values)
            if not self.sound:
                return  # the next would most likely say the same

    def _row(self, name: Named, scope: Scope, values: list[_Value | None]) -> _Row:
        figures = self.figures
        traced = len(self.traced)
        words = plain_text(self.words(name, scope, 0, 0))
        self.figures = figures  # labels of items are counted and traced where they are printed as headings
        del self.traced[traced:]
        return words, tuple(value for value in values if value is not None)

    def _items(self, over: Expression, span: Span, scope: Scope) -> tuple[Any, ...]:
        items = over.value(scope, span, self.sink)
        if type(items) is Missing:
            return ()
        if type(items) is Unfilled:
            return (items,)
        if type(items) is not tuple:
            if items is not None:
                self.sink.error(Code.CHART, span, f"“{over.text}”不是列表", "例如 项目、评分表.部分")
            self.sound = False
            return ()
        return items[:MAX_ITEMS]

    def value(self, expression: Expression, span: Span, scope: Scope) -> _Value | None:
        """A value; None when it has none, which is reported."""
        text = expression.text_value(scope, self.rule, span, self.sink)
        if text is None:
            self.sound = False
            return None
        reads = reads_of(scope)
        value = expression.value(scope, span, self.sink)
        text = in_a_column(text.replace("\n", ""))
        if type(value) is Unfilled:
            return _Value(Point(text, None, True), "", value, expression, reads)
        number, unit = _number(value)
        if number is not None and unit:
            text = text.removesuffix(unit)
        return _Value(Point(text, number), unit, value, expression, reads)

    def unit(self, rows: list[_Row], series: list[str]) -> str | None:
        """The one unit of all values; None when there are several, which is reported."""
        first: tuple[str, str] | None = None
        for name, values in rows:
            for index, value in enumerate(values):
                if value.point.number is None:
                    continue
                unit = value.unit or self.program.unit
                said = series[index] if len(series) > 1 else name
                if first is not None and unit != first[0]:
                    span = self.program.series[index].values[
                        0 if self.program.each else rows.index((name, values))
                    ][1]
                    units = [each or "没有单位的数" for each in (first[0], unit)]
                    self.sink.error(
                        Code.CHART,
                        span,
                        f"同一张图里有两种单位：“{first[1]}”是{units[0]}，“{said}”是{units[1]}",
                        "用同一种单位，如都写 |万元；不是同一种数的，分成两张图",
                    )
                    return None
                if first is None:
                    first = unit, said
        return first[0] if first else self.program.unit

    def chosen(self, rows: list[_Row], series: list[str]) -> tuple[list[_Row], str]:
        """What there is room for: of a line the first, else the largest, in their order; the rest added up, or said in words."""
        program = self.program
        if program.shape == "line":
            most = min(program.most or _LINE_ITEMS, _LINE_ITEMS)
            return rows[:most], f"只画了前{most}项，一共{len(rows)}项" if len(rows) > most else ""
        by_size = sorted(range(len(rows)), key=lambda index: (_size(rows[index]), -index), reverse=True)
        most = min(
            program.most or len(rows), _room([rows[index][0] for index in by_size], len(program.series))
        )
        if len(rows) <= most:
            return rows, ""
        adds = all(_can_add(value) for _, values in rows for value in values)
        kept = most - 1 if adds else most
        shown = sorted(by_size[:kept])
        chosen = [rows[index] for index in shown]
        if not adds:
            return chosen, f"只画了最大的{kept}项，一共{len(rows)}项"
        rest = [rows[index] for index in sorted(by_size[kept:])]
        sums = tuple(self._sum([values[index] for _, values in rest]) for index in range(len(program.series)))
        lacking = [
            sum(values[index].point.number is None for _, values in rest)
            if whole.point.number is not None
            else 0
            for index, whole in enumerate(sums)
        ]
        told = "，".join(
            f"有{count}项没有{name}" for name, count in zip(series, lacking, strict=True) if count
        )
        note = f"其余{len(rest)}项里，{told}，没有算进合计" if told else ""
        self.added = True
        return [*chosen, (f"其余{len(rest)}项合计", sums)], note

    def _sum(self, values: list[_Value]) -> _Value:
        """The sum of values that can be added up; it waits when one of them does."""
        reads = tuple(read for value in values for read in value.reads)
        for value in values:
            if value.point.waits:
                return value._replace(reads=reads)
        given = [value for value in values if value.point.number is not None]
        if not given:
            return values[0]._replace(reads=reads)
        first = given[0]
        if isinstance(first.value, Count):
            whole: Any = Count(sum(value.value.number for value in given), first.value.measure)
        else:
            yuan = Decimal(0)
            for value in given:
                yuan = EXACT.add(yuan, value.value.value.yuan)
            whole = Shown(Amount(yuan), first.value.format)
        number, unit = _number(whole)
        text = printed(whole, self.rule).removesuffix(unit)
        return _Value(Point(text, number), unit, whole, first.expression, reads)

    def trace(self, rows: list[_Row]) -> None:
        """Keep what every value was read from."""
        for row, (_, values) in enumerate(rows, 2):
            for cell, value in enumerate(values, 2):
                self.traced.append(
                    CellFigure(row, cell, value.point.text + value.unit, value.expression.text, value.reads)
                )


def _room(names: list[str], series: int) -> int:
    """How many of the items have room on a page."""
    left = _PAGE
    for index, name in enumerate(names):
        left -= row_height(wrapped(name), series)
        if left < 0:
            return max(2, index)
    return len(names)


def _size(row: _Row) -> Decimal:
    number = row[1][0].point.number
    return Decimal("-Infinity") if number is None else number


def _can_add(value: _Value) -> bool:
    """Whether it may be added to others: an amount or a count, or nothing yet. Rates and scores may not."""
    if value.point.number is None:
        return True
    return isinstance(value.value, Count) or (
        isinstance(value.value, Shown) and isinstance(value.value.value, Amount)
    )


def _number(value: Any) -> tuple[Decimal | None, str]:
    """How far a value reaches in the unit it is printed in, and that unit; None for what is no number."""
    if isinstance(value, Shown):
        unit = value.format.removesuffix("数")
        if isinstance(value.value, Amount) and unit in UNITS:
            return value.value.yuan.scaleb(-UNITS[unit], EXACT), unit
        if isinstance(value.value, Rate):
            return EXACT.multiply(value.value.ratio, Decimal(100)), "%"
        return None, ""
    if isinstance(value, Count):
        return Decimal(value.number), value.measure
    if isinstance(value, (int, Decimal)) and not isinstance(value, bool):
        return Decimal(value), ""
    return None, ""
