"""A sheet of a workbook -> its lines, the columns known by their headers."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from compiler.diagnostics import nearest
from compiler.figures import UNITS, half_width
from compiler.named import NamedTuple
from compiler.workbook.cells import Cell, Row, letters
from compiler.workbook.cells import Sheet as CellSheet
from compiler.workbook.layout import KEY_HEADER, TOTALS_KEY, Column, Role, Sheet

_UNIT = re.compile(r"(.*?)\s*[(（](元|万元|亿元|%)[)）]", re.DOTALL)
LOOKED_AT = 20
"""Rows in which the headers are looked for."""


class Problem(NamedTuple):
    """Why nothing is taken over from a workbook: where, what, what to do."""

    sheet: str
    place: str
    """The cell; empty when it is the whole sheet, or a file."""
    message: str
    hint: str

    def __str__(self) -> str:
        where = f"工作表“{self.sheet}”" if self.sheet else ""
        return f"{where}{f' {self.place}' if self.place else ''}{'：' if where else ''}{self.message}"


class Line(NamedTuple):
    """A row under the headers."""

    number: int
    cells: dict[str, Cell]
    """By the header of the column."""

    def text(self, header: str | None) -> str:
        """What a cell shows, without the spaces around it."""
        cell = self.cells.get(header) if header is not None else None
        return "" if cell is None else cell.shown.strip()


def has_keys(sheet: CellSheet) -> bool:
    """Whether a sheet has the header over the keys, as every sheet that was exported."""
    for row in sheet.rows():
        if row.number > LOOKED_AT:
            break
        if any(folded(cell.shown) == folded(KEY_HEADER) for cell in row.cells):
            return True
    return False


def header_of(text: str) -> tuple[str, str]:
    """A header as (name, unit): without line ends, spaces and its unit, which is empty when it gives none."""
    words = re.sub(r"\s+", "", half_width(text))
    found = _UNIT.fullmatch(words)
    return (found[1], found[2]) if found else (words, "")


def folded(name: str) -> str:
    """A header as it is compared: without spaces, full-width marks as half-width ones."""
    return re.sub(r"\s+", "", half_width(name))


class Grid:
    """A sheet that is being read."""

    def __init__(self, sheet: CellSheet, layout: Sheet) -> None:
        self.sheet, self.layout = sheet, layout
        self.columns: dict[int, Column] = {}
        """By number, of those that are known."""
        self.units: dict[str, str] = {}
        """The unit of amounts, of the headers that give one."""
        self.problems: list[Problem] = []
        self.notices: list[str] = []
        self.header_row = 0
        self._rows = sheet.rows()

    @property
    def present(self) -> frozenset[str]:
        """The headers that are there."""
        return frozenset(column.header for column in self.columns.values())

    def begin(self) -> bool:
        """Find the headers; whether the sheet can be read, else it is among the problems why not."""
        for row in self._rows:
            if row.number > LOOKED_AT:
                break
            if any(folded(cell.shown) == folded(KEY_HEADER) for cell in row.cells):
                self._headers(row)
                return not self.problems
        self.problems.append(
            Problem(
                self.layout.title,
                "",
                f"前 {LOOKED_AT} 行里没有找到列名“{KEY_HEADER}”",
                "它在最左边隐藏的一列，说明每一行是哪一条数据；不要删。重新导出一份，把填的数粘贴过去",
            )
        )
        return False

    def _headers(self, row: Row) -> None:
        self.header_row = row.number
        by_name = {folded(column.header): column for column in self.layout.columns}
        unknown: list[Cell] = []
        places: dict[str, str] = {}
        for cell in row.cells:
            name, unit = header_of(cell.shown)
            column = by_name.get(name) or by_name.get(folded(cell.shown))
            if column is None:
                unknown.append(cell)
            elif column.header in places:
                self.problems.append(
                    Problem(
                        self.layout.title,
                        cell.place,
                        f"列名“{column.header}”有两列，另一列在 {places[column.header]}",
                        "删去多的一列",
                    )
                )
            else:
                places[column.header] = cell.place
                self.columns[cell.column] = column
                if unit in UNITS:
                    self.units[column.header] = unit
        self._tell(unknown)

    def _tell(self, unknown: Sequence[Cell]) -> None:
        """Speak of headers that are not known, and of columns that are not there."""
        title = self.layout.title
        needed = [column for column in self.layout.columns if column.role not in (Role.LAST, Role.COMPUTED)]
        missing = [column.header for column in needed if column.header not in self.present]
        fixed = [
            column.header for column in needed if column.role is not Role.DATUM and column.header in missing
        ]
        for header in fixed:
            self.problems.append(Problem(title, "", f"少了“{header}”这一列", "把这一列放回去，列名一字不差"))
        for cell in unknown:
            near = nearest(header_of(cell.shown)[0], missing)
            if missing:
                self.problems.append(
                    Problem(
                        title,
                        cell.place,
                        f"不认识列名“{_short(cell.shown)}”，又少了“{'”“'.join(missing)}”这一列",
                        f"列名改过的，改回{f'“{near}”' if near else '来'}；是自己加的列，先移到别的表里",
                    )
                )
            else:
                self.notices.append(
                    f"“{title}”表 {letters(cell.column)} 列“{_short(cell.shown)}”不是导出的列，没有看。"
                )
        if not self.problems:
            self.notices += [f"“{title}”表里没有“{header}”这一列，这些数不改。" for header in missing]

    def place(self, line: Line, header: str) -> str:
        """The cell of a line under a header, as Excel names it; the row where there is no such column."""
        number = next((number for number, column in self.columns.items() if column.header == header), 0)
        return f"{letters(number)}{line.number}" if number else f"第 {line.number} 行"

    def lines(self) -> Iterator[Line]:
        """The lines in which something is typed, from the top; those of totals left out."""
        hidden: list[int] = []
        typed = {
            number for number, column in self.columns.items() if column.role not in (Role.COMPUTED, Role.LAST)
        }
        for row in self._rows:
            if not any(cell.column in typed for cell in row.cells):
                continue
            cells = {self.columns[cell.column].header: cell for cell in row.cells if cell.column in typed}
            if not any(cell.shown.strip() or cell.value for cell in cells.values()):
                continue
            key = cells.get(KEY_HEADER)
            if key is not None and key.shown.strip() == TOTALS_KEY:
                continue
            if row.hidden:
                hidden.append(row.number)
            yield Line(row.number, cells)
        if hidden:
            some = "、".join(map(str, hidden[:5])) + (" 等" if len(hidden) > 5 else " ")
            self.notices.append(f"“{self.layout.title}”表隐藏的 {len(hidden)} 行（第 {some}行）也读了。")
        concealed = [
            column.header
            for number, column in self.columns.items()
            if number in self.sheet.hidden_columns() and column.role is not Role.KEY
        ]
        if concealed:
            self.notices.append(f"“{self.layout.title}”表隐藏的列“{'”“'.join(concealed)}”也读了。")


def _short(text: str) -> str:
    text = re.sub(r"\s+", " ", text.strip())
    return text if len(text) <= 20 else f"{text[:20]}…"
