"""RESULTS.md: its tables, its sections, and the commands that measure one thing and put it into theirs."""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from statistics import median

from benchmarks.layout import Bench, add_options
from benchmarks.measure import ProgramFailed, Run, peak

ORDER = (
    "## Targets",
    "## Cost against size",
    "## S:",
    "## M:",
    "## L:",
    "## Batches",
    "## Built again",
    "## Where the rest goes",
    "## Imports",
    "## The same document",
    "## Versions",
    "## Workbook",
    "## Preview",
    "## The editors' page",
)
"""How the sections' headings begin, as they follow each other on the page; others come last."""


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table in Markdown: the first column holds words, the others mostly figures."""
    lines = [head, ["---", *["--:"] * (len(head) - 1)], *rows]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


def runs_table(runs: Mapping[str, Sequence[Run]]) -> str:
    """Programs with the medians of what they took."""
    return table(
        ("program", "s", "processor s", "peak MiB"),
        (
            (
                name,
                f"{median(run.wall for run in each):.2f}",
                f"{median(run.cpu for run in each):.2f}",
                f"{peak(each):.0f}",
            )
            for name, each in runs.items()
        ),
    )


def sections(page: Path) -> list[str]:
    """The parts of a page: what comes before its first section, then each section, without empty lines around them."""
    whole = page.read_text(encoding="utf-8") if page.exists() else ""
    head, *parts = re.split(r"(?m)^(?=## )", whole)
    return [head.strip("\n"), *(part.strip("\n") for part in parts)]


def replace_section(page: Path, heading: str, text: str) -> None:
    """Put a section in the place of the one whose heading begins so, or where `ORDER` has it."""
    head, *parts = sections(page)
    place = next((index for index, part in enumerate(parts) if part.startswith(heading)), len(parts))
    kept = [part for part in parts if not part.startswith(heading)]
    kept.insert(place, text.strip("\n"))
    _write(page, [head, *sorted(kept, key=_rank)])


def replace_head(page: Path, text: str) -> None:
    """Put what comes before the first section in the place of what was there."""
    _write(page, [text.strip("\n"), *sections(page)[1:]])


def _rank(part: str) -> int:
    return next((rank for rank, heading in enumerate(ORDER) if part.startswith(heading)), len(ORDER))


def _write(page: Path, parts: Iterable[str]) -> None:
    whole = "\n\n".join(part for part in parts if part)
    page.write_text(f"{whole}\n", encoding="utf-8", newline="\n")


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
