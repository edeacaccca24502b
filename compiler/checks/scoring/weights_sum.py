"""Weights make up the whole they are shares of."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from compiler.checks.check import Check, Draft, Finding
from compiler.checks.scoring.rows import execution_row, group_called, points
from compiler.diagnostics import Code, Severity
from compiler.evaluation.project import Project
from compiler.evaluation.scheme import Scheme
from compiler.evaluation.scorecard import Scorecard, ScoreGroup
from compiler.evaluation.scoring import plain, summed
from compiler.source import Span


def _find(draft: Draft) -> Iterator[Finding]:
    if draft.scorecard is not None:
        yield from _on_card(draft.scorecard, draft.department_scheme)
    if draft.project_scheme is not None:
        for project in draft.projects:
            if project.indicators:
                yield from _on_form(project, draft.project_scheme)


def _on_form(project: Project, scheme: Scheme) -> Iterator[Finding]:
    weights = [indicator.weight for indicator in project.indicators or ()]
    execution = execution_row(project)
    sum_of_indicators = summed(weights)
    if sum_of_indicators is None:
        return  # rows without a weight are a finding of their own
    own = execution.weight if execution is not None else None
    whole = sum_of_indicators + (own or 0)
    if whole == scheme.whole:
        return
    total = project.typed_total
    place = project.span_of("indicators")
    if total is not None and total.weight is not None:
        place = total.span_of("weight")
    without = (
        "（年度资金总额没有分值）"
        if own is None
        else f"（年度资金总额{plain(own)}、绩效指标{plain(sum_of_indicators)}）"
    )
    yield _finding(place, f"{project.title}自评表各行分值", whole, without, scheme.whole)


def _on_card(card: Scorecard, scheme: Scheme | None) -> Iterator[Finding]:
    for part in card.parts:
        for group in part.groups:
            rows = group.scored_rows
            weights = [row.weight for row in rows if row.weight is not None]
            if group.weight is not None and weights:
                # Rows that have none yet may make up what is lacking.
                partly = len(weights) < len(group.rows) and sum(weights) < group.weight
                if sum(weights) != group.weight and not partly:
                    name = f"{group_called(part, group)}各行分值"
                    yield _finding(group.span_of("weight"), name, sum(weights, Decimal(0)), "", group.weight)
        groups = [_weight(group) for group in part.groups]
        whole = summed(groups)
        if whole is not None and whole != part.weight:
            yield _finding(
                part.span_of("weight"), f"评分表“{part.name}”各组分值", whole, _added(groups), part.weight
            )
    parts: list[Decimal | None] = [part.weight for part in card.parts]
    whole = summed(parts)
    asked = card.weight if card.weight is not None else scheme.whole if scheme else None
    if whole is None or asked is None:
        return
    if whole != asked:
        place = card.span_of("weight") if card.weight is not None else card.span_of("parts")
        yield _finding(place, "评分表各部分分值", whole, _added(parts), asked)
    elif scheme is not None and asked != scheme.whole:
        yield _finding(card.span_of("weight"), "评分表各部分分值", whole, "", scheme.whole)


def _weight(group: ScoreGroup) -> Decimal | None:
    if group.weight is not None:
        return group.weight
    return summed(row.weight for row in group.rows)


def _added(weights: list[Decimal | None]) -> str:
    return (
        f"（{'＋'.join(plain(weight) for weight in weights if weight is not None)}）"
        if len(weights) <= 12
        else ""
    )


def _finding(place: Span, name: str, whole: Decimal, how: str, asked: Decimal) -> Finding:
    more = "多" if whole > asked else "少"
    return Finding(
        place,
        f"{name}加起来是{points(whole)}{how}，应当是{points(asked)}，{more}{points(abs(whole - asked))}",
        "核对各项分值",
    )


CHECK = Check(
    Code.WEIGHTS_SUM,
    Severity.ERROR,
    title="分值加起来不等于整体的分值",
    rule="项目自评表年度资金总额和各绩效指标的分值，加起来应当是方案的总分（100分）；评分表各行合起来是一组的分值，各组合起来是一部分的，"
    "各部分合起来是全表的。必须正好相等。有绩效指标没填分值的表不比较；一组里有的行没有分值、加起来又不到的，不比较。",
    source="财预〔2020〕10号第十三条、第二十五条（权重合理）",
    mend="重新相加，改正写错的分值；漏填的补上。",
    find=_find,
)
