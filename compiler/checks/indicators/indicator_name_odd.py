"""A third-level indicator says what is measured, its value is a quantity of it, and it could be missed."""

from __future__ import annotations

from collections.abc import Iterator

from compiler.checks.check import Check, Draft, Finding
from compiler.checks.indicators.rows import indicators
from compiler.diagnostics import Code, Severity
from compiler.evaluation.measure import Measure, parse_measure
from compiler.evaluation.project import Indicator
from compiler.patterns import pattern

_TIME = pattern(
    r"(?:本年度?|当年|年度内?|\d{2,4}年度?)?(?:第?[一二三四1-4]季度|上半年|下半年|\d{1,2}月份?)?(?:\d{1,2}[日号])?"
    r"(?:上旬|中旬|下旬|月?[底末初中])?(?:以?前|之前|以?内)?"
)
_LAST = frozenset("年度月份日号旬底末初中前内")
"""What such a name ends with."""
_COUNTS = pattern(r"[数量额率比次度值分期龄例积长]|人均|单价|[（(].+[）)]$")
_PROGRESS = pattern(r"进度|支出|支付|拨付|完成|时限|时间|期限|工期|周期|及时")
_YEAR_AT_LEAST = {"年": 1, "个月": 12, "天": 365, "日": 365, "周": 52}


def _find(draft: Draft) -> Iterator[Finding]:
    for _, indicator in indicators(draft):
        name = indicator.level_3
        if name is not None and len(name) <= 16 and name[-1:] in _LAST and _TIME.fullmatch(name):
            yield Finding(
                indicator.span_of("level_3"),
                f"三级指标的名称“{name}”只是一个时间，看不出衡量什么",
                "名称写衡量什么事（比如“资金拨付完成时间”），时间写到指标值里",
            )
            continue
        if indicator.target is None:
            continue
        measure = parse_measure(indicator.target)
        if measure is None:
            continue
        if not measure.unit:
            yield from _without_unit(indicator)
        elif measure.unit in _YEAR_AT_LEAST:
            yield from _always_met(indicator, measure)


def _without_unit(indicator: Indicator) -> Iterator[Finding]:
    actual = None if indicator.actual is None else parse_measure(indicator.actual)
    if actual is None or actual.unit or indicator.level_3 is None or _COUNTS.search(indicator.level_3):
        return
    yield Finding(
        indicator.span_of("target"),
        f"{indicator.called}的指标值“{indicator.target}”、完成值“{indicator.actual}”都没有单位，看不出数的是什么",
        "在数后面写上单位，比如“名”“场”“份”",
    )


def _always_met(indicator: Indicator, measure: Measure) -> Iterator[Finding]:
    """A year as the time limit in the form of one year."""
    names = f"{indicator.level_2 or ''}{indicator.level_3 or ''}"
    if measure.sign not in ("≤", "<") or measure.number < _YEAR_AT_LEAST[measure.unit]:
        return
    if "时效" in names and _PROGRESS.search(indicator.level_3 or ""):
        yield Finding(
            indicator.span_of("target"),
            f"{indicator.called}的指标值“{indicator.target}”在年度自评里总能达到，分不出快慢",
            "把指标值改成具体的时限（比如“12月10日前”）或者进度（比如“6月底≥50%”）",
        )


CHECK = Check(
    Code.INDICATOR_NAME_ODD,
    Severity.WARNING,
    title="三级指标的名称或指标值不成立",
    rule=(
        "三级指标的名称要说明衡量什么，不能只是一个时间（“2月”）；"
        "指标值和完成值是数的，要有单位，名称里已经说明数什么的（次数、人数、合格率）除外；"
        "时效指标的时限要短于一年，“≤1年”在年度自评里总能达到。名称是否切合项目，要人来看，不判断。"
    ),
    source="财预〔2020〕10号第二十五条（自评表内容完整、结果客观）",
    mend="把名称写成要衡量的事，把时间、单位写到指标值里；时限写到月日。",
    find=_find,
)
