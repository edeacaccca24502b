"""What a new record needs: the one table of the keys that are left open in it, and the prose of a new project."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from compiler.evaluation.funds import AMOUNTS, Funds, FundsBySource
from compiler.evaluation.project import Basis, Goal, Indicator, Project, Total
from compiler.evaluation.scorecard import Scorecard, ScoreGroup, ScorePart, ScoreRow
from compiler.outline import Attachment, Entry, Outline
from compiler.record import Record

WHOLE_OF_FUNDS = "年度资金总额"
"""The row of 资金 that is the sum of the others."""
_SCORED = ("分值", "得分")
NEEDED: Mapping[type[Record], tuple[str, ...]] = {
    Project: ("主管部门", "实施单位", *AMOUNTS, "资金", "年度总体目标", "绩效指标", "总分"),
    FundsBySource: (WHOLE_OF_FUNDS, "当年财政拨款"),
    Funds: (*AMOUNTS, *_SCORED),
    Goal: ("预期目标", "实际完成情况"),
    Indicator: ("二级", "三级", "指标值", "完成值", *_SCORED),
    Total: _SCORED,
    Basis: ("文号",),
    Scorecard: (),
    ScorePart: _SCORED,
    ScoreGroup: (*_SCORED, "指标解释", "评分标准"),
    ScoreRow: ("指标值", "完成值", *_SCORED, "指标解释", "评分标准"),
}
"""The keys of a new record that must not stay blank, where the records like it have them; besides those that the schema
requires. What is not named here is computed (执行率), is there only in some cases (偏差原因, 结余去向, 印发机关), or is a
remark (说明). tests/test_new_records.py holds it against what a new year leaves open.
"""
PROJECT_PROSE = "这个项目做了什么、花了多少钱、效果怎样"
"""What is to be written in the narrative of a project."""


def prose_for(title: str) -> str:
    """A file of prose in which all is still to be written."""
    return f"〔待填：{title}〕\n"


def entries_of(outline: Outline) -> Iterator[Entry | Attachment]:
    """Every entry of an outline, from the top."""
    entries: list[Entry | Attachment] = [*outline.entries, *(outline.attachments or ())]
    while entries:
        entry = entries.pop(0)
        entries[:0] = entry.entries or ()
        yield entry


def project_folders(outline: Outline) -> list[str]:
    """The folders in narrative/ in which every project has a file."""
    folders = [entry.narrative for entry in entries_of(outline) if entry.narrative and is_of_projects(entry)]
    return list(dict.fromkeys(folders))


def is_of_projects(entry: Entry | Attachment) -> bool:
    """Whether an entry is there for each project."""
    return entry.each is not None and entry.each.text.startswith("项目")
