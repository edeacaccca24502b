"""Doing far more than the target asks is explained: the target may have been set low."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from compiler.checks.check import Check, Draft, Finding, Untold
from compiler.checks.scoring.rows import Row, card_rows, form_row, points
from compiler.diagnostics import Code, Severity
from compiler.evaluation.scheme import ExcessRule
from compiler.evaluation.scoring import REVERSE, Comparison, excess_band, plain, unclear
from compiler.figures import EXACT, rounded


def _find(draft: Draft) -> Iterator[Finding | Untold]:
    scheme = draft.project_scheme
    rule = scheme.quantitative.excess if scheme and scheme.quantitative else None
    if scheme is not None and rule is not None:
        for project in draft.projects:
            for indicator in project.indicators or ():
                pair = indicator.pair
                if pair is not None and pair.actual > pair.target and _is_far(rule, pair):
                    yield from _judged(form_row(project, indicator, scheme), rule)
    for row in card_rows(draft):
        quantitative, pair = row.scheme.quantitative, row.record.pair
        if quantitative and quantitative.excess and pair is not None and _is_far(quantitative.excess, pair):
            yield from _judged(row, quantitative.excess)


def _is_far(rule: ExcessRule, pair: Comparison) -> bool:
    if pair.direction == REVERSE or pair.target < 0:
        return False
    if not pair.target:
        return rule.zero_explained_from is not None and pair.actual >= rule.zero_explained_from
    return pair.actual >= EXACT.multiply(rule.explained_from.ratio, pair.target)


def _judged(row: Row, rule: ExcessRule) -> Iterator[Untold]:
    record, pair = row.record, row.record.pair
    if pair is None or (not pair.direction and unclear(row.names)):
        return
    reason = row.reason
    band = excess_band(row.scheme.quantitative, pair) if row.scheme.quantitative else None
    score, expected = record.typed_score, record.expected
    undeducted = (
        band is not None
        and score is not None
        and expected is not None
        and score == record.weight != expected.score
    )
    if not reason or undeducted:
        severity = Severity.INFO if reason else None
        yield Untold(_finding, (row, rule, pair, reason, undeducted), severity)


def _finding(row: Row, rule: ExcessRule, pair: Comparison, reason: str | None, undeducted: bool) -> Finding:
    record = row.record
    score, expected = record.typed_score, record.expected
    if pair.target:
        times = f"是指标值{record.target}的{_percent(EXACT.divide(pair.actual, pair.target))}"
    else:
        times = f"，指标值却是{record.target}"
    fact = (
        f"{row.called}：完成值{record.actual}{times}，{f'{row.field}里写了原因' if reason else '没有写原因'}"
    )
    if undeducted and expected is not None and score is not None:
        fact += f"；偏离{_percent(pair.excess or Decimal(0))}，按评分方案应当是{points(expected.score or score)}（{expected.formula}），得分却是{points(score)}"
    return Finding(
        record.span_of("actual"),
        fact,
        "核对原因：不是指标值定低了的，备好依据；是的，按方案扣分"
        if reason
        else f"在“{row.field}”里写明为什么超出这么多；指标值定低了的，按规定扣分，下一年度改正",
        ((record.span_of("target"), "指标值写在这里"), (rule.span_of("basis"), "评分方案的依据")),
        severity=Severity.INFO if reason else None,
    )


def _percent(ratio: Decimal) -> str:
    if ratio >= 10**6:
        return f"{ratio:.2E}倍"
    return f"{plain(rounded(ratio * 100, 2))}%"


CHECK = Check(
    Code.OVERFULFILLED,
    Severity.WARNING,
    title="完成值高出指标值很多，没有写原因",
    rule="完成值达到指标值的130%（含；评分方案的“说明线”）的，要写偏差原因；129.95%不算。指标值是0的，完成值到30（方案的“零值说明线”）就要写。"
    "评分方案有超额扣分的，偏离（（完成值－指标值）÷指标值）到了扣分的一档，却得满分的，一并指出；这样的即使写了原因，也提示。写“无”“同上”“无偏差”不算写了原因。反向指标（≤、<）不看。",
    source="财预〔2020〕10号第十六条（完成值高出指标值较多的，要分析原因）；评分方案“超额”一段的依据",
    mend="写明超出的原因；是年初指标值定低了的，按规定调减得分，下一年度把指标值定准。",
    find=_find,
)
