"""Where a project's amounts stand, and what they are called."""

from __future__ import annotations

from collections.abc import Iterator

from compiler.evaluation.funds import AMOUNTS
from compiler.evaluation.measure import parse_measure
from compiler.evaluation.project import Indicator, Project
from compiler.figures import Amount
from compiler.source import Span

WORDS = {attribute: key for key, attribute in AMOUNTS.items()}
"""Attribute -> what the form calls it."""


def amount_span(project: Project, attribute: str) -> Span:
    """Where an amount of a project was typed: on the project, for the whole of its funds, or for a source of them."""
    if f"typed_{attribute}" in project.places:
        return project.span_of(f"typed_{attribute}")
    if project.funds is None:
        return project.span_of("name")
    whole = project.funds.whole
    for funds in (whole, *whole.parts):
        if attribute in funds.places:
            return funds.span_of(attribute)
    return project.funds.span


def cost_targets(project: Project) -> Iterator[tuple[Indicator, Amount]]:
    """The cost indicators whose 指标值 is an amount: ≤5.64万元."""
    for row in project.indicators or ():
        if row.target and ("成本" in row.level_1 or (row.level_2 and "成本" in row.level_2)):
            measure = parse_measure(row.target)
            yuan = measure and measure.yuan
            if yuan is not None:
                yield row, Amount(yuan)
