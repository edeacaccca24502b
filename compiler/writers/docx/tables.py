"""Tables: one grid, merged cells, rows that share a form's page.

A form has eighty cells and a report a thousand forms. Most of the cells are the template's own words, and rows made
by the same place of it say so: they share their pattern. It is printed once, as a frame, and a row is the frame with the words of
its other cells put in. Rows without a pattern are printed cell by cell, a cell that comes again as it was.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from compiler import tree
from compiler.style import Style
from compiler.writers.docx.inlines import InlineWriter, all_words, plain_text
from compiler.writers.docx.markup import attribute, run
from compiler.writers.docx.row_heights import make_room, share_room
from compiler.writers.docx.table_layout import (
    Frame,
    Layout,
    Look,
    Opening,
    Printed,
    RowPlan,
    shape_of,
)

if TYPE_CHECKING:
    from compiler.writers.docx.revisions import Revisions

_CELL_END = "</w:p></w:tc>"
# An estimate may be a line short somewhere; a form must not lose its last row to the next page.
_FORM_SPARE = 16.0
_LAYOUTS = 32
_KNOWN_CELLS, _KNOWN_RUNS, _RECURRING = 3_000, 3_000, 12
_KNOWN_TABLES, _KNOWN_FRAMES = 500, 1_000


class TableWriter:
    """Prints the tables of one document."""

    def __init__(self, style: Style, inlines: InlineWriter, revisions: Revisions | None = None) -> None:
        self._inlines = inlines
        self._revisions = revisions
        self._looks = {
            form: (Look(style, f"{kind}-head"), Look(style, f"{kind}-text"))
            for form, kind in ((False, "table"), (True, "form"))
        }
        self._layouts: dict[tuple[tuple[int, ...], int, bool], Layout] = {}
        self._runs: dict[str, bytes] = {}
        """Short words as a run: they are likely to come again."""
        self._openings: dict[tuple[int, bool], bytes] = {}

    def table(self, table: tree.Table, width: int, room: float) -> tuple[bytes, list[float]]:
        """`w:tbl` between edges `width` twips apart, in UTF-8, and the height of each row in points.

        A form's rows are made higher, so that together they fill `room` points.
        """
        layout = self._layout(table, width)
        rows, heights, shared = self._rows(table, layout)
        if table.form:
            heights = share_room(heights, room - _FORM_SPARE)
        out = [self._opening(table, layout, width).encode()]
        heads = len(table.head)
        for index, cells in enumerate(rows):
            declared = table.form or index in shared
            out.append(self._row_opening(int(heights[index] * 20) if declared else -1, index < heads))
            out += cells
            out.append(b"</w:tr>")
            if self._revisions:
                start = -2 - len(cells)
                row = (table.head + table.body)[index]
                out[start:] = [self._revisions.row(b"".join(out[start:]).decode(), row).encode()]
        out.append(b"</w:tbl>")
        return b"".join(out), heights

    def _row_opening(self, height: int, repeated: bool) -> bytes:
        """`w:tr` and its properties; `height` in twips, below 0 for none."""
        key = (height, repeated)
        found = self._openings.get(key)
        if found is None:
            declared = f'<w:trHeight w:val="{height}" w:hRule="atLeast"/>' if height >= 0 else ""
            head = "<w:tblHeader/>" if repeated else ""
            if len(self._openings) >= _KNOWN_RUNS:
                self._openings.clear()
            found = self._openings[key] = f"<w:tr><w:trPr><w:cantSplit/>{declared}{head}</w:trPr>".encode()
        return found

    def _layout(self, table: tree.Table, width: int) -> Layout:
        key = (table.columns, width, table.form)
        layout = self._layouts.get(key)
        if layout is None:
            if len(self._layouts) >= _LAYOUTS:
                del self._layouts[next(iter(self._layouts))]
            layout = self._layouts[key] = Layout(table.columns, width)
        return layout

    def _opening(self, table: tree.Table, layout: Layout, width: int) -> str:
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

    def _rows(self, table: tree.Table, layout: Layout) -> tuple[list[list[bytes]], list[float], set[int]]:
        """The cells of every row in pieces, the height the row needs, and which rows were raised for a merged cell."""
        rows = table.head + table.body
        if len(layout.printed) > _KNOWN_CELLS:
            layout.printed.clear()
        heights: list[float] = []
        tall: list[tuple[int, int, float]] = []
        out: list[list[bytes]] = []
        for index, (row, (plan, frame)) in enumerate(
            zip(rows, self._frames(rows, layout, table.form), strict=True)
        ):
            if frame is None:
                pieces, height, reaching = self._row(row, plan, layout, table.form)
            elif row.words is not None:
                pieces, height, reaching = self._worded(frame, row.words)
            elif frame.openings:
                pieces, height, reaching = self._filled(frame, row)
            else:
                pieces, height, reaching = frame.pieces, frame.height, frame.tall
            out.append(pieces)
            heights.append(height)
            if reaching:
                tall += [(index, index + rowspan, needed) for rowspan, needed in reaching]
        shared = make_room(heights, tall, self._looks[table.form][1].metrics.line)
        return out, heights, shared

    def _worded(
        self, frame: Frame, words: Sequence[str]
    ) -> tuple[list[bytes], float, list[tuple[int, float]]]:
        """A row that a pattern made of words: its pieces, and the heights as `_row` has them."""
        pieces = frame.pieces.copy()
        most, tall = frame.height, frame.tall
        runs = self._runs
        for (place, _, fits, narrow, height, rowspan, look, _, width), text in zip(
            frame.openings, words, strict=True
        ):
            if text:
                pieces[place] = runs.get(text) or self._run(text)
                if len(text) > fits and (len(text) > narrow or not text.isascii()):
                    height = look.height(look.metrics.cell_lines(text, width), 1)
            if rowspan > 1:
                tall = [*tall, (rowspan, height)]
            elif height > most:
                most = height
        return pieces, most, tall

    def _filled(self, frame: Frame, row: tree.Row) -> tuple[list[bytes], float, list[tuple[int, float]]]:
        """A row of a pattern whose cells may hold anything, likewise."""
        pieces = frame.pieces.copy()
        most, tall = frame.height, frame.tall
        for place, index, _, _, height, rowspan, look, paragraph, width in frame.openings:
            paragraphs = row.cells[index].paragraphs
            if paragraphs:
                printed, lines = self._paragraphs(paragraphs, look, width)
                pieces[place] = f"</w:p>{paragraph}".join(printed).encode()
                height = look.height(lines, len(paragraphs))
            if rowspan > 1:
                tall = [*tall, (rowspan, height)]
            elif height > most:
                most = height
        return pieces, most, tall

    def _run(self, text: str) -> bytes:
        printed = run(text).encode()
        if len(text) <= _RECURRING and "." not in text:  # amounts are many
            if len(self._runs) >= _KNOWN_RUNS:
                self._runs.clear()
            self._runs[text] = printed
        return printed

    def _row(
        self, row: tree.Row, plan: RowPlan, layout: Layout, form: bool
    ) -> tuple[list[bytes], float, list[tuple[int, float]]]:
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
        return ["".join(line).encode()], height, tall

    def _frames(
        self, rows: Sequence[tree.Row], layout: Layout, form: bool
    ) -> list[tuple[RowPlan, Frame | None]]:
        """How to print each row: where its cells stand, and the frame of its pattern where it has one."""
        key = tuple([row.pattern or shape_of(row) for row in rows])
        found = layout.tables.get(key)
        if found is None:
            if len(layout.tables) >= _KNOWN_TABLES:
                layout.tables.clear()
            plans = layout.plans(tuple(map(shape_of, rows)), self._looks[form])
            found = [
                (plan, self._frame(row.pattern, plan, layout, form))
                for row, plan in zip(rows, plans, strict=True)
            ]
            layout.tables[key] = found
        return found

    def _frame(
        self, pattern: tree.RowPattern | None, plan: RowPlan, layout: Layout, form: bool
    ) -> Frame | None:
        """The frame of a pattern whose cells stand as in a plan. With revisions there is none: what changed is marked cell by cell."""
        if pattern is None or self._revisions:
            return None
        frame = layout.frames.get((pattern, plan))
        if frame is None:
            if len(layout.frames) >= _KNOWN_FRAMES:
                layout.frames.clear()
            frame = layout.frames[pattern, plan] = self._framed(pattern, plan, layout, form)
        return frame

    def _framed(self, pattern: tree.RowPattern, plan: RowPlan, layout: Layout, form: bool) -> Frame:
        places, after = plan
        pieces: list[str] = []
        openings: list[Opening] = []
        most = 0.0
        tall: list[tuple[int, float]] = []
        text = ""
        for index, (cell, (column, before)) in enumerate(zip(pattern.cells, places, strict=True)):
            _, _, xml, height = self._cell(cell, column, layout, form)
            if index in pattern.open:
                look = self._looks[form][not cell.header]
                width = layout.text_width(column, cell.colspan)
                pieces += (text + before + xml.removesuffix(_CELL_END), "")
                opening = look.openings[cell.align]
                fits, narrow = look.metrics.fits(width), look.metrics.fits(width, 0.5)
                place = len(pieces) - 1
                openings.append((place, index, fits, narrow, height, cell.rowspan, look, opening, width))
                text = _CELL_END
                continue
            text += before + xml
            if cell.rowspan > 1:
                tall.append((cell.rowspan, height))
            elif height > most:
                most = height
        return Frame([piece.encode() for piece in (*pieces, text + after)], openings, most, tall)

    def _cell(self, cell: tree.Cell, column: int, layout: Layout, form: bool) -> Printed:
        look = self._looks[form][not cell.header]
        opening = look.openings[cell.align]
        merge = '<w:vMerge w:val="restart"/>' if cell.rowspan > 1 else ""
        printed, lines = self._paragraphs(cell.paragraphs, look, layout.text_width(column, cell.colspan))
        words = [f"{opening}{runs}</w:p>" for runs in printed]
        if self._revisions and cell.paragraphs:
            words = self._revisions.cell(words, cell.paragraphs)
        xml = "".join([layout.opening(column, cell.colspan, merge), *words, "</w:tc>"])
        return cell, column, xml, look.height(lines, len(printed))

    def _paragraphs(
        self, paragraphs: Sequence[Sequence[tree.Inline]], look: Look, width: float
    ) -> tuple[list[str], int]:
        """The runs of each paragraph of a cell, which has at least one, and how many lines they take."""
        if not paragraphs:
            return [""], 1
        lines = 0
        out: list[str] = []
        for children in paragraphs:
            if all_words(children):
                text = "".join([child.text for child in children])  # type: ignore[union-attr]
                out.append(run(text) if text else "")
            else:
                text = plain_text(children)
                out.append(self._inlines.runs(children))
            lines += look.metrics.cell_lines(text, width)
        return out, lines
