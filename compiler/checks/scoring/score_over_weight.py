"""No score is above its weight."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import TypeAlias

from compiler.checks.check import Check, Draft, Finding
from compiler.checks.scoring.rows import group_called, points
from compiler.diagnostics import Code, Severity
from compiler.evaluation.funds import Funds
from compiler.evaluation.project import Indicator, Total
from compiler.evaluation.scorecard import Scorecard, ScoreGroup, ScorePart, ScoreRow

_Weighed: TypeAlias = Indicator | Funds | Total | ScoreRow | ScoreGroup | ScorePart | Scorecard


def _find(draft: Draft) -> Iterator[Finding]:
    if draft.scorecard is not None:
        yield from _on_card(draft.scorecard)
    for project in draft.projects:
        found = False
        for indicator in project.indicators or ():
            if _is_over(indicator):
                found = True
                yield _finding(indicator, f"{project.title}的{indicator.called}")
        funds, total = project.funds, project.typed_total
        if funds is not None and funds.typed_whole is not None and _is_over(funds.typed_whole):
            found = True
            yield _finding(funds.typed_whole, f"{project.title}的执行率")
        if total is not None and not found and _is_over(total):
            yield _finding(total, f"{project.title}的总分")


def _on_card(card: Scorecard) -> Iterator[Finding]:
    """The innermost only: what they add up to is too high because of them."""
    for part in card.parts:
        for group in part.groups:
            rows = [row for row in group.rows if _is_over(row)]
            for row in rows:
                yield _finding(row, f"评分表的“{row.name}”")
            if not rows and _is_over(group):
                yield _finding(group, group_called(part, group))
        inside = any(_is_over(group) or any(map(_is_over, group.rows)) for group in part.groups)
        if _is_over(part) and not inside:
            yield _finding(part, f"评分表的“{part.name}”")
    if _is_over(card) and not any(_is_over(item) for item in card.parts):
        yield _finding(card, "评分表的合计")


def _is_over(record: _Weighed) -> bool:
    score, weight = record.typed_score, record.weight
    return score is not None and weight is not None and score > weight


def _finding(record: _Weighed, name: str) -> Finding:
    score, weight = record.typed_score or Decimal(0), record.weight or Decimal(0)
    return Finding(
        record.span_of("typed_score"),
        f"{name}得了{points(score)}，超过分值{points(weight)}，多{points(score - weight)}",
        "核对得分和分值：得分最多等于分值",
        ((record.span_of("weight"), "分值写在这里"),),
    )


CHECK = Check(
    Code.SCORE_OVER_WEIGHT,
    Severity.ERROR,
    title="得分超过分值",
    rule="每一行、每一组、每一部分和总分的得分，都不能超过它自己的分值。不论用哪个评分方案都看；没有分值的不看。",
    source="财预〔2020〕10号第十六条（完成的，得该指标的满分）",
    mend="改正得分，或者改正分值；超额完成也最多得满分。",
    find=_find,
)
