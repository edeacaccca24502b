"""Amounts that a sentence lists as parts of a total."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from itertools import pairwise

from compiler.figures import UNITS, half_unit
from compiler.named import NamedTuple
from compiler.patterns import pattern

_AMOUNT = pattern(
    r"([0-9](?<![0-9.,约近超逾][0-9])[0-9]{0,17}(?:,[0-9]{3}){0,5}(?:\.[0-9]{1,8})?) ?(亿元|万元|元)(?![/／每])"
)
_BRACKETED = pattern(r"[（(][^（）()\n]*[）)]")
_SENTENCE_END = pattern(r"[。！？\n]|$")
_LEAD = pattern(r"[，,；;：:（(]?(?:(由)|(分别(?:为|是))|(其中|包括))[：:，,]?(?:分别(?:为|是))?")
_SEPARATOR = pattern(r"[、，；,;]?[和及与]|[、，；,;]")
_CLOSE = pattern(r"(?:[一二两三四五六七八九十0-9]+个?(?:项|类|部分|方面))?(?:共同)?(?:组成|构成)")
_TOTAL = pattern(
    r"[，,；;：:]?([0-9]{1,3}|[二两三四五六七八九十])[项家个笔类批户人][^0-9，。；、]{0,4}(?:合计|共计|总计)(?:支出|拨付|支付|为|是)?"
)
_MARK = pattern("[，；。：、]")
_OTHER = pattern(
    r"结余|结转|剩余|节约|节余|未支|未使用|差额|比|较|增|减|少|超|其中|主要|用于|预算|决算|执行|累计|上年|去年|计划|合计|共计|总计|季度|半年|月|截至"
)
"""Words that say an amount is no further part."""
_COUNTS = {"两": 2, "二": 2, "三": 3, "四": 4, "五": 5, "六": 6, "七": 7, "八": 8, "九": 9, "十": 10}
_WHOLES = (("基本支出", "项目支出", "其他支出"), ("财政拨款", "上年结转", "其他资金"))
"""Parts that are all there can be, when each is named."""


class Listed(NamedTuple):
    """An amount as a sentence writes it: where, and in 元."""

    start: int
    end: int
    yuan: Decimal
    pointed: bool
    """It is written with a point, so that it may have been rounded."""


class Sum(NamedTuple):
    """A total and what is listed as its parts."""

    total: Listed
    parts: tuple[Listed, ...]
    complete: bool
    """The words say that these are all the parts."""

    @property
    def difference(self) -> Decimal:
        """What the parts are more than the total."""
        return sum((part.yuan for part in self.parts), Decimal(0)) - self.total.yuan

    @property
    def agrees(self) -> bool:
        """Whether they add up, when each amount with a point may have been rounded to its last digit.

        Whole amounts are taken as exact; a whole total of parts with points is not.
        """
        pointed = [amount for amount in self.parts if amount.pointed]
        if pointed or self.total.pointed:
            pointed.append(self.total)
        slack = sum((half_unit(amount.yuan) for amount in pointed), Decimal(0))
        difference = abs(self.difference)
        return not difference or difference < slack


def sums_in(text: str) -> Iterator[Sum]:
    """Every total of a paragraph with its parts."""
    for match in _BRACKETED.finditer(text):  # 520万元（其中甲220万元、乙300万元）
        for amount in _AMOUNT.finditer(text, max(0, match.start() - 30), match.start()):
            if amount.end() == match.start():
                yield from _of_sentence(text, amount.start(), match.end() - 1)
    plain = _BRACKETED.sub(lambda match: "\0" * len(match[0]), text)
    start = 0
    for match in _SENTENCE_END.finditer(plain):
        yield from _of_sentence(plain, start, match.start())
        start = match.end()


def _of_sentence(text: str, start: int, end: int) -> Iterator[Sum]:
    amounts = [
        Listed(
            match.start(),
            match.end(),
            Decimal(match[1].replace(",", "")).scaleb(UNITS[match[2]]),
            "." in match[1],
        )
        for match in _AMOUNT.finditer(text, start, end)
    ]
    if len(amounts) < 3:
        return
    for index, total in enumerate(amounts[:-2]):
        lead = _LEAD.match(text, total.end, end)
        if lead is None:
            continue
        parts = _parts(text, lead.end(), end, amounts[index + 1 :], closed=bool(lead[1]))
        if len(parts) < 2:
            continue
        after = parts[-1].end
        if lead[1]:
            if _CLOSE.match(text, after):
                yield Sum(total, parts, True)
        elif lead[2]:
            yield Sum(total, parts, True)
        else:
            words = text[lead.end() : after]
            whole = any(all(name in words for name in names) for names in _WHOLES)
            yield Sum(total, parts, whole or bool(_CLOSE.match(text, after)))
    for index in range(2, len(amounts)):
        yield from _before(text, amounts, index)


def _parts(text: str, start: int, end: int, amounts: list[Listed], closed: bool) -> tuple[Listed, ...]:
    """The amounts of a list that starts there: name, amount, mark, always the same mark (or 和).

    A list that is not `closed` by 组成 ends before an amount that may be something else than a part.
    """
    parts: list[Listed] = []
    mark = ""
    at = start
    for amount in amounts:
        name = text[at : amount.start]
        if len(name) > 30 or _MARK.search(name) or (not closed and _OTHER.search(name)):
            break
        parts.append(amount)
        at = amount.end
        separator = _SEPARATOR.match(text, at, end)
        if separator is None:
            break
        if separator[0][-1] not in "和及与":
            if mark and separator[0] != mark:
                break
            mark = separator[0]
        at = separator.end()
    return tuple(parts)


def _before(text: str, amounts: list[Listed], index: int) -> Iterator[Sum]:
    """A list that ends in its total: 甲10万元，乙20万元，2家合计30万元; only when it says how many."""
    total = amounts[index]
    lead = _TOTAL.fullmatch(text, amounts[index - 1].end, total.start)
    if lead is None:
        return
    count = int(lead[1]) if lead[1].isdigit() else _COUNTS[lead[1]]
    if not 2 <= count <= index:
        return
    parts = tuple(amounts[index - count : index])
    names = [text[before.end : part.start] for before, part in pairwise(parts)]
    if all(len(_MARK.findall(name)) == 1 and not _OTHER.search(name) for name in names):
        yield Sum(total, parts, True)
