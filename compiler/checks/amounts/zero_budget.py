"""There is no rate over a budget of 0, and nothing to spend."""

from __future__ import annotations

from collections.abc import Iterator

from compiler.checks.amounts.department_rows import budget_row_of, rows_of_amounts
from compiler.checks.amounts.known_amounts import (
    amount_of,
    place_of,
    place_of_rate,
    place_of_whole,
    typed_rate,
    whole_amount,
)
from compiler.checks.amounts.written_rates import as_typed
from compiler.checks.check import Check, Draft, Finding
from compiler.checks.wording import wan
from compiler.diagnostics import Code, Severity
from compiler.evaluation.funds import Budget, Funds
from compiler.evaluation.project import Project
from compiler.evaluation.scorecard import ScoreRow
from compiler.figures import Amount, Rate
from compiler.source import Span

_SPENT_HINT = "核对全年预算数：钱从哪里来，就补上哪里的预算数；确实没有预算的，查明为什么支出"
_RATE_HINT = "预算数写错的，改正；确实是0的，删去执行率，也不要按执行率给分"


def _find(draft: Draft) -> Iterator[Finding]:
    found = False
    if draft.budget is not None:
        for finding in _in_budget(draft.budget):
            found = True
            yield finding
    if not found:
        for row in rows_of_amounts(draft):
            if row.budget is not None and not row.budget.yuan and not _is_given(draft.budget, row):
                yield from _in_row(row)
    for project in draft.projects:
        yield from _in_project(project)


def _in_project(project: Project) -> Iterator[Finding]:
    budget = amount_of(project, "annual_budget")
    if budget is not None and not budget.yuan:
        place = place_of(project, "annual_budget")
        spent = amount_of(project, "expenditure")
        rate_place = place_of_rate(project)
        yield from _judged(
            project.title, place, spent, place_of(project, "expenditure"), typed_rate(project), rate_place
        )
        return
    funds = project.funds
    if funds is None:
        return
    for key, _, source in funds.sources:
        if _is_zero(source):
            yield from _in_funds(f"{project.title}的{key}", source)


def _is_zero(funds: Funds) -> bool:
    return funds.annual_budget is not None and not funds.annual_budget.yuan


def _in_budget(budget: Budget) -> Iterator[Finding]:
    found = False
    for key, _, funds in budget.parts:
        for finding in _in_funds(key, funds):
            found = True
            yield finding
    if found:
        return
    if budget.typed_whole is not None:
        yield from _in_funds("资金总体", budget.typed_whole)
    for key, attribute, base, name in (
        ("结转结余率", "carryover_rate", "全年预算数", "annual_budget"),
        ("部门预决算差异率", "budget_variance_rate", "年初预算数", "initial_budget"),
    ):
        rate: Rate | None = getattr(budget, attribute)
        amount = whole_amount(budget, name)
        if rate is not None and amount is not None and not amount.yuan:
            place = place_of_whole(budget, name)
            yield Finding(
                budget.span_of(attribute),
                f"资金总体的{base}是0，算不出{key}，却写了{as_typed(rate)}",
                f"{base}写错的，改正；确实是0的，删去{key}",
                ((place, f"{base}是0"),) if place else (),
            )


def _in_funds(name: str, funds: Funds) -> Iterator[Finding]:
    if not _is_zero(funds):
        return
    yield from _judged(
        name,
        funds.span_of("annual_budget"),
        funds.expenditure,
        funds.span_of("expenditure"),
        funds.execution_rate,
        funds.span_of("execution_rate"),
    )


def _is_given(budget: Budget | None, row: ScoreRow) -> bool:
    """Whether budget.yaml gives what a row of the scorecard repeats: if they differ, that is A024."""
    attribute = budget_row_of(row)
    funds: Funds | None = getattr(budget, attribute) if budget is not None and attribute else None
    return funds is not None and funds.annual_budget is not None


def _in_row(row: ScoreRow) -> Iterator[Finding]:
    yield from _judged(
        f"评分表“{row.name}”一行",
        row.span_of("budget"),
        row.expenditure,
        row.span_of("expenditure"),
        row.execution_rate,
        row.span_of("execution_rate"),
    )


def _judged(
    name: str, place: Span, spent: Amount | None, spent_place: Span, rate: Rate | None, rate_place: Span
) -> Iterator[Finding]:
    """What is wrong with a budget of 0."""
    if spent is not None and spent.yuan:
        yield Finding(
            place,
            f"{name}的全年预算数是0，却支出了{wan(spent)}，执行率算不出来",
            _SPENT_HINT,
            ((spent_place, "支出写在这里"),),
        )
    elif rate is not None:
        yield Finding(
            rate_place,
            f"{name}的全年预算数是0，执行率算不出来，却写了{as_typed(rate)}",
            _RATE_HINT,
            ((place, "全年预算数是0"),),
        )


CHECK = Check(
    Code.BUDGET_ZERO,
    Severity.ERROR,
    title="预算数是0，却有支出或者执行率",
    rule="全年预算数是0的，执行率没有意义：不应当有支出，也不应当填执行率（填0%、100%都不对）。部门的各项支出、项目、项目的各资金来源、"
    "评分表的行都看；结转结余率、部门预决算差异率的分母是0的也一样。预算数、执行数都是0，又没有填执行率的，不算错。",
    source="勾稽关系；财预〔2020〕10号附1（执行率=全年执行数÷全年预算数）",
    mend="补上真实的预算数。确实没有预算的，查明支出的来源；没有支出的，删去执行率，这一行不按执行率计分。",
    find=_find,
)
