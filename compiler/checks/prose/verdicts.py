"""What the data has for every figure that was typed into the narratives."""

from __future__ import annotations

from decimal import Decimal
from enum import Enum
from functools import partial

from compiler.checks.check import Draft, once
from compiler.checks.prose.counted import is_counted
from compiler.checks.prose.figure_holders import Holders
from compiler.checks.prose.figure_index import Entry, Index
from compiler.checks.prose.figures_given import of_department, of_project, of_section
from compiler.checks.prose.last_year import is_change, speaks_of_last_year
from compiler.checks.prose.naming import NAMED, Place, fitness, named, ordered
from compiler.checks.prose.passages import Typed, passages, typed_figures
from compiler.checks.prose.typed_dates import is_strange_date
from compiler.checks.prose.typed_tokens import Token, sentence
from compiler.checks.typed_texts import data_texts
from compiler.computed import computed
from compiler.evaluation.project import Project
from compiler.figures import Amount, Count
from compiler.named import NamedTuple
from compiler.patterns import pattern

_YEAR = pattern(r"\d{4}年?")


_MORE = pattern(r"(?:增加|减少|增长|下降|提高|降低|缩短|延长|多|少)了?\s?$")
"""By how much more than something else."""
_TOTAL = pattern("总体|合计|总计|总额|整体|全部|单位")
"""The row of a table that is about all of the money."""


class Meaning(Enum):
    """What the data has for a figure."""

    KNOWN = "the very value"
    ROUNDED = "a value that the words name, and that is this one once rounded"
    LAST_YEAR = "a value of last year, and none of this year"
    UNKNOWN = "nothing"
    IDLE = "nothing, nor need it"


class Verdict(NamedTuple):
    """A typed figure, and what the data has for it, the likeliest first, with its fitness."""

    typed: Typed
    meaning: Meaning
    entries: tuple[tuple[int, Entry], ...] = ()


class Figures:
    """The typed figures of a draft, and the data they are held against."""

    def __init__(self, draft: Draft) -> None:
        self.draft, self.known = draft, KnownFigures(draft)
        self.passages = tuple(passages(draft))
        self.typed = typed_figures(draft, self.passages)
        self._scopes: dict[str, Scope] = {}

    @computed
    def verdicts(self) -> tuple[Verdict, ...]:
        """What the data has for each but the years."""
        return tuple(self._judge(typed) for typed in self.typed if typed.token.kind != "year")

    def _judge(self, typed: Typed) -> Verdict:
        scope, token, place = self.scope_of(typed), typed.token, typed.place
        found = scope.find(token, place)
        entries = tuple(ordered(found, place))
        if token.kind in ("date", "day"):
            if found:
                return Verdict(typed, Meaning.KNOWN, entries)
            strange = is_strange_date(typed, self.draft, scope.project)
            return Verdict(typed, Meaning.UNKNOWN if strange else Meaning.IDLE)
        if token.kind == "count":
            if found:
                unlike = token.value < 10 and not entries[0][0]  # 3个 of anything
                return Verdict(typed, Meaning.IDLE) if unlike else Verdict(typed, Meaning.KNOWN, entries)
            unknown = is_counted(token, place, limits=False) and not scope.has_count(token, place)
            return Verdict(typed, Meaning.UNKNOWN if unknown else Meaning.IDLE)
        meaning, about = scope.meaning(token, place, entries)
        if typed.bare and is_common(token) and meaning is Meaning.UNKNOWN and not scope.named_by(typed):
            meaning = Meaning.IDLE
        return Verdict(typed, meaning, about)

    # Scopes ----------------------------------------------------------------------------

    def scope_of(self, typed: Typed) -> Scope:
        """Where a typed figure is looked up."""
        scope = self.scope(typed.passage.narrative)
        return scope.of_row(typed.place) if typed.bare else scope

    def scope(self, narrative: str) -> Scope:
        """Where the figures of a narrative are looked up."""
        found = self._scopes.get(narrative)
        if found is None:
            folder, _, last = narrative.rpartition("/")
            project = self._projects.get(last) if folder else None
            found = self._scopes[narrative] = Scope(self.known, project, last if folder else "")
        return found

    def of_project(self, project: Project) -> Scope:
        """Where the figures in a project's data are looked up; kept only when its narrative needs it too."""
        known = self._scopes.get(f"projects/{project.id}")
        return known if known is not None and known.project is project else Scope(self.known, project)

    @computed
    def _projects(self) -> dict[str, Project]:
        return {project.id: project for project in self.draft.projects}


class KnownFigures:
    """The figures of a draft's data; each index is built when it is asked. Scopes look here and not at who has them: what refers
    to one another is there until the collector comes.
    """

    def __init__(self, draft: Draft) -> None:
        self.draft = draft
        self._named: dict[str, list[int]] = {}
        self._of_numbers: dict[int, Index] = {}

    @computed
    def department(self) -> Index:
        """The department's figures."""
        draft = self.draft
        given = draft.report.parameters, draft.department, draft.budget, draft.scorecard, draft.projects
        return Index(partial(of_department, *given), draft.rule)

    @computed
    def last_department(self) -> Index | None:
        """Last year's; None without last year's data."""
        last = self.draft.previous
        if last is None:
            return None
        given = last.report.parameters, None, last.budget, last.scorecard, last.projects
        return Index(partial(of_department, *given), self.draft.rule)

    def last_project(self, project: Project) -> Project | None:
        """Last year's data of a project: of the same name but for the year, else of the same file."""
        by_name, by_file = self._last_projects
        return by_name.get(_YEAR.sub("", project.name)) or by_file.get(project.id)

    @computed
    def _last_projects(self) -> tuple[dict[str, Project], dict[str, Project]]:
        last = self.draft.previous
        projects = last.projects if last is not None else ()
        return (
            {_YEAR.sub("", project.name): project for project in projects},
            {project.id: project for project in projects},
        )

    # Projects, from elsewhere

    def of_projects(self, token: Token, place: Place) -> list[Entry]:
        """Figures of the projects that the sentence names; of any, when it names none and there are few."""
        named = self.projects_in(place)
        if named:
            return [entry for number in named for entry in self.numbered(number).find(token)]
        if len(self.draft.projects) <= _FEW:
            numbers = self._holders.of(token)
            return [entry for number in numbers for entry in self.numbered(number).find(token)]
        return [
            Entry(f"项目[{number}].{key}", key, "", Amount(token.value))
            for number, key in (_amounts(self.draft).get(token.value, ()) if token.kind == "amount" else ())
        ]

    def projects_in(self, place: Place) -> list[int]:
        """The projects that the sentence names."""
        own = place.text[slice(*sentence(*place))]
        named = self._named.get(own)
        if named is None:
            named = self._named[own] = [
                number for number, project in enumerate(self.draft.projects) if project.name in own
            ]
        return named

    def of_projects_count(self, token: Token, place: Place) -> bool:
        """Whether a count is a project's, or made of two of one; or of all projects together."""
        projects = self.draft.projects
        numbers = self.projects_in(place) or range(len(projects))
        if len(numbers) > _FEW:
            return False
        if token.value in self._count_sums:
            return True
        if len(projects) <= _FEW and not self._holders.makes(token):
            return False
        return any(self.numbered(number).makes(token) for number in numbers)

    @computed
    def _holders(self) -> Holders:
        return Holders(self.draft.projects, data_texts(self.draft), self.draft.rule)

    @computed
    def _count_sums(self) -> frozenset[int]:
        """The counts of all projects that go by one name, added up."""
        sums: dict[str, int] = {}
        for project in self.draft.projects:
            for key, value in (project.facts or {}).items():
                if type(value) is Count:
                    sums[key] = sums.get(key, 0) + value.number
        return frozenset(sums.values())

    def numbered(self, number: int) -> Index:
        """The figures of a project, by expressions from the list of projects."""
        found = self._of_numbers.get(number)
        if found is None:
            figures = partial(of_project, self.draft.projects[number], f"项目[{number}]")
            found = self._of_numbers[number] = Index(figures, self.draft.rule)
        return found

    def project_of(self, entry: Entry) -> Project | None:
        """The project that an expression from the list of projects is about."""
        match = _NUMBERED.search(entry.path)
        return self.draft.projects[int(match[1])] if match else None


_FEW = 40
"""Up to so many projects, a figure is looked up in all of them; of thousands, any figure is some project's."""
_NUMBERED = pattern(r"项目\[(\d+)\]")


class Scope:
    """Where a figure is looked up: what the words are about, then the department."""

    def __init__(self, figures: KnownFigures, project: Project | None, section: str = "") -> None:
        self.figures, self.project, self._section = figures, project, section

    @computed
    def own(self) -> Index | None:
        """The figures of what the words are about; None when that is the department."""
        rule = self.figures.draft.rule
        if self.project is not None:
            return Index(partial(of_project, self.project, "本项目"), rule)
        for section in self.figures.draft.department.sections or ():
            if section.name == self._section:
                return Index(partial(of_section, section, "本项"), rule)
        return None

    @computed
    def own_last(self) -> Index | None:
        """Last year's figures of the same project; None when there was none."""
        last = self.figures.last_project(self.project) if self.project is not None else None
        if last is None:
            return None
        return Index(partial(of_project, last, "本项目"), self.figures.draft.rule)

    @property
    def indexes(self) -> tuple[Index, ...]:
        """This year's, the nearest first."""
        return (self.own, self.figures.department) if self.own is not None else (self.figures.department,)

    @property
    def last_indexes(self) -> tuple[Index, ...]:
        """Last year's, the nearest first."""
        found = (self.own_last, self.figures.last_department)
        return tuple(index for index in found if index is not None)

    def find(self, token: Token, place: Place) -> list[Entry]:
        """What the nearest index has of the very value."""
        for index in self.indexes:
            found = index.find(token) + index.texts(place.text, place.start, token)
            if found:
                return found
        return self._of_projects(token, place) if self.project is None else []

    def of_row(self, place: Place) -> Scope:
        """Where a figure in the row of a table is looked up: when its head is a project, in that one."""
        if self.project is None:
            numbers = self.figures.projects_in(place)
            if len(numbers) == 1:
                return _RowScope(self.figures, numbers[0])
        return self

    def has_count(self, token: Token, place: Place) -> bool:
        """Whether a count that is no figure of the data is one in other words, of last year, or made of two."""
        figures = self.figures
        if speaks_of_last_year(place, figures.draft.report.year):
            return True
        if _MORE.search(place.text, max(0, place.start - 4), place.start):
            return True
        if any(index.makes(token) for index in self.indexes):
            return True
        return self.project is None and figures.of_projects_count(token, place)

    def _of_projects(self, token: Token, place: Place) -> list[Entry]:
        """Figures of projects, for what is said of them elsewhere."""
        if token.kind not in ("amount", "rate", "count") or is_common(token) or token.value < 10:
            return []
        found = self.figures.of_projects(token, place)
        # A count is like others too often: its name has to be in the words.
        return [entry for entry in found if token.kind != "count" or fitness(entry, place)]

    def named(self, token: Token, place: Place) -> Entry | None:
        """The figure of the same kind that the words call by its name."""
        for index in self.indexes:
            found = named(index.alike(token), place)
            if found is not None:
                return found
        return None

    def named_by(self, typed: Typed) -> Entry | None:
        """The same for a typed figure; a row of a table must be called by whose figure it is, or be the total."""
        found = self.named(typed.token, typed.place)
        if found is None or not typed.bare or isinstance(self, _RowScope):
            return found
        cell = typed.passage.cell
        row = cell.name if cell is not None else ""
        owned = bool(found.owner) and found.owner in row
        return found if owned or found.key in row or _TOTAL.search(row) else None

    def meaning(
        self, token: Token, place: Place, entries: tuple[tuple[int, Entry], ...]
    ) -> tuple[Meaning, tuple[tuple[int, Entry], ...]]:
        """What the data has for an amount, a rate or a score; `entries`: what was found of the very value, in order."""
        if is_common(token):
            if entries and entries[0][0] >= NAMED and entries[0][1].key != "分值":
                return Meaning.KNOWN, entries
            return (Meaning.UNKNOWN if self.named(token, place) else Meaning.IDLE), ()
        if entries:
            return Meaning.KNOWN, entries
        for index in self.indexes:
            about = tuple(pair for pair in ordered(index.about(token), place) if pair[0] >= NAMED)
            if about:
                return Meaning.ROUNDED, about
        for index in self.last_indexes:
            entries = tuple(ordered(index.find(token), place))
            if entries:
                compared = speaks_of_last_year(place, self.figures.draft.report.year)
                return (Meaning.IDLE if compared else Meaning.LAST_YEAR), entries
        if (
            is_threshold(token, place)
            or is_change(token, place, self.own, self.own_last)
            or is_change(token, place, self.figures.department, self.figures.last_department)
        ):
            return Meaning.IDLE, ()
        return Meaning.UNKNOWN, ()


class _RowScope(Scope):
    """The figures of one project, by expressions from the list of projects, then the department's."""

    def __init__(self, figures: KnownFigures, number: int) -> None:
        super().__init__(figures, figures.draft.projects[number])
        self._number = number

    @computed
    def own(self) -> Index:
        return self.figures.numbered(self._number)

    @property
    def indexes(self) -> tuple[Index, ...]:
        """The project's alone: beside its name, the department's figures are wrong."""
        return (self.own,)

    @property
    def last_indexes(self) -> tuple[Index, ...]:
        """Last year's of the project."""
        return (self.own_last,) if self.own_last is not None else ()


def is_common(token: Token) -> bool:
    """Whether it is a figure that does not say where it is from: 0, 100%, 100分."""
    return token.value == 0 or (token.kind in ("rate", "score") and token.value == 100)


_BOUND = pattern(r"(?:（含）)?以[上下]|（含")


def is_threshold(token: Token, place: Place) -> bool:
    """Whether it is the bound of a grade: 90分以上."""
    return (
        token.kind == "score"
        and token.value in (60, 70, 80, 90)
        and bool(_BOUND.match(place.text, place.end))
    )


@once
def _amounts(draft: Draft) -> dict[Decimal, list[tuple[int, str]]]:
    """The budgets and the expenditure of all projects, by value in 元, each with the project's number and its key; where they are many."""
    found: dict[Decimal, list[tuple[int, str]]] = {}
    for number, project in enumerate(draft.projects):
        for key, amount in (("全年预算数", project.annual_budget), ("全年执行数", project.expenditure)):
            if amount is not None:
                found.setdefault(amount.yuan, []).append((number, key))
    return found


@once
def figures_of(draft: Draft) -> Figures:
    """The typed figures of a draft."""
    return Figures(draft)
