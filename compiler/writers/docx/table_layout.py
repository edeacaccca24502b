"""Where the cells of a table stand in its grid, what they look like, and what is kept of them for the tables that follow."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, TypeAlias

from compiler import tree
from compiler.named import NamedTuple
from compiler.style import Style
from compiler.writers.docx.paging import Metrics, metrics
from compiler.writers.docx.styles import STYLE_IDS

CELL_MARGIN_X, CELL_MARGIN_Y = 57, 28
"""Twips between a cell's edge and its text, as the reference document's table style has them."""
_BORDER = 0.5
_MOST = 32
"""Layouts kept at once."""

Shape: TypeAlias = tuple[tuple[tuple[int, int, bool], ...], ...]
"""Row span, column span and whether it is a body cell, of every cell by rows."""
RowPlan: TypeAlias = tuple[tuple[tuple[int, str], ...], str]
"""The column of each cell with the continued cells before it, and those after the last."""
Printed: TypeAlias = tuple[tree.Cell, int, str, float]
"""The cell (kept, so that its id stays its own), its column, its XML, the height it needs."""


class Opening(NamedTuple):
    """A cell of a frame whose words differ."""

    cell: int
    """Its place in the row."""
    narrow: int
    """How many characters certainly stand in one line that are all narrow."""
    height: float
    """What it needs with one line."""
    rowspan: int
    look: CellLook
    paragraph: str
    """How a paragraph of it opens."""
    width: float
    """Points for its text."""

    def height_of(self, text: str) -> float:
        """What it needs with a text of no line ends."""
        if len(text) <= self.narrow and text.isascii():
            return self.height
        return self.look.height(self.look.metrics.cell_lines(text, self.width), 1)


class Frame:
    """A row of a pattern at its place in a grid, without the words of the cells that differ."""

    __slots__ = ("height", "openings", "pieces", "tall")

    def __init__(
        self,
        pieces: list[bytes],
        openings: list[tuple[int, int, Opening]],
        height: float,
        tall: list[tuple[int, float]],
    ) -> None:
        self.pieces = pieces
        """Its cells and its end, with an empty piece for the words of each cell that differs."""
        self.openings = openings
        """The cells that differ, each with its place among the pieces and how many characters change no height; -1 of one that reaches further
        down, whose height is always told."""
        self.height = height
        """What the cells need that stand in this row alone, where none that differs has more than a line."""
        self.tall = tall
        """Row span and height of the cells that reach further down and do not differ."""


class TableFrame:
    """The rows of a table at their places, without the words of the cells that differ."""

    __slots__ = ("heights", "pieces", "rows", "starts")

    def __init__(self, rows: Sequence[tuple[RowPlan, Frame | None]]) -> None:
        self.pieces: list[bytes] = []
        """Those of its rows, an empty one for the opening of each before them, and an empty one for all of a row without a frame."""
        self.starts: list[int] = []
        """Where the openings of its rows stand."""
        self.heights: list[float] = []
        """What its rows need, as far as their frames tell."""
        self.rows: list[tuple[int, int, RowPlan, Frame | None, list[tuple[int, float]]]] = []
        """The rows that are not known yet: each with its number, where its pieces start, and the cells that its frame has of those reaching further."""
        for index, (plan, frame) in enumerate(rows):
            self.starts.append(len(self.pieces))
            if frame is None or frame.openings or frame.tall:
                self.rows.append((index, len(self.pieces) + 1, plan, frame, frame.tall if frame else []))
            self.pieces += (b"", *(frame.pieces if frame else (b"",)))
            self.heights.append(frame.height if frame else 0.0)


class CellLook:
    """Head or body cells of a table or form: their paragraph openings and metrics."""

    def __init__(self, style: Style, role: str) -> None:
        declared = style.roles[role]
        self.metrics: Metrics = metrics(declared)
        self.openings: dict[str, str] = {}
        own = "left" if declared.align == "justify" else declared.align
        for align in ("left", "center", "right"):
            # A head cell that asks for nothing in particular stands as its style says.
            stands = align == own or (align == "left" and role.endswith("head"))
            jc = "" if stands else f'<w:jc w:val="{align}"/>'
            self.openings[align] = f'<w:p><w:pPr><w:pStyle w:val="{STYLE_IDS[role]}"/>{jc}</w:pPr>'

    def height(self, lines: int, paragraphs: int) -> float:
        """Points that a cell of so many lines and paragraphs needs."""
        look = self.metrics
        return lines * look.line + paragraphs * (look.before + look.after) + CELL_MARGIN_Y / 10 + _BORDER


class Layouts:
    """What the tables of all documents in one style have in common: columns, and frames of what the templates' rows have of their
    own. A process that makes many documents keeps it (`made_of`), so nothing of one document alone may be in it.
    """

    def __init__(self, style: Style) -> None:
        self.looks = {
            form: (CellLook(style, f"{kind}-head"), CellLook(style, f"{kind}-text"))
            for form, kind in ((False, "table"), (True, "form"))
        }
        """Head and body cells of tables, and of forms (True)."""
        self.row_openings: dict[tuple[int, bool], bytes] = {}
        """By the height in twips, below 0 for none, and whether the row is repeated on each page."""
        self._known: dict[tuple[tuple[int, ...], int, bool], Layout] = {}

    def of(self, table: tree.Table, width: int) -> Layout:
        """The layout of a table at a text width in twips."""
        key = (table.columns, width, table.form)
        layout = self._known.pop(key, None) or Layout(table.columns, width)
        if len(self._known) >= _MOST:  # the one that was asked for longest ago
            del self._known[next(iter(self._known))]
        self._known[key] = layout
        return layout


class Recent:
    """What one document's tables last had in a layout."""

    __slots__ = ("cells", "tables")

    def __init__(self) -> None:
        self.tables: dict[tuple[Any, ...], TableFrame] = {}
        """Tables by the patterns of their rows, or the shapes of those that have none."""
        self.cells: dict[int, Printed] = {}
        """Cells by identity; each is kept here, so that its id stays its own."""


class Layout:
    """A table's columns at one text width."""

    def __init__(self, columns: tuple[int, ...], width: int) -> None:
        self.edges = [0]
        total = 0
        for share in columns:
            total += share
            self.edges.append(width * total // 10000)
        widths = [right - left for left, right in zip(self.edges, self.edges[1:], strict=False)]
        self.grid = "<w:tblGrid>" + "".join(f'<w:gridCol w:w="{each}"/>' for each in widths) + "</w:tblGrid>"
        self.frames: dict[tuple[tree.RowPattern, RowPlan], Frame] = {}
        self._openings: dict[tuple[int, int, str], str] = {}

    def opening(self, column: int, span: int, merge: str = "") -> str:
        """`w:tc` and its properties."""
        key = (column, span, merge)
        found = self._openings.get(key)
        if found is None:
            wide = f'<w:gridSpan w:val="{span}"/>' if span > 1 else ""
            found = self._openings[key] = (
                f'<w:tc><w:tcPr><w:tcW w:w="{self.width(column, span)}" w:type="dxa"/>{wide}{merge}'
                '<w:vAlign w:val="center"/></w:tcPr>'
            )
        return found

    def width(self, column: int, span: int) -> int:
        """Twips."""
        return self.edges[column + span] - self.edges[column]

    def text_width(self, column: int, span: int) -> float:
        """Points between the margins of a cell."""
        return (self.width(column, span) - 2 * CELL_MARGIN_X) / 20

    def plans(self, shape: Shape, looks: tuple[CellLook, CellLook]) -> Iterator[RowPlan]:
        """The plan of each row of a table of such a shape, whose head and body cells look so."""
        below: dict[int, tuple[int, int, str]] = {}  # column -> rows still covered, span, cell XML
        last = len(self.edges) - 1
        for row in shape:
            places: list[tuple[int, str]] = []
            column = 0
            for rowspan, colspan, is_text in row:
                before: list[str] = []
                while column in below:
                    column = _continue(below, column, before)
                places.append((column, "".join(before)))
                if rowspan > 1:
                    empty = looks[is_text].openings["left"] + "</w:p></w:tc>"
                    below[column] = (rowspan, colspan, self.opening(column, colspan, "<w:vMerge/>") + empty)
                    _continue(below, column, None)
                column += colspan
            after: list[str] = []
            while column < last and column in below:
                column = _continue(below, column, after)
            yield tuple(places), "".join(after)


def shape_of(row: tree.Row) -> tuple[tuple[int, int, bool], ...]:
    """Of the shape of a table, what this row of it is."""
    # The cells of a row that a pattern made need not be made for that: they are like the pattern's.
    cells = row.cells if row.pattern is None else row.pattern.cells
    return tuple([(cell.rowspan, cell.colspan, not cell.header) for cell in cells])


def _continue(below: dict[int, tuple[int, int, str]], column: int, line: list[str] | None) -> int:
    """Print the rest of a cell from above (unless this is its first row); the column after it."""
    rows, span, empty = below[column]
    if line is not None:
        line.append(empty)
    if rows > 1:
        below[column] = (rows - 1, span, empty)
    else:
        del below[column]
    return column + span
