"""Rates of the whole department that budget.yaml gives, against the amounts they are made of."""

from __future__ import annotations

from collections.abc import Iterator

from compiler.checks.amounts.known_amounts import place_of_whole
from compiler.checks.amounts.written_rates import as_typed, is_written_as, points
from compiler.checks.check import Finding
from compiler.checks.wording import percent
from compiler.evaluation.funds import AMOUNT_KEYS, Budget
from compiler.figures import Rate
from compiler.named import NamedTuple


class WholeRate(NamedTuple):
    """A rate that is typed, and what it should be."""

    key: str
    attribute: str
    typed: Rate
    computed: Rate
    formula: str
    """What it is made of, with the amounts."""
    amounts: tuple[str, ...]
    """Their attributes in 资金总体."""
    shown: Rate
    """As typed, with its sign."""


def differing(budget: Budget, rate: WholeRate, hint: str) -> Iterator[Finding]:
    """The finding, when the rate is not what the amounts give."""
    if is_written_as(rate.computed, rate.typed):
        return
    places = ((place_of_whole(budget, name), f"资金总体的{AMOUNT_KEYS[name]}") for name in rate.amounts)
    yield Finding(
        budget.span_of(rate.attribute),
        f"{rate.key}写的是{as_typed(rate.shown)}，按{rate.formula}是{percent(rate.computed)}，"
        f"相差{points(rate.typed, rate.computed)}",
        f"{hint}，或者不填，由程序算出",
        tuple((place, words) for place, words in places if place),
    )
