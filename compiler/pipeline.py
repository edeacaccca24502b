"""The one place with the order: read -> passes (both in `compilation`) -> checks -> write.

Every stage collects its errors and the next one goes on with what is sound, so that a clerk sees everything
that is wrong in one run: data that could not be read is `Broken`, and what depends on it is left out in silence.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from decimal import localcontext
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

from compiler.compilation import compile_report
from compiler.diagnostics import Diagnostics
from compiler.figures import EXACT, NumberRule
from compiler.inputs import Inputs, Progress
from compiler.named import NamedTuple
from compiler.narratives import Narratives
from compiler.passes.context import Context
from compiler.passes.tables import blocks_to_print
from compiler.publishing import WorkspaceError, staging
from compiler.source import Span
from compiler.style import Style
from compiler.trace import Trace
from compiler.tree import Block, Chart, ChartSlot, Document, Part, replace
from compiler.waivers import Waiving, read_waivers
from compiler.worklist import progress as progress_of
from compiler.workspace import Workspace
from compiler.writers import WRITERS, TooLarge, Writer

if TYPE_CHECKING:
    from compiler.checks.check import Draft, Previous
    from compiler.evaluation.waivers import Waiver
    from compiler.pdf import PdfMade
    from compiler.publishing import Staging


class Result(NamedTuple):
    """What a build of one report came to."""

    folder: str
    """As messages name it."""
    kind: str
    """文种; empty when report.yaml does not say."""
    outputs: tuple[Path, ...]
    """The files written; none when there was an error, or when nothing was asked for."""
    figures: int
    """Figures filled in."""
    diagnostics: Diagnostics
    """What stands in the way of a document, or nearly."""
    findings: Diagnostics
    """What the rules found in the draft, nothing when it could not be compiled; what is wrong with waivers.yaml."""
    judged: bool
    """Whether the rules were held against it."""
    uncompared: str = ""
    """Why the rules about the year before were not; empty when they were."""
    last_year: str = ""
    """The folder of the year before, as messages name it; empty when there is none."""
    draft: Draft | None = None
    """What the rules judged; kept by a check, and by a build that is asked to, as it takes room."""
    pdf: PdfMade | None = None
    """What the PDF is like, when there is one among the outputs."""
    unfinished: str = ""
    """How far the draft is filled in, in words; empty when nothing was ever left open."""
    is_open: bool = False
    """Whether something is still to be filled in."""
    charts: int = 0
    """How many charts are in it, be they drawn or printed as tables."""
    drawn: int = 0
    """How many of them were drawn; told of what was written."""
    waivers: tuple[Waiver, ...] = ()
    """What waivers.yaml lets stand, for as long as it says; none of a report that does not compile."""

    def fails(self, strict: bool) -> bool:
        """Whether it does not pass: an error that nobody has let stand, with `strict` a warning."""
        return self.diagnostics.fails(strict) or self.findings.fails(strict)

    @property
    def sinks(self) -> tuple[Diagnostics, Diagnostics]:
        """All there is to say of the report."""
        return self.diagnostics, self.findings


def _quiet(stage: str, done: int, whole: int) -> None:
    """No progress."""


def build(
    workspace: Workspace,
    folder: Path,
    out: Path | None,
    formats: tuple[str, ...] = ("docx", "html"),
    *,
    strict: bool = False,
    keep_draft: bool = False,
    charts: str = "",
    look: Callable[[Path], None] | None = None,
    progress: Progress = _quiet,
    keep: list[object] | None = None,
) -> Result:
    """Compile the report in `folder` and publish it under `out`/单位/年度/draft/.

    With `out` None everything is done but the writing: this is `check`. Findings stop nothing; with `strict`,
    warnings and findings do that are more than advice and that nobody has accepted. Nothing is published unless all went well.
    `charts` is what a report's charts are to be drawn with, as `drawn_with` has it; empty: whatever there is. `look` is
    called with each output before it is put in place. `keep` gets what the report was made of, where it is written: who ends the process next does not
    wait until a large one is taken apart.

    Raises `WorkspaceError` when the disk refuses, the report is too large, or charts would be drawn with something else, `PdfError` when `formats` has `pdf` and none came of it.
    """
    with localcontext(EXACT):
        folder = workspace.resolved(folder)
        target = _draft_folder(out.resolve(), folder) if out is not None else None
        keep_draft = keep_draft or target is None
        return _build(workspace, folder, target, formats, strict, keep_draft, charts, look, progress, keep)


def draft_folder(out: Path, folder: Path) -> Path:
    """Where what is made of the report in `folder` goes, below `out`."""
    return _draft_folder(out.resolve(), folder.resolve())


def _draft_folder(out: Path, folder: Path) -> Path:
    """The same, of folders that are resolved."""
    return Path(out, folder.parent.name, folder.name, "draft")


def _build(
    workspace: Workspace,
    folder: Path,
    target: Path | None,
    formats: tuple[str, ...],
    strict: bool,
    keep_draft: bool,
    charts: str,
    look: Callable[[Path], None] | None,
    progress: Progress,
    keep: list[object] | None,
) -> Result:
    sink = Diagnostics()
    shown = workspace.shown(folder)
    waiving = read_waivers(workspace, folder)
    compiled = compile_report(workspace, folder, sink, progress, traced=target is not None)
    if compiled is None:
        return Result(shown, "", (), 0, sink, waiving.problems, False)
    inputs, context, narratives, document = compiled
    slots = sum(type(block) is ChartSlot for part in document.parts for block in part.blocks)
    if slots and charts:
        _check_drawing(charts)
    gaps = (*inputs.gaps, *narratives.gaps())
    filled = progress_of(workspace, folder, gaps, sink.faulty)
    draft = None if sink.has_errors else draft_of(workspace, folder, inputs, document, narratives)
    findings = waiving.problems if draft is None else judged(workspace, folder, draft, waiving)
    result = Result(
        shown,
        inputs.report.kind,
        (),
        0,
        sink,
        findings,
        draft is not None,
        unfinished=filled.words,
        is_open=filled.gaps > 0,
        charts=slots,
        waivers=waiving.entries,
    )
    if draft is not None and keep_draft:
        result = _compared(result, workspace, folder, draft)
    if draft is not None and not keep_draft:
        draft.worked_out.clear()  # findings that nobody has read yet hold the draft; what they need is worked out again
    del draft  # with last year's report; a large document needs the room
    if target is None or sink.has_errors or inputs.style is None:
        context.draws = False
        for part in document.parts:
            for _ in blocks_to_print(part, context):
                pass
        return result._replace(figures=context.figures)
    with staging(target) as place:
        kind = inputs.report.kind
        writers = [
            WRITERS[suffix](document, inputs.style, place.open(f"{kind}.{suffix}"))
            for suffix in formats
            if suffix != "pdf"
        ]
        if "pdf" in formats and "docx" not in formats:  # it is printed from the DOCX
            writers.append(WRITERS["docx"](document, inputs.style, place.open_scratch(f"{kind}.docx")))
        trace = Trace(
            place.open("trace.json"), shown, inputs.scope, spans_of_names(workspace, folder, inputs)
        )
        if keep is not None:
            keep += (*compiled, trace, *writers)
        result = result._replace(drawn=_write(document, context, writers, trace, progress))
        if sink.has_errors or (strict and result.fails(strict)):
            return result._replace(figures=context.figures)
        trace.finish()
        # The largest: it is on its way to the disk while the packages are put together.
        place.complete("trace.json")
        for writer in writers:
            _finish(writer)
        if "pdf" in formats:
            progress("排成 PDF", 1, 1)
            result = result._replace(pdf=_print(place, kind))
        return result._replace(figures=context.figures, outputs=tuple(place.publish(look)))


def _check_drawing(charts: str) -> None:
    """Raise `WorkspaceError` where charts are drawn with something else."""
    from compiler.charts.drawing import drawn_with

    if charts != drawn_with():
        raise WorkspaceError(
            f"这份报告有图，做它的计算机画图用的是{drawn_with()}，这里是{charts}，画出来不一样，没有写出。"
            "装成一样的字体和 matplotlib，再运行一次。"
        )


def _write(
    document: Document, context: Context, writers: Sequence[Writer], trace: Trace, progress: Progress
) -> int:
    """Make the tables and charts and hand every block to the writers and the trace; gives how many charts were drawn."""
    whole = sum(len(part.blocks) for part in document.parts)
    done = drawn = 0
    for part in document.parts:
        for writer in writers:
            writer.begin(part)
        trace.begin(part)
        for block in blocks_to_print(part, context):
            for writer in writers:
                writer.write(block)
            trace.write(block, context.cells)
            done += 1
            drawn += type(block) is Chart
            if not done % 50:
                progress("写出", done, whole)
    return drawn


# In memory -------------------------------------------------------------------------------


class Whole(NamedTuple):
    """A report compiled in memory, every table made."""

    folder: str
    """As messages name it."""
    kind: str
    """文种; empty when report.yaml does not say."""
    year: int
    """年度; 0 when it cannot be read."""
    document: Document | None
    """None when it does not compile."""
    style: Style | None
    """What it looks like; None when it does not compile."""
    figures: tuple[dict[str, Any], ...]
    """The entries of trace.json, in the order of the document."""
    diagnostics: Diagnostics
    """What stands in the way of the document, or nearly. The rules are not held against it."""


def compile_whole(workspace: Workspace, folder: Path, *, progress: Progress = _quiet) -> Whole:
    """Compile the report in `folder` and write nothing.

    Needs the room that `build` does not: every table is in memory at once. Raises `WorkspaceError` when the disk refuses.
    """
    import json

    folder = folder.resolve()
    sink = Diagnostics()
    shown = workspace.shown(folder)
    with localcontext(EXACT):
        compiled = compile_report(workspace, folder, sink, progress, traced=True)
        if compiled is None:
            return Whole(shown, "", 0, None, None, (), sink)
        inputs, context, _, document = compiled
        out = BytesIO()
        trace = Trace(out, shown, inputs.scope, spans_of_names(workspace, folder, inputs))
        parts = _Parts()
        _write(document, context, (parts,), trace, progress)
        trace.finish()
    report = inputs.report
    if sink.has_errors or inputs.style is None:
        return Whole(shown, report.kind, report.year, None, None, (), sink)
    made = replace(document, parts=parts.parts())
    figures = tuple(json.loads(out.getvalue())["figures"])
    return Whole(shown, report.kind, report.year, made, inputs.style, figures, sink)


class _Parts:
    """A writer that keeps the parts, every table made."""

    def __init__(self) -> None:
        self._made: list[tuple[Part, list[Block]]] = []

    def begin(self, part: Part) -> None:
        self._made.append((part, []))

    def write(self, block: Block) -> None:
        self._made[-1][1].append(block)

    def finish(self) -> None:
        """Nothing comes last."""

    def parts(self) -> tuple[Part, ...]:
        return tuple(replace(part, blocks=tuple(blocks)) for part, blocks in self._made)


def write_whole(document: Document, style: Style, suffix: str, out: BinaryIO) -> None:
    """Print a document in which every table is made, as `suffix` of `WRITERS`. Raises `WorkspaceError` when it is too large."""
    writer = WRITERS[suffix](document, style, out)
    for part in document.parts:
        writer.begin(part)
        for block in part.blocks:
            writer.write(block)
    _finish(writer)


def _finish(writer: Writer) -> None:
    try:
        writer.finish()
    except TooLarge as error:
        raise WorkspaceError(
            f"这份报告太大，{error}，没有写出，原来的文件没有改动。请分成几份报告，或者少放、缩小图片。"
        ) from error


def _print(place: Staging, kind: str) -> PdfMade:
    """Print the DOCX, which is written, as a PDF beside it."""
    from compiler.pdf import convert

    place.open(f"{kind}.pdf")
    return convert(place.path(f"{kind}.docx"), place.path(f"{kind}.pdf"))


def spans_of_names(workspace: Workspace, folder: Path, inputs: Inputs) -> dict[str, Span]:
    """Where the names stand that are no record's."""
    return {"年度": inputs.report.span_of("year"), "项目": workspace.start_of(folder / "data" / "projects")}


def draft_of(
    workspace: Workspace,
    folder: Path,
    inputs: Inputs,
    document: Document,
    narratives: Narratives,
    previous: Callable[[], Previous | None] | None = None,
) -> Draft | None:
    """What the rules judge of a report without errors; `previous` gives last year's to who has read it already."""
    # Late: what cannot be compiled needs no rules, and they are a hundred modules.
    from compiler.checks.check import Draft
    from compiler.previous import read_previous
    from compiler.schemes import read_other_schemes

    data = inputs.data
    if data.department is None:
        return None
    return Draft(
        report=inputs.report,
        department=data.department,
        budget=data.budget,
        scorecard=data.scorecard,
        projects=data.projects,
        document=document,
        narratives=narratives.sources,
        project_scheme=inputs.schemes.project,
        department_scheme=inputs.schemes.department,
        other_schemes=lambda: read_other_schemes(workspace, inputs.schemes),
        previous=previous() if previous else read_previous(workspace, folder, inputs.report),
        rule=inputs.outline.numbers.rule if inputs.outline.numbers else NumberRule(),
        gaps=(*inputs.gaps, *narratives.gaps()),
        worked_out={},
    )


def judged(workspace: Workspace, folder: Path, draft: Draft, waiving: Waiving) -> Diagnostics:
    """What the rules find, less what somebody lets stand, and what is wrong with the saying so."""
    from compiler.checks import judge
    from compiler.checks.waivers import accept

    findings = accept(
        judge(draft), waiving.entries, workspace.shown(folder), workspace.today(), waiving.missing
    )
    for problem in waiving.problems:
        findings.add(problem)
    return findings


def _compared(result: Result, workspace: Workspace, folder: Path, draft: Draft) -> Result:
    """The result, with what was judged and whether there was a year before to compare with."""
    before = folder.parent / str(draft.report.year - 1)
    shown = workspace.shown(before) if before.is_dir() else ""
    why = "没有上年的报告" if not shown else "上年的报告有错，读不出来"
    return result._replace(draft=draft, last_year=shown, uncompared="" if draft.previous is not None else why)
