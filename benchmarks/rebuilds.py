"""Building again what was built: with nothing changed, and with one narrative changed."""

from __future__ import annotations

import subprocess
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from statistics import median

from benchmarks.layout import REPOSITORY, Bench
from benchmarks.measure import Program, Run, peak, progress, run_once

_SETTLED = 4.0
"""Seconds after which a file that was written counts as settled: before, its bytes are compared and not its times."""


def report_again(bench: Bench, quick: bool) -> tuple[str, dict[str, Sequence[Run]]]:
    """One report of 1,000 projects, of 20 when it has to be quick: how many there are, and the runs of `built_again`."""
    size = "20" if quick else "M"
    folder = bench.work / "again"
    argv = [bench.python, "-m", "benchmarks.generate", str(folder), size]
    subprocess.run(argv, cwd=REPOSITORY, check=True)
    report = next((folder / size / "content").glob("*/*"))
    out = folder / "out"
    command = (*bench.command(), "build", str(report), "--jobs", "1", "--to", "docx,html", "-o", str(out))
    fresh = Program("one report", command, "DOCX + HTML", REPOSITORY, fresh=out)
    narrative = next((report / "narrative" / "projects").glob("*.md"))
    return f"{20 if quick else 1_000:,}", built_again(fresh, narrative, 5)


def built_again(
    fresh: Program, narrative: Path, rounds: int, built: Sequence[Run] = ()
) -> dict[str, Sequence[Run]]:
    """A build from nothing, then with nothing changed, then with a narrative changed that the next run finds as it was.

    `built`: the runs of the build from nothing, when what the last of them wrote is still there.
    """
    runs: dict[str, Sequence[Run]] = {"from nothing": built or [run_once(fresh)]}
    again = replace(fresh, fresh=None)
    time.sleep(_SETTLED)
    runs["again, nothing changed: the first time"] = [run_once(again)]
    runs["nothing changed"] = [run_once(again) for _ in range(rounds)]
    text = narrative.read_bytes()
    changed = []
    for turn in range(rounds):
        narrative.write_bytes(text if turn % 2 else text + "工作还在继续。\n".encode())
        changed.append(run_once(again))
        time.sleep(_SETTLED)
        run_once(again)
    narrative.write_bytes(text)
    runs["one narrative changed"] = changed
    for name, each in runs.items():
        progress(f"{fresh.name}, {name}: {median(run.wall for run in each):.2f} s")
    return runs


def again_rows(what: str, runs: Mapping[str, Sequence[Run]], reports: int) -> Iterator[tuple[str, ...]]:
    """What they took, and how many of so many `reports` a second, when there are several."""
    for name, each in runs.items():
        wall = median(run.wall for run in each)
        speed = f"{reports / wall:.0f}" if reports > 1 else ""
        yield (
            f"{what}: {name}",
            f"{wall:.2f}",
            f"{median(run.cpu for run in each):.2f}",
            f"{peak(each):.0f}",
            speed,
        )
