"""Weigh the compiler beside its peers and write RESULTS.md.

    python -m benchmarks.run --peers FOLDER [--python PYTHON] [--sizes S M L] [--rounds N]

FOLDER is a working copy of the peers' scripts, set up as their own page says (README.md beside this file
has the steps). Without it only the compiler runs, and the results say so.
"""

from __future__ import annotations

import argparse
import subprocess
import sys

from benchmarks import profile, results
from benchmarks.layout import REPOSITORY, Bench, add_options
from benchmarks.measure import ProgramFailed, run_in_turn
from benchmarks.workload import SIZES

_ROUNDS = {"S": 11, "M": 5, "L": 3}


def main() -> int:
    """The command; 1 when a program failed."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.run")
    add_options(parser, sizes=("S", "M", "L"))
    parser.add_argument("--rounds", type=int, help="rounds of each size (default: S 11, M 5, L 3)")
    parser.add_argument("--slow", action="store_true", help="pandoc at M too: ten seconds and more a run")
    parser.add_argument("--no-profile", action="store_true", help="leave out where the rest goes")
    arguments = parser.parse_args()
    bench = Bench.of(arguments)
    needed = sorted({*arguments.sizes, *(["M"] if "L" in arguments.sizes else [])})
    # In a process of its own: a child's peak memory cannot read below that of the process that starts it.
    generator = [bench.python, "-m", "benchmarks.generate", str(bench.work), *needed]
    subprocess.run(generator, cwd=REPOSITORY, check=True)
    measured: list[results.Section] = []
    try:
        for size in arguments.sizes:
            programs = bench.programs(size, slow=arguments.slow)
            runs = run_in_turn(programs, arguments.rounds or _ROUNDS[size])
            measured.append(results.Section(SIZES[size], programs, runs))
        environment = results.environment(bench)
        text = results.render(measured, environment)
        profiled = [size for size in arguments.sizes if size != "L"]
        if profiled and not arguments.no_profile:
            text += "\n" + profile.section(bench, profiled)
    except ProgramFailed as failure:
        print(failure, file=sys.stderr)
        return 1
    arguments.results.write_text(text, encoding="utf-8", newline="\n")
    print(text)
    return 0


if __name__ == "__main__":
    sys.exit(main())
