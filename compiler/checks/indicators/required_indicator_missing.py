"""A form has the second-level indicators that the scheme wants set."""

from __future__ import annotations

from collections.abc import Iterator

from compiler.checks.check import Check, Draft, Finding
from compiler.diagnostics import Code, Severity, nearest
from compiler.evaluation.scheme import bare


def _find(draft: Draft) -> Iterator[Finding]:
    scheme = draft.project_scheme
    if scheme is None or not scheme.required:
        return
    required = {bare(name): name for name in scheme.required}
    known = {bare(name) for level_2 in scheme.taxonomy.values() for name in level_2}
    for project in draft.projects:
        given = {row.level_2 for row in project.indicators or ()} - {None}
        if not given or required.keys() <= (names := {bare(name) for name in given if name}):
            continue
        # A name with a slip in it is there; that it is wrong is said by another rule.
        slips = {nearest(name, required) for name in names - known}
        lacking = [name for short, name in required.items() if short not in names and short not in slips]
        if lacking:
            yield Finding(
                project.span_of("indicators"),
                f"{project.title}的绩效指标里没有{'、'.join(lacking)}",
                f"评分方案“{scheme.name}”要求设，补上这一行",
            )


CHECK = Check(
    Code.REQUIRED_INDICATOR_MISSING,
    Severity.WARNING,
    title="缺少应当设置的二级指标",
    rule=(
        "自评表里应当有声明的评分方案要求必设的二级指标（方案里的“必设”）。"
        "没有绩效指标的项目、没有写二级指标的表、没有声明评分方案的，不看。"
    ),
    source="财预〔2021〕101号（数量指标、质量指标原则上必设），以声明的评分方案为准",
    mend="补上缺的二级指标，设好指标值和分值，各级分值重新分配。",
    find=_find,
)
