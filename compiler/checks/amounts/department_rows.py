"""The department's amounts: the rows of budget.yaml, and those of the scorecard that repeat them."""

from __future__ import annotations

from collections.abc import Iterator

from compiler.checks.check import Draft
from compiler.evaluation.funds import AMOUNT_KEYS, BUDGET_PARTS, Funds
from compiler.evaluation.scheme import row_key
from compiler.evaluation.scorecard import ScoreRow
from compiler.figures import Amount
from compiler.named import NamedTuple
from compiler.source import Span

BUDGET_ROWS = {**{attribute: key for key, attribute in BUDGET_PARTS.items()}, "typed_whole": "资金总体"}
_ATTRIBUTES = {**{word: attribute for attribute, word in BUDGET_ROWS.items()}, "其他": "other"}
_IN_SCORECARD = {"annual_budget": "budget", "expenditure": "expenditure"}


class Placed(NamedTuple):
    """An amount and where it stands."""

    amount: Amount
    span: Span


def rows_of_amounts(draft: Draft) -> Iterator[ScoreRow]:
    """The rows of the scorecard that may have amounts: those of the part about the execution rate."""
    part = draft.scorecard.execution_part if draft.scorecard is not None else None
    for group in part.groups if part is not None else ():
        yield from group.rows


def budget_row_of(row: ScoreRow) -> str | None:
    """The attribute of `Budget` that a row of the scorecard speaks of; None when it is another thing."""
    return _ATTRIBUTES.get(row_key(row.name))


def department_amounts(draft: Draft) -> dict[tuple[str, str], Placed]:
    """The amounts by the attributes of `Budget` and of `Funds`; of the scorecard what budget.yaml does not give.

    Two that differ are no business of the sums: A024.
    """
    found: dict[tuple[str, str], Placed] = {}
    for attribute in BUDGET_ROWS if draft.budget is not None else ():
        funds: Funds | None = getattr(draft.budget, attribute)
        for name in AMOUNT_KEYS if funds is not None else ():
            amount = getattr(funds, name)
            if amount is not None and funds is not None:
                found[attribute, name] = Placed(amount, funds.span_of(name))
    for row in rows_of_amounts(draft):
        which = budget_row_of(row)
        for name, field in _IN_SCORECARD.items() if which else ():
            amount = getattr(row, field)
            if amount is not None and which:
                found.setdefault((which, name), Placed(amount, row.span_of(field)))
    return found
