"""How cells look: fonts, fills, borders, number formats, and which may be typed in."""

from __future__ import annotations

from typing import Any

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Border, Font, PatternFill, Protection, Side

from compiler.named import NamedTuple
from compiler.workbook.layout import Column, Role, Values

_FONT = "宋体"
_SIZE = 10.5
_DARK, _GREY, _LINE = "1F3864", "7F7F7F", "BFBFBF"
INPUT_HEAD, COMPUTED_HEAD, LAST_HEAD = "D9E2F3", "E7E6E6", "E2EFDA"
COMPUTED_FILL, LAST_FILL, NO_CELL, LEVEL_1, LEVEL_2 = "F2F2F2", "F4F9F1", "EDEDED", "DDEBF7", "F3F8FC"
UNFILLED_FILL = "FFF2A8"

_FORMATS = {
    Values.TEXT: "@",
    Values.OPEN: "@",
    # Two digits at least, and never fewer than were typed: a rounded figure would be taken for the real one.
    Values.AMOUNT: "#,##0.00####",
    Values.RATE: "0.00####%",
    Values.NUMBER: "General",
}
LONGEST_AS_TEXT = 255
"""Characters of a cell with the format of text; of longer ones old spreadsheets show ####."""


class Look(NamedTuple):
    """What tells the looks of cells apart."""

    role: Role
    values: Values = Values.TEXT
    kind: str = ""
    """The level, on the scoring table."""
    there: bool = True
    """Whether the row has such a cell."""
    long: bool = False
    quoted: bool = False
    """Text that a spreadsheet would take for a formula if it were typed again."""
    locked: bool = False
    head: bool = False
    total: bool = False


class Looks:
    """The styles of a workbook, each made once."""

    def __init__(self, workbook: Workbook) -> None:
        self._workbook: Any = workbook
        self._made: dict[Look, Any] = {}
        self._numbers: dict[Look, int] = {}

    def _cell(self) -> Any:
        return WriteOnlyCell(self._workbook.worksheets[0])

    def of(self, look: Look) -> Any:
        """The style array of a look."""
        style = self._made.get(look)
        if style is None:
            style = self._made[look] = self._make(look)
        return style

    def number(self, look: Look) -> int:
        """The number of a look in the workbook's list of styles."""
        number = self._numbers.get(look)
        if number is None:
            number = self._numbers[look] = int(self._workbook._cell_styles.add(self.of(look)))
        return number

    def _make(self, look: Look) -> Any:
        cell = self._cell()
        side = Side("thin", color=_LINE)
        cell.border = Border(side, side, side, side)
        numeric = look.values in (Values.AMOUNT, Values.RATE, Values.NUMBER)
        if look.head:
            cell.font = Font(_FONT, _SIZE, bold=True, color=_DARK)
            cell.fill = PatternFill("solid", _head(look.role))
            cell.alignment = Alignment("center", "center", wrap_text=True)
            return cell._style
        grey = look.role is Role.LAST
        cell.font = Font(_FONT, _SIZE, bold=look.total or look.kind == "部分", color=_GREY if grey else None)
        fill = _fill(look)
        if fill:
            cell.fill = PatternFill("solid", fill)
        centred = look.role in (Role.KIND, Role.ITEM)
        cell.alignment = Alignment(
            "right" if numeric else "center" if centred else "left", "center", wrap_text=not numeric
        )
        cell.number_format = "General" if look.long else _FORMATS[look.values]
        if look.values is Values.RATE and look.role is Role.COMPUTED:
            cell.number_format = "0.00%"
        cell.protection = Protection(locked=look.locked)
        if look.quoted:
            cell._style.quotePrefix = 1
        return cell._style

    def title(self) -> Any:
        """The style of the first row."""
        cell = self._cell()
        cell.font = Font(_FONT, 12, bold=True, color=_DARK)
        cell.alignment = Alignment("left", "center")
        return cell._style


def _head(role: Role) -> str:
    return {Role.COMPUTED: COMPUTED_HEAD, Role.LAST: LAST_HEAD}.get(role, INPUT_HEAD)


def _fill(look: Look) -> str:
    if not look.there:
        return NO_CELL
    if look.total or look.role is Role.COMPUTED:
        return COMPUTED_FILL
    if look.role is Role.LAST:
        return LAST_FILL
    return {"全表": LEVEL_1, "部分": LEVEL_1, "分组": LEVEL_2}.get(look.kind, "")


def header_look(column: Column) -> Look:
    """The look of a column's header."""
    return Look(column.role, head=True, locked=True)
