"""What keeps a clerk from slips: drop-downs, limits on numbers, protected headers, and the colour of what is to be filled."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.formatting.rule import CellIsRule
from openpyxl.styles import PatternFill
from openpyxl.worksheet.datavalidation import DataValidation

from compiler.checks.indicators.supervisor_inner_section import why_none
from compiler.evaluation.report import Department
from compiler.evaluation.scheme import Scheme
from compiler.workbook.cells import letters
from compiler.workbook.formulas import Table
from compiler.workbook.layout import BUDGET, OFFICE, SECTION, Column, Role, Sheet, Values
from compiler.workbook.looks import UNFILLED_FILL
from compiler.workbook.notes import GRADES, KINDS, LEVEL_1, LEVEL_2, NAMES, OFFICES, OWNERS, USES
from compiler.workbook.rows import Book
from compiler.workbook.sheets import BUDGET_FILE, WHOLE

CHOICES_SHEET = "_选项"
"""The hidden sheet with the lists of the drop-downs."""
_USES = ("财政收回", "结转下年使用")
_USUAL = ("产出指标", "效益指标", "满意度指标", "成本指标")


class Choices:
    """The lists of the drop-downs: what the schemes know, and whatever the data has."""

    def __init__(self, book: Book, forms: Iterable[Scheme], cards: Iterable[Scheme]) -> None:
        """`forms` and `cards`: the schemes of projects and of departments, the declared one first."""
        records = [project for _, project in book.projects]
        rows = [row for project in records for row in project.indicators or ()]
        taxonomies = [scheme.taxonomy for scheme in forms]
        department = next(
            (file.record for file in book.files.values() if isinstance(file.record, Department)), None
        )
        sections = [section.name for section in (department.sections or () if department else ())]
        self.lists: dict[str, tuple[str, ...]] = {
            LEVEL_1: _distinct([*(n for t in taxonomies for n in t), *_USUAL, *(r.level_1 for r in rows)]),
            LEVEL_2: _distinct(
                [*(n for t in taxonomies for names in t.values() for n in names), *(r.level_2 for r in rows)]
            ),
            GRADES: _distinct(
                name
                for scheme in cards
                for band in (scheme.grades.bands if scheme.grades else ())
                for name in (band.name, *(band.aliases or ()))
            ),
            OFFICES: _distinct(_supervisors(department, [project.supervisor for project in records])),
            USES: _distinct([*_USES, *(project.surplus_use for project in records)]),
            OWNERS: _distinct(
                [
                    OFFICE,
                    *([BUDGET] if BUDGET_FILE in book.files else []),
                    *(f"{SECTION}{name}" for name in sections),
                    *(project.name for project in records),
                ]
            ),
        }

    def write(self, workbook: Workbook) -> None:
        """The lists, a column each, on a hidden sheet."""
        sheet: Any = workbook.create_sheet(CHOICES_SHEET)
        sheet.sheet_state = "veryHidden"
        for index in range(max(map(len, self.lists.values()))):
            row: list[Any] = []
            for names in self.lists.values():
                cell: Any = WriteOnlyCell(sheet)
                if index < len(names):
                    cell._value, cell.data_type = names[index], "s"
                row.append(cell)
            sheet.append(row)

    def source(self, column: Column, sheet: Sheet, tables: Mapping[str, Table]) -> str:
        """What a drop-down of a column refers to; empty when it has nothing to offer."""
        if column.choices == KINDS:
            return '"' + ",".join(kind.name for kind in reversed(sheet.kinds) if kind.name != WHOLE) + '"'
        if column.choices == NAMES:
            table = tables["项目"]
            letter = table.letter("名称")
            return f"'项目'!${letter}${table.first}:${letter}${table.end}"
        names = self.lists.get(column.choices, ())
        if not names:
            return ""
        letter = letters(1 + list(self.lists).index(column.choices))
        return f"'{CHOICES_SHEET}'!${letter}$1:${letter}${len(names)}"


def _supervisors(department: Department | None, used: Iterable[str | None]) -> Iterator[str | None]:
    """The department itself, and whatever projects have that is not one of its sections: a check calls those errors."""
    if department is not None:
        yield from (department.name, department.full_name)
    yield from (name for name in used if name and (department is None or not why_none(department, name)))


def _distinct(names: Iterable[str | None]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(name for name in names if name))


def protect(sheet: Any, layout: Sheet) -> None:
    """Headers and formulas cannot be changed; where rows may come and go, they may. Without a password."""
    protection = sheet.protection
    protection.sheet = True
    protection.formatColumns = protection.formatRows = False  # not locked: widths are the clerk's business
    if layout.grows:
        protection.insertRows = protection.deleteRows = protection.autoFilter = False


def add_guards(sheet: Any, table: Table, choices: Choices, tables: Mapping[str, Table]) -> None:
    """Drop-downs and limits, a column each; a filter over the headers where no totals stand below them."""
    if table.end < table.first:
        return
    for number, column in enumerate(table.sheet.columns, 1):
        letter = letters(number)
        for given in _validation(column, table, choices, tables):
            validation = DataValidation(allow_blank=True, showErrorMessage=True, **given)
            validation.add(f"{letter}{table.first}:{letter}{table.end}")
            sheet.data_validations.append(validation)
    if table.sheet.grows and not table.sheet.totals:
        sheet.auto_filter.ref = f"B{table.first - 1}:{letters(len(table.sheet.columns))}{table.end}"


def _validation(
    column: Column, table: Table, choices: Choices, tables: Mapping[str, Table]
) -> Iterator[dict[str, Any]]:
    role, values = column.role, column.values
    if role in (Role.COMPUTED, Role.LAST):
        words = "这一列自动算出，不用填。" if role is Role.COMPUTED else "这一列是上年的，供对照，不用填。"
        yield {"type": "custom", "formula1": "FALSE", "error": words, "errorTitle": "不用填"}
        return
    source = choices.source(column, table.sheet, tables) if column.choices else ""
    if source:
        strict = column.choices == KINDS
        yield {
            "type": "list",
            "formula1": source,
            "errorStyle": "stop" if strict else "warning",
            "errorTitle": column.header,
            "error": "请从下拉里选。" if strict else "下拉里没有这一个。确定要用，选“是”。",
        }
    elif values in (Values.AMOUNT, Values.NUMBER):
        unit = "，单位见表头，或者写在数的后面，如 5.64万元" if values is Values.AMOUNT else ""
        yield {
            "type": "custom",
            "formula1": _figure(
                f"{table.letter(column.header)}{table.first}",
                ">=0",
                "元" if values is Values.AMOUNT else "分",
            ),
            "errorStyle": "stop",
            "errorTitle": column.header,
            "error": f"只填数字{unit}，不能小于 0。没有的填“无”，还不知道的空着。",
        }
    elif values is Values.RATE:
        cell = f"{table.letter(column.header)}{table.first}"
        yield {
            "type": "custom",
            "formula1": _figure(cell, f">=0,{cell}<=10"),
            "errorStyle": "warning",
            "errorTitle": column.header,
            "error": "填百分比，如 99.88%。确定要用这个数，选“是”。",
        }


def _figure(cell: str, limits: str, unit: str = "") -> str:
    """Whether a cell has a figure within limits, or one with its unit behind it, or says that there is none, or none yet.

    Excel takes 255 characters at most.
    """
    words = ",".join(f'{cell}="{word}"' for word in ("无", "没有", "不适用", "—", "-", "/", "／"))
    typed = f'AND(RIGHT({cell},1)="{unit}",ISNUMBER(FIND(LEFT({cell},1),"0123456789"))),' if unit else ""
    return f'OR(AND(ISNUMBER({cell}),{cell}{limits}),{typed}{words},LEFT({cell},2)="待填")'


_MOST_RANGES = 500
"""Ranges in one rule; more make a long line of text that some programs refuse."""


def mark_unfilled(sheet: Any, cells: Mapping[int, list[int]]) -> None:
    """Colour the cells, by column and rows, for as long as they are empty."""
    ranges = [
        f"{letters(column)}{first}:{letters(column)}{last}"
        for column, rows in sorted(cells.items())
        for first, last in _runs(rows)
    ]
    for start in range(0, len(ranges), _MOST_RANGES):
        fill = PatternFill(bgColor=UNFILLED_FILL, fill_type="solid")
        rule = CellIsRule(operator="equal", formula=['""'], fill=fill)
        sheet.conditional_formatting.add(" ".join(ranges[start : start + _MOST_RANGES]), rule)


def _runs(rows: list[int]) -> Iterator[tuple[int, int]]:
    """Numbers in order as runs of neighbours."""
    first = last = rows[0]
    for row in rows[1:]:
        if row != last + 1:
            yield first, last
            first = row
        last = row
    yield first, last
