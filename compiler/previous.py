"""Last year's report, read to compare with: whatever is wrong with it is its own business."""

from __future__ import annotations

from pathlib import Path

from compiler.checks.check import Previous
from compiler.diagnostics import Diagnostics
from compiler.evaluation.report import Report
from compiler.inputs import read_data, read_report
from compiler.source import Source
from compiler.workspace import Workspace


def read_previous(workspace: Workspace, folder: Path, report: Report) -> Previous | None:
    """The sibling folder of the year before; None when there is none, when its data has errors, or when its report.yaml
    is of another year.
    """
    before = folder.parent / str(report.year - 1)
    if not (before / "report.yaml").exists():
        return None
    sink = Diagnostics()
    last = read_report(workspace, before, sink)
    if last is None or last.year != report.year - 1:
        return None
    data = read_data(workspace, before, last, sink, lambda stage, done, whole: None)
    if sink.has_errors:
        return None
    prose: dict[str, Source] = {}
    for path in workspace.files(before / "narrative", ".md"):
        source = workspace.read_text(path, sink)
        if source is not None:
            prose[path.relative_to(before / "narrative").with_suffix("").as_posix()] = source
    return Previous(last, data.department, data.budget, data.scorecard, data.projects, prose)
