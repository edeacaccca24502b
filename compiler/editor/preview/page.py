"""What the preview of a report gives: the page in sections, the tree of its chapters, its figures and values."""

from __future__ import annotations

from collections.abc import Mapping

from compiler.diagnostics import Diagnostics
from compiler.named import NamedTuple
from compiler.writers.html import HtmlWriter


class Section(NamedTuple):
    """A stretch of the page: a title and the prose under it, a table, the list of contents."""

    key: str
    """The same while its place in the outline is."""
    digest: str
    """Of `html` and `sheet`."""
    html: str
    """Whole elements, to be put into a sheet after one another."""
    sheet: str | None
    """The class of the sheet that starts with it, empty when it goes on in the sheet before; None when it stands in no sheet."""


class Slot(NamedTuple):
    """A line of the chapter tree."""

    number: str
    """As printed: 三、, 附件1."""
    title: str
    level: int
    name: str
    """Of its narrative, its path inside narrative/ without .md; empty for a chapter without prose."""
    file: str
    """Of its narrative, as messages name it; empty likewise."""
    exists: bool
    """Whether there is such a file, or an unsaved text."""
    stale: int
    """Marks in its text that something is to be filled in or brought up to date."""
    section: str
    """The key of the section it starts."""


class Chip(NamedTuple):
    """A `{{ … }}` in the text of a narrative. Offsets count code points, braces included."""

    start: int
    end: int
    expression: str
    text: str
    """As it is printed; empty when it cannot be."""
    figure: str
    """Its id on the page; empty when it is not printed."""
    problem: str
    """Why it cannot be printed, in words; empty when it is."""


class Origin(NamedTuple):
    """A value that a figure was made of."""

    key: str
    """As expressions name it: 预算.资金总体.执行率."""
    value: str
    """As it would be printed alone."""
    file: str
    """As messages name it, empty for what was computed."""
    line: int
    """From 1, 0 for what was computed; likewise the column."""
    column: int
    formula: str
    """全年执行数÷全年预算数; empty for what a file gives."""
    inputs: tuple[Origin, ...]
    last_year: str
    """The same value in last year's report, as it would be printed; empty when there is none."""


class FigureOrigin(NamedTuple):
    """A printed figure and what it comes from."""

    id: str
    text: str
    expression: str
    reads: tuple[Origin, ...]


class Value(NamedTuple):
    """Something that may be put into a text."""

    expression: str
    """What goes between the braces."""
    text: str
    """As it would be printed."""
    name: str
    group: str
    """What it belongs to, in words: 项目“服贸会专题展”, 预算."""
    source: str
    """file:line:column, or the formula of what is computed."""


class Page(NamedTuple):
    """A report as it would be printed now. Without style or outline, and without a report.yaml to go by, it has no sections."""

    version: str
    """Digest of everything that it was made from."""
    sections: tuple[Section, ...]
    slots: tuple[Slot, ...]
    """In order of the document."""
    chips: Mapping[str, tuple[Chip, ...]]
    """By the name of a narrative, in order of its text."""
    problems: Diagnostics
    """What stands in the way of a document, or nearly. What is sound is in the sections all the same."""
    title: str
    style: str
    """CSS of the page."""
    head: str
    """The HTML of the page up to its sections."""


def whole_page(page: Page) -> str:
    """The page as one HTML text, as the HTML writer would print it but for its marks."""
    out = [page.head]
    begun = in_sheet = False
    for section in page.sections:
        if section.sheet is None and not begun:  # what stands above the sheets
            out.append(section.html)
            continue
        if not begun:
            out.append(HtmlWriter.MAIN)
            begun = True
        if section.sheet != "" and in_sheet:
            out.append(HtmlWriter.SHEET_END)
            in_sheet = False
        if section.sheet is None:
            out.append(HtmlWriter.MAIN_END)
        elif section.sheet:
            out.append(f'<div class="{section.sheet}">\n')
            in_sheet = True
        out.append(section.html)
    if in_sheet:
        out.append(HtmlWriter.SHEET_END)
    if not begun:
        out.append(HtmlWriter.MAIN)
    if not begun or page.sections[-1].sheet is not None:
        out.append(HtmlWriter.MAIN_END)
    out.append(HtmlWriter.END)
    return "".join(out)
