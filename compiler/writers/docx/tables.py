"""Tables: one grid, merged cells, rows that share a form's page.

A form has eighty cells and a report a thousand forms. Most of the cells are the template's own
words, and the template hands out the same object for every project: what was printed once is
kept by identity and printed again. The rest is string formatting.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, TypeAlias

from compiler import tree
from compiler.style import Style
from compiler.writers.docx.inlines import InlineWriter, all_words, plain_text
from compiler.writers.docx.markup import attribute, run
from compiler.writers.docx.paging import Metrics, metrics
from compiler.writers.docx.styles import STYLE_IDS

if TYPE_CHECKING:
    from compiler.writers.docx.revisions import Revisions

CELL_MARGIN_X, CELL_MARGIN_Y = 57, 28
"""Twips between a cell's edge and its text, as the reference document's table style has them."""
_BORDER = 0.5
# An estimate may be a line short somewhere; a form must not lose its last row to the next page.
_FORM_SPARE = 16.0
_FORM_STRETCH = 2.6
_LAYOUTS = 32
_KNOWN_CELLS, _KNOWN_ROWS = 3_000, 600

_Shape: TypeAlias = tuple[tuple[tuple[int, int, bool], ...], ...]
"""Row span, column span and whether it is a body cell, of every cell by rows."""
_RowPlan: TypeAlias = tuple[list[tuple[int, str]], str]
"""The column of each cell with the continued cells before it, and those after the last."""
_PrintedRow: TypeAlias = tuple[tree.Row, _RowPlan, str, float, list[tuple[int, float]]]
"""The row and its plan (kept), its XML, the height it needs, and row span and height of its tall cells."""
_Printed: TypeAlias = tuple[tree.Cell, int, str, float]
"""The cell (kept, so that its id stays its own), its column, its XML, the height it needs."""


class _Look:
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


class _Layout:
    """A table's columns at one text width, with the cells last printed in them."""

    def __init__(self, columns: tuple[int, ...], width: int) -> None:
        self.edges = [0]
        total = 0
        for share in columns:
            total += share
            self.edges.append(width * total // 10000)
        widths = [right - left for left, right in zip(self.edges, self.edges[1:], strict=False)]
        self.grid = "<w:tblGrid>" + "".join(f'<w:gridCol w:w="{each}"/>' for each in widths) + "</w:tblGrid>"
        self.rows: dict[tuple[int, int], _PrintedRow] = {}
        """Rows by identity, with the plan they were printed by."""
        self.printed: dict[int, _Printed] = {}
        """Cells by identity; each is kept here, so that its id stays its own."""
        self.plans: dict[_Shape, list[_RowPlan]] = {}
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
        return self.edges[column + span] - self.edges[column]


class TableWriter:
    """Prints the tables of one document."""

    def __init__(self, style: Style, inlines: InlineWriter, revisions: Revisions | None = None) -> None:
        self._inlines = inlines
        self._revisions = revisions
        self._looks = {
            form: (_Look(style, f"{kind}-head"), _Look(style, f"{kind}-text"))
            for form, kind in ((False, "table"), (True, "form"))
        }
        self._layouts: dict[tuple[tuple[int, ...], int, bool], _Layout] = {}

    def table(self, table: tree.Table, width: int, room: float) -> tuple[str, list[float]]:
        """`w:tbl` between edges `width` twips apart, and the height of each row in points.

        A form's rows are made higher, so that together they fill `room` points.
        """
        layout = self._layout(table, width)
        rows, heights, shared = self._rows(table, layout)
        if table.form:
            heights = share_room(heights, room - _FORM_SPARE)
        out = [self._opening(table, layout, width)]
        heads = len(table.head)
        for index, cells in enumerate(rows):
            declared = table.form or index in shared
            height = f'<w:trHeight w:val="{int(heights[index] * 20)}" w:hRule="atLeast"/>' if declared else ""
            repeated = "<w:tblHeader/>" if index < heads else ""
            out.append(f"<w:tr><w:trPr><w:cantSplit/>{height}{repeated}</w:trPr>{cells}</w:tr>")
        if self._revisions:
            out[1:] = self._revisions.rows(out[1:], (*table.head, *table.body))
        out.append("</w:tbl>")
        return "".join(out), heights

    def _layout(self, table: tree.Table, width: int) -> _Layout:
        key = (table.columns, width, table.form)
        layout = self._layouts.get(key)
        if layout is None:
            if len(self._layouts) >= _LAYOUTS:
                del self._layouts[next(iter(self._layouts))]
            layout = self._layouts[key] = _Layout(table.columns, width)
        return layout

    def _opening(self, table: tree.Table, layout: _Layout, width: int) -> str:
        words = self._revisions.newer(table.caption) if self._revisions else table.caption
        caption, summary = attribute(plain_text(words)), attribute(table.summary)
        return (
            f'<w:tbl><w:tblPr><w:tblStyle w:val="ReportTable"/><w:tblW w:w="{width}" w:type="dxa"/>'
            '<w:jc w:val="center"/><w:tblLayout w:type="fixed"/>'
            f'<w:tblLook w:val="{"0420" if table.head else "0400"}"/>'
            + (f'<w:tblCaption w:val="{caption}"/>' if caption else "")
            + (f'<w:tblDescription w:val="{summary}"/>' if summary else "")
            + f"</w:tblPr>{layout.grid}"
        )

    def _rows(self, table: tree.Table, layout: _Layout) -> tuple[list[str], list[float], set[int]]:
        """The cells of every row, the height the row needs, and which rows were raised for a merged cell."""
        rows = (*table.head, *table.body)
        printed = layout.printed
        if len(printed) > _KNOWN_CELLS:
            printed.clear()
        heights: list[float] = []
        tall: list[tuple[int, int, float]] = []
        out: list[str] = []
        known_rows = layout.rows
        for index, (row, plan) in enumerate(zip(rows, self._plan(rows, layout, table.form), strict=True)):
            key = (id(row), id(plan))
            known = known_rows.get(key)
            if known is None:
                known = (row, plan, *self._row(row, plan, layout, table.form))
                if len(known_rows) > _KNOWN_ROWS:
                    known_rows.clear()
                known_rows[key] = known
            out.append(known[2])
            heights.append(known[3])
            tall += [(index, index + rowspan, height) for rowspan, height in known[4]]
        shared = _make_room(heights, tall, self._looks[table.form][1].metrics.line)
        return out, heights, shared

    def _row(
        self,
        row: tree.Row,
        plan: _RowPlan,
        layout: _Layout,
        form: bool,
    ) -> tuple[str, float, list[tuple[int, float]]]:
        """A row's cells, the height that those of this row alone need, and that of each cell reaching further."""
        places, after = plan
        printed = layout.printed
        line: list[str] = []
        height = 0.0
        tall: list[tuple[int, float]] = []
        for cell, (column, before) in zip(row.cells, places, strict=True):
            known = printed.get(id(cell))
            if known is None or known[1] != column:
                known = printed[id(cell)] = self._cell(cell, column, layout, form)
            line += (before, known[2])
            if cell.rowspan > 1:
                tall.append((cell.rowspan, known[3]))
            elif known[3] > height:
                height = known[3]
        line.append(after)
        return "".join(line), height, tall

    def _plan(self, rows: Sequence[tree.Row], layout: _Layout, form: bool) -> list[_RowPlan]:
        """Where the cells of each row stand, and the continued cells between them; one for all tables alike."""
        shape = tuple(
            [tuple([(cell.rowspan, cell.colspan, not cell.header) for cell in row.cells]) for row in rows]
        )
        plan = layout.plans.get(shape)
        if plan is None:
            if len(layout.plans) >= _LAYOUTS:
                layout.plans.clear()
                layout.rows.clear()
            plan = layout.plans[shape] = list(self._planned(shape, layout, form))
        return plan

    def _planned(self, shape: _Shape, layout: _Layout, form: bool) -> Iterator[_RowPlan]:
        below: dict[int, tuple[int, int, str]] = {}  # column -> rows still covered, span, cell XML
        last = len(layout.edges) - 1
        for row in shape:
            places: list[tuple[int, str]] = []
            column = 0
            for rowspan, colspan, is_text in row:
                before: list[str] = []
                while column in below:
                    column = _continue(below, column, before)
                places.append((column, "".join(before)))
                if rowspan > 1:
                    empty = self._looks[form][is_text].openings["left"] + "</w:p></w:tc>"
                    below[column] = (rowspan, colspan, layout.opening(column, colspan, "<w:vMerge/>") + empty)
                    _continue(below, column, None)
                column += colspan
            after: list[str] = []
            while column < last and column in below:
                column = _continue(below, column, after)
            yield places, "".join(after)

    def _cell(self, cell: tree.Cell, column: int, layout: _Layout, form: bool) -> _Printed:
        look = self._looks[form][not cell.header]
        opening = look.openings[cell.align]
        width = (layout.width(column, cell.colspan) - 2 * CELL_MARGIN_X) / 20
        paragraphs = cell.paragraphs
        lines = 0
        out = [
            layout.opening(column, cell.colspan, '<w:vMerge w:val="restart"/>' if cell.rowspan > 1 else "")
        ]
        for children in paragraphs:
            if all_words(children):
                text = "".join([child.text for child in children])  # type: ignore[union-attr]
                runs = run(text) if text else ""
            else:
                text, runs = plain_text(children), self._inlines.runs(children)
            out.append(f"{opening}{runs}</w:p>")
            lines += look.metrics.cell_lines(text, width)
        if not paragraphs:
            out.append(f"{opening}</w:p>")
            lines = 1
        elif self._revisions:
            out[1:] = self._revisions.cell(out[1:], paragraphs)
        out.append("</w:tc>")
        look_height = lines * look.metrics.line + max(1, len(paragraphs)) * (
            look.metrics.before + look.metrics.after
        )
        return cell, column, "".join(out), look_height + CELL_MARGIN_Y / 10 + _BORDER


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


def _make_room(heights: list[float], tall: Sequence[tuple[int, int, float]], least: float) -> set[int]:
    """Raise rows to the least height, and the rows beside a tall merged cell evenly until it fits.

    Word would raise the last of them only, and that row, which does not divide, would leave half a page
    empty. The rows raised are returned.
    """
    for index, height in enumerate(heights):
        heights[index] = max(height, least)
    raised: set[int] = set()
    for start, end, height in sorted(tall, key=lambda cell: cell[1] - cell[0]):
        end = min(end, len(heights))
        missing = height - sum(heights[start:end])
        if missing > 0:
            for index in range(start, end):
                heights[index] += missing / (end - start)
            raised.update(range(start, end))
    return raised


def share_room(heights: list[float], room: float) -> list[float]:
    """Row heights that fill `room`: each row gets an equal share of what is left.

    A short form is not stretched out of shape: no row grows beyond a few times its need. A form
    that already needs more than the room is left as it is.
    """
    spare = room - sum(heights)
    if spare <= 0 or not heights:
        return heights
    share = spare / len(heights)
    return [height + min(share, height * (_FORM_STRETCH - 1)) for height in heights]
