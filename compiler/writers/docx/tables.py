"""Tables: one grid, merged cells, rows that share a form's page.

A form has eighty cells and a report a thousand forms. Most of the cells are the template's own words, and rows made
by the same place of it say so: they share their pattern. It is printed once, as a frame, and a row is the frame with the words of
its other cells put in. Rows without a pattern are printed cell by cell, a cell that comes again as it was.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from compiler import tree
from compiler.style import Style, made_of
from compiler.writers.docx.inlines import InlineWriter, all_alike, all_words, plain_text
from compiler.writers.docx.markup import attribute, run
from compiler.writers.docx.row_heights import make_room, share_room
from compiler.writers.docx.table_layout import (
    CellLook,
    Frame,
    Layout,
    Layouts,
    Opening,
    Printed,
    Recent,
    RowPlan,
    TableFrame,
    shape_of,
)

if TYPE_CHECKING:
    from compiler.writers.docx.revisions import Revisions

_CELL_END, _ROW_END = "</w:p></w:tc>", "</w:tr>"
# An estimate may be a line short somewhere; a form must not lose its last row to the next page.
_FORM_SPARE = 16.0
_KNOWN_CELLS, _KNOWN_RUNS, _RECURRING = 3_000, 3_000, 12
_KNOWN_TABLES, _KNOWN_FRAMES, _KNOWN_LAYOUTS = 500, 1_000, 32


class TableWriter:
    """Prints the tables of one document."""

    def __init__(self, style: Style, inlines: InlineWriter, revisions: Revisions | None = None) -> None:
        self._inlines = inlines
        self._revisions = revisions
        # With revisions nothing has a frame.
        self._layouts = Layouts(style) if revisions else made_of(style, Layouts)
        self._looks, self._openings = self._layouts.looks, self._layouts.row_openings
        self._recent: dict[Layout, Recent] = {}
        self._runs: dict[str, bytes] = {}
        """Short words as a run: they are likely to come again."""

    def table(self, table: tree.Table, width: int, room: float) -> tuple[bytes, list[float]]:
        """`w:tbl` between edges `width` twips apart, in UTF-8, and the height of each row in points.

        A form's rows are made higher, so that together they fill `room` points.
        """
        layout = self._layouts.of(table, width)
        rows = table.head + table.body
        frame = self._frame_of(rows, layout, table.form)
        pieces, heights = frame.pieces.copy(), frame.heights.copy()
        tall = self._fill(frame, rows, layout, table.form, pieces, heights)
        shared = make_room(heights, tall, self._looks[table.form][1].metrics.line)
        if table.form:
            heights = share_room(heights, room - _FORM_SPARE)
        heads = len(table.head)
        openings = self._openings
        for index, (start, height) in enumerate(zip(frame.starts, heights, strict=True)):
            key = int(height * 20) if table.form or index in shared else -1, index < heads
            pieces[start] = openings.get(key) or self._row_opening(*key)
        if self._revisions:
            ends = (*frame.starts[1:], len(pieces))
            for row, start, end in zip(rows, frame.starts, ends, strict=True):
                printed = self._revisions.row(b"".join(pieces[start:end]).decode(), row)
                pieces[start:end] = [printed.encode(), *[b""] * (end - start - 1)]
        opening = self._opening(table, layout, width).encode()
        return b"".join((opening, *pieces, b"</w:tbl>")), heights

    def _row_opening(self, height: int, repeated: bool) -> bytes:
        """`w:tr` and its properties; `height` in twips, below 0 for none."""
        declared = f'<w:trHeight w:val="{height}" w:hRule="atLeast"/>' if height >= 0 else ""
        head = "<w:tblHeader/>" if repeated else ""
        if len(self._openings) >= _KNOWN_RUNS:
            self._openings.clear()
        opening = f"<w:tr><w:trPr><w:cantSplit/>{declared}{head}</w:trPr>".encode()
        self._openings[height, repeated] = opening
        return opening

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

    def _fill(
        self,
        frame: TableFrame,
        rows: Sequence[tree.Row],
        layout: Layout,
        form: bool,
        pieces: list[bytes],
        heights: list[float],
    ) -> list[tuple[int, int, float]]:
        """Put what differs from table to table into the pieces of its frame, and what its rows need into their heights; the first row of
        every cell that reaches further down is given, with the row after its last and the height it needs.
        """
        tall: list[tuple[int, int, float]] = []
        runs = self._runs
        for index, first, plan, pattern, reaching in frame.rows:
            row = rows[index]
            if pattern is None:
                pieces[first], heights[index], reaching = self._row(row, plan, layout, form)
            elif row.words is None:
                if pattern.openings:
                    heights[index], reaching = self._filled(pattern, row, pieces, first)
            else:
                openings = pattern.openings
                for number, text in enumerate(row.words):
                    place, fits, opening = openings[number]
                    if text:
                        pieces[first + place] = runs.get(text) or self._run(text)
                    if len(text) > fits:
                        height = opening.height_of(text)
                        if opening.rowspan > 1:
                            reaching = [*reaching, (opening.rowspan, height)]
                        elif height > heights[index]:
                            heights[index] = height
            if reaching:
                tall += [(index, index + rowspan, height) for rowspan, height in reaching]
        return tall

    def _filled(
        self, frame: Frame, row: tree.Row, pieces: list[bytes], first: int
    ) -> tuple[float, list[tuple[int, float]]]:
        """Put the cells of a row of a pattern, which may hold anything, into its pieces, which start at `first`; the heights are as `_row`
        has them.
        """
        most, tall = frame.height, frame.tall
        for place, _, opening in frame.openings:
            height = opening.height
            paragraphs = row.cells[opening.cell].paragraphs
            if paragraphs:
                printed, lines = self._paragraphs(paragraphs, opening.look, opening.width)
                pieces[first + place] = f"</w:p>{opening.paragraph}".join(printed).encode()
                height = opening.look.height(lines, len(paragraphs))
            if opening.rowspan > 1:
                tall = [*tall, (opening.rowspan, height)]
            elif height > most:
                most = height
        return most, tall

    def _run(self, text: str) -> bytes:
        printed = run(text).encode()
        if len(text) <= _RECURRING:
            if len(self._runs) >= _KNOWN_RUNS:
                self._runs.clear()
            self._runs[text] = printed
        return printed

    def _row(
        self, row: tree.Row, plan: RowPlan, layout: Layout, form: bool
    ) -> tuple[bytes, float, list[tuple[int, float]]]:
        """A row's cells with its end, the height that those of this row alone need, and that of each cell reaching further."""
        places, after = plan
        printed = self._recent_in(layout).cells
        if len(printed) > _KNOWN_CELLS:
            printed.clear()
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
        line.append(f"{after}{_ROW_END}")
        return "".join(line).encode(), height, tall

    def _recent_in(self, layout: Layout) -> Recent:
        recent = self._recent.get(layout)
        if recent is None:
            if len(self._recent) >= _KNOWN_LAYOUTS:
                self._recent.clear()
            recent = self._recent[layout] = Recent()
        return recent

    def _frame_of(self, rows: Sequence[tree.Row], layout: Layout, form: bool) -> TableFrame:
        """The table without what differs among those whose rows are of the same patterns."""
        key = tuple([row.pattern or shape_of(row) for row in rows])
        tables = self._recent_in(layout).tables
        found = tables.get(key)
        if found is None:
            if len(tables) >= _KNOWN_TABLES:
                tables.clear()
            plans = layout.plans(tuple(map(shape_of, rows)), self._looks[form])
            found = tables[key] = TableFrame(
                [
                    (plan, self._frame(row.pattern, plan, layout, form))
                    for row, plan in zip(rows, plans, strict=True)
                ]
            )
        return found

    def _frame(
        self, pattern: tree.RowPattern | None, plan: RowPlan, layout: Layout, form: bool
    ) -> Frame | None:
        """The frame of a pattern whose cells stand as in a plan. With revisions there is none: what changed is marked cell by cell; nor of
        cells that are not alike in every document.
        """
        if pattern is None or self._revisions:
            return None
        frame = layout.frames.get((pattern, plan))
        if frame is None:
            if not all(all_alike(inlines) for cell in pattern.cells for inlines in cell.paragraphs):
                return None
            if len(layout.frames) >= _KNOWN_FRAMES:
                layout.frames.clear()
            frame = layout.frames[pattern, plan] = self._framed(pattern, plan, layout, form)
        return frame

    def _framed(self, pattern: tree.RowPattern, plan: RowPlan, layout: Layout, form: bool) -> Frame:
        places, after = plan
        pieces: list[str] = []
        openings: list[tuple[int, int, Opening]] = []
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
                if cell.rowspan > 1:
                    fits = -1
                elif height > most:
                    most = height
                more = Opening(index, narrow, height, cell.rowspan, look, opening, width)
                openings.append((len(pieces) - 1, fits, more))
                text = _CELL_END
                continue
            text += before + xml
            if cell.rowspan > 1:
                tall.append((cell.rowspan, height))
            elif height > most:
                most = height
        ends = text + after + _ROW_END
        return Frame([piece.encode() for piece in (*pieces, ends)], openings, most, tall)

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
        self, paragraphs: Sequence[Sequence[tree.Inline]], look: CellLook, width: float
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
