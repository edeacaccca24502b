"""The order of the stages up to the finished tree: read, assemble, prose, passes.

In two steps, as most of what a report is made from does not change while its prose is written: `lay_out` makes of data and
template a document without prose, `fill_in` reads the narratives and runs the passes over it.
"""

from __future__ import annotations

from pathlib import Path

from compiler.diagnostics import Diagnostics
from compiler.expressions import READS, Scope
from compiler.figures import NumberRule
from compiler.inputs import Inputs, Progress, read_inputs
from compiler.named import NamedTuple
from compiler.narratives import Narratives
from compiler.passes import PASSES
from compiler.passes.assemble import Assembly
from compiler.passes.context import Context
from compiler.passes.prose import prose
from compiler.passes.substitute import fill
from compiler.tree import Document, Inline, Metadata, Text, plain_text
from compiler.workspace import Workspace


class Layout(NamedTuple):
    """A report without its prose."""

    inputs: Inputs
    document: Document
    """Every place of the outline, those for prose empty."""
    unlisted: frozenset[str]
    """Folders of prose whose items could not be listed."""
    figures: int
    """Figures filled in so far."""
    rule: NumberRule
    """How figures are printed."""


class Compiled(NamedTuple):
    """A report past every pass, its tables still to be made."""

    inputs: Inputs
    context: Context
    narratives: Narratives
    document: Document


def compile_report(
    workspace: Workspace, folder: Path, sink: Diagnostics, progress: Progress, *, traced: bool
) -> Compiled | None:
    """Read the report and run the passes; None when what it is cannot be read, the prose then being read for its own errors.

    With `traced`, figures keep what they were read from.
    """
    layout = lay_out(workspace, folder, sink, progress, traced=traced)
    narratives = Narratives(workspace, folder / "narrative", sink)
    if layout is None:
        narratives.check_all()
        return None
    context = Context(sink, layout.rule)
    document = fill_in(layout, narratives, context)
    narratives.used.clear()  # all that nobody asked for is told; ten thousand paths take their room
    document = complete(document, context)
    return Compiled(layout.inputs, context, narratives, document)


def lay_out(
    workspace: Workspace, folder: Path, sink: Diagnostics, progress: Progress, *, traced: bool
) -> Layout | None:
    """Read data and template and assemble the document without its prose; None when what it is cannot be read."""
    inputs = read_inputs(workspace, folder, sink, progress)
    if inputs is None:
        return None
    context = Context(sink, inputs.outline.numbers.rule if inputs.outline.numbers else NumberRule())
    scope: Scope = {**inputs.scope, READS: []} if traced else inputs.scope
    title = _title(inputs, scope, context)
    if inputs.outline.title_page is False:
        context.figures = 0  # no page shows the title
    words, report = plain_text(title), inputs.report
    assembly = Assembly(inputs.outline, {**scope, "题名": words}, inputs.tables, inputs.charts, context)
    document = assembly.document(title, Metadata(words, report.department, report.kind, report.date or ""))
    return Layout(inputs, document, frozenset(assembly.unlisted), context.figures, context.rule)


def fill_in(layout: Layout, narratives: Narratives, context: Context) -> Document:
    """The document with its prose, before the passes; what is wrong with the files of prose is reported."""
    context.figures = layout.figures
    document = prose(layout.document, narratives.read, context)
    narratives.report_unused(layout.unlisted)
    return document


def complete(document: Document, context: Context) -> Document:
    """Run the passes over it."""
    for run in PASSES:
        document = run(document, context)
    return document


def _title(inputs: Inputs, scope: Scope, context: Context) -> tuple[Inline, ...]:
    """The title that report.yaml gives, else the outline's."""
    report = inputs.report
    if report.report_title:
        return (Text(report.span_of("report_title"), report.report_title),)
    return fill(inputs.outline.document_title, scope, context)
