"""Names that are nearly but not quite last year's."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from compiler.checks.check import Check, Draft, Finding, Previous
from compiler.checks.years.matching import Pair, matching, without_year
from compiler.checks.years.names import near, near_short, slip
from compiler.diagnostics import Code, Severity
from compiler.evaluation.project import Project
from compiler.evaluation.scorecard import Scorecard
from compiler.record import Facts, Record
from compiler.source import Span

_WITHOUT_DIGITS = str.maketrans("", "", "0123456789")


def _find(draft: Draft) -> Iterator[Finding]:
    previous = draft.previous
    if previous is None:
        return
    year = previous.report.year
    yield from _department(draft, previous)
    yield from _scorecard(draft, previous)
    yield from _facts("参数", draft.report.parameters, previous.report.parameters, year)
    found = matching(draft)
    for pair in found.pairs:
        now, last = pair
        if now.name != last.name and _renamed(now, last):
            yield _project(pair, year)
        yield from _offices(pair, year)
        yield from _issuers(draft, pair, year)
        yield from _facts(f"项目“{now.name}”的补充数据", now.facts, last.facts, year)
        if now.indicators and last.indicators:
            yield from _indicators(now, last, year)
    for pair in found.near:
        yield _project(pair, year)


def _renamed(now: Project, last: Project) -> bool:
    if now.name.translate(_WITHOUT_DIGITS) == last.name.translate(_WITHOUT_DIGITS):
        return False
    name, before = without_year(now.name), without_year(last.name)
    return name != before and near(name, before)


def _department(draft: Draft, previous: Previous) -> Iterator[Finding]:
    now, last, year = draft.department, previous.department, previous.report.year
    if last is None:
        return
    if now.full_name and last.full_name and near_short(now.full_name, last.full_name):
        yield _finding(
            "单位全称",
            now.full_name,
            now.span_of("full_name"),
            last.full_name,
            last.span_of("full_name"),
            year,
        )
    for word, attribute in (("内设机构", "name"), ("挂牌", "plate")):
        yield from _differing(word, now.sections or (), last.sections or (), attribute, near_short, year)
    yield from _facts("单位的补充数据", now.facts, last.facts, year)
    before = {section.name: section for section in last.sections or ()}
    for section in now.sections or ():
        other = before.get(section.name)
        if other is not None:
            yield from _facts(f"内设机构“{section.name}”的补充数据", section.facts, other.facts, year)


def _scorecard(draft: Draft, previous: Previous) -> Iterator[Finding]:
    """The parts, groups and rows of the scoring table."""
    mine, last = draft.scorecard, previous.scorecard
    if mine is None or last is None:
        return
    yield from _differing("评分表的", _named(mine), _named(last), "name", near_short, previous.report.year)


def _named(card: Scorecard) -> list[Record]:
    groups = [group for part in card.parts for group in part.groups]
    return [*card.parts, *groups, *(row for group in groups for row in group.rows)]


def _facts(word: str, now: Facts | None, last: Facts | None, year: int) -> Iterator[Finding]:
    """Names that the clerk gave a key of: who leads it, with whom the contract is."""
    if not now or not last:
        return
    for key, name in now.items():
        before = last.get(key)
        if type(name) is not str or type(before) is not str or name == before:
            continue
        if name.translate(_WITHOUT_DIGITS) == before.translate(_WITHOUT_DIGITS):
            continue  # most often two dates
        if near(without_year(name), without_year(before)):
            span, place = now.span_of(key), last.span_of(key)
            if span is not None and place is not None:
                yield _finding(f"{word}里{key}", name, span, before, place, year)


def _offices(pair: Pair, year: int) -> Iterator[Finding]:
    """主管部门 and 实施单位."""
    now, last = pair
    for word, attribute in (("主管部门", "supervisor"), ("实施单位", "operator")):
        name, before = getattr(now, attribute), getattr(last, attribute)
        if name and before and name != before and near_short(name, before):
            yield _finding(
                f"项目“{now.name}”的{word}",
                name,
                now.span_of(attribute),
                before,
                last.span_of(attribute),
                year,
            )


def _issuers(draft: Draft, pair: Pair, year: int) -> Iterator[Finding]:
    """印发机关 of the documents a project rests on: most often the department itself, or last year's."""
    if not pair.now.bases or not pair.last.bases:
        return
    before = {basis.issuer: basis for basis in pair.last.bases if basis.issuer}
    for basis in pair.now.bases:
        name = basis.issuer
        if not name or name in before or name == draft.department.name:
            continue
        alike = [other for issuer, other in before.items() if near_short(name, issuer)]
        if len(alike) == 1 and alike[0].issuer:
            yield _finding(
                f"项目“{pair.now.name}”的依据的印发机关",
                name,
                basis.span_of("issuer"),
                alike[0].issuer,
                alike[0].span_of("issuer"),
                year,
            )


def _indicators(now: Project, last: Project, year: int) -> Iterator[Finding]:
    mine, before = now.indicators or (), last.indicators or ()
    if [row.level_3 for row in mine] != [row.level_3 for row in before]:
        yield from _differing(f"项目“{now.name}”的三级指标", mine, before, "level_3", slip, year)


def _differing(
    word: str,
    now: Sequence[Record],
    last: Sequence[Record],
    attribute: str,
    alike: Callable[[str, str], bool],
    year: int,
) -> Iterator[Finding]:
    """The names of one year that the other lacks, where each is near just one of the other's."""
    mine = {name: record for record in now if (name := getattr(record, attribute))}
    before = {name: record for record in last if (name := getattr(record, attribute))}
    fresh = [name for name in mine if name not in before]
    gone = [name for name in before if name not in mine]
    for name in fresh:
        others = [other for other in gone if alike(name, other)]
        if len(others) == 1 and sum(alike(rival, others[0]) for rival in fresh) == 1:
            other = others[0]
            yield _finding(
                word, name, mine[name].span_of(attribute), other, before[other].span_of(attribute), year
            )


def _project(pair: Pair, year: int) -> Finding:
    now, last = pair
    return _finding("项目名称", now.name, now.span_of("name"), last.name, last.span_of("name"), year)


def _finding(word: str, name: str, span: Span, before: str, last: Span, year: int) -> Finding:
    return Finding(
        span,
        f"{word}“{name}”，{year}年是“{before}”",
        "看是改名，还是打错：打错的改过来，改名的不必改",
        ((last, f"{year}年的写法"),),
    )


CHECK = Check(
    Code.NAME_CHANGED,
    Severity.INFO,
    title="名称与上年差一两个字",
    rule="单位全称、内设机构和挂牌、项目名称（不算年份）、项目的主管部门和实施单位、依据的印发机关、三级指标、评分表各行、补充数据里的名称，"
    "与上年的只差一两个字，多半是打错。"
    "三级指标五个字以上差一个、八个字以上差两个才报；别的名称有八成字相同也报。只差序号、数字、标点的（第一批、第二批）不报。",
    source="两年报告对照",
    mend="打错的改过来；确实改了名的，不必改。",
    find=_find,
)
