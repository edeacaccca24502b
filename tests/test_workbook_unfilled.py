"""A new year's workbook: what is typed in the cells to be filled in, that there is none, and what the program computes."""

from __future__ import annotations

import re
import shutil
from pathlib import Path
from typing import Any

import pytest

from compiler.workbook.layout import Role, Values
from compiler.workbook.sheets import SHEETS
from tests.command_line import call
from tests.workbook_office import Office, set_

ROOT = Path(__file__).parents[1]
LAST, REPORT = "content/丰台区金融办/2024", "content/丰台区金融办/2025"
FIRST = "projects/01-金融风险防范协调办.yaml"


@pytest.fixture
def office(tmp_path: Path, capsys: Any) -> Office:
    """January: nothing is filled in."""
    for name in ("content", "templates"):
        shutil.copytree(ROOT / name, tmp_path / name)
    assert call(["new", "2025", "--from", LAST], tmp_path).exit_code == 0
    made = Office(tmp_path, Path(REPORT), capsys)
    made.export()
    return made


def yellow(book: Any) -> list[tuple[str, Any, str, Any]]:
    """The cells to be filled in: sheet, cell, the header over it, and the row's cells by header."""
    out = []
    for layout in SHEETS:
        if layout.title not in book.sheetnames:
            continue
        sheet = book[layout.title]
        headers = {cell.column: str(cell.value).partition("（")[0] for cell in sheet[2] if cell.value}
        marked = [
            area
            for rule in sheet.conditional_formatting
            for area in rule.sqref.ranges
            if any(each.operator == "equal" for each in rule.rules)
        ]
        for area in marked:
            for line in sheet.iter_rows(area.min_row, area.max_row, area.min_col, area.max_col):
                for cell in line:
                    row = {name: sheet.cell(cell.row, column) for column, name in headers.items()}
                    out.append((layout.title, cell, headers[cell.column], row))
    return out


VALUES = {
    (layout.title, column.header): column.values
    for layout in SHEETS
    for column in layout.columns
    if column.role is Role.DATUM
}


def money(row: int, header: str, value: Any) -> Any:
    return set_("资金", row, header, value)


# There is none ----------------------------------------------------------------------------


@pytest.mark.parametrize("word", ["无", "没有", "不适用", "—", "-", "/", "／", " 无 "])
def test_a_figure_of_which_there_is_none(office: Office, word: str) -> None:
    before = office.data()[FIRST]
    office.edit(money(1, "全年执行数", word))
    said = office.import_("--yes")
    assert re.search("当年财政拨款 全年执行数 +（待填） +没有（删去）", said)
    old = "当年财政拨款: {年初预算数: 待填, 全年预算数: 待填, 全年执行数: 待填, 执行率: 待填}"
    assert office.data()[FIRST] == before.replace(old, old.replace("全年执行数: 待填, ", ""))
    assert "没有要改的" in office.import_("--yes")


@pytest.mark.parametrize(
    ("word", "written"),
    [("—", ""), ("/", ""), ("-", ""), ("无", "完成值: 无, "), ("不适用", "完成值: 不适用, ")],
)
def test_words_of_which_there_are_none(office: Office, word: str, written: str) -> None:
    before = office.data()[FIRST]
    office.edit(set_("绩效指标", 0, "完成值", word))
    office.import_("--yes")
    assert office.data()[FIRST] == before.replace("完成值: 待填, ", written, 1)
    assert "没有要改的" in office.import_("--yes")


def test_an_empty_cell_stays_to_be_filled_in(office: Office) -> None:
    before = office.data()
    office.edit(lambda book: [setattr(cell, "value", "") for _, cell, _, _ in yellow(book)])
    assert "没有要改的" in office.import_("--yes")
    assert office.data() == before


def test_where_there_was_a_value_it_means_the_same_as_nothing(office: Office) -> None:
    office.edit(set_("绩效指标", 0, "分值", "无"))
    said = office.import_("--yes")
    assert re.search("分值 +10 +（删去）", said)
    assert "完成值: 待填, 得分: 待填" in office.data()[FIRST]


def test_what_must_be_there_cannot_be_none(office: Office) -> None:
    before = office.data()
    office.edit(set_("绩效指标", 0, "一级", "—"))
    assert "一级是必填的，不能写没有" in office.import_("--yes", code=1)
    assert office.data() == before


def test_a_stroke_that_the_data_have_stays(office: Office) -> None:
    path = office.folder / "data" / FIRST
    path.write_text(
        path.read_text(encoding="utf-8").replace("完成值: 待填", "完成值: —", 1), encoding="utf-8"
    )
    office.export()
    assert "没有要改的" in office.import_("--yes")


def test_a_source_of_which_there_is_nothing_goes_whole(office: Office) -> None:
    path = office.folder / "data" / FIRST
    text = path.read_text(encoding="utf-8")
    other = "  其他资金: {年初预算数: 待填, 全年预算数: 待填, 全年执行数: 待填, 执行率: 待填}\n"
    path.write_text(text.replace("年度总体目标:", other + "年度总体目标:"), encoding="utf-8")
    office.export()

    def change(book: Any) -> None:
        for header in ("年初预算数", "全年预算数", "全年执行数", "执行率"):
            money(3, header, "无")(book)

    office.edit(change)
    office.import_("--yes")
    assert path.read_text(encoding="utf-8") == text
    assert "没有要改的" in office.import_("--yes")


def test_a_fact_of_which_there_is_none(office: Office) -> None:
    path = office.folder / "data" / FIRST
    text = path.read_text(encoding="utf-8")
    path.write_text(text + "补充数据:\n  甲: 待填\n  乙: 2家\n  表: [一, 待填, 三]\n", encoding="utf-8")
    office.export()

    def change(book: Any) -> None:
        for _, cell, _, _ in yellow(book):
            if cell.parent.title == "补充数据":
                cell.value = "—"

    office.edit(change)
    said = office.import_("--yes")
    assert said.count("没有（删去）") == 2
    assert path.read_text(encoding="utf-8") == text + "补充数据:\n  乙: 2家\n  表: [一, 三]\n"
    assert "没有要改的" in office.import_("--yes")


# What the program computes ----------------------------------------------------------------


def test_rates_totals_and_scores_are_left_to_the_program(office: Office) -> None:
    def change(book: Any) -> None:
        for header, value in (("年初预算数", 9), ("全年预算数", 8), ("全年执行数", 7.99)):
            money(1, header, value)(book)
        set_("绩效指标", 0, "完成值", "2种")(book)

    office.edit(change)
    said = office.import_("--yes")
    for name, value in (
        ("年度资金总额 全年预算数", "8"),
        ("年度资金总额 执行率", "99.88%"),
        ("年度资金总额 得分", "9.99"),
        ("当年财政拨款 执行率", "99.88%"),
        ("绩效指标“购买种类” 得分", "10"),
    ):
        assert re.search(f"{name} +（待填） +程序算（{value}）", said), name
    text = office.data()[FIRST]
    assert "  年度资金总额: {分值: 10}\n" in text
    assert "  当年财政拨款: {年初预算数: 9, 全年预算数: 8, 全年执行数: 7.99}\n" in text
    assert "总分: {分值: 100, 得分: 待填}" in text, "other scores are not known yet"
    assert all("程序算" not in line for line in said.split("【")[2:]), "other projects were not touched"
    assert "没有要改的" in office.import_("--yes")


def test_what_can_be_computed_is_left_to_the_program_whatever_else_changes(office: Office) -> None:
    """A scheme that came later, figures typed in the file: the next import sees to it, also one that changes nothing."""
    path = office.folder / "data" / FIRST
    text = path.read_text(encoding="utf-8")
    old = "当年财政拨款: {年初预算数: 待填, 全年预算数: 待填, 全年执行数: 待填, 执行率: 待填}"
    path.write_text(
        text.replace(old, "当年财政拨款: {年初预算数: 9, 全年预算数: 8, 全年执行数: 7.99, 执行率: 待填}"),
        encoding="utf-8",
    )
    said = office.import_("--yes")
    assert re.search("当年财政拨款 执行率 +（待填） +程序算（99.88%）", said)
    assert "当年财政拨款: {年初预算数: 9, 全年预算数: 8, 全年执行数: 7.99}" in office.data()[FIRST]
    assert "没有要改的" in office.import_("--yes")


@pytest.mark.parametrize("rate", [True, False])
def test_a_source_without_amounts_has_no_rate(office: Office, rate: bool) -> None:
    headers = ("年初预算数", "全年预算数", "全年执行数", "执行率")[: 4 if rate else 3]
    office.edit(lambda book: [money(1, header, "无")(book) for header in headers])
    said = office.import_("--yes")
    assert said.count("没有（删去）") == 4
    assert "当年财政拨款" not in office.data()[FIRST]
    assert "没有要改的" in office.import_("--yes")


def test_a_first_report_is_filled_by_several(tmp_path: Path, capsys: Any) -> None:
    """What was 待填 and has a name by now is no change of the workbook's."""
    shutil.copytree(ROOT / "templates", tmp_path / "templates")
    (tmp_path / "content").mkdir()
    made = call(["new", "2025", "--dept", "某某局", "--kind", "项目支出绩效自评表"], tmp_path)
    assert made.exit_code == 0, made.err
    first = Office(tmp_path, Path("content/某某局/2025"), capsys)
    first.export()
    second = Office(tmp_path, Path("content/某某局/2025"), capsys)
    second.table = tmp_path / "乙.xlsx"
    shutil.copy(first.table, second.table)
    first.edit(set_("项目", 0, "名称", "政策宣传经费"))
    first.edit(set_("绩效指标", 0, "三级", "宣传场次"))
    second.edit(set_("资金", 1, "全年预算数", 8))
    first.import_("--yes")
    assert "没有要改的" in first.import_("--yes")
    second.import_("--yes")
    for office in (first, second):
        assert "没有要改的" in office.import_("--yes")
    (text,) = (text for name, text in first.data().items() if name.startswith("projects/"))
    assert "名称: 政策宣传经费" in text and "全年预算数: 8" in text


def test_only_what_has_all_it_is_computed_from(office: Office) -> None:
    office.edit(money(1, "全年执行数", 7.99))
    said = office.import_("--yes")
    assert said.count("程序算") == 1 and "年度资金总额 全年执行数" in said


def test_a_typed_value_goes_over_a_computed_one(office: Office) -> None:
    """Of the same workbook too; but not over what somebody else has typed or said there is none of."""
    whole = office.table.read_bytes()
    office.edit(lambda book: [money(1, h, v)(book) for h, v in (("全年预算数", 8), ("全年执行数", 7.99))])
    office.import_("--yes")
    office.edit(money(1, "执行率", "99.9%"))
    office.import_("--yes")
    assert "全年执行数: 7.99, 执行率: 99.9%" in office.data()[FIRST]
    office.table.write_bytes(whole)
    office.edit(money(1, "执行率", "88%"))
    assert "数据里现在是“99.9%”" in office.import_("--yes", code=1)
    office.table.write_bytes(whole)
    office.edit(money(1, "年初预算数", "无"))
    office.import_("--yes")
    office.table.write_bytes(whole)
    office.edit(money(1, "年初预算数", 5))
    assert "年初预算数：表里是“5”，数据里现在是“（空）”" in office.import_("--yes", code=1)


def test_the_scoring_table_takes_the_budget_of_the_same_import(tmp_path: Path, capsys: Any) -> None:
    from tests.test_checks import REPORT as CLEAN
    from tests.test_checks import copy_clean

    copy_clean(tmp_path)
    office = Office(tmp_path, CLEAN, capsys)
    data = office.folder / "data"
    for name, old, new in (
        ("budget.yaml", "结转结余率: 2.07%", "结转结余率: 待填"),
        ("scorecard.yaml", "得分: 99.58", "得分: 待填"),
        ("scorecard.yaml", "等级: 优", "等级: 待填"),
    ):
        path = data / name
        text = path.read_text(encoding="utf-8")
        assert old in text
        path.write_text(text.replace(old, new, 1), encoding="utf-8")
    office.export()
    office.edit(set_("预算", 0, "年初预算数", 628.38))
    said = office.import_("--yes")
    assert re.search("结转结余率 比率 +（待填） +程序算（2.07%）", said)
    assert re.search("得分 +（待填） +程序算（99.58）", said) and re.search(
        "等级 +（待填） +程序算（优）", said
    )
    assert "待填" not in "".join(office.data().values())
    assert "没有要改的" in office.import_("--yes")


def test_a_new_year_is_filled_in_to_the_last_in_the_workbook(office: Office) -> None:
    """Every yellow cell is typed in, says that there is none, or is left to the program; narratives stay to be written."""

    def change(book: Any) -> None:
        for title, cell, header, row in yellow(book):
            words = {"总分得分", "执行率"} | (
                {"年初预算数", "全年预算数", "全年执行数"}
                if row.get("资金来源") and row["资金来源"].value == "年度资金总额"
                else set()
            )
            if header in words or (title == "资金" and header == "得分"):
                continue
            kind = VALUES[title, header]
            if kind is Values.AMOUNT:
                cell.value = 100 if header != "全年执行数" else 99.5
            elif kind is Values.NUMBER:
                cell.value = row["分值"].value
            elif header in ("偏差原因", "未支出原因", "改进措施", "调整原因", "结余去向"):
                cell.value = "—"
            else:
                cell.value = "做了"

    office.edit(change)
    office.import_("--yes")
    assert "待填" not in "".join(office.data().values())
    said = call(["check", REPORT], office.root).out
    assert re.search(r"(\d+)/102 已填，还有 (\d+) 处待更新", said), said
    assert "处待填" not in said
    office.export()
    assert "没有要改的" in office.import_("--yes")
