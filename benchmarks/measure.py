"""Run whole programs side by side and weigh them: wall time, processor time, peak memory.

The speed of a shared machine drifts by tens of percent within minutes, so programs run in turn
(A B C A B C …) and are compared pair by pair within a round: ratios hold where seconds do not.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import NamedTuple


class Run(NamedTuple):
    """One run of one program."""

    wall: float
    """Seconds from start to exit."""
    cpu: float
    """Seconds of processor time, user and system, of the process and its children."""
    peak: float
    """Largest resident set of any one process of it, in MiB."""


@dataclass(frozen=True, slots=True)
class Program:
    """A command to weigh."""

    name: str
    argv: tuple[str, ...]
    outputs: str
    """What it writes, in words."""
    folder: Path
    """Where it runs."""


class ProgramFailed(Exception):
    """A program ended with an error; the message holds its last words."""


def run_once(program: Program) -> Run:
    """Run a program to its end. Raises `ProgramFailed` when its exit code is not 0."""
    environment = {key: value for key, value in os.environ.items() if key != "PYTHONDONTWRITEBYTECODE"}
    # Waited for with wait4 alone: Popen would collect the exit code without the resource usage.
    started = time.perf_counter()
    process = subprocess.Popen(
        program.argv,
        cwd=program.folder,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    _, status, usage = os.wait4(process.pid, 0)
    wall = time.perf_counter() - started
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        # Once more, to hear what it says.
        again = subprocess.run(program.argv, cwd=program.folder, capture_output=True, text=True, check=False)
        said = (again.stderr or again.stdout)[-2000:]
        raise ProgramFailed(f"{program.name}: {' '.join(program.argv)}\n{said}")
    return Run(wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024)


def run_in_turn(programs: Sequence[Program], rounds: int, warmup: int = 1) -> dict[str, list[Run]]:
    """Every program once a round; the runs of the warm-up rounds are not kept."""
    runs: dict[str, list[Run]] = {program.name: [] for program in programs}
    for number in range(warmup + rounds):
        for program in programs:
            run = run_once(program)
            if number >= warmup:
                runs[program.name].append(run)
            _show_progress(f"{number + 1}/{warmup + rounds} {program.name}")
    _show_progress("")
    return runs


def _show_progress(text: str) -> None:
    if sys.stderr.isatty():
        print(f"\r\033[K{text}", end="", file=sys.stderr, flush=True)


def ratio(runs: Mapping[str, Sequence[Run]], name: str, reference: str) -> float:
    """How many times the wall time of the reference: the median over the rounds."""
    return median(a.wall / b.wall for a, b in zip(runs[name], runs[reference], strict=True))


def peak(runs: Sequence[Run]) -> float:
    """The median peak memory, in MiB."""
    return median(run.peak for run in runs)
