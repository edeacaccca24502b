"""A row that loses so much for each point missed has only so many possible scores."""

from __future__ import annotations

from collections.abc import Iterator

from compiler.checks.check import Check, Draft, Finding
from compiler.checks.scoring.rows import points
from compiler.diagnostics import Code, Severity
from compiler.evaluation.scheme import PointsRule
from compiler.evaluation.scorecard import ScoreRow
from compiler.evaluation.scoring import counts_points, plain


def _find(draft: Draft) -> Iterator[Finding]:
    scheme, card = draft.department_scheme, draft.scorecard
    if scheme is None or card is None or not scheme.points:
        return
    for part in card.parts:
        for group in part.groups:
            for row in group.scored_rows:
                rule = scheme.points_for(row.name)
                if rule is not None:
                    yield from _judged(row, rule)


def _judged(row: ScoreRow, rule: PointsRule) -> Iterator[Finding]:
    pair, score, weight, expected = row.pair, row.typed_score, row.weight, row.expected
    basis = ((rule.span, "评分方案的扣分要点"),)
    if pair is not None and counts_points(rule, pair) and pair.actual > rule.count:
        yield Finding(
            row.span_of("actual"),
            f"评分表的“{row.name}”：完成值{row.actual}，要点一共只有{rule.count}个",
            "核对合格的要点有几个",
            basis,
        )
        return
    if not row.refuted or score is None or weight is None or expected is None or score > weight:
        return
    if expected.score is None:
        choices = "、".join(plain(choice) for choice in expected.choices)
        fact = f"得分{points(score)}扣不出来：{expected.formula}，只能得{choices}分"
    else:
        fact = f"完成值{row.actual}，得分写的是{points(score)}；{expected.formula}"
    yield Finding(
        row.span_of("typed_score"),
        f"评分表的“{row.name}”：{fact}",
        "数清有几个要点不合格，按要点扣分",
        basis,
    )


CHECK = Check(
    Code.DEDUCTION_POINTS,
    Severity.ERROR,
    title="得分不是按扣分要点能扣出来的",
    rule="评分方案列了扣分要点的行，得分只能是分值减去整数个要点的扣分，扣完为止。指标值、完成值写的是要点数（≥3项、2项）的，得分要与不合格的要点数相符，完成值不能比要点多。"
    "方案里没有扣分要点的行，不看。",
    source="评分方案“扣分要点”一段的依据",
    mend="对照评分标准，数清不合格的要点，按要点扣分。",
    find=_find,
)
