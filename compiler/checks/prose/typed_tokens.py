"""The figures in a run of words: amounts, rates, scores, counts, years and dates, as somebody typed them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from typing import Literal

from compiler.figures import EXACT, MAX_DIGITS, UNITS
from compiler.named import NamedTuple
from compiler.patterns import Pattern, pattern

TokenKind = Literal["amount", "rate", "score", "count", "year", "date", "day"]
"""A date has a year, 3月17日 is a day."""


class Token(NamedTuple):
    """A figure with its unit."""

    kind: TokenKind
    start: int
    end: int
    text: str
    value: Decimal
    """In 元, in percent, in points, a number of things, the year, the month of a day without one."""
    unit: str
    """元 万元 亿元, %, 分, the measure word, 年, 月."""
    digits: int
    """How many there are after the point."""


_TOKEN = pattern(
    # The digit first: it is searched for fast.
    r"(?P<number>\d(?<![\d.A-Za-z_].)(?<!\d,.)(?:\d{0,2}(?:,\d{3})+(?:\.\d+)?|\d*(?:\.\d+)?))[ \u00a0]?(?:"
    r"(?P<amount>亿元|万元|元(?![旦月宵]))"
    r"|(?P<rate>%)"
    r"|年(?:[ \u00a0]?(?P<month>\d{1,2})[ \u00a0]?月(?:[ \u00a0]?\d{1,2}(?:\.\d+)?[ \u00a0]?日)?|度)?"
    r"|(?P<day>月)[ \u00a0]?\d{1,2}(?:\.\d+)?[ \u00a0]?日"
    r"|(?P<score>分(?:(?![^\W\x00-\x7f])|(?=[以的及和与或至到计])))"
    r"|(?P<count>[人户家件]次|个(?!百分点|月|小时|工作日)|[^\W\d\x00-\x7f](?<![年月日时元万亿千百多余几第号届分路点线楼层级个])))"
)
_FULL = pattern("[０-９％．]")
_FULL_WIDTH = str.maketrans("０１２３４５６７８９％．", "0123456789%.")
_QUOTED = pattern(
    r"《[^《》]*》|“[^“”]*”|「[^「」]*」|『[^『』]*』|\"[^\"]*\"|[〔［\[]\d{4}[〕］\]]\s?\d*号?|https?://\S+|\S+@\S+"
)
_QUOTES = frozenset('《“「『"〔［[:@')
_DASHES = "-—–~～－"  # the hyphen first, as it stands in sets
_RANGE_AFTER = pattern(rf"\s?[{_DASHES}]\s?\d")
_YEARS_AFTER = pattern(rf"度?\s?[{_DASHES}至到]\s?\d")
_YEARS_BEFORE = pattern(rf"[\d年月日度]\s?[{_DASHES}至到]\s?$")


def folded(text: str) -> str:
    """With full-width digits as half-width ones; every character keeps its place."""
    return text if _FULL.search(text) is None else text.translate(_FULL_WIDTH)


def quoted(text: str) -> list[tuple[int, int]]:
    """The stretches in which a number is no figure: quotations, titles, document numbers, addresses."""
    return [match.span() for match in _QUOTED.finditer(text)] if not _QUOTES.isdisjoint(text) else []


def tokens(text: str) -> Iterator[Token]:
    """The figures of a folded text, but for what is quoted, a title, a document number, an ordinal or a range."""
    shut: list[tuple[int, int]] | None = None
    for match in _TOKEN.finditer(text):
        start, end = match.span()
        shut = quoted(text) if shut is None else shut
        if shut and any(first < end and start < last for first, last in shut):
            continue
        before = text[max(0, start - 2) : start]
        if before and (before[-1] == "第" or (before[-1] in _DASHES and before[0] in "0123456789%元分个")):
            continue
        token = _token(match, start, end)
        if token is not None and not _in_range(token, text):
            yield token


def _token(match: re.Match[str], start: int, end: int) -> Token | None:
    number = match["number"]
    if len(number) > MAX_DIGITS:
        return None
    value, digits = Decimal(number.replace(",", "")), len(number.partition(".")[2])
    text = match[0]
    if unit := match["amount"]:
        return Token("amount", start, end, text, value.scaleb(UNITS[unit], EXACT), unit, digits)
    if match["rate"]:
        return Token("rate", start, end, text, value, "%", digits)
    if match["score"]:
        return Token("score", start, end, text, value, "分", digits)
    if unit := match["count"]:
        return Token("count", start, end, text, value, unit, digits)
    if match["day"]:
        return Token("day", start, end, text, value, "月", digits)
    if len(number) == 4 and number[:2] in ("19", "20"):
        return Token("date" if match["month"] else "year", start, end, text, value, "年", 0)
    return None


def token_of(kind: TokenKind, start: int, end: int, number: str, unit: str) -> Token | None:
    """A number that stands without its unit; None when it is too long for one."""
    if len(number) > MAX_DIGITS:
        return None
    value, digits = Decimal(number.replace(",", "")), len(number.partition(".")[2])
    power = UNITS[unit] if kind == "amount" else 0
    return Token(kind, start, end, number, value.scaleb(power, EXACT) if power else value, unit, digits)


def in_stretch(token: Token, text: str) -> bool:
    """Whether a date is an end of a stretch of time: 2023年8月1日至2024年7月31日."""
    return bool(
        _YEARS_AFTER.match(text, token.end)
        or _YEARS_BEFORE.search(text, max(0, token.start - 4), token.start)
    )


def _in_range(token: Token, text: str) -> bool:
    """Whether it is an end of a stretch: 2021—2025年, 60%—80%. A day is one also at the end of a stretch."""
    if token.kind == "day":
        return False
    if token.kind in ("year", "date"):
        return token.text[-1] != "日" and in_stretch(token, text)
    return bool(_RANGE_AFTER.match(text, token.end))


_SENTENCE_END = pattern("[。！？\n]")
_CLAUSE_END = pattern(r"[，；：。！？\n;]|,(?!\d)")


def sentence(text: str, start: int, end: int) -> tuple[int, int]:
    """Where the sentence around a stretch of text begins and ends."""
    return _around(text, start, end, _SENTENCE_END)


def clause(text: str, start: int, end: int) -> tuple[int, int]:
    """Where the clause around a stretch of text begins and ends."""
    return _around(text, start, end, _CLAUSE_END)


def _around(text: str, start: int, end: int, marks: Pattern) -> tuple[int, int]:
    first = 0
    for mark in marks.finditer(text, 0, start):
        first = mark.end()
    after = marks.search(text, end)
    return first, after.start() if after else len(text)
