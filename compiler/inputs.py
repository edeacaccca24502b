"""What a report is made from, read and typed: its data, and the template of its kind.

Everything wrong is reported; what could not be read stands as `Broken`, so that the rest is still looked through.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from compiler.diagnostics import Code, Diagnostics, nearest
from compiler.evaluation.funds import Budget
from compiler.evaluation.project import Project
from compiler.evaluation.report import Department, Report
from compiler.evaluation.scorecard import Scorecard
from compiler.gaps import Gap
from compiler.named import NamedTuple
from compiler.outline import Outline
from compiler.rawdata import RawFile, Scalar
from compiler.readers.style_sheet import read_style
from compiler.readers.table_template import read_table_template
from compiler.readers.yaml_data import read_yaml
from compiler.record import Broken, Facts, Missing, Record
from compiler.safe_names import is_passed_over
from compiler.schema import read_file
from compiler.schemes import NO_KINDS, Declared, read_schemes
from compiler.source import Source, Span
from compiler.style import Style
from compiler.table_program import TableProgram
from compiler.workspace import AnyPath, Workspace, is_folder

if TYPE_CHECKING:
    from compiler.charts.program import ChartProgram
    from compiler.reuse import Reader

R = TypeVar("R", bound=Record)
Progress = Callable[[str, int, int], None]
"""Told what is being done, how much of it is done, and how much there is."""


class Data(NamedTuple):
    """A report's data files; what could not be read is `Broken` in the scope, and lacking beside it."""

    scope: dict[str, Any]
    """The names that expressions see."""
    department: Department | None
    budget: Budget | None
    scorecard: Scorecard | None
    projects: tuple[Project, ...]
    gaps: tuple[Gap, ...]
    """What is still to be filled in."""


class Inputs(NamedTuple):
    """Everything a report is made from, read and typed, but for its prose."""

    report: Report
    outline: Outline
    style: Style | None
    """None only when that is reported."""
    tables: Mapping[str, TableProgram]
    charts: Mapping[str, ChartProgram]
    data: Data
    schemes: Declared
    gaps: tuple[Gap, ...]
    """What is still to be filled in of report.yaml and the data."""

    @property
    def scope(self) -> dict[str, Any]:
        """The names that expressions see."""
        return self.data.scope


def read_inputs(workspace: Workspace, folder: Path, sink: Diagnostics, progress: Progress) -> Inputs | None:
    """Data and template, everything wrong being reported; None when there is no report or no outline to go by."""
    if not are_folders(workspace, folder, ("", *DATA_FOLDERS, *_PROSE_FOLDERS), sink):
        return None
    raw = read_raw(workspace, folder / "report.yaml", sink)
    gaps: list[Gap] = []
    report = read_file(Report, raw, sink, gaps=gaps) if raw else None
    if report is not None:
        check_folder(report, folder, sink)
    kind = raw.root.entries.get("文种") if raw else None
    template = outline = style = None
    tables: dict[str, TableProgram] = {}
    charts: dict[str, ChartProgram] = {}
    if raw and isinstance(kind, Scalar) and kind.text:
        template = _template_folder(workspace, kind.text, raw.span(kind.place), sink)
    if template is not None:
        outline = workspace.read_as(template / "outline.yaml", _outline, sink)
        style = read_look(workspace, template, sink)
        tables = _named(workspace, template, outline, _TABLES, sink)
        charts = _named(workspace, template, outline, _CHARTS, sink)
    schemes = read_schemes(workspace, report, sink)
    data = read_data(workspace, folder, report, sink, progress)
    score_data(data, schemes, report)
    if report is None or outline is None:
        return None
    return Inputs(report, outline, style, tables, charts, data, schemes, (*gaps, *data.gaps))


DATA_FOLDERS, _PROSE_FOLDERS = ("data", "data/projects"), ("narrative", "narrative/projects")
"""Of a report."""


def are_folders(workspace: Workspace, folder: Path, names: Iterable[str], sink: Diagnostics) -> bool:
    """Whether none of these of a report is a file, which is reported: all that would be in it would be missed one by one."""
    for path in (folder / name for name in names):
        if path.is_file():
            advice = "移走它，新建同名的文件夹，把里面的文件放回去"
            sink.error(
                Code.UNREADABLE_FILE, workspace.start_of(path), "这里应当是文件夹，却是一个文件", advice
            )
            return False
    return True


def score_data(data: Data, schemes: Declared, report: Report | None) -> None:
    """Let the schemes work out the scores of the data that do not give them."""
    if schemes.project is not None:
        for project in data.projects:
            project.score_by(schemes.project)
    if schemes.department is not None and data.scorecard is not None:
        data.scorecard.score_by(schemes.department, data.budget, report.parameters if report else None)


def read_report(workspace: Workspace, folder: Path, sink: Diagnostics) -> Report | None:
    """The folder's report.yaml; None when something is wrong with it, which is reported."""
    return _record(workspace, folder / "report.yaml", Report, sink, gaps=[])


def read_look(workspace: Workspace, template: Path, sink: Diagnostics) -> Style | None:
    """The look that a template's style.yaml declares; None when something is wrong with it, which is reported."""
    return workspace.read_as(template / "style.yaml", _look, sink)


def _outline(source: Source, sink: Diagnostics) -> Outline | None:
    raw = read_yaml(source, sink)
    return read_file(Outline, raw, sink) if raw else None


def _look(source: Source, sink: Diagnostics) -> Style | None:
    raw = read_yaml(source, sink)
    return read_style(raw, sink) if raw else None


def read_raw(workspace: Workspace, path: AnyPath, sink: Diagnostics) -> RawFile | None:
    """A YAML file as it stands; None when it cannot be read, which is reported."""
    source = workspace.read_text(path, sink)
    return read_yaml(source, sink) if source else None


def _record(
    workspace: Workspace,
    path: AnyPath,
    cls: type[R],
    sink: Diagnostics,
    unit: str = "元",
    gaps: list[Gap] | None = None,
) -> R | None:
    """A YAML file as a record of the schema."""
    raw = read_raw(workspace, path, sink)
    return read_file(cls, raw, sink, unit, gaps) if raw else None


def check_folder(report: Report, folder: Path, sink: Diagnostics) -> None:
    """content/<单位>/<年度>: a copied folder in which report.yaml was forgotten would overwrite another report."""
    for attribute, word, value, name in (
        ("department", "单位", report.department, folder.parent.name),
        ("year", "年度", str(report.year), folder.name),
    ):
        if value != name:
            sink.error(
                Code.MISMATCH,
                report.span_of(attribute),
                f"{word}写的是“{value}”，文件夹却叫“{name}”",
                "改正其中一个，两处要一致",
            )


def _template_folder(workspace: Workspace, kind: str, span: Span, sink: Diagnostics) -> Path | None:
    with os.scandir(workspace.root / "templates") as entries:
        kinds = sorted(
            entry.name
            for entry in entries
            if is_folder(entry) and entry.name not in NO_KINDS and not is_passed_over(entry.name)
        )
    if kind in kinds:
        return workspace.root / "templates" / kind
    near = nearest(kind, kinds)
    sink.error(
        Code.NOT_A_CHOICE,
        span,
        f"没有叫“{kind}”的文种",
        (f"是不是“{near}”？" if near else "") + f"templates 里有：{'、'.join(kinds)}",
    )
    return None


class _Parts(NamedTuple):
    """What a template's folder holds that its outline names."""

    folder: str
    suffix: str
    attribute: str
    """Of an entry of the outline."""
    noun: str
    read: Reader[Any]
    """Makes of a file what it says."""


def _chart(source: Source, sink: Diagnostics) -> ChartProgram | None:
    from compiler.charts.declaration import read_chart  # late: few templates have one

    raw = read_yaml(source, sink)
    return read_chart(raw, sink) if raw else None


_TABLES = _Parts("tables", ".html", "tables", "表模板", read_table_template)
_CHARTS = _Parts("charts", ".yaml", "charts", "图", _chart)


def _named(
    workspace: Workspace, template: Path, outline: Outline | None, parts: _Parts, sink: Diagnostics
) -> dict[str, Any]:
    """Every table template or chart that the outline names; without an outline all there are, for their errors."""
    found: dict[str, Any] = {}
    if outline is None:
        for file in workspace.files(template / parts.folder, parts.suffix):
            workspace.read_as(file, parts.read, sink)
        return found
    entries: list[Any] = [*outline.entries, *(outline.attachments or ())]
    while entries:
        entry = entries.pop(0)
        entries += entry.entries or ()
        for name in getattr(entry, parts.attribute) or ():
            span = entry.span_of(parts.attribute)
            path = (
                None
                if name in found
                else workspace.inside(template / parts.folder, f"{name}{parts.suffix}", span, sink)
            )
            if path is None:
                continue
            if not path.exists():
                have = sorted(file.stem for file in workspace.files(template / parts.folder, parts.suffix))
                near = nearest(name, have)
                sink.error(
                    Code.MISSING_FILE,
                    span,
                    f"没有叫“{name}”的{parts.noun}",
                    (f"是不是“{near}”？" if near else "")
                    + (
                        f"{parts.folder} 里有：{'、'.join(have)}"
                        if have
                        else f"{parts.folder} 里还没有{parts.noun}"
                    ),
                )
                continue
            program = workspace.read_as(path, parts.read, sink)
            if program is not None:
                found[name] = program
    return found


_DATA_FILES: dict[str, tuple[str, type[Record], bool]] = {
    "department": ("单位", Department, True),
    "budget": ("预算", Budget, False),
    "scorecard": ("评分表", Scorecard, False),
}
"""File in data/: its name in expressions, its schema, whether it must be there."""


def read_data(
    workspace: Workspace, folder: Path, report: Report | None, sink: Diagnostics, progress: Progress
) -> Data:
    """The files in data/; without a report, for the errors only."""
    scope: dict[str, Any] = {"年度": report.year, "上年": report.year - 1} if report else {}
    unit = report.unit if report else "元"
    data = folder / "data"
    gaps: list[Gap] = []
    for stem, (name, cls, needed) in _DATA_FILES.items():
        path = data / f"{stem}.yaml"
        if needed or os.path.lexists(path):
            record = _record(workspace, path, cls, sink, unit, gaps)
            scope[name] = record or Broken(workspace.start_of(path))
        else:
            scope[name] = Missing("这份报告", name, None)
    department = scope["单位"]
    if report and isinstance(department, Department) and department.name != report.department:
        sink.error(
            Code.MISMATCH,
            department.span_of("name"),
            f"这里的名称是“{department.name}”，report.yaml 里的单位却是“{report.department}”",
            "改正其中一个，两处要一致",
            ((report.span_of("department"), "report.yaml 里是这样写的"),),
        )
    files = workspace.file_names(data)
    inner = os.path.join(data, "projects", "")
    wanted = [
        file
        for file in files
        if file.startswith(inner) and file.endswith(".yaml") and os.sep not in file[len(inner) :]
    ]
    used = {*wanted, *(os.path.join(data, f"{stem}.yaml") for stem in _DATA_FILES)}
    for file in files:
        if file not in used:
            sink.error(
                Code.UNUSED_FILE,
                workspace.start_of(file),
                "没有哪里会用到这个数据文件",
                f"data 里只用 {'、'.join(f'{stem}.yaml' for stem in _DATA_FILES)} 和 projects 里的 .yaml；改名，或移走",
            )
    projects = _projects(workspace, wanted, unit, gaps, sink, progress)
    scope["项目"] = projects
    scope["参数"] = report.parameters if report and report.parameters is not None else Facts()
    return Data(
        scope,
        _sound(scope["单位"], Department),
        _sound(scope["预算"], Budget),
        _sound(scope["评分表"], Scorecard),
        tuple(project for project in projects if type(project) is Project),
        tuple(gaps),
    )


def _sound(value: Any, cls: type[R]) -> R | None:
    return value if type(value) is cls else None


def _projects(
    workspace: Workspace, paths: list[str], unit: str, gaps: list[Gap], sink: Diagnostics, progress: Progress
) -> tuple[Project | Broken, ...]:
    projects: list[Project | Broken] = []
    names: dict[str, Span] = {}
    for number, path in enumerate(paths):
        if not number % 50:
            progress("读数据", number, len(paths))
        project = _record(workspace, path, Project, sink, unit, gaps)
        stem = path.rpartition(os.sep)[2].removesuffix(".yaml")
        if project is None:
            projects.append(Broken(workspace.start_of(path), stem))
            continue
        project.id = stem
        span = project.span_of("name")
        if "name" in project.unfilled:
            pass  # it is called like every other that has no name yet
        elif project.name in names:
            sink.error(
                Code.DUPLICATE_ENTRY,
                span,
                f"项目“{project.name}”有两个文件",
                "删去重复的一个，或改正名称",
                ((names[project.name], "另一个在这里"),),
            )
        names.setdefault(project.name, span)
        projects.append(project)
    return tuple(projects)
