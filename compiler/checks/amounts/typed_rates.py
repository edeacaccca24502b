"""Every 执行率 that the data files give, with the amounts it is the rate of."""

from __future__ import annotations

from collections.abc import Iterator

from compiler.checks.amounts.department_rows import BUDGET_ROWS, budget_row_of, rows_of_amounts
from compiler.checks.amounts.known_amounts import amount_of
from compiler.checks.amounts.written_rates import as_typed
from compiler.checks.check import Draft, once
from compiler.evaluation.funds import Budget, Funds, execution_rate
from compiler.evaluation.project import Project
from compiler.evaluation.scorecard import ScoreRow
from compiler.figures import Amount, Rate, agree
from compiler.named import NamedTuple
from compiler.source import Span

_PRINTABLE = 10**20


class TypedRate(NamedTuple):
    """An execution rate as typed. Its digits are those of `rate`."""

    rate: Rate
    budget: Amount | None
    expenditure: Amount | None
    record: Project | Funds | ScoreRow
    project: Project | None
    """Whose it is, when it is a project's."""
    word: str
    """What part of the project or the department it is the rate of; empty for a project itself."""

    @property
    def name(self) -> str:
        """How messages call what it is the rate of."""
        if self.project is None:
            return self.word
        return f"{self.project.title}{self.word}"

    @property
    def span(self) -> Span:
        """Where it stands."""
        return self.record.span_of("execution_rate")

    @property
    def removal(self) -> str:
        """How hints say that it be deleted: the row in the file, when it is all that stands there."""
        span = self.span
        before = span.source.line(span.line)[: span.column - 1]
        alone = "{" not in before
        return "删去“执行率”这一行" if alone else f"删去其中的“执行率: {as_typed(self.rate)}”这一项"


@once
def typed_rates(draft: Draft) -> tuple[TypedRate, ...]:
    """The rates of the department, of the scorecard, of the projects and their sources.

    A rate that stands in two places is given once, and not at all when they differ: that is A024.
    """
    return tuple(_typed_rates(draft))


def _typed_rates(draft: Draft) -> Iterator[TypedRate]:
    budget = draft.budget
    if budget is not None:
        for attribute, word in BUDGET_ROWS.items():
            row: Funds | None = getattr(budget, attribute)
            if row is not None and row.execution_rate is not None:
                yield TypedRate(row.execution_rate, row.annual_budget, row.expenditure, row, None, word)
    for score_row in rows_of_amounts(draft):
        if score_row.execution_rate is not None:
            found = _of_row(score_row, score_row.execution_rate, budget)
            if found is not None:
                yield found
    for project in draft.projects:
        funds = project.funds
        whole = funds.typed_whole if funds is not None else None
        rate, other = project.execution_rate, whole.execution_rate if whole is not None else None
        if rate is not None and (other is None or agree(rate.ratio, other.ratio)):
            annual, spent = amount_of(project, "annual_budget"), amount_of(project, "expenditure")
            yield TypedRate(rate, annual, spent, project, project, "")
        elif rate is None and other is not None and whole is not None:
            # A whole that types its rate only has the amounts of the project.
            annual = whole.annual_budget or amount_of(project, "annual_budget")
            spent = whole.expenditure or amount_of(project, "expenditure")
            yield TypedRate(other, annual, spent, whole, project, "年度资金总额")
        if funds is None:
            continue
        for word, _, part in funds.sources:
            if part.execution_rate is not None:
                yield TypedRate(
                    part.execution_rate, part.annual_budget, part.expenditure, part, project, word
                )


def _of_row(row: ScoreRow, rate: Rate, budget: Budget | None) -> TypedRate | None:
    """The rate of a row of the scorecard, over the amounts of budget.yaml when it has none.

    None when budget.yaml gives the rate too.
    """
    attribute = budget_row_of(row)
    funds: Funds | None = getattr(budget, attribute) if budget is not None and attribute else None
    if funds is not None and funds.execution_rate is not None:
        return None
    annual, spent = row.budget, row.expenditure
    if annual is None and spent is None and funds is not None:
        annual, spent = funds.annual_budget, funds.expenditure
    return TypedRate(rate, annual, spent, row, None, f"评分表“{row.name}”一行")


def computed(found: TypedRate) -> Rate | None:
    """What the amounts give; None without both, when the budget is 0, or when it is out of all reason."""
    rate = execution_rate(found.expenditure, found.budget)
    return rate if rate is not None and rate.ratio < _PRINTABLE else None
