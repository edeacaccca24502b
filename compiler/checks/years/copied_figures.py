"""Amounts of a project that are last year's to the last digit.

A line that costs 10万元 every year is ordinary, and so is one equal amount of two digits; an amount of three digits or
more seldom comes again by itself, and two equal amounts of one project seldom together.
"""

from __future__ import annotations

from collections.abc import Iterator

from compiler.checks.check import Check, Draft, Finding
from compiler.checks.wording import wan
from compiler.checks.years.matching import Pair, matching
from compiler.checks.years.places import WORDS, amount_span, cost_targets
from compiler.diagnostics import Code, Severity
from compiler.evaluation.project import Project
from compiler.figures import EXACT, Amount
from compiler.named import NamedTuple
from compiler.source import Span

ALONE, TOGETHER = 3, 2
"""The digits that an equal amount must have (0.8 and 500 have one) to be told of alone, and with another."""

_TARGET = "成本指标的指标值"


class _Copy(NamedTuple):
    """An amount that stands in both years."""

    word: str
    amount: Amount
    span: Span
    last_word: str
    last_span: Span

    @property
    def digits(self) -> int:
        return len(self.amount.yuan.normalize(EXACT).as_tuple().digits)


def _find(draft: Draft) -> Iterator[Finding]:
    if draft.previous is None:
        return
    year = draft.previous.report.year
    for pair in matching(draft).pairs:
        copies = [copy for copy in _copies(pair) if copy.digits >= TOGETHER]
        if not copies or (len(copies) < 2 and copies[0].digits < ALONE):
            continue
        amounts: dict[Amount, list[str]] = {}
        for copy in copies:
            amounts.setdefault(copy.amount, []).append(copy.word)
        said = "，".join(
            f"{'、'.join(words)}{'都' if len(words) > 1 else ''}是{wan(amount)}"
            for amount, words in amounts.items()
        )
        last_words = "、".join(dict.fromkeys(copy.last_word for copy in copies))
        places = {copy.last_span: f"{year}年的{copy.last_word}" for copy in copies}
        yield Finding(
            copies[0].span,
            f"项目“{pair.now.name}”的{said}，与{year}年的{last_words}一分不差",
            "看是不是沿用了上年的数没有改；确实相同的，写明原因，或放行",
            (
                *((copy.span, f"本年的{copy.word}") for copy in copies[1:]),
                *places.items(),
            ),
        )


def _copies(pair: Pair) -> Iterator[_Copy]:
    now, last = pair
    for attribute in ("initial_budget", "annual_budget", "expenditure"):
        amount = getattr(now, attribute)
        if amount is None or not amount.yuan:
            continue
        before = attribute
        if attribute == "initial_budget" and last.initial_budget is None:
            before = "annual_budget"  # a report that gives one budget gives this one
        if amount == getattr(last, before):
            yield _Copy(
                WORDS[attribute],
                amount,
                amount_span(now, attribute),
                WORDS[before],
                amount_span(last, before),
            )
    if now.indicators:
        yield from _targets(now, last)


def _targets(now: Project, last: Project) -> Iterator[_Copy]:
    mine = [(row, amount) for row, amount in cost_targets(now) if amount.yuan]
    if not mine:
        return
    before = [(row.span_of("target"), _TARGET, amount) for row, amount in cost_targets(last)]
    if not before and last.annual_budget is not None:
        before = [(amount_span(last, "annual_budget"), WORDS["annual_budget"], last.annual_budget)]
    for row, amount in mine:
        for span, word, other in before:
            if amount == other:
                yield _Copy(_TARGET, amount, row.span_of("target"), word, span)
                break


CHECK = Check(
    Code.FIGURE_COPIED,
    Severity.WARNING,
    title="项目的金额与上年一分不差",
    rule="同一个项目（名称去掉年份相同，或文件名相同）两年的年初预算数、全年预算数、全年执行数和成本指标的指标值，应当是各年自己的数。"
    "上年没写年初预算数、成本指标的，与上年的全年预算数比。比到分；0不比，只有一位有效数字的（如10万元）不比，"
    "两位的（如45万元）要有两处相同才报。",
    source="财预〔2020〕10号第二十五条（数据真实）；两年报告对照",
    mend="对照当年的批复和决算，改成当年的数；固定价格、合同跨年，确实相同的，写明原因，或放行。",
    find=_find,
)
