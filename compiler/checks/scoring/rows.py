"""What is scored, as the rules of this group go through it and speak of it."""

from __future__ import annotations

from decimal import Decimal

from compiler.checks.check import Draft, once
from compiler.checks.reasons import reason_of
from compiler.evaluation.funds import Funds
from compiler.evaluation.project import Indicator, Project
from compiler.evaluation.scheme import Scheme
from compiler.evaluation.scorecard import ScoreGroup, ScorePart, ScoreRow
from compiler.evaluation.scoring import plain
from compiler.named import NamedTuple


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

    @property
    def called(self) -> str:
        """How messages call it."""
        if self.owner is not None and isinstance(self.record, Indicator):
            return f"{self.owner.title}的{self.record.called}"
        return f"评分表的“{self.names[-1]}”"

    @property
    def field(self) -> str:
        """What the column for reasons is called."""
        return "说明" if self.owner is None else "偏差原因"

    @property
    def reason(self) -> str | None:
        """Why it deviates, as far as the file says."""
        return reason_of(self.record)


@once
def typed_form_rows(draft: Draft) -> tuple[tuple[Project, Indicator], ...]:
    """The indicators of the forms whose score is typed, where a scheme is declared."""
    if draft.project_scheme is None:
        return ()
    return tuple(
        [
            (project, indicator)
            for project in draft.projects
            for indicator in project.indicators or ()
            if indicator.typed_score is not None
        ]
    )


def form_row(project: Project, indicator: Indicator, scheme: Scheme) -> Row:
    """An indicator of a form as a row."""
    return Row(indicator, project, indicator.names, scheme)


@once
def card_rows(draft: Draft) -> tuple[Row, ...]:
    """The rows of the scorecard that are scored by their targets."""
    scheme, card = draft.department_scheme, draft.scorecard
    if scheme is None or card is None:
        return ()
    execution = card.execution_part if scheme.execution else None
    return tuple(
        [
            Row(row, None, (part.name, group.name, row.name), scheme)
            for part in card.parts
            if part is not execution
            for group in part.groups
            for row in group.rows
            if row.typed_score is not None
            and not scheme.points_for(row.name)
            and not scheme.deduction_for(row.name)
        ]
    )


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
