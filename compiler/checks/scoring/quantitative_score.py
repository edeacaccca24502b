"""The score of a target that is a number follows from what was reached."""

from __future__ import annotations

from collections.abc import Iterator

from compiler.checks.check import Check, Draft, Finding
from compiler.checks.scoring.deadlines import is_late, may_be_late
from compiler.checks.scoring.rows import Row, card_rows, form_row, points, typed_form_rows
from compiler.diagnostics import Code, Severity
from compiler.evaluation.scheme import QuantitativeRule
from compiler.evaluation.scoring import excess_band


def _find(draft: Draft) -> Iterator[Finding]:
    scheme, year = draft.project_scheme, draft.report.year
    if scheme is not None:
        for project, indicator in typed_form_rows(draft):
            if indicator.pair is not None:
                if indicator.refuted:
                    yield from _judged(form_row(project, indicator, scheme))
            elif may_be_late(indicator.target, indicator.actual):
                yield from _late(form_row(project, indicator, scheme), year)
    for row in card_rows(draft):
        if row.record.pair is not None:
            if row.record.refuted:
                yield from _judged(row)
        elif may_be_late(row.record.target, row.record.actual):
            yield from _late(row, year)


def _judged(row: Row) -> Iterator[Finding]:
    record, scheme = row.record, row.scheme
    score, weight, expected, pair = record.typed_score, record.weight, record.expected, record.pair
    rule = scheme.quantitative
    if score is None or weight is None or expected is None or pair is None or rule is None:
        return
    if score > weight:
        return
    if score == weight and excess_band(rule, pair) is not None:
        return  # whether the target was set low is another question (S013)
    fact = f"{row.called}：指标值{record.target}、完成值{record.actual}，得分写的是{points(score)}"
    if expected.score is None:
        fact += f"；{expected.formula}"
    else:
        more = "多" if score > expected.score else "少"
        fact += f"，按评分方案是{points(expected.score)}（{expected.formula}），{more}{points(abs(score - expected.score))}"
    yield _finding(row, rule, fact, "核对指标值、完成值和得分；另有扣分理由的")


def _late(row: Row, year: int) -> Iterator[Finding]:
    """Full marks for what was done after the time that was set."""
    record, rule = row.record, row.scheme.quantitative
    target, actual, score = record.target, record.actual, record.typed_score
    if rule is None or target is None or actual is None or not score or score != record.weight:
        return
    if is_late(target, actual, "".join(name for name in row.names if name), year):
        fact = f"{row.called}：指标值{target}、完成值{actual}，完成得晚了，得分写的却是满分{points(score)}"
        yield _finding(row, rule, fact, "核对完成的时间；确实晚了的，按规定扣分；晚了不扣的理由")


def _finding(row: Row, rule: QuantitativeRule, fact: str, hint: str) -> Finding:
    reason = row.reason
    return Finding(
        row.record.span_of("typed_score"),
        fact + (f"；{row.field}里写了理由" if reason else ""),
        "核对理由能不能成立" if reason else f"{hint}，写在“{row.field}”里",
        ((rule.span_of("basis"), "评分方案的依据"),),
        severity=Severity.INFO if reason else None,
    )


CHECK = Check(
    Code.QUANTITATIVE_SCORE,
    Severity.ERROR,
    title="定量指标的得分不等于按评分方案算出的得分",
    rule="指标值、完成值都是数，单位也相同（元、万元、亿元互相换算）的，得分应当等于评分方案给的得分：完成的得满分；没有完成的按方案的公式算，"
    "按方案的小数位四舍五入，之后一分一毫都要相同。写了偏差原因（评分表写了说明）的，只提示；“无”“同上”“无偏差”不算原因。"
    "指标值是时限（12月10日前、三季度末、一年内）的，完成值晚于时限，不应当得满分；没有写年的，按报告年度看。"
    "没有比较符、又说不准是多好还是少好的（成本、用时、投诉……），区间，单位不同的，不看。",
    source="财预〔2020〕10号第十六条；评分方案“定量指标”一段的依据",
    mend="先核对指标值和完成值，再按算出的得分改；另有扣分理由的，在偏差原因里写清楚。总分跟着改。",
    find=_find,
)
