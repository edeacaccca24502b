"""The one place with the order: read -> passes -> write.

Every stage collects its errors and the next one goes on with what is sound, so that a clerk sees everything
that is wrong in one run: data that could not be read is `Broken`, and what depends on it is left out in silence.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from decimal import localcontext
from pathlib import Path
from typing import Any, NamedTuple

from compiler.diagnostics import Code, Diagnostics, nearest
from compiler.evaluation.model import Budget, Department, Project, Report, Scorecard
from compiler.expressions import Scope
from compiler.figures import EXACT, NumberRule
from compiler.outline import Outline
from compiler.passes import PASSES
from compiler.passes.assemble import Assembly
from compiler.passes.context import Context
from compiler.passes.substitute import fill, plain
from compiler.passes.tables import blocks_to_print
from compiler.rawdata import RawFile, Scalar
from compiler.readers.style_sheet import read_style
from compiler.readers.table_template import read_table_template
from compiler.readers.yaml_data import read_yaml
from compiler.record import Broken, Facts, Missing, Record
from compiler.schema import R, read_file
from compiler.source import Source, Span
from compiler.style import Style
from compiler.table_program import TableProgram
from compiler.tree import Block, Document, Metadata
from compiler.workspace import Workspace
from compiler.writers import WRITERS

Progress = Callable[[str, int, int], None]
"""Told what is being done, how much of it is done, and how much there is."""


class Result(NamedTuple):
    """What a build of one report came to."""

    folder: str
    """As messages name it."""
    outputs: tuple[Path, ...]
    """The files written; none when there was an error, or when nothing was asked for."""
    figures: int
    """Figures filled in."""
    diagnostics: Diagnostics


class Inputs(NamedTuple):
    """Everything a report is made from, read and typed, but for its prose."""

    report: Report
    outline: Outline
    style: Style | None
    """None only when that is reported."""
    tables: Mapping[str, TableProgram]
    scope: dict[str, Any]


def _quiet(stage: str, done: int, whole: int) -> None:
    """No progress."""


def build(
    workspace: Workspace,
    folder: Path,
    out: Path | None,
    formats: tuple[str, ...] = ("docx", "html"),
    *,
    strict: bool = False,
    progress: Progress = _quiet,
) -> Result:
    """Compile the report in `folder` and publish it under `out`/单位/年度/draft/.

    With `out` None everything is done but the writing: this is `check`. With `strict`, warnings also
    stop the publishing. Nothing is published unless all went well. Raises `WorkspaceError` when the disk refuses.
    """
    with localcontext(EXACT):
        return _build(workspace, folder.resolve(), out, formats, strict, progress)


def _build(
    workspace: Workspace,
    folder: Path,
    out: Path | None,
    formats: tuple[str, ...],
    strict: bool,
    progress: Progress,
) -> Result:
    sink = Diagnostics()
    shown = workspace.shown(folder)
    inputs = _read(workspace, folder, sink, progress)
    if inputs is None:
        _check_prose(workspace, folder / "narrative", sink)
        return Result(shown, (), 0, sink)
    context = Context(sink, inputs.outline.numbers.rule if inputs.outline.numbers else NumberRule())
    document = _document(workspace, folder, inputs, context)
    if out is None or sink.has_errors or inputs.style is None:
        for part in document.parts:
            for _ in blocks_to_print(part, context):
                pass
        return Result(shown, (), context.figures, sink)
    target = out.resolve() / folder.parent.name / folder.name / "draft"
    with workspace.staging(target) as staging:
        writers = [
            WRITERS[suffix](document, inputs.style, staging.open(f"{inputs.report.kind}.{suffix}"))
            for suffix in formats
        ]
        whole = sum(len(part.blocks) for part in document.parts)
        done = 0
        for part in document.parts:
            for writer in writers:
                writer.begin(part)
            for block in blocks_to_print(part, context):
                for writer in writers:
                    writer.write(block)
                done += 1
                if not done % 50:
                    progress("写出", done, whole)
        if sink.has_errors or (strict and len(sink)):
            return Result(shown, (), context.figures, sink)
        for writer in writers:
            writer.finish()
        return Result(shown, tuple(staging.publish()), context.figures, sink)


# Reading ---------------------------------------------------------------------------------


def _read(workspace: Workspace, folder: Path, sink: Diagnostics, progress: Progress) -> Inputs | None:
    """Data and template, everything wrong being reported; None when there is no report or no outline to go by."""
    raw = _raw(workspace, folder / "report.yaml", sink)
    report = read_file(Report, raw, sink) if raw else None
    if report is not None:
        _check_folder(report, folder, sink)
    kind = raw.root.entries.get("文种") if raw else None
    template = outline = style = None
    tables: dict[str, TableProgram] = {}
    if raw and isinstance(kind, Scalar) and kind.text:
        template = _template_folder(workspace, kind.text, raw.span(kind.place), sink)
    if template is not None:
        outline = _record(workspace, template / "outline.yaml", Outline, sink)
        look = _raw(workspace, template / "style.yaml", sink)
        style = read_style(look, sink) if look else None
        tables = _tables(workspace, template, outline, sink)
    scope = _data(workspace, folder, report, sink, progress)
    return Inputs(report, outline, style, tables, scope) if report and outline else None


def _raw(workspace: Workspace, path: Path, sink: Diagnostics) -> RawFile | None:
    source = workspace.read_text(path, sink)
    return read_yaml(source, sink) if source else None


def _record(workspace: Workspace, path: Path, cls: type[R], sink: Diagnostics, unit: str = "元") -> R | None:
    """A YAML file as a record of the schema."""
    raw = _raw(workspace, path, sink)
    return read_file(cls, raw, sink, unit) if raw else None


def _check_folder(report: Report, folder: Path, sink: Diagnostics) -> None:
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
    kinds = sorted(path.name for path in (workspace.root / "templates").iterdir() if path.is_dir())
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


def _tables(
    workspace: Workspace, template: Path, outline: Outline | None, sink: Diagnostics
) -> dict[str, TableProgram]:
    """Every table template that the outline names; without an outline all there are, for their errors."""
    tables: dict[str, TableProgram] = {}
    if outline is None:
        for file in workspace.files(template / "tables", ".html"):
            if source := workspace.read_text(file, sink):
                read_table_template(source, sink)
        return tables
    entries: list[Any] = [*outline.entries, *(outline.attachments or ())]
    while entries:
        entry = entries.pop(0)
        entries += entry.entries or ()
        for name in entry.tables or ():
            span = entry.span_of("tables")
            path = (
                None if name in tables else workspace.inside(template / "tables", f"{name}.html", span, sink)
            )
            if path is None:
                continue
            if not path.exists():
                have = sorted(file.stem for file in workspace.files(template / "tables", ".html"))
                near = nearest(name, have)
                sink.error(
                    Code.MISSING_FILE,
                    span,
                    f"没有叫“{name}”的表模板",
                    (f"是不是“{near}”？" if near else "") + f"tables 里有：{'、'.join(have)}",
                )
                continue
            source = workspace.read_text(path, sink)
            program = read_table_template(source, sink) if source else None
            if program is not None:
                tables[name] = program
    return tables


_DATA_FILES: dict[str, tuple[str, type[Record], bool]] = {
    "department": ("单位", Department, True),
    "budget": ("预算", Budget, False),
    "scorecard": ("评分表", Scorecard, False),
}
"""File in data/: its name in expressions, its schema, whether it must be there."""


def _data(
    workspace: Workspace, folder: Path, report: Report | None, sink: Diagnostics, progress: Progress
) -> dict[str, Any]:
    """The names that expressions see; without a report, for the errors only."""
    scope: dict[str, Any] = {"年度": report.year, "上年": report.year - 1} if report else {}
    unit = report.unit if report else "元"
    data = folder / "data"
    for stem, (name, cls, needed) in _DATA_FILES.items():
        path = data / f"{stem}.yaml"
        if needed or os.path.lexists(path):
            record = _record(workspace, path, cls, sink, unit)
            scope[name] = record or Broken(_start(workspace, path))
        else:
            scope[name] = Missing("这份报告", name, None)
    files = workspace.files(data)
    inner = os.path.join(data, "projects")
    wanted = [path for path in files if os.path.dirname(path) == inner and path.name.endswith(".yaml")]
    used = {*map(str, wanted), *(os.path.join(data, f"{stem}.yaml") for stem in _DATA_FILES)}
    for path in files:
        if str(path) not in used:
            sink.error(
                Code.UNUSED_FILE,
                _start(workspace, path),
                "没有哪里会用到这个数据文件",
                f"data 里只用 {'、'.join(f'{stem}.yaml' for stem in _DATA_FILES)} 和 projects 里的 .yaml；改名，或移走",
            )
    scope["项目"] = _projects(workspace, wanted, unit, sink, progress)
    scope["参数"] = report.parameters if report and report.parameters is not None else Facts()
    return scope


def _start(workspace: Workspace, path: Path) -> Span:
    """The start of a file that is not read."""
    return Source(workspace.shown(path), "").span(0)


def _projects(
    workspace: Workspace, paths: list[Path], unit: str, sink: Diagnostics, progress: Progress
) -> tuple[Project | Broken, ...]:
    projects: list[Project | Broken] = []
    names: dict[str, Span] = {}
    for number, path in enumerate(paths):
        if not number % 50:
            progress("读数据", number, len(paths))
        project = _record(workspace, path, Project, sink, unit)
        if project is None:
            projects.append(Broken(_start(workspace, path), path.stem))
            continue
        project.id = path.stem
        span = project.span_of("name")
        if project.name in names:
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


# The tree --------------------------------------------------------------------------------


def _document(workspace: Workspace, folder: Path, inputs: Inputs, context: Context) -> Document:
    """Assemble the tree and run the passes over it."""
    narrative = _Narratives(workspace, folder / "narrative", context.sink)
    title = _title(inputs, context)
    scope: Scope = {**inputs.scope, "题名": title}
    assembly = Assembly(inputs.outline, scope, inputs.tables, narrative.read, context)
    report = inputs.report
    document = assembly.document(Metadata(title, report.department, report.kind, report.date or ""))
    narrative.report_unused(assembly.unlisted)
    for run in PASSES:
        document = run(document, context)
    return document


def _title(inputs: Inputs, context: Context) -> str:
    """The title that report.yaml gives, else the outline's."""
    return inputs.report.report_title or plain(fill(inputs.outline.document_title, inputs.scope, context))


def _check_prose(workspace: Workspace, folder: Path, sink: Diagnostics) -> None:
    """Read the prose for its own errors only, when the data is not fit to fill it in."""
    narratives = _Narratives(workspace, folder, sink)
    for path in workspace.files(folder, ".md"):
        source = workspace.read_text(path, sink)
        if source is not None:
            narratives.parse(source, 1)


_PROSE_SUFFIXES = (".md", ".markdown", ".txt", ".doc", ".docx", ".wps", ".rtf", ".pdf")
"""Files in narrative/ that somebody meant to be printed; pictures are counted when they are used."""


class _Narratives:
    """The prose of a report: reads each file when the outline asks for it, and knows which nobody asked for."""

    def __init__(self, workspace: Workspace, folder: Path, sink: Diagnostics) -> None:
        self.workspace, self.folder, self.sink = workspace, folder, sink
        self.used: set[Path] = set()

    def read(self, name: str, level: int, wanted: Span) -> tuple[Block, ...]:
        path = self.workspace.inside(self.folder, f"{name}.md", wanted, self.sink)
        if path is None:
            return ()
        self.used.add(path)
        if not path.exists():
            self.sink.error(
                Code.MISSING_NARRATIVE,
                wanted,
                f"缺少叙述文件 {self.workspace.shown(path)}",
                "新建这个文件，写上这一段文字",
            )
            return ()
        source = self.workspace.read_text(path, self.sink)
        return self.parse(source, level) if source else ()

    def parse(self, source: Source, level: int) -> tuple[Block, ...]:
        from compiler.readers.markdown import read_markdown  # late: a report of forms has no prose

        return read_markdown(
            source,
            level,
            self.sink,
            lambda reference, span: self.workspace.read_picture(self.folder, reference, span, self.sink),
        )

    def report_unused(self, unlisted: set[str]) -> None:
        """Report prose that no slot took, but for folders whose list of items is not known."""
        lacking = [used.stem for used in self.used if not used.exists()]
        for path in self.workspace.files(self.folder):
            suffix = path.suffix.lower()
            if (
                path in self.used
                or suffix not in _PROSE_SUFFIXES
                or path.parent.relative_to(self.folder).as_posix() in unlisted
            ):
                continue
            near = nearest(path.stem, lacking)
            name = f"是不是应当叫“{near}.md”？" if near else ""
            self.sink.error(
                Code.UNUSED_NARRATIVE,
                _start(self.workspace, path),
                "大纲里没有哪里用到这个叙述文件",
                name
                + (
                    "改成大纲里的名称，或移走"
                    if path.suffix == ".md"
                    else "叙述要存成 .md 纯文本，编码选 UTF-8；不用的移走"
                ),
            )
