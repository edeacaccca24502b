"""Figures that stood in two places last year and do not now.

Nobody declares that 补充数据 repeats a figure of the form, the scoring table one of a project, a cost target the
budget; last year's report shows it. When a figure happened to equal a third one too (a plan, and what came of it), one
that still agrees is enough.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

from compiler.checks.check import Draft, Finding, Previous
from compiler.checks.wording import wan
from compiler.checks.years.matching import Pair, matching
from compiler.checks.years.places import WORDS, amount_span, cost_targets
from compiler.checks.years.quantities import Quantity, quantity, typed
from compiler.diagnostics import Severity
from compiler.evaluation.funds import AMOUNTS, Budget
from compiler.evaluation.project import Project
from compiler.evaluation.scorecard import Scorecard
from compiler.figures import EXACT, agree
from compiler.named import NamedTuple
from compiler.record import Facts, Record
from compiler.source import Span

LEAST = 10
"""The least whole number that is compared: smaller ones, and whole percentages, are equal by chance."""

TELLING = 3
"""Digits of a whole number that is hardly equal by chance (1268, not 1200); of one with less there is a hint only."""

MANY = 200
"""Projects among which the scoring table's figures are looked for: among more, some are equal by chance."""

_CELLS = {"target": "指标值", "actual": "完成值", "last_year": "上年值", "this_year": "本年值"}

_Key = tuple[str, ...]
"""What a place is called in both years."""


class _Place(NamedTuple):
    """Where a figure stands."""

    value: Any
    owner: Record | Facts
    attribute: str

    @property
    def span(self) -> Span | None:
        if isinstance(self.owner, Project):
            return amount_span(self.owner, self.attribute)
        return self.owner.span_of(self.attribute)


_Figures = Mapping[Quantity, Sequence[_Key]]
"""Last year's places by what stood there."""

_Find = Callable[[_Key], "_Place | None"]
"""This year's place of a name."""


class Apart(NamedTuple):
    """A finding, and the fact that it is about."""

    fact: str
    finding: Finding


# Places -------------------------------------------------------------------------------------


def _of_project(project: Project, name: str = "") -> Iterator[tuple[_Key, _Place]]:
    for attribute, word in WORDS.items():
        yield (name, word), _Place(getattr(project, attribute), project, attribute)
    for row in project.indicators or ():
        if row.level_3:
            yield (name, "三级指标", row.level_3, "指标值"), _Place(row.target, row, "target")
            yield (name, "三级指标", row.level_3, "完成值"), _Place(row.actual, row, "actual")


def _of_card(card: Scorecard | None) -> Iterator[tuple[_Key, _Place]]:
    for part in card.parts if card is not None else ():
        for group in part.groups:
            for row in group.rows:
                for attribute, word in _CELLS.items():
                    value = getattr(row, attribute)
                    if value is not None:
                        yield ("评分表", row.name, word), _Place(value, row, attribute)


def _of_budget(budget: Budget | None) -> Iterator[tuple[_Key, _Place]]:
    if budget is None:
        return
    for key in ("上年结转结余率", "结转结余率", "部门预决算差异率"):
        attribute = budget.KEYS[key]
        yield ("预算", key), _Place(getattr(budget, attribute), budget, attribute)
    for key in ("基本支出", "项目支出", "资金总体"):
        funds = getattr(budget, budget.KEYS[key])
        if funds is not None:
            for word, attribute in AMOUNTS.items():
                yield ("预算", key, word), _Place(getattr(funds, attribute), funds, attribute)


def _of_facts(facts: Facts | None) -> Iterator[tuple[_Key, _Place]]:
    for key, value in (facts or {}).items():
        if facts is not None:
            yield ("单位的补充数据", key), _Place(value, facts, key)


def _called(key: _Key) -> str:
    """A place in words: 三级指标“…”的完成值."""
    match key:
        case ("单位的补充数据", name):
            return f"单位的补充数据“{name}”"
        case ("评分表", name, cell):
            return f"评分表“{name}”的{cell}"
        case (project, "三级指标", name, cell):
            return f"{f'项目“{project}”的' if project else ''}三级指标“{name}”的{cell}"
        case ("预算", *words):
            return "的".join(words)
        case (project, word):
            return f"项目“{project}”的{word}" if project else word
    return "".join(key)


def _figures(places: Iterable[tuple[_Key, _Place]]) -> _Figures:
    figures: dict[Quantity, list[_Key]] = {}
    for key, place in places:
        value = quantity(place.value)
        if value is not None:
            figures.setdefault(value, []).append(key)
    return figures


class Department:
    """The department's places in both years: its scoring table, budget and facts."""

    def __init__(self, draft: Draft, previous: Previous) -> None:
        self.year = previous.report.year
        last = previous.department
        self.facts, self.last_facts = draft.department.facts, last.facts if last is not None else None
        self.now: dict[_Key, _Place] = {**dict(_of_card(draft.scorecard)), **dict(_of_budget(draft.budget))}
        before = [*_of_card(previous.scorecard), *_of_budget(previous.budget)]
        self.without_facts = _figures(before)
        self.all = dict(self.now)
        self.all.update(_of_facts(self.facts))
        self.figures = _figures([*before, *_of_facts(self.last_facts)])


# Facts --------------------------------------------------------------------------------------


def of_department(draft: Draft, previous: Previous, department: Department) -> Iterator[Finding]:
    """补充数据 of the department, and 参数."""
    for facts, before in (
        (department.facts, department.last_facts),
        (draft.report.parameters, previous.report.parameters),
    ):
        for apart in _facts(
            "", facts, before, (department.without_facts,), department.now.get, department.year
        ):
            yield apart.finding


def of_project(pair: Pair, department: Department) -> list[Apart]:
    """补充数据 of a project."""
    places: dict[_Key, _Place] = {}

    def find(key: _Key) -> _Place | None:
        if not places:
            places.update(_of_project(pair.now))
        return places.get(key) or department.all.get(key)

    figures = (_figures(_of_project(pair.last)), department.figures)
    name = f"项目“{pair.now.name}”的"
    return list(_facts(name, pair.now.facts, pair.last.facts, figures, find, department.year))


def _facts(
    name: str, facts: Facts | None, before: Facts | None, last: Sequence[_Figures], find: _Find, year: int
) -> Iterator[Apart]:
    if not facts or not before:
        return
    for fact, old in before.items():
        was = quantity(old) if fact in facts else None
        if was is None or _by_chance(was):
            continue
        mine = facts[fact]
        other = _broken(was, quantity(mine), last, find, ())
        if other is not None:
            words = f"{name}补充数据“{fact}”"
            finding = _finding(words, _Place(mine, facts, fact), other, before.span_of(fact), was, year)
            if finding is not None:
                yield Apart(fact, finding)


def _broken(
    was: Quantity, mine: Quantity | None, last: Sequence[_Figures], find: _Find, itself: _Key
) -> tuple[_Key, _Place] | None:
    """A place that agreed last year, when none of those agrees now."""
    keys = [key for figures in last for key in figures.get(was, ()) if key != itself]
    if mine is None or not keys:
        return None
    first = None
    for key in keys:
        place = find(key)
        value = quantity(place.value) if place is not None else None
        if place is None or value is None:
            continue
        if mine.unit == value.unit and agree(mine.number, value.number):
            return None
        first = first or (key, place)
    return first


def _finding(
    words: str, mine: _Place, other: tuple[_Key, _Place], old: Span | None, was: Quantity, year: int
) -> Finding | None:
    span, there = mine.span, other[1].span
    if span is None or there is None or old is None:
        return None
    called = _called(other[0])
    return Finding(
        span,
        f"{words}是{typed(span)}，{called}是{typed(there)}，{year}年这两处是同一个数",
        "看是哪一处写错了，改成一样；本来就不是一回事的，不必改",
        ((there, called), (old, f"{year}年两处是同一个数")),
        severity=None if _is_telling(was) else Severity.INFO,
    )


def _by_chance(value: Quantity) -> bool:
    whole = value.number == value.number.to_integral_value()
    return whole and (value.unit == "%" or abs(value.number) < LEAST)


def _is_telling(value: Quantity) -> bool:
    return len(value.number.normalize(EXACT).as_tuple().digits) >= TELLING


# The scoring table, cost targets ------------------------------------------------------------


def of_scorecard(draft: Draft, previous: Previous, department: Department) -> Iterator[Finding]:
    """The values of the scoring table that repeat one another, the budget, or an indicator of a project."""
    if draft.scorecard is None or previous.scorecard is None:
        return
    pairs = matching(draft).pairs
    now, last = dict(department.now), [department.without_facts]
    if len(pairs) <= MANY:
        for pair in pairs:
            now.update(_of_project(pair.now, pair.now.name))
            last.append(_figures(_of_project(pair.last, pair.now.name)))
    told: set[frozenset[_Key]] = set()
    for key, place in _of_card(previous.scorecard):
        mine, was = now.get(key), quantity(place.value)
        if key[2] == "上年值" or mine is None or was is None:
            continue  # 上年值 is held against last year's report (L004)
        if _by_chance(was) or not _is_telling(was):
            continue
        other = _broken(was, quantity(mine.value), last, now.get, key)
        if other is None or frozenset((key, other[0])) in told:
            continue
        told.add(frozenset((key, other[0])))
        finding = _finding(_called(key), mine, other, place.span, was, department.year)
        if finding is not None:
            yield finding


def of_cost_targets(pair: Pair, year: int) -> Iterator[Finding]:
    """Cost targets that were the budget last year and are none of the project's amounts now."""
    before = {row.level_3: (row, amount) for row, amount in cost_targets(pair.last)}
    if not before:
        return
    for row, amount in cost_targets(pair.now):
        last, was = before.get(row.level_3, (None, None))
        if last is None or was is None or not was.yuan or pair.last.annual_budget is None:
            continue
        budget = pair.now.annual_budget
        if budget is None or not agree(was.yuan, pair.last.annual_budget.yuan):
            continue
        amounts = (budget, pair.now.initial_budget, pair.now.expenditure)
        if any(each is not None and agree(amount.yuan, each.yuan) for each in amounts):
            continue
        there = amount_span(pair.now, "annual_budget")
        yield Finding(
            row.span_of("target"),
            f"项目“{pair.now.name}”的三级指标“{row.level_3}”的指标值是{row.target}，全年预算数是{wan(budget)}，"
            f"{year}年这两处是同一个数",
            "看是哪一处写错了，改成一样；指标值本来就不是预算数的，不必改",
            ((there, "全年预算数"), (last.span_of("target"), f"{year}年的指标值就是全年预算数")),
        )
