"""January from end to end: a new year's folder, its data filled in a workbook, taken back."""

from __future__ import annotations

import re
from pathlib import Path

import openpyxl
import pytest

from compiler.workbook import looks
from tests.command_line import call, tree_bytes
from tests.test_checks import copy_clean

OLD, NEW = "content/晴川区档案局/2024", "content/晴川区档案局/2025"


def test_a_year_in_a_workbook(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    copy_clean(tmp_path)
    assert call(["new", "2025", "--from", OLD], tmp_path).exit_code == 0
    for year in ("2024", "2025"):
        ran = call(["export", f"content/晴川区档案局/{year}", "-o", f"{year}.xlsx"], tmp_path)
        assert ran.exit_code == 0, ran
    (empty,) = (int(number) for number in re.findall(r"还没有填的 (\d+) 格", ran.out))
    before = tree_bytes(tmp_path / NEW)
    ran = call(["import", "2025.xlsx", NEW, "--yes"], tmp_path)
    assert (ran.exit_code, "没有要改的" in ran.out) == (0, True), ran
    assert tree_bytes(tmp_path / NEW) == before
    assert _filled_from(tmp_path / "2024.xlsx", tmp_path / "2025.xlsx") == empty
    with monkeypatch.context() as patch:
        patch.setattr("click.prompt", lambda *words, **more: "n")
        call(["import", "2025.xlsx", NEW], tmp_path)
    assert tree_bytes(tmp_path / NEW) == before, "nobody has agreed"
    ran = call(["import", "2025.xlsx", NEW, "--yes"], tmp_path)
    assert ran.exit_code == 0, ran
    for path in (tmp_path / NEW / "data").rglob("*.yaml"):
        assert "待填" not in re.sub(r"#.*", "", path.read_text(encoding="utf-8")), path
    assert call(["build", NEW], tmp_path).exit_code == 0
    page = next((tmp_path / "build/晴川区档案局/2025/draft").glob("*.html")).read_text(encoding="utf-8")
    left = set(re.findall("〔待填：([^〕]+)〕", page))
    report = (tmp_path / NEW / "report.yaml").read_text(encoding="utf-8")
    assert all(f"{name}: 待填" in report for name in left), "report.yaml alone is filled by hand"
    assert call(["import", "2025.xlsx", NEW, "--yes"], tmp_path).exit_code == 0


def _filled_from(old: Path, new: Path) -> int:
    """Fill every cell that waits, with what last year's workbook has there; gives how many."""
    filled = 0
    source, target = openpyxl.load_workbook(old), openpyxl.load_workbook(new)
    for sheet in target.worksheets:
        if sheet.sheet_state != "visible":
            continue
        for marked in sheet.conditional_formatting:
            if not any(
                rule.dxf and str(rule.dxf.fill.bgColor.rgb).endswith(_WAITING) for rule in marked.rules
            ):
                continue
            for area in marked.sqref.ranges:
                for line, column in area.cells:
                    cell = sheet.cell(line, column)
                    assert cell.value is None and not cell.protection.locked
                    cell.value = source[sheet.title][cell.coordinate].value
                    assert cell.value is not None, (sheet.title, cell.coordinate)
                    filled += 1
    target.save(new)
    return filled


_WAITING = looks.UNFILLED_FILL
"""The colour of a cell that is to be filled."""
