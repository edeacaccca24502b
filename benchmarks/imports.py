"""Weigh what starting costs: the interpreter, each library, and the compiler before it has anything to do.

    python -m benchmarks.imports [--python PYTHON] [--rounds N]

Replaces that section of RESULTS.md. All in the compiler's environment, so that the same interpreter imports everything.
"""

from __future__ import annotations

import argparse
import sys
from statistics import median

from benchmarks.layout import REPOSITORY, Bench, add_options
from benchmarks.measure import Program, ProgramFailed, peak, run_in_turn
from benchmarks.section import replace_section, table

HEADING = "## Imports"
_NOTHING = "Python, doing nothing"
_TOGETHER = "yaml, jinja2.sandbox, markdown_it, click, zipfile"
_IMPORTED = (
    "yaml",
    "click",
    "markdown_it",
    "jinja2",
    "jinja2.sandbox",
    "docx",
    _TOGETHER,
    f"{_TOGETHER}, docx",
)


def main() -> int:
    """The command; 1 when a program failed."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.imports")
    add_options(parser, sizes=())
    parser.add_argument("--rounds", type=int, default=15)
    arguments = parser.parse_args()
    bench = Bench.of(arguments)

    def program(name: str, *argv: str) -> Program:
        return Program(name, argv, "", REPOSITORY)

    command = bench.command()
    programs = [
        program(_NOTHING, bench.python, "-c", "pass"),
        *(program(f"import {name}", bench.python, "-c", f"import {name}") for name in _IMPORTED),
        program("import compiler.pipeline", bench.python, "-c", "import compiler.pipeline"),
        program("chengwen --version", *command, "--version"),
        program("chengwen --help", *command, "--help"),
    ]
    try:
        runs = run_in_turn(programs, arguments.rounds)
    except ProgramFailed as failure:
        print(failure, file=sys.stderr)
        return 1
    nothing = median(run.wall for run in runs[_NOTHING])
    rows = []
    for name, each in runs.items():
        wall = median(run.wall for run in each)
        rows.append((name, f"{1000 * wall:.0f}", f"{1000 * (wall - nothing):.0f}", f"{peak(each):.0f}"))
    text = f"{HEADING}\n\nWhole processes, {arguments.rounds} rounds.\n\n" + table(
        ("program", "ms", "above doing nothing, ms", "peak MiB"), rows
    )
    replace_section(arguments.results, HEADING, text)
    print(text)
    return 0


if __name__ == "__main__":
    sys.exit(main())
