"""The formulas of a workbook whose rows a clerk has sorted, parted and added to, as LibreOffice calculates them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from openpyxl.formula.translate import Translator

from compiler.figures import UNITS
from compiler.workbook.layout import HEADER_ROW, KEY_HEADER
from tests import overlay
from tests.test_workbook_export import book_of, export
from tests.workbook_office import saved_as

NAMES = (
    "培训费",
    "*费",
    "培训?",
    "一~二期",
    "2025",
    "1-2",
    "Ａ楼维修",
    "A楼维修",
    "a楼维修",
    "长" * 300,
    "=甲",
    ">=2项",
)
"""Of projects: what SUMIFS takes for wildcards, numbers, dates, another name, or too much."""
FUNDS = (
    "  年度资金总额: {全年预算数: 3, 全年执行数: 2, 分值: 10, 得分: 9}\n  当年财政拨款: {全年预算数: 3, 全年执行数: 2}\n",
    "  年度资金总额: {分值: 10}\n  当年财政拨款: {年初预算数: 1, 全年预算数: 0.1, 全年执行数: 0}\n  其他资金: {全年预算数: 0.2}\n",
    "  年度资金总额: {全年预算数: 7}\n  上年结转资金: {全年预算数: 4, 全年执行数: 3.5}\n",
)
SPARE = "新~项*目"
HEADERS = (
    *("取用的年初预算数（万元）", "取用的全年预算数（万元）", "取用的全年执行数（万元）"),
    *("算出的执行率（%）", "各行分值", "各行得分"),
)
FIGURES = ("", "12.5", "6", "0.48", "40", "")
"""What a project that was added has, under `HEADERS`."""


@pytest.fixture
def report(tmp_path: Path) -> Path:
    overlay.copy_sample(tmp_path)
    folder = tmp_path / overlay.REPORT
    for number, name in enumerate(NAMES):
        text = f'名称: "{name}"\n资金:\n{FUNDS[number % 3]}绩效指标:\n'
        text += f"  - {{一级: 产出指标, 指标值: 优, 分值: {number + 1}, 得分: 1}}\n  - {{一级: 产出指标, 指标值: 优, 分值: 5}}\n"
        (folder / f"data/projects/{number + 10}-某.yaml").write_text(text, encoding="utf-8")
    return folder


def _columns(sheet: Any) -> dict[str, int]:
    return {cell.value: cell.column for cell in sheet[HEADER_ROW] if cell.value}


def _rearranged(sheet: Any, order: Callable[[list[int]], list[int]]) -> None:
    """Move the rows with a record, as sorting does: what a formula says of its own row it then says of the new one."""
    key = _columns(sheet)[KEY_HEADER]
    rows = [row for row in range(HEADER_ROW + 1, sheet.max_row + 1) if "#" in str(sheet.cell(row, key).value)]
    held = {row: [cell.value for cell in sheet[row]] for row in range(rows[0], rows[-1] + 3)}
    for row, old in enumerate(order(rows), rows[0]):
        for column, value in enumerate(held[old], 1):
            cell = sheet.cell(row, column)
            if isinstance(value, str) and value.startswith("=") and cell.data_type == "f":
                origin = sheet.cell(old, column).coordinate
                value = Translator(value, origin).translate_formula(cell.coordinate)
            cell.value = value
            cell.data_type = (
                "s" if isinstance(value, str) and not value.startswith(("=IF", "=ROUND")) else cell.data_type
            )


def _with_blanks(rows: list[int]) -> list[int]:
    """Backwards, with two blank rows in their midst."""
    return [*rows[:2:-1], rows[-1] + 1, rows[-1] + 2, *rows[2::-1]]


def _add(sheet: Any, **contents: object) -> None:
    columns = {header.partition("（")[0]: column for header, column in _columns(sheet).items()}
    first = "名称" if "文件" in columns else "项目"
    row = next(
        row for row in range(sheet.max_row, 0, -1) if sheet.cell(row - 1, columns[first]).value is not None
    )
    for header, value in contents.items():
        sheet.cell(row, columns[header]).value = value  # type: ignore[assignment]


def _figures(path: Path, calc: Path, tmp_path: Path) -> dict[str, tuple[str, ...]]:
    """What each project has under `HEADERS`, to eight digits."""
    sheet = openpyxl.load_workbook(saved_as(path, "xlsx", calc, tmp_path / "out"), data_only=True)["项目"]
    columns = _columns(sheet)
    found = {}
    for row in range(4, sheet.max_row + 1):
        values = [sheet.cell(row, columns[header]).value for header in HEADERS]
        if name := sheet.cell(row, columns["名称"]).value:
            found[str(name)] = tuple("" if value in (None, "") else _short(value) for value in values)
    return found


def _short(value: object) -> str:
    """A number; how many rows are open stands behind it, and is left out."""
    return f"{round(Decimal(str(value).partition('（')[0]), 8).normalize():f}"


def _compiled(folder: Path) -> Mapping[str, tuple[str, ...]]:
    """The same, as the compiler has it."""
    found = {}
    for _, project in book_of(folder).projects:
        amounts = (project.initial_budget, project.annual_budget, project.expenditure)
        money = [None if one is None else one.yuan.scaleb(-UNITS["万元"]) for one in amounts]
        rate = project.computed_rate
        rows = [*(project.indicators or ())]
        if project.funds and project.funds.typed_whole:
            rows.append(project.funds.typed_whole)  # type: ignore[arg-type]
        sums = [
            sum(given) if (given := [one for one in column if one is not None]) else None
            for column in ([row.weight for row in rows], [row.typed_score for row in rows])
        ]
        values = (*money, None if rate is None else rate.ratio, *sums)
        found[project.name] = tuple("" if value is None else _short(value) for value in values)
    return found


@pytest.mark.libreoffice
def test_rows_may_stand_anywhere(report: Path, tmp_path: Path, calc: Path) -> None:
    path = tmp_path / "数据.xlsx"
    export(report, path)
    expected = _compiled(report)
    assert _figures(path, calc, tmp_path) == expected
    workbook = openpyxl.load_workbook(path)
    for title in ("项目", "资金", "绩效指标"):
        _rearranged(workbook[title], _with_blanks)
    _add(workbook["项目"], 名称=SPARE)
    for source, amounts in (
        ("其他资金", (2.5, 6)),
        ("年度资金总额", (None, None)),
        ("当年财政拨款", (10, None)),
    ):
        _add(workbook["资金"], 项目=SPARE, 资金来源=source, 全年预算数=amounts[0], 全年执行数=amounts[1])
    _add(workbook["绩效指标"], 项目=SPARE, 分值=40)
    workbook.save(path)
    assert _figures(path, calc, tmp_path) == {**expected, SPARE: FIGURES}


@pytest.mark.libreoffice
def test_a_project_may_be_renamed_on_its_own_sheet_only(report: Path, tmp_path: Path, calc: Path) -> None:
    path = tmp_path / "数据.xlsx"
    export(report, path)
    workbook = openpyxl.load_workbook(path)
    sheet = workbook["项目"]
    column = _columns(sheet)["名称"]
    row = next(row for row in range(4, sheet.max_row) if sheet.cell(row, column).value == "培训费")
    sheet.cell(row, column).value = "培训费（二期）"
    workbook.save(path)
    assert _figures(path, calc, tmp_path)["培训费（二期）"] == _compiled(report)["培训费"]


@pytest.mark.libreoffice
def test_the_whole_of_a_project_is_summed_wherever_its_sources_stand(
    report: Path, tmp_path: Path, calc: Path
) -> None:
    path = tmp_path / "数据.xlsx"
    export(report, path)
    workbook = openpyxl.load_workbook(path)
    _rearranged(workbook["资金"], _with_blanks)
    workbook.save(path)
    sheet = openpyxl.load_workbook(saved_as(path, "xlsx", calc, tmp_path / "out"), data_only=True)["资金"]
    columns = _columns(sheet)
    found = {
        sheet.cell(row, columns["项目"]).value: sheet.cell(row, columns["差额（万元）"]).value
        for row in range(3, sheet.max_row + 1)
        if sheet.cell(row, columns["资金来源"]).value == "年度资金总额"
    }
    assert found.pop("设备更新") == 0.01
    assert [found[name] for name in NAMES] == [1, 0.3, 3.5] * 4
