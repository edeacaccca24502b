"""The grade follows from the total score."""

from __future__ import annotations

from collections.abc import Iterator

from compiler.checks.check import Check, Draft, Finding
from compiler.checks.scoring.rows import points
from compiler.diagnostics import Code, Severity
from compiler.evaluation.scheme import GradeBand
from compiler.evaluation.scoring import grade_of, plain


def _find(draft: Draft) -> Iterator[Finding]:
    card = draft.scorecard
    rule = draft.department_scheme.grades if draft.department_scheme else None
    if card is None or rule is None or card.typed_grade is None:
        return
    typed, score = card.typed_grade, card.score
    place = card.span_of("typed_grade")
    known = next((band for band in rule.bands if typed == band.name or typed in (band.aliases or ())), None)
    right = grade_of(rule, score) if score is not None else None
    basis = ((rule.span_of("basis"), "评分方案的等级"),)
    if known is not None and right is not None and known.name != right and score is not None:
        yield Finding(
            place,
            f"总得分{points(score)}，等级应当是“{right}”（{_range(rule.bands, right)}），写的是“{typed}”",
            "核对总得分和等级；一档的上限不含在内",
            (((card.span_of("typed_score"), "总得分写在这里"),) if card.typed_score is not None else ())
            + basis,
            fix=right,
        )
    elif known is None or typed != known.name:
        name = known.name if known else right
        names = "、".join(band.name for band in rule.bands)
        yield Finding(
            place,
            f"等级写的是“{typed}”，规范的说法是{f'“{name}”' if known else names}",
            f"改成“{name}”" if name else f"用 {names} 之一",
            basis,
            fix=name or "",
            severity=Severity.INFO,
        )


def _range(bands: tuple[GradeBand, ...], name: str) -> str:
    """A grade's scores: 80分（含）到90分."""
    ordered = sorted(bands, key=lambda band: -band.lowest)
    index = next(index for index, band in enumerate(ordered) if band.name == name)
    low = f"{plain(ordered[index].lowest)}分（含）"
    return f"{low}到{points(ordered[index - 1].lowest)}" if index else f"{low}以上"


CHECK = Check(
    Code.GRADE,
    Severity.ERROR,
    title="等级与总得分不符，或者说法不规范",
    rule="评分表的等级，应当是总得分所在的一档：下限含在内，上限不含（89.99分是良，90分是优）。等级对、只是说法不规范的（优秀应为优），提示。"
    "没有填等级、没有总得分的，不看。",
    source="财预〔2020〕10号第十八条",
    mend="先核对总得分，再按得分改等级；说法用优、良、中、差。",
    find=_find,
)
