"""Weigh batches: 200 reports beside the peers' batches, 3,000 reports, Dask, and building again when next to nothing changed.

    python -m benchmarks.batch [--peers FOLDER] [--python PYTHON] [--work FOLDER] [--reports 200 1000 3000] [--quick]

Replaces its sections of RESULTS.md and its rows of the targets. Whole commands are weighed, from start to exit.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from statistics import median

from benchmarks.batch_content import PROJECTS, part
from benchmarks.cluster import has_dask, local_cluster
from benchmarks.layout import REPOSITORY, Bench, add_options
from benchmarks.measure import (
    Program,
    ProgramFailed,
    Run,
    peak,
    progress,
    ratio,
    resident_peak,
    run_in_turn,
    run_once,
)
from benchmarks.picture import redraw
from benchmarks.points import keep_points
from benchmarks.rebuilds import again_rows, built_again, report_again
from benchmarks.section import replace_section, table
from benchmarks.targets import write_targets

HEADING = "## Batches"
HEADING_AGAIN = "## Built again"
_JOBS = 2
_OURS, _LIMIT = "chengwen, 2 processes", "limit_own, pool of two"
_DOCXTPL, _DASK = "docxtpl, pool of two", "chengwen, Dask, 2 workers"
_PANDOC = "pandoc 3 from HTML, two at a time"
_PANDOC_MARKDOWN = "pandoc 3 from Markdown, two at a time"

Runs = Mapping[str, Sequence[Run]]


@dataclass(frozen=True, slots=True)
class Plan:
    """How much is measured."""

    reports: tuple[int, ...]
    """The sizes of the batches, the smallest first."""
    on_dask: int
    by_pandoc: int
    """Reports of the sample that pandoc makes: all of them take minutes."""
    rounds: int
    """Of the smallest batch."""
    large_rounds: int
    """Of the others."""

    @property
    def cuts(self) -> list[int]:
        """Where the content is cut into folders."""
        return sorted({*self.reports, self.on_dask})


FULL = Plan((200, 1_000, 3_000), on_dask=2_000, by_pandoc=20, rounds=11, large_rounds=2)
QUICK = Plan((20, 40, 100), on_dask=60, by_pandoc=4, rounds=2, large_rounds=1)


class Batches:
    """The programs over the reports of a plan."""

    def __init__(self, bench: Bench, plan: Plan) -> None:
        self.bench, self.plan = bench, plan
        self.root = bench.work / "batch"

    def prepare(self) -> None:
        """Write the content."""
        progress(f"writing {self.plan.cuts[-1]:,} reports")
        # In a process of its own: a child's peak memory cannot read below that of the process that starts it.
        argv = [
            self.bench.python,
            "-m",
            "benchmarks.batch_content",
            str(self.root),
            *map(str, self.plan.cuts),
        ]
        subprocess.run(argv, cwd=REPOSITORY, check=True)

    def ours(self, count: int, *options: str, name: str = _OURS) -> Program:
        """A build of the first `count` reports, from nothing."""
        folders = [str(Path("content", part(cut))) for cut in self.plan.cuts if cut <= count]
        out = self.root / "out" / f"{name} {count}"
        how = options or ("--jobs", str(_JOBS))
        argv = (*self.bench.command(), "build", *folders, *how, "--to", "docx,html", "-o", str(out))
        return Program(
            f"{name} {count}",
            argv,
            "DOCX + HTML",
            self.root,
            fresh=out,
            watched=not options,
            inputs=(self.root / "templates", *(self.root / folder for folder in folders)),
        )

    def peers(self, count: int, *, slow: bool = False) -> Iterator[Program]:
        """The limit's pool over the same reports; with `slow` the others, too. Nothing when they are not there."""
        if self.bench.peers is None:
            return
        folder = self._peers_folder(count)
        pool = (self.bench.peers_python, "batch.py", "pool-fork", "--chunk", "10", "--stack")
        data = (folder / "data" / "B",)
        # Watched as well: who looks at the one's workers takes time that the other's would have had.
        yield Program(f"{_LIMIT} {count}", (*pool, "limit"), "DOCX + HTML", folder, watched=True, inputs=data)
        if slow:
            yield Program(f"{_DOCXTPL} {count}", (*pool, "docxtpl"), "DOCX", folder, inputs=data)
            sample = self._peers_folder(self.plan.by_pandoc)
            one = f'"{self.bench.peers_python}" peer_pandoc.py data/B/{{}} out/B/{{}}.docx out/B/{{}}.html --from html'
            argv = ("sh", "-c", f"mkdir -p out/B && ls data/B | xargs -P {_JOBS} -I{{}} {one}")
            few = (sample / "data" / "B",)
            yield Program(f"{_PANDOC} {self.plan.by_pandoc}", argv, "DOCX + HTML", sample, inputs=few)
            own = (self.bench.peers_python, "batch.py", "pandoc2")
            yield Program(f"{_PANDOC_MARKDOWN} {self.plan.by_pandoc}", own, "DOCX + HTML", sample, inputs=few)

    def _peers_folder(self, count: int) -> Path:
        """A folder like that of the peers, with the first `count` reports as the data of their batch."""
        peers = self.bench.peers
        assert peers is not None
        folder = self.root / "peers" / f"{count}" / "scripts"
        data = folder / "data" / "B"
        data.mkdir(parents=True, exist_ok=True)
        links = {folder / script.name: script for script in peers.glob("*.py")}
        links |= {folder / "data" / each.name: each for each in (peers / "data").glob("*.docx")}
        links[folder.parent / "venv"] = Path(self.bench.peers_python).parents[1]
        links |= {
            data / f"{number:04}.yaml": self.root / "data" / f"{number:04}.yaml" for number in range(count)
        }
        for link, target in links.items():
            if not link.is_symlink():
                link.symlink_to(target)
        return folder


# Fresh -----------------------------------------------------------------------------------


def _fresh(batches: Batches) -> tuple[Runs, Runs]:
    """The runs of the smallest batch, and those of all sizes, which took their turns among themselves."""
    small, *larger = batches.plan.reports
    programs = [*batches.peers(small, slow=True), batches.ours(small)]
    few = run_in_turn(programs, batches.plan.rounds)
    programs = [batches.ours(small), *batches.peers(small)]
    for count in larger:
        programs += [batches.ours(count), *batches.peers(count)]
    return few, run_in_turn(programs, batches.plan.large_rounds, warmup=0)


def _fresh_rows(runs: Runs) -> Iterator[tuple[str, ...]]:
    order = [_LIMIT, _OURS, _DASK, _DOCXTPL, _PANDOC, _PANDOC_MARKDOWN]
    named = [
        (order.index(program), int(count), name) for name in runs for program, count in (name.rsplit(" ", 1),)
    ]
    for place, number, name in sorted(named):
        program, each = order[place], runs[name]
        workers = " / ".join(
            f"{median(peaks):.0f}" for peaks in zip(*(run.workers for run in each), strict=False)
        )
        yield (
            program,
            f"{number:,}",
            f"{median(run.wall for run in each):.2f}",
            f"{median(_per_report(each, number)):.1f}",
            # A cluster's workers are not its client's.
            "" if program == _DASK else f"{1000 * median(run.cpu for run in each) / number:.1f}",
            f"{number / median(run.wall for run in each):.0f}",
            f"{peak(each):.0f}",
            workers,
        )


def _per_report(runs: Sequence[Run], count: int) -> list[float]:
    """Milliseconds of each run for one report."""
    return [1000 * run.wall / count for run in runs]


def _worker_peak(runs: Sequence[Run]) -> float:
    """MiB of the largest worker, in the median."""
    return median(max(run.workers, default=0.0) for run in runs)


# On Dask ---------------------------------------------------------------------------------


def _on_dask(batches: Batches) -> tuple[Runs, float] | None:
    """The runs beside the local pool, and the peak memory of a worker; None without Dask."""
    if not has_dask(batches.bench):
        return None
    count = batches.plan.on_dask
    with local_cluster(batches.bench, _JOBS) as cluster:
        dask = batches.ours(count, "--scheduler", cluster.address, name=_DASK)
        # Its workers run already, as they do in an office; what they import they have imported.
        run_once(batches.ours(batches.plan.reports[0], "--scheduler", cluster.address, name=_DASK))
        runs = run_in_turn([batches.ours(count), dask], batches.plan.large_rounds, warmup=0)
        return runs, max(map(resident_peak, cluster.workers), default=0.0)


# Again -----------------------------------------------------------------------------------


def _again(batches: Batches, built: Sequence[Run]) -> dict[str, Sequence[Run]]:
    """Runs of the largest batch over what its last build wrote."""
    count = batches.plan.reports[-1]
    fresh = batches.ours(count)
    narrative = next((batches.root / "content" / part(batches.plan.reports[0])).rglob("评价结论.md"))
    return built_again(fresh, narrative, 2, built)


# A district ------------------------------------------------------------------------------


def _district(bench: Bench, departments: int) -> str:
    """A made-up district of the shipped kind: its build and its summary, in words."""
    root = bench.work / "district"
    argv = [
        bench.python,
        "-m",
        "benchmarks.district",
        str(root),
        "--departments",
        str(departments),
        "--years",
        "2",
    ]
    subprocess.run(argv, cwd=REPOSITORY, check=True)
    command = bench.command()
    out = root / "build"
    build = Program(
        "district, build", (*command, "build", "content", "--jobs", str(_JOBS)), "", root, fresh=out
    )
    summary = Program("district, summary", (*command, "summary", "content", "-o", "汇总.xlsx"), "", root)
    runs = run_in_turn([build, summary], 2, warmup=0)
    built, told = (median(run.wall for run in runs[name]) for name in runs)
    return (
        f"A made-up district (`benchmarks.district`), {departments:,} departments with about {PROJECTS} projects each, two years, "
        f"{2 * departments:,} reports of the kind that is shipped: built in {built:.1f} s, {1000 * built / departments / 2:.1f} ms a report; "
        f"`summary` of all, the rules included, in {told:.1f} s, {1000 * told / departments / 2:.1f} ms a report, "
        f"{peak(runs[summary.name]):.0f} MiB.\n"
    )


# The page --------------------------------------------------------------------------------


def main() -> int:
    """The command; 1 when a program failed."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.batch")
    add_options(parser, sizes=())
    parser.add_argument("--reports", type=int, nargs="+", help="how many (default: 200 1000 3000)")
    parser.add_argument("--quick", action="store_true", help="few reports: to see that it works")
    arguments = parser.parse_args()
    plan = QUICK if arguments.quick else FULL
    if arguments.reports:
        plan = replace(plan, reports=tuple(sorted(arguments.reports)))
    bench = Bench.of(arguments)
    batches = Batches(bench, plan)
    try:
        batches.prepare()
        measured, built = _batches_section(batches, arguments.results)
        measured |= _again_section(batches, built, arguments.results, quick=arguments.quick)
    except ProgramFailed as failure:
        print(failure, file=sys.stderr)
        return 1
    write_targets(arguments.results, measured)
    return 0


def _batches_section(batches: Batches, page: Path) -> tuple[dict[str, float | None], Sequence[Run]]:
    """What was measured of the targets, and the runs of the largest batch."""
    plan = batches.plan
    small, large = plan.reports[0], plan.reports[-1]
    few, many = _fresh(batches)
    ours, limit = f"{_OURS} {small}", f"{_LIMIT} {small}"
    measured: dict[str, float | None] = {
        "batch": ratio(few, ours, limit) if limit in few else None,
        "batch pandoc": None,
        "linear": _linear(many, small, large),
        "worker": _worker_peak(many[f"{_OURS} {large}"]) / _worker_peak(many[ours]),
        "dask": None,
    }
    by_pandoc = [_to_pandoc(few, name, plan) for name in (_PANDOC, _PANDOC_MARKDOWN)]
    if by_pandoc[0] is not None:
        measured["batch pandoc"] = min(value for value in by_pandoc if value is not None)
    together = {**many, **few}
    dask = _on_dask(batches)
    said = "Dask is not installed: it was not run.\n"
    if dask:
        runs, memory = dask
        measured["dask"] = ratio(runs, f"{_DASK} {plan.on_dask}", f"{_OURS} {plan.on_dask}")
        together |= {name: each for name, each in runs.items() if name not in together}
        said = (
            f"The Dask workers, {_JOBS} processes of one thread each, ran already and kept running; the largest had used {memory:.0f} MiB "
            f"at the end. The local pool starts and ends its processes within its time.\n"
        )
    head = (
        "program",
        "reports",
        "s",
        "ms a report",
        "processor ms a report",
        "reports/s",
        "peak MiB",
        "each worker, MiB",
    )
    peers = ""
    if batches.bench.peers is not None:
        peers = (
            "The peers get the same reports, each as one file. "
            f"Pandoc made {plan.by_pandoc} of them; it is compared report by report. "
        )
    text = (
        f"{HEADING}\n\nReports of size S, {PROJECTS} projects each, from nothing; {plan.rounds} rounds of {small:,}, {plan.large_rounds} of "
        f"the others. {peers}Peak memory is that of the largest process; a worker's is looked at twenty times a second.\n\n"
        f"{table(head, _fresh_rows(together))}\n{said}\n{_district(batches.bench, small)}"
    )
    replace_section(page, HEADING, text)
    keep_points(page, "batch", _points(few, many, dask[0] if dask else {}))
    redraw(batches.bench, page)
    return measured, many[f"{_OURS} {large}"]


def _to_pandoc(few: Runs, name: str, plan: Plan) -> float | None:
    """How many times one of the compiler's reports pandoc needs for one; None when it was not there."""
    pandoc = few.get(f"{name} {plan.by_pandoc}")
    small = plan.reports[0]
    if pandoc is None:
        return None
    each = zip(_per_report(pandoc, plan.by_pandoc), _per_report(few[f"{_OURS} {small}"], small), strict=True)
    return median(a / b for a, b in each)


def _linear(many: Runs, small: int, large: int) -> float:
    pairs = zip(
        _per_report(many[f"{_OURS} {large}"], large),
        _per_report(many[f"{_OURS} {small}"], small),
        strict=True,
    )
    return median(a / b for a, b in pairs)


def _points(*measured: Runs) -> dict[str, list[tuple[int, float]]]:
    """Milliseconds a report by program and number of reports; of what was measured twice the former."""
    found: dict[str, dict[int, float]] = {}
    for runs in measured:
        for name, each in runs.items():
            program, _, count = name.rpartition(" ")
            found.setdefault(program, {}).setdefault(int(count), median(_per_report(each, int(count))))
    return {program: sorted(points.items()) for program, points in found.items()}


def _again_section(
    batches: Batches, built: Sequence[Run], page: Path, *, quick: bool
) -> dict[str, float | None]:
    count = batches.plan.reports[-1]
    batch = _again(batches, built)
    projects, report = report_again(batches.bench, quick)
    rows = [
        *again_rows(f"{count:,} reports", batch, count),
        *again_rows(f"a report of {projects} projects", report, 1),
    ]
    text = (
        f"{HEADING_AGAIN}\n\n`chengwen build --jobs` over what it has built, whole commands. A report of which anything changed is made anew as a whole. "
        "The first time after a build the bytes of what was written in its last seconds are compared, later the times of the files.\n\n"
        + table(("what", "s", "processor s", "peak MiB", "reports/s"), rows)
    )
    replace_section(page, HEADING_AGAIN, text)
    return {"unchanged": count / median(run.wall for run in batch["nothing changed"])}


if __name__ == "__main__":
    sys.exit(main())
