"""The formulas of the computed columns.

They follow the same rules as `compiler.evaluation`; the tests recalculate a workbook and compare. A formula never
errs: where a figure lacks, it is empty.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from compiler.evaluation.funds import BUDGET_PARTS
from compiler.workbook.cells import letters
from compiler.workbook.layout import Role, Sheet, Values
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


class Formulas:
    """Writes the formulas of a workbook; rows are asked for by sheet, index from 0."""

    def __init__(self, tables: Mapping[str, Table]) -> None:
        self._tables = tables
        self._column = {
            (title, column.header): table.letter(column.header)
            for title, table in tables.items()
            for column in table.sheet.columns
        }
        self._funds = _blocks(tables["资金"])
        self._indicators = _blocks(tables["绩效指标"])

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
            elif title == "资金" and row is not None and row.kind.name == SOURCE_TOTAL:
                parts = f"{letter}{number + 1}:{letter}{number + 3}"
                found.append(
                    _Figure(f"IF(ISNUMBER({cell}),{cell},SUM({parts}))", f"COUNT({letter}{number}:{parts})")
                )
            else:
                found.append(_Figure(cell, f"COUNT({cell})"))
        return found[0], found[1]

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
        block = self._funds.get(row.key.file) if row else None
        if block is None:
            return f'=IF(ISNUMBER({cell}),{cell},"")'
        letter = f"'资金'!{self._column['资金', header]}"
        whole, parts = (
            f"{letter}{block[0]}",
            f"{letter}{block[0] + 1}:{self._column['资金', header]}{block[1]}",
        )
        return (
            f"=IF(ISNUMBER({cell}),{cell},IF(ISNUMBER({whole}),{whole},"
            f'IF(COUNT({parts})=0,"",ROUND(SUM({parts}),{_ROUNDED}))))'
        )

    def _form(self, header: str, row: Row | None, number: int) -> str:
        """分值 or 得分 of all rows of a project's form: those that stand together, and those added at the end."""
        table = self._tables["绩效指标"]
        owner, letter = self._column["绩效指标", "项目"], self._column["绩效指标", header]
        name = f"{self._column['项目', '名称']}{number}"
        blocks = [(table.end - table.spare + 1, table.end)]
        block = self._indicators.get(row.key.file) if row else None
        if block is not None:
            # With the row that follows, so that what is added before it is within.
            blocks.insert(0, (block[0], min(block[1] + 1, table.end - table.spare)))
        mine = [f"--('绩效指标'!{owner}{a}:{owner}{b}={name})" for a, b in blocks]
        cells = [f"'绩效指标'!{letter}{a}:{letter}{b}" for a, b in blocks]
        funds = self._funds.get(row.key.file) if row else None
        there = f"COUNT('资金'!{self._column['资金', header]}{funds[0]})+" if funds else ""
        value = f"N('资金'!{self._column['资金', header]}{funds[0]})+" if funds else ""
        count = "+".join(
            f"SUMPRODUCT({own},--ISNUMBER({figures}))" for own, figures in zip(mine, cells, strict=True)
        )
        summed = "+".join(f"SUMPRODUCT({own},{figures})" for own, figures in zip(mine, cells, strict=True))
        return f'=IF({name}="","",IF({there}{count}=0,"",ROUND({value}{summed},{_ROUNDED})))'

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


def _blocks(table: Table) -> dict[str, tuple[int, int]]:
    """The first and the last row of each file on a sheet."""
    found: dict[str, tuple[int, int]] = {}
    for number, row in enumerate(table.rows, table.first):
        found[row.key.file] = (found.get(row.key.file, (number, 0))[0], number)
    return found
