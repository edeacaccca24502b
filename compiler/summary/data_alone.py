"""The data of a report of which no document can be made, read without its prose and its template."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from compiler.diagnostics import Code, Diagnostic, Diagnostics, Severity
from compiler.gaps import Gap
from compiler.inputs import (
    DATA_FOLDERS,
    are_folders,
    check_folder,
    read_data,
    read_raw,
    read_report,
    score_data,
)
from compiler.named import NamedTuple
from compiler.previous import read_previous
from compiler.rawdata import Scalar
from compiler.schemes import read_schemes
from compiler.workspace import Workspace

if TYPE_CHECKING:
    from compiler.checks.check import Draft, Previous
    from compiler.evaluation.funds import Budget
    from compiler.evaluation.project import Project
    from compiler.evaluation.report import Report
    from compiler.evaluation.scorecard import Scorecard


class Figures(NamedTuple):
    """What a line is made of."""

    report: Report
    budget: Budget | None
    scorecard: Scorecard | None
    projects: tuple[Project, ...]
    previous: Previous | None
    gaps: tuple[Gap, ...]


def figures_of(draft: Draft) -> Figures:
    """Those of a report of which there is a draft."""
    return Figures(
        draft.report, draft.budget, draft.scorecard, draft.projects, draft.previous, tuple(draft.gaps)
    )


def read_figures(workspace: Workspace, folder: Path, sink: Diagnostics) -> Figures | None:
    """Those of the data in `folder`, whatever is wrong with the prose and the template of the report.

    None when the data, or whose and of which year they are, cannot be told for certain: that is in `sink`. Of department.yaml only the
    name counts, as no sum is made of the rest.
    """
    if not are_folders(workspace, folder, ("", *DATA_FOLDERS), sink):
        return None
    if not os.path.isdir(data_folder := folder / "data"):
        advice = "数据放在 data 文件夹里：看看是不是改了名，或者移走了"
        sink.error(Code.MISSING_FILE, workspace.start_of(data_folder), "没有这个文件夹", advice)
        return None
    report = read_report(workspace, folder, sink)
    if report is not None:
        check_folder(report, folder, sink)
    aside = Diagnostics()  # a scheme that is not there lets scores stand as they are
    schemes = read_schemes(workspace, report, aside)
    data = read_data(workspace, folder, report, sink, lambda stage, done, whole: None)
    if data.scorecard is not None and not os.path.lexists(of_department := data_folder / "budget.yaml"):
        # It is scored as a whole department: what its projects add up to is not what it has.
        advice = "有评分表的，预算写在 budget.yaml 里：看看是不是删了，或者移走了"
        sink.error(Code.MISSING_FILE, workspace.start_of(of_department), "没有这个文件", advice)
    name = workspace.shown(folder / "data" / "department.yaml")
    if report is None or any(item.severity is Severity.ERROR and not _is_beside(item, name) for item in sink):
        return None
    score_data(data, schemes, report)
    previous = read_previous(workspace, folder, report)
    return Figures(report, data.budget, data.scorecard, data.projects, previous, data.gaps)


def _is_beside(item: Diagnostic, department: str) -> bool:
    return item.span.source.path == department and item.code is not Code.MISMATCH


def identity(workspace: Workspace, folder: Path) -> tuple[str, int]:
    """单位 and 年度 as report.yaml has them, empty and 0 where it does not."""
    raw = read_raw(workspace, folder / "report.yaml", Diagnostics())
    values = raw.root.entries if raw else {}
    name, year = (
        value.text.strip() if isinstance(value := values.get(key), Scalar) else "" for key in ("单位", "年度")
    )
    return name, int(year) if year.isascii() and year.isdigit() and len(year) == 4 else 0
