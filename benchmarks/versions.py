"""Weigh versions: archiving, verifying and comparing a report of 1,000 projects.

    python -m benchmarks.versions [--python PYTHON] [--work FOLDER] [--rounds N] [--sizes M]

Replaces that section of RESULTS.md. Needs `sha256sum` and a POSIX shell.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from benchmarks.generate import generate
from benchmarks.layout import Bench
from benchmarks.measure import Program, ProgramFailed, ratio, run_in_turn
from benchmarks.section import runs_table, write_section
from benchmarks.workload import DEPARTMENT, SIZES, YEAR

HEADING = "## Versions"
_VERSIONS = 10
"""Versions that are verified: what an office has after some years, and enough to tell reading from starting."""
_REPORT = f"content/{DEPARTMENT}/{YEAR}"


def main() -> int:
    """The command; 1 when a program failed."""
    return write_section("benchmarks.versions", HEADING, 3, _measured)


def _measured(bench: Bench, size: str, rounds: int) -> str:
    root = _prepared(bench, size)
    command = bench.command()
    archive = next((root / "kept").glob("*/*/archive"))
    older = str(archive / "v1")
    files = [path for path in archive.rglob("*") if path.is_file()]
    megabytes = sum(path.stat().st_size for path in files) / 1024 / 1024
    read = ("bash", "-c", 'find "$0" -type f -print0 | xargs -0 sha256sum', str(archive))
    programs = [
        Program("build", (*command, "build", _REPORT, "-o", "out"), "", root),
        Program("archive", (*command, "archive", _REPORT, "-m", "一版", "-o", "frozen"), "", root),
        Program("sha256sum", read, "", root),
        Program("verify", (*command, "verify", "kept"), "", root),
        Program("diff", (*command, "diff", older, _REPORT), "", root),
        Program(
            "diff, HTML and DOCX",
            (*command, "diff", older, _REPORT, "--to", "html,docx", "-o", "out"),
            "",
            root,
        ),
    ]
    runs = run_in_turn(programs, rounds)
    head = (
        f"{size}: {SIZES[size].projects:,} projects; {rounds} rounds. `verify` and `sha256sum` read the same "
        f"{_VERSIONS} versions, {len(files):,} files of {megabytes:.0f} MiB, from the disk's cache; `verify` computes SHA-256 and SM3 of "
        "each, on every core; `sha256sum` one digest on one. `diff` compiles both sides; every tenth narrative and twenty figures differ.\n\n"
    )
    return (
        head
        + runs_table(runs)
        + f"\n`verify` reads at {1 / ratio(runs, 'verify', 'sha256sum'):.2f} × the speed of `sha256sum` (target: 0.7); "
        f"`archive` takes {ratio(runs, 'archive', 'build'):.2f} × a build, `diff` {ratio(runs, 'diff', 'build'):.2f} ×.\n"
    )


def _prepared(bench: Bench, size: str) -> Path:
    """A workspace with ten versions in `kept`, and content that has changed since the first."""
    generate(bench.work / "versions", SIZES[size])
    root = bench.work / "versions" / size
    command = bench.command()
    _waive(root, command)
    for number in range(1, _VERSIONS + 1):
        _run(root, *command, "archive", _REPORT, "-m", f"第{number}次", "-o", "kept")
    report = root / _REPORT
    for path in sorted((report / "narrative" / "projects").glob("*.md"))[::10]:
        path.write_text(path.read_text(encoding="utf-8").replace("。", "，效果良好。", 1), encoding="utf-8")
    step = max(1, SIZES[size].projects // 20)
    for path in sorted((report / "data" / "projects").glob("*.yaml"))[::step]:
        path.write_text(
            path.read_text(encoding="utf-8").replace("机构数: ", "机构数: 1", 1), encoding="utf-8"
        )
    (report / "waivers.yaml").unlink()
    shutil.rmtree(root / "frozen", ignore_errors=True)
    _waive(root, command)
    return root


def _waive(root: Path, command: Sequence[str]) -> None:
    """Let the workload's errors stand, as a clerk would: its scores are drawn."""
    done = subprocess.run(
        [*command, "check", _REPORT, "--to", "waivers"], cwd=root, capture_output=True, check=False
    )
    drafted = next((root / "build").rglob("放行底稿.yaml"), None)
    if drafted is None:
        raise ProgramFailed((done.stderr or done.stdout).decode()[-2000:])
    text = drafted.read_text(encoding="utf-8")
    for key, value in (("原因", "按审定的口径填报"), ("放行人", "分管领导"), ("日期", "2025年3月1日")):
        text = text.replace(f"{key}:\n", f"{key}: {value}\n")
    (root / _REPORT / "waivers.yaml").write_text(text, encoding="utf-8")


def _run(root: Path, *argv: str) -> None:
    done = subprocess.run(argv, cwd=root, capture_output=True, text=True, encoding="utf-8", check=False)
    if done.returncode:
        raise ProgramFailed(f"{' '.join(argv)}\n{(done.stderr or done.stdout)[-2000:]}")


if __name__ == "__main__":
    sys.exit(main())
