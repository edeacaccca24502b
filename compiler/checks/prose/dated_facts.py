"""Dates among the facts that are of an earlier year or of one far ahead, deadlines that are over, days that are none."""

from __future__ import annotations

import re
from collections.abc import Iterator

from compiler.checks.check import Draft, Finding
from compiler.checks.dates import DEADLINE, FAR, PAST, impossible_dates
from compiler.diagnostics import Severity
from compiler.patterns import pattern
from compiler.record import Facts
from compiler.source import Span

_DATE = pattern(r"(\d{4})年(?:(\d{1,2})月(?:(\d{1,2})日)?)?[初中末底]?")


def strange_dates(draft: Draft) -> Iterator[Finding]:
    """The dates among the facts that cannot be right, or need a reason."""
    report, budget = draft.report, draft.budget
    last = {project.id: project.facts for project in draft.previous.projects} if draft.previous else {}
    for project in draft.projects:
        if project.facts:
            yield from _of(project.facts, report.year, last.get(project.id))
    for facts in (
        draft.department.facts,
        *(section.facts for section in draft.department.sections or ()),
        report.parameters,
        budget.facts if budget is not None else None,
    ):
        if facts:
            yield from _of(facts, report.year, None, report.date if facts is report.parameters else None)


def _of(facts: Facts, year: int, last: Facts | None, written: str | None = None) -> Iterator[Finding]:
    """`written` is the day of the report, for the deadlines of what it promises."""
    for key, value in facts.items():
        if type(value) is not str or ("年" not in value and "月" not in value):
            continue
        span = facts.span_of(key)
        if span is None:
            continue
        wrong = next(impossible_dates(value), None)
        if wrong is not None:
            yield Finding(span, f"“{key}”写的是{value[slice(*wrong)]}，没有这一天", "改成真的日期")
            continue
        match = _DATE.fullmatch(value)
        if match is not None:
            yield from _judge(key, value, match, span, year, last, written)


def _judge(
    key: str, value: str, match: re.Match[str], span: Span, year: int, last: Facts | None, written: str | None
) -> Iterator[Finding]:
    of = int(match[1])
    if of < year and not PAST.search(key):
        before = last.span_of(key) if last is not None and last.get(key) == value else None
        yield Finding(
            span,
            f"“{key}”是{value}，早于报告的年度（{year}年）",
            "核对是不是上年留下的；没有写错的，名称里写明是什么日期，如“合同签订时间”",
            ((before, "上年写的也是这个"),) if before is not None else (),
        )
    elif of > year + FAR:
        yield Finding(
            span,
            f"“{key}”是{value}，比报告的年度（{year}年）晚{of - year}年",
            "看年份是不是写错了；没有错的，不必改",
            severity=Severity.INFO,
        )
    elif written is not None and match[3] and DEADLINE.search(key):
        if f"{match[1]}-{match[2]:0>2}-{match[3]:0>2}" >= written:
            return
        yield Finding(
            span,
            f"“{key}”是{value}，早于报告的成文日期（{_in_words(written)}）",
            "还没有做的事，期限在写报告以后：看年月是不是写错了；已经做完的，不必改",
            severity=Severity.INFO,
        )


def _in_words(date: str) -> str:
    year, month, day = map(int, date.split("-"))
    return f"{year}年{month}月{day}日"
