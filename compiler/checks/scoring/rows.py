"""What is scored, as the rules of this group go through it and speak of it."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import NamedTuple

from compiler.checks.check import Draft
from compiler.evaluation.funds import Funds
from compiler.evaluation.project import Indicator, Project
from compiler.evaluation.scheme import Scheme
from compiler.evaluation.scorecard import ScoreGroup, ScorePart, ScoreRow
from compiler.evaluation.scoring import plain


def points(score: Decimal) -> str:
    """A score as messages say it: 19.98分."""
    return f"{plain(score)}分"


class Row(NamedTuple):
    """A row that is scored by its target and what was reached."""

    record: Indicator | ScoreRow
    owner: Project | None
    """The project whose form it stands on; None on the scorecard."""
    names: tuple[str | None, ...]
    """What it is called, the first level first."""
    scheme: Scheme
    reason: str | None
    """Why it deviates, as far as the file says."""

    @property
    def called(self) -> str:
        """How messages call it."""
        if self.owner is None:
            return f"评分表的“{self.names[-1]}”"
        return f"{self.owner.title}的{called(self.names)}"


def called(names: tuple[str | None, ...]) -> str:
    """An indicator by the innermost name it has."""
    for level, name in zip(("三级", "二级"), reversed(names), strict=False):
        if name is not None:
            return f"{level}指标“{name}”"
    return f"一级指标“{names[0]}”"


def typed_form_rows(draft: Draft) -> Iterator[tuple[Project, Indicator]]:
    """The indicators of the forms whose score is typed, where a scheme is declared."""
    if draft.project_scheme is not None:
        for project in draft.projects:
            for indicator in project.indicators or ():
                if indicator.typed_score is not None:
                    yield project, indicator


def refuted_rows(draft: Draft) -> Iterator[Row]:
    """The rows of the forms and of the scorecard whose typed score the scheme does not allow."""
    scheme = draft.project_scheme
    if scheme is not None:
        for project, indicator in typed_form_rows(draft):
            if indicator.refuted:
                yield form_row(project, indicator, scheme)
    for row in card_rows(draft):
        if row.record.refuted:
            yield row


def form_row(project: Project, indicator: Indicator, scheme: Scheme) -> Row:
    """An indicator of a form as a row."""
    reason = indicator.deviation_reason or indicator.remark
    return Row(indicator, project, indicator.names, scheme, reason)


def card_rows(draft: Draft) -> Iterator[Row]:
    """The rows of the scorecard that are scored by their targets."""
    scheme, card = draft.department_scheme, draft.scorecard
    if scheme is None or card is None:
        return
    others = {rule.row for rule in (*(scheme.points or ()), scheme.carryover, scheme.variance) if rule}
    execution = scheme.execution.part if scheme.execution else None
    for part in card.parts:
        if part.name == execution:
            continue
        for group in part.groups:
            for row in group.rows:
                if row.name not in others and row.typed_score is not None:
                    yield Row(row, None, (part.name, group.name, row.name), scheme, row.remark)


def group_called(part: ScorePart, group: ScoreGroup) -> str:
    """How messages call a group: by its own name, else by its rows."""
    if group.name:
        return f"评分表的“{group.name}”"
    names = "、".join(row.name for row in group.rows)
    return f"评分表“{part.name}”里{names}一组"


def execution_row(project: Project) -> Funds | None:
    """The row 年度资金总额 of a form, when it has one."""
    funds = project.funds
    return None if funds is None or funds.typed_whole is None else funds.whole
