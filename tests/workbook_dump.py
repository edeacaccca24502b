"""A workbook as text, for review: every sheet's set-up, headers with their notes, rows, guards and protection."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import openpyxl


def dump(path: Path) -> str:
    """The whole workbook."""
    book = openpyxl.load_workbook(path)
    return "".join(line + "\n" for sheet in book.worksheets for line in _sheet(sheet))


def _sheet(sheet: Any) -> Iterator[str]:
    yield f"==== {sheet.title} ({sheet.sheet_state})"
    yield f"frozen {sheet.freeze_panes}, filter {sheet.auto_filter.ref}, titles {sheet.print_titles}"
    setup = sheet.page_setup
    yield f"print {setup.orientation}, paper {setup.paperSize}, {setup.fitToWidth} wide, footer {sheet.oddFooter.center.text}"
    guard = sheet.protection
    allowed = [
        name for name in ("insertRows", "deleteRows", "autoFilter", "sort") if not getattr(guard, name)
    ]
    yield f"protected {bool(guard.sheet)}, password {guard.password}, allowed {' '.join(allowed)}"
    for row in sheet.iter_rows():
        for cell in row:
            if cell.comment:
                width = sheet.column_dimensions[cell.column_letter]
                hidden = " hidden" if width.hidden else ""
                yield f"note {cell.column_letter} {width.width:g}{hidden} {cell.value}: {cell.comment.text}"
    for row in sheet.iter_rows():
        cells = [_cell(cell) for cell in row if cell.value is not None]
        if cells:
            yield f"{row[0].row}: {' | '.join(cells)}"
    for validation in sheet.data_validations.dataValidation:
        what = (
            f"{validation.type} {validation.operator or ''} {validation.formula1} {validation.formula2 or ''}"
        )
        yield f"guard {validation.sqref}: {' '.join(what.split())} [{validation.errorStyle or 'stop'}] {validation.error}"
    for ranges in sheet.conditional_formatting:
        yield f"colour {ranges.sqref}: {[(rule.type, rule.operator, rule.formula) for rule in ranges.rules]}"


def _cell(cell: Any) -> str:
    marks = ("" if cell.protection.locked else "~") + ("'" if cell.quotePrefix else "")
    shape = "" if cell.number_format in ("General", "@") else f" [{cell.number_format}]"
    kind = {"s": "", "n": "#", "f": ""}[cell.data_type]
    return f"{marks}{cell.column_letter}={kind}{str(cell.value)!r}{shape}"
