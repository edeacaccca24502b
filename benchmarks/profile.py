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
from benchmarks.measure import Program, progress, run_once
from benchmarks.sampler import IMPORTS, WARM
from benchmarks.section import replace_section, table

HEADING = "## Where the rest goes"
_ROUNDS = 9
_LEAST = 0.001
"""The share of the whole below which a stage has no row."""
_REPORTS = 200
"""Of the batch, at most."""
_SAMPLER = str(Path(__file__).with_name("sampler.py"))
_REPEATED = """
import sys, limit
docx, html, *data = sys.argv[1:]
for each in data:
    limit.main([each, docx, html, "--base", "base_lean", "-v"])
"""
"""The yardstick again and again, in one process."""
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
        progress(f"profile of {size}")
        parts.append(f"### {size}\n\n{_table(_compiler_stages(bench, size), _yardstick_stages(bench, size))}")
    reports = sorted((bench.work / "batch" / "content").glob("*/*/*"), key=lambda report: report.parent.name)
    if len(reports) > WARM:
        progress("profile of a batch")
        parts.append(_in_a_batch(bench, reports[:_REPORTS]))
    return "\n".join(parts)


def _in_a_batch(bench: Bench, reports: Sequence[Path]) -> str:
    """Where the time of a report goes in a worker that is warm, beside the yardstick called again and again in one process."""
    counted = len(reports) - WARM
    report = bench.work / "out" / "stages.json"
    argv = (
        bench.python,
        _SAMPLER,
        str(report),
        "worker",
        str(bench.work / "out" / "worker"),
        *map(str, reports),
    )
    rounds = [_sampled(Program("worker", argv, "", REPOSITORY), report) for _ in range(3)]
    ours = {name: value / counted for name, value in _means(rounds).items()}
    yardstick: dict[str, float] = {}
    if bench.peers is not None:
        numbers = range(len(reports))
        data = [str(bench.work / "batch" / "data" / f"{number:04}.yaml") for number in numbers]
        out = [str(bench.work / "out" / f"worker.{kind}") for kind in ("docx", "html")]
        argv = (bench.peers_python, "-c", _REPEATED, *out, *data)
        done = subprocess.run(argv, cwd=bench.peers, capture_output=True, text=True, check=True)
        calls = [_stages_said(line) for line in done.stdout.splitlines()]
        yardstick = _means(calls[WARM:])
    return (
        f"### A report of a batch\n\nMeans of {counted} reports of 19 projects in a worker that has made {WARM} before; beside it `limit_own` "
        f"called as often in one process.\n\n{_table(ours, yardstick)}"
    )


def _compiler_stages(bench: Bench, size: str) -> dict[str, float]:
    """Milliseconds by stage of the compiler's build of a size."""
    report = bench.work / "out" / "stages.json"
    build = bench.compiler(size)
    arguments = build.argv[build.argv.index("build") :]
    argv = (bench.python, _SAMPLER, str(report), *arguments)
    program = Program("stages", argv, build.outputs, REPOSITORY)
    run_once(program)
    return _means([_sampled(program, report, start=_START) for _ in range(_ROUNDS)])


def _sampled(program: Program, report: Path, start: str = "") -> dict[str, float]:
    """Seconds by stage of one run; under the name `start`, if given, what is left of its wall time."""
    report.unlink(missing_ok=True)  # what an earlier run left says nothing of this one
    wall = run_once(program).wall
    lines = report.read_text(encoding="utf-8").splitlines()
    stages = {stage: float(seconds) for stage, _, seconds in (line.partition("\t") for line in lines)}
    return stages | ({start: wall - sum(stages.values())} if start else {})


def _yardstick_stages(bench: Bench, size: str) -> dict[str, float]:
    """Milliseconds by stage of the yardstick; nothing when there is none."""
    rounds: list[dict[str, float]] = []
    for program in [*bench.yardstick(size, "-v")] * _ROUNDS:
        started = time.perf_counter()
        done = subprocess.run(program.argv, cwd=program.folder, capture_output=True, text=True, check=True)
        wall = time.perf_counter() - started
        stages = _stages_said(done.stdout)
        rounds.append(stages | {_START: wall - sum(stages.values())})
    return _means(rounds)


def _stages_said(text: str) -> dict[str, float]:
    """Seconds by stage, from what the yardstick says of one call."""
    found = {name: float(seconds) for name, seconds in re.findall(r"([a-z]+) ([0-9.]+)", text)}
    return {ours: found[theirs] for theirs, ours in _YARDSTICK_STAGES.items()}


def _means(rounds: Sequence[Mapping[str, float]]) -> dict[str, float]:
    names = {name for stages in rounds for name in stages}
    return {name: 1000 * fmean(stages.get(name, 0.0) for stages in rounds) for name in names}


def _table(ours: Mapping[str, float], yardstick: Mapping[str, float]) -> str:
    """The stages: start and imports first, then by weight."""
    whole, other = sum(ours.values()), sum(yardstick.values())
    rows = []
    for name in sorted(ours, key=lambda name: (name != _START, not name.startswith(IMPORTS), -ours[name])):
        if ours[name] < _LEAST * whole:
            continue
        row = [name, _milliseconds(ours[name]), f"{100 * ours[name] / whole:.0f}"]
        if yardstick:
            row.append(_milliseconds(yardstick[name]) if name in yardstick else "")
            row.append(_milliseconds(ours[name] - yardstick.get(name, 0.0)))
        rows.append(row)
    last = ["**all**", _milliseconds(whole), "100"]
    if yardstick:
        last += [_milliseconds(other), _milliseconds(whole - other)]
    head = ["stage", "ms", "%", "`limit_own` ms", "more, ms"][: len(last)]
    return table(head, [*rows, last]) + (f"\n{_between(ours, yardstick)}" if yardstick else "")


def _milliseconds(value: float) -> str:
    return f"{value:.0f}" if abs(value) >= 100 else f"{value:.1f}"


def _between(ours: Mapping[str, float], yardstick: Mapping[str, float]) -> str:
    """What stands between us and the yardstick, in words."""
    whole, other = sum(ours.values()), sum(yardstick.values())
    more = {name: value - yardstick.get(name, 0.0) for name, value in ours.items()}
    alone = {name: value for name, value in more.items() if name not in yardstick and not _begins(name)}
    same = {name: value for name, value in more.items() if name not in alone and not _begins(name)}
    # Its imports are in the stages that first need them, so that they cannot be told apart from the work.
    begins = {"starting and imports": sum(value for name, value in more.items() if _begins(name))}
    return (
        f"Between the compiler and `limit_own` are {_milliseconds(whole - other)} ms, {whole / other:.1f} × as long. Of these, "
        f"{_part('what it does not do at all', alone)}; {_part('what it does, too', same | begins)}.\n"
    )


def _begins(stage: str) -> bool:
    return stage == _START or stage.startswith(IMPORTS)


def _part(what: str, stages: Mapping[str, float]) -> str:
    largest = sorted(stages.items(), key=lambda item: -abs(item[1]))[:4]
    named = ", ".join(f"{name} {_milliseconds(value)}" for name, value in largest)
    return f"{_milliseconds(sum(stages.values()))} ms are {what} ({named})"


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
