"""A sheet of an .xlsx file: its rows, read as they are asked for."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from xml.parsers import expat

from compiler.named import NamedTuple
from compiler.workbook.cells import (
    NEVER_CALCULATED,
    Cell,
    Fault,
    Row,
    Value,
    WorkbookError,
    calculated,
    exact,
    plain,
)
from compiler.workbook.formats import as_date, parsed, shown_date, shown_number
from compiler.workbook.package import DAMAGED, Package, unescaped, whole_number

_MAX_MERGED = 20_000
_MERGED = re.compile(rb'mergeCell\b[^>]*?\bref="([A-Z]{1,3}\d{1,7}:[A-Z]{1,3}\d{1,7})"')
_REFERENCE = re.compile(r"([A-Z]{1,3})([1-9]\d{0,6})")
_MOST_COLUMNS, _MOST_ROWS = 16384, 1048576


class _Stop(Exception):
    """Enough of a part was read."""


def column_of(reference: str) -> tuple[int, int]:
    """Column and row of a reference such as B12. Raises `ValueError` for what is none."""
    found = _REFERENCE.fullmatch(reference)
    column = 0
    for letter in found[1] if found else "":
        column = column * 26 + ord(letter) - 64
    if not found or column > _MOST_COLUMNS or int(found[2]) > _MOST_ROWS:
        raise ValueError(reference)
    return column, int(found[2])


class _Merge(NamedTuple):
    reference: str
    left: int
    top: int
    right: int
    bottom: int


class PackageSheet:
    """A sheet of an .xlsx file."""

    def __init__(self, parts: Package, name: str, part: str, hidden: bool) -> None:
        self.name, self.hidden = name, hidden
        self._parts, self._part = parts, part
        self._hidden_columns: set[int] = set()
        self._values: dict[str, tuple[Value, str]] = {}

    def hidden_columns(self) -> frozenset[int]:
        return frozenset(self._hidden_columns)

    def rows(self) -> Iterator[Row]:
        """The rows from the top, the parts of merged cells with their value. Raises `WorkbookError`."""
        rows = self._plain_rows()
        merges = self._merges()
        return _with_merged(rows, merges) if merges else rows

    def _merges(self) -> list[_Merge]:
        """The merged ranges, from the top. They stand behind the cells: the part is looked through for them first."""
        found: list[_Merge] = []
        rest = b""
        for piece in self._parts.pieces(self._part):
            data = rest + piece
            last = 0
            if b"mergeCell" in data:
                for match in _MERGED.finditer(data):
                    last = match.end()
                    first, _, end = match[1].decode().partition(":")
                    try:
                        (left, top), (right, bottom) = column_of(first), column_of(end)
                    except ValueError:
                        continue
                    found.append(_Merge(match[1].decode(), left, top, right, bottom))
            if len(found) > _MAX_MERGED:
                raise WorkbookError(f"工作表“{self.name}”里合并的单元格太多。取消合并再用。")
            rest = data[max(last, len(data) - 200) :]
        return sorted(found, key=lambda merge: (merge.top, merge.left))

    def _plain_rows(self) -> Iterator[Row]:
        """The rows as they are stored."""
        made: list[Row] = []
        reader = _Rows(self, made)
        parser = self._parts.parser()
        parser.StartElementHandler = reader.start
        parser.EndElementHandler = reader.end
        parser.CharacterDataHandler = reader.text
        try:
            for piece in self._parts.pieces(self._part):
                parser.Parse(piece, False)
                yield from made
                made.clear()
            parser.Parse(b"", True)
        except _Stop:
            pass
        except expat.ExpatError as error:
            raise WorkbookError(
                DAMAGED.format(self._parts.name, f"工作表“{self.name}”读不懂，第 {error.lineno} 行")
            ) from error
        yield from made

    def hide_columns(self, attributes: dict[str, str]) -> None:
        if attributes.get("hidden") in ("1", "true"):
            first, last = whole_number(attributes.get("min")), whole_number(attributes.get("max"))
            self._hidden_columns.update(range(first, min(last, _MOST_COLUMNS) + 1))

    def value(self, kind: str, style: str, text: str | None, formula: bool) -> tuple[Value, str]:
        """The value of a cell as stored, and how it is shown."""
        if kind == "s":
            number = whole_number(text)
            if number >= len(self._parts.strings):
                return Fault("文字不见了，文件坏了", "重新填这一格"), ""
            string = self._parts.strings[number]
            return (string, string) if string else (None, "")
        if kind in ("inlineStr", "str", "d"):
            string = unescaped(text or "")
            if not string and formula and text is None:
                return NEVER_CALCULATED, ""
            return (string, string) if string else (None, "")
        if text is None or not text.strip():
            return (NEVER_CALCULATED, "") if formula else (None, "")
        if kind == "e":
            return Fault(f"公式算不出来（{text}）", "在 Excel 或 WPS 里改好公式，或者直接填数"), text
        if kind == "b":
            return text.strip() == "1", "TRUE" if text.strip() == "1" else "FALSE"
        return self._numeric(style, text, formula)

    def code(self, style: str) -> str:
        """The number format of a cell style; empty for the common one."""
        index = whole_number(style)
        code = self._parts.formats[index] if index < len(self._parts.formats) else ""
        return "" if code == "General" else code

    def _numeric(self, style: str, text: str, formula: bool) -> tuple[Value, str]:
        try:
            binary = float(text)
            value = calculated(binary) if formula else exact(binary)
        except (ValueError, ArithmeticError):
            return Fault(f"数坏了（{text[:20]}）", "重新填这一格"), text
        code = self.code(style)
        if not code:
            return value, plain(value)
        if parsed(code).dates and (day := as_date(binary, self._parts.from_1904)) is not None:
            return day, shown_date(day, code)
        return value, shown_number(value, code)


class _Rows:
    """The handlers of a sheet's elements: makes rows."""

    def __init__(self, sheet: PackageSheet, made: list[Row]) -> None:
        self.sheet, self.made = sheet, made
        self.row = self.column = 0
        self.hidden = False
        self.cells: list[Cell] = []
        self.kind = self.style = ""
        self.words: list[str] | None = None
        self.value: str | None = None
        self.formula = False
        self.reading = False

    def start(self, name: str, attributes: dict[str, str]) -> None:
        element = name.rpartition(" ")[2]
        if element == "c":
            reference = attributes.get("r")
            if reference:
                self.column = self._place(reference)
            else:
                self.column += 1
            self.kind, self.style = attributes.get("t", "n"), attributes.get("s", "")
            self.value, self.formula = None, False
        elif element == "v" or (element == "t" and not self.reading):
            self.words = []
        elif element == "f":
            self.formula = True
        elif element == "row":
            before = self.row
            self.row = whole_number(attributes.get("r")) or self.row + 1
            if self.row > _MOST_ROWS or self.row <= before:
                raise WorkbookError(
                    f"工作表“{self.sheet.name}”的行号乱了。在 Excel 或 WPS 里打开，另存一份再用。"
                )
            self.column, self.cells = 0, []
            self.hidden = attributes.get("hidden") in ("1", "true")
        elif element == "col":
            self.sheet.hide_columns(attributes)
        elif element == "rPh":
            self.reading = True

    def _place(self, reference: str) -> int:
        try:
            column, row = column_of(reference)
        except ValueError:
            row = -1
        if row != self.row or column <= self.column:
            raise WorkbookError(
                f"工作表“{self.sheet.name}”里单元格 {reference[:12]} 的位置乱了。在 Excel 或 WPS 里打开，另存一份再用。"
            )
        return column

    def text(self, data: str) -> None:
        if self.words is not None:
            self.words.append(data)

    def end(self, name: str) -> None:
        element = name.rpartition(" ")[2]
        if element == "v" or (element == "t" and not self.reading):
            self.value = (self.value or "") + "".join(self.words or ())
            self.words = None
        elif element == "c":
            value, shown = self.sheet.value(self.kind, self.style, self.value, self.formula)
            if value is not None:
                code = self.sheet.code(self.style) if isinstance(value, Decimal) else ""
                self.cells.append(Cell(self.row, self.column, value, shown, "", code))
        elif element == "row":
            if self.cells:
                self.made.append(Row(self.row, self.hidden, tuple(self.cells)))
        elif element == "rPh":
            self.reading = False
        elif element == "sheetData":
            raise _Stop


def _with_merged(rows: Iterator[Row], merges: list[_Merge]) -> Iterator[Row]:
    """The rows with the value of each merged cell in all its parts; of a range wider than a form only the first row."""
    values: dict[_Merge, Cell] = {}
    begun = 0
    open_: list[_Merge] = []
    for row in rows:
        while begun < len(merges) and merges[begun].top <= row.number:
            open_.append(merges[begun])
            begun += 1
        open_ = [merge for merge in open_ if merge.bottom >= row.number]
        if len(open_) > _MOST_COLUMNS:
            raise WorkbookError("合并的单元格互相重叠，读不了。取消合并再用。")
        if not open_:
            yield row
            continue
        cells = {cell.column: cell for cell in row.cells}
        for merge in open_:
            if row.number == merge.top and merge.left in cells:
                values[merge] = cells[merge.left]
            first = values.get(merge)
            if first is None:
                continue
            for column in range(merge.left, min(merge.right, merge.left + 256) + 1):
                if (column, row.number) != (merge.left, merge.top):
                    cells[column] = Cell(
                        row.number, column, first.value, first.shown, merge.reference, first.code
                    )
        yield Row(row.number, row.hidden, tuple(cells[column] for column in sorted(cells)))
