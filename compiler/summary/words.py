"""Figures as a summary prints them: aligned in columns, and never fewer digits than there are in an amount."""

from __future__ import annotations

from decimal import Decimal

from compiler.figures import EXACT, NumberRule, Rate, format_rate, rounded

_PADDED = NumberRule(pad=True)


def wan(yuan: Decimal) -> str:
    """An amount in 万元, grouped, exact, with two digits at least: 15,548.09."""
    return _exact(yuan.scaleb(-4, EXACT))


def yuan_of(yuan: Decimal) -> str:
    """An amount in 元, grouped, exact, with two digits at least: 155,480,900.00."""
    return _exact(yuan)


def _exact(value: Decimal) -> str:
    whole, _, rest = f"{value:f}".partition(".")
    return f"{int(whole):,}.{rest.rstrip('0'):0<2}" if value >= 0 else f"-{_exact(-value)}"


def percent(ratio: Decimal, digits: int = 2) -> str:
    """A rate with its sign: 99.88%. It is 100% only when it is exactly that."""
    return f"{format_rate(Rate(ratio), _PADDED if digits == 2 else NumberRule(digits))}%"


def points(value: Decimal) -> str:
    """Percentage points, or points of a score, rounded to two digits: 98.4."""
    return number(rounded(value, 2))


def number(value: Decimal) -> str:
    """A number as it is, without noughts at its end: 99.5."""
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
