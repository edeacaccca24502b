"""Figures as a summary prints them: aligned in columns, and never fewer digits than there are in an amount."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal

from compiler.figures import EXACT, NumberRule, Rate, format_rate, rounded

_PADDED = NumberRule(pad=True)
MOST_NAMES = 10
"""Departments named in a sentence."""


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


def decimals(values: Iterable[Decimal]) -> int:
    """How many decimals it takes to print any of them as it is."""
    return max((len(number(value).partition(".")[2]) for value in values), default=0)


def alike(numbers: Sequence[str]) -> list[str]:
    """Numbers in one sentence or column, each with as many decimals as that which has most: 91.5 and 60.0."""
    most = max((len(text.partition(".")[2]) for text in numbers), default=0)
    return [
        f"{whole}.{rest:0<{most}}" if most else whole
        for whole, _, rest in (text.partition(".") for text in numbers)
    ]


def names(departments: Iterable[str]) -> str:
    """甲局、乙局; of many the first ten and 等."""
    known = tuple(dict.fromkeys(departments))
    return "、".join(known[:MOST_NAMES]) + "等" * (len(known) > MOST_NAMES)


_RANKS = ("优", "优秀"), ("良", "良好"), ("中", "中等", "一般"), ("差", "较差")


def by_rank(grade: str) -> tuple[int, str]:
    """What grades are put in order by: the best first, what is no usual word last."""
    return next((rank for rank, words in enumerate(_RANKS) if grade in words), len(_RANKS)), grade


def mixed(grades: Iterable[str]) -> tuple[tuple[str, ...], ...]:
    """Words among the grades that mean the same: (优, 优秀)."""
    used = set(grades)
    found = (tuple(word for word in words if word in used) for words in _RANKS)
    return tuple(words for words in found if len(words) > 1)
