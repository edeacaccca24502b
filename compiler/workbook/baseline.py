"""What every row of a workbook was when it was written: so that what was changed in it since, and what in the data, are told apart.

A hidden sheet has it, by sheet and data file: of every row the path of its record and a token for each of its data.

    资金 | 列|年初预算数|全年预算数|…
    资金 | *projects/01-a.yaml;资金.年度资金总额|35|?|…;资金.当年财政拨款|35|?|…;*projects/02-b.yaml;…
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from hashlib import blake2b
from urllib.parse import unquote
from xml.sax.saxutils import escape

from compiler.named import NamedTuple
from compiler.workbook.cells import Workbook
from compiler.workbook.formulas import Table
from compiler.workbook.layout import ABSENT, BASELINE_SHEET, UNFILLED, Content, Key, Role

NOTHING, OPEN = "", "?"
"""The tokens of what a file does not give, and of what is still to be filled in."""
_LONGEST_VERBATIM = 12
_LONGEST_CELL = 30_000
"""Characters of a cell; a spreadsheet keeps 32,767."""
_HEADERS = "列"
_QUOTED = str.maketrans({char: f"%{ord(char):02X}" for char in "%|;*\n\r\t_"})
_SIGNIFICANT = 15

Tokens = Mapping[str, str]
"""By the header of the column."""


def token(content: Content) -> str:
    """A content in short: contents that say the same have the same, others another one."""
    if content is None:
        return NOTHING
    if content is UNFILLED:
        return OPEN
    if isinstance(content, Decimal):
        return _number(content)
    text = str(content)
    if "\n" in text:
        text = text.replace("\r\n", "\n")
    text = text.strip()
    if not text:
        return NOTHING
    if len(text) <= _LONGEST_VERBATIM and not _UNSAFE.intersection(text):
        return f"'{text}"
    return "#" + blake2b(text.encode("utf-8", "surrogatepass"), digest_size=8).hexdigest()


_UNSAFE = frozenset("|;_ \u00a0\u3000\t\r\n")


def _number(value: Decimal) -> str:
    """A number to the digits that a spreadsheet keeps."""
    text = f"{value:f}"
    if len(text) > _SIGNIFICANT + 1:
        text = f"{Decimal(f'{value:.15g}'):f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def is_untouched(content: Content, was: str) -> bool:
    """Whether a cell says what it said at the export; what was to be filled in looks like nothing."""
    if content is None or content is UNFILLED:
        return was in (NOTHING, OPEN)
    return was == NOTHING if content is ABSENT else token(content) == was


def written(tables: Mapping[str, Table]) -> str:
    """The rows of the hidden sheet, as SpreadsheetML."""
    return "".join(
        f'<row r="{number}"><c r="A{number}" t="inlineStr"><is><t>{escape(title)}</t></is></c>'
        f'<c r="B{number}" t="inlineStr"><is><t>{escape(text)}</t></is></c></row>'
        for number, (title, text) in enumerate(_cells(tables), 1)
    )


def _cells(tables: Mapping[str, Table]) -> Iterator[tuple[str, str]]:
    for title, table in tables.items():
        data = [
            (index, column.header)
            for index, column in enumerate(table.sheet.columns)
            if column.role is Role.DATUM
        ]
        yield title, "|".join((_HEADERS, *(header for _, header in data)))
        pieces: list[str] = []
        length, last = 0, ""
        for row in table.rows:
            file, _, path = str(row.key).translate(_QUOTED).partition("#")
            contents = row.contents
            # Headers need not be as many: most rows of a sheet of several kinds end with nothing.
            words = "|".join((path, *(token(contents[index]) for index, _ in data))).rstrip("|")
            if length + len(words) + len(file) + 3 > _LONGEST_CELL:
                yield title, ";".join(pieces)
                pieces, length, last = [], 0, ""
            if file != last:
                pieces.append(f"*{file}")
                length, last = length + len(file) + 2, file
            pieces.append(words)
            length += len(words) + 1
        if pieces:
            yield title, ";".join(pieces)


class Exported(NamedTuple):
    """The rows of a file on a sheet as they were, in their order."""

    headers: tuple[str, ...]
    rows: Mapping[Key, Sequence[str]]
    """Tokens in the order of the headers, those at the end that are nothing left out."""

    def token(self, key: Key, header: str) -> str | None:
        """What a datum was; of a row that was not there nothing. None for a column that the workbook was made without."""
        if header not in self.headers:
            return None
        tokens = self.rows.get(key, ())
        index = self.headers.index(header)
        return tokens[index] if index < len(tokens) else NOTHING


class Baseline:
    """The hidden sheet of a workbook."""

    def __init__(self, sheets: Mapping[str, Sequence[str]]) -> None:
        self._sheets = sheets
        """By title, the cells; those with the headers first."""
        self.moved: Mapping[str, str] = {}
        """Files that got another name since, with it: their rows are found under that."""

    @classmethod
    def read(cls, workbook: Workbook) -> Baseline | None:
        """The one of a workbook; None when it has none. Raises `WorkbookError` when the sheet cannot be read."""
        sheet = workbook.sheet(BASELINE_SHEET)
        if sheet is None:
            return None
        found: dict[str, list[str]] = {}
        for row in sheet.rows():
            words = {cell.column: cell.shown for cell in row.cells}
            found.setdefault(words.get(1, ""), []).append(words.get(2, ""))
        sound = all(cells[0].partition("|")[0] == _HEADERS for cells in found.values())
        return cls(found) if found and sound else None

    def rows(self, title: str, files: frozenset[str]) -> dict[str, Exported]:
        """The rows of some files on a sheet, by file; of a file that the workbook was made without there are none."""
        cells = self._sheets.get(title, [_HEADERS])
        headers = tuple(cells[0].split("|")[1:])
        found: dict[str, dict[Key, Sequence[str]]] = {file: {} for file in files}
        for cell in cells[1:]:
            name, held = "", None
            for record in cell.split(";"):
                if record.startswith("*"):
                    name = unquote(record[1:])
                    name = self.moved.get(name, name)
                    start = Key.parse(f"{name}#")
                    held = found.get(start.file) if start is not None else None
                elif held is not None:
                    path, *tokens = record.split("|")
                    key = Key.parse(f"{name}#{unquote(path)}")
                    if key is not None:
                        held[key] = tokens
        return {file: Exported(headers, rows) for file, rows in found.items()}
