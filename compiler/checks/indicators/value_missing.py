"""A row has what the other rows have."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal

from compiler.checks.check import Check, Draft, Finding
from compiler.diagnostics import Code, Severity
from compiler.evaluation.project import Indicator
from compiler.evaluation.scorecard import Scorecard, ScoreGroup, ScorePart
from compiler.evaluation.scoring import summed

_CELLS = {"target": "指标值", "actual": "完成值", "weight": "分值", "score": "得分"}


def _find(draft: Draft) -> Iterator[Finding]:
    for project in draft.projects:
        rows = project.indicators or ()
        for row in rows:
            if row.target is None or row.actual is None or row.weight is None or row.score is None:
                yield from _of_form(rows)
                break
    for part in draft.scorecard.parts if draft.scorecard else ():
        for group in part.groups:
            yield from _of_group(group)
    if draft.scorecard is not None:
        yield from _without_score(draft.scorecard)


def _without_score(card: Scorecard) -> Iterator[Finding]:
    """Groups and parts that have a weight and no score, while others have: the whole cannot be added up."""
    lacking: list[tuple[ScoreGroup | ScorePart, str]] = []
    scored = card.typed_score is not None
    for part in card.parts:
        inside = False
        for group in part.groups:
            if group.weight is None and not group.scored_rows:
                continue
            if _score(group) is not None:
                scored = True
            elif all(row.score is None for row in group.rows):  # else it is the row that says so
                inside = True
                lacking.append((group, f"“{group.name}”" if group.name else f"“{part.name}”的一组"))
        if _score(part) is not None:
            scored = True
        elif not inside and not part.scored_groups:
            lacking.append((part, f"“{part.name}”"))
    for record, name in lacking if scored else ():
        yield Finding(
            record.span_of("weight"),
            f"评分表{name}有分值，没有得分：自己没有填，里面的行也没有，合计加不起来",
            "补上得分，或者给里面的行各填分值和得分",
        )


def _score(record: ScoreGroup | ScorePart) -> Decimal | None:
    """The score as typed or computed, else the sum of what is typed inside."""
    if record.score is not None:
        return record.score
    if isinstance(record, ScorePart):
        return summed(_score(group) for group in record.scored_groups)
    return summed(row.score for row in record.scored_rows)


def _of_form(rows: Sequence[Indicator]) -> Iterator[Finding]:
    """Cells that this row leaves blank and most of the others fill."""
    filled = {name: sum(getattr(row, name) is not None for row in rows) for name in _CELLS}
    for row in rows:
        blank = [
            words
            for name, words in _CELLS.items()
            if getattr(row, name) is None
            # Scores: one is enough, typed or computed, for the column to be printed with gaps.
            and (
                2 * filled[name] > len(rows) or (name == "score" and filled[name] and row.weight is not None)
            )
        ]
        if blank:
            yield Finding(
                row.span,
                f"{row.called}没有填{'、'.join(blank)}，表里别的指标填了"
                if len(blank) < len(_CELLS)
                else f"{row.called}一行的指标值、完成值、分值、得分都没有填",
                "补上；这个指标不用的，删去这一行，把分值分给别的指标",
            )


def _of_group(group: ScoreGroup) -> Iterator[Finding]:
    """Half of a pair that belongs together: a target without what was reached, a weight without a score."""
    rows = group.rows
    for row in rows:
        blank = []
        if row.target is not None and row.actual is None:
            blank.append("完成值")
        if row.actual is not None and row.target is None:
            blank.append("指标值")
        if row.weight is not None and row.score is None and any(each.score is not None for each in rows):
            blank.append("得分")
        if row.target is not None and row.weight is None and any(each.weight is not None for each in rows):
            blank.append("分值")
        if blank:
            yield Finding(
                row.span,
                f"评分表“{row.name}”没有填{'、'.join(blank)}",
                "补上；这一行不评分的，指标值和分值都不要填",
            )


CHECK = Check(
    Code.VALUE_MISSING,
    Severity.WARNING,
    title="指标的指标值、完成值、分值或得分漏填",
    rule=(
        "一张自评表里，多数指标都填了的指标值、完成值、分值、得分，其余的也要填。"
        "评分表里，填了指标值的要填完成值，填了完成值的要填指标值；同组别的行有分值、得分的，有指标值的行也要有；"
        "别的组、别的部分有得分的，有分值的组和部分也要有得分，自己填、由里面的行相加、按评分方案算出都行。"
        "整张表都没填的一栏，不报。"
    ),
    source="财预〔2020〕10号第二十五条（自评表内容完整）",
    mend="补上漏填的一格；这个指标不用的，删去一行。",
    find=_find,
)
