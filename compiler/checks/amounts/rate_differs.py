"""A typed rate is the rate of its amounts."""

from __future__ import annotations

from collections.abc import Iterator

from compiler.checks.amounts.typed_rates import computed, typed_rates
from compiler.checks.amounts.typed_units import in_unit, unit_of
from compiler.checks.amounts.written_rates import as_typed, digits_of, is_written_as
from compiler.checks.check import Check, Draft, Finding
from compiler.checks.wording import percent
from compiler.diagnostics import Code, Severity
from compiler.figures import EXACT, half_unit


def _find(draft: Draft) -> Iterator[Finding]:
    for found in typed_rates(draft):
        budget, spent, typed = found.budget, found.expenditure, found.rate
        if budget is None or spent is None or not budget.yuan:
            continue
        if budget.yuan == spent.yuan and typed.ratio == 1:
            continue
        # A product is cheaper than the quotient it stands for.
        off = abs(EXACT.subtract(spent.yuan, EXACT.multiply(budget.yuan, typed.ratio)))
        if off <= EXACT.multiply(budget.yuan, half_unit(typed.ratio)):
            continue
        rate = computed(found)
        if rate is None or is_written_as(rate, typed):
            continue
        digits = digits_of(typed)
        bare = draft.report.unit
        unit = bare if found.project is None else unit_of(found.project, "expenditure", bare)
        yield Finding(
            found.span,
            f"{found.name}的执行率写的是{as_typed(typed)}，"
            f"{in_unit(spent.yuan, unit)}÷{in_unit(budget.yuan, unit)}＝{percent(rate, min(max(4, digits + 3), 12))}",
            f"核对全年执行数和全年预算数；两个数没错的，改执行率，或者{found.removal}，由程序算",
        )


CHECK = Check(
    Code.RATE_DIFFERS,
    Severity.ERROR,
    title="填写的执行率，与按金额算的不一致",
    rule="填了执行率、也有全年预算数和全年执行数的，执行率应当等于全年执行数除以全年预算数，四舍五入到所填的位数"
    "（99.8793%填99.88%、99.9%、100%都算一致；四舍五入成100%的，填99.99%也可以）。"
    "项目、各来源的资金、budget.yaml 和评分表评执行率的部分的各行都查。评分表的行没写金额的，用 budget.yaml 里的。",
    source="财预〔2020〕10号附1（执行率＝全年执行数÷全年预算数）",
    mend="先核对两个金额，再按它们改执行率；也可以删去执行率，由程序算。",
    find=_find,
)
