"""Three facts one after another of which one followed from the others last year, and does not now.

展览场次 and 讲座场次 make 完成场次; 合格卷数 of 抽检卷数 is 抽检合格率; 节约电量 at 平均电价 is 节约电费. Only neighbours are
tried: among all of a project's facts some three always add up by chance.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Any

from compiler.checks.check import Finding
from compiler.checks.wording import wan
from compiler.checks.years.matching import Pair
from compiler.checks.years.quantities import typed
from compiler.diagnostics import Severity
from compiler.figures import EXACT, Amount, Count, Rate, agree
from compiler.named import NamedTuple
from compiler.record import Facts

LEAST, TELLING = 10, 100
"""The least whole result that is looked at, and that is no chance."""

_MEASURED = frozenset([Count, Amount, Rate])


class _Three(NamedTuple):
    """How a result followed from two others."""

    sign: str
    first: str
    second: str
    result: str


def broken_threes(
    name: str, facts: Facts | None, before: Facts | None, told: Sequence[str], year: int
) -> Iterator[Finding]:
    """The threes that came out last year and do not now, but for those with a fact that is told of."""
    if not facts or not before:
        return
    measured = [(key, value) for key, value in before.items() if type(value) in _MEASURED]
    seen: set[str] = set(told)
    for group in zip(measured, measured[1:], measured[2:], strict=False):
        three = _follows(group)
        if three is None or seen.intersection(three[1:]):
            continue
        values = [facts.get(key) for key in three[1:]]
        if any(type(value) is not type(before[key]) for key, value in zip(three[1:], values, strict=True)):
            continue
        if _comes_out(three.sign, *values):
            continue
        seen.update(three[1:])
        spans = [facts.span_of(key) for key in three[1:]]
        olds = [before.span_of(key) for key in three[1:]]
        first, second, result = spans
        if first is None or second is None or result is None or olds[2] is None:
            continue
        yield Finding(
            result,
            f"{name}补充数据“{three.first}”{typed(first)}{three.sign}“{three.second}”{typed(second)}，"
            f"不等于“{three.result}”{typed(result)}，{year}年的三个数是合得上的",
            "看三个数里哪一个写错了；本来就没有这样的关系的，不必改",
            (
                (first, f"“{three.first}”"),
                (second, f"“{three.second}”"),
                (olds[2], f"{year}年的“{three.result}”"),
            ),
            severity=Severity.INFO if _is_small(before[three.result], TELLING) else None,
        )


def broken_parts(pair: Pair, already: Sequence[str], year: int) -> Iterator[Finding]:
    """Amounts one after another that made up what the project spent last year, and do not now: 首付款, 尾款."""
    facts, before, spent = pair.now.facts, pair.last.facts, pair.last.expenditure
    if not facts or not before or spent is None or pair.now.expenditure is None:
        return
    amounts = [key for key, value in before.items() if type(value) is Amount and value.yuan > 0]
    if len(amounts) < 2:
        return
    told = _in_threes(before).union(already)
    for start in range(len(amounts)):
        for end in range(start + 2, min(len(amounts), start + _MOST_PARTS) + 1):
            keys = amounts[start:end]
            if not told.isdisjoint(keys) or not agree(_sum(before, keys), spent.yuan):
                continue
            if any(type(facts.get(key)) is not Amount for key in keys):
                return
            if agree(_sum(facts, keys), pair.now.expenditure.yuan):
                return
            spans = [(key, span) for key in keys if (span := facts.span_of(key)) is not None]
            parts = "＋".join(f"“{key}”{typed(span)}" for key, span in spans)
            yield Finding(
                spans[0][1],
                f"项目“{pair.now.name}”的补充数据{parts}，不等于全年执行数"
                f"{wan(pair.now.expenditure)}，{year}年的是合得上的",
                "看哪一个数写错了；本来就没有这样的关系的，不必改",
                tuple((span, f"“{key}”") for key, span in spans[1:]),
            )
            return


_MOST_PARTS = 4


def _sum(facts: Facts, keys: Sequence[str]) -> Decimal:
    total = Decimal(0)
    for key in keys:
        value = facts[key]
        if isinstance(value, Amount):
            total = EXACT.add(total, value.yuan)
    return total


def _in_threes(before: Facts) -> set[str]:
    """The facts that are part of a three, and are told of there."""
    measured = [(key, value) for key, value in before.items() if type(value) in _MEASURED]
    threes = (_follows(group) for group in zip(measured, measured[1:], measured[2:], strict=False))
    return {key for three in threes if three is not None for key in three[1:]}


def _follows(group: tuple[tuple[str, Any], ...]) -> _Three | None:
    """How one of three facts follows from the others; None when none does."""
    counts = [(key, value) for key, value in group if type(value) is Count]
    amounts = [(key, value) for key, value in group if type(value) is Amount]
    if len(counts) == 3 or len(amounts) == 3:
        result = max(group, key=_number)
        first, second = (fact for fact in group if fact is not result)
        sign = "＋"
    elif len(counts) == 2 and not amounts:
        first, second = sorted(counts, key=_number)
        result = next(fact for fact in group if type(fact[1]) is Rate)
        sign = "÷"
    elif len(counts) == 1 and len(amounts) == 2:
        first = counts[0]
        second, result = sorted(amounts, key=_number)
        sign = "×"
    else:
        return None
    if not _comes_out(sign, first[1], second[1], result[1]) or _is_small(result[1], LEAST):
        return None
    return _Three(sign, first[0], second[0], result[0])


def _number(fact: tuple[str, Any]) -> Any:
    return fact[1][0]


def _is_small(value: Any, least: int) -> bool:
    return type(value) is Count and value.number < least


def _comes_out(sign: str, first: Any, second: Any, result: Any) -> bool:
    """Whether two values make a third; they are of the kinds that the sign asks for."""
    match sign:
        case "＋" if type(first) is Count:
            return bool(
                first.measure == second.measure == result.measure
                and first.number > 0 < second.number
                and first.number + second.number == result.number
            )
        case "＋":
            return bool(
                first.yuan > 0 < second.yuan and agree(EXACT.add(first.yuan, second.yuan), result.yuan)
            )
        case "÷":
            if first.measure != second.measure or not 0 < first.number < second.number:
                return False
            return agree(EXACT.divide(Decimal(first.number), Decimal(second.number)), result.ratio)
    return bool(first.number > 1 and second.yuan > 0) and agree(
        EXACT.multiply(second.yuan, Decimal(first.number)), result.yuan
    )
