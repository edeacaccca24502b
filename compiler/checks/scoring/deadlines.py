"""Times that a time indicator sets, and whether what was done came later: 12月10日前, 三季度末, 一年内."""

from __future__ import annotations

from calendar import monthrange
from datetime import date

from compiler.named import NamedTuple
from compiler.patterns import pattern

_MOMENT = pattern(
    r"(?:不晚于|不迟于|截至|截止|最迟|已?于|在|≤)?"
    r"(?:(?P<year>\d{4})年(?:度)?|本年度?|当年|全年|年度?)?"
    r"(?:第?(?P<quarter>[一二三四1-4])季度|(?P<half>[上下])半年|(?P<month>\d{1,2})月份?(?:(?P<day>\d{1,2})[日号])?)?"
    r"(?P<part>上旬|中旬|下旬|初|中|底|末|年底|年末)?"
    r"(?P<before>(?:以|之)?前|(?:以|之)?内)?(?P<done>(?:全部|全面)?(?:完成|完工|竣工|验收|支付|拨付|交付))?"
)
_TERM = pattern(
    r"(?:≤|<|不超过|共|用时|历时)?(?:(?P<years>\d{1,2}|[一二两三四五])年)?零?(?:(?P<months>\d{1,3}|[一二两三四五六七八九十])个月)?"
    r"(?:以内|之内|内)?"
)
_FULL_WIDTH = str.maketrans("０１２３４５６７８９＜≦⩽", "0123456789<≤≤", " \t\u3000。")
_NUMERALS = {word: number for number, word in enumerate("零一二三四五六七八九十")} | {"两": 2}
_TIMES = ("时效", "时间", "时限", "期限", "进度", "及时", "按时", "按期", "时点", "节点", "完成")
_LONGEST = 24
_LONGEST_TERM = 120
"""In months; 24年 is short for 2024."""


class _Days(NamedTuple):
    """The first and the last day that words may mean."""

    first: date
    last: date
    limit: bool
    """Whether they say that it is the last time allowed (前, 内, 底)."""


def may_be_late(target: str | None, actual: str | None) -> bool:
    """Whether a target and what was reached may both be times: nearly none are."""
    return (
        target is not None
        and ("月" in target or "年" in target or "季" in target)
        and actual is not None
        and ("月" in actual or "年" in actual or "季" in actual)
    )


def is_late(target: str, actual: str, names: str, year: int) -> bool:
    """Whether what was done is certainly later than the time set; `year` is that of times without one."""
    wanted, reached = _months(target), _months(actual)
    if wanted is not None and reached is not None:
        return reached > wanted
    limit = _days(target, year)
    if limit is None or not (limit.limit or any(word in names for word in _TIMES)):
        return False
    done = _days(actual, limit.last.year)
    return done is not None and done.first > limit.last


def _months(text: str) -> int | None:
    """A term in months: 一年内, 1年2个月, 6个月; a year of four digits is none."""
    found = _TERM.fullmatch(text.translate(_FULL_WIDTH)) if len(text) <= _LONGEST else None
    if found is None or not (found["years"] or found["months"]):
        return None
    months = 12 * _number(found["years"]) + _number(found["months"])
    return months if months <= _LONGEST_TERM else None


def _number(word: str | None) -> int:
    if not word:
        return 0
    return int(word) if word.isdecimal() else _NUMERALS[word]


def _days(text: str, year: int) -> _Days | None:
    found = _MOMENT.fullmatch(text.translate(_FULL_WIDTH)) if len(text) <= _LONGEST else None
    if found is None:
        return None
    stretch = _stretch(found["quarter"], found["half"], found["month"])
    part = found["part"] or ""
    if stretch is None and not (part in ("底", "末", "年底", "年末") or found["before"]):
        return None  # 2024年 alone, or nothing of the kind
    if part.startswith("年") and stretch is not None:
        return None
    of, (start, end) = int(found["year"] or year), stretch or (1, 12)
    try:
        first, last = date(of, start, 1), date(of, end, monthrange(of, end)[1])
        if found["day"]:
            first = last = date(of, start, int(found["day"]))
    except ValueError:
        return None
    if part and not found["day"]:
        first, last = _within(part, first, last)
    return _Days(first, last, bool(found["before"]) or bool(part))


def _stretch(quarter: str | None, half: str | None, month: str | None) -> tuple[int, int] | None:
    """The first and the last month."""
    if quarter:
        number = _number(quarter)
        return 3 * number - 2, 3 * number
    if half:
        return (1, 6) if half == "上" else (7, 12)
    return (int(month), int(month)) if month else None


def _within(part: str, first: date, last: date) -> tuple[date, date]:
    """The days of a part of a month, or of the last month of a longer stretch."""
    if part in ("上旬", "初"):
        return first, first.replace(day=10)
    if part in ("中旬", "中"):
        middle = first if first.month == last.month else last.replace(day=1)
        return (
            (middle.replace(day=11), middle.replace(day=20)) if first.month == last.month else (first, last)
        )
    return last.replace(day=21), last
