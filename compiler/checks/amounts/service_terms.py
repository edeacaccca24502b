"""The terms of a contract among a project's 补充数据: from when to when, and how it is paid."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterator
from datetime import date

from compiler.figures import Amount
from compiler.named import NamedTuple
from compiler.patterns import pattern
from compiler.record import Facts

_TAILS = ("结束", "终止", "到期", "时间", "日期", "日")
"""Of the keys that `_END` may match; most keys have none of them."""
_END = pattern(r"(.*)(结束|终止|到期)(时间|日期|日)?")
_STARTS = ("开始", "起始", "生效")
_DATE = pattern(r"(\d{4})[年.\-/](\d{1,2})(?:[月.\-/](\d{1,2})日?|月)?")
_BY_CONTRACT = ("合同", "协议", "服务", "租")
_AT_ONCE = ("一次性", "全额", "全款", "付清", "预付")
_BY_STAGES = (
    "分期",
    "分批",
    "分次",
    "分两",
    "分三",
    "分四",
    "按月",
    "按季",
    "按年",
    "按进度",
    "首付",
    "尾款",
    "余款",
)


class Term(NamedTuple):
    """A stretch of time that two keys of 补充数据 give."""

    name: str
    """What is common to the keys: 合同."""
    start_key: str
    end_key: str
    start: date
    end: date

    @property
    def of_contract(self) -> bool:
        """Whether it is the time of a contract, not of the project's work."""
        return any(word in self.name for word in _BY_CONTRACT)

    @property
    def length(self) -> tuple[int, str]:
        """How long it is, in months when it is made of whole ones."""
        return self._until(self.end)

    def elapsed(self, year: int) -> int:
        """How much of it has gone by at the end of a year, in the unit of `length`."""
        return self._until(date(year, 12, 31))[0] if self.start.year <= year else 0

    def _until(self, day: date) -> tuple[int, str]:
        if self.start.day == 1 and self.end.day == monthrange(self.end.year, self.end.month)[1]:
            return (day.year - self.start.year) * 12 + day.month - self.start.month + 1, "个月"
        return (day - self.start).days + 1, "天"


def terms_of(facts: Facts) -> Iterator[Term]:
    """The stretches of time that pairs of keys give: 合同开始 and 合同结束."""
    for key, value in facts.items():
        match = _END.fullmatch(key) if key.endswith(_TAILS) and type(value) is str else None
        if match is None:
            continue
        name, tail = match[1], match[3] or ""
        for word in _STARTS:
            start_key = f"{name}{word}{tail}"
            begun = facts.get(start_key)
            start = _day(begun, last=False) if type(begun) is str else None
            end = _day(str(value), last=True)
            if start and end and start <= end:
                yield Term(name, start_key, key, start, end)
                break


def _day(text: str, *, last: bool) -> date | None:
    """A date as typed; of a month alone, its first day or its last."""
    match = _DATE.fullmatch(text)
    if match is None:
        return None
    year, month = int(match[1]), int(match[2])
    try:
        return date(year, month, int(match[3]) if match[3] else monthrange(year, month)[1] if last else 1)
    except ValueError:
        return None


def paid_at_once(facts: Facts) -> bool | None:
    """Whether the data says that all was paid in one go; False when in several, None when it does not say."""
    said: bool | None = None
    for key, value in facts.items():
        words = value if type(value) is str and "付" in key else ""
        if any(word in key or word in words for word in _BY_STAGES):
            return False
        if any(word in words for word in _AT_ONCE):
            said = True
    return said


def price(facts: Facts) -> Amount | None:
    """The contract's price."""
    for key, value in facts.items():
        if type(value) is Amount and any(
            word in key for word in ("合同价", "合同额", "合同金额", "成交价", "中标价")
        ):
            return value
    return None
