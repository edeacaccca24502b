"""The real reports: every known contradiction that a rule can decide is found, and nothing that is right.

`docs/checks.md` is the list; its counts are held against what the rules find. What each finding says is held by the
goldens `tests/golden/*.findings` (`pytest --accept` rewrites them for review).
"""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import pytest

from compiler.checks import CHECKS
from compiler.diagnostics import Diagnostics
from compiler.pipeline import build
from compiler.workspace import Workspace
from tests.test_outputs import REPORTS, ROOT

PAGE = (ROOT / "docs" / "checks.md").read_text(encoding="utf-8")
YEARS = {folder.name: folder for folder in REPORTS}
CODES = {check.code.value for check in CHECKS}


@pytest.fixture(scope="module")
def findings() -> dict[str, Diagnostics]:
    return {year: build(Workspace(ROOT), folder, None).findings for year, folder in YEARS.items()}


def rows(heading: str) -> list[list[str]]:
    """The rows of the table under a heading of the page."""
    part = PAGE.split(f"## {heading}\n", 1)[1].split("\n## ", 1)[0]
    lines = [line for line in part.splitlines() if line.startswith("| ")]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines[2:]]


def test_every_known_contradiction_is_accounted_for() -> None:
    listed = {row[0] for row in (*rows("Found"), *rows("Not decided, or only in part"))}
    assert listed == {
        *(f"R{number:02}" for number in range(1, 23)),
        *(f"F{number:02}" for number in range(1, 17)),
        *(f"H{number:02}" for number in range(1, 14)),
    }


@pytest.mark.parametrize("row", rows("Found"), ids=lambda row: f"{row[0]}-{row[2]}")
def test_it_is_found(row: list[str], findings: dict[str, Diagnostics]) -> None:
    rules = row[2].split(", ")
    assert set(rules) <= CODES
    if "/fails-" in row[3]:
        cases = row[3].split(", ")
        assert [case.split("/")[0] for case in cases] == rules
        assert all((ROOT / "tests" / "cases" / "checks" / f"{case}.case").exists() for case in cases)
        return
    year, count = row[3].split(": ")
    found = Counter(item.code.value for item in findings[year])
    assert [found[rule] for rule in rules] == [int(count)]


@pytest.mark.parametrize("row", rows("Facts that are right"), ids=lambda row: row[1])
def test_what_is_right_is_not_reported(row: list[str], findings: dict[str, Diagnostics]) -> None:
    for rule in row[1].split(", "):
        assert rule in CODES
        assert [item.message for item in findings[row[2]] if item.code.value == rule] == []


@pytest.mark.parametrize("year", YEARS)
def test_nothing_else_is_found(year: str, findings: dict[str, Diagnostics]) -> None:
    """Every rule that speaks does so because of a contradiction of the list, or is named here with the reason."""
    others = {
        "L003": "unusual changes against last year are no contradiction, but worth a look",
    }
    listed = {rule for row in rows("Found") for rule in row[2].split(", ")}
    assert {item.code.value for item in findings[year]} <= listed | set(others)


@pytest.mark.parametrize("year", YEARS)
def test_the_findings_are_what_was_reviewed(
    year: str, findings: dict[str, Diagnostics], accept: bool
) -> None:
    golden = Path(__file__).parent / "golden" / f"{YEARS[year].parent.name}-{year}.findings"
    said = "".join(
        f"{re.sub('^content/[^/]+/', '', str(item.span))} {item.severity.value} {item.code.value} {item.message}\n"
        for item in findings[year]
    )
    if accept:
        golden.write_text(said, encoding="utf-8", newline="\n")
    assert golden.read_text(encoding="utf-8") == said
