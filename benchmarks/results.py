"""The page of results: what was weighed, against which targets, and whether it is the same document."""

from __future__ import annotations

import os
import platform
import re
import subprocess
import zipfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from benchmarks.layout import YARDSTICK, Bench
from benchmarks.measure import Program, Run, peak, ratio
from benchmarks.section import replace_head, replace_section, table
from benchmarks.targets import write_targets
from benchmarks.workload import Size


@dataclass(frozen=True, slots=True)
class Section:
    """What was measured at one size."""

    size: Size
    programs: Sequence[Program]
    runs: Mapping[str, Sequence[Run]]

    def find(self, name: str, size: str = "") -> str:
        """The name under which a program ran, empty when it did not."""
        full = f"{name} {size or self.size.name}"
        return full if full in self.runs else ""

    def ratio(self, name: str, reference: str) -> float | None:
        """Pair by pair; None when one of the two did not run."""
        a, b = self.find(name), self.find(reference)
        return ratio(self.runs, a, b) if a and b else None


def environment(bench: Bench) -> str:
    """The machine, the versions and how the compiler was started, in words."""
    program = (
        "import platform, importlib.metadata as m\n"
        "print(platform.python_implementation(), platform.python_version())\n"
        "for name in ('click', 'jinja2', 'markdown-it-py', 'pyyaml'):\n"
        "    try: print(name, m.version(name))\n"
        "    except m.PackageNotFoundError: pass\n"
    )
    asked = subprocess.run([bench.python, "-c", program], capture_output=True, text=True, check=True)
    versions = asked.stdout.splitlines()
    lines = [
        f"- {os.cpu_count()} cores, {platform.system()} on {platform.machine()}; other work may share them",
        f"- {', '.join(versions)}",
        "- whole processes, run in turn; medians; a ratio is the median of the rounds' own ratios",
    ]
    script = bench.script()
    started = "its console script" if script else "`python -m compiler`, as it is not installed"
    lines.append(f"- the compiler was started by {started}")
    if bench.peers is None:
        lines.append("- the peers were absent: only the compiler was run, and no ratio to them is given")
    return "\n".join(lines) + "\n"


def write(page: Path, sections: Sequence[Section], environment: str) -> None:
    """Put the head, the targets and a section for each size into the page."""
    replace_head(
        page,
        "# Results\n\nWritten by `python -m benchmarks.run`; [README.md](README.md) says how to read it.\n\n"
        + environment,
    )
    write_targets(page, targets(sections))
    for section in sections:
        replace_section(page, f"## {section.size.name}:", _section(section))
    counted = [row for section in sections for row in _census(section)]
    if counted:
        replace_section(page, "## The same document", _same_document(counted))


def _same_document(rows: Iterable[Sequence[str]]) -> str:
    return (
        "## The same document\n\nCounted in what the last round wrote. The compiler also writes what the "
        "yardstick leaves out: styles by role, bookmarks, numbering, header cells, a page for each form.\n\n"
        + table(
            ("output", "tables", "cells", "spans across", "merged down", "characters", "body KiB"),
            rows,
        )
    )


# Targets ---------------------------------------------------------------------------------

_COMPILED_ONLY = "chengwen without checks and trace"
"""What the peers do, and what the yardstick was set for: documents out of data, nothing judged, nothing traced."""


def targets(sections: Sequence[Section]) -> dict[str, float | None]:
    """What was measured of the targets, by their names."""
    by_size = {section.size.name: section for section in sections}
    small, medium, large = by_size.get("S"), by_size.get("M"), by_size.get("L")
    measured: dict[str, float | None] = {}
    if small:
        ways = ("pandoc 3, from HTML", "pandoc 3, from Markdown")
        against = [small.ratio(way, _COMPILED_ONLY) for way in ways]
        measured["S"] = small.ratio("chengwen", YARDSTICK)
        measured["S compiled"] = small.ratio(_COMPILED_ONLY, YARDSTICK)
        measured["S pandoc"] = min((value for value in against if value is not None), default=None)
    if medium:
        measured["M"] = medium.ratio("chengwen", YARDSTICK)
        measured["M compiled"] = medium.ratio(_COMPILED_ONLY, YARDSTICK)
        measured["M checks"] = medium.ratio("chengwen", "chengwen without checks")
    if large:
        own, tenth = large.find("chengwen"), large.find("chengwen", "M")
        measured["L"] = ratio(large.runs, own, tenth)
        measured["memory"] = (peak(large.runs[own]) - peak(large.runs[tenth])) / 9
    return measured


# One size --------------------------------------------------------------------------------


def _section(section: Section) -> str:
    size = section.size
    forms = ", a form each" if size.forms else ""
    reference = section.find(YARDSTICK) or section.find("chengwen")
    rounds = len(section.runs[reference])
    turns = f"{rounds} round{'s' if rounds > 1 else ''}"
    head = ("program", "writes", "wall s", "min–max", "CPU s", "peak MiB", f"× {reference}")
    return f"## {size.name}: {size.projects:,} projects{forms}; {turns}\n\n" + table(
        head, (_row(section, program, reference) for program in section.programs)
    )


def _row(section: Section, program: Program, reference: str) -> tuple[str, ...]:
    runs = section.runs[program.name]
    wall = [run.wall for run in runs]
    return (
        program.name,
        program.outputs,
        f"{median(wall):.3f}",
        f"{min(wall):.3f}–{max(wall):.3f}",
        f"{median(run.cpu for run in runs):.3f}",
        f"{peak(runs):.0f}",
        f"{ratio(section.runs, program.name, reference):.2f}",
    )


# The same document -----------------------------------------------------------------------

_WORDS = re.compile(r"<w:t(?: [^>]*)?>([^<]*)</w:t>")
_MARKUP = re.compile(r"<head>.*?</head>|<style.*?</style>|<[^>]+>|\s+", re.DOTALL)


def _census(section: Section) -> Iterator[tuple[str, ...]]:
    if section.size.name == "L":
        return
    for program in section.programs:
        for path in _written(program):
            yield program.name + (" DOCX" if path.suffix == ".docx" else " HTML"), *_counts(path)


def _written(program: Program) -> list[Path]:
    """The files that a program was told to write."""
    files = [Path(word) for word in program.argv if word.endswith((".docx", ".html"))]
    if "-o" in program.argv:
        folder = Path(program.argv[program.argv.index("-o") + 1])
        files = sorted(folder.rglob("*.docx")) + sorted(folder.rglob("*.html"))
    return [path for path in files if path.exists()]


def _counts(path: Path) -> tuple[str, ...]:
    if path.suffix == ".docx":
        with zipfile.ZipFile(path) as package:
            body = package.read("word/document.xml").decode()
        patterns = (r"<w:tbl[ >]", r"<w:tc[ >]", r"<w:gridSpan ", r'<w:vMerge w:val="restart"')
        words = "".join(_WORDS.findall(body)).replace(" ", "")
    else:
        body = path.read_text(encoding="utf-8")
        patterns = (r"<table", r"<t[dh][ >]", r"colspan=", r"rowspan=")
        words = _MARKUP.sub("", body)
    counts = [len(re.findall(pattern, body)) for pattern in patterns]
    return (*(f"{count:,}" for count in (*counts, len(words))), f"{len(body.encode()) / 1024:,.0f}")
