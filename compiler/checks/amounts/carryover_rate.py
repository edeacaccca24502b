"""结转结余率 as typed is what the amounts give."""

from __future__ import annotations

from collections.abc import Iterator

from compiler.checks.amounts.known_amounts import whole_amount
from compiler.checks.amounts.whole_rates import WholeRate, differing
from compiler.checks.amounts.written_rates import share
from compiler.checks.check import Check, Draft, Finding
from compiler.checks.wording import wan
from compiler.diagnostics import Code, Severity


def _find(draft: Draft) -> Iterator[Finding]:
    budget = draft.budget
    if budget is None or budget.carryover_rate is None:
        return
    whole, spent = whole_amount(budget, "annual_budget"), whole_amount(budget, "expenditure")
    if whole is None or spent is None or not whole.yuan or spent.yuan > whole.yuan:
        return  # 0 and overspent budgets are findings of their own; no rate can be right with them
    left = whole.yuan - spent.yuan
    computed, typed = share(left, whole.yuan), budget.carryover_rate
    formula = f"资金总体的差额{wan(left)}÷全年预算数{wan(whole)}"
    amounts = ("annual_budget", "expenditure")
    yield from differing(
        budget,
        WholeRate("结转结余率", "carryover_rate", typed, computed, formula, amounts, typed),
        "核对资金总体的全年预算数、全年执行数；数没有错的，改正结转结余率",
    )


CHECK = Check(
    Code.CARRYOVER_DIFFERS,
    Severity.ERROR,
    title="结转结余率不等于差额除以全年预算数",
    rule="budget.yaml 里填了结转结余率的，应当等于资金总体的差额（全年预算数减全年执行数）除以全年预算数，四舍五入到所填的位数。"
    "没有填结转结余率，或者资金总体的数不全、为0、超支的，不比较。",
    source="勾稽关系；部门整体绩效评价指标体系评分表（结转结余率=结转结余总额÷支出预算数）",
    mend="核对资金总体的全年预算数和全年执行数，再改结转结余率；也可以不填这一行，由程序算出。",
    find=_find,
)
