"""部门预决算差异率 is not measured against the adjusted budget."""

from __future__ import annotations

from collections.abc import Iterator

from compiler.checks.amounts.known_amounts import whole_amount
from compiler.checks.amounts.written_rates import as_typed, is_written_as, share
from compiler.checks.check import Check, Draft, Finding
from compiler.checks.wording import wan
from compiler.diagnostics import Code, Severity
from compiler.figures import Rate


def _find(draft: Draft) -> Iterator[Finding]:
    budget = draft.budget
    if budget is None or budget.budget_variance_rate is None:
        return
    if whole_amount(budget, "initial_budget") is not None:
        return
    typed = Rate(abs(budget.budget_variance_rate.ratio))
    annual, spent = whole_amount(budget, "annual_budget"), whole_amount(budget, "expenditure")
    if annual and spent and annual.yuan:
        if not is_written_as(share(abs(annual.yuan - spent.yuan), annual.yuan), typed):
            return
        same = f"正是（全年预算数{wan(annual)}－全年执行数{wan(spent)}）÷全年预算数"
    elif budget.carryover_rate is not None and budget.carryover_rate.ratio == typed.ratio:
        same = "与结转结余率相同"
    else:
        return
    related = (
        ((budget.span_of("carryover_rate"), "结转结余率也是这个数"),)
        if budget.carryover_rate is not None and budget.carryover_rate.ratio == typed.ratio
        else ()
    )
    yield Finding(
        budget.span_of("budget_variance_rate"),
        f"部门预决算差异率{as_typed(budget.budget_variance_rate)}{same}，而这个率要对年初预算数算，数据里没有年初预算数",
        "查部门预算批复，在 budget.yaml 里补上各项的年初预算数，按年初预算数重算；这个率可以不填，由程序算出",
        related,
    )


CHECK = Check(
    Code.VARIANCE_BASE,
    Severity.WARNING,
    title="部门预决算差异率疑似用了全年预算数作分母",
    rule="部门预决算差异率是年度部门决算对比年初部门预算。填了差异率、没有年初预算数，而所填的数恰好等于全年预算数与全年执行数之差除以"
    "全年预算数（也就是结转结余率）的，疑似用错了分母。有年初预算数的，由 A014 核对。",
    source="部门整体绩效评价指标体系评分表（年度部门决算对比年初部门预算）",
    mend="补上年初预算数，按它重算差异率。全年没有调整过预算的，补上与全年预算数相同的年初预算数即可。",
    find=_find,
)
