"""The rows of a sheet with the data, as SpreadsheetML.

openpyxl writes everything else. A cell of its own takes it three times as long, and knows numbers as binary ones only:
here a number stands as it was typed, to the last digit.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from xml.sax.saxutils import escape

from compiler.named import NamedTuple
from compiler.workbook.cells import LONGEST, letters
from compiler.workbook.formulas import Formulas, Table
from compiler.workbook.layout import UNFILLED, Column, Role, RowKind
from compiler.workbook.looks import LONGEST_AS_TEXT, Look, Looks
from compiler.workbook.rows import Row

_SIGNIFICANT = 15
"""Digits that a spreadsheet keeps of a number; a longer one is written as text, in full."""
_QUOTED = ("=", "+", "-", "@")
_LINE, _HIGHEST = 14, 409
"""Heights in points: of a line of text, the most that a row may have."""
_WIDE = "\u2000"
"""Characters from here on are as wide as two."""
_ESCAPE = re.compile("_(?=x[0-9A-Fa-f]{4}_)")
"""What a spreadsheet would take for a character's number."""


class TooLong(Exception):
    """A text is longer than a cell holds; the message is for the user."""


class _Place(NamedTuple):
    """A column as one kind of row has it."""

    letter: str
    column: Column
    look: Look
    style: int
    formula: bool
    """Whether the row has a formula there."""


class Body:
    """Writes the rows of one sheet."""

    def __init__(self, table: Table, looks: Looks, formulas: Formulas) -> None:
        self._table, self._looks, self._formulas = table, looks, formulas
        self._plans: dict[str, list[_Place]] = {}
        self._wide = [
            (index, column.width)
            for index, column in enumerate(table.sheet.columns)
            if column.role is not Role.KEY
        ]
        self.unfilled: dict[int, list[int]] = {}
        """The rows of the cells still to be filled in, by the column's number from 1; known when all is written."""

    def rows(self) -> Iterator[str]:
        """The rows with a record, then the spare ones. Raises `TooLong`."""
        table = self._table
        for index, row in enumerate(table.rows):
            yield self._row(index, row)
        blank = self._plan(None)
        for index in range(len(table.rows), len(table.rows) + table.spare):
            number = table.first + index
            cells = "".join(self._formula(place, index, number) for place in blank)
            yield f'<row r="{number}">{cells}</row>'

    def _plan(self, kind: RowKind | None) -> list[_Place]:
        """The columns of a kind of row; of spare rows for None."""
        name = kind.name if kind else ""
        plan = self._plans.get(name)
        if plan is None:
            sheet = self._table.sheet
            level = name if sheet.title == "评分表" else ""
            plan = self._plans[name] = []
            for number, column in enumerate(sheet.columns, 1):
                bound = column.role in (Role.DATUM, Role.LAST, Role.COMPUTED)
                there = kind is None or not bound or name in column.keys
                locked = not sheet.grows and (column.role is not Role.DATUM or not there)
                look = Look(column.role, column.values, level, there, locked=locked)
                formula = column.role is Role.COMPUTED and there
                plan.append(_Place(letters(number), column, look, self._looks.number(look), formula))
        return plan

    def _formula(self, place: _Place, index: int, number: int) -> str:
        """A cell that holds a formula, or nothing."""
        words = ""
        if place.formula:
            words = self._formulas.at(self._table.sheet.title, place.column.formula, index)
        inner = f"<f>{escape(words[1:])}</f>" if words else ""
        return f'<c r="{place.letter}{number}" s="{place.style}">{inner}</c>'

    def _row(self, index: int, row: Row) -> str:
        number = self._table.first + index
        contents = row.contents
        lines = max(_lines(contents[at], width) for at, width in self._wide)
        # Programs make no room for long texts themselves before something is typed.
        height = f' ht="{min(_LINE * lines + 4, _HIGHEST)}"' if lines > 1 else ""
        cells = []
        for place, content in zip(self._plan(row.kind), contents, strict=True):
            if type(content) is str:
                cells.append(self._text(place, content, number))
            elif type(content) is Decimal:
                cells.append(self._number(place, content, number))
            elif place.formula:
                cells.append(self._formula(place, index, number))
            else:
                if content is UNFILLED:
                    self.unfilled.setdefault(len(cells) + 1, []).append(number)
                cells.append(f'<c r="{place.letter}{number}" s="{place.style}"/>')
        return f'<row r="{number}"{height}>{"".join(cells)}</row>'

    def _text(self, place: _Place, text: str, number: int) -> str:
        style = place.style
        long, quoted = len(text) > LONGEST_AS_TEXT, text.startswith(_QUOTED)
        if long or quoted:
            style = self._looks.number(place.look._replace(long=long, quoted=quoted))
        if len(text) > LONGEST:
            raise TooLong(
                f"“{self._table.sheet.title}”表第 {number} 行的“{place.column.header}”有 {len(text)} 字，表格的一格最多 {LONGEST} 字，"
                "没有写出。把这段文字分开写，或者改短。"
            )
        if "_x" in text:
            text = _ESCAPE.sub("_x005F_", text)
        keep = ' xml:space="preserve"' if text != text.strip() or "\n" in text else ""
        return f'<c r="{place.letter}{number}" s="{style}" t="inlineStr"><is><t{keep}>{escape(text)}</t></is></c>'

    def _number(self, place: _Place, value: Decimal, number: int) -> str:
        text = f"{value:f}"
        if len(text) > _SIGNIFICANT and len(text.replace(".", "").strip("0")) > _SIGNIFICANT:
            return self._text(place, text, number)
        return f'<c r="{place.letter}{number}" s="{place.style}"><v>{text}</v></c>'


def _lines(text: object, width: int) -> int:
    """How many lines a text takes in a column; anything else takes one."""
    if not isinstance(text, str) or (len(text) * 2 < width and "\n" not in text):
        return 1
    return sum(
        max(1, -(-sum(1 + (char > _WIDE) for char in line) // max(1, width - 1))) for line in text.split("\n")
    )
