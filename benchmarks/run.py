"""Weigh the compiler beside its peers and write RESULTS.md, all of it.

    python -m benchmarks.run --peers FOLDER [--python PYTHON] [--sizes S M L] [--only sizes batch …] [--quick]

FOLDER is a working copy of the peers' scripts, set up as their own page says (README.md beside this file
has the steps). Without it only the compiler runs, and the results say so.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import time

from benchmarks import results
from benchmarks.layout import REPOSITORY, Bench, add_options
from benchmarks.measure import ProgramFailed, progress, run_in_turn
from benchmarks.workload import SIZES

_ROUNDS = {"S": 11, "M": 11, "L": 3}
_SIZES = "sizes"
_PARTS: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    _SIZES: ((), ()),
    "batch": ((), ("--quick",)),
    "curve": ((), ("--quick",)),
    "imports": ((), ("--rounds", "2")),
    "profile": (("--sizes", "S", "M"), ("--sizes", "S")),
    "versions": ((), ("--sizes", "S", "--rounds", "1")),
    "workbook": (("--rounds", "5"), ("--sizes", "S", "--rounds", "1")),
    "preview": (("--sizes", "S", "M"), ("--sizes", "S", "--rounds", "5")),
    "page": (("--sizes", "S", "M", "--rounds", "11"), ("--sizes", "S", "--rounds", "2")),
}
"""The commands of the benchmark in the order in which they run, each with what it is told, and what it is told when it has to be quick.

The batch comes before the profile, which looks into one of its workers.
"""


def main() -> int:
    """The command; 1 when a program failed."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.run")
    add_options(parser, sizes=("S", "M", "L"))
    parser.add_argument("--rounds", type=int, help="rounds of each size (default: S 11, M 11, L 3)")
    parser.add_argument("--slow", action="store_true", help="pandoc at M too: ten seconds and more a run")
    parser.add_argument("--only", nargs="+", choices=list(_PARTS), default=list(_PARTS), help="these parts")
    parser.add_argument(
        "--quick",
        action="store_true",
        help="little of everything, to see that it works; written to RESULTS.md in the scratch folder",
    )
    arguments = parser.parse_args()
    bench = Bench.of(arguments)
    if arguments.quick:
        arguments.results = bench.work / "RESULTS.md"
    began = time.monotonic()
    failed = []
    for part in arguments.only:
        progress(f"== {part}, after {time.monotonic() - began:.0f} s")
        done = _sizes(bench, arguments) if part == _SIZES else _command(bench, part, arguments)
        if not done:
            failed.append(part)
    progress(f"== {arguments.results}, after {time.monotonic() - began:.0f} s")
    for part in failed:
        progress(f"{part} failed: its section is as it was")
    return int(bool(failed))


def _sizes(bench: Bench, arguments: argparse.Namespace) -> bool:
    """S, M and L beside the peers; whether it went well."""
    sizes = ["S"] if arguments.quick else arguments.sizes
    needed = sorted({*sizes, *(["M"] if "L" in sizes else [])})
    # In a process of its own: a child's peak memory cannot read below that of the process that starts it.
    generator = [bench.python, "-m", "benchmarks.generate", str(bench.work), *needed]
    subprocess.run(generator, cwd=REPOSITORY, check=True)
    measured: list[results.Section] = []
    try:
        for size in sizes:
            programs = bench.programs(size, slow=arguments.slow)
            rounds = 2 if arguments.quick else arguments.rounds or _ROUNDS[size]
            measured.append(results.Section(SIZES[size], programs, run_in_turn(programs, rounds)))
    except ProgramFailed as failure:
        print(failure, file=sys.stderr)
        return False
    environment = results.environment(bench)
    if arguments.quick:
        environment += "- **a quick run**: little of everything, and fewer reports than it says; no figure here means anything\n"
    results.write(arguments.results, measured, environment)
    return True


def _command(bench: Bench, part: str, arguments: argparse.Namespace) -> bool:
    """One of the other commands, told what this one was told; whether it went well."""
    told, quick = _PARTS[part]
    # In this interpreter, which need not be the compiler's.
    argv = [sys.executable, "-m", f"benchmarks.{part}", *bench.options(arguments.results)]
    done = subprocess.run([*argv, *(quick if arguments.quick else told)], cwd=REPOSITORY, check=False)
    return done.returncode == 0


if __name__ == "__main__":
    sys.exit(main())
