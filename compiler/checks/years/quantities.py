"""Values of data files as quantities, however they are typed: 98.74%, 175.83万元, 1268卷."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from compiler.evaluation.measure import parse_measure
from compiler.figures import EXACT, Amount, Count, Rate
from compiler.named import NamedTuple
from compiler.source import Span


class Quantity(NamedTuple):
    """A number with its unit; money is in 元, a rate in percent."""

    number: Decimal
    unit: str


def quantity(value: Any) -> Quantity | None:
    """A value as a quantity; None when it is words, a date, a list."""
    match value:
        case str():
            measure = parse_measure(value)
            if measure is None:
                return None
            yuan = measure.yuan
            return Quantity(measure.number, measure.unit) if yuan is None else Quantity(yuan, "元")
        case Count(number, unit):
            return Quantity(Decimal(number), unit)
        case Amount(yuan):
            return Quantity(yuan, "元")
        case Rate(ratio):
            return Quantity(EXACT.multiply(ratio, Decimal(100)), "%")
    return None


def typed(span: Span) -> str:
    """What stands at a place."""
    return span.source.line(span.line)[span.column - 1 : span.end - 1]
