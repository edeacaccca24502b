"""A group's weight is shared out to its rows."""

from __future__ import annotations

from collections.abc import Iterator

from compiler.checks.check import Check, Draft, Finding
from compiler.diagnostics import Code, Severity


def _find(draft: Draft) -> Iterator[Finding]:
    for part in draft.scorecard.parts if draft.scorecard else ():
        for group in part.groups:
            # Rows of amounts (基本支出, 项目支出) are scored together by one rate.
            judged = [row for row in group.rows if row.target is not None or row.actual is not None]
            if group.weight is None or len(judged) < 2 or any(row.weight is not None for row in group.rows):
                continue
            name = f"“{group.name}”" if group.name else f"“{part.name}”的一组"
            yield Finding(
                group.span_of("weight"),
                f"评分表{name}共{group.weight:f}分，没有分到{'、'.join(row.name for row in judged)}"
                f"这{len(judged)}个指标，各得多少分看不出来",
                f"给这{len(judged)}行各填分值和得分，合起来等于{group.weight:f}分",
                tuple((row.span, "这一行没有分值") for row in judged),
            )


CHECK = Check(
    Code.ROWS_WITHOUT_WEIGHT,
    Severity.WARNING,
    title="评分表一组的分值没有分到各指标",
    rule=(
        "评分表的一组有分值、组里有两个以上有指标值的指标的，每个指标要有自己的分值。"
        "只列预算数和执行数、按一个执行率计分的组（资金总体、基本支出、项目支出），不用分。"
    ),
    source="财预〔2020〕10号第二十五条（权重合理）",
    mend="按各指标的轻重把分值分下去，再按评分标准逐个打分。",
    find=_find,
)
