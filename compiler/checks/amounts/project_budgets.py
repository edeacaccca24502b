"""The projects' budgets make up the department's 项目支出."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from compiler.checks.wording import wan
from compiler.checks.check import Check, Draft, Finding
from compiler.diagnostics import Code, Severity
from compiler.figures import agree


def _find(draft: Draft) -> Iterator[Finding]:
    whole = draft.budget and draft.budget.projects
    budgets = [project.annual_budget for project in draft.projects]
    if not whole or whole.annual_budget is None or not budgets:
        return
    given = [budget.yuan for budget in budgets if budget is not None]
    if len(given) < len(budgets):
        return  # a sum of some says nothing; that one is missing is a finding of its own
    listed, stated = sum(given, Decimal(0)), whole.annual_budget.yuan
    if agree(listed, stated):
        return
    more = "多" if listed > stated else "少"
    yield Finding(
        whole.span_of("annual_budget"),
        f"{len(given)}个项目的全年预算数合计{wan(listed)}，项目支出的全年预算数是{wan(stated)}，{more}{wan(abs(listed - stated))}",
        "核对各项目的全年预算数有没有重复、遗漏或单位写错，再核对项目支出",
    )


CHECK = Check(
    Code.PROJECT_BUDGETS_SUM,
    Severity.ERROR,
    title="各项目预算之和不等于项目支出预算",
    rule="各项目全年预算数之和，应当等于 budget.yaml 里项目支出的全年预算数。允许的误差是两边末位数字的半个单位之和。有项目没写预算的，不比较。",
    source="勾稽关系；财预〔2020〕10号第二十五条（数据真实）",
    mend="逐个核对项目的全年预算数和单位，找出多算或漏算的；项目支出的数写错的，改 budget.yaml。",
    find=_find,
)
