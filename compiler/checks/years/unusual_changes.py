"""What changed more from last year than goes without saying.

A project's money moves with its task, so it takes 30 %; the department's 基本支出 and 项目支出 are sums of many things,
where 20 % is as much. Rates and scores are compared in points: ten is a grade of 财预〔2020〕10号 (90 and 80 are bounds).
Less than 1万元 is no change of a task but of a price. Other values are in `unusual_values`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from decimal import Decimal

from compiler.checks.check import Check, Draft, Finding, Previous
from compiler.checks.wording import percent, wan
from compiler.checks.years.matching import Pair, matching
from compiler.checks.years.places import WORDS, amount_span
from compiler.checks.years.unusual_values import (
    Change,
    fact_changes,
    far_apart,
    indicator_changes,
    row_changes,
)
from compiler.diagnostics import Code, Severity
from compiler.evaluation.funds import Budget
from compiler.evaluation.project import Project
from compiler.figures import EXACT, Amount, Rate
from compiler.source import Span

PROJECT, DEPARTMENT = Decimal("0.3"), Decimal("0.2")
"""The share of last year's amount by which one may change."""

FLOOR = Decimal(10000)
"""元; a smaller change is not worth a question."""

POINTS = Decimal(10)
"""Percentage points of a rate, points of a score."""

LISTED = 5
"""Names in a message; the rest is a number."""


def _find(draft: Draft) -> Iterator[Finding]:
    previous = draft.previous
    if previous is None:
        return
    year = previous.report.year
    if draft.budget is not None and previous.budget is not None:
        yield from _department(draft.budget, previous.budget, year)
    card, last_card = draft.scorecard, previous.scorecard
    if card is not None and last_card is not None:
        changes = list(row_changes(card, last_card))
        words = _points("得分", card.score, last_card.score, "分")
        if words:
            changes.insert(0, Change("得分", words, card.span_of("score"), last_card.span_of("score")))
        if changes:
            yield _finding("评分表", changes, year)
    for pair in matching(draft).pairs:
        changes = _project(pair)
        if changes:
            yield _finding(f"项目“{pair.now.name}”", changes, year)
    if draft.report.kind == previous.report.kind:
        yield from _list(draft, previous)


def _finding(what: str, changes: list[Change], year: int) -> Finding:
    far = any(change.far for change in changes)
    return Finding(
        next((change for change in changes if change.far), changes[0]).span,
        f"{what}与{year}年相比变化大：" + "，".join(change.words for change in changes),
        ("先看单位（是不是万元的地方按元填了）、小数点有没有写错；" if far else "")
        + "核对两年的数；没有错的，在报告里写明变化的原因",
        tuple((change.last, f"{year}年的{change.what}") for change in changes),
        severity=Severity.WARNING if far else None,
    )


def _project(pair: Pair) -> list[Change]:
    now, last = pair
    changes = []
    for attribute in ("annual_budget", "expenditure"):
        amount, before = getattr(now, attribute), getattr(last, attribute)
        if amount is None or before is None or amount == before:
            continue
        words = _money(WORDS[attribute], amount, before, PROJECT)
        if words:
            changes.append(
                Change(
                    WORDS[attribute],
                    words,
                    amount_span(now, attribute),
                    amount_span(last, attribute),
                    far_apart(amount.yuan, before.yuan),
                )
            )
    rate, last_rate = now.rate, last.rate
    if rate is not None and last_rate is not None and rate != last_rate:
        words = _points("执行率", _percent(rate), _percent(last_rate), "个百分点")
        if words:
            changes.append(Change("执行率", words, _rate_span(now), _rate_span(last)))
    total, last_total = now.typed_total, last.typed_total
    if total is not None and last_total is not None:
        words = _points("总分", total.score, last_total.score, "分")
        if words:
            changes.append(Change("总分", words, total.span_of("score"), last_total.span_of("score")))
    changes += indicator_changes(pair)
    changes += fact_changes(now.facts, last.facts)
    return changes


def _rate_span(project: Project) -> Span:
    if "execution_rate" in project.places:
        return project.span_of("execution_rate")
    if project.funds is not None and "execution_rate" in project.funds.whole.places:
        return project.funds.whole.span_of("execution_rate")
    return amount_span(project, "expenditure")


def _department(now: Budget, last: Budget, year: int) -> Iterator[Finding]:
    """资金总体 only when none of its parts says why."""
    told = False
    for word, funds, before in (
        ("基本支出", now.basic, last.basic),
        ("项目支出", now.projects, last.projects),
        ("资金总体", now.whole, last.whole),
    ):
        if funds is None or before is None:
            continue
        changes = []
        for attribute in ("annual_budget", "expenditure"):
            amount, other = getattr(funds, attribute), getattr(before, attribute)
            if amount is None or other is None or (told and word == "资金总体"):
                continue
            words = _money(WORDS[attribute], amount, other, DEPARTMENT)
            if words:
                changes.append(
                    Change(
                        WORDS[attribute],
                        words,
                        funds.span_of(attribute),
                        before.span_of(attribute),
                        far_apart(amount.yuan, other.yuan),
                    )
                )
        rate, last_rate = funds.rate, before.rate
        if rate is not None and last_rate is not None and not (told and word == "资金总体"):
            words = _points("执行率", _percent(rate), _percent(last_rate), "个百分点")
            if words:
                changes.append(
                    Change("执行率", words, funds.span_of("execution_rate"), before.span_of("execution_rate"))
                )
        if changes:
            told = True
            yield _finding(word, changes, year)


def _money(word: str, amount: Amount, last: Amount, share: Decimal) -> str:
    """What to say of a change that is more than a share of last year's amount; empty when it is not."""
    difference = EXACT.subtract(amount.yuan, last.yuan)
    size = difference.copy_abs()
    if size < FLOOR or size <= EXACT.multiply(last.yuan, share):
        return ""
    if far_apart(amount.yuan, last.yuan):
        times = EXACT.divide(max(amount.yuan, last.yuan), min(amount.yuan, last.yuan))
        about = f"{times:.0f}倍" if times < 10**9 else "十亿倍以上"
        return (
            f"{word}由{wan(last)}变为{wan(amount)}（{'是上年的' if difference > 0 else '上年是它的'}{about}）"
        )
    turn = "增加" if difference > 0 else "减少"
    by = f"（{turn}{percent(Rate(EXACT.divide(size, last.yuan)), 2)}）" if last.yuan else ""
    return f"{word}由{wan(last)}变为{wan(amount)}{by}"


def _points(word: str, value: Decimal | None, last: Decimal | None, unit: str) -> str:
    if value is None or last is None:
        return ""
    difference = EXACT.subtract(value, last)
    if difference.copy_abs() <= POINTS:
        return ""
    sign = "%" if unit == "个百分点" else "分"
    turn = "高" if difference > 0 else "低"
    return f"{word}由{_plain(last)}{sign}变为{_plain(value)}{sign}（{turn}{_plain(difference.copy_abs())}{unit}）"


def _percent(rate: Rate) -> Decimal:
    return EXACT.multiply(rate.ratio, Decimal(100))


def _plain(value: Decimal) -> str:
    return percent(Rate(value.scaleb(-2, EXACT)), 2)[:-1]


def _list(draft: Draft, previous: Previous) -> Iterator[Finding]:
    """Projects that only one of two reports of a kind has."""
    found = matching(draft)
    if not found.new and not found.gone:
        return
    year = previous.report.year
    said = []
    if found.gone:
        said.append(f"{year}年的{_names(project.name for project in found.gone)}今年没有了")
    if found.new:
        said.append(f"{_names(project.name for project in found.new)}是{year}年没有的")
    yield Finding(
        found.new[0].span_of("name") if found.new else draft.report.span_of("year"),
        "，".join(said),
        "看有没有漏报、重报，或者改了名称；没有错的，在报告里写明增减的原因",
        tuple((project.span_of("name"), f"{year}年的项目") for project in found.gone[:LISTED]),
    )


def _names(names: Iterable[str]) -> str:
    given = list(names)
    listed = "、".join(f"“{name}”" for name in given[:LISTED])
    return f"{listed}{'等' if len(given) > LISTED else ''}{len(given)}个项目"


CHECK = Check(
    Code.UNUSUAL_CHANGE,
    Severity.INFO,
    title="与上年相比变化大",
    rule="同一个项目的全年预算数、全年执行数与上年相差超过30%，部门的基本支出、项目支出、资金总体相差超过20%，"
    "执行率相差超过10个百分点，得分相差超过10分，应当有原因；相差不到1万元的不看。两年文种相同的，列出上年没有的和今年没有了的项目。"
    "指标值、完成值、补充数据里的数，是上年的三倍以上或不到三分之一的，或者漏了单位的，也列出来；不到10的数、相差不到10个百分点的率不看。"
    "金额、数是上年的一百倍以上或者不到百分之一的，是警告：多半写错了单位。",
    source="财预〔2020〕10号附3（报告提纲，问题及原因）；两年报告对照",
    mend="先核对有没有写错数、写错单位；没有错的，在叙述里写明变化的原因。",
    find=_find,
)
