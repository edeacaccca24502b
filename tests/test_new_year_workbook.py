"""January from end to end: a new year's folder, its data filled in a workbook, taken back."""

from __future__ import annotations

import re
import shutil
from decimal import Decimal
from pathlib import Path
from typing import Any

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


def test_what_is_still_open_is_told_in_full(tmp_path: Path) -> None:
    """The cells and what is not in the workbook make what a check counts; an import tells how far it is."""
    copy_clean(tmp_path)
    assert call(["new", "2025", "--from", OLD], tmp_path).exit_code == 0
    said = call(["export", NEW, "-o", "a.xlsx"], tmp_path).out
    assert "还没有填的 303 格，标成黄底；写着〔待更新〕的 5 格，" in said
    assert "不在表格里的还有 17 处：report.yaml 7 处待填，叙述 10 处待更新。直接改文件" in said
    assert f"0/{303 + 5 + 17} 已填" in call(["check", NEW], tmp_path).out
    budget = tmp_path / NEW / "data" / "budget.yaml"  # a list to YAML, a cell to be filled in to anybody else
    budget.write_text(
        budget.read_text(encoding="utf-8").replace("数: 待填", "数: [待填]", 1), encoding="utf-8"
    )
    assert "还没有填的 303 格" in call(["export", NEW, "-o", "a.xlsx", "--force"], tmp_path).out
    book = openpyxl.load_workbook(tmp_path / "a.xlsx")
    _fill(book, Decimal(1), only="项目支出")
    book.save(tmp_path / "a.xlsx")
    ran = call(["import", "a.xlsx", NEW, "--yes"], tmp_path)
    (line,) = re.findall(
        r"运行 chengwen check 核对。\n  (\d+/325 已填，还有 \d+ 处待填、15 处待更新。)", ran.out
    )
    assert line in call(["check", NEW], tmp_path).out
    # A report in which nothing was ever open has no such line.
    assert call(["export", OLD, "-o", "b.xlsx"], tmp_path).out.count("还") == 0


def test_words_in_the_place_of_a_value_are_told_before_they_are_written(tmp_path: Path) -> None:
    copy_clean(tmp_path)
    assert call(["new", "2025", "--from", OLD], tmp_path).exit_code == 0
    assert call(["export", NEW, "-o", "a.xlsx"], tmp_path).exit_code == 0
    book = openpyxl.load_workbook(tmp_path / "a.xlsx")
    sheet = book["绩效指标"]
    column = next(cell.column for cell in sheet[2] if cell.value == "完成值")
    typed = ("待补", "尚未填写", "……", "待财务提供", "待填，等王科长", "95%", "XX家", "空", "TBD")
    for row, words in enumerate(typed, 3):
        sheet.cell(row, column).value = words
    book.save(tmp_path / "a.xlsx")
    ran = call(["import", "a.xlsx", NEW, "--yes"], tmp_path)
    assert ran.exit_code == 0, ran
    (told,) = re.findall("！ (.*)", ran.out)
    assert told.startswith("有 7 处像是没有填的：绩效指标“") and told.count("完成值“") == 6, told
    assert "完成值“待补”" in told and "等。还不知道的，空着或者填“待填”" in told
    assert "完成值“95%”" not in told and "王科长" not in ran.out


# Units ---------------------------------------------------------------------------------------


def _fill(book: Any, times: Decimal, only: str = "") -> None:
    """Fill what last year's figure stands beside with so many times that figure."""
    sheet = book["预算"]
    heads = {str(cell.value).partition("（")[0]: cell.column for cell in sheet[2]}
    for name in ("年初预算数", "全年预算数", "全年执行数"):
        for row in range(3, sheet.max_row + 1):
            cell, last = sheet.cell(row, heads[name]), sheet.cell(row, heads[f"上年{name}"]).value
            kind = sheet.cell(row, heads["预算项目"]).value
            if cell.value is None and isinstance(last, (int, float)) and only in ("", kind):
                cell.value = float(Decimal(str(last)) * times)


@pytest.mark.parametrize(
    ("times", "words"),
    [
        (
            "10000",
            "这 3 个数是原来（原来没有的，是上年）的一百倍以上，是不是按元填的？这里的金额单位是万元。",
        ),
        ("100", "这 3 个数是原来（原来没有的，是上年）的一百倍以上，是不是按元填的？"),
        ("0.01", "这 3 个数不到原来（原来没有的，是上年）的百分之一，是不是单位弄错了？"),
        ("99.9", ""),
        ("0.0101", ""),
    ],
)
def test_an_amount_out_of_all_proportion_to_last_years(tmp_path: Path, times: str, words: str) -> None:
    copy_clean(tmp_path)
    assert call(["new", "2025", "--from", OLD], tmp_path).exit_code == 0
    assert call(["export", NEW, "-o", "a.xlsx"], tmp_path).exit_code == 0
    book = openpyxl.load_workbook(tmp_path / "a.xlsx")
    _fill(book, Decimal(times), only="项目支出")
    sheet = book["预算"]
    for row in sheet.iter_rows():  # 1分钱 and less has no place in an amount
        for cell in row:
            if isinstance(cell.value, float):
                cell.value = round(cell.value, 4)
    book.save(tmp_path / "a.xlsx")
    ran = call(["import", "a.xlsx", NEW, "--yes"], tmp_path)
    assert ran.exit_code == 0, ran
    assert ("是不是" in ran.out) == bool(words)
    if words:
        told = ran.out.partition("！ ")[2].partition("\n\n")[0]
        assert told.startswith(words), told
        assert re.search(r"【预算】\n.*项目支出 年初预算数 +上年 410.26 +[\d.]+ +(10000|100|1/100)", told)


def test_an_amount_out_of_all_proportion_to_what_it_was(tmp_path: Path) -> None:
    copy_clean(tmp_path)
    shutil.rmtree(tmp_path / "content/晴川区档案局/2023")
    assert call(["export", OLD, "-o", "a.xlsx"], tmp_path).exit_code == 0
    book = openpyxl.load_workbook(tmp_path / "a.xlsx")
    for title in ("预算", "资金"):
        sheet = book[title]
        column = next(cell.column for cell in sheet[2] if str(cell.value).startswith("全年预算数"))
        row = next(row for row in range(3, 20) if isinstance(sheet.cell(row, column).value, float))
        sheet.cell(row, column).value *= 10000
    book.save(tmp_path / "a.xlsx")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("click.prompt", lambda *words, **more: "n")
        said = call(["import", "a.xlsx", OLD], tmp_path).out
    assert "！ 这 2 个数是原来（原来没有的，是上年）的一百倍以上，是不是按元填的？" in said
    assert re.search(r"基本支出 全年预算数 +641.56 +6415600 +10000倍", said)
    assert said.index("是不是按元填的") < said.index("没有写。")


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
