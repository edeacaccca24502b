"""Nothing spends more than its budget."""

from __future__ import annotations

from collections.abc import Iterator

from compiler.checks.amounts.department_rows import (
    BUDGET_ROWS,
    budget_row_of,
    department_amounts,
    rows_of_amounts,
)
from compiler.checks.amounts.known_amounts import amount_of, place_of
from compiler.checks.amounts.typed_units import difference
from compiler.checks.check import Check, Draft, Finding
from compiler.checks.wording import wan
from compiler.diagnostics import Code, Severity
from compiler.evaluation.project import Project
from compiler.figures import Amount
from compiler.source import Span


def _find(draft: Draft) -> Iterator[Finding]:
    yield from _department(draft)
    for project in draft.projects:
        budget, spent = amount_of(project, "annual_budget"), amount_of(project, "expenditure")
        over = _over(budget, spent)
        sources = list(_sources(project))
        # What a source overspends, the project does: the source says it nearer.
        yield from sources
        if over and not sources and budget is not None and spent is not None:
            yield _finding(
                project.title,
                budget,
                spent,
                place_of(project, "expenditure"),
                place_of(project, "annual_budget"),
            )


def _sources(project: Project) -> Iterator[Finding]:
    for word, _, part in project.funds.sources if project.funds else ():
        budget, spent = part.annual_budget, part.expenditure
        if budget is not None and spent is not None and _over(budget, spent):
            yield _finding(
                f"{project.title}{word}",
                budget,
                spent,
                part.span_of("expenditure"),
                part.span_of("annual_budget"),
            )


def _department(draft: Draft) -> Iterator[Finding]:
    amounts = department_amounts(draft)
    found = False
    for attribute, word in BUDGET_ROWS.items():  # 资金总体 is the last
        budget, spent = amounts.get((attribute, "annual_budget")), amounts.get((attribute, "expenditure"))
        if budget is None or spent is None or not _over(budget.amount, spent.amount):
            continue
        if attribute == "typed_whole" and found:
            continue
        found = True
        yield _finding(word, budget.amount, spent.amount, spent.span, budget.span)
    for row in rows_of_amounts(draft):
        if budget_row_of(row) is not None or row.budget is None or row.expenditure is None:
            continue
        if _over(row.budget, row.expenditure):
            yield _finding(
                f"评分表“{row.name}”一行",
                row.budget,
                row.expenditure,
                row.span_of("expenditure"),
                row.span_of("budget"),
            )


def _over(budget: Amount | None, spent: Amount | None) -> bool:
    """Whether more was spent than there was; of a budget of 0 it is A020 that speaks.

    What is allotted and what is paid are no rounded figures: 16.49 is more than 16.
    """
    return budget is not None and spent is not None and spent.yuan > budget.yuan and budget.yuan != 0


def _finding(title: str, budget: Amount, spent: Amount, place: Span, budget_place: Span) -> Finding:
    return Finding(
        place,
        f"{title}的全年执行数{wan(spent)}，超过全年预算数{wan(budget)}，多{difference(spent.yuan - budget.yuan, '万元')}",
        "核对两个数和单位；年中追加了预算的，把全年预算数改成追加以后的数",
        ((budget_place, f"全年预算数{wan(budget)}"),),
    )


CHECK = Check(
    Code.OVERSPENT,
    Severity.ERROR,
    title="全年执行数超过全年预算数",
    rule="全年执行数不应当超过全年预算数，相等可以。项目、项目的各资金来源、budget.yaml 的各行、评分表评执行率的部分的各行都查；"
    "来源超了的只报来源，各项支出超了的不再报资金总体。预算数是下达的数，执行数是支付的数，多一分也报，位数写得少的也一样。全年预算数是0的，由 A020 报。",
    source="勾稽关系；财预〔2020〕10号附1（全年预算数、全年执行数）",
    mend="核对两个数和单位。年中追加过预算的，全年预算数填追加以后的；真超支的，查明钱的来源。",
    find=_find,
)
