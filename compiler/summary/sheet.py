"""A sheet of the summary's workbook: cells that are text, numbers or formulas with their results."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Mapping, Sequence
from copy import copy
from decimal import Decimal
from typing import Any, BinaryIO, Literal

from openpyxl import Workbook
from openpyxl.cell import Cell
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.properties import PageSetupProperties

from compiler.named import NamedTuple
from compiler.workbook.members import member

Values = Literal["text", "centre", "amount", "rate", "number", "count"]
_FORMATS: Mapping[Values, str] = {
    "text": "@",
    "centre": "@",
    # Never fewer digits than there are: a rounded figure would be taken for the real one.
    "amount": "#,##0.00####",
    "rate": "0.00%",
    "number": "General",
    "count": "0",
}
_FONT, _SIZE = "宋体", 10.5
_LINE = Side("thin", color="BFBFBF")
_LONGEST = 32_000
"""Characters of a cell; spreadsheets hold 32 767."""
_LONGEST_AS_TEXT = 255
"""Of longer ones with the format of text old spreadsheets show ####."""
_LIKE_FORMULAS = ("=", "+", "-", "@")
"""What words begin with that a spreadsheet would take for a formula if they were typed again."""
_TITLE_ROW, HEAD_ROW = 1, 2
FIRST_ROW = HEAD_ROW + 1
_LINE_HEIGHT, _HIGHEST = 14, 400
"""Points; no row may be higher than 409."""
_PADDING = 1
"""Characters of a column's width that are none of its words'."""
_A4, _A3 = 9, 8
_WIDE, _VERY_WIDE = 150, 240
"""Characters of all columns together, from which on a sheet is printed on A3, and on two pages side by side."""


class Column(NamedTuple):
    """A column of a sheet."""

    head: str
    width: float
    """In characters."""
    values: Values = "text"
    digits: int = 0
    """Decimals of a number; 0: as many as it has."""


class Formula(NamedTuple):
    """A formula without its sign, and what it comes to: for programs that show a workbook and work nothing out."""

    text: str
    result: Decimal | str


Content = str | int | Decimal | Formula | None


class Sheet:
    """A sheet with a title, a row of heads, and rows."""

    def __init__(self, workbook: Workbook, name: str, title: str, columns: Sequence[Column]) -> None:
        self.sheet: Any = workbook.create_sheet(name)
        self.columns = columns
        self.results: dict[str, Decimal | str] = {}
        """Of formulas, by cell."""
        self.next_row = FIRST_ROW
        self._looks: dict[tuple[Values, int, bool, bool, bool, bool], Any] = {}
        self._text(_TITLE_ROW, 1, title)
        self.sheet.cell(_TITLE_ROW, 1).font = Font(_FONT, 12, bold=True, color="1F3864")
        self.sheet.row_dimensions[_TITLE_ROW].height = 24
        self.sheet.row_dimensions[HEAD_ROW].height = 32
        for number, column in enumerate(columns, 1):
            words = column.head
            if _breadth(words) + _PADDING > column.width:
                words = words.replace("（", "\n（")  # not within the brackets
            cell = self._text(HEAD_ROW, number, words)
            cell.font = Font(_FONT, _SIZE, bold=True, color="1F3864")
            cell.fill = PatternFill("solid", "D9E2F3")
            cell.alignment = Alignment("center", "center", wrap_text=True)
            cell.border = Border(_LINE, _LINE, _LINE, _LINE)
            self.sheet.column_dimensions[get_column_letter(number)].width = column.width

    def add(self, contents: Sequence[Content], *, bold: bool = False) -> int:
        """A row; its number."""
        row = self.next_row
        self.next_row += 1
        deepest = 1
        for number, (content, column) in enumerate(zip(contents, self.columns, strict=True), 1):
            cell = self._put(row, number, content)
            cell._style = self._look(column, bold, content)
            if isinstance(content, str) and column.values == "text":
                deepest = max(deepest, _lines_of(content, column.width))
        if deepest > 1:  # not every program makes room for words that go on
            self.sheet.row_dimensions[row].height = min(deepest * _LINE_HEIGHT + 3, _HIGHEST)
        return row

    def finish(self, *, frozen: int = 0, filtered: bool = True) -> None:
        """Freeze the heads and the first `frozen` columns, offer filters, set up the print."""
        last = get_column_letter(len(self.columns))
        self.sheet.freeze_panes = f"{get_column_letter(frozen + 1)}{FIRST_ROW}"
        if filtered and self.next_row > FIRST_ROW:
            self.sheet.auto_filter.ref = f"A{HEAD_ROW}:{last}{self.next_row - 1}"
        setup = self.sheet.page_setup
        width = sum(column.width for column in self.columns)
        setup.orientation, setup.fitToHeight = "landscape", setup.fitToHeight or 0
        setup.fitToWidth, setup.paperSize = 1 + (width > _VERY_WIDE), _A3 if width > _WIDE else _A4
        if width > _VERY_WIDE and frozen:
            self.sheet.print_title_cols = f"A:{get_column_letter(frozen)}"
            # The title is printed again with these columns only, and is cut where they end.
            self.sheet.merge_cells(
                start_row=_TITLE_ROW, end_row=_TITLE_ROW, start_column=1, end_column=frozen
            )
            self.sheet.cell(_TITLE_ROW, 1).alignment = Alignment("left", "center", wrap_text=True)
            self.sheet.row_dimensions[_TITLE_ROW].height = 36
        self.sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
        self.sheet.print_title_rows = f"1:{HEAD_ROW}"
        self.sheet.page_margins.left = self.sheet.page_margins.right = 0.4
        self.sheet.oddFooter.center.text = "&A　第 &P 页，共 &N 页"

    def _put(self, row: int, column: int, content: Content) -> Any:
        if isinstance(content, str):
            return self._text(row, column, content)
        cell = self.sheet.cell(row, column)
        if isinstance(content, Formula):
            cell.value = f"={content.text}"
            self.results[cell.coordinate] = content.result
        elif content is not None:
            cell.value = Decimal(f"{content:f}") if isinstance(content, Decimal) else content
        return cell

    def _look(self, column: Column, bold: bool, content: Content) -> Any:
        """The style of a cell; each is made once, as making one takes far longer than a cell."""
        values = column.values
        words = isinstance(content, str)
        long = isinstance(content, str) and len(content) > _LONGEST_AS_TEXT
        quoted = isinstance(content, str) and content.startswith(_LIKE_FORMULAS)
        key = (values, column.digits, bold, words, long, quoted)
        if key not in self._looks:
            cell: Any = Cell(self.sheet, 1, 1)
            cell.font, cell.border = Font(_FONT, _SIZE, bold=bold), Border(_LINE, _LINE, _LINE, _LINE)
            across = "left" if values == "text" else "center" if values == "centre" else "right"
            cell.alignment = Alignment(across, "center", wrap_text=values == "text")
            if bold:
                cell.fill = PatternFill("solid", "F2F2F2")
            if not long and (not words or _FORMATS[values] == "@"):
                cell.number_format = f"0.{'0' * column.digits}" if column.digits else _FORMATS[values]
            cell._style.quotePrefix = int(quoted)
            self._looks[key] = cell._style
        return copy(self._looks[key])

    def _text(self, row: int, column: int, words: str) -> Any:
        """A cell of words, whatever they look like: a name that begins with = is no formula."""
        cell = self.sheet.cell(row, column)
        cell._value, cell.data_type = words[:_LONGEST], "s"
        return cell


def _breadth(words: str) -> int:
    """How wide words are, in characters: those that are not ASCII take two."""
    return sum(1 if character.isascii() else 2 for character in words)


def _lines_of(words: str, width: float) -> int:
    """In how many lines words go into a column: rather one too many."""
    room = max(int(width) - _PADDING, 2)
    return sum(-(-max(_breadth(line), 1) // room) for line in words.split("\n"))


_FORMULA = re.compile(r'<c r="([A-Z]+\d+)"([^>]*?)><f>(.*?)</f><v ?(?:/>|></v>)</c>', re.DOTALL)


class Archive(zipfile.ZipFile):
    """A workbook's ZIP file without the time at which it was made; formulas get their results."""

    def __init__(self, file: BinaryIO, sheets: Mapping[str, Mapping[str, Decimal | str]]) -> None:
        """`sheets`: the results of formulas, by the member's name and by cell."""
        super().__init__(file, "w", zipfile.ZIP_DEFLATED)
        self._sheets = sheets

    def writestr(self, name: Any, data: Any, *rest: Any, **more: Any) -> None:  # type: ignore[override]
        """A member from memory."""
        super().writestr(member(name if isinstance(name, str) else name.filename), data)

    def write(self, filename: Any, arcname: Any = None, *rest: Any, **more: Any) -> None:
        """A sheet, from the file that openpyxl wrote it to."""
        with open(filename, encoding="utf-8") as source:
            text = source.read()
        results = self._sheets.get(arcname.lstrip("/"), {})

        def with_result(found: re.Match[str]) -> str:
            result = results[found[1]]
            if isinstance(result, str):
                return f'<c r="{found[1]}"{found[2]} t="str"><f>{found[3]}</f><v>{result}</v></c>'
            return f'<c r="{found[1]}"{found[2]}><f>{found[3]}</f><v>{result:f}</v></c>'

        super().writestr(member(arcname), _FORMULA.sub(with_result, text))
