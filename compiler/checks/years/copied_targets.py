"""Every target of a project as it was last year."""

from __future__ import annotations

from collections.abc import Iterator

from compiler.checks.check import Check, Draft, Finding
from compiler.checks.years.matching import Pair, indicator_pairs, matching
from compiler.diagnostics import Code, Severity
from compiler.evaluation.project import Indicator
from compiler.figures import half_width
from compiler.patterns import pattern

LEAST = 3
"""Equal targets that are no chance: a project seldom has less than three that could be raised."""

_MEASURED = pattern(r"[1-9]")
_BOUND = pattern(r"[^0-9.]*(?:100(?:\.0+)?%|0(?:\.0+)?[^0-9.]*)")
"""A target that cannot be raised, 100% or 0起: it is the same every year."""


def _find(draft: Draft) -> Iterator[Finding]:
    if draft.previous is None:
        return
    year = draft.previous.report.year
    for pair in matching(draft).pairs:
        copied = _copied(pair)
        if len(copied) < LEAST:
            continue
        names = "、".join(f"“{row.level_3}”{row.target}" for row, _ in copied)
        yield Finding(
            copied[0][0].span_of("target"),
            f"项目“{pair.now.name}”的{len(copied)}个定量指标值全部与{year}年相同：{names}",
            "看是不是沿用了上年的绩效目标；任务确实没有变的，不必改",
            tuple((other.span_of("target"), f"{year}年的“{other.level_3}”") for _, other in copied),
        )


def _copied(pair: Pair) -> list[tuple[Indicator, Indicator]]:
    """The quantitative indicators with last year's targets; none when one target is new."""
    now, last = pair
    if not now.indicators or not last.indicators:
        return []
    targets = {row.level_3: row.target for row in last.indicators}
    measured = 0
    for row in now.indicators:
        target = row.target
        if target and _MEASURED.search(half_width(target)):
            if targets.get(row.level_3) != target:
                return []
            measured += 1
    if measured < LEAST:
        return []
    return [
        (row, other)
        for row, other in indicator_pairs(pair)
        if row.target
        and _MEASURED.search(half_width(row.target))
        and not _BOUND.fullmatch(half_width(row.target))
    ]


CHECK = Check(
    Code.TARGET_COPIED,
    Severity.INFO,
    title="项目的定量指标值全部与上年相同",
    rule=f"同一个项目的定量指标值（带数字的），不应当全部照搬上年。三级指标同名的才比；有一个指标值不同，或相同的不满{LEAST}个，就不报；"
    "不能再提高的指标值（100%、0）不计入个数。",
    source="财预〔2020〕10号第十六条（年初指标值偏低的要查原因）；两年报告对照",
    mend="按当年的任务重新定指标值；任务和资金确实与上年一样的，不必改。",
    find=_find,
)
