"""What may be added, subtracted, multiplied and divided in an expression: exact values of a kind that fit."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from compiler.figures import Amount, Rate


def _number(value: Any) -> bool:
    return type(value) in (int, Decimal)


def add(a: Any, b: Any) -> Any:
    """The sum of two values of one kind; None when they cannot be added."""
    if _number(a) and _number(b):
        return a + b
    if type(a) is type(b) and isinstance(a, (Amount, Rate)):
        return type(a)(a[0] + b[0])
    return None


def subtract(a: Any, b: Any) -> Any:
    """The difference of two values of one kind; None when there is none."""
    if _number(a) and _number(b):
        return a - b
    if type(a) is type(b) and isinstance(a, (Amount, Rate)):
        return type(a)(a[0] - b[0])
    return None


def multiply(a: Any, b: Any) -> Any:
    """A number, amount or rate times a number or rate; None for anything else."""
    if _number(a) and _number(b):
        return a * b
    if isinstance(a, (Amount, Rate)) and (_number(b) or isinstance(b, Rate)):
        return type(a)(a[0] * (b[0] if isinstance(b, Rate) else b))
    return None


def divide(a: Any, b: Any) -> Any:
    """A quotient: of two amounts a rate; None when there is none. Raises what `Decimal` raises for a divisor of 0."""
    if _number(a) and _number(b):
        return Decimal(a) / b
    if isinstance(a, Amount) and isinstance(b, Amount):
        return Rate(a[0] / b[0])
    if isinstance(a, (Amount, Rate)) and _number(b):
        return type(a)(a[0] / b)
    return None
