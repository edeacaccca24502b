"""Weigh the preview: from a key that is pressed to the page, in a process that is warm.

    python -m benchmarks.preview [--work FOLDER] [--rounds N] [--sizes S M]

Replaces that section of RESULTS.md. Runs in this interpreter: what is weighed is not a program but one call of it.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median

from benchmarks.generate import generate
from benchmarks.layout import Bench
from benchmarks.section import write_section
from benchmarks.workload import DEPARTMENT, SIZES, YEAR
from compiler.editor.preview import Preview

HEADING = "## Preview"
_HEADING, _TABLE = "\n\n# 小标题\n\n", "\n\n表：题名\n\n| 甲 |\n| --- |\n| 乙 |\n"
_EDITS: dict[str, Callable[[str, int], str]] = {
    "a character": lambda text, turn: text + "字" * (turn + 1),
    "a placeholder": lambda text, turn: text + "{{ 年度 }}"[: turn % 10 + 1],
    "a heading, and gone": lambda text, turn: text + _HEADING * (turn % 2),
    "a table, and gone": lambda text, turn: text + _TABLE * (turn % 2),
}


def main() -> int:
    """The command; 1 when a program failed."""
    return write_section("benchmarks.preview", HEADING, 41, _measured)


def _measured(bench: Bench, size: str, rounds: int) -> str:
    generate(bench.work / "preview", SIZES[size])
    root = bench.work / "preview" / size
    folder = root / "content" / DEPARTMENT / str(YEAR)
    time.sleep(4)  # what was written this moment is read again and again, as a clock may stand still
    preview = Preview(root, folder)
    lines = ["| what | median ms | worst ms |", "| --- | --: | --: |"]
    first = _timed(preview.compile)
    lines.append(f"| the first page | {first:.0f} | |")
    names = [slot.name for slot in preview.compile().slots if slot.name]
    name = names[len(names) // 2]
    path = folder / "narrative" / f"{name}.md"
    text = path.read_text(encoding="utf-8")
    for what, edited in _EDITS.items():
        spent = [_timed(lambda turn=turn, edited=edited: preview.compile({name: edited(text, turn)})) for turn in range(rounds)]  # type: ignore[misc]  # fmt: skip
        lines.append(f"| {what} | {median(spent):.1f} | {max(spent):.1f} |")
    spent = [_saved(preview, path, f"{text}{'。' * turn}") for turn in range(1, rounds + 1)]
    lines.append(f"| a narrative saved | {median(spent):.1f} | {max(spent):.1f} |")
    data = next((folder / "data/projects").glob("*.yaml"))
    typed = data.read_text(encoding="utf-8")
    spent = [_saved(preview, data, typed + "\n" * turn) for turn in range(1, 6)]
    lines.append(f"| a data file saved | {median(spent):.0f} | {max(spent):.0f} |")
    head = f"{size}: {SIZES[size].projects:,} projects; {rounds} keys of each kind in one narrative, every file looked at each time.\n\n"
    return head + "\n".join(lines) + "\n"


def _timed(work: Callable[[], object]) -> float:
    """Milliseconds."""
    started = time.perf_counter()
    work()
    return 1000 * (time.perf_counter() - started)


def _saved(preview: Preview, path: Path, text: str) -> float:
    path.write_text(text, encoding="utf-8")
    return _timed(preview.compile)


if __name__ == "__main__":
    sys.exit(main())
