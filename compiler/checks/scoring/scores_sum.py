"""A score of several rows is their sum."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from compiler.checks.check import Check, Draft, Finding, Untold
from compiler.checks.scoring.rows import group_called, points
from compiler.diagnostics import Code, Severity
from compiler.evaluation.project import Project
from compiler.evaluation.scorecard import Scorecard, ScoreGroup, ScorePart
from compiler.evaluation.scoring import plain, summed
from compiler.record import Record


def _find(draft: Draft) -> Iterator[Finding | Untold]:
    if draft.scorecard is not None:
        yield from _on_card(draft.scorecard)
    for project in draft.projects:
        if project.typed_total is not None:
            yield from _on_form(project)


def _on_form(project: Project) -> Iterator[Finding | Untold]:
    total, rows = project.typed_total, project.scored_rows
    if total is None or not rows:
        return
    if total.typed_score is not None:
        whole = summed([row.score for row in rows])
        if whole is not None and whole != total.typed_score:
            yield Untold(_on_total, (project, total.typed_score, whole))
    weights = summed([row.weight for row in rows])
    if total.weight is None or weights is None or weights == total.weight:
        return
    if project.scheme is not None and weights != project.scheme.whole:
        return  # the rows are wrong rather (S007)
    yield Finding(
        total.span_of("weight"),
        f"{project.title}总分的分值是{points(total.weight)}，各行分值加起来是{points(weights)}",
        "核对总分的分值",
    )


def _on_total(project: Project, stated: Decimal, whole: Decimal) -> Finding:
    total = project.typed_total or project
    scores = [row.score for row in project.scored_rows]
    return _finding(total, "typed_score", f"{project.title}的总分", stated, scores, whole, "各行得分")


def _on_card(card: Scorecard) -> Iterator[Finding]:
    for part in card.parts:
        for group in part.groups:
            if group.typed_score is not None and group.scored_rows:
                scores = [row.typed_score for row in group.scored_rows]
                name = f"{group_called(part, group)}得分"
                yield from _differs(group, "typed_score", name, group.typed_score, scores, "各行得分")
        if part.typed_score is not None:
            scores = [_stated(group) for group in part.scored_groups]
            name = f"评分表的“{part.name}”得分"
            yield from _differs(part, "typed_score", name, part.typed_score, scores, "各组得分")
    if card.typed_score is not None:
        scores = [_stated(part) for part in card.parts]
        yield from _differs(card, "typed_score", "评分表的合计得分", card.typed_score, scores, "各部分得分")


def _stated(item: ScorePart | ScoreGroup) -> Decimal | None:
    """The score as typed, else the sum of what is typed in it; computed ones are not in the file to be compared."""
    if item.typed_score is not None:
        return item.typed_score
    if isinstance(item, ScorePart):
        return summed(_stated(group) for group in item.scored_groups)
    return summed(row.typed_score for row in item.scored_rows)


def _differs(
    record: Record, attribute: str, name: str, stated: Decimal, scores: list[Decimal | None], words: str
) -> Iterator[Finding]:
    whole = summed(scores)
    if whole is not None and whole != stated:
        yield _finding(record, attribute, name, stated, scores, whole, words)


def _finding(
    record: Record,
    attribute: str,
    name: str,
    stated: Decimal,
    scores: list[Decimal | None],
    whole: Decimal,
    words: str,
) -> Finding:
    more = "多" if stated > whole else "少"
    added = "＋".join(plain(score) for score in scores if score is not None) if len(scores) <= 12 else ""
    return Finding(
        record.span_of(attribute),
        f"{name}写的是{points(stated)}，{words}加起来是{points(whole)}{f'（{added}）' if added else ''}，"
        f"{more}{points(abs(stated - whole))}",
        f"核对{words}，再核对合计",
    )


CHECK = Check(
    Code.SCORES_SUM,
    Severity.ERROR,
    title="得分的合计不等于各项得分之和",
    rule="项目自评表的总分等于各行得分之和；评分表每一组等于各行之和，每一部分等于各组之和，合计等于各部分之和。必须正好相等。"
    "有一项没有得分的，不比较。总分的分值与各行分值之和也要相等。",
    source="勾稽关系；财预〔2020〕10号第二十五条（数据真实、结果客观）",
    mend="逐项重新相加，改正合计或者打错的一项。",
    find=_find,
)
