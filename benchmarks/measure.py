"""Run whole programs side by side and weigh them: wall time, processor time, peak memory.

The speed of a shared machine drifts by tens of percent within minutes, so programs run in turn
(A B C A B C …) and are compared pair by pair within a round: ratios hold where seconds do not.
"""

from __future__ import annotations

import atexit
import os
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from tempfile import mkdtemp
from typing import NamedTuple


class Run(NamedTuple):
    """One run of one program."""

    wall: float
    """Seconds from start to exit."""
    cpu: float
    """Seconds of processor time, user and system, of the process and its children."""
    peak: float
    """Largest resident set of any one process of it, in MiB."""
    workers: tuple[float, ...] = ()
    """The same for each process that a watched program started itself."""


@dataclass(frozen=True, slots=True)
class Program:
    """A command to weigh."""

    name: str
    argv: tuple[str, ...]
    outputs: str
    """What it writes, in words."""
    folder: Path
    """Where it runs."""
    fresh: Path | None = None
    """A folder that is put aside before each run: what it writes anew."""
    watched: bool = False
    """Whether its children are looked at while it runs."""
    inputs: tuple[Path, ...] = ()
    """Files and folders that are read before each run, so that they are in memory."""


class ProgramFailed(Exception):
    """A program ended with an error; the message holds its last words."""


def run_once(program: Program) -> Run:
    """Run a program to its end. Raises `ProgramFailed` when its exit code is not 0."""
    environment = {key: value for key, value in os.environ.items() if key != "PYTHONDONTWRITEBYTECODE"}
    if program.fresh is not None:
        put_aside(program.fresh)
    _read_through(program.inputs)
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
    watch = _Watch(process.pid) if program.watched else None
    _, status, usage = os.wait4(process.pid, 0)
    wall = time.perf_counter() - started
    workers = watch.end() if watch else ()
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        # Once more, to hear what it says.
        again = subprocess.run(program.argv, cwd=program.folder, capture_output=True, text=True, check=False)
        said = (again.stderr or again.stdout)[-2000:]
        raise ProgramFailed(f"{program.name}: {' '.join(program.argv)}\n{said}")
    return Run(wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024, workers)


def put_aside(folder: Path) -> None:
    """Have nothing be where `folder` is. What was there is removed when all is measured, and not now: for minutes, ext4 steps over the
    places of removed files one by one whenever a new one is made, and a batch that makes a thousand takes a fifth longer.
    """
    if folder.exists():
        aside = Path(mkdtemp(prefix=f"{folder.name}.", dir=folder.parent))
        folder.rename(aside / folder.name)
        atexit.register(shutil.rmtree, aside, ignore_errors=True)


_READ_THROUGH = """
import os, sys
for path in sys.argv[1:]:
    for folder, _, names in os.walk(path) if os.path.isdir(path) else [("", (), [path])]:
        for name in names:
            open(os.path.join(folder, name), "rb").read()
"""


def _read_through(paths: Sequence[Path]) -> None:
    """Read files, and all in folders. What of them the system still has in memory is chance, and differs between a program that reads one
    file and one that reads forty a report; where it gives memory back, as in many virtual machines, that is little after a minute.

    In a process of its own: a child's peak memory cannot read below that of the process that starts it.
    """
    if paths:
        subprocess.run([sys.executable, "-c", _READ_THROUGH, *map(str, paths)], check=True)


class _Watch:
    """Reads the peak memory of a process's children until it ends: they are gone by the time it can be asked for."""

    _INTERVAL = 0.05
    """Seconds."""

    def __init__(self, process: int) -> None:
        self._process = process
        self._peaks: dict[str, float] = {}
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._look)
        self._thread.start()

    def end(self) -> tuple[float, ...]:
        """The peaks, in MiB, in the order in which the children were started."""
        self._over.set()
        self._thread.join()
        return tuple(self._peaks.values())

    def _look(self) -> None:
        while not self._over.wait(self._INTERVAL):
            for child in children(self._process):
                peak = resident_peak(child)
                if peak:
                    self._peaks[child] = peak


def children(process: int) -> list[str]:
    """The processes that a process started and that do work, by their ids; not the one that only tidies up after Python's own."""
    started: list[str] = []
    # Each thread has its own; a process that ends meanwhile has none.
    with suppress(OSError):
        for listed in Path(f"/proc/{process}/task").glob("*/children"):
            with suppress(OSError):
                started += listed.read_text().split()
    return [child for child in started if b"resource_tracker" not in _command_line(child)]


def _command_line(process: str) -> bytes:
    try:
        return Path(f"/proc/{process}/cmdline").read_bytes()
    except OSError:
        return b""


def resident_peak(process: str) -> float:
    """The largest resident set of a process so far, in MiB; 0 when it is gone."""
    try:
        status = Path(f"/proc/{process}/status").read_text()
    except OSError:
        return 0.0
    _, found, rest = status.partition("VmHWM:")
    return int(rest.split()[0]) / 1024 if found else 0.0


def run_in_turn(programs: Sequence[Program], rounds: int, warmup: int = 1) -> dict[str, list[Run]]:
    """Every program once a round; the runs of the warm-up rounds are not kept."""
    runs: dict[str, list[Run]] = {program.name: [] for program in programs}
    for number in range(warmup + rounds):
        for program in programs:
            run = run_once(program)
            if number >= warmup:
                runs[program.name].append(run)
            progress(f"{number + 1}/{warmup + rounds} {program.name}: {run.wall:.2f} s")
    return runs


def progress(text: str) -> None:
    """A line for who waits."""
    print(text, file=sys.stderr, flush=True)


def ratio(runs: Mapping[str, Sequence[Run]], name: str, reference: str) -> float:
    """How many times the wall time of the reference: the median over the rounds."""
    return median(a.wall / b.wall for a, b in zip(runs[name], runs[reference], strict=True))


def peak(runs: Sequence[Run]) -> float:
    """The median peak memory, in MiB."""
    return median(run.peak for run in runs)
