"""The workbook, written: the same data give the same bytes.

openpyxl writes in its streaming mode, row by row; only the rows' contents are held.
"""

from __future__ import annotations

import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any, BinaryIO

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.comments import Comment
from openpyxl.packaging.core import DocumentProperties
from openpyxl.workbook.protection import WorkbookProtection
from openpyxl.worksheet.dimensions import ColumnDimension, RowDimension
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.writer.excel import ExcelWriter

from compiler.workbook import baseline
from compiler.workbook.body import Body
from compiler.workbook.cells import letters
from compiler.workbook.formulas import Formulas, Table
from compiler.workbook.guards import Choices, add_guards, mark_unfilled, protect
from compiler.workbook.last_year import LastYear
from compiler.workbook.layout import (
    BASELINE_SHEET,
    HEADER_ROW,
    ORIGIN_SHEET,
    SPARE_ROWS,
    TOTALS_KEY,
    Column,
    Content,
    Role,
    Sheet,
    Values,
)
from compiler.workbook.looks import Look, Looks, header_look
from compiler.workbook.members import WHEN, member
from compiler.workbook.rows import Book, rows_of
from compiler.workbook.sheets import NEEDED_FILES, SHEETS

_LEGEND = "白底的填，灰底的自动算出，绿底的是上年的，黄底的还没有填"
_LEGEND_ALONE = "白底的填，灰底的自动算出，黄底的还没有填"


def write_workbook(file: BinaryIO, book: Book, last: Book | None, choices: Choices) -> int:
    """Write the workbook of a report's data, and give the number of cells still to be filled in. Raises `TooLong`."""
    workbook = Workbook(write_only=True)
    report = book.report
    workbook.properties = DocumentProperties(
        creator="成文", title=f"{report.department}{report.year}年数据", created=WHEN, modified=WHEN
    )
    workbook.security = WorkbookProtection(lockStructure=True)
    workbook.calculation.fullCalcOnLoad = True
    tables = _tables(book, last)
    formulas = Formulas(tables)
    there = [title for title in tables if title not in NEEDED_FILES or NEEDED_FILES[title] in book.files]
    sheets = {title: workbook.create_sheet(title) for title in there}
    looks = Looks(workbook)
    bodies = {title: Body(tables[title], looks, formulas) for title in there}
    # The rows come first: a text too long is told before openpyxl has a file open, and what is to be filled is known.
    rows = {
        f"xl/worksheets/sheet{number}.xml": "".join(body.rows()).encode()
        for number, body in enumerate(bodies.values(), 1)
    }
    for title, body in bodies.items():
        _Writer(sheets[title], tables[title], book, looks, formulas).write(choices, tables, body.unfilled)
    choices.write(workbook)
    _write_origin(workbook, book)
    workbook.create_sheet(BASELINE_SHEET).sheet_state = "veryHidden"
    rows[f"xl/worksheets/sheet{len(workbook.worksheets)}.xml"] = baseline.written(tables).encode()
    with _Archive(file, rows) as archive:
        ExcelWriter(workbook, archive).write_data()
    return sum(len(cells) for body in bodies.values() for cells in body.unfilled.values())


def _tables(book: Book, last: Book | None) -> dict[str, Table]:
    """The sheets with their rows, last year's figures among them; columns of last year in which nothing stands are left out."""
    beside = LastYear(book, last) if last is not None else None
    tables = {}
    for sheet in SHEETS:
        rows = list(rows_of(sheet, book))
        if beside is not None:
            rows = [
                row._replace(contents=tuple(map(_either, row.contents, before)))
                for row, before in zip(rows, beside.contents(sheet, rows), strict=True)
            ]
        shown = [
            index
            for index, column in enumerate(sheet.columns)
            if column.role is not Role.LAST or any(row.contents[index] is not None for row in rows)
        ]
        if len(shown) < len(sheet.columns):
            rows = [row._replace(contents=tuple(row.contents[index] for index in shown)) for row in rows]
        tables[sheet.title] = Table(
            replace(sheet, columns=tuple(sheet.columns[index] for index in shown)),
            rows,
            SPARE_ROWS if sheet.grows else 0,
        )
    return tables


def _either(this: Content, last: Content) -> Content:
    return last if this is None else this


def _write_origin(workbook: Workbook, book: Book) -> None:
    sheet: Any = workbook.create_sheet(ORIGIN_SHEET)
    sheet.sheet_state = "veryHidden"
    for name, value in book.origin.rows():
        sheet.append([_as_text(sheet, name), _as_text(sheet, value)])


def _as_text(sheet: Any, text: str) -> Any:
    cell: Any = WriteOnlyCell(sheet)
    cell._value, cell.data_type = text, "s"
    return cell


class _Writer:
    """Writes one sheet."""

    def __init__(
        self,
        sheet: Any,
        table: Table,
        book: Book,
        looks: Looks,
        formulas: Formulas,
    ) -> None:
        self._sheet, self._table, self._book, self._looks = sheet, table, book, looks
        self._formulas = formulas
        self._columns = table.sheet.columns
        self._title = table.sheet.title

    def write(self, choices: Choices, tables: Mapping[str, Table], unfilled: Mapping[int, list[int]]) -> None:
        """Everything of the sheet but the rows of data."""
        _set_up(self._sheet, self._table.sheet, self._book)
        self._sheet.append(self._first_row())
        self._sheet.append([self._header(column) for column in self._columns])
        if self._table.sheet.totals:
            self._sheet.append(list(self._totals()))
        protect(self._sheet, self._table.sheet)
        add_guards(self._sheet, self._table, choices, tables)
        mark_unfilled(self._sheet, unfilled)

    def _cell(self, content: object, style: Any, data_type: str = "") -> Any:
        cell: Any = WriteOnlyCell(self._sheet)
        if content is None:
            cell._style = style
            return cell
        cell._value = content
        cell.data_type = data_type or ("s" if isinstance(content, str) else "n")
        cell._style = style
        return cell

    def _first_row(self) -> list[Any]:
        report, sheet = self._book.report, self._table.sheet
        legend = _LEGEND if any(column.role is Role.LAST for column in self._columns) else _LEGEND_ALONE
        words = f"{report.department} {report.year}年 {sheet.title}：{sheet.about}。{legend}。"
        return [None, self._cell(words, self._looks.title())]

    def _header(self, column: Column) -> Any:
        cell = self._cell(column.titled(self._book.report.unit), self._looks.of(header_look(column)))
        if column.note:
            cell.comment = Comment(
                column.note, "成文", height=24 + 18 * (1 + len(column.note) // 17), width=230
            )
        return cell

    def _totals(self) -> Iterator[Any]:
        for index, column in enumerate(self._columns):
            look = Look(column.role, column.values, locked=True, total=True)
            if column.role is Role.KEY:
                yield self._cell(TOTALS_KEY, self._looks.of(look))
                continue
            formula = self._formulas.total(self._title, column.header)
            if formula:
                yield self._cell(formula, self._looks.of(look), "f")
            else:
                words = "合计" if index == 1 and self._title != "预算" else "三项相加" if index == 1 else None
                yield self._cell(words, self._looks.of(look._replace(values=Values.TEXT)))


_ROW = 18
"""Points of a row with one line."""


def _set_up(sheet: Any, layout: Sheet, book: Book) -> None:
    """Widths, frozen panes and print set-up."""
    for number, column in enumerate(layout.columns, 1):
        letter = letters(number)
        sheet.column_dimensions[letter] = ColumnDimension(
            sheet, index=letter, width=column.width, hidden=column.role is Role.KEY, customWidth=True
        )
    sheet.sheet_format.defaultRowHeight, sheet.sheet_format.customHeight = _ROW, True
    sheet.row_dimensions[1] = RowDimension(sheet, index=1, ht=24, customHeight=True)
    sheet.row_dimensions[HEADER_ROW] = RowDimension(sheet, index=HEADER_ROW, ht=32, customHeight=True)
    front = sum(column.role not in (Role.DATUM, Role.COMPUTED, Role.LAST) for column in layout.columns)
    named = layout.columns[front].header == "名称" and layout.title != "依据"
    sheet.freeze_panes = f"{letters(front + named + 1)}{layout.first_row}"
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    sheet.page_setup.orientation = "landscape"
    width = sum(column.width for column in layout.columns)
    sheet.page_setup.paperSize = _A3 if width > _WIDE else _A4
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1 + (width > _VERY_WIDE), 0
    if width > _VERY_WIDE:
        sheet.print_title_cols = f"A:{letters(front + named)}"
    sheet.print_title_rows = f"1:{HEADER_ROW}"
    sheet.page_margins.left = sheet.page_margins.right = 0.4
    sheet.page_margins.top, sheet.page_margins.bottom, sheet.page_margins.footer = 0.6, 0.75, 0.35
    sheet.oddFooter.center.text = f"{book.report.department}{book.report.year}年 &A　第 &P 页，共 &N 页"


_A4, _A3 = 9, 8
_WIDE, _VERY_WIDE = 220, 380
"""Characters of all columns together, from which on a sheet is printed on A3, and on two pages side by side."""


class _Archive(zipfile.ZipFile):
    """A workbook's ZIP file without the time at which it was made; rows of data go in where openpyxl ends its own."""

    def __init__(self, file: BinaryIO, bodies: Mapping[str, bytes]) -> None:
        super().__init__(file, "w", zipfile.ZIP_DEFLATED)
        self._bodies = bodies

    def writestr(self, name: Any, data: Any, *rest: Any, **more: Any) -> None:  # type: ignore[override]
        """A member from memory."""
        super().writestr(member(name), data)

    def write(self, filename: Any, arcname: Any = None, *rest: Any, **more: Any) -> None:
        """A sheet, from the file that openpyxl wrote it to."""
        with open(filename, "rb") as source:
            before, end, after = source.read().partition(b"</sheetData>")
        name = arcname.lstrip("/")
        with self.open(member(name), "w") as target:
            for piece in (before, self._bodies.get(name, b""), end, after):
                target.write(piece)
