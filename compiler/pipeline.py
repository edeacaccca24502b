"""The one place with the order: read -> passes -> checks -> write.

Every stage collects its errors and the next one goes on with what is sound, so that a clerk sees everything
that is wrong in one run: data that could not be read is `Broken`, and what depends on it is left out in silence.
"""

from __future__ import annotations

from decimal import localcontext
from pathlib import Path
from typing import NamedTuple

from compiler.checks import judge
from compiler.checks.check import Draft
from compiler.diagnostics import Diagnostics
from compiler.expressions import Scope
from compiler.figures import EXACT, NumberRule
from compiler.inputs import Inputs, Progress, read_inputs
from compiler.narratives import Narratives
from compiler.passes import PASSES
from compiler.passes.assemble import Assembly
from compiler.passes.context import Context
from compiler.passes.substitute import fill
from compiler.passes.tables import blocks_to_print
from compiler.previous import read_previous
from compiler.tree import Document, Metadata, plain_text
from compiler.workspace import Workspace
from compiler.writers import WRITERS


class Result(NamedTuple):
    """What a build of one report came to."""

    folder: str
    """As messages name it."""
    outputs: tuple[Path, ...]
    """The files written; none when there was an error, or when nothing was asked for."""
    figures: int
    """Figures filled in."""
    diagnostics: Diagnostics
    """What stands in the way of a document, or nearly."""
    findings: Diagnostics
    """What the rules found in the draft; nothing when it could not be compiled."""

    @property
    def refused(self) -> bool:
        """Whether there is an error that keeps the document from being written."""
        return self.diagnostics.has_errors


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
    inputs = read_inputs(workspace, folder, sink, progress)
    if inputs is None:
        _check_prose(workspace, folder / "narrative", sink)
        return Result(shown, (), 0, sink, Diagnostics())
    context = Context(sink, inputs.outline.numbers.rule if inputs.outline.numbers else NumberRule())
    narratives = Narratives(workspace, folder / "narrative", sink)
    document = _document(narratives, inputs, context)
    findings = _judge(workspace, folder, inputs, document, narratives, sink)
    if out is None or sink.has_errors or inputs.style is None:
        for part in document.parts:
            for _ in blocks_to_print(part, context):
                pass
        return Result(shown, (), context.figures, sink, findings)
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
            return Result(shown, (), context.figures, sink, findings)
        for writer in writers:
            writer.finish()
        return Result(shown, tuple(staging.publish()), context.figures, sink, findings)


# The tree --------------------------------------------------------------------------------


def _document(narratives: Narratives, inputs: Inputs, context: Context) -> Document:
    """Assemble the tree and run the passes over it."""
    title = _title(inputs, context)
    scope: Scope = {**inputs.scope, "题名": title}
    assembly = Assembly(inputs.outline, scope, inputs.tables, narratives.read, context)
    report = inputs.report
    document = assembly.document(Metadata(title, report.department, report.kind, report.date or ""))
    narratives.report_unused(assembly.unlisted)
    for run in PASSES:
        document = run(document, context)
    return document


def _judge(
    workspace: Workspace,
    folder: Path,
    inputs: Inputs,
    document: Document,
    narratives: Narratives,
    sink: Diagnostics,
) -> Diagnostics:
    """What the rules find; nothing while there are errors, as they would judge what was not read."""
    data = inputs.data
    if sink.has_errors or data.department is None:
        return Diagnostics()
    return judge(
        Draft(
            inputs.report,
            data.department,
            data.budget,
            data.scorecard,
            data.projects,
            document,
            narratives.sources,
            read_previous(workspace, folder, inputs.report),
        )
    )


def _title(inputs: Inputs, context: Context) -> str:
    """The title that report.yaml gives, else the outline's."""
    return inputs.report.report_title or plain_text(
        fill(inputs.outline.document_title, inputs.scope, context)
    )


def _check_prose(workspace: Workspace, folder: Path, sink: Diagnostics) -> None:
    """Read the prose for its own errors only, when the data is not fit to fill it in."""
    narratives = Narratives(workspace, folder, sink)
    for path in workspace.files(folder, ".md"):
        source = workspace.read_text(path, sink)
        if source is not None:
            narratives.parse(source, 1)
