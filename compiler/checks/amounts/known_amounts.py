"""Amounts that the rules may rely on, and where each of them stands.

A total that is not typed is the sum of its parts; but when a part with money leaves the amount out, that sum is not
the total, and what would be found with it is not so.
"""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

from compiler.evaluation.funds import AMOUNTS, Budget, Funds
from compiler.evaluation.project import Project
from compiler.figures import Amount, Rate
from compiler.source import Span

_TYPED = {name: f"typed_{name}" for name in AMOUNTS.values()}


def amount_of(project: Project, name: str) -> Amount | None:
    """An amount of a project as typed, else of all its sources; None when it is not known."""
    typed: Amount | None = getattr(project, _TYPED[name])
    funds = project.funds
    if typed is not None or funds is None:
        return typed
    whole = funds.typed_whole
    amount: Amount | None = getattr(whole, name) if whole is not None else None
    return amount or _sum((part for _, _, part in funds.sources), name)


def whole_amount(budget: Budget, name: str) -> Amount | None:
    """An amount of the department as typed, else of 基本支出, 项目支出 and 其他支出; None when it is not known."""
    whole = budget.typed_whole
    amount: Amount | None = getattr(whole, name) if whole is not None else None
    if amount is not None or budget.basic is None or budget.projects is None:
        return amount
    return _sum((budget.basic, budget.projects, budget.other), name)


def _sum(parts: Iterable[Funds | None], name: str) -> Amount | None:
    """The sum of parts; None when one that has money leaves it out."""
    total: Decimal | None = None
    for part in parts:
        if part is None:
            continue
        amount: Amount | None = getattr(part, name)
        if amount is not None:
            total = amount.yuan if total is None else total + amount.yuan  # a 0 to start from has digits
        elif any((other := getattr(part, key)) is not None and other.yuan for key in AMOUNTS.values()):
            return None
    return None if total is None else Amount(total)


def typed_rate(project: Project) -> Rate | None:
    """执行率 of a project as typed, at its head or for 年度资金总额."""
    if project.execution_rate is not None:
        return project.execution_rate
    whole = project.funds.typed_whole if project.funds else None
    return whole.execution_rate if whole is not None else None


def place_of(project: Project, name: str) -> Span:
    """Where an amount of a project stands, or the sources it is the sum of."""
    if _TYPED[name] in project.places:
        return project.span_of(_TYPED[name])
    funds = project.funds
    if funds is None:
        return project.span_of("name")
    given = [part for part in funds.rows if name in part.places]
    if len(given) == 1 or (given and given[0] is funds.typed_whole):
        return given[0].span_of(name)
    return project.span_of("funds")


def place_of_whole(budget: Budget, name: str) -> Span | None:
    """Where an amount of 资金总体 is typed; None when it is a sum."""
    whole = budget.typed_whole
    return whole.span_of(name) if whole is not None and name in whole.places else None


def place_of_rate(project: Project) -> Span:
    """Where 执行率 of a project stands; when it is not typed, 全年执行数, which decides it."""
    if "execution_rate" in project.places:
        return project.span_of("execution_rate")
    whole = project.funds.typed_whole if project.funds else None
    if whole is not None and "execution_rate" in whole.places:
        return whole.span_of("execution_rate")
    return place_of(project, "expenditure")
