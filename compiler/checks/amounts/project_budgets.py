"""The projects' budgets make up the department's 项目支出."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from compiler.checks.amounts.known_amounts import amount_of, place_of
from compiler.checks.amounts.sums import exact_sum
from compiler.checks.check import Check, Draft, Finding
from compiler.checks.wording import wan
from compiler.diagnostics import Code, Severity
from compiler.figures import agree
from compiler.source import Span

_KEYS = {"annual_budget": "全年预算数", "initial_budget": "年初预算数"}


def _find(draft: Draft) -> Iterator[Finding]:
    whole = draft.budget and draft.budget.projects
    if not whole:
        return
    planned = whole.annual_budget
    if not draft.projects and planned is not None and planned.yuan > 0:
        yield Finding(
            whole.span_of("annual_budget"),
            f"项目支出的全年预算数是{wan(planned)}，data/projects 里一个项目也没有",
            "看 data/projects 是不是误删了、放错了地方；还没有写的，逐个项目补上",
            severity=Severity.WARNING,
        )
        return
    for attribute, key in _KEYS.items():
        stated = getattr(whole, attribute)
        if stated is None:
            continue
        budgets = [amount_of(project, attribute) for project in draft.projects]
        given = [budget.yuan for budget in budgets if budget is not None]
        listed, missing = exact_sum(given), len(budgets) - len(given)
        # A sum of some says something only when it is too much already; that one is missing is A005.
        if not given or (missing and listed <= stated.yuan) or agree(listed, stated.yuan):
            continue
        more = "多" if listed > stated.yuan else "少"
        over = abs(listed - stated.yuan)
        some = f"{len(given)}个项目的{key}合计{wan(listed)}"
        if missing:
            some = f"写了{key}的{len(given)}个项目合计{wan(listed)}（另有{missing}个没写）"
        yield Finding(
            whole.span_of(attribute),
            f"{some}，项目支出的{key}是{wan(stated)}，{more}{wan(over)}",
            f"核对各项目的{key}有没有重复、遗漏或单位写错，再核对项目支出",
            _just_that(draft, attribute, over) if more == "多" else (),
        )


def _just_that(draft: Draft, attribute: str, over: Decimal) -> tuple[tuple[Span, str], ...]:
    """The one project whose budget is what is too much: it is listed twice, or does not belong here."""
    found = [
        project
        for project in draft.projects
        if (budget := amount_of(project, attribute)) is not None and budget.yuan == over
    ]
    if len(found) != 1:
        return ()
    return ((place_of(found[0], attribute), "多出的正好是这个项目的数，先看它该不该列"),)


CHECK = Check(
    Code.PROJECT_BUDGETS_SUM,
    Severity.ERROR,
    title="各项目预算之和不等于项目支出预算",
    rule="各项目全年预算数之和，应当等于 budget.yaml 里项目支出的全年预算数；年初预算数也是这样。"
    "允许的误差是两边末位数字的半个单位之和。有项目没写预算的，只在写了的已经超出时才报。项目支出有预算、一个项目也没有的，是警告。",
    source="勾稽关系；财预〔2020〕10号第二十五条（数据真实）",
    mend="逐个核对项目的预算数和单位，找出多算或漏算的；项目支出的数写错的，改 budget.yaml。",
    find=_find,
)
