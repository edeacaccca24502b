"""Weigh the workbook: exporting and importing a report of 1,000 projects beside openpyxl writing and reading the same cells plainly.

    python -m benchmarks.workbook [--python PYTHON] [--work FOLDER] [--rounds N] [--sizes M]

Replaces that section of RESULTS.md. A run is a whole process: the interpreter, imports, and for the compiler reading
the data files too; the plain program gets the cells from one file of literals, which costs next to nothing.
"""

from __future__ import annotations

import marshal
import sys
from pathlib import Path

from benchmarks.generate import generate
from benchmarks.layout import Bench
from benchmarks.measure import Program, ratio, run_in_turn, run_once
from benchmarks.section import runs_table, write_section
from benchmarks.workload import DEPARTMENT, SIZES, YEAR

HEADING = "## Workbook"
_REPORT = f"content/{DEPARTMENT}/{YEAR}"
_PLAIN = """
import marshal, sys, openpyxl
sheets = marshal.loads(open(sys.argv[1], "rb").read())
book = openpyxl.Workbook(write_only=True)
for title, rows in sheets.items():
    sheet = book.create_sheet(title)
    for row in rows:
        sheet.append(row)
book.save(sys.argv[2])
"""
"""Writes cells in openpyxl's fastest mode, without any looks."""

_PLAIN_READ = """
import sys, openpyxl
for sheet in openpyxl.load_workbook(sys.argv[1], read_only=True):
    for row in sheet.iter_rows(values_only=True):
        pass
"""
"""Reads cells in openpyxl's fastest mode, and does nothing with them."""
_EDIT = """
import sys, openpyxl
book = openpyxl.load_workbook(sys.argv[1])
sheet = book["绩效指标"]
column = [cell.value for cell in sheet[2]].index("完成值") + 1
for row in range(3, sheet.max_row + 1):
    if sheet.cell(row, 1).value:
        sheet.cell(row, column).value = f"改了{row}"
book.save(sys.argv[2])
"""
"""Changes a cell of every indicator, and so every project's file."""
_ANSWERED = ("sh", "-c", 'echo n | "$0" "$@"')
"""Runs a command that is told not to write."""


def main() -> int:
    """The command; 1 when a program failed."""
    return write_section("benchmarks.workbook", HEADING, 7, _measured)


def _measured(bench: Bench, size: str, rounds: int) -> str:
    generate(bench.work / "workbook", SIZES[size])
    root = bench.work / "workbook" / size
    command = bench.command()
    export = Program("export", (*command, "export", _REPORT, "-o", "数据.xlsx", "--force"), "", root)
    run_once(export)
    cells = _cells(root / "数据.xlsx", root / "cells")
    plain = (bench.python, "-c", _PLAIN, "cells", "plain.xlsx")
    run_once(Program("edit", (bench.python, "-c", _EDIT, "数据.xlsx", "改.xlsx"), "", root))
    take = Program("import", (*command, "import", "数据.xlsx", _REPORT, "--yes"), "", root)
    changed = (*_ANSWERED, *command, "import", "改.xlsx", _REPORT)
    refuse = Program("import, every indicator changed", changed, "", root)
    read = Program("openpyxl, read plainly", (bench.python, "-c", _PLAIN_READ, "数据.xlsx"), "", root)
    runs = run_in_turn(
        [export, Program("openpyxl, write plainly", plain, "", root), take, refuse, read], rounds
    )
    return (
        f"{size}: {SIZES[size].projects:,} projects, {cells:,} cells that hold something; {rounds} rounds. "
        "`export` also reads and checks the data files, and writes looks, formulas, drop-downs and protection; `import` "
        "reads and checks the data files and compares every cell, with every indicator changed it also makes the new text of "
        "every project's file, reads it back, lists the changes, and is told not to write.\n\n"
        + runs_table(runs)
        + f"\n`export` takes {ratio(runs, 'export', 'openpyxl, write plainly'):.2f} × openpyxl's own writing (target: 3), "
        f"`import` {ratio(runs, 'import', 'openpyxl, read plainly'):.2f} × its reading (target: 3).\n"
    )


def _cells(workbook: Path, target: Path) -> int:
    """Keep every cell of a workbook as literals; gives how many hold something."""
    import openpyxl

    book = openpyxl.load_workbook(workbook, read_only=True)
    sheets = {sheet.title: [list(row) for row in sheet.iter_rows(values_only=True)] for sheet in book}
    target.write_bytes(marshal.dumps(sheets))
    return sum(value is not None for rows in sheets.values() for row in rows for value in row)


if __name__ == "__main__":
    sys.exit(main())
