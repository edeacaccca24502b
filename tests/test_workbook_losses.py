"""Workbooks that were edited in unforeseen ways: what was typed is never lost without a word."""

from __future__ import annotations

from typing import Any

import openpyxl
import pytest

from compiler.workbook.cells import calculated
from compiler.workbook.layout import HEADER_ROW, KEY_HEADER
from tests.test_column_maps import names
from tests.workbook_office import PROJECTS, Office, add, at, delete, set_


def project(number: int) -> str:
    return f"projects/{PROJECTS[number]}.yaml"


# Rows and columns that are gone -----------------------------------------------------------


def test_without_totals_the_first_row_of_the_budget_counts(office: Office) -> None:
    def change(book: Any) -> None:
        book["预算"].delete_rows(HEADER_ROW + 1)
        for row, value in ((0, 1234.5), (1, 987.5)):
            at(book, "预算", row, "全年执行数").value = value

    office.edit(change)
    office.import_("--yes")
    after = office.data()["budget.yaml"]
    assert "全年执行数: 1234.5" in after and "全年执行数: 987.5" in after


def test_without_totals_no_project_is_lost(office: Office) -> None:
    before = office.data()
    office.edit(lambda book: book["项目"].delete_rows(HEADER_ROW + 1))
    assert "没有要改的" in office.import_("--yes", "--remove")
    assert office.data() == before


def test_a_cell_emptied_where_other_columns_are_gone_takes_out_that_value_only(office: Office) -> None:
    def change(book: Any) -> None:
        at(book, "绩效指标", 0, "完成值").value = None
        sheet = book["绩效指标"]
        for cell in reversed(list(sheet[HEADER_ROW])):
            if cell.value not in (KEY_HEADER, "项目", "完成值"):
                sheet.delete_cols(cell.column)

    office.edit(change)
    before = office.data()[project(0)]
    office.import_("--yes")
    after = office.data()[project(0)]
    assert after == before.replace("完成值: 1268卷, ", "", 1)


# New projects -----------------------------------------------------------------------------


def test_rows_of_a_new_project_do_not_overwrite_each_other(office: Office) -> None:
    before = office.data()
    office.edit(add("项目", 名称="新的"))
    office.edit(add("资金", 项目="新的", 资金来源="当年财政拨款", 年初预算数=100))
    office.edit(add("资金", 项目="新的", 资金来源="当年财政拨款", 年初预算数=250))
    assert "行重复" in office.import_("--yes", code=1)
    assert office.data() == before


@pytest.mark.parametrize("owner", ["新的", "单位"])
def test_a_list_is_built_by_its_numbers(office: Office, owner: str) -> None:
    office.edit(add("项目", 名称="新的"))
    for number, value in ((2, "二小"), (1, "一小"), (3, "三小")):
        office.edit(add("补充数据", 属于=owner, 名称="学校", 第几项=number, 值=value))
    office.import_("--yes")
    written = "".join(office.data().values())
    assert [written.count(f"{name}小") for name in "一二三"] == [1, 1, 1]
    assert written.index("一小") < written.index("二小") < written.index("三小")


@pytest.mark.parametrize("owner", ["新的", "单位"])
@pytest.mark.parametrize("items", [(1, 1), (None, None), (None, 1), (1, None), ("甲", 2)])
def test_a_fact_twice_is_refused(office: Office, owner: str, items: tuple[Any, Any]) -> None:
    before = office.data()
    office.edit(add("项目", 名称="新的"))
    for number, value in zip(items, ("一小", "二小"), strict=True):
        office.edit(add("补充数据", 属于=owner, 名称="学校", 第几项=number, 值=value))
    said = office.import_("--yes", code=1)
    assert "已经有" in said or "“第几项”不能是“甲”" in said
    assert office.data() == before


def test_every_value_of_a_new_project_is_listed(office: Office) -> None:
    office.edit(add("项目", 名称="新的", 主管部门="甲局"))
    office.edit(add("资金", 项目="新的", 资金来源="当年财政拨款", 年初预算数=100))
    office.edit(add("绩效指标", 项目="新的", 一级="产出指标", 三级="机柜数"))
    office.edit(add("补充数据", 属于="新的", 名称="机柜数", 值="4个"))
    said = office.import_("--yes")
    for line in (
        "主管部门：甲局",
        "资金 当年财政拨款 年初预算数：100",
        "绩效指标 第1项：一级：产出指标，三级：机柜数；待填：二级、指标值、完成值、分值、得分",
        "补充数据 机柜数：4个",
    ):
        assert f"    {line}\n" in said


# Sheets, formats, noise -------------------------------------------------------------------


def test_a_renamed_sheet_is_refused(office: Office) -> None:
    before = office.data()

    def change(book: Any) -> None:
        at(book, "资金", 1, "全年执行数").value = 170
        book["资金"].title = "资金（已填）"

    office.edit(change)
    said = office.import_("--yes", code=1)
    assert "工作表“资金（已填）”" in said and "少了“资金”这张表" in said
    assert office.data() == before


@pytest.mark.parametrize(
    ("header", "value", "code", "says"),
    [
        ("执行率", 98.3, '0.00"%"', "后面要有百分号"),
        ("执行率", 98.3, "0.00%", "9830%太大了"),
        ("执行率", "9830%", "General", "9830%太大了"),
        ("全年执行数", 1.5, "0.00%", "格式却是百分比"),
        ("全年执行数", 1750000, "#,##0.00,", "格式却是按千缩小"),
        ("全年执行数", 1750000, '0!.0,"万元"', "格式却是按千缩小"),
        ("分值", 0.1, "0%", "格式却是百分比"),
        ("全年执行数", 1.2345678, "General", "不到 1 分钱"),
    ],
)
def test_formats_that_mislead_are_refused(
    office: Office, header: str, value: Any, code: str, says: str
) -> None:
    before = office.data()

    def change(book: Any) -> None:
        cell = at(book, "资金", 0, header)
        cell.value, cell.number_format = value, code

    office.edit(change)
    said = office.import_("--yes", code=1)
    place = at(openpyxl.load_workbook(office.table), "资金", 0, header).coordinate
    assert says in said and f"工作表“资金” {place}" in said
    assert office.data() == before


@pytest.mark.parametrize("code", ["#,##0.00", "0.00_ ", '0.00"万元"', "#,##0.00;-#,##0.00", "[Red]0.00"])
def test_formats_that_do_not_mislead(office: Office, code: str) -> None:
    def change(book: Any) -> None:
        cell = at(book, "资金", 1, "全年执行数")
        cell.value, cell.number_format = 171.5, code

    office.edit(change)
    office.import_("--yes")
    assert "全年执行数: 171.5," in office.data()[project(0)]


def test_noise_of_formulas_is_no_digit() -> None:
    assert str(calculated(1000.1 - 999.9)) == "0.20000000"
    assert calculated(1e20) == 10**20 and str(calculated(98.3925)) == "98.3925"


@pytest.mark.parametrize("word", ["待填", "待填写", "（待填）", "〔待填：全年执行数〕"])
def test_what_is_unfilled_however_it_is_typed(office: Office, word: str) -> None:
    office.edit(set_("资金", 1, "全年执行数", word))
    office.edit(set_("绩效指标", 0, "完成值", word))
    office.import_("--yes")
    after = office.data()[project(0)]
    assert "全年执行数: 待填," in after and "完成值: 待填," in after


# Names and numbers that point elsewhere ---------------------------------------------------


def test_names_swapped_between_projects(office: Office) -> None:
    """Nobody knows whether the names were moved, or all the rest was not."""
    book = openpyxl.load_workbook(office.table)
    first, second = (at(book, "项目", row, "名称").value for row in (0, 1))
    office.edit(set_("项目", 0, "名称", second))
    office.edit(set_("项目", 1, "名称", first))
    before = office.data()
    office.edit(add("绩效指标", 项目=first, 一级="产出指标", 三级="新加的"))
    assert "有 2 行的内容是导出时别的行的" in office.import_("--yes", code=1)
    assert office.data() == before


def test_a_row_by_a_name_that_moved_on_goes_to_the_new_one(office: Office) -> None:
    office.edit(set_("项目", 0, "名称", "甲项目"))
    office.edit(add("绩效指标", 项目="甲项目", 一级="产出指标", 三级="新加的"))
    office.import_("--yes")
    assert "三级: 新加的" in office.data()[project(0)]


def test_numbers_in_narratives_that_point_elsewhere_now(office: Office) -> None:
    folder = office.folder / "narrative"
    own = folder / "projects" / f"{PROJECTS[0]}.md"
    other = folder / "projects" / f"{PROJECTS[1]}.md"
    for path, words in ((own, "本项目.绩效指标[1].完成值"), (other, "本项目.绩效指标[1].完成值")):
        path.write_text(path.read_text(encoding="utf-8") + f"\n{{{{ {words} }}}}\n", encoding="utf-8")
    whole = folder / "预算管理.md"
    whole.write_text(whole.read_text(encoding="utf-8") + "\n{{ 项目[3].名称 }}\n", encoding="utf-8")
    office.edit(delete("绩效指标", 0))
    said = office.import_("--yes")
    assert (
        "按号码取“绩效指标”" in said
        and own.name in said
        and other.name not in said
        and whole.name not in said
    )
    office.export()
    office.edit(add("绩效指标", 项目=names(office)[0], 一级="产出指标"))
    assert "按号码取" not in office.import_("--yes")
    office.export()
    office.edit(delete("项目", 3))
    said = office.import_("--yes", "--remove")
    assert "按号码取“项目”" in said and whole.name in said
