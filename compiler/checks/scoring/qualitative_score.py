"""A result in words is scored inside its band."""

from __future__ import annotations

from collections.abc import Iterator

from compiler.checks.check import Check, Draft, Finding
from compiler.checks.scoring.rows import Row, points, refuted_rows
from compiler.diagnostics import Code, Severity


def _find(draft: Draft) -> Iterator[Finding]:
    for row in refuted_rows(draft):
        if row.record.pair is None:
            yield from _judged(row)


def _judged(row: Row) -> Iterator[Finding]:
    record, rule = row.record, row.scheme.qualitative
    score, weight, expected = record.typed_score, record.weight, record.expected
    if score is None or weight is None or expected is None or rule is None or score > weight:
        return
    yield Finding(
        record.span_of("typed_score"),
        f"{row.called}：完成值写的是“{record.actual}”，分值{points(weight)}，得分{points(score)}不在它的一档里：{expected.formula}",
        "核对完成值和得分：完成值属于另一档的，改完成值；得分打错的，改得分",
        ((record.span_of("actual"), "完成值写在这里"), (rule.span_of("basis"), "评分方案的依据")),
    )


CHECK = Check(
    Code.QUALITATIVE_SCORE,
    Severity.ERROR,
    title="定性指标的得分不在完成值所属的一档里",
    rule="完成值写的是评分方案里某一档的说法（达成、部分达成、未达成……）的，得分应当在这一档里：下限含在内，上限不含，最高一档含满分；"
    "两端先按方案的小数位四舍五入。完成值用别的说法（好、满意、完成……）的，不看。",
    source="财预〔2020〕10号第十六条；评分方案“定性指标”一段的依据",
    mend="完成值和得分说的应当是同一档，改正其中一个。",
    find=_find,
)
