"""A template's charts/名称.yaml -> a `ChartProgram`."""

from __future__ import annotations

from typing import Literal

from compiler.charts.program import MAX_SERIES, ChartProgram, Named, Series
from compiler.diagnostics import Code, Diagnostics
from compiler.expressions import Expression
from compiler.kinds import TEXT, Kind, choice, integer, list_of, one_or_list
from compiler.outline import EXPRESSION, TEMPLATE
from compiler.rawdata import RawFile
from compiler.record import Record
from compiler.schema import optional, read_file, record_of, required
from compiler.source import Span
from compiler.tree import Inline

SHAPE: Kind[Literal["column", "bar", "line"]] = choice({"柱形": "column", "条形": "bar", "折线": "line"})


class SeriesSpec(Record):
    """数列: what is drawn of every item, with one look."""

    NOUN = "数列"
    label: tuple[Inline, ...] = required("名称", TEMPLATE)
    value: Expression | None = optional("值", EXPRESSION)


class ItemSpec(Record):
    """各项: an item of a chart that goes over no list."""

    NOUN = "图的一项"
    label: tuple[Inline, ...] = required("名称", TEMPLATE)
    values: tuple[Expression, ...] = required("值", one_or_list(EXPRESSION))
    """One for each series."""


class ChartSpec(Record):
    """A whole charts/名称.yaml."""

    NOUN = "图"
    caption: tuple[Inline, ...] = required("题", TEMPLATE)
    shape: Literal["column", "bar", "line"] = required("形式", SHAPE)
    each: Expression | None = optional("逐项", EXPRESSION)
    """The list whose items are drawn."""
    label: tuple[Inline, ...] | None = optional("名称", TEMPLATE)
    """What each item of the list is called."""
    items: tuple[ItemSpec, ...] | None = optional("各项", list_of(record_of(ItemSpec)))
    series: tuple[SeriesSpec, ...] = required("数列", list_of(record_of(SeriesSpec)))
    unit: str | None = optional("单位", TEXT)
    """Of numbers that have none themselves."""
    most: int | None = optional("最多", integer(2, 40))
    """Items drawn; of more the largest."""


def read_chart(raw: RawFile, sink: Diagnostics) -> ChartProgram | None:
    """Compile a declaration; errors are reported, and None returned."""
    spec = read_file(ChartSpec, raw, sink)
    if spec is None or not _is_whole(spec, sink):
        return None
    series = []
    for index, each in enumerate(spec.series):
        values = (
            ((each.value, each.span_of("value")),)
            if each.value is not None
            else tuple((item.values[index], item.span_of("values")) for item in spec.items or ())
        )
        series.append(Series(Named(each.label, each.span), values))
    return ChartProgram(
        spec.source,
        spec.span,
        Named(spec.caption, spec.span_of("caption")),
        spec.shape,
        None if spec.each is None else (spec.each, spec.span_of("each")),
        (Named(spec.label, spec.span_of("label")),)
        if spec.label is not None
        else tuple(Named(item.label, item.span) for item in spec.items or ()),
        tuple(series),
        spec.unit or "",
        spec.most or 0,
    )


def _is_whole(spec: ChartSpec, sink: Diagnostics) -> bool:
    """Whether what is declared belongs together; what does not is reported."""
    problems: list[tuple[Span, str, str]] = []
    if (spec.each is None) == (spec.items is None):
        problems.append(
            (spec.span, "“逐项”和“各项”要写一个，也只写一个", "画一个列表写“逐项”，自己列几项写“各项”")
        )
    elif spec.each is not None:
        if spec.label is None:
            problems.append(
                (spec.span_of("each"), "有“逐项”，没有“名称”", '写上每一项叫什么，如 名称: "{{ 本项.名称 }}"')
            )
        problems += [
            (each.span, "有“逐项”时，每个数列都要写“值”", "例如 值: 本项.全年预算数|万元")
            for each in spec.series
            if each.value is None
        ]
    else:
        if spec.label is not None:
            problems.append(
                (spec.span_of("label"), "有“各项”时不写这个“名称”", "各项的名称写在各项里；删去它")
            )
        problems += [
            (each.span_of("value"), "有“各项”时，数列里不写“值”", "值写在“各项”里；删去它")
            for each in spec.series
            if each.value is not None
        ]
        problems += [
            (
                item.span_of("values"),
                f"这一项有 {len(item.values)} 个值，数列有 {len(spec.series)} 个",
                "每个数列写一个值，次序相同",
            )
            for item in spec.items or ()
            if len(item.values) != len(spec.series)
        ]
    most = MAX_SERIES[spec.shape]
    if not 1 <= len(spec.series) <= most:
        problems.append(
            (spec.span_of("series"), f"数列有 {len(spec.series)} 个，这种图画 1 到 {most} 个", "分成几张图")
        )
    for span, message, hint in problems:
        sink.error(Code.CHART, span, message, hint)
    return not problems
