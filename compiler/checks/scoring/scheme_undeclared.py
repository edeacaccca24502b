"""Scores can be judged only by a scheme."""

from __future__ import annotations

from collections.abc import Iterator

from compiler.checks.check import Check, Draft, Finding
from compiler.diagnostics import Code, Severity
from compiler.source import Span


def _find(draft: Draft) -> Iterator[Finding]:
    if draft.scorecard is not None and draft.department_scheme is None:
        yield Finding(
            _place(draft),
            "有评分表，却没有声明部门整体的评分方案，得分和等级没有核对",
            "在 report.yaml 里写 评分方案: {部门整体: …}，名称见 templates/评分方案",
            ((draft.scorecard.span, "评分表在这里"),),
        )
    if draft.project_scheme is None:
        scored = [project for project in draft.projects if project.scored_rows]
        if scored:
            yield Finding(
                _place(draft),
                f"{len(scored)}个项目的自评表有分值、得分，却没有声明项目支出的评分方案，得分没有核对",
                "在 report.yaml 里写 评分方案: {项目支出: …}，名称见 templates/评分方案",
                ((scored[0].scored_rows[0].span, f"{scored[0].title}的分值、得分从这里起"),),
            )


def _place(draft: Draft) -> Span:
    return draft.report.span_of("schemes" if draft.report.schemes else "kind")


CHECK = Check(
    Code.SCHEME_UNDECLARED,
    Severity.ERROR,
    title="没有声明评分方案",
    rule="有评分表的，要声明部门整体的评分方案；项目自评表填了分值、得分的，要声明项目支出的评分方案。项目只填资金、没有分值的，不用声明。",
    source="财预〔2020〕10号第十六条、第十八条（得分和等级按规定的方法评定）",
    mend="问清今年按哪个文件打分，在 report.yaml 的“评分方案”里写上它的名称。templates/评分方案 里没有的，请模板管理员照文件做一个。",
    find=_find,
)
