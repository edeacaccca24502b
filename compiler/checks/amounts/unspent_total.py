"""The projects do not leave more money than the department's 项目支出 does."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from compiler.checks.amounts.known_amounts import amount_of, place_of
from compiler.checks.amounts.sums import exact_sum, expenditures
from compiler.checks.check import Check, Draft, Finding
from compiler.checks.reasons import gives_reason
from compiler.checks.wording import wan
from compiler.diagnostics import Code, Severity
from compiler.evaluation.project import Project
from compiler.figures import agree, half_unit

_SHOWN = 5


def _find(draft: Draft) -> Iterator[Finding]:
    whole = draft.budget and draft.budget.projects
    if not whole or whole.annual_budget is None or whole.expenditure is None:
        return
    left: list[tuple[Project, Decimal]] = []
    for project in draft.projects:
        budget, spent = amount_of(project, "annual_budget"), amount_of(project, "expenditure")
        if budget is not None and spent is not None and budget.yuan != spent.yuan:
            left.append((project, budget.yuan - spent.yuan))
    found = expenditures(draft.projects)
    by_rate = sum((each.budget.yuan - each.yuan for each in found.inferred), Decimal(0))
    listed = exact_sum(yuan for _, yuan in left) + by_rate
    limit = whole.annual_budget.yuan - whole.expenditure.yuan
    slack = half_unit(whole.annual_budget.yuan) + half_unit(whole.expenditure.yuan) + found.slack
    if listed <= limit + slack or _told_by_a_sum(draft, whole.annual_budget.yuan, whole.expenditure.yuan):
        return
    said = [
        (project, yuan)
        for project, yuan in left
        if yuan > 0 and (gives_reason(project.unspent_reason) or project.surplus_use)
    ]
    own = sum((yuan for _, yuan in said), Decimal(0))
    if len(said) < len(left) and own > limit + slack:
        sums = "＋".join(wan(yuan) for _, yuan in said)
        many = f"{sums}，合计{wan(own)}" if 1 < len(said) <= _SHOWN else f"合计{wan(own)}"
        fact = (
            f"写了未支出原因或结余去向的{len(said)}个项目，没有支出的钱{many}；"
            f"所列的项目一共没有支出{wan(listed)}"
        )
    else:
        fact = f"所列的项目一共没有支出{wan(listed)}"
    yield Finding(
        whole.span_of("expenditure"),
        f"{fact}，项目支出的全年预算数减去全年执行数却只有{wan(limit)}",
        "核对这些项目的全年执行数是不是写少了，再核对项目支出的全年执行数是不是写多了",
        tuple(
            (place_of(project, "expenditure"), f"{project.title}没有支出{wan(yuan)}")
            for project, yuan in (said or left)[:_SHOWN]
        ),
    )


def _told_by_a_sum(draft: Draft, budget: Decimal, stated: Decimal) -> bool:
    """Whether budgets or expenditures add up, so that the other sum (A001, A002) says all there is to say."""
    budgets = [amount_of(project, "annual_budget") for project in draft.projects]
    given = [amount.yuan for amount in budgets if amount is not None]
    found = expenditures(draft.projects)
    if found.unknown or len(given) < len(budgets):
        return False
    spent = exact_sum(found.written) + exact_sum(each.yuan for each in found.inferred)
    return agree(exact_sum(given), budget) or agree(spent, stated) or abs(spent - stated) <= found.slack


CHECK = Check(
    Code.UNSPENT_OVER_WHOLE,
    Severity.ERROR,
    title="各项目没有支出的钱，比部门项目支出剩下的还多",
    rule="各项目全年预算数减全年执行数的合计，不应当超过 budget.yaml 里项目支出的全年预算数减全年执行数。"
    "没写执行数、写了执行率的项目，按率推算。允许的误差是项目支出两个数末位数字的半个单位之和，加执行率末位半个单位所合的钱。"
    "项目的预算之和、执行数之和只有一个对不上的，由 A001 或 A002 报，这里不重报。",
    source="勾稽关系；财预〔2020〕10号第二十五条（数据真实）",
    mend="先核对写了未支出原因的项目实际支出多少，再核对项目支出的全年执行数，改正写错的一边。",
    find=_find,
)
