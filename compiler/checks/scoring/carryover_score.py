"""The scores of 结转结余率 and 部门预决算差异率 follow from the rates."""

from __future__ import annotations

from collections.abc import Iterator

from compiler.checks.check import Check, Draft, Finding
from compiler.checks.reasons import reason_of
from compiler.checks.scoring.rows import points
from compiler.diagnostics import Code, Severity


def _find(draft: Draft) -> Iterator[Finding]:
    scheme, card = draft.department_scheme, draft.scorecard
    if scheme is None or card is None:
        return
    for part in card.parts:
        for group in part.groups:
            for row in group.scored_rows:
                rule, score, weight, expected = (
                    scheme.deduction_for(row.name),
                    row.typed_score,
                    row.weight,
                    row.expected,
                )
                if rule is None or score is None or weight is None or expected is None:
                    continue
                if not row.refuted or score > weight:
                    continue
                right, reason = expected.score, reason_of(row)
                asked = (
                    f"应当是{points(right)}"
                    if right is not None
                    else (f"应当在{points(expected.low)}到{points(expected.high)}之间")
                )
                yield Finding(
                    row.span_of("typed_score"),
                    f"评分表的“{row.name}”得分写的是{points(score)}，按评分方案{asked}（{expected.formula}）"
                    + ("；说明里写了理由" if reason else ""),
                    "核对理由能不能成立" if reason else "核对两个率和得分；属于例外情形的，写在“说明”里",
                    ((rule.span_of("basis"), "评分方案的依据"),),
                    severity=Severity.INFO if reason else None,
                )


CHECK = Check(
    Code.CARRYOVER_SCORE,
    Severity.ERROR,
    title="结转结余率、部门预决算差异率的得分不合扣分规则",
    rule="结转结余率与上年比，部门预决算差异率与市级平均（report.yaml 的参数）比：没有高出的得满分；高出的，按方案每高多少扣多少，扣完为止。"
    "行里写了上年值、本年值的用行里的，没有的用 budget.yaml 的。方案没有说不足一档怎样扣的，两种扣法之间都算对。"
    "缺上年的率、缺市级平均的，不看。“说明”里写了扣分理由的，只提示；不到6个字的、“另有理由”这样没有说出理由的，不算。",
    source="评分方案“结转结余率”“部门预决算差异率”两段的依据",
    mend="核对率的分子、分母和对比的数，按扣分规则改得分；因客观原因例外处理的，在“说明”里写明。",
    find=_find,
)
