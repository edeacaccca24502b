"""Cells sorted or moved without the hidden key are refused; a name that was corrected is not."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import openpyxl
import pytest

from compiler.workbook.layout import HEADER_ROW, KEY_HEADER, Key
from compiler.workbook.shuffled import Told, exchanged, shuffled
from tests.workbook_office import PROJECTS, Office, at, replace_in, set_

FIRST = f"projects/{PROJECTS[0]}.yaml"


def rearranged(title: str, first: str, last: str, rows: list[int] | None = None) -> Callable[[Any], None]:
    """Turn the cells from one header to another upside down, in some rows, or all, and leave the others where they are."""

    def change(book: Any) -> None:
        sheet = book[title]
        columns = range(at(book, title, 0, first).column, at(book, title, 0, last).column + 1)
        numbers = [
            row for row in range(HEADER_ROW + 1, sheet.max_row + 1) if "#" in str(sheet.cell(row, 1).value)
        ]
        numbers = numbers if rows is None else [numbers[row] for row in rows]
        held = [[sheet.cell(row, column).value for column in columns] for row in numbers]
        for row, values in zip(numbers, reversed(held), strict=True):
            for column, value in zip(columns, values, strict=True):
                sheet.cell(row, column).value = value

    return change


CASES = (
    ("绩效指标", "一级", "说明", [0, 2]),
    ("绩效指标", "三级", "三级", [0, 2]),
    ("绩效指标", "一级", "指标值", None),
    ("绩效指标", "项目", "得分", None),
    ("项目", "名称", "实施单位", None),
    ("项目", "文件", "名称", [0, 1]),
    ("资金", "项目", "全年执行数", None),
    ("资金", "年初预算数", "全年执行数", None),
    ("绩效指标", "指标值", "得分", [0, 2]),
)


@pytest.mark.parametrize(("title", "first", "last", "rows"), CASES)
@pytest.mark.parametrize("since", [False, True])
def test_cells_moved_without_their_key(
    office: Office, title: str, first: str, last: str, rows: list[int] | None, since: bool
) -> None:
    office.edit(rearranged(title, first, last, rows))
    if since:
        replace_in(office, FIRST, "得分: 10", "得分: 9")
    before = office.data()
    said = office.import_("--yes", code=1)
    assert f"工作表“{title}”：" in said and "隐藏的第一列" in said and "有 1 处不对" in said
    assert office.data() == before


def test_names_of_two_projects_indicators(office: Office) -> None:
    """Across projects they have to come back to where they started: a name may be the one that another gave up."""
    book = openpyxl.load_workbook(office.table)
    sheet = book["绩效指标"]
    first = at(book, "绩效指标", 0, KEY_HEADER).row
    other = next(
        row
        for row in range(first, sheet.max_row)
        if str(sheet.cell(row, 1).value).startswith(f"projects/{PROJECTS[1]}")
    )
    column = at(book, "绩效指标", 0, "三级").column
    mine, theirs = sheet.cell(first, column).value, sheet.cell(other, column).value
    sheet.cell(first, column).value, sheet.cell(other, column).value = theirs, "另起的名称"
    book.save(office.table)
    assert "要改的（2 处" in office.import_("--yes")
    office.export()
    book = openpyxl.load_workbook(office.table)
    sheet = book["绩效指标"]
    sheet.cell(first, column).value, sheet.cell(other, column).value = "另起的名称", theirs
    book.save(office.table)
    assert mine != theirs and "隐藏的第一列" in office.import_("--yes", code=1)


@pytest.mark.parametrize("value", ["改了的", "照片档案扫描数量"])
def test_one_name_may_be_any(office: Office, value: str) -> None:
    office.edit(set_("绩效指标", 0, "三级", value))
    assert "要改的（1 处" in office.import_("--yes")
    assert "没有要改的" in office.import_("--yes")


def test_weights_may_be_exchanged(office: Office) -> None:
    office.edit(rearranged("绩效指标", "分值", "得分", [0, 1]))
    office.import_("--yes")
    after = office.data()
    assert "没有要改的" in office.import_("--yes")
    assert office.data() == after


def _told(number: int, was: str, now: str) -> Told:
    return Told(number, {"三级": was}, {"三级": now}, {"三级": now})


@pytest.mark.parametrize(
    ("lines", "found"),
    [
        ("甲乙 乙甲", [0, 1]),
        ("甲乙 乙丙", [0]),  # pushed down
        ("甲乙 乙乙", []),  # named like another, which has its name still
        ("甲丁 乙戊", []),
        ("甲乙 乙丙 丙甲 丁戊", [0, 1, 2]),
    ],
)
def test_chains_of_names(lines: str, found: list[int]) -> None:
    told = {Key("a", ("表", at)): _told(at, was, now) for at, (was, now) in enumerate(lines.split())}
    assert [key.path[1] for key in shuffled(told)] == found


def test_the_same_words_in_another_order() -> None:
    assert exchanged([("甲", "乙"), ("乙", "甲")])
    assert not exchanged([("甲", "乙")]) and not exchanged([("甲", "乙"), ("乙", "乙")])
