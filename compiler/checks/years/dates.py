"""Dates and names with a year that went with the report last year and do not now."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from itertools import pairwise

from compiler.checks.check import Draft, Finding, Previous
from compiler.checks.dates import DEADLINE, FAR, PAST
from compiler.checks.years.matching import Pair, without_year
from compiler.diagnostics import Severity
from compiler.evaluation.project import Basis
from compiler.evaluation.report import Report
from compiler.figures import Count
from compiler.patterns import pattern
from compiler.record import Facts
from compiler.source import Span

_YEAR = pattern(r"(?:19|20)\d\d(?=年)")
_DATE = pattern(r"(\d{4})年(?:(\d{1,2})月(?:(\d{1,2})日)?)?")
_OF_YEAR = pattern(r"[〔（(\[［【](\d{4})[〕）)\]］】]")
_SHORT = 10
"""Fewer days lie between two dates by chance."""
_LATE_IN_YEAR = 10
"""From this month on, what was signed may well be for the year after."""


def dates_apart(
    name: str,
    facts: Facts | None,
    before: Facts | None,
    draft: Draft,
    previous: Previous,
    already: Sequence[str] = (),
) -> Iterator[Finding]:
    """The facts of one owner that were in order last year and are not; `already` are told of."""
    if not facts or not before:
        return
    year, last_year = draft.report.year, previous.report.year
    earlier: tuple[str, date, Span, date] | None = None
    told = set(already)
    for key, value in facts.items():
        old = before.get(key)
        if type(value) is not str or type(old) is not str or "年" not in value:
            continue
        span, place = facts.span_of(key), before.span_of(key)
        if span is None or place is None:
            continue
        words = f"{name}补充数据“{key}”是{value}"
        was = ((place, f"{last_year}年写的是{old}"),)
        if _moved_on(value, old, year, last_year) or _fell_behind(key, value, old, draft.report, last_year):
            told.add(key)
            yield Finding(
                span,
                f"{words}，{last_year}年的报告里是{old}，年份没有跟着报告的年度走",
                "看年份是不是写错了；没有错的，不必改",
                was,
                severity=Severity.INFO,
            )
            continue
        day, old_day = _day(value), _day(old)
        if day is None or old_day is None or day.year != year or value.count("日") + old.count("日") < 2:
            continue
        if earlier is not None and earlier[1] > day and earlier[3] <= old_day:
            told.update((key, earlier[0]))
            yield Finding(
                span,
                f"{words}，早于“{earlier[0]}”{earlier[1].year}年{earlier[1].month}月{earlier[1].day}日，"
                f"{last_year}年是先有“{earlier[0]}”，后有“{key}”",
                "看两个日期是不是写错了；没有错的，不必改",
                ((earlier[2], f"“{earlier[0]}”"),),
                severity=Severity.INFO,
            )
        earlier = key, day, span, old_day
    yield from _terms_apart(name, facts, before, told, year, last_year)


def _terms_apart(
    name: str, facts: Facts, before: Facts, told: set[str], year: int, last_year: int
) -> Iterator[Finding]:
    """A number of days that lay between two dates one after another last year, and does not now."""
    terms = [key for key, value in before.items() if type(value) is Count and value.measure == "天"]
    if not terms:
        return
    days = [(key, day) for key, value in before.items() if (day := _whole_day(value)) is not None]
    for (first, start), (last, end) in pairwise(days):
        lay = (end - start).days
        for key in terms:
            term, now = before[key], facts.get(key)
            if not isinstance(term, Count) or not isinstance(now, Count) or now.measure != "天":
                continue
            both = term.number - lay  # 1 when the first and the last day are counted
            begins, ends, span = _whole_day(facts.get(first)), _whole_day(facts.get(last)), facts.span_of(key)
            if lay < _SHORT or both not in (0, 1) or begins is None or ends is None or span is None:
                continue
            found = (ends - begins).days + both
            spans = [(place, f"“{of}”") for of in (first, last) if (place := facts.span_of(of)) is not None]
            years = {begins.year, ends.year}
            if found != now.number and told.isdisjoint((first, last, key)) and years == {year}:
                yield Finding(
                    span,
                    f"{name}补充数据“{key}”是{now.number}天，从“{first}”到“{last}”是{found}天，{last_year}年的是合得上的",
                    "看日期和天数哪一个写错了；本来就没有这样的关系的，不必改",
                    tuple(spans),
                    severity=Severity.INFO,
                )
                told.update((first, last))


def _whole_day(value: object) -> date | None:
    return _day(value) if type(value) is str and value.endswith("日") else None


def report_date(draft: Draft, previous: Previous) -> Iterator[Finding]:
    """成文日期: as long after the report's year as last year's."""
    mine, last = draft.report.date, previous.report.date
    if mine is None or last is None:
        return
    due = int(last[:4]) - previous.report.year + draft.report.year
    if int(mine[:4]) != due:
        yield Finding(
            draft.report.span_of("date"),
            f"成文日期在{mine[:4]}年，{previous.report.year}年度的报告是{last[:4]}年成文的",
            "看年份是不是写错了；没有错的，不必改",
            ((previous.report.span_of("date"), f"{previous.report.year}年度报告的成文日期"),),
            severity=Severity.INFO,
        )


def later_documents(pair: Pair, year: int, last_year: int) -> Iterator[Finding]:
    """Documents that a project rests on and that are of a later year than it, where last year's were not."""
    bases, before = pair.now.bases, pair.last.bases
    if not bases or not before or _later(before, last_year):
        return
    for basis, of in _later(bases, year):
        yield Finding(
            basis.span_of("number"),
            f"项目“{pair.now.name}”的依据“{basis.name}”的文号是{of}年的，报告是{year}年度的",
            "看文号的年份是不是写错了；没有错的，不必改",
            ((before[0].span_of("number"), f"{last_year}年写的不晚于那一年"),),
            severity=Severity.INFO,
        )


def _later(bases: Sequence[Basis], year: int) -> list[tuple[Basis, int]]:
    found = []
    for basis in bases:
        match = _OF_YEAR.search(basis.number) if basis.number else None
        if match is not None and int(match[1]) > year:
            found.append((basis, int(match[1])))
    return found


def _moved_on(value: str, old: str, year: int, last_year: int) -> bool:
    """Whether the year did not go on with the report's.

    Of a date only when it is late: one that is early or far ahead is the business of the rule about other years (N003).
    """
    found, was = _YEAR.search(value), _YEAR.search(old)
    if found is None or was is None:
        return False
    late = int(found[0]) - year - (int(was[0]) - last_year)
    if _DATE.fullmatch(value):
        return late > 0 and int(found[0]) <= year + FAR and _DATE.fullmatch(old) is not None
    return late != 0 and without_year(value) == without_year(old)


def _fell_behind(key: str, value: str, old: str, report: Report, last_year: int) -> bool:
    """Whether a date is earlier than last year's was, and the rule about other years (N003) does not say so.

    That excuses what was signed or begun in an earlier year; of deadlines it tells those that are over.
    """
    day, was = _day(value), _day(old)
    if day is None or was is None or day == was:  # a contract of several years keeps its day
        return False
    if day.year == report.year - 1 and was.year == last_year:
        return PAST.search(key) is not None and day.month < _LATE_IN_YEAR
    return (
        DEADLINE.search(key) is not None
        and day.year >= report.year
        and day.isoformat() >= (report.date or "")
        and day.year - report.year < was.year - last_year
    )


def _day(text: str) -> date | None:
    """A date, the first of the month or year when it does not say; None when there is no such day."""
    match = _DATE.fullmatch(text)
    if match is None:
        return None
    try:
        return date(int(match[1]), int(match[2] or 1), int(match[3] or 1))
    except ValueError:
        return None
