"""Number formats of Excel -> what is shown in a cell; only what forms use.

Fixed digits, thousands separators, percent, dates, and words around the number. Anything else (fractions, elapsed
time) is shown as the plain number: nothing is made up.
"""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache

from compiler.named import NamedTuple
from compiler.workbook.cells import plain

BUILT_IN = {
    1: "0",
    2: "0.00",
    3: "#,##0",
    4: "#,##0.00",
    9: "0%",
    10: "0.00%",
    14: "yyyy/m/d",
    15: "d-mmm-yy",
    16: "d-mmm",
    17: "mmm-yy",
    18: "h:mm AM/PM",
    19: "h:mm:ss AM/PM",
    20: "h:mm",
    21: "h:mm:ss",
    22: "yyyy/m/d h:mm",
    27: 'yyyy"年"m"月"',
    28: 'm"月"d"日"',
    29: 'm"月"d"日"',
    30: "m-d-yy",
    31: 'yyyy"年"m"月"d"日"',
    32: 'h"时"mm"分"',
    33: 'h"时"mm"分"ss"秒"',
    36: 'yyyy"年"m"月"',
    37: "#,##0",
    38: "#,##0",
    39: "#,##0.00",
    40: "#,##0.00",
    45: "mm:ss",
    46: "[h]:mm:ss",
    47: "mm:ss.0",
    50: 'yyyy"年"m"月"',
    51: 'm"月"d"日"',
    52: 'yyyy"年"m"月"',
    53: 'm"月"d"日"',
    54: 'm"月"d"日"',
    55: 'yyyy"年"m"月"',
    56: 'm"月"d"日"',
    57: 'yyyy"年"m"月"',
    58: 'm"月"d"日"',
}
"""Formats that a file names by number; 27 to 58 as Chinese Excel has them."""

_TOKEN = re.compile(
    r'"([^"]*)"|\\(.)|\[[^\]]*\]|_.|\*.|(General|G/通用格式)|([0#?][0#?,]*(?:\.[0#?]+)?)|(%)'
    r"|(y+|m+|d+|h+|s+|AM/PM|上午/下午)|(.)",
    re.IGNORECASE,
)


class Format(NamedTuple):
    """A format taken apart."""

    dates: bool
    """Whether it shows a number as a day or a time."""
    parts: tuple[tuple[str, str], ...]
    """What is shown in order: ("words", text), ("number", digits), ("date", y, m, d, h or s)."""
    percent: bool
    known: bool
    """Whether all of it is understood."""


@lru_cache(maxsize=512)
def parsed(code: str) -> Format:
    """Take the first section of a format apart (the one for positive numbers)."""
    parts: list[tuple[str, str]] = []
    percent = dates = fraction = False
    known = len(code) <= 255
    for found in _TOKEN.finditer(_section(code[:255])):
        quoted, escaped, general, digits, sign, day, other = found.groups()
        token = found[0]
        if quoted is not None or escaped:
            parts.append(("words", quoted if quoted is not None else escaped))
        elif token.startswith("["):
            known = known and not re.fullmatch(r"\[[hms]+\]", token, re.IGNORECASE)
            dates = dates or not known
        elif token[0] in "_*":
            continue
        elif general:
            parts.append(("number", "General"))
        elif digits:
            parts.append(("number", digits))
        elif sign:
            percent = True
            parts.append(("words", "%"))
        elif day:
            dates = True
            known = known and "/" not in day and not day.lower().startswith("mmm")
            parts.append(("date", day.lower()))
        else:
            known = known and other not in "eE@"
            fraction = fraction or other == "/"
            parts.append(("words", other))
    numbers = sum(kind == "number" for kind, _ in parts)
    known = known and (dates or not fraction)
    return Format(dates, tuple(parts), percent, known and (numbers == 1 or (dates and not numbers)))


def scales(code: str) -> bool:
    """Whether a format shows a number in thousands, or in other units than it is stored in."""
    bare = re.sub(r'"[^"]*"|[\\\\!].|\[[^\]]*\]|_.|\*.', "", _section(code[:255]))
    return re.search(r"[0#?][.!]?,+(?![0#?,])", bare) is not None


def _section(code: str) -> str:
    """The format up to its first semicolon that is not quoted."""
    out = re.match(r'(?:"[^"]*"|\\.|[^;"\\])*', code)
    return out[0] if out else ""


def shown_number(value: Decimal, code: str) -> str:
    """A number as its cell shows it."""
    format_ = parsed(code)
    if format_.dates or not format_.known:
        return plain(value)
    out = ""
    for kind, text in format_.parts:
        out += text if kind == "words" else _digits(value * 100 if format_.percent else value, text)
    return out.strip()


def _digits(value: Decimal, digits: str) -> str:
    if digits == "General":
        return plain(value)
    whole, _, fraction = digits.partition(".")
    if whole.endswith(","):  # in thousands
        return plain(value)
    text = (
        f"{value.quantize(Decimal(1).scaleb(-len(fraction)), ROUND_HALF_UP):{',' if ',' in whole else ''}f}"
    )
    optional = len(fraction) - len(fraction.rstrip("#?"))
    while optional and text.endswith("0"):
        text, optional = text[:-1], optional - 1
    text = text.rstrip(".")
    return text[1:] if text.startswith("-") and not text.strip("-0.,") else text


def shown_date(value: date, code: str) -> str:
    """A day as its cell shows it; as 2024年3月1日 where the format is beyond us."""
    format_ = parsed(code)
    if not format_.known:
        return f"{value.year}年{value.month}月{value.day}日"
    clock = value if isinstance(value, datetime) else datetime(value.year, value.month, value.day)
    out = ""
    last = ""
    for kind, text in format_.parts:
        if kind == "words":
            out += text
            continue
        unit = text[0]
        if unit == "m" and (last == "h" or (":" in code and "h" not in code and "y" not in code)):
            unit = "minute"
        number = {
            "y": value.year,
            "m": value.month,
            "d": value.day,
            "h": clock.hour,
            "s": clock.second,
        }.get(unit, clock.minute)
        last = unit
        out += f"{number % 100:02}" if text == "yy" else f"{number:0{len(text)}}"
    return out.strip()


def as_date(serial: float, from_1904: bool) -> date | datetime | None:
    """The day, or the day and the time, that Excel counts as `serial`; None for what is no day."""
    if not 0 <= serial < 2958466:
        return None
    days = int(serial)
    # Excel has a 29th of February 1900, which was not.
    base = date(1904, 1, 1) if from_1904 else date(1899, 12, 31 if days < 60 else 30)
    seconds = round((serial - days) * 86400)
    day = base + timedelta(days=days)
    if not seconds:
        return day
    return datetime(day.year, day.month, day.day) + timedelta(seconds=seconds)
