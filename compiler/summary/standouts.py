"""Reports that stand out among the others of their year, by rules that are written down, each with its reason in words."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal

from compiler.checks.amounts.written_rates import is_written_as
from compiler.figures import EXACT, Rate, rounded
from compiler.named import NamedTuple
from compiler.summary.lines import Line
from compiler.summary.spread import FENCE, LEAST, Quartiles, quartiles
from compiler.summary.words import alike, number, percent, points, wan

NEAREST = Decimal(5)
"""Percentage points, or points of 100: a number nearer to the median never stands out, however near the others are."""
RATE_CHANGE = Decimal(10)
"""Percentage points by which a rate may differ from last year's."""
MANY = Decimal(100)
"""Times that a budget may be of last year's: what is typed in 元 for 万元 is ten thousand times."""

RULES = (
    "执行率超过100%。",
    f"执行率、得分比多数低得多或高得多：低于第一四分位数减四分位距的{FENCE:f}倍，或高于第三四分位数加四分位距的{FENCE:f}倍，"
    f"并且与中位数相差{NEAREST:f}个百分点（分）以上；同一年度有{LEAST}份以上才看。满分不是100分的，折成100分再比。",
    f"执行率与上年相差{RATE_CHANGE:f}个百分点以上。",
    f"全年预算数是上年的{MANY}倍以上，或者不到上年的1%：多半是把元、万元弄错了。",
    "报告里写的执行率，与全年执行数除以全年预算数得出的不一致。",
    "有全年预算、有全年执行，全年预算是0。",
    "得分超过分值；有得分没有等级；有等级没有得分；等级与得分不符，或者不是评分方案里的等级（检查查出来、没有放行的）。",
)
"""The rules as a reader is told them."""


class Standout(NamedTuple):
    """A line, and why it stands out."""

    line: Line
    reason: str


def standouts(lines: Sequence[Line]) -> tuple[Standout, ...]:
    """What stands out among the lines of one year, in their order."""
    rates = [EXACT.multiply(rate, Decimal(100)) for line in lines if (rate := line.rate) is not None]
    scores = [score for line in lines if (score := line.score_of_100) is not None]
    by_rate, by_score = quartiles(rates), quartiles(scores)
    return tuple(Standout(line, reason) for line in lines for reason in _reasons(line, by_rate, by_score))


def _reasons(line: Line, by_rate: Quartiles | None, by_score: Quartiles | None) -> Iterator[str]:
    rate = line.rate
    if rate is not None:
        hundredfold = EXACT.multiply(rate, Decimal(100))
        if rate > 1:
            yield f"执行率{percent(rate)}，超过100%"
        elif by_rate is not None and (side := _far(hundredfold, by_rate)):
            yield f"执行率{percent(rate)}，比多数单位{side}得多（中位数{percent(EXACT.divide(by_rate.median, Decimal(100)))}）"
        if line.last_rate is not None:
            change = EXACT.multiply(EXACT.subtract(rate, line.last_rate), Decimal(100))
            if abs(change) >= RATE_CHANGE:
                side = "高" if change > 0 else "低"
                yield f"执行率{percent(rate)}，比上年（{percent(line.last_rate)}）{side}{rounded(abs(change), 2):.2f}个百分点"
    yield from _of_units(line)
    computed, typed = line.computed_rate, line.typed_rate
    if computed is not None and typed is not None and not is_written_as(Rate(computed), Rate(typed)):
        written, worked_out = alike([percent(typed, 6)[:-1], percent(computed)[:-1]])
        yield f"执行率写的是{written}%，按金额算是{worked_out}%"
    if line.annual_budget is not None and not line.annual_budget and line.expenditure:
        yield "全年预算数是0，却有全年执行数"
    yield from _of_score(line, by_score)


def _of_units(line: Line) -> Iterator[str]:
    now, before = line.annual_budget, line.last_budget
    if not now or not before:
        return
    amounts = f"全年预算数{wan(now)}万元，上年{wan(before)}万元"
    if now >= EXACT.multiply(before, MANY):
        yield f"{amounts}，是上年的{MANY}倍以上，看看是不是把元、万元弄错了"
    elif EXACT.multiply(now, MANY) < before:
        yield f"{amounts}，不到上年的1%，看看是不是把元、万元弄错了"


def _of_score(line: Line, by_score: Quartiles | None) -> Iterator[str]:
    if line.grade_fault:
        yield line.grade_fault
    score, full = line.score, line.full_score
    if score is None:
        if line.grade:
            yield f"有等级（{line.grade}），没有得分"
        return
    if full is not None and score > full:
        yield f"得分{number(score)}，超过分值{number(full)}"
    scaled = line.score_of_100
    if by_score is not None and scaled is not None and (side := _far(scaled, by_score)):
        mine, middle = alike([number(score), points(by_score.median)])
        yield f"得分{mine}，比多数单位{side}得多（中位数{middle}）"
    if not line.grade:
        yield f"有得分（{number(score)}），没有等级"


def _far(value: Decimal, among: Quartiles) -> str:
    """低 or 高 of a number far outside of the others; empty of one among them."""
    reach = EXACT.multiply(EXACT.subtract(among.third, among.first), FENCE)
    if abs(EXACT.subtract(value, among.median)) < NEAREST:
        return ""
    if value < EXACT.subtract(among.first, reach):
        return "低"
    return "高" if value > EXACT.add(among.third, reach) else ""
