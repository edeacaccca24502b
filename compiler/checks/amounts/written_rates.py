"""Whether a typed rate is what the amounts give."""

from __future__ import annotations

from decimal import Decimal

from compiler.checks.wording import percent
from compiler.figures import EXACT, Rate, half_unit

_MOST_DIGITS = 12


def is_written_as(computed: Rate, typed: Rate) -> bool:
    """Whether `typed` is `computed`, rounded to the digits that it was typed with.

    A quotient is exact, however few digits it has: only the typed side has a tolerance. Next to 0% and 100% the
    printed value is right too, which is never the whole one (99.9961% -> 99.99%).
    """
    distance, tolerance = abs(EXACT.subtract(computed.ratio, typed.ratio)), half_unit(typed.ratio)
    if distance <= tolerance:
        return True
    if distance > 2 * tolerance:
        return False
    digits = digits_of(typed)
    return percent(computed, digits) == percent(typed, digits)


def digits_of(typed: Rate) -> int:
    """How many digits a typed percentage has after the point."""
    exponent = typed.ratio.as_tuple().exponent
    return min(max(-exponent - 2, 0), _MOST_DIGITS) if isinstance(exponent, int) else 0


def as_typed(rate: Rate) -> str:
    """A typed rate with all the digits that it was typed with: 90.00%."""
    return f"{rate.ratio.scaleb(2, EXACT):f}%"


def points(a: Rate, b: Rate) -> str:
    """How far two rates are apart, in 百分点 to four digits."""
    return f"{percent(Rate(abs(EXACT.subtract(a.ratio, b.ratio)))).removesuffix('%')}个百分点"


def share(part: Decimal, whole: Decimal) -> Rate:
    """`part` of `whole`, which is not 0."""
    return Rate(EXACT.divide(part, whole))
