"""Amounts, rates and counts: exact values, and how they are printed.

Everything is `Decimal`; there is no float anywhere. An `Amount` is stored in 元, a `Rate` as a ratio
(99.88% is 0.9988). Printing follows one declared rule, `NumberRule`:

- 四舍五入 (half away from zero) to the declared digits, trailing zeros dropped unless `pad`;
- a rate is printed as 100% only when it is exactly 1, and as 0% only when it is exactly 0:
  where rounding would say so, the nearest value that does not is printed (99.9961% -> 99.99%).
"""

from __future__ import annotations

import re
import unicodedata
from decimal import ROUND_HALF_UP, Context, Decimal, InvalidOperation

from compiler.named import NamedTuple
from compiler.patterns import pattern

UNITS: dict[str, int] = {"元": 0, "万元": 4, "亿元": 8}
"""The power of ten by which each unit is more than a 元."""
_UNIT_POWERS = {"元": (0, 0), "万元": (1, 4), "亿元": (2, 8)}


class Amount(NamedTuple):
    """An amount of money, exact, in 元.

    Its exponent is that of the last digit typed: 14875.56 万元 is 1487556E+2, so what was rounded to is not lost.
    """

    yuan: Decimal


class Rate(NamedTuple):
    """A ratio: 1 is 100%."""

    ratio: Decimal


class Count(NamedTuple):
    """A number of things with its measure word: 7家."""

    number: int
    measure: str


class NumberRule(NamedTuple):
    """How figures are printed throughout one document."""

    rate_digits: int = 2
    """Most digits after the point of a percentage."""
    digits: tuple[int, int, int] = (2, 6, 10)
    """Most digits after the point in 元, 万元, 亿元; the defaults are exact to the 分."""
    pad: bool = False
    """Keep trailing zeros up to the declared digits: 98.50%."""
    grouped: bool = False
    """Thousands separators: 15,548.09 (GB/T 15835: all of a text, or none)."""


EXACT = Context(prec=60, rounding=ROUND_HALF_UP)
"""Wide enough that nothing is rounded before it is printed: an amount has 24 digits at most, and a quotient of
two of them is never so near a tie of the last printed digit that 60 digits could not tell."""
_ZERO, _HUNDRED = Decimal(0), Decimal(100)
_STEPS = tuple(Decimal(1).scaleb(-digits) for digits in range(13))


def half_unit(value: Decimal) -> Decimal:
    """Half a unit of the last digit that a number was written with: 0.005 of 99.88, 0.5 of 100."""
    exponent = value.as_tuple().exponent
    return Decimal((0, (5,), exponent - 1)) if isinstance(exponent, int) else Decimal(0)


def agree(a: Decimal, b: Decimal) -> bool:
    """Whether two numbers, each rounded to its last written digit, may be the same number.

    The tolerance is half a unit of the last digit of each side: 99.8793…% agrees with 99.88%, 11.75 not with 11.76.
    """
    return a == b or abs(EXACT.subtract(a, b)) < EXACT.add(half_unit(a), half_unit(b))


def rounded(value: Decimal, digits: int) -> Decimal:
    """`value` 四舍五入 to `digits` (0 to 12) after the point."""
    return EXACT.quantize(value, _STEPS[digits])


def format_number(value: Decimal, digits: int, rule: NumberRule) -> str:
    """A plain number with at most `digits` after the point, never in exponent form."""
    text = str(value)
    point = text.find(".")
    if 0 <= point < len(text) - digits - 1 or "E" in text or rule.pad or rule.grouped:
        text = f"{rounded(value, digits):,f}" if rule.grouped else f"{rounded(value, digits):f}"
        point = text.find(".")
    if point >= 0 and not rule.pad:
        text = text.rstrip("0").rstrip(".")
    return text[1:] if text[0] == "-" and not text.strip("-0.,") else text


def format_amount(amount: Amount, unit: str, rule: NumberRule) -> str:
    """The number of an amount in `unit` (元, 万元 or 亿元), without the unit."""
    index, power = _UNIT_POWERS[unit]
    return format_number(amount[0].scaleb(-power, EXACT), rule.digits[index], rule)


def format_rate(rate: Rate, rule: NumberRule) -> str:
    """A rate in percent, without the sign: 99.88."""
    percent = EXACT.scaleb(rate[0], 2)
    shown = rounded(percent, rule.rate_digits)
    if shown != percent:
        step = _STEPS[rule.rate_digits]
        for exact in (_ZERO, _HUNDRED):
            if shown == exact:
                shown = exact + (step if percent > exact else -step)
    return format_number(shown, rule.rate_digits, rule)


def format_capital(amount: Amount) -> str:
    """An amount in 大写, for 元 角 分: 肆仟伍佰零壹万零柒佰元整. Raises `InvalidOperation` from 万万亿 on."""
    if amount.yuan.copy_abs() >= LARGEST_CAPITAL:  # abs() would round to the ambient precision
        raise InvalidOperation
    from cn2an import an2cn  # late: few reports need it

    return str(an2cn(f"{rounded(amount.yuan, 2):f}", "rmb"))


LARGEST_CAPITAL = 10**16

_NUMBER = pattern(r"(-?)(0|[1-9]\d*|[1-9]\d{0,2}(?:,\d{3})+)(\.\d+)?")
_QUANTITY = pattern(r"(-?[0-9][0-9,]*(?:\.[0-9]*)?)\s*(\D*)", re.DOTALL)
MAX_DIGITS = 24


def parse_number(text: str) -> Decimal | None:
    """A decimal number as written on a form, thousands separators allowed; None if it is none.

    `012`, `1e3`, `12:30` and `.5` are not numbers here: nobody writes amounts so on purpose.
    """
    if len(text) > MAX_DIGITS or not _NUMBER.fullmatch(text):
        return None
    return Decimal(text.replace(",", ""))


def split_quantity(text: str) -> tuple[str, str] | None:
    """`56397.79 元` as (`56397.79`, `元`); the unit is empty when there is none.

    None when the text does not start with a number.
    """
    match = _QUANTITY.fullmatch(text)
    return (match[1], match[2].strip()) if match else None


def half_width(text: str) -> str:
    """Full-width digits, letters and marks (１２３，％) as half-width ones (NFKC)."""
    return unicodedata.normalize("NFKC", text)
