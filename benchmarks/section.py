"""A command that measures one thing and puts it into its section of RESULTS.md."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable

from benchmarks.layout import Bench, add_options
from benchmarks.measure import ProgramFailed
from benchmarks.results import replace_section


def write_section(module: str, heading: str, rounds: int, measured: Callable[[Bench, str, int], str]) -> int:
    """Run such a command; 1 when a program failed.

    `measured` gets the folders, a size and the number of rounds (`rounds` when not asked for) and gives that size's part in Markdown.
    """
    parser = argparse.ArgumentParser(prog=f"python -m {module}")
    add_options(parser, sizes=("M",))
    parser.add_argument("--rounds", type=int, default=rounds)
    arguments = parser.parse_args()
    bench = Bench.of(arguments)
    text = f"{heading}\n"
    try:
        for size in arguments.sizes:
            text += f"\n{measured(bench, size, arguments.rounds)}"
    except ProgramFailed as failure:
        print(failure, file=sys.stderr)
        return 1
    replace_section(arguments.results, heading, text)
    print(text)
    return 0
