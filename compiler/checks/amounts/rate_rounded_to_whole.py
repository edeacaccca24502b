"""100% is written when all of the money was spent, and 0% when none was."""

from __future__ import annotations

from collections.abc import Iterator

from compiler.checks.amounts.typed_rates import computed, typed_rates
from compiler.checks.amounts.typed_units import difference, unit_of
from compiler.checks.amounts.written_rates import as_typed, is_written_as
from compiler.checks.check import Check, Draft, Finding
from compiler.checks.wording import percent
from compiler.diagnostics import Code, Severity


def _find(draft: Draft) -> Iterator[Finding]:
    for found in typed_rates(draft):
        typed, budget, spent = found.rate, found.budget, found.expenditure
        if (typed.ratio != 1 and typed.ratio) or budget is None or spent is None:
            continue
        left = budget.yuan - spent.yuan
        if typed.ratio:
            if left <= 0:
                continue
            fact, why = "还有{}没有支出", "没有用完的"
        elif spent.yuan:
            left, fact, why = spent.yuan, "已经支出{}", "有支出的"
        else:
            continue
        rate = computed(found)
        if rate is None or not is_written_as(rate, typed):
            continue  # it is not rounding: A007
        bare = draft.report.unit
        unit = bare if found.project is None else unit_of(found.project, "expenditure", bare)
        yield Finding(
            found.span,
            f"{found.name}的执行率写的是{as_typed(typed)}，实际是{percent(rate)}，{fact.format(difference(left, unit))}",
            f"核对全年预算数和全年执行数；没错的写成{percent(rate, 2)}，或者{found.removal}，由程序算；{why}不写成{as_typed(typed)}",
        )


CHECK = Check(
    Code.RATE_ROUNDED_TO_WHOLE,
    Severity.WARNING,
    title="钱没有用完，执行率写成100%；或者用了钱，写成0%",
    rule="全年执行数小于全年预算数的，执行率不能四舍五入成100%；有支出的，不能四舍五入成0%。"
    "预算数是下达的数，执行数是支付的数，差一分也报，位数写得少的也一样（预算5.64万元、执行5.639779万元，差2.21元）。与金额相差不止四舍五入的，由 A007 报。",
    source="财预〔2020〕10号附1（执行率＝全年执行数÷全年预算数）、第二十五条（数据真实）",
    mend="多写一两位小数，如99.99%；或者删去执行率，由程序算，程序不会把没用完的印成100%。",
    find=_find,
)
