"""What a report says of last year against what last year's report says of itself."""

from __future__ import annotations

from collections.abc import Iterator

from compiler.checks.check import Check, Draft, Finding, Previous
from compiler.checks.wording import percent, wan
from compiler.checks.years.matching import Pair, matching
from compiler.checks.years.places import WORDS, amount_span
from compiler.diagnostics import Code, Severity
from compiler.evaluation.measure import parse_measure
from compiler.evaluation.scorecard import Scorecard, ScoreRow
from compiler.figures import EXACT, agree


def _find(draft: Draft) -> Iterator[Finding]:
    previous = draft.previous
    if previous is None:
        return
    yield from _carryover(draft, previous)
    yield from _rows(draft, previous)
    for pair in matching(draft).pairs:
        funds = pair.now.funds
        if funds is not None and funds.carried_over is not None:
            yield from _carried(pair, previous.report.year)


def _carryover(draft: Draft, previous: Previous) -> Iterator[Finding]:
    budget, last = draft.budget, previous.budget
    if budget is None or last is None:
        return
    said, was = budget.last_carryover_rate, last.carryover
    if said is None or was is None:
        return
    year = previous.report.year
    if agree(said.ratio, was.ratio):
        return
    typed = last.carryover_rate is not None
    yield Finding(
        budget.span_of("last_carryover_rate"),
        f"上年结转结余率写的是{percent(said)}，{year}年的报告里是{percent(was)}",
        f"以{year}年的报告为准；那一年的数后来有更正的，写明原因",
        (
            (
                last.span_of("carryover_rate") if typed else last.whole.span,
                f"{year}年的结转结余率{'写的' if typed else '算出来'}是{percent(was)}",
            ),
        ),
    )


def _carried(pair: Pair, year: int) -> Iterator[Finding]:
    """The money that a project brought along, against what it had left."""
    left = pair.last.unspent
    funds = pair.now.funds and pair.now.funds.carried_over
    if left is None or funds is None:
        return
    for attribute in ("initial_budget", "annual_budget"):
        brought = getattr(funds, attribute)
        if brought is None or brought.yuan <= left.yuan or agree(brought.yuan, left.yuan):
            continue
        yield Finding(
            funds.span_of(attribute),
            f"项目“{pair.now.name}”的上年结转资金（{WORDS[attribute]}）是{wan(brought)}，"
            f"{year}年它只剩下{wan(left)}，多{wan(EXACT.subtract(brought.yuan, left.yuan))}",
            "核对结转批复；从别的项目转来的钱，不列在上年结转资金里",
            ((amount_span(pair.last, "expenditure"), f"{year}年的全年执行数，差额由此算出"),),
        )
        return


def _rows(draft: Draft, previous: Previous) -> Iterator[Finding]:
    """The column 上年值 of the scoring table against last year's 本年值."""
    if draft.scorecard is None or previous.scorecard is None:
        return
    year = previous.report.year
    before = {row.name: row for row in _score_rows(previous.scorecard) if row.this_year}
    for row in _score_rows(draft.scorecard):
        last = before.get(row.name)
        if last is None or row.last_year is None or last.this_year is None:
            continue
        if _agree(row.last_year, last.this_year):
            continue
        yield Finding(
            row.span_of("last_year"),
            f"评分表“{row.name}”的上年值写的是{row.last_year}，{year}年的报告里是{last.this_year}",
            f"以{year}年的报告为准；那一年的数后来有更正的，写明原因",
            ((last.span_of("this_year"), f"{year}年的本年值"),),
        )


def _score_rows(card: Scorecard) -> Iterator[ScoreRow]:
    for part in card.parts:
        for group in part.groups:
            yield from group.rows


def _agree(a: str, b: str) -> bool:
    """Whether two values may be the same; what is no number is not judged."""
    mine, last = parse_measure(a), parse_measure(b)
    if mine is None or last is None:
        return True
    x, y = mine.yuan, last.yuan
    if x is not None and y is not None:
        return agree(x, y)
    return mine.unit == last.unit and agree(mine.number, last.number)


CHECK = Check(
    Code.LAST_VALUE_DIFFERS,
    Severity.ERROR,
    title="写的上年数与上年报告不一致",
    rule="budget.yaml 的上年结转结余率、评分表的上年值，应当等于上年报告里的数（结转结余率没写的，用上年算出来的），允许的误差是末位数字的半个单位；"
    "项目的上年结转资金，不应当多于这个项目上年的差额。上年的报告不在旁边的文件夹里，就不比。",
    source="两年报告对照；勾稽关系",
    mend="以上年的报告为准改过来；上年的数后来有更正的，写明原因，或放行。",
    find=_find,
)
