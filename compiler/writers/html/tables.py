"""Tables as HTML, with the cells a template repeats printed once."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Literal

from compiler.tree import Cell, Change, Inline, Row, RowPattern, Table, plain_text
from compiler.writers.html.inlines import PrintFigure, attribute, changed, escape, inlines
from compiler.writers.html.marks import Marks

WIDE = 6
"""From so many columns on a table gets a box of its own to scroll in on a narrow screen."""

_KNOWN_FRAMES = 1_000

_Printed = dict[int, tuple[Cell, str]]
_Frame = tuple[list[str], list[tuple[int, int, bool]]]
"""A row of a pattern in pieces, and where what differs goes into it: among the pieces, the place of the cell, whether it goes
there with its element, which depends on whether it is empty."""


class TablePrinter:
    """Prints tables; remembers the cells that come again.

    Rows that share a pattern differ in some cells only: the others are printed once, as the row's frame. Of rows without one the
    cells are looked at: a cell met in two successive tables of one shape comes from a template and is kept, with its HTML, by
    identity; what a table alone holds is forgotten with the next. So memory is bounded by the templates, not by the report.
    """

    def __init__(
        self, said: Callable[[Sequence[Inline]], str] = plain_text, marks: Marks | None = None
    ) -> None:
        self._said = said
        """The words of a caption as they are read out."""
        self._marks = marks
        self._fixed: _Printed = {}
        self._last: dict[tuple[int, ...], _Printed] = {}
        self._frames: dict[RowPattern, _Frame] = {}
        self._colgroups: dict[tuple[int, ...], str] = {}

    def print(self, table: Table, heading: str) -> str:
        """The table with its box, caption and notes.

        `heading` is the nearest title before it: the table's name to a screen reader when it has neither
        caption nor summary.
        """
        marks = self._marks
        caption = _caption(table, self._said, marks)
        spoken = attribute(table.summary or caption[1] or heading)
        wide = table.form or len(table.columns) >= WIDE
        out = []
        if wide:
            out.append(f'<div class="wide" role="group" aria-label="{spoken}" tabindex="0">\n')
        out.append("<table")
        if table.anchor:
            out.append(f' id="{attribute(table.anchor)}"')
        if table.form:
            out.append(' class="form"')
        if not caption[0] and spoken:
            out.append(f' aria-label="{spoken}"')
        if marks is not None:
            out.append(marks.block(table))
        out.append(">\n")
        out.append(caption[0])
        out.append(self._colgroup(table.columns))
        before = self._last.get(table.columns, {})
        now: _Printed = {}
        if table.head:
            out.append("<thead>\n")
            self._rows(table.head, out, before, now)
            out.append("</thead>\n")
        out.append("<tbody>\n")
        self._rows(table.body, out, before, now)
        out.append("</tbody>\n</table>\n")
        self._last[table.columns] = now
        if wide:
            out.append("</div>\n")
        for note in table.notes:
            out.append(f'<p class="note">{inlines(note, marks)}</p>\n')
        return "".join(out)

    def _rows(self, rows: Sequence[Row], out: list[str], before: _Printed, now: _Printed) -> None:
        fixed = self._fixed
        append = out.append
        for row in rows:
            if row.change:
                # A cell kept from a row in both documents prints otherwise.
                cells = "".join([print_cell(cell, row.change) for cell in row.cells])
                append(f'<tr class="{row.change}">{cells}</tr>\n')
                continue
            if self._marks is not None:  # a figure is marked as the one it is: no cell comes again
                cells = "".join([print_cell(cell, figure=self._marks) for cell in row.cells])
                append(f"<tr>{cells}</tr>\n")
                continue
            if row.pattern is not None:
                pieces, openings = self._frames.get(row.pattern) or self._frame(row.pattern)
                start = len(out)
                out += pieces
                words = row.words
                for number, (place, index, whole) in enumerate(openings):
                    if whole:
                        out[start + place] = print_cell(row.cells[index])
                    elif words is not None:
                        out[start + place] = escape(words[number])
                    else:
                        out[start + place] = _content(row.cells[index])
                continue
            append("<tr>")
            for cell in row.cells:
                key = id(cell)
                known = fixed.get(key)
                if known is None:
                    known = before.get(key)
                    if known is None:
                        known = now[key] = (cell, print_cell(cell))
                    else:
                        fixed[key] = known
                append(known[1])
            append("</tr>\n")

    def _frame(self, pattern: RowPattern) -> _Frame:
        if len(self._frames) >= _KNOWN_FRAMES:
            self._frames.clear()
        pieces: list[str] = []
        openings: list[tuple[int, int, bool]] = []
        text = "<tr>"
        for index, cell in enumerate(pattern.cells):
            printed = print_cell(cell)
            if index in pattern.open:
                whole = bool(cell.header)
                ending = "" if whole else "</td>"
                pieces += (text if whole else text + printed.removesuffix(ending), "")
                openings.append((len(pieces) - 1, index, whole))
                text = ending
            else:
                text += printed
        frame = self._frames[pattern] = [*pieces, f"{text}</tr>\n"], openings
        return frame

    def _colgroup(self, columns: tuple[int, ...]) -> str:
        known = self._colgroups.get(columns)
        if known is None:
            cols = "".join(f'<col style="width:{width / 100:g}%">' for width in columns)
            known = self._colgroups[columns] = f"<colgroup>{cols}</colgroup>\n"
        return known


def print_cell(cell: Cell, change: Change | Literal[""] = "", figure: PrintFigure | None = None) -> str:
    """One cell; its paragraphs become elements only when there are several.

    What a cell of a changed row holds is marked as a whole.
    """
    content = _content(cell, figure)
    if change and content:
        content = changed(change, content)
    # An empty header cell heads nothing, and a screen reader would announce a nameless header.
    name = "th" if cell.header and content else "td"
    attributes = f' scope="{cell.header}"' if name == "th" else ""
    if cell.rowspan > 1:
        attributes += f' rowspan="{cell.rowspan}"'
    if cell.colspan > 1:
        attributes += f' colspan="{cell.colspan}"'
    if cell.align != "left":
        attributes += f' class="{cell.align}"'
    return f"<{name}{attributes}>{content}</{name}>"


def _content(cell: Cell, figure: PrintFigure | None = None) -> str:
    paragraphs = cell.paragraphs
    if len(paragraphs) == 1:
        return inlines(paragraphs[0], figure)
    return "".join([f"<p>{inlines(paragraph, figure)}</p>" for paragraph in paragraphs])


def _caption(
    table: Table, said: Callable[[Sequence[Inline]], str], figure: PrintFigure | None
) -> tuple[str, str]:
    """The caption element, and its words for a label; both empty when there is none."""
    if not table.caption and not table.number:
        return "", ""
    lead = f"{table.number}\u3000" if table.number and table.caption else table.number
    return (
        f"<caption>{escape(lead)}{inlines(table.caption, figure)}</caption>\n",
        f"{table.number} {said(table.caption)}".strip(),
    )
