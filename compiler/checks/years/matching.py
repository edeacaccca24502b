"""Which of last year's projects each of this year's is."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TypeVar

from compiler.checks.check import Draft, once
from compiler.checks.years.names import near
from compiler.evaluation.project import Indicator, Project
from compiler.named import NamedTuple
from compiler.patterns import pattern

T = TypeVar("T")

MANY = 60
"""Beyond so many unmatched projects on a side the lists of two years are different lists, not slips of names; also,
every name is compared with every other."""


class Pair(NamedTuple):
    """One project in two years."""

    now: Project
    last: Project


class Matching(NamedTuple):
    """The projects of two years, in the order of this year's; every project stands in one of the four."""

    pairs: tuple[Pair, ...]
    near: tuple[Pair, ...]
    """Not the same by name or file, but with names a slip or a renaming apart."""
    new: tuple[Project, ...]
    gone: tuple[Project, ...]


NOTHING = Matching((), (), (), ())
"""By the report of the draft: six rules ask, and a draft has one report object of its own."""


@once
def matching(draft: Draft) -> Matching:
    """The matching of a draft's projects."""
    return match(draft.projects, draft.previous.projects) if draft.previous is not None else NOTHING


def match(now: Sequence[Project], last: Sequence[Project]) -> Matching:
    """By name without its year, then by the words of the file's name; only where neither year has it twice."""
    found: dict[int, Project] = {}
    taken: set[int] = set()
    for key in (_by_name, _by_file):
        before = _unique((key(project), project) for project in last if id(project) not in taken)
        for name, project in _unique((key(p), p) for p in now if id(p) not in found).items():
            other = before.get(name)
            if other is not None:
                found[id(project)] = other
                taken.add(id(other))
    new = [project for project in now if id(project) not in found]
    gone = [project for project in last if id(project) not in taken]
    resembling = tuple(_near(new, gone))
    paired = {id(project) for pair in resembling for project in pair}
    return Matching(
        tuple(Pair(project, found[id(project)]) for project in now if id(project) in found),
        resembling,
        tuple(project for project in new if id(project) not in paired),
        tuple(project for project in gone if id(project) not in paired),
    )


def indicator_pairs(pair: Pair) -> Iterable[tuple[Indicator, Indicator]]:
    """The indicators of a project that have the same 三级 in both years, once in each."""
    now, last = pair.now.indicators or (), pair.last.indicators or ()
    names = [row.level_3 for row in now]
    if None not in names and names == [row.level_3 for row in last]:
        return zip(now, last, strict=True)
    before = _indicators(last)
    return [(row, before[name]) for name, row in _indicators(now).items() if name in before]


def _indicators(rows: Sequence[Indicator]) -> Mapping[str, Indicator]:
    return _unique((row.level_3, row) for row in rows if row.level_3)


_YEAR = pattern(r"(?:19|20)\d\d\s*(?:年度?)?")
_FILE_NUMBER = pattern(r"[\d\s._—-]+")


def without_year(name: str) -> str:
    """A project's name as it is every year: 2024年金融监管专项费用 and 金融监管专项费用 are one."""
    return _YEAR.sub("", name).strip() or name


def _by_name(project: Project) -> str:
    return without_year(project.name)


def _by_file(project: Project) -> str:
    """`03-金融监管` as 金融监管: the numbers follow the order of the year."""
    return _FILE_NUMBER.sub("", project.id)


def _unique(named: Iterable[tuple[str, T]]) -> dict[str, T]:
    """By name, without the names that come twice and without the empty name."""
    found: dict[str, T] = {}
    twice = {""}
    for name, thing in named:
        if name in found:
            twice.add(name)
        found[name] = thing
    for name in twice:
        found.pop(name, None)
    return found


def _near(new: Sequence[Project], gone: Sequence[Project]) -> Iterator[Pair]:
    """Projects alone in their years whose names are near each other's and nobody else's."""
    if len(new) > MANY or len(gone) > MANY:
        return
    for project in new:
        name = without_year(project.name)
        others = [other for other in gone if near(name, without_year(other.name))]
        if len(others) == 1:
            back = without_year(others[0].name)
            if sum(near(without_year(rival.name), back) for rival in new) == 1:
                yield Pair(project, others[0])
