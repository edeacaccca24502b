"""Where the time of a build goes, stage by stage, beside the same stages of the yardstick.

    python -m benchmarks.profile [--peers FOLDER] [--python PYTHON] [--sizes S M]

Replaces that section of RESULTS.md; `benchmarks.run` writes it too. Needs the content that run or
generate wrote.
"""

from __future__ import annotations

import argparse
import re
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from statistics import fmean

from benchmarks.layout import REPOSITORY, Bench, add_options
from benchmarks.measure import Program, run_once
from benchmarks.sampler import IMPORTS
from benchmarks.section import replace_section

HEADING = "## Where the rest goes"
_ROUNDS = 9
_START = "Python's own start and end"
_YARDSTICK_STAGES = {
    "load": "YAML",
    "jinja": "expressions",
    "md": "Markdown",
    "docx": "DOCX XML",
    "html": "HTML",
}
"""The yardstick's names for its stages, and ours."""


def section(bench: Bench, sizes: Sequence[str]) -> str:
    """The section for some sizes, in Markdown."""
    parts = [
        f"{HEADING}\n\nMeans of {_ROUNDS} cold builds, sampled every two milliseconds, which slows them by "
        "a tenth: read the shares. What is imported counts for the package that asked for it. The yardstick "
        "counts deflating as DOCX, and imports where it first needs them.\n"
    ]
    for size in sizes:
        parts.append(f"### {size}\n\n{_table(_compiler_stages(bench, size), _yardstick_stages(bench, size))}")
    return "\n".join(parts)


def _compiler_stages(bench: Bench, size: str) -> dict[str, float]:
    """Milliseconds by stage of the compiler's build of a size."""
    report = bench.work / "out" / "stages.json"
    build = bench.compiler(size)
    arguments = build.argv[build.argv.index("build") :]
    argv = (bench.python, str(Path(__file__).with_name("sampler.py")), str(report), *arguments)
    program = Program("stages", argv, build.outputs, REPOSITORY)
    rounds: list[dict[str, float]] = []
    run_once(program)
    for _ in range(_ROUNDS):
        report.unlink(missing_ok=True)  # what an earlier run left says nothing of this one
        wall = run_once(program).wall
        lines = report.read_text(encoding="utf-8").splitlines()
        stages = {stage: float(seconds) for stage, _, seconds in (line.partition("\t") for line in lines)}
        rounds.append(stages | {_START: wall - sum(stages.values())})
    return _means(rounds)


def _yardstick_stages(bench: Bench, size: str) -> dict[str, float]:
    """Milliseconds by stage of the yardstick; nothing when there is none."""
    rounds: list[dict[str, float]] = []
    for program in [*bench.yardstick(size, "-v")] * _ROUNDS:
        started = time.perf_counter()
        done = subprocess.run(program.argv, cwd=program.folder, capture_output=True, text=True, check=True)
        wall = time.perf_counter() - started
        found = {name: float(seconds) for name, seconds in re.findall(r"([a-z]+) ([0-9.]+)", done.stdout)}
        stages = {ours: found[theirs] for theirs, ours in _YARDSTICK_STAGES.items()}
        rounds.append(stages | {_START: wall - sum(stages.values())})
    return _means(rounds)


def _means(rounds: Sequence[Mapping[str, float]]) -> dict[str, float]:
    names = {name for stages in rounds for name in stages}
    return {name: 1000 * fmean(stages.get(name, 0.0) for stages in rounds) for name in names}


def _table(ours: Mapping[str, float], yardstick: Mapping[str, float]) -> str:
    whole = sum(ours.values())
    lines = ["| stage | ms | % | `limit_own` ms |", "| --- | --: | --: | --: |"]
    # Start and imports first, then by weight.
    for name in sorted(ours, key=lambda name: (name != _START, not name.startswith(IMPORTS), -ours[name])):
        other = f"{yardstick[name]:.0f}" if name in yardstick else ""
        lines.append(f"| {name} | {ours[name]:.0f} | {100 * ours[name] / whole:.0f} | {other} |")
    total = f"{sum(yardstick.values()):.0f}" if yardstick else ""
    lines.append(f"| **all** | {whole:.0f} | 100 | {total} |")
    return "\n".join(lines) + "\n"


def main() -> int:
    """The command."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.profile")
    add_options(parser, sizes=("S", "M"))
    arguments = parser.parse_args()
    bench = Bench.of(arguments)
    text = section(bench, arguments.sizes)
    replace_section(arguments.results, HEADING, text)
    print(text)
    return 0


if __name__ == "__main__":
    sys.exit(main())
