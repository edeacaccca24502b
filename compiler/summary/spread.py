"""How numbers lie: quartiles, and counts by equal steps."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal

from compiler.figures import EXACT
from compiler.named import NamedTuple

LEAST = 8
"""Of fewer numbers than that quartiles say nothing."""
FENCE = Decimal("1.5")
"""How many times the distance of the quartiles a number may lie outside of them to be one of the others."""
_STEPS = Decimal(1), Decimal(2), Decimal(5)
"""Percentage points, or points of 100, of one column of a histogram."""
_TOP = Decimal(100)
FEWEST, MOST = 5, 12
"""Columns of a histogram between its ends."""


class Quartiles(NamedTuple):
    """Where a quarter, half and three quarters of the numbers lie below."""

    first: Decimal
    median: Decimal
    third: Decimal


def quartiles(values: Sequence[Decimal]) -> Quartiles | None:
    """The quartiles, between two numbers in proportion, as QUARTILE.INC of a spreadsheet has them; None of fewer than `LEAST`."""
    if len(values) < LEAST:
        return None
    ordered = sorted(values)
    first, median, third = (_at(ordered, Decimal(quarter) / 4) for quarter in (1, 2, 3))
    return Quartiles(first, median, third)


def median(values: Sequence[Decimal]) -> Decimal | None:
    """The one in the middle, or the mean of the two there; None of no values."""
    return _at(sorted(values), Decimal("0.5")) if values else None


def _at(ordered: Sequence[Decimal], share: Decimal) -> Decimal:
    place = share * (len(ordered) - 1)
    below = int(place)
    above = min(below + 1, len(ordered) - 1)
    step = EXACT.subtract(ordered[above], ordered[below])
    return EXACT.add(ordered[below], EXACT.multiply(step, place - below))


class Column(NamedTuple):
    """A column of a histogram: how many numbers lie in a stretch."""

    words: str
    """90～95; 低于50; 超过100."""
    low: Decimal | None
    """What it starts with; None for everything below `high`."""
    high: Decimal | None
    """What it ends before; but 100 is in the last stretch that ends there. None for everything over `low`, without it."""
    reports: int


class Bins(NamedTuple):
    """The stretches of a histogram: equal ones from `low` to `high`, open ones below and above."""

    low: Decimal
    high: Decimal
    step: Decimal


def bins(values: Sequence[Decimal]) -> Bins | None:
    """Stretches of 1, 2 or 5 for percentages, or for points of 100: the narrowest of which `MOST` hold the numbers that are not far from
    the others; none end over 100. None of no values.
    """
    if not values:
        return None
    least, most = min(values), max(values)
    if (among := quartiles(values)) is not None:
        reach = EXACT.multiply(EXACT.subtract(among.third, among.first), FENCE)
        least = min(value for value in values if value >= EXACT.subtract(among.first, reach))
        most = max(value for value in values if value <= EXACT.add(among.third, reach))
    for step in _STEPS:
        high = min(_TOP, _multiple(most, step, ROUND_CEILING))
        low = min(_multiple(least, step, ROUND_FLOOR), high - FEWEST * step)
        if high - low <= MOST * step:
            break
    else:
        low = high - MOST * step
    return Bins(max(low, Decimal(0)), high, step)


def _multiple(value: Decimal, step: Decimal, rounding: str) -> Decimal:
    return EXACT.divide(value, step).to_integral_value(rounding) * step


def columns(values: Sequence[Decimal], of: Bins) -> tuple[Column, ...]:
    """Counts by stretches; those at the ends are there when something is in them."""
    out = []
    if below := sum(value < of.low for value in values):
        out.append(Column(f"低于{of.low:f}", None, of.low, below))
    low = of.low
    while low < of.high:
        high = low + of.step
        last = high == of.high == _TOP
        count = sum(low <= value < high or (last and value == high) for value in values)
        out.append(Column(f"{low:f}～{high:f}", low, high, count))
        low = high
    if of.high == _TOP:
        if over := sum(value > _TOP for value in values):
            out.append(Column("超过100", _TOP, None, over))
    elif over := sum(value >= of.high for value in values):
        out.append(Column(f"{of.high:f}以上", of.high, None, over))
    return tuple(out)
