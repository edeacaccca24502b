"""Tables: one grid, merged cells, rows that share a form's page.

A form has eighty cells and a report a thousand forms. Most of the cells are the template's own words, and rows made
by the same place of it say so: they share their pattern. It is printed once, as a frame, and a row is the frame with the words of
its other cells put in. Rows without a pattern are printed cell by cell, a cell that comes again as it was.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any, TypeAlias

from compiler import tree
from compiler.style import Style
from compiler.writers.docx.inlines import InlineWriter, all_words, plain_text
from compiler.writers.docx.markup import attribute, run
from compiler.writers.docx.paging import Metrics, metrics
from compiler.writers.docx.row_heights import make_room, share_room
from compiler.writers.docx.styles import STYLE_IDS

if TYPE_CHECKING:
    from compiler.writers.docx.revisions import Revisions

CELL_MARGIN_X, CELL_MARGIN_Y = 57, 28
"""Twips between a cell's edge and its text, as the reference document's table style has them."""
_BORDER = 0.5
_CELL_END = "</w:p></w:tc>"
# An estimate may be a line short somewhere; a form must not lose its last row to the next page.
_FORM_SPARE = 16.0
_LAYOUTS = 32
_KNOWN_CELLS, _KNOWN_RUNS, _RECURRING = 3_000, 3_000, 12
_KNOWN_TABLES, _KNOWN_FRAMES = 500, 1_000

_Shape: TypeAlias = tuple[tuple[tuple[int, int, bool], ...], ...]
"""Row span, column span and whether it is a body cell, of every cell by rows."""
_RowPlan: TypeAlias = tuple[tuple[tuple[int, str], ...], str]
"""The column of each cell with the continued cells before it, and those after the last."""
_Printed: TypeAlias = tuple[tree.Cell, int, str, float]
"""The cell (kept, so that its id stays its own), its column, its XML, the height it needs."""


_Opening: TypeAlias = "tuple[int, int, int, int, float, int, _Look, str, float]"
"""Where the words of a cell go into a frame: among its pieces; the cell's place in the row; how many characters certainly stand in one
line, and how many that are all narrow; the height it needs with one line; its row span; its look, how a paragraph of it opens, the width for its text."""


class _Frame:
    """A row of a pattern at its place in a grid, without the words of the cells that differ."""

    __slots__ = ("height", "openings", "pieces", "tall")

    def __init__(
        self, pieces: list[bytes], openings: list[_Opening], height: float, tall: list[tuple[int, float]]
    ) -> None:
        self.pieces = pieces
        """Its cells, with an empty piece for the words of each cell that differs."""
        self.openings = openings
        self.height = height
        """What the other cells need that stand in this row alone."""
        self.tall = tall
        """Row span and height of the other cells that reach further down."""


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

    def height(self, lines: int, paragraphs: int) -> float:
        """Points that a cell of so many lines and paragraphs needs."""
        look = self.metrics
        return lines * look.line + paragraphs * (look.before + look.after) + CELL_MARGIN_Y / 10 + _BORDER


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
        self.tables: dict[tuple[Any, ...], list[tuple[_RowPlan, _Frame | None]]] = {}
        """Plans and frames of the rows of a table, by the patterns of those, or their shapes where they have none."""
        self.frames: dict[tuple[tree.RowPattern, _RowPlan], _Frame] = {}
        self.printed: dict[int, _Printed] = {}
        """Cells by identity; each is kept here, so that its id stays its own."""
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

    def text_width(self, column: int, span: int) -> float:
        """Points between the margins of a cell."""
        return (self.width(column, span) - 2 * CELL_MARGIN_X) / 20


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

    def _rows(self, table: tree.Table, layout: _Layout) -> tuple[list[list[bytes]], list[float], set[int]]:
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

    def _filled(self, frame: _Frame, row: tree.Row) -> tuple[list[bytes], float, list[tuple[int, float]]]:
        """A row made by a frame: its pieces, and the heights as `_row` has them."""
        pieces = frame.pieces.copy()
        most, tall = frame.height, frame.tall
        cells, runs = row.cells, self._runs
        for place, index, fits, narrow, height, rowspan, look, paragraph, width in frame.openings:
            paragraphs = cells[index].paragraphs
            if paragraphs:
                words: Any = paragraphs[0]
                if len(paragraphs) == len(words) == 1 and type(words[0]) is tree.Figure:
                    text = words[0].text
                    found = runs.get(text)
                    pieces[place] = self._run(text) if found is None else found
                    if len(text) > fits and (len(text) > narrow or not text.isascii()):
                        height = look.height(look.metrics.cell_lines(text, width), 1)
                else:
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
        self, row: tree.Row, plan: _RowPlan, layout: _Layout, form: bool
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
        self, rows: Sequence[tree.Row], layout: _Layout, form: bool
    ) -> list[tuple[_RowPlan, _Frame | None]]:
        """How to print each row: where its cells stand, and the frame of its pattern where it has one."""
        key = tuple([row.pattern or _shape(row) for row in rows])
        found = layout.tables.get(key)
        if found is None:
            if len(layout.tables) >= _KNOWN_TABLES:
                layout.tables.clear()
            plans = self._planned(tuple(map(_shape, rows)), layout, form)
            found = [
                (plan, self._frame(row.pattern, plan, layout, form))
                for row, plan in zip(rows, plans, strict=True)
            ]
            layout.tables[key] = found
        return found

    def _frame(
        self, pattern: tree.RowPattern | None, plan: _RowPlan, layout: _Layout, form: bool
    ) -> _Frame | None:
        """The frame of a pattern whose cells stand as in a plan. With revisions there is none: what changed is marked cell by cell."""
        if pattern is None or self._revisions:
            return None
        frame = layout.frames.get((pattern, plan))
        if frame is None:
            if len(layout.frames) >= _KNOWN_FRAMES:
                layout.frames.clear()
            frame = layout.frames[pattern, plan] = self._framed(pattern, plan, layout, form)
        return frame

    def _framed(self, pattern: tree.RowPattern, plan: _RowPlan, layout: _Layout, form: bool) -> _Frame:
        places, after = plan
        pieces: list[str] = []
        openings: list[_Opening] = []
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
        return _Frame([piece.encode() for piece in (*pieces, text + after)], openings, most, tall)

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
            yield tuple(places), "".join(after)

    def _cell(self, cell: tree.Cell, column: int, layout: _Layout, form: bool) -> _Printed:
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
        self, paragraphs: Sequence[Sequence[tree.Inline]], look: _Look, width: float
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


def _shape(row: tree.Row) -> tuple[tuple[int, int, bool], ...]:
    return tuple([(cell.rowspan, cell.colspan, not cell.header) for cell in row.cells])


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
