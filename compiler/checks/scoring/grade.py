"""The grade follows from the total score."""

from __future__ import annotations

from collections.abc import Iterator

from compiler.checks.check import Check, Draft, Finding
from compiler.checks.scoring.rows import points
from compiler.diagnostics import Code, Severity
from compiler.evaluation.scheme import GradeBand, GradeRule
from compiler.evaluation.scoring import grade_of, plain
from compiler.record import Facts
from compiler.source import Span


def _find(draft: Draft) -> Iterator[Finding]:
    yield from _on_card(draft)
    for scheme in (draft.department_scheme, draft.project_scheme):
        if scheme is not None and scheme.grades is not None:
            yield from _in_parameters(draft.report.parameters or Facts(), scheme.grades)
            return


def _on_card(draft: Draft) -> Iterator[Finding]:
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
        )
    elif known is None:
        names = "、".join(band.name for band in rule.bands)
        by_score = f"；总得分{points(score)}，应当是“{right}”" if right and score is not None else ""
        yield Finding(
            place,
            f"等级写的是“{typed}”，评分方案的等级只有{names}{by_score}",
            "核对总得分和等级，改成方案的说法",
            basis,
        )
    elif typed != known.name:
        yield _other_word(place, "等级", typed, known, basis)


def _in_parameters(parameters: Facts, rule: GradeRule) -> Iterator[Finding]:
    """Only words that are known to stand for a grade: other things have grades of other scales."""
    for key, value in parameters.items():
        if type(value) is not str or not key.endswith("等级"):
            continue
        meant = next((band for band in rule.bands if value in (band.aliases or ())), None)
        place = parameters.span_of(key)
        if meant is not None and place is not None:
            yield _other_word(
                place, f"参数“{key}”", value, meant, ((rule.span_of("basis"), "评分方案的等级"),)
            )


def _other_word(
    place: Span, what: str, typed: str, meant: GradeBand, basis: tuple[tuple[Span, str], ...]
) -> Finding:
    """The right grade, called by a word that the scheme does not have."""
    return Finding(
        place,
        f"{what}写的是“{typed}”，规范的说法是“{meant.name}”",
        f"改成“{meant.name}”",
        basis,
        fix=meant.name,
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
    rule="评分表的等级，应当是总得分所在的一档：下限含在内，上限不含（89.99分是良，90分是优）。等级对、只是说法不规范的（优秀应为优），提示；"
    "report.yaml 的参数里，名称以“等级”结尾、值是这样的说法的，也提示。方案里没有的说法（合格、不合格），要人来定。"
    "没有填等级、没有总得分的，不看。",
    source="财预〔2020〕10号第十八条",
    mend="先核对总得分，再按得分改等级；说法用优、良、中、差。",
    find=_find,
)
