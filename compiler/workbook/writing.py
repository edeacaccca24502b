"""The workbook, written: the same data give the same bytes.

openpyxl writes in its streaming mode, row by row; only the rows' contents are held.
"""

from __future__ import annotations

import datetime
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Any, BinaryIO

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.comments import Comment
from openpyxl.packaging.core import DocumentProperties
from openpyxl.workbook.protection import WorkbookProtection
from openpyxl.worksheet.dimensions import ColumnDimension, RowDimension
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.writer.excel import ExcelWriter

from compiler.workbook.cells import letters
from compiler.workbook.formulas import Formulas, Table
from compiler.workbook.guards import Choices, add_guards, mark_unfilled, protect
from compiler.workbook.last_year import LastYear
from compiler.workbook.layout import (
    HEADER_ROW,
    ORIGIN_SHEET,
    SPARE_ROWS,
    UNFILLED,
    Column,
    Content,
    Role,
    Sheet,
    Values,
)
from compiler.workbook.looks import LONGEST_AS_TEXT, Look, Looks, header_look
from compiler.workbook.rows import Book, Row, rows_of
from compiler.workbook.sheets import BUDGET_FILE, SCORECARD_FILE, SHEETS

LONGEST = 32767
"""Characters that a cell holds."""
_SIGNIFICANT = 15
"""Digits that a spreadsheet keeps of a number; a longer one is written as text, in full."""
_LEGEND = "白底的填，灰底的自动算出，绿底的是上年的，黄底的还没有填"
_LEGEND_ALONE = "白底的填，灰底的自动算出，黄底的还没有填"
_NEEDED = {"预算": BUDGET_FILE, "评分表": SCORECARD_FILE}
"""Sheets that are there only when their file is."""
_WHEN = datetime.datetime(2000, 1, 1)
"""What the properties give as the time of writing: no workbook tells when it was made."""
_ZIPPED = (1980, 1, 1, 0, 0, 0)


class TooLong(Exception):
    """A text is longer than a cell holds; the message is for the user."""


def write_workbook(file: BinaryIO, book: Book, last: Book | None, choices: Choices) -> int:
    """Write the workbook of a report's data, and give the number of cells still to be filled in. Raises `TooLong`."""
    workbook = Workbook(write_only=True)
    report = book.report
    workbook.properties = DocumentProperties(
        creator="成文", title=f"{report.department}{report.year}年数据", created=_WHEN, modified=_WHEN
    )
    workbook.security = WorkbookProtection(lockStructure=True)
    workbook.calculation.fullCalcOnLoad = True
    tables = _tables(book, last)
    formulas = Formulas(tables)
    sheets = {title: workbook.create_sheet(title) for title in tables}
    looks = Looks(workbook)
    unfilled = 0
    for title, table in tables.items():
        if title in _NEEDED and _NEEDED[title] not in book.files:
            workbook.remove(sheets[title])
            continue
        unfilled += _Writer(sheets[title], table, book, looks, formulas).write(choices, tables)
    choices.write(workbook)
    _write_origin(workbook, book)
    with _Archive(file, "w", zipfile.ZIP_DEFLATED) as archive:
        ExcelWriter(workbook, archive).write_data()
    return unfilled


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
        self._formulas, self._new = formulas, WriteOnlyCell
        self._unfilled: dict[int, list[int]] = {}
        self._columns = table.sheet.columns
        self._title = table.sheet.title

    def write(self, choices: Choices, tables: Mapping[str, Table]) -> int:
        """Everything of the sheet, and the number of cells still to be filled in; what stands before the rows comes first, then the rows, then the rest."""
        _set_up(self._sheet, self._table.sheet, self._book)
        self._sheet.append(self._first_row())
        self._sheet.append([self._header(column) for column in self._columns])
        if self._table.sheet.totals:
            self._sheet.append(list(self._totals()))
        for row in self._rows():
            self._sheet.append(row)
        protect(self._sheet, self._table.sheet)
        add_guards(self._sheet, self._table, choices, tables)
        mark_unfilled(self._sheet, self._unfilled)
        return sum(map(len, self._unfilled.values()))

    def _cell(self, content: object, style: Any, data_type: str = "") -> Any:
        cell = self._new(self._sheet)
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
            formula = self._formulas.total(self._title, column.header) if column.role is not Role.KEY else ""
            if formula:
                yield self._cell(formula, self._looks.of(look), "f")
            else:
                words = "合计" if index == 1 and self._title != "预算" else "三项相加" if index == 1 else None
                yield self._cell(words, self._looks.of(look._replace(values=Values.TEXT)))

    def _rows(self) -> Iterator[list[Any]]:
        table = self._table
        for index, row in enumerate(table.rows):
            self._set_height(table.first + index, row)
            yield [self._datum(index, number, column, row) for number, column in enumerate(self._columns)]
            self._sheet.row_dimensions.pop(table.first + index, None)
        for index in range(len(table.rows), len(table.rows) + table.spare):
            yield [self._spare(index, column) for column in self._columns]

    def _set_height(self, number: int, row: Row) -> None:
        """Room for the longest text; programs do not make it themselves before something is typed."""
        lines = max(
            _lines(content, column.width)
            for content, column in zip(row.contents, self._columns, strict=True)
            if column.role is not Role.KEY
        )
        if lines > 1:
            height = min(_LINE * lines + 4, _HIGHEST)
            self._sheet.row_dimensions[number] = RowDimension(self._sheet, index=number, ht=height)

    def _datum(self, index: int, number: int, column: Column, row: Row) -> Any:
        """A cell of a row with a record."""
        role, fixed = column.role, not self._table.sheet.grows
        kind = row.kind.name if self._title == "评分表" else ""
        if role is Role.COMPUTED:
            there = row.kind.name in column.keys
            look = Look(role, column.values, kind, there, locked=fixed)
            if not there:
                return self._cell(None, self._looks.of(look))
            return self._cell(
                self._formulas.at(self._title, column.formula, index), self._looks.of(look), "f"
            )
        content = row.contents[number]
        there = role not in (Role.DATUM, Role.LAST) or row.kind.name in column.keys
        locked = fixed and (role is not Role.DATUM or not there)
        if content is UNFILLED:
            self._unfilled.setdefault(number + 1, []).append(self._table.first + index)
            content = None
        if isinstance(content, str):
            self._refuse_long(content, column, index)
            long, quoted = len(content) > LONGEST_AS_TEXT, content[:1] in _QUOTED
            return self._cell(
                content, self._looks.of(Look(role, column.values, kind, there, long, quoted, locked))
            )
        style = self._looks.of(Look(role, column.values, kind, there, locked=locked))
        if isinstance(content, Decimal):
            return self._cell(*_number(content, style))
        return self._cell(None, style)

    def _spare(self, index: int, column: Column) -> Any:
        look = self._looks.of(Look(column.role, column.values))
        if column.role is Role.COMPUTED:
            formula = self._formulas.at(self._title, column.formula, index)
            return self._cell(formula or None, look, "f" if formula else "")
        return self._cell(None, look)

    def _refuse_long(self, text: str, column: Column, index: int) -> None:
        if len(text) > LONGEST:
            raise TooLong(
                f"“{self._title}”表第 {self._table.first + index} 行的“{column.header}”有 {len(text)} 字，表格的一格最多 {LONGEST} 字，"
                "没有写出。把这段文字分开写，或者改短。"
            )


_QUOTED = ("=", "+", "-", "@")
_LINE, _ROW, _HIGHEST = 14, 18, 409
"""Heights in points: of a line of text, of a row with one, the most that a row may have."""


def _lines(content: Content, width: int) -> int:
    """How many lines a text takes in a column."""
    if not isinstance(content, str) or (len(content) * 2 < width and "\n" not in content):
        return 1
    return sum(
        max(1, -(-sum(1 + (ord(char) > _LATIN) for char in line) // max(1, width - 1)))
        for line in content.split("\n")
    )


_LATIN = 0x2000
"""Characters from here on are as wide as two."""


def _number(value: Decimal, style: Any) -> tuple[object, Any, str]:
    """A number as a cell's content: in full, as text where a spreadsheet would drop digits."""
    digits = value.normalize().as_tuple().digits
    text = f"{value:f}"
    if len(digits) > _SIGNIFICANT:
        return text, style, "s"
    return (int(value) if value == value.to_integral_value() else float(text)), style, "n"


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
    sheet.page_setup.paperSize = 8 if sum(column.width for column in layout.columns) > _WIDE else 9
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.print_title_rows = f"1:{HEADER_ROW}"
    sheet.page_margins.left = sheet.page_margins.right = 0.4
    sheet.page_margins.top, sheet.page_margins.bottom, sheet.page_margins.footer = 0.6, 0.75, 0.35
    sheet.oddFooter.center.text = f"{book.report.department}{book.report.year}年 &A　第 &P 页，共 &N 页"


_WIDE = 260
"""Characters of all columns together, from which on a sheet is printed on A3."""


class _Archive(zipfile.ZipFile):
    """A ZIP file without the time at which it was made."""

    def writestr(self, name: Any, data: Any, *rest: Any, **more: Any) -> None:  # type: ignore[override]
        """A member from memory."""
        super().writestr(_member(name), data, zipfile.ZIP_DEFLATED, _LEVEL)

    def write(self, filename: Any, arcname: Any = None, *rest: Any, **more: Any) -> None:
        """A member from a file."""
        with open(filename, "rb") as source, self.open(_member(arcname), "w", force_zip64=False) as target:
            while piece := source.read(1 << 20):
                target.write(piece)


_LEVEL = 6


def _member(name: str) -> zipfile.ZipInfo:
    info = zipfile.ZipInfo(name, _ZIPPED)
    info.compress_type = zipfile.ZIP_DEFLATED
    info.external_attr = 0o600 << 16
    info.create_system = 3
    return info
