"""The execution rate's score follows from the rate."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from compiler.checks.check import Check, Draft, Finding, Untold
from compiler.checks.reasons import reason_of
from compiler.checks.scoring.rows import execution_row, points
from compiler.diagnostics import Code, Severity
from compiler.evaluation.funds import Funds
from compiler.evaluation.project import Project
from compiler.evaluation.scheme import ExecutionRule
from compiler.evaluation.scorecard import Scorecard, ScoreGroup, ScorePart, ScoreRow
from compiler.evaluation.scored import Scored
from compiler.evaluation.scoring import Expected, summed
from compiler.source import Span


def _find(draft: Draft) -> Iterator[Finding | Untold]:
    rule = draft.department_scheme.execution if draft.department_scheme else None
    if rule is not None and draft.scorecard is not None:
        yield from _on_card(rule, draft.scorecard)
    rule = draft.project_scheme.execution if draft.project_scheme else None
    if rule is None:
        return
    for project in draft.projects:
        funds = execution_row(project)
        if funds is not None and funds.typed_score is not None and funds.refuted:
            score, expected, weight = funds.typed_score, funds.expected, funds.weight
            if weight is not None and expected is not None and score <= weight:
                reason = reason_of(funds)
                severity = Severity.INFO if reason else None
                yield Untold(_of_form, (project, funds, expected, score, reason, rule), severity)


def _of_form(
    project: Project,
    funds: Funds,
    expected: Expected,
    score: Decimal,
    reason: str | None,
    rule: ExecutionRule,
) -> Finding:
    return _finding(f"{project.title}的执行率", funds, expected, score, reason, rule, ())


def _on_card(rule: ExecutionRule, card: Scorecard) -> Iterator[Finding]:
    """Of the row with the whole budget, its group and its part: the innermost that has the score typed."""
    part = card.execution_part
    chain = part.whole_budget(rule) if part is not None else ()
    typed = [item for item in chain if item.typed_score is not None]
    if part is None or not typed:
        return
    expected = next((item.expected for item in chain if item.expected is not None), None)
    weight = next((item.weight for item in chain if item.weight is not None), None)
    above = _that_follow(typed[0].typed_score, (*chain[chain.index(typed[0]) + 1 :], card))
    related = tuple((item.span_of("typed_score"), "这里也要跟着改") for item in above)
    name = f"评分表的“{part.name}”，{rule.row}执行率"
    yield from _judged(name, typed[0], expected, weight, reason_of(*chain), rule, related)


def _that_follow(
    score: Decimal | None, above: tuple[ScoreRow | ScoreGroup | ScorePart | Scorecard, ...]
) -> Iterator[Scored]:
    """What a score was added into, up to the first sum that does not hold as it is."""
    for item in above:
        if item.typed_score is None:
            continue
        if item.typed_score not in (score, summed(inner.score for inner in _within(item))):
            return
        yield item


def _within(item: ScoreRow | ScoreGroup | ScorePart | Scorecard) -> tuple[Scored, ...]:
    match item:
        case ScoreGroup():
            return item.scored_rows
        case ScorePart():
            return item.scored_groups
        case Scorecard():
            return item.parts
    return ()


def _judged(
    name: str,
    row: Scored,
    expected: Expected | None,
    weight: Decimal | None,
    reason: str | None,
    rule: ExecutionRule,
    related: tuple[tuple[Span, str], ...] = (),
) -> Iterator[Finding]:
    score = row.typed_score
    if score is None or expected is None or weight is None or score > weight or expected.allows(score):
        return
    yield _finding(name, row, expected, score, reason, rule, related)


def _finding(
    name: str,
    row: Scored,
    expected: Expected,
    score: Decimal,
    reason: str | None,
    rule: ExecutionRule,
    related: tuple[tuple[Span, str], ...],
) -> Finding:
    if expected.score is None:
        fact = f"{name}得分写的是{points(score)}，按评分方案，{expected.formula}"
    else:
        more = "多" if score > expected.score else "少"
        fact = (
            f"{name}得分写的是{points(score)}，按评分方案是{points(expected.score)}（{expected.formula}），"
            f"{more}{points(abs(score - expected.score))}"
        )
    return Finding(
        row.span_of("typed_score"),
        fact + ("；说明里写了理由" if reason else ""),
        "核对理由能不能成立" if reason else "核对得分；另有扣分理由的，写在这一行的“说明”里",
        (*related, (rule.span_of("basis"), "评分方案的依据")),
        severity=Severity.INFO if reason else None,
    )


CHECK = Check(
    Code.EXECUTION_SCORE,
    Severity.ERROR,
    title="预算执行率的得分不等于按评分方案算出的得分",
    rule="执行率的得分，应当等于评分方案给的得分：按比例的，是分值×全年执行数÷全年预算数，不超过分值，按方案的小数位四舍五入；"
    "分档的，是所在一档的得分。四舍五入以后一分一毫都要相同。“说明”里写了扣分理由的，只提示；不到6个字的、“另有理由”这样没有说出理由的，不算。预算数是0的不看（见 A020）。",
    source="财预〔2020〕10号附1；评分方案“预算执行率”一段的依据",
    mend="按算出的得分改；确有理由另外扣分的，在这一行的“说明”里写清楚。分组、部分和总得分跟着改。",
    find=_find,
)
