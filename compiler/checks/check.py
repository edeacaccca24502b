"""What a rule is, what it sees, and what it says."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import wraps
from typing import Any, TypeVar

from compiler.diagnostics import Code, Severity
from compiler.evaluation.funds import Budget
from compiler.evaluation.project import Project
from compiler.evaluation.report import Department, Report
from compiler.evaluation.scheme import Scheme
from compiler.evaluation.scorecard import Scorecard
from compiler.figures import NumberRule
from compiler.gaps import Gap
from compiler.named import NamedTuple
from compiler.nodes import node
from compiler.source import Source, Span
from compiler.tree import Document

T = TypeVar("T")


class Previous(NamedTuple):
    """Last year's report of the same department, read for comparison only."""

    report: Report
    department: Department | None
    budget: Budget | None
    scorecard: Scorecard | None
    projects: tuple[Project, ...]
    narratives: Mapping[str, Source]
    """Prose by its path inside narrative/, as typed."""


@node
class Draft:
    """A report without compile errors: what the rules judge."""

    report: Report
    department: Department
    budget: Budget | None
    scorecard: Scorecard | None
    projects: tuple[Project, ...]
    document: Document
    """Numbered and filled in; its tables are still `TableSlot`s."""
    narratives: Mapping[str, Source]
    """Prose by its path inside narrative/, as typed."""
    project_scheme: Scheme | None
    """How the projects' forms are scored; None when report.yaml does not say."""
    department_scheme: Scheme | None
    """How the scorecard is scored; None when report.yaml does not say."""
    other_schemes: Callable[[], tuple[Scheme, ...]]
    """Reads the schemes in templates/评分方案 that are not declared."""
    previous: Previous | None
    """None when content/ has no folder of the year before, or it cannot be read."""
    rule: NumberRule
    """How the outline has figures printed."""
    gaps: tuple[Gap, ...]
    """What is still to be filled in or brought up to date, by file and place."""
    worked_out: dict[Callable[[Draft], object], Any]
    """What several rules need, by the function that works it out (`once`)."""


def once(work: Callable[[Draft], T]) -> Callable[[Draft], T]:
    """The function, asked once a draft: what it found is kept as long as the draft."""

    @wraps(work)
    def ask(draft: Draft) -> T:
        kept = draft.worked_out
        if work not in kept:
            kept[work] = work(draft)
        found: T = kept[work]
        return found

    return ask


class Finding(NamedTuple):
    """A place where a rule does not hold."""

    span: Span
    message: str
    """One fact, with the numbers that disagree."""
    hint: str
    """What to do."""
    related: tuple[tuple[Span, str], ...] = ()
    """The other places it speaks of."""
    fix: str = ""
    """What may stand at `span` instead; empty when a person must decide."""
    severity: Severity | None = None
    """When it is not the rule's own."""


class Untold(NamedTuple):
    """A finding whose words are not put together yet: a large report has thousands, and a build only counts them.

    A rule gives each of a place and a fact once.
    """

    tell: Callable[..., Finding]
    """Gives the finding, with figures `EXACT`, whenever it is asked; of records only, which nobody changes."""
    given: tuple[Any, ...]
    """What it is asked with."""
    severity: Severity | None = None
    """When it is not the rule's own; the finding has the same."""


class Check(NamedTuple):
    """A rule. The words are what `chengwen explain` and the manual say of it, in Chinese."""

    code: Code
    severity: Severity
    title: str
    """What is wrong when it is found: 各项目的预算加起来不等于项目支出预算."""
    rule: str
    """What must hold, with its tolerance and what it does not look at."""
    source: str
    """The document's number and article that ask for it; 勾稽关系 where it is arithmetic."""
    mend: str
    """What to do about it."""
    find: Callable[[Draft], Iterator[Finding | Untold]]
