"""Amounts as the findings print them."""

from __future__ import annotations

from decimal import Decimal

from compiler.figures import Amount, NumberRule, Rate, format_amount, format_rate

_EXACT = NumberRule(rate_digits=6)


def wan(yuan: Decimal | Amount) -> str:
    """An amount in 万元, exact to the 分: 14888.23万元."""
    amount = yuan if isinstance(yuan, Amount) else Amount(yuan)
    return f"{format_amount(amount, '万元', _EXACT)}万元"


def percent(rate: Rate, digits: int = 4) -> str:
    """A rate with up to `digits` after the point: 99.8793%."""
    return f"{format_rate(rate, _EXACT._replace(rate_digits=digits))}%"
