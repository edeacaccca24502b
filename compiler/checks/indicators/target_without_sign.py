"""A number as a target says whether it is a floor or a ceiling."""

from __future__ import annotations

from collections.abc import Iterator

from compiler.checks.check import Check, Draft, Finding
from compiler.checks.indicators.rows import indicators, is_cost
from compiler.diagnostics import Code, Severity
from compiler.evaluation.measure import parse_measure

_SIGNS = frozenset("≥≤＞＜＝><=")


def _find(draft: Draft) -> Iterator[Finding]:
    for _, indicator in indicators(draft):
        target = indicator.target
        if target is None or target[:1] in _SIGNS:
            continue
        measure = parse_measure(target)
        if measure is None or measure.sign or not measure.number:
            continue
        if measure.unit == "%" and measure.number == 100:
            continue  # nothing is above it: at least and exactly are the same
        sign = "≤" if is_cost(indicator) else "≥"
        yield Finding(
            indicator.span_of("target"),
            f"{indicator.called}的指标值“{target}”没有比较符，看不出是至少、至多还是正好",
            f"在数前面写上“≥”“≤”或“＝”，比如“{sign}{target}”",
        )


CHECK = Check(
    Code.TARGET_WITHOUT_SIGN,
    Severity.WARNING,
    title="定量指标值没有比较符",
    rule=(
        "绩效指标的指标值是数的，前面应当有“≥”“≤”“＝”等比较符；写“不少于”“不超过”“以上”“以内”也算。"
        "100%和0不用写。词、日期、起止范围不看；评分表不看。"
    ),
    source="财预〔2020〕10号第十六条（定量指标按完成值与指标值相比记分）",
    mend="按指标的意思补上比较符：越多越好的写“≥”，越少越好的写“≤”，必须正好的写“＝”。",
    find=_find,
)
