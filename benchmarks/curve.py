"""Weigh one report of more and more projects, and draw the curve of cost against size.

    python -m benchmarks.curve [--peers FOLDER] [--python PYTHON] [--work FOLDER] [--quick]

Replaces that section of RESULTS.md and the picture beside it. A report has a form for each project, as M and L have.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from statistics import median

from benchmarks.layout import REPOSITORY, Bench, add_options
from benchmarks.measure import Program, ProgramFailed, run_in_turn
from benchmarks.picture import redraw
from benchmarks.points import keep_points
from benchmarks.section import replace_section, table

HEADING = "## Cost against size"
_FULL = {10: 5, 30: 5, 100: 3, 300: 3, 1_000: 2, 3_000: 1, 10_000: 1}
_QUICK = {10: 1, 30: 1}
"""Rounds by number of projects."""
_MOST = {"docxtpl": 3_000, "pandoc 3, from HTML": 1_000}
"""Projects beyond which a peer takes a minute and more."""


def main() -> int:
    """The command; 1 when a program failed."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.curve")
    add_options(parser, sizes=())
    parser.add_argument("--quick", action="store_true", help="small reports, once: to see that it works")
    arguments = parser.parse_args()
    bench = Bench.of(arguments)
    bench = replace(bench, work=bench.work / "curve")
    (bench.work / "out").mkdir(parents=True, exist_ok=True)
    rounds = _QUICK if arguments.quick else _FULL
    argv = [bench.python, "-m", "benchmarks.generate", str(bench.work), *map(str, rounds)]
    subprocess.run(argv, cwd=REPOSITORY, check=True)
    found: dict[str, list[tuple[int, float]]] = {}
    try:
        for projects, each in rounds.items():
            programs = list(_programs(bench, projects))
            runs = run_in_turn(programs, each, warmup=int(projects < 1_000))
            for name in runs:
                wall = median(run.wall for run in runs[name])
                found.setdefault(name.rpartition(" ")[0], []).append((projects, 1000 * wall / projects))
    except ProgramFailed as failure:
        print(failure, file=sys.stderr)
        return 1
    keep_points(arguments.results, "projects", found)
    picture = redraw(bench, arguments.results)
    text = (
        f"{HEADING}\n\n{picture}Milliseconds a project, in one report with a form for each, whole cold processes. What starting costs is shared "
        f"by more and more projects; a line that stays level is linear in time.\n\n"
        + table(("projects", *found), (_row(projects, found) for projects in rounds))
    )
    replace_section(arguments.results, HEADING, text)
    print(text)
    return 0


def _programs(bench: Bench, projects: int) -> Iterator[Program]:
    size = str(projects)
    yield from bench.yardstick(size)
    yield bench.compiler(size)
    for program in bench.slow_peers(size):
        if projects <= _MOST[program.name.rpartition(" ")[0]]:
            yield program


def _row(projects: int, found: dict[str, list[tuple[int, float]]]) -> tuple[str, ...]:
    known = [dict(points) for points in found.values()]
    return f"{projects:,}", *(f"{each[projects]:.2f}" if projects in each else "" for each in known)


if __name__ == "__main__":
    sys.exit(main())
