"""A result in words is scored inside its band."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from compiler.checks.check import Check, Draft, Finding
from compiler.checks.reasons import reason_of
from compiler.checks.scoring.rows import (
    Row,
    card_rows,
    form_row,
    group_called,
    points,
    typed_form_rows,
)
from compiler.diagnostics import Code, Severity
from compiler.evaluation.measure import parse_measure
from compiler.evaluation.project import Indicator
from compiler.evaluation.scorecard import Scorecard, ScoreRow

_UNDONE = frozenset(
    no + word
    for no in [
        "未",
        "没有",
        "没",
        "尚未",
        "还未",
        "还没有",
        "未能",
        "未按期",
        "未按时",
        "未全部",
        "没有全部",
        "部分",
    ]
    for word in ["完成", "达成", "实现", "达标", "达到", "开展", "实施", "启动"]
) | {"没做", "未做", "未开工"}
"""Results that are no full success, whatever the target is."""


def _find(draft: Draft) -> Iterator[Finding]:
    scheme = draft.project_scheme
    if scheme is not None:
        for project, indicator in typed_form_rows(draft):
            if indicator.pair is None and _is_suspect(indicator):
                yield from _judged(form_row(project, indicator, scheme))
    for row in card_rows(draft):
        if row.record.pair is None and _is_suspect(row.record):
            yield from _judged(row)
    if draft.scorecard is not None and draft.department_scheme is not None:
        yield from _undone_together(draft.scorecard)


def _is_suspect(record: Indicator | ScoreRow) -> bool:
    """Whether a row whose result is in words is worth a closer look: most have full marks for what was wanted."""
    if record.typed_score == record.weight:
        return record.actual in _UNDONE or record.refuted
    return record.refuted or (record.target == record.actual and reason_of(record) is None)


def _judged(row: Row) -> Iterator[Finding]:
    score, weight = row.record.typed_score, row.record.weight
    if score is None or not weight or score > weight:
        return
    if row.record.refuted:
        yield from _outside(row, score, weight)
    elif row.record.target is not None and row.record.actual is not None:
        yield from _in_words(row, row.record.target, row.record.actual, score, weight)


def _in_words(row: Row, target: str, actual: str, score: Decimal, weight: Decimal) -> Iterator[Finding]:
    """Words that the scheme does not know, and that say all the same whether the target was met."""
    record = row.record
    if target != actual:
        if actual in _UNDONE and score == weight:
            yield Finding(
                record.span_of("typed_score"),
                f"{row.called}：完成值写的是“{actual}”，得分写的却是满分{points(score)}",
                "核对完成值和得分：没有完成的，照规定扣分；完成了的，改完成值",
                ((record.span_of("actual"), "完成值写在这里"),),
            )
    elif score < weight and record.expected is None and not parse_measure(target):
        yield Finding(
            record.span_of("typed_score"),
            f"{row.called}：指标值、完成值都是“{actual}”，却扣了{points(weight - score)}"
            f"（分值{points(weight)}，得分{points(score)}），{row.field}里没有写理由",
            f"核对得分；确实要扣的，在“{row.field}”里写明为什么",
            ((record.span_of("actual"), "完成值写在这里"),),
            severity=Severity.WARNING,
        )


def _undone_together(card: Scorecard) -> Iterator[Finding]:
    """Rows without marks of their own, in a group or a part that has full marks."""
    for part in card.parts:
        for group in part.groups:
            owner, name = (
                (group, group_called(part, group)) if group.weight else (part, f"评分表的“{part.name}”")
            )
            score = owner.typed_score
            if not score or score != owner.weight:
                continue
            for row in group.rows:
                if row.weight is None and row.typed_score is None and row.actual in _UNDONE:
                    yield Finding(
                        row.span_of("actual"),
                        f"评分表的“{row.name}”：完成值写的是“{row.actual}”，{name}得分却是满分{points(score)}",
                        "核对完成值和得分：没有完成的，照规定扣分；完成了的，改完成值",
                        ((owner.span_of("typed_score"), "满分写在这里"),),
                    )


def _outside(row: Row, score: Decimal, weight: Decimal) -> Iterator[Finding]:
    record, rule = row.record, row.scheme.qualitative
    expected = record.expected
    if expected is None or rule is None:
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
    "两端先按方案的小数位四舍五入。完成值用别的说法（好、满意、完成……）的，只看两样："
    "写“未完成”“没有达成”“部分完成”这样的，不应当得满分（几行合计一个分值的，看那一组）；"
    "完成值与指标值一字不差，却扣了分的，要在偏差原因（评分表在说明）里写理由，没有写的，警告。",
    source="财预〔2020〕10号第十六条；评分方案“定性指标”一段的依据",
    mend="完成值和得分说的应当是同一档，改正其中一个。",
    find=_find,
)
