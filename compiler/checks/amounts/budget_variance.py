"""部门预决算差异率 as typed is what the amounts give."""

from __future__ import annotations

from collections.abc import Iterator

from compiler.checks.amounts.known_amounts import whole_amount
from compiler.checks.amounts.unit_slips import SLIP
from compiler.checks.amounts.whole_rates import WholeRate, differing
from compiler.checks.amounts.written_rates import is_written_as, share
from compiler.checks.check import Check, Draft, Finding
from compiler.checks.wording import wan
from compiler.diagnostics import Code, Severity
from compiler.figures import Rate


def _find(draft: Draft) -> Iterator[Finding]:
    budget = draft.budget
    if budget is None or budget.budget_variance_rate is None:
        return
    initial, spent = whole_amount(budget, "initial_budget"), whole_amount(budget, "expenditure")
    if initial is None or spent is None or not initial.yuan:
        return
    computed = share(abs(spent.yuan - initial.yuan), initial.yuan)
    typed = Rate(abs(budget.budget_variance_rate.ratio))  # some write a saving with a minus sign
    if computed.ratio >= SLIP:
        return
    hint = "核对年初预算数和全年执行数；数没有错的，改正部门预决算差异率"
    annual = whole_amount(budget, "annual_budget")
    if annual and annual.yuan and is_written_as(share(abs(annual.yuan - spent.yuan), annual.yuan), typed):
        hint = f"写的是对全年预算数{wan(annual)}的差异率；这个率要对年初预算数算，改正它"
    formula = f"全年执行数{wan(spent)}与年初预算数{wan(initial)}之差÷年初预算数"
    yield from differing(
        budget,
        WholeRate(
            "部门预决算差异率",
            "budget_variance_rate",
            typed,
            computed,
            formula,
            ("initial_budget", "expenditure"),
            budget.budget_variance_rate,
        ),
        hint,
    )


CHECK = Check(
    Code.VARIANCE_DIFFERS,
    Severity.ERROR,
    title="部门预决算差异率不等于按年初预算数算出的",
    rule="budget.yaml 里填了部门预决算差异率，又有年初预算数的，差异率应当等于资金总体的全年执行数与年初预算数之差除以年初预算数，"
    "四舍五入到所填的位数；写成正数、负数都可以。年初预算数不全或者为0的，不比较。",
    source="勾稽关系；部门整体绩效评价指标体系评分表（年度部门决算对比年初部门预算）",
    mend="核对资金总体的年初预算数和全年执行数，再改差异率；分母用年初预算数，不用调整以后的全年预算数。也可以不填，由程序算出。",
    find=_find,
)
