"""The formulas of the computed columns.

They follow the same rules as `compiler.evaluation`; the tests recalculate a workbook and compare. A formula never
errs: where a figure lacks, it is empty.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Mapping, Sequence

from compiler.evaluation.funds import BUDGET_PARTS
from compiler.named import NamedTuple
from compiler.workbook.cells import letters
from compiler.workbook.layout import KEY_HEADER, Role, Sheet, Values
from compiler.workbook.rows import Row
from compiler.workbook.sheets import GROUP, PART, ROW, SOURCE_TOTAL, WHOLE


class Table(NamedTuple):
    """A sheet as it is written: which columns it has, which rows stand where."""

    sheet: Sheet
    rows: Sequence[Row]
    spare: int
    """Blank rows at the end."""

    @property
    def first(self) -> int:
        """The first row of data."""
        return self.sheet.first_row

    @property
    def end(self) -> int:
        """The last row, spare ones included."""
        return self.first + len(self.rows) + self.spare - 1

    def letter(self, header: str) -> str:
        """The letters of a column."""
        return letters(1 + next(i for i, column in enumerate(self.sheet.columns) if column.header == header))


_ROUNDED = 8
"""Digits after the point that binary noise of a sum does not reach."""
_ANY = '"<9E+99"'
"""The criterion that any number meets."""
_FIRST = {"资金": f"资金.{SOURCE_TOTAL}", "绩效指标": "绩效指标[0]"}
"""What follows a project's key in the key of its first row on another sheet."""
_BEYOND = 500
"""Rows below a table into which it may grow."""
_LONGEST = 120
_WORD = re.compile("[\u4e00-\u9fff](?<![年月日时分秒])")
"""A character that no number has, and no date."""


class Formulas:
    """Writes the formulas of a workbook; rows are asked for by sheet, index from 0."""

    def __init__(self, tables: Mapping[str, Table]) -> None:
        self._tables = tables
        self._column = {
            (title, column.header): table.letter(column.header)
            for title, table in tables.items()
            for column in table.sheet.columns
        }
        self._index = {
            (title, column.header): index
            for title, table in tables.items()
            for index, column in enumerate(table.sheet.columns)
        }
        index = self._index["项目", "名称"]
        self._plain = _plain_names([str(row.contents[index] or "") for row in tables["项目"].rows])

    def at(self, title: str, name: str, index: int) -> str:
        """The formula of a computed column in a row of data, or in a spare one."""
        table = self._tables[title]
        row = table.rows[index] if index < len(table.rows) else None
        number = table.first + index
        if title == "评分表" and name != "rate":
            return self._below(table, index, name)
        if title == "项目" and name in _PICKED:
            return self._picked(_PICKED[name], row, number)
        if title == "项目" and name in _SUMMED:
            return self._form(_SUMMED[name], row, number)
        if name == "share":
            return self._share(row.kind.name if row else "", table)
        spent, budget = self._pair(title, row, number)
        return _rate(spent, budget) if name == "rate" else _difference(budget, spent)

    def total(self, title: str, header: str) -> str:
        """The formula of the row of totals; empty where a column has none."""
        table = self._tables[title]
        column = next(column for column in table.sheet.columns if column.header == header)
        if column.values is not Values.AMOUNT or (title == "项目" and column.role is Role.DATUM):
            return ""
        last = table.first + len(BUDGET_PARTS) - 1 if title == "预算" else table.end
        cells = f"{table.letter(header)}{table.first}:{table.letter(header)}{last}"
        return f'=IF(COUNT({cells})=0,"",ROUND(SUM({cells}),{_ROUNDED}))'

    def _pair(self, title: str, row: Row | None, number: int) -> tuple[_Figure, _Figure]:
        """What was spent and what was planned in a row."""
        found = []
        for header in _SPENT[title]:
            letter = self._column[title, header]
            cell = f"{letter}{number}"
            if title == "预算" and row is not None and row.kind.name == "资金总体":
                found.append(_Figure(f"IF(ISNUMBER({cell}),{cell},{letter}3)", f"COUNT({cell},{letter}3)"))
            elif title == "资金" and (row is None or row.kind.name == SOURCE_TOTAL):
                found.append(self._of_sources(header, row, number))
            else:
                found.append(_Figure(cell, f"COUNT({cell})"))
        return found[0], found[1]

    def _of_sources(self, header: str, row: Row | None, number: int) -> _Figure:
        """An amount of 年度资金总额, as typed, else of the project's sources; in a spare row whatever the row will be."""
        cell = f"{self._column['资金', header]}{number}"
        name = f"${self._column['资金', '项目']}{number}"
        parts = self._owned(
            "资金", header, name, row is not None and self._text(row, "资金", "项目") in self._plain
        )
        if row is not None:
            return _Figure(f"IF(ISNUMBER({cell}),{cell},{parts.value})", parts.there)
        kind = f'${self._column["资金", "资金来源"]}{number}="{SOURCE_TOTAL}"'
        return _Figure(
            f"IF(ISNUMBER({cell}),{cell},IF({kind},{parts.value},0))",
            f"IF({kind},{parts.there},COUNT({cell}))",
        )

    def _text(self, row: Row, title: str, header: str) -> str:
        """What a row shows in a column of text."""
        return str(row.contents[self._index[title, header]] or "")

    def _share(self, kind: str, table: Table) -> str:
        """结转结余率 and 部门预决算差异率 of the whole budget."""
        index = next(index for index, row in enumerate(table.rows) if row.kind.name == "资金总体")
        spent, budget = self._pair("预算", table.rows[index], table.first + index)
        if kind == "结转结余率":
            return _quotient(f"ROUND({budget.value}-{spent.value},{_ROUNDED})", spent, budget)
        letter = self._column["预算", "年初预算数"]
        cell = f"{letter}{table.first + index}"
        initial = _Figure(f"IF(ISNUMBER({cell}),{cell},{letter}3)", f"COUNT({cell},{letter}3)")
        return _quotient(f"ABS(ROUND({spent.value}-{initial.value},{_ROUNDED}))", spent, initial)

    def _picked(self, header: str, row: Row | None, number: int) -> str:
        """An amount of a project: as typed, else of its funds."""
        cell = f"{self._column['项目', header]}{number}"
        name = f"{self._column['项目', '名称']}{number}"
        whole, parts = (self._of("资金", header, row, number, total=total) for total in (True, False))
        return (
            f'=IF(ISNUMBER({cell}),{cell},IF({name}="","",IF({whole.there}>0,{whole.value},'
            f'IF({parts.there}=0,"",ROUND({parts.value},{_ROUNDED})))))'
        )

    def _form(self, header: str, row: Row | None, number: int) -> str:
        """分值 or 得分 of all rows of a project's form."""
        name = f"{self._column['项目', '名称']}{number}"
        funds = self._of("资金", header, row, number, total=True)
        rows = self._of("绩效指标", header, row, number)
        total = f"ROUND({funds.value}+{rows.value},{_ROUNDED})"
        if header == "得分":  # a scheme computes what is left empty, which a formula cannot
            weights = [
                self._of("资金", "分值", row, number, total=True),
                self._of("绩效指标", "分值", row, number),
            ]
            empty = f"{weights[0].there}+{weights[1].there}-{funds.there}-{rows.there}"
            total = f'IF({empty}>0,{total}&"（"&{empty}&"行未填）",{total})'
        return f'=IF({name}="","",IF({funds.there}+{rows.there}=0,"",{total}))'

    def _of(self, title: str, header: str, row: Row | None, number: int, *, total: bool = False) -> _Figure:
        """What the rows of a sheet have of the project in a row of 项目: of all, or of 年度资金总额 only.

        The sheet is searched for the project's name, wherever its rows stand and whoever added them. Who renames a project
        need not do so on the other sheets: the name there is found by a key.
        """
        typed = f"${self._column['项目', '名称']}{number}"
        if row is None:
            return self._owned(title, header, typed, plain=False, total=total)
        key = f'${self._column["项目", KEY_HEADER]}{number}&"{_FIRST[title]}"'
        there = f"MATCH({key},{self._whole(title, KEY_HEADER)},0)"
        name = f"IFERROR(INDEX({self._whole(title, '项目')},{there}),{typed})"
        return self._owned(
            title, header, name, plain=self._text(row, "项目", "名称") in self._plain, total=total
        )

    def _whole(self, title: str, header: str) -> str:
        """A column of a sheet from top to bottom."""
        letter = self._column[title, header]
        return f"'{title}'!${letter}:${letter}"

    def _owned(self, title: str, header: str, name: str, plain: bool, total: bool = False) -> _Figure:
        """What the rows of a project have in a column; `plain` when its name is one that SUMIFS takes for what it is.

        For others every row is compared to the letter, which takes the spreadsheet some five times as long.
        """
        kind = self._column.get((title, "资金来源"), "")
        if plain:
            for mark in ("~", "*", "?"):
                name = f'SUBSTITUTE({name},"{mark}","~{mark}")'
            figures = self._whole(title, header)
            mine = f'{self._whole(title, "项目")},"="&{name}'
            if total:
                mine += f',{self._whole(title, "资金来源")},"{SOURCE_TOTAL}"'
            return _Figure(f"SUMIFS({figures},{mine})", f"COUNTIFS({mine},{figures},{_ANY})")
        table = self._tables[title]
        owner, figures, kinds = (
            f"'{title}'!${letter}${table.first}:${letter}${table.end + _BEYOND}"
            for letter in (self._column[title, "项目"], self._column[title, header], kind)
        )
        mine = f"EXACT({owner},{name})" + (f'*({kinds}="{SOURCE_TOTAL}")' if total else "")
        return _Figure(f"SUMPRODUCT(1*{mine},{figures})", f"SUMPRODUCT({mine}*ISNUMBER({figures}))")

    def _below(self, table: Table, index: int, name: str) -> str:
        """What the rows of the next level make together."""
        row = table.rows[index] if index < len(table.rows) else None
        below = {WHOLE: (PART, (WHOLE,)), PART: (GROUP, (PART,)), GROUP: (ROW, (PART, GROUP))}
        if row is None or row.kind.name not in below:
            return ""
        level, ends = below[row.kind.name]
        last = next(
            (table.first + n for n in range(index + 1, len(table.rows)) if table.rows[n].kind.name in ends),
            table.end,
        )
        number = table.first + index + 1
        typed, computed = (
            f"{self._column['评分表', header]}{number}:{self._column['评分表', header]}{last}"
            for header in (_SUMMED[name], f"下级{_SUMMED[name]}")
        )
        kinds = f"{self._column['评分表', '层级']}{number}:{self._column['评分表', '层级']}{last}"
        mine = f'--({kinds}="{level}")'
        count, total = f"SUMPRODUCT({mine},--ISNUMBER({typed}))", f"SUMPRODUCT({mine},{typed})"
        if level != ROW:
            count += f"+SUMPRODUCT({mine},--ISNUMBER({computed}))"
            total += f"+SUMPRODUCT({mine},1-ISNUMBER({typed}),{computed})"
        return f'=IF({count}=0,"",ROUND({total},{_ROUNDED}))'


class _Figure(NamedTuple):
    """A figure in a formula."""

    value: str
    there: str
    """A count that is 0 when there is none."""


_PICKED = {"initial": "年初预算数", "budget": "全年预算数", "spent": "全年执行数"}
_SUMMED = {"weights": "分值", "scores": "得分"}
_SPENT = {
    "预算": ("全年执行数", "全年预算数"),
    "资金": ("全年执行数", "全年预算数"),
    "项目": ("取用的全年执行数", "取用的全年预算数"),
    "评分表": ("执行数", "预算数"),
}


def _rate(spent: _Figure, budget: _Figure) -> str:
    return _quotient(spent.value, spent, budget)


def _quotient(above: str, spent: _Figure, below: _Figure) -> str:
    return f'=IF({spent.there}*{below.there}=0,"",IF({below.value}=0,"",({above})/({below.value})))'


def _difference(budget: _Figure, spent: _Figure) -> str:
    return f'=IF({spent.there}*{budget.there}=0,"",ROUND({budget.value}-{spent.value},{_ROUNDED}))'


def _plain_names(names: Sequence[str]) -> frozenset[str]:
    """The names of projects by which SUMIFS finds their rows and no others.

    It takes no criterion of more than 255 characters (wildcards are doubled), takes digits and dates for numbers, and
    knows no small letters.
    """
    folded = [unicodedata.normalize("NFKC", name).casefold() for name in names]
    alike = Counter(folded)
    return frozenset(
        name
        for name, letters_alike in zip(names, folded, strict=True)
        if len(name) <= _LONGEST and _WORD.search(name) and alike[letters_alike] == 1
    )
