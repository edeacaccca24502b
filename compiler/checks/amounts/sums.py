"""Sums of amounts: of the projects, and of what they leave out."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

from compiler.checks.amounts.known_amounts import amount_of, typed_rate
from compiler.evaluation.project import Project
from compiler.figures import EXACT, Amount, Rate, half_unit
from compiler.named import NamedTuple

_NOTHING = Decimal("0E+24")
"""A sum keeps the last digit of its finest part; a plain 0 would make it a number of 元."""


def exact_sum(parts: Iterable[Decimal]) -> Decimal:
    """A sum, written to the last digit that any of its parts has."""
    return sum(parts, _NOTHING)


class Inferred(NamedTuple):
    """An expenditure that no file gives, by its budget and its typed rate."""

    project: Project
    budget: Amount
    rate: Rate

    @property
    def yuan(self) -> Decimal:
        """What the rate says of the budget."""
        return EXACT.multiply(self.budget.yuan, self.rate.ratio)

    @property
    def slack(self) -> Decimal:
        """How far off it may be: half a unit of the rate's last digit."""
        return EXACT.multiply(self.budget.yuan, half_unit(self.rate.ratio))

    @property
    def most(self) -> Decimal:
        """The most that its rate allows; more than its budget only when the rate says so."""
        return min(self.yuan + self.slack, max(self.yuan, self.budget.yuan))

    @property
    def least(self) -> Decimal:
        """The least that its rate allows."""
        return self.yuan - self.slack


class Expenditures(NamedTuple):
    """全年执行数 of the projects: as far as it is written, and as far as rates tell."""

    written: tuple[Decimal, ...]
    inferred: tuple[Inferred, ...]
    unknown: int
    """How many projects tell it in no way."""

    @property
    def slack(self) -> Decimal:
        """How far the sum may be off because of the rates' rounding."""
        return sum((each.slack for each in self.inferred), Decimal(0))


def expenditures(projects: Iterable[Project]) -> Expenditures:
    """What the projects have spent."""
    written: list[Decimal] = []
    inferred: list[Inferred] = []
    unknown = 0
    for project in projects:
        spent = amount_of(project, "expenditure")
        if spent is not None:
            written.append(spent.yuan)
            continue
        budget, rate = amount_of(project, "annual_budget"), typed_rate(project)
        if budget is None or rate is None:
            unknown += 1
        else:
            inferred.append(Inferred(project, budget, rate))
    return Expenditures(tuple(written), tuple(inferred), unknown)


def sole_suspect(found: Expenditures, lacking: Decimal) -> bool:
    """Whether only one project leaves its expenditure out, and what is lacking of the whole fits its budget.

    Its rate is then what disagrees, and not the sum.
    """
    return len(found.inferred) == 1 and not found.unknown and 0 <= lacking <= found.inferred[0].budget.yuan
