"""What a workbook holds before any meaning: sheets of rows of cells, each value exact and with its place.

Numbers are `Decimal`s of at most 15 significant digits, which is all that spreadsheets keep and show (`exact`): what
was typed as 98.3925 and stored as 98.392499999999998 is 98.3925 again.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal
from typing import Protocol, TypeAlias

from compiler.named import NamedTuple

LONGEST = 32767
"""Characters that a cell of Excel holds."""


class WorkbookError(Exception):
    """A file that cannot be read as a workbook; the message is for the user and says what to do."""


class Fault(NamedTuple):
    """A cell without a value that could be used, and why."""

    message: str
    hint: str


NEVER_CALCULATED = Fault("公式没有计算过", "在 Excel 或 WPS 里打开，保存一次再用")

Value: TypeAlias = Decimal | str | bool | date | datetime | Fault | None
"""None is an empty cell."""


class Cell(NamedTuple):
    """A cell that holds something, or is a merged one's part."""

    row: int
    """From 1, as the column."""
    column: int
    value: Value
    shown: str
    """What a reader sees in it; the value itself where its format is beyond us."""
    merged: str = ""
    """The range that it is a part of, such as B3:B5, when it is not its first cell: the value is the first one's."""

    code: str = ""
    """The format of a number; empty where it has none of its own."""

    @property
    def place(self) -> str:
        """As Excel names it: B12."""
        return f"{letters(self.column)}{self.row}"


class Row(NamedTuple):
    """A row that holds something."""

    number: int
    hidden: bool
    cells: tuple[Cell, ...]
    """By column, the empty ones left out."""


class Sheet(Protocol):
    """One sheet; what it is made of is read when its rows are asked for."""

    name: str
    hidden: bool

    def rows(self) -> Iterator[Row]:
        """The rows from the top. Raises `WorkbookError` when the file is damaged or too large."""

    def hidden_columns(self) -> frozenset[int]:
        """The numbers of hidden columns; known once the rows have been begun."""


class Workbook(NamedTuple):
    """A workbook that is open for reading."""

    name: str
    """The name of its file, for messages."""
    kind: str
    """`xlsx` or `csv`."""
    sheets: tuple[Sheet, ...]

    def sheet(self, name: str) -> Sheet | None:
        """The sheet of that name, spaces around it and the case of letters aside."""
        wanted = name.strip().casefold()
        return next((sheet for sheet in self.sheets if sheet.name.strip().casefold() == wanted), None)


def letters(column: int) -> str:
    """The letters of a column: 1 is A, 28 is AB."""
    out = ""
    while column:
        column, rest = divmod(column - 1, 26)
        out = chr(65 + rest) + out
    return out


def exact(number: float) -> Decimal:
    """A number read from a workbook as the decimal that was typed."""
    return Decimal(f"{number:.15g}")


def calculated(number: float) -> Decimal:
    """The result of a formula, without the noise that binary arithmetic leaves behind the eighth decimal place."""
    value = exact(number)
    exponent = value.as_tuple().exponent
    return round(value, 8) if isinstance(exponent, int) and exponent < -8 else value


def plain(value: Decimal) -> str:
    """A number in full, never in exponent form."""
    return f"{value:f}"
