"""The data of a chart in words, and as a table: for readers who cannot see it, and where it cannot be drawn."""

from __future__ import annotations

from compiler.charts.program import ChartData, Item, Point
from compiler.marking import figure_inlines
from compiler.source import Span
from compiler.tree import Cell, Inline, Row, Table, Text

SHAPES = {"column": "柱形图", "bar": "条形图", "line": "折线图"}
_FEW = 8
"""Values that one still follows when they are read out in one sentence."""


def description(data: ChartData) -> str:
    """The chart in one sentence: 柱形图：各部分得分。预算执行：得分19分；…"""
    return f"{_lead(data)}{'；'.join(_said(data, item) for item in data.items)}。" + (
        f"{data.note}。" if data.note else ""
    )


def summary(data: ChartData) -> str:
    """As `description`, but for many values only what they are: they are in the table that comes with it."""
    if sum(len(item.points) for item in data.items) <= _FEW:
        return description(data)
    return f"{_lead(data)}{len(data.items)}项的{'、'.join(data.series)}，数在下面的表里。"


def has_all(data: ChartData) -> bool:
    """Whether `summary` tells every value, so that no table is needed."""
    return summary(data) == description(data)


def table_of(data: ChartData, span: Span) -> Table:
    """The data as a table with neither number nor caption: a row an item, a column a series."""
    unit = f"（{data.unit}）" if data.unit else ""
    heads = ["项", *(f"{name}{unit}" for name in data.series)]
    head = Row(span, tuple(Cell(span, (_words(span, text),), header="col", align="center") for text in heads))
    body = tuple(
        Row(
            span,
            (
                Cell(span, (_words(span, item.name),), header="row"),
                *(Cell(span, (_value(span, point),), align="right") for point in item.points),
            ),
        )
        for item in data.items
    )
    notes = (_words(span, f"注：{data.note}。"),) if data.note else ()
    return Table(span, _columns(data), (head,), body, notes=notes, numbered=False, summary=data.caption)


def _columns(data: ChartData) -> tuple[int, ...]:
    each = 5500 // max(2, len(data.series))
    return 10000 - each * len(data.series), *(each for _ in data.series)


def _words(span: Span, text: str) -> tuple[Inline, ...]:
    return (Text(span, text),) if text else ()


def _value(span: Span, point: Point) -> tuple[Inline, ...]:
    return figure_inlines(span, point.text, "") if point.waits else _words(span, point.text)


def _lead(data: ChartData) -> str:
    return f"{SHAPES[data.shape]}：{data.caption}。"


def _said(data: ChartData, item: Item) -> str:
    """甲：全年预算数4501.07万元，全年执行数4500万元."""
    values = (
        f"{name}{point.text}{'' if point.number is None else data.unit}"
        for name, point in zip(data.series, item.points, strict=True)
    )
    return f"{item.name}：{'，'.join(values)}"
