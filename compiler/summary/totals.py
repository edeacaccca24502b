"""Lines added up by year: which count, which are there twice, what is lacking from a sum."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from pathlib import PurePath

from compiler.figures import half_width
from compiler.gate import cleaned
from compiler.named import NamedTuple
from compiler.summary.lines import KEYS, WHOLE, Line, exact_sum, ratio


class Sums(NamedTuple):
    """Sums of lines. Amounts are in 元, exact."""

    reports: int
    amounts: Mapping[str, Decimal]
    """By attribute of `Line`: of the lines that give it."""
    lacking: Mapping[str, int]
    """How many of the lines do not give it."""
    rate: Decimal | None
    """全年执行数 ÷ 全年预算数 of the lines that give both; None when that is none, or the budget is 0."""
    paired: int
    """How many give both."""
    passed: int
    errors: int
    warnings: int
    infos: int
    waived: int
    gaps: int


class Year(NamedTuple):
    """The lines of one year that could be read."""

    year: int
    lines: tuple[Line, ...]
    """In the order in which they were read."""
    twin_of: Mapping[int, int]
    """Lines that are not added up because another has the same department: their places in `lines`, and the other's."""
    kinds: tuple[tuple[str, Sums], ...]
    """By 文种, where there are several."""
    whole: Sums

    @property
    def counted(self) -> tuple[Line, ...]:
        """The lines that are added up."""
        return tuple(line for index, line in enumerate(self.lines) if index not in self.twin_of)

    @property
    def twins(self) -> tuple[Line, ...]:
        """The others."""
        return tuple(line for index, line in enumerate(self.lines) if index in self.twin_of)


class Summary(NamedTuple):
    """All there is to print."""

    years: tuple[Year, ...]
    """The newest first."""
    unread: tuple[Line, ...]
    """Reports whose data could not be read; no sum has them."""

    def unread_of(self, year: int) -> tuple[Line, ...]:
        """Those of a year; of 0: those of which the year cannot be told."""
        return tuple(line for line in self.unread if line.year == year)


def summarize(lines: Sequence[Line]) -> Summary:
    """The lines by year, added up.

    A department that has several reports of one year is added up once: with the report that has a 资金总体, of several such with
    the one whose folder is less deep, as backups are put deeper, and of these with the first.
    """
    lines = _told_apart(lines)
    read = [line for line in lines if not line.problem]
    years = sorted({line.year for line in read}, reverse=True)
    return Summary(
        tuple(_year(year, tuple(line for line in read if line.year == year)) for year in years),
        tuple(line for line in lines if line.problem),
    )


def _year(year: int, lines: tuple[Line, ...]) -> Year:
    first: dict[str, int] = {}
    for index in sorted(
        range(len(lines)), key=lambda index: (lines[index].source != WHOLE, lines[index].folder.count("/"))
    ):
        first.setdefault(_same(lines[index].department), index)
    twins = {
        index: chosen
        for index, line in enumerate(lines)
        if (chosen := first[_same(line.department)]) != index
    }
    counted = [line for index, line in enumerate(lines) if index not in twins]
    kinds = tuple(dict.fromkeys(line.kind for line in counted))
    by_kind = tuple((kind, sums(line for line in counted if line.kind == kind)) for kind in kinds)
    return Year(year, lines, twins, by_kind if len(kinds) > 1 else (), sums(counted))


def _same(department: str) -> str:
    """A department's name without what people type differently."""
    return "".join(half_width(department).split())


def sums(lines: Iterable[Line]) -> Sums:
    """The sums of lines."""
    lines = tuple(lines)
    both = [line for line in lines if line.annual_budget is not None and line.expenditure is not None]
    given = {name: [amount for line in lines if (amount := getattr(line, name)) is not None] for name in KEYS}
    return Sums(
        len(lines),
        {name: exact_sum(amounts) for name, amounts in given.items()},
        {name: len(lines) - len(amounts) for name, amounts in given.items()},
        ratio(
            exact_sum(line.expenditure for line in both if line.expenditure is not None),
            exact_sum(line.annual_budget for line in both if line.annual_budget is not None),
        ),
        len(both),
        *(
            sum(getattr(line, name) for line in lines)
            for name in ("passed", "errors", "warnings", "infos", "waived", "gaps")
        ),
    )


class Change(NamedTuple):
    """What departments had in a year and in the year before, of those that are counted in both with both amounts."""

    newer: Sums
    older: Sums
    all_of_both: bool
    """No report of either year is left out."""


def change(newer: Year, older: Year) -> Change | None:
    """The two years beside each other; None when no department can be compared."""

    def given(year: Year) -> dict[tuple[str, str], Line]:
        return {
            (_same(line.department), line.source): line
            for line in year.counted
            if line.annual_budget is not None and line.expenditure is not None
        }

    here, before = given(newer), given(older)
    both = [key for key in here if key in before]
    if not both:
        return None
    every = len(both) == len(newer.counted) == len(older.counted)
    return Change(sums(here[key] for key in both), sums(before[key] for key in both), every)


def _told_apart(lines: Sequence[Line]) -> list[Line]:
    """The lines; folders of several places that are named alike get the name of the place in front."""
    paths: dict[str, set[str]] = {}
    for line in lines:
        paths.setdefault(line.folder, set()).add(line.path)
    return [
        line._replace(folder=f"{_place(line)}/{line.folder}") if len(paths[line.folder]) > 1 else line
        for line in lines
    ]


def _place(line: Line) -> str:
    above = PurePath(line.path).parents
    depth = line.folder.count("/")
    return cleaned(above[depth].name) if depth < len(above) else ""
