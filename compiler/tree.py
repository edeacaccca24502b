"""The document: every node there is; those inside a line are made in `compiler.inlines`.

Readers make this tree, passes complete it, writers print it. Nodes have no behaviour and are never
changed; a pass builds new ones. Every node knows its `span`, also those that passes create, so that the
last complaint can still point into the clerk's file.

`Document` holds `Part`s (stretches of pages of one orientation), a part holds blocks, a block holds inlines.
Four kinds of node stand for what a pass fills in: `Placeholder` (becomes `Figure`), `Slot` (its blocks, read and filled in),
`TableSlot` and `ChartSlot` (become `Table` and `Chart` when written: a thousand are never in memory together).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

from compiler.inlines import Change as Change
from compiler.inlines import Changed as Changed
from compiler.inlines import Emphasis as Emphasis
from compiler.inlines import Figure as Figure
from compiler.inlines import Inline as Inline
from compiler.inlines import LineBreak as LineBreak
from compiler.inlines import Link as Link
from compiler.inlines import Marked as Marked
from compiler.inlines import Placeholder as Placeholder
from compiler.inlines import Reference as Reference
from compiler.inlines import Strong as Strong
from compiler.inlines import Text as Text
from compiler.inlines import plain_text as plain_text
from compiler.named import NamedTuple
from compiler.nodes import node as node
from compiler.nodes import replace as replace
from compiler.source import Span

if TYPE_CHECKING:
    from compiler.charts.program import ChartProgram
    from compiler.expressions import Scope
    from compiler.table_program import TableProgram

# Blocks ----------------------------------------------------------------------------------

Role = Literal[
    "body",  # 正文
    "note",  # 注 under a table or picture
    "title",  # 题名
    "subtitle",  # 副题, as （2024年度）
    "attachment-label",  # 附件1, flush left on the first line of its page
    "attachment-title",  # the attachment's own title
    "attachment-list",  # 附件说明: an entry of the list of attachments
    "quote",  # 引文
]


@node
class Paragraph:
    """A paragraph; `role` names its style."""

    span: Span
    children: tuple[Inline, ...]
    role: Role = "body"
    page_break: bool = False
    """It starts a new page."""
    id: str = ""
    """What a reference calls it; attachments have one, on their label."""
    anchor: str = ""


@node
class Heading:
    """A section title; `number` and `anchor` are empty until the numbering pass."""

    span: Span
    level: int
    """1 to 4: 一、 （一） 1. （1）. The outline and the prose decide it."""
    children: tuple[Inline, ...]
    id: str = ""
    """What a reference calls it, `{#id}`; empty when nobody named it."""
    numbered: bool = True
    role: Literal["heading", "form-title"] = "heading"
    """A form title looks like a title and starts a form; it is never numbered."""
    page_break: bool = False
    contents_text: str = ""
    """What the contents list says instead of the title; empty for the title itself."""
    number: str = ""
    """As printed, with its mark: 三、"""
    anchor: str = ""


@node
class ListItem:
    """An entry of a list."""

    span: Span
    blocks: tuple[Block, ...]


@node
class List:
    """A list; the items of an ordered one are numbered by the writer's list facility."""

    span: Span
    ordered: bool
    items: tuple[ListItem, ...]
    start: int = 1


Align = Literal["left", "center", "right"]
Header = Literal["", "col", "row"]


@node
class Cell:
    """A cell at its place in the grid; spans are at least 1."""

    span: Span
    paragraphs: tuple[tuple[Inline, ...], ...]
    """One tuple of inlines a paragraph; empty for an empty cell."""
    rowspan: int = 1
    colspan: int = 1
    header: Header = ""
    """What it is the header of, for accessibility."""
    align: Align = "left"


class RowPattern:
    """What the rows that one place of a template makes are alike in: a writer prints it once."""

    __slots__ = ("cells", "figures", "open")

    def __init__(
        self, cells: tuple[Cell, ...], open: tuple[int, ...], figures: tuple[tuple[Span, str], ...] = ()
    ) -> None:
        self.cells = cells
        """The cells; those that are not the same in all rows are empty here, and have the same spans, header and alignment in all."""
        self.open = open
        """Where those stand among the cells."""
        self.figures = figures
        """Of each of those the place and the expression of the one figure that it holds; nothing when they may hold something else."""

    def row(self, span: Span, words: Sequence[str]) -> Row:
        """The row whose figures are `words`, one for each open cell; empty ones leave their cell empty.

        None may have several lines, or a mark of what is to be filled in (〔待填：…〕): each becomes one plain `Figure` in one
        paragraph, never a `Marked`. Writers that know the pattern need no more than the words; the cells are made when somebody
        asks for them.
        """
        made: Any = Row.__new__(Row)
        made.span, made.change, made.pattern, made.words = span, "", self, words
        row: Row = made
        return row

    def filled(self, words: Sequence[str]) -> tuple[Cell, ...]:
        """The cells of the row with these figures, as `row` takes them."""
        cells = list(self.cells)
        for place, (span, key), text in zip(self.open, self.figures, words, strict=True):
            if text:
                cells[place] = replace(cells[place], paragraphs=((Figure(span, text, key),),))
        return tuple(cells)


@node
class Row:
    """The cells that start in this row, left to right; those from above are not repeated."""

    beside = ("pattern", "words")

    span: Span
    cells: tuple[Cell, ...]
    change: Change | Literal[""] = ""
    """Of a row that only one of two compared documents has. Its cells are not marked again."""
    pattern: RowPattern | None = None
    """What it has in common with other rows, where that is known: of a table made from a template."""
    words: Sequence[str] | None = None
    """What it is made of, of a row that a pattern made."""

    def __getattr__(self, name: str) -> Any:
        """The cells of a row that a pattern made: nobody has asked for them before."""
        if name != "cells":
            raise AttributeError(name)
        row: Any = self
        row.cells = row.pattern.filled(row.words)
        return row.cells


@node
class Table:
    """A table on a complete grid: every place is covered by exactly one cell."""

    span: Span
    columns: tuple[int, ...]
    """Column widths in hundredths of a percent of the text width; they add up to 10000."""
    head: tuple[Row, ...]
    """Rows repeated on each page; no cell reaches from them into the body."""
    body: tuple[Row, ...]
    caption: tuple[Inline, ...] = ()
    notes: tuple[tuple[Inline, ...], ...] = ()
    """Paragraphs printed under the table: 注：…"""
    id: str = ""
    numbered: bool = True
    """The caption is preceded by 表N."""
    summary: str = ""
    """What the table holds, for readers who cannot see it."""
    form: bool = False
    """It fills a page of its own (自评表) and its rows share the room that is left."""
    number: str = ""
    """表1; empty until the numbering pass, and when not numbered."""
    anchor: str = ""


@node
class TableSlot:
    """A table still to be made from its template; it has its number already."""

    span: Span
    program: TableProgram
    scope: Scope
    id: str = ""
    numbered: bool = True
    form: bool = False
    number: str = ""
    anchor: str = ""


@node
class Picture:
    """An image with its caption."""

    span: Span
    data: bytes
    format: Literal["png", "jpeg"]
    width: int
    """As shown, in pixels of 1/96 inch; the image may have more."""
    height: int
    description: str
    """What it shows, for readers who cannot see it."""
    caption: tuple[Inline, ...] = ()
    id: str = ""
    number: str = ""
    """图1; empty until the numbering pass."""
    anchor: str = ""


@node
class Chart:
    """Figures as a picture, with the figures themselves."""

    span: Span
    picture: Picture
    """Numbered and captioned; its description tells every figure."""
    summary: str
    """What it shows, for readers who have the table beside it."""
    table: Table | None
    """The figures, neither numbered nor captioned; None where `summary` tells them all."""
    printed: str
    """What one sees drawn, to tell whether two charts show the same."""
    drawn_with: str
    """The typeface and the program, which the bytes of the picture depend on besides the figures: as JSON."""


@node
class ChartSlot:
    """A chart still to be made from its declaration; it has its number already."""

    span: Span
    program: ChartProgram
    scope: Scope
    id: str = ""
    number: str = ""
    anchor: str = ""


@node
class ContentsEntry:
    """A line of the contents list."""

    level: int
    number: str
    text: str
    anchor: str


@node
class Contents:
    """The contents list; its entries are filled by the contents pass."""

    span: Span
    title: str
    depth: int
    entries: tuple[ContentsEntry, ...] = ()


class Prose(NamedTuple):
    """A narrative that is wanted: its path inside narrative/, the level of the title it stands under (0 for none), where it is asked for."""

    name: str
    level: int
    wanted: Span


@node
class Slot:
    """Blocks of one place in the outline, with the names that their placeholders see.

    The substitute pass puts the blocks, filled in, in its stead.
    """

    span: Span
    blocks: tuple[Block, ...]
    scope: Scope
    prose: Prose | None = None
    """The narrative that its blocks come from; they are empty before the prose pass."""


@node
class ChangedBlock:
    """A block that only one of two compared documents has. What is in it is not marked again."""

    span: Span
    change: Change
    block: Block


Block: TypeAlias = (
    Paragraph
    | Heading
    | List
    | Table
    | TableSlot
    | Picture
    | Chart
    | ChartSlot
    | Contents
    | Slot
    | ChangedBlock
)


Orientation = Literal["portrait", "landscape"]


@node
class Part:
    """Pages of one orientation. Each part starts on a new page."""

    span: Span
    blocks: tuple[Block, ...]
    orientation: Orientation = "portrait"


@node
class Metadata:
    """What a reader sees in the file's properties."""

    title: str
    creator: str
    """The department."""
    subject: str
    """The document kind (文种)."""
    date: str = ""
    """成文日期 as ISO 8601, from the data; empty when the data gives none."""
    language: str = "zh-CN"


@node
class Comparison:
    """Whose changes a comparison of two documents shows."""

    author: str
    date: str
    """ISO 8601 to the second, UTC; from the compared documents, never the clock."""


@node
class Document:
    """A whole report, or two of them compared."""

    span: Span
    metadata: Metadata
    heading_formats: tuple[str, ...]
    """The number format of each level, such as `一、`, `（一）`, `1.`, `（1）`."""
    parts: tuple[Part, ...]
    comparison: Comparison | None = None
    """Set when it is two documents in one: without the deleted the newer, without the inserted the older."""
