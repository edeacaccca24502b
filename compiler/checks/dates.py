"""What rules of several groups know of dates: which no calendar has, and what a name says of one."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterator
from decimal import Decimal

from compiler.patterns import pattern

_NUMBER = r"\d{1,6}(?:\.\d+)?"
_DATE = pattern(
    rf"(?<![\d.])(?:(?P<year>{_NUMBER})\s?年\s?)?(?<![\d.])(?P<month>{_NUMBER})\s?月\s?(?P<day>{_NUMBER})\s?日"
    rf"|(?<![\d.])(?P<of>\d{{4}})\s?年\s?(?P<only>{_NUMBER})\s?月"
)
PAST = pattern(
    "合同|协议|签|开始|起|开工|启动|批准|批复|立项|成立|设立|组建|印发|发布|出台|施行|首|上年|去年|往年|历年|政策|依据|文件|"
    "获|评|注册|投用|建成|购置|采购|中标|入职|聘|任|到岗|认定|备案|登记|基期|基准|对比|原"
)
"""What a name says of a date that may well be of an earlier year."""
DEADLINE = pattern("(?:期限|时限|限期|截止(?:时间|日期|日)?|到期(?:时间|日期|日)?)$")
"""How the name of a deadline ends."""
FAR = 5
"""A date of so many years later than the report's is still a plan."""

_LEAP = 2024
"""A day without a year may be of such a one."""


def impossible_dates(text: str) -> Iterator[tuple[int, int]]:
    """Where dates start and end in a text that no calendar has: 2月30日, 16月18日, 5月1.6日."""
    for match in _DATE.finditer(text):
        year, month = match["year"] or match["of"], match["month"] or match["only"]
        if not _is_date(year, month, match["day"]):
            yield match.span()


def _is_date(year: str | None, month: str, day: str | None) -> bool:
    numbers = [Decimal(number) for number in (year, month, day) if number is not None]
    if any(number != number.to_integral_value() or "." in str(number) for number in numbers):
        return False
    if year is not None and len(year) not in (1, 2, 4):  # 24年3月5日 is short for 2024
        return False
    if not 1 <= int(month) <= 12:
        return False
    of = int(year) if year is not None and len(year) == 4 and int(year) else _LEAP
    return day is None or 1 <= int(day) <= monthrange(of, int(month))[1]
