"""There is more than one formula for targets that are not to be exceeded: the scheme has to say which."""

from __future__ import annotations

from collections.abc import Iterator

from compiler.checks.check import Check, Draft, Finding
from compiler.checks.scoring.rows import Row, card_rows, form_row, points, typed_form_rows
from compiler.diagnostics import Code, Severity
from compiler.evaluation.scoring import REVERSE, plain
from compiler.figures import EXACT, rounded


def _find(draft: Draft) -> Iterator[Finding]:
    scheme = draft.project_scheme
    if scheme is not None and scheme.quantitative is not None and scheme.quantitative.reverse is None:
        for project, indicator in typed_form_rows(draft):
            pair = indicator.pair
            if pair is not None and pair.direction == REVERSE and pair.actual > pair.target:
                yield from _judged(form_row(project, indicator, scheme))
    for row in card_rows(draft):
        rule = row.scheme.quantitative
        if rule is not None and rule.reverse is None:
            yield from _judged(row)


def _judged(row: Row) -> Iterator[Finding]:
    record, pair, rule = row.record, row.record.pair, row.scheme.quantitative
    score, weight = record.typed_score, record.weight
    if pair is None or rule is None or score is None or weight is None:
        return
    if pair.direction != REVERSE or pair.target <= 0 or pair.actual <= pair.target or score >= weight:
        return
    target, actual, digits = pair.target, pair.actual, row.scheme.digits
    first = rounded(EXACT.divide(EXACT.multiply(weight, target), actual), digits)
    second = rounded(
        EXACT.divide(EXACT.multiply(weight, max(2 * target - actual, 0 * target)), target), digits
    )
    yield Finding(
        record.span_of("typed_score"),
        f"{row.called}：完成值{record.actual}超过指标值{record.target}，得分{points(score)}：评分方案没有说反向指标怎样算，"
        f"指标值÷完成值×分值是{points(first)}，按超出比例扣是{plain(second)}分",
        "请模板管理员按今年的评分办法，在评分方案的“定量指标”里写上“反向”用哪个公式",
        ((rule.span, "评分方案的定量指标"),),
    )


CHECK = Check(
    Code.REVERSE_UNDECLARED,
    Severity.ERROR,
    title="反向指标扣了分，评分方案没有说用哪个公式",
    rule="完成值超过指标值的反向指标（≤、<、不超过……），得分低于分值的，评分方案要写明反向的公式：两种公式算出的得分不同。指标值是0的不看。",
    source="财预〔2020〕10号第十六条（未完成的按完成值与指标值的比例记分，没有给反向的公式）",
    mend="查清今年的评分办法用哪个公式，由模板管理员写进评分方案；写了以后，得分由程序核对。",
    find=_find,
)
