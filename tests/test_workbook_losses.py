"""Workbooks that were edited in unforeseen ways: what was typed is never lost without a word."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from compiler.workbook.layout import HEADER_ROW, KEY_HEADER
from tests.test_checks import REPORT, copy_clean
from tests.test_workbook_import import PROJECTS, Office, at


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
