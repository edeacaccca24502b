"""What a group explains has a row in it."""

from __future__ import annotations

import re
from collections.abc import Iterator

from compiler.checks.check import Check, Draft, Finding
from compiler.checks.words import DataText
from compiler.diagnostics import Code, Severity
from compiler.evaluation.scheme import Scheme, bare
from compiler.evaluation.scorecard import ScoreGroup
from compiler.patterns import pattern

_HEAD = pattern(r"^[ \t\u3000]*([^：:。；\n]{2,60})[：:]", re.MULTILINE)
"""产出质量：… and 经济效益、社会效益、环境效益：…"""
_NAME = pattern(r"[^、，,]+")


def _find(draft: Draft) -> Iterator[Finding]:
    card, scheme = draft.scorecard, draft.department_scheme
    if card is None or scheme is None:
        return
    rows = {bare(row.name) for part in card.parts for group in part.groups for row in group.rows}
    for part in card.parts:
        for group in part.groups:
            if group.explanation is not None:
                yield from _lacking(group, group.explanation, _expected(group, scheme), rows)


def _expected(group: ScoreGroup, scheme: Scheme) -> frozenset[str]:
    """The indicators that the scheme has for a group; all of it when the group has no name of the scheme."""
    own = {bare(level_1): level_2 for level_1, level_2 in scheme.taxonomy.items()}.get(bare(group.name or ""))
    names = own if own else [name for level_2 in scheme.taxonomy.values() for name in level_2]
    return frozenset(map(bare, names))


def _lacking(
    group: ScoreGroup, explanation: str, expected: frozenset[str], rows: set[str]
) -> Iterator[Finding]:
    told: set[str] = set()
    for head in _HEAD.finditer(explanation):
        for found in _NAME.finditer(explanation, head.start(1), head.end(1)):
            text = found[0].strip()
            name = bare(text)
            if name not in expected or name in told or any(name in row for row in rows):
                continue
            told.add(name)
            start = explanation.index(text, found.start())
            yield Finding(
                DataText(group, "指标解释", "explanation", explanation).span(start, start + len(text)),
                f"指标解释里有“{text}”，评分表里没有这一行",
                f"考核“{text}”的，补上这一行；不考核的，从指标解释里删去",
                ((group.span, f"这一组有{'、'.join(row.name for row in group.rows)}"),),
            )


CHECK = Check(
    Code.EXPLANATION_WITHOUT_ROW,
    Severity.WARNING,
    title="指标解释说到的指标，评分表里没有",
    rule=(
        "评分表一组的指标解释里，以“名称：”或“名称、名称：”开头的句子说到的指标，评分表里要有这一行。"
        "只认声明的部门整体评分方案里有的指标名称；没有声明方案的，不看。"
    ),
    source="财预〔2020〕10号第二十五条（内容完整）；指标名称以声明的评分方案为准",
    mend="补上漏掉的行，连同分值、得分；本单位不用的指标，从解释里删去。",
    find=_find,
)
