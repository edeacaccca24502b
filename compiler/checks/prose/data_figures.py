"""The figures in the texts of a project's form, which cannot hold placeholders."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from compiler.checks.check import Draft, once
from compiler.checks.prose.counted import is_counted
from compiler.checks.prose.figure_index import Entry
from compiler.checks.prose.naming import Place, ordered
from compiler.checks.prose.typed_tokens import Token, folded, tokens
from compiler.checks.prose.verdicts import Meaning, Scope, figures_of
from compiler.checks.suspects import CHINESE
from compiler.checks.words import DataText
from compiler.evaluation.project import Project
from compiler.named import NamedTuple
from compiler.patterns import pattern
from compiler.source import Span

_DIGIT = pattern("[0-9０-９]")
_FIGURE = pattern(rf"[0-9０-９]\s?(?:[%％元]|{CHINESE})")


class DataFigure(NamedTuple):
    """A figure in a text of the data that its project's other data does not have."""

    text: DataText
    token: Token
    place: Place
    scope: Scope
    meaning: Meaning
    entries: tuple[tuple[int, Entry], ...]

    @property
    def words(self) -> str:
        return self.text.text[self.token.start : self.token.end]

    @property
    def span(self) -> Span:
        return self.text.span(self.token.start, self.token.end)


@once
def data_figures(draft: Draft) -> tuple[DataFigure, ...]:
    """The figures of last year, and those that equal nothing."""
    return tuple(
        figure
        for project, texts in texts_with_digits(draft)
        if any(_FIGURE.search(text.text) for text in texts)
        for figure in _of_project(draft, project, texts)
    )


@once
def texts_with_digits(draft: Draft) -> list[tuple[Project, list[DataText]]]:
    """The free texts of the projects that hold a digit, also the reasons of deviations."""
    return [(project, texts) for project in draft.projects if (texts := _texts(project))]


def _texts(project: Project) -> list[DataText]:
    texts = list(printed_texts(project))
    for row in project.indicators or ():
        reason = row.deviation_reason
        if reason is not None and _DIGIT.search(reason):
            texts.append(DataText(row, _REASON, "deviation_reason", reason))
    return texts


_REASON = "偏差原因"


def printed_texts(project: Project) -> Iterator[DataText]:
    """The free texts of a project that its form or the prose prints, if they hold a digit."""
    goal = project.goal
    if goal is not None:
        if goal.expected and _DIGIT.search(goal.expected):
            yield DataText(goal, "预期目标", "expected", goal.expected)
        if goal.achieved and _DIGIT.search(goal.achieved):
            yield DataText(goal, "实际完成情况", "achieved", goal.achieved)
    if project.unspent_reason and _DIGIT.search(project.unspent_reason):
        yield DataText(project, "未支出原因", "unspent_reason", project.unspent_reason)
    if project.surplus_use and _DIGIT.search(project.surplus_use):
        yield DataText(project, "结余去向", "surplus_use", project.surplus_use)


def _of_project(draft: Draft, project: Project, texts: list[DataText]) -> Iterator[DataFigure]:
    scope: Scope | None = None
    told: set[tuple[str, Decimal]] = set()
    for text in texts:
        plain = folded(text.text)
        strange, counts = [], []
        for token in tokens(plain):
            if (
                token.kind not in (("count",) if text.key == _REASON else ("amount", "rate", "count"))
                or (token.kind, token.value) in told
                or _plainly_known(token, project)
            ):
                continue
            place = Place(plain, token.start, token.end)
            if token.kind == "count":
                if is_counted(token, place, limits=True):
                    scope = scope or figures_of(draft).of_project(project)
                    if not scope.find(token, place) and not scope.has_count(token, place):
                        counts.append(DataFigure(text, token, place, scope, Meaning.UNKNOWN, ()))
                        told.add((token.kind, token.value))
                continue
            scope = scope or figures_of(draft).of_project(project)
            found = tuple(ordered(scope.find(token, place), place))
            meaning, entries = scope.meaning(token, place, found)
            if meaning in (Meaning.LAST_YEAR, Meaning.UNKNOWN) and not _rounded(token, scope):
                strange.append(DataFigure(text, token, place, scope, meaning, entries))
                told.add((token.kind, token.value))  # the goal says it again where it is reached
        if scope is not None and not _adds_up(strange, scope):
            yield from strange
        yield from counts


def _plainly_known(token: Token, project: Project) -> bool:
    """Whether a figure is seen to be the project's without an index of all that it has."""
    if token.kind == "amount":
        amounts = (project.annual_budget, project.expenditure, project.initial_budget, project.unspent)
        if any(amount is not None and amount.yuan == token.value for amount in amounts):
            return True
    return any(
        (row.target is not None and row.target.lstrip(_SIGNS) == token.text) or row.actual == token.text
        for row in project.indicators or ()
    )


_SIGNS = "≥≤＞＜><=＝ "


def _rounded(token: Token, scope: Scope) -> bool:
    """Whether a figure of enough digits to be no coincidence is one of the data, rounded."""
    return len(token.value.normalize().as_tuple().digits) >= 3 and any(
        index.about(token) for index in scope.indexes
    )


def _adds_up(strange: list[DataFigure], scope: Scope) -> bool:
    """Whether they are the parts of an amount that the data has."""
    if len(strange) < 2 or any(figure.token.kind != "amount" for figure in strange):
        return False
    whole = strange[0].token._replace(value=sum((figure.token.value for figure in strange), Decimal(0)))
    return scope.own is not None and bool(scope.own.find(whole))
