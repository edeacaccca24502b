"""Workbooks that were edited in unforeseen ways: what was typed is never lost without a word."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from compiler.workbook.layout import HEADER_ROW, KEY_HEADER
from tests.test_checks import REPORT, copy_clean
from tests.test_workbook_import import PROJECTS, Office, add, at, delete, set_


@pytest.fixture
def office(tmp_path: Path, capsys: Any) -> Office:
    copy_clean(tmp_path)
    made = Office(tmp_path, REPORT, capsys)
    made.export()
    return made


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
        "绩效指标 第1项：一级：产出指标，三级：机柜数",
        "补充数据 机柜数：4个",
    ):
        assert f"    {line}\n" in said
