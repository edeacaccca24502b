"""How numbers lie: quartiles, and counts by equal steps."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import ROUND_FLOOR, Decimal
from typing import NamedTuple

from compiler.figures import EXACT

LEAST = 8
"""Of fewer numbers than that quartiles say nothing."""
STEP = Decimal(5)
"""Percentage points, or points of 100, of one column of a histogram."""
_TOP = Decimal(100)
_MOST_STEPS = 8


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


def columns(values: Sequence[Decimal]) -> tuple[Column, ...]:
    """Counts of percentages, or of points of 100, by steps of 5 up to 100; what is far below in one column, what is over 100 in another."""
    if not values:
        return ()
    lowest = min(min(values), _TOP - STEP)
    steps = int(((_TOP - lowest) / STEP).to_integral_value(ROUND_FLOOR)) + 1
    start = _TOP - STEP * min(_MOST_STEPS, max(2, steps if lowest % STEP else steps - 1))
    out = []
    if below := sum(value < start for value in values):
        out.append(Column(f"低于{start:f}", None, start, below))
    low = start
    while low < _TOP:
        high = low + STEP
        last = high == _TOP
        count = sum(low <= value < high or (last and value == high) for value in values)
        out.append(Column(f"{low:f}～{high:f}", low, high, count))
        low = high
    if over := sum(value > _TOP for value in values):
        out.append(Column("超过100", _TOP, None, over))
    return tuple(out)
