"""Values of indicators, of the scoring table and of 补充数据 that are out of proportion to last year's.

A digit dropped or a point moved makes a value some ten times what it was; a task seldom grows to three times in a year.
Small numbers do (2场, 7场), and so do small rates.
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from compiler.checks.years.matching import Pair, indicator_pairs
from compiler.checks.years.quantities import quantity, typed
from compiler.evaluation.scorecard import Scorecard, ScoreRow
from compiler.figures import Amount, Count, Rate
from compiler.named import NamedTuple
from compiler.record import Facts, Record
from compiler.source import Span

TIMES = 3
"""How many times last year's value one may be, or the other way round."""

FAR = 100
"""How many times one may be before it is hardly a change any more: 元 typed for 万元 makes ten thousand."""

FEW = 10
"""The greater of two values below which they are not compared; for rates, points by which they must differ."""


class Change(NamedTuple):
    """One of the things that changed."""

    what: str
    words: str
    span: Span
    last: Span
    far: bool = False
    """One is `FAR` times the other, or more."""


def far_apart(value: Decimal, before: Decimal) -> bool:
    """Whether one of two values is `FAR` times the other, or more; nothing is any number of times nought."""
    low, high = sorted((value, before))
    return low > 0 and high >= FAR * low


def _far(value: Any, before: Any) -> bool:
    mine, last = quantity(value), quantity(before)
    return (
        mine is not None
        and last is not None
        and mine.unit == last.unit
        and far_apart(mine.number, last.number)
    )


def indicator_changes(pair: Pair) -> Iterator[Change]:
    """指标值 and 完成值 of the indicators that a project has in both years."""
    if not pair.now.indicators or not pair.last.indicators:
        return
    for row, other in indicator_pairs(pair):
        if _texts_apart(row.target, other.target):
            yield _change(f"三级指标“{row.level_3}”", "target", row, other)
        if _texts_apart(row.actual, other.actual):
            yield _change(f"三级指标“{row.level_3}”", "actual", row, other)


def row_changes(now: Scorecard, last: Scorecard) -> Iterator[Change]:
    """指标值 and 完成值 of the rows that the scoring table has in both years."""
    before = {row.name: row for row in _rows(last)}
    for row in _rows(now):
        other = before.get(row.name)
        if other is None:
            continue
        if _texts_apart(row.target, other.target):
            yield _change(f"“{row.name}”", "target", row, other)
        if _texts_apart(row.actual, other.actual):
            yield _change(f"“{row.name}”", "actual", row, other)


def _change(name: str, attribute: str, now: Record, last: Record) -> Change:
    what = f"{name}的{_WORDS[attribute]}"
    return Change(
        what,
        f"{what}由{getattr(last, attribute)}变为{getattr(now, attribute)}",
        now.span_of(attribute),
        last.span_of(attribute),
        _far(getattr(now, attribute), getattr(last, attribute)),
    )


_WORDS = {"target": "指标值", "actual": "完成值"}


def fact_changes(now: Facts | None, last: Facts | None) -> Iterator[Change]:
    """Values that the clerk gave a key of, in both years."""
    if not now or not last:
        return
    value: Any
    before: Any
    for key, value in now.items():
        before = last.get(key)
        if type(before) not in _MEASURED or value == before:
            continue
        if type(value) is type(before) and value[1:] == before[1:]:
            x, y = value[0], before[0]
            if x < TIMES * y and y < TIMES * x:
                continue
        if not _apart(value, before):
            continue
        span, place = now.span_of(key), last.span_of(key)
        if span is not None and place is not None:
            was, is_now = (typed(span) for span in (place, span))
            yield Change(key, f"补充数据“{key}”由{was}变为{is_now}", span, place, _far(value, before))


_MEASURED = frozenset([Count, Amount, Rate])


def _rows(card: Scorecard) -> Iterator[ScoreRow]:
    for part in card.parts:
        for group in part.groups:
            yield from group.rows


def _texts_apart(value: str | None, before: str | None) -> bool:
    if not value or not before or value == before:
        return False
    if (
        len(value) == len(before)
        and value[-1] == before[-1]
        and (value[:2] == before[:2] or (value[0] == before[0] and value[0].isdigit()))
        and value.find(".") == before.find(".")
    ):
        return False  # the same first digit, and as many of them
    return _apart(value, before)


def _apart(value: Any, before: Any) -> bool:
    """Whether a value is out of proportion to last year's, or has lost its unit."""
    mine, last = quantity(value), quantity(before)
    if mine is None or last is None:
        return False
    if mine.unit != last.unit:
        return not mine.unit
    greater, smaller = max(mine.number, last.number), min(mine.number, last.number)
    if smaller <= 0 or greater < TIMES * smaller:
        return False
    return (greater - smaller if mine.unit == "%" else greater) >= FEW
