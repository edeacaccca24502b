"""What is still to be filled in of a report, from its files as they are: nothing is compiled, nothing reported."""

from __future__ import annotations

from pathlib import Path

from compiler.diagnostics import Diagnostics
from compiler.evaluation.report import Report
from compiler.gaps import Gap, gaps_in_prose
from compiler.inputs import read_data
from compiler.readers.yaml_data import read_yaml
from compiler.schema import read_file
from compiler.worklist import Progress, progress
from compiler.workspace import Workspace


def remaining(workspace: Workspace, folder: Path) -> tuple[tuple[Gap, ...], Progress]:
    """The gaps of the report in `folder`, of all its prose, and how far it is filled in.

    Raises `WorkspaceError` when a folder cannot be read.
    """
    problems = Diagnostics()
    gaps: list[Gap] = []
    source = workspace.read_text(folder / "report.yaml", problems)
    raw = read_yaml(source, problems) if source else None
    report = read_file(Report, raw, problems, gaps=gaps) if raw else None
    gaps += read_data(workspace, folder, report, problems, lambda stage, done, whole: None).gaps
    for path in workspace.files(folder / "narrative", ".md"):
        if (prose := workspace.read_text(path, problems)) is not None:
            gaps += gaps_in_prose(prose)
    return tuple(gaps), progress(workspace, folder, gaps, problems.faulty)
