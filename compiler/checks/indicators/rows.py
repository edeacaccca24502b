"""The rows of the projects' forms, as the rules of this group speak of them."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from compiler.checks.check import Draft
from compiler.evaluation.project import Indicator, Project
from compiler.figures import agree


def indicators(draft: Draft) -> Iterator[tuple[Project, Indicator]]:
    """Every indicator of every project."""
    for project in draft.projects:
        for indicator in project.indicators or ():
            yield project, indicator


def is_cost(indicator: Indicator) -> bool:
    """Whether a row is about money spent; not what something costs society or nature."""
    name = indicator.level_1 if indicator.level_2 is None else indicator.level_2
    return "成本" in name and "社会" not in name and "生态" not in name


def is_budget(yuan: Decimal, project: Project) -> bool:
    """Whether an amount is the project's whole budget, as it was first or as it was changed."""
    return any(
        budget is not None and agree(yuan, budget.yuan)
        for budget in (project.initial_budget, project.annual_budget)
    )
