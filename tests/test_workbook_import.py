"""A filled-in workbook into the data: what was changed there and nothing else, all of it or nothing."""

from __future__ import annotations

import random
import re
import shutil
from codecs import BOM_UTF8
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from compiler import rewriting
from compiler.diagnostics import Diagnostics
from compiler.workbook.layout import HEADER_ROW, KEY_HEADER, Key, Role, Values
from compiler.workbook.rows import read_book, rows_of
from compiler.workbook.sheets import SHEETS
from compiler.workspace import Workspace
from tests.test_checks import REPORT, copy_clean
from tests.workbook_office import (
    PROJECTS,
    Office,
    add,
    after_last,
    at,
    delete,
    replace_in,
    saved_as,
    set_,
)

ROOT = Path(__file__).parents[1]


def changed(before: dict[str, str], after: dict[str, str]) -> dict[str, list[tuple[str, str]]]:
    """By file, the lines that are not the same; files must have as many lines as before."""
    out = {}
    for name in before.keys() | after.keys():
        old, new = before.get(name, "").split("\n"), after.get(name, "").split("\n")
        assert len(old) == len(new), name
        pairs = [(a, b) for a, b in zip(old, new, strict=True) if a != b]
        if pairs:
            out[name] = pairs
    return out


# Nothing changes --------------------------------------------------------------------------


@pytest.mark.parametrize("report", ["content/丰台区金融办/2023", "content/丰台区金融办/2024"])
def test_an_export_changes_nothing(tmp_path: Path, capsys: Any, report: str) -> None:
    for name in ("content", "templates"):
        shutil.copytree(ROOT / name, tmp_path / name)
    office = Office(tmp_path, Path(report), capsys)
    office.export()
    before = office.data()
    assert "没有要改的" in office.import_("--yes")
    office.edit(lambda book: None)  # as another program writes it
    assert "没有要改的" in office.import_("--yes")
    assert office.data() == before


def test_other_notations_of_the_same_values_change_nothing(office: Office) -> None:
    before = office.data()

    def change(book: Any) -> None:
        for header, words in (("全年执行数", "{} 万元"), ("全年预算数", "{:,}"), ("年初预算数", "'{}")):
            for row in range(2):
                cell = at(book, "资金", row, header)
                if cell.value is not None:
                    cell.value = words.format(cell.value).translate(
                        str.maketrans("0123456789", "０１２３４５６７８９") if row else {}
                    )

    office.edit(change)
    assert "没有要改的" in office.import_("--yes")
    assert office.data() == before


# Values -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "written"),
    [
        (170.5, "170.5"),
        (0.1 + 0.2, "0.3"),
        ("1705000元", "170.5"),
        ("1,705,000 元", "170.5"),
        ("１７０．５", "170.5"),
        (" 170.50万元 ", "170.5"),
        ("0.01705亿元", "170.5"),
        ("¥170.5", "170.5"),
    ],
)
def test_a_number_however_it_is_typed(office: Office, typed: Any, written: str) -> None:
    before = office.data()
    office.edit(set_("资金", 1, "全年执行数", typed))
    said = office.import_("--yes")
    ((name, [(old, new)]),) = changed(before, office.data()).items()
    assert name == f"projects/{PROJECTS[0]}.yaml"
    assert f"全年执行数: {written}" in new
    assert old.split("全年执行数")[0] == new.split("全年执行数")[0]
    assert "增减率" in said and written in said
    assert "没有要改的" in (office.export(), office.import_())[1]


def test_the_notation_of_the_file_stays(tmp_path: Path, capsys: Any) -> None:
    """Units, separators, notes and quotes stay with a value that changes; so does what a Notepad marks a file with."""
    for name in ("content", "templates"):
        shutil.copytree(ROOT / name, tmp_path / name)
    office = Office(tmp_path, Path("content/丰台区金融办/2023"), capsys)
    path = office.folder / "data" / "projects" / "09-金融风险防范进社区.yaml"
    text = path.read_text(encoding="utf-8").replace("全年预算数: 350000元", "全年预算数: 350,000 元  # 批复")
    path.write_text(text.replace("\n", "\r\n"), encoding="utf-8-sig", newline="")
    office.export()
    office.edit(set_("项目", 8, "全年预算数", 36))
    office.edit(set_("项目", 8, "全年执行数", "35.5"))
    office.import_("--yes")
    assert path.read_bytes().startswith(BOM_UTF8)
    assert path.read_bytes().decode("utf-8-sig") == (
        text.replace("350,000 元", "360,000 元")
        .replace("全年执行数: 350000元", "全年执行数: 355000元")
        .replace("\n", "\r\n")
    )


@pytest.mark.parametrize(
    ("value", "code", "written"),
    [
        (0.9, "0%", "90%"),
        (date(2024, 9, 1), 'yyyy"年"m"月"', "2024年9月"),
        (12, "General", "12"),
        ("=1+1 是文字", "@", '"=1+1 是文字"'),
        ("一, 二: {三}", "@", '"一, 二: {三}"'),
    ],
)
def test_text_columns_take_what_is_shown(office: Office, value: Any, code: str, written: str) -> None:
    def change(book: Any) -> None:
        cell = at(book, "绩效指标", 0, "完成值")
        cell.value, cell.number_format = value, code
        if isinstance(value, str):
            cell.data_type = "s"

    office.edit(change)
    office.import_("--yes")
    assert f"完成值: {written}" in office.data()[f"projects/{PROJECTS[0]}.yaml"]
    office.export()
    assert "没有要改的" in office.import_()


def test_long_text_goes_over_several_lines(office: Office) -> None:
    office.edit(set_("项目", 0, "实际完成情况", "第一段。\n\n第二段：完。"))
    office.import_("--yes")
    text = office.data()[f"projects/{PROJECTS[0]}.yaml"]
    assert "  实际完成情况: |-\n    第一段。\n\n    第二段：完。\n" in text
    office.export()
    assert "没有要改的" in office.import_()


def test_an_emptied_cell_takes_the_value_out(office: Office) -> None:
    office.edit(set_("绩效指标", 0, "得分", None))
    assert "（删去）" in office.import_("--yes")
    indicators = office.data()[f"projects/{PROJECTS[0]}.yaml"].split("绩效指标:\n")[1].split("\n")[0]
    assert "得分" not in indicators


# Refused, with sheet and cell -------------------------------------------------------------


@pytest.mark.parametrize(
    ("title", "row", "header", "value", "says"),
    [
        ("资金", 1, "全年执行数", "一百万", "应当是金额"),
        ("资金", 1, "全年执行数", "12.3.4", "应当是金额"),
        ("资金", 1, "全年执行数", "120 家", "单位不能是“家”"),
        ("资金", 1, "全年执行数", -5, "是负数"),
        ("资金", 1, "全年执行数", date(2024, 1, 1), "却是日期"),
        ("资金", 1, "全年执行数", True, "却是逻辑值 TRUE"),
        ("资金", 1, "全年执行数", "=1+1", "公式没有计算过"),
        ("资金", 1, "执行率", "99.88", "后面要有百分号"),
        ("绩效指标", 0, "一级", None, "它是必填的"),
        ("绩效指标", 0, "项目", "别的项目", "不能改"),
        ("绩效指标", 0, "分值", "十", "应当是数"),
        ("项目", 0, "文件", "01-别的名称", "不能改"),
        ("项目", 0, "名称", None, "它是必填的"),
        ("评分表", 3, "层级", "部分", "不能改"),
        ("补充数据", 0, "名称", "新名称", "不能改"),
    ],
)
def test_what_is_wrong_is_refused_with_its_cell(
    office: Office, title: str, row: int, header: str, value: Any, says: str
) -> None:
    before = office.data()
    office.edit(set_("项目", 1, "主管部门", "改了的"))  # sound, and not written either
    office.edit(set_(title, row, header, value))
    said = office.import_("--yes", code=1)
    assert says in said
    book = openpyxl.load_workbook(office.table)
    place = at(book, title, row, header).coordinate
    assert f"工作表“{title}” {place}：" in said
    assert office.data() == before


def test_every_fault_is_told_at_once(office: Office) -> None:
    office.edit(set_("资金", 1, "全年执行数", "甲"))
    office.edit(set_("绩效指标", 0, "分值", "乙"))
    said = office.import_("--yes", code=1)
    assert "有 2 处不对" in said


def test_merged_cells(office: Office) -> None:
    """Words of merged rows are those of every row; a number cannot be shared out."""

    def words(book: Any) -> None:
        cell = at(book, "绩效指标", 0, "一级")
        assert cell.value == at(book, "绩效指标", 1, "一级").value
        book["绩效指标"].merge_cells(
            start_row=cell.row, end_row=cell.row + 1, start_column=cell.column, end_column=cell.column
        )

    office.edit(words)
    assert "没有要改的" in office.import_()

    def numbers(book: Any) -> None:
        cell = at(book, "绩效指标", 0, "分值")
        book["绩效指标"].merge_cells(
            start_row=cell.row, end_row=cell.row + 1, start_column=cell.column, end_column=cell.column
        )

    office.edit(numbers)
    assert "几行合并成了一格" in office.import_(code=1)


# Sheets and columns -----------------------------------------------------------------------


def test_a_sheet_that_is_missing_changes_nothing(office: Office) -> None:
    before = office.data()

    def change(book: Any) -> None:
        del book["绩效指标"]
        book.create_sheet("我的草稿")["A1"] = "随便"

    office.edit(change)
    said = office.import_("--yes")
    assert "没有“绩效指标”这张表，这部分数据不改" in said
    assert "工作表“我的草稿”不是导出的，没有看" in said
    assert "没有要改的" in said
    assert office.data() == before


def test_columns_moved_added_removed_renamed(office: Office) -> None:
    def moved(book: Any) -> None:
        sheet = book["绩效指标"]
        last = sheet.max_column + 1
        score = at(book, "绩效指标", 0, "得分").column
        for row in range(1, sheet.max_row + 1):
            sheet.cell(row, last).value, sheet.cell(row, score).value = sheet.cell(row, score).value, None
        sheet.cell(HEADER_ROW, score).value = "我的备注"
        sheet.cell(HEADER_ROW + 1, score).value = "核对过"

    office.edit(moved)
    said = office.import_()
    assert "“我的备注”不是导出的列，没有看" in said and "没有要改的" in said

    def removed(book: Any) -> None:
        sheet = book["绩效指标"]
        for cell in sheet[HEADER_ROW]:
            if cell.value in ("得分", "我的备注"):
                for row in range(HEADER_ROW, sheet.max_row + 1):
                    sheet.cell(row, cell.column).value = None

    office.edit(removed)
    assert "没有“得分”这一列，这些数不改" in office.import_()

    def renamed(book: Any) -> None:
        at(book, "绩效指标", 0, "完成值").parent.cell(
            HEADER_ROW, at(book, "绩效指标", 0, "完成值").column
        ).value = "完成值情况"

    office.edit(renamed)
    said = office.import_(code=1)
    assert "不认识列名“完成值情况”" in said and "改回“完成值”" in said


def test_the_unit_of_a_header_counts(office: Office) -> None:
    def change(book: Any) -> None:
        cell = at(book, "资金", 0, "全年执行数")
        sheet = cell.parent
        sheet.cell(HEADER_ROW, cell.column).value = "全年执行数\n（元）"
        for row in range(HEADER_ROW + 1, sheet.max_row + 1):
            value = sheet.cell(row, cell.column).value
            if isinstance(value, (int, float)):
                sheet.cell(row, cell.column).value = round(value * 10000, 2)

    office.edit(change)
    assert "没有要改的" in office.import_()


def test_hidden_rows_are_read_and_said_to_be(office: Office) -> None:
    office.edit(set_("绩效指标", 1, "得分", 1))
    office.edit(
        lambda book: setattr(
            book["绩效指标"].row_dimensions[at(book, "绩效指标", 1, "得分").row], "hidden", True
        )
    )
    said = office.import_("--yes")
    assert "“绩效指标”表隐藏的 1 行" in said
    assert re.search("得分: 1[,}]", office.data()[f"projects/{PROJECTS[0]}.yaml"])


# Rows -------------------------------------------------------------------------------------


def test_a_new_indicator_a_removed_one_and_another_order(office: Office) -> None:
    path = office.folder / "data" / "projects" / f"{PROJECTS[0]}.yaml"
    names = [line for line in path.read_text(encoding="utf-8").split("\n") if line.startswith("  - {一级")]
    assert len(names) > 4

    def swap(book: Any) -> None:
        sheet = book["绩效指标"]
        a, b = at(book, "绩效指标", 1, KEY_HEADER).row, at(book, "绩效指标", 2, KEY_HEADER).row
        for column in range(1, sheet.max_column + 1):
            x, y = sheet.cell(a, column), sheet.cell(b, column)
            x.value, y.value = y.value, x.value

    office.edit(swap)
    office.edit(delete("绩效指标", 0))
    title = openpyxl.load_workbook(office.table)["项目"]
    name = next(
        cell.value
        for row in title.iter_rows(min_row=3)
        for cell in row
        if cell.value and "数字化" in str(cell.value) and not str(cell.value).startswith(("projects", "01"))
    )
    office.edit(add("绩效指标", 项目=name, 一级="满意度指标", 三级="读者: 满意", 指标值="≥95%", 分值=5))
    said = office.import_("--yes")
    after = [line for line in path.read_text(encoding="utf-8").split("\n") if line.startswith("  - {一级")]
    assert after == [
        names[2],
        names[1],
        *names[3:],
        '  - {一级: 满意度指标, 二级: 待填, 三级: "读者: 满意", 指标值: ≥95%, 完成值: 待填, 分值: 5, 得分: 待填}',
    ]
    assert "（新增）" in said and "（删去）" in said and "次序" in said
    office.export()
    assert "没有要改的" in office.import_()


def test_a_line_whose_cells_were_emptied_is_a_removed_one(office: Office) -> None:
    before = office.data()[f"projects/{PROJECTS[0]}.yaml"]

    def change(book: Any) -> None:
        row = at(book, "绩效指标", 0, KEY_HEADER).row
        for cell in book["绩效指标"][row][1:]:
            cell.value = None

    office.edit(change)
    office.import_("--yes")
    after = office.data()[f"projects/{PROJECTS[0]}.yaml"]
    assert before.count("  - {一级") == after.count("  - {一级") + 1


def test_a_copied_line_is_a_new_one(office: Office) -> None:
    def change(book: Any) -> None:
        sheet = book["绩效指标"]
        source, row = at(book, "绩效指标", 0, KEY_HEADER).row, after_last(book, "绩效指标")
        for column in range(1, sheet.max_column + 1):
            sheet.cell(row, column).value = sheet.cell(source, column).value

    office.edit(change)
    said = office.import_("--yes")
    assert "复制的，当作新加的一行" in said
    lines = office.data()[f"projects/{PROJECTS[0]}.yaml"].split("\n")
    rows = [line for line in lines if line.startswith("  - {一级")]
    assert rows[0].replace(" ", "") in rows[-1].replace(" ", "")


def test_a_new_project_with_all_its_parts(office: Office) -> None:
    office.edit(add("项目", 名称="2024年档案灾备中心建设", 主管部门="保管科", 预期目标="建成。"))
    office.edit(
        add(
            "资金",
            项目="2024年档案灾备中心建设",
            资金来源="当年财政拨款",
            全年预算数="35万元",
            全年执行数=34.5,
        )
    )
    office.edit(add("绩效指标", 项目="2024年档案灾备中心建设", 一级="产出指标", 三级="机柜数", 指标值="≥4个"))
    office.edit(add("补充数据", 属于="2024年档案灾备中心建设", 名称="机柜数", 值="4个"))
    before = office.data()
    said = office.import_("--yes")
    after = office.data()
    assert "2024年档案灾备中心建设：新建 data/projects/05-档案灾备中心建设.yaml" in said
    assert after.pop("projects/05-档案灾备中心建设.yaml") == (
        "名称: 2024年档案灾备中心建设\n主管部门: 保管科\n实施单位: 待填\n资金:\n  年度资金总额: {分值: 待填, 得分: 待填}\n"
        "  当年财政拨款: {年初预算数: 待填, 全年预算数: 35, 全年执行数: 34.5}\n"
        "年度总体目标:\n  预期目标: 建成。\n  实际完成情况: 待填\n绩效指标:\n"
        "  - {一级: 产出指标, 二级: 待填, 三级: 机柜数, 指标值: ≥4个, 完成值: 待填, 分值: 待填, 得分: 待填}\n"
        "总分: {分值: 待填, 得分: 待填}\n补充数据:\n  机柜数: 4个\n"
    )
    assert after == before
    office.export()
    assert "没有要改的" in office.import_()


@pytest.mark.parametrize(
    ("values", "says"),
    [
        ({"主管部门": "保管科"}, "“名称”空着"),
        ({"名称": "甲", "文件": "a/b"}, "里有不能用的字"),
        ({"名称": "甲", "文件": PROJECTS[0]}, "已经有了"),
        ({"名称": "甲", "文件": "con"}, "不能用“projects/con.yaml”这个路径"),
        ({"名称": "甲", "执行率": "好"}, "应当是百分比"),
    ],
)
def test_a_new_project_that_cannot_be(office: Office, values: dict[str, Any], says: str) -> None:
    before = office.data()
    office.edit(add("项目", **values))
    assert says in office.import_("--yes", code=1)
    assert office.data() == before


def test_two_projects_of_one_name(office: Office) -> None:
    name = at(openpyxl.load_workbook(office.table), "项目", 0, "名称").value
    office.edit(set_("项目", 1, "名称", name))
    assert "有两个项目都叫" in office.import_("--yes", code=1)
    office.export()
    office.edit(add("项目", 名称=name))
    assert "已经有叫" in office.import_("--yes", code=1)


def test_a_renamed_project_keeps_its_rows(office: Office) -> None:
    office.edit(set_("项目", 0, "名称", "新的名称"))
    office.edit(add("绩效指标", 项目="新的名称", 一级="产出指标"))
    office.import_("--yes")
    text = office.data()[f"projects/{PROJECTS[0]}.yaml"]
    assert text.count("名称: 新的名称") == 1 and "  - {一级: 产出指标, 二级: 待填, " in text


def test_a_project_without_a_line_is_removed_only_when_asked(office: Office) -> None:
    before = office.data()
    narrative = office.folder / "narrative" / "projects" / f"{PROJECTS[3]}.md"
    assert narrative.exists()
    office.edit(delete("项目", 3))
    said = office.import_("--yes", code=1)
    assert f"删去 data/projects/{PROJECTS[3]}.yaml" in said and f"{PROJECTS[3]}.md 留着" in said
    assert "加 --remove" in said
    assert office.data() == before
    office.import_("--yes", "--remove")
    after = office.data()
    assert before.keys() - after.keys() == {f"projects/{PROJECTS[3]}.yaml"}
    assert all(before[name] == text for name, text in after.items())
    assert narrative.exists()


def test_facts_added_changed_and_removed(office: Office) -> None:
    book = openpyxl.load_workbook(office.table)
    owner, name = at(book, "补充数据", 0, "属于").value, at(book, "补充数据", 0, "名称").value
    office.edit(set_("补充数据", 0, "值", "99家"))
    office.edit(add("补充数据", 属于=owner, 名称="新事实", 值="3场"))
    office.edit(add("补充数据", 属于="单位", 名称="人数", 值="12人"))
    for number, value in ((1, "一"), (2, "二: 三")):
        office.edit(add("补充数据", 属于=owner, 名称="名单", 第几项=number, 值=value))
    office.import_("--yes")
    after = "\n".join(office.data().values())
    assert f"  {name}: 99家\n" in after and "  新事实: 3场\n" in after and "  人数: 12人\n" in after
    assert '名单: [一, "二: 三"]' in after or '名单:\n    - 一\n    - "二: 三"' in after
    office.export()
    office.edit(delete("补充数据", 0))
    office.import_("--yes")
    assert f"  {name}: 99家\n" not in "\n".join(office.data().values())
    office.export()
    assert "没有要改的" in office.import_()


def test_the_scoring_table(office: Office) -> None:
    """Values of every level; a row added under its group; one cannot be dragged into another part."""
    kinds = [
        row[1].value
        for row in openpyxl.load_workbook(office.table)["评分表"].iter_rows(min_row=3)
        if row[0].value
    ]
    first = kinds.index("指标")

    def insert(book: Any) -> None:
        sheet = book["评分表"]
        row = at(book, "评分表", first, KEY_HEADER).row + 1
        sheet.insert_rows(row)
        sheet.cell(row, at(book, "评分表", 0, "层级").column).value = "指标"
        sheet.cell(row, at(book, "评分表", 0, "名称").column).value = "新指标"

    office.edit(insert)
    said = office.import_("--yes")
    assert "新指标" in said
    assert office.data()["scorecard.yaml"].count("新指标") == 1
    office.export()
    assert "没有要改的" in office.import_()

    def drag(book: Any) -> None:
        sheet = book["评分表"]
        row = at(book, "评分表", first, KEY_HEADER).row
        words = [cell.value for cell in sheet[row]]
        sheet.delete_rows(row)
        last = after_last(book, "评分表")
        for number, value in enumerate(words, 1):
            sheet.cell(last, number).value = value

    office.edit(drag)
    assert "移回原来的位置" in office.import_("--yes", code=1)


# Old workbooks and those of others --------------------------------------------------------


def test_what_has_changed_since_is_not_overwritten(office: Office) -> None:
    """Both values are named; what the workbook and the data agree on is no conflict."""
    name = f"projects/{PROJECTS[0]}.yaml"
    office.edit(set_("资金", 0, "全年执行数", 111.11))
    office.edit(set_("项目", 1, "主管部门", "乙科"))
    replace_in(office, name, "全年执行数: 175.83", "全年执行数: 166.66")
    before = office.data()
    said = office.import_("--yes", code=1)
    assert "表里是“111.11”，数据里现在是“166.66”" in said
    assert office.data() == before
    replace_in(office, name, "全年执行数: 166.66", "全年执行数: 111.11")
    said = office.import_("--yes")
    assert "乙科" in said and "111.11" not in said


def test_a_file_changed_since_is_left_where_it_agrees(office: Office) -> None:
    office.edit(set_("项目", 1, "主管部门", "乙科"))
    replace_in(office, f"projects/{PROJECTS[0]}.yaml", "名称: ", "# 备注\n名称: ")
    said = office.import_("--yes")
    assert "主管部门: 乙科" in office.data()[f"projects/{PROJECTS[1]}.yaml"]
    assert "要改的（1 处，" in said


def test_rows_and_projects_that_came_and_went_since(office: Office) -> None:
    projects = office.folder / "data" / "projects"
    (projects / "09-新来的.yaml").write_text("名称: 新来的\n", encoding="utf-8")
    assert "“新来的”是导出以后新加的，表里没有，不动它" in office.import_("--yes", "--remove")
    assert (projects / "09-新来的.yaml").exists()
    (projects / f"{PROJECTS[3]}.yaml").unlink()
    office.edit(set_("项目", 3, "主管部门", "乙科"))
    said = office.import_("--yes", code=1)
    assert f"data/projects/{PROJECTS[3]}.yaml 已经没有了" in said and "有 1 处不对" in said


def test_a_workbook_of_another_year_or_none_of_ours(office: Office) -> None:
    other = Office(
        office.root,
        Path(str(REPORT).replace("2023", "X").replace("2024", "2023").replace("X", "2024")),
        office.capture,
    )
    said = other.import_("--yes", code=1)
    assert "核对文件和报告文件夹是不是拿错了" in said
    openpyxl.Workbook().save(office.table)
    assert "不是 chengwen export 写出的" in office.import_("--yes", code=1)
    office.table.write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 100)
    assert "另存为" in office.import_("--yes", code=1)


def test_hidden_keys_that_were_lost(office: Office) -> None:
    def change(book: Any) -> None:
        book["绩效指标"].delete_cols(1)

    office.edit(change)
    assert f"没有找到列名“{KEY_HEADER}”" in office.import_("--yes", code=1)


# Writing ----------------------------------------------------------------------------------


def test_it_asks_before_it_writes(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    import click

    before = office.data()
    office.edit(set_("项目", 0, "主管部门", "乙科"))
    monkeypatch.setattr(click, "prompt", lambda *_, **__: "n")
    assert "没有写" in office.import_()
    assert office.data() == before
    monkeypatch.setattr(click, "prompt", lambda *_, **__: "是")
    assert "已写进 1 个文件" in office.import_()
    assert office.data() != before


def test_all_files_or_none(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    before = office.data()
    office.edit(set_("项目", 0, "主管部门", "乙科"))
    office.edit(set_("项目", 2, "主管部门", "丙科"))
    office.edit(add("项目", 名称="新的"))
    replace = rewriting.replace_file

    def failing(source: Path, target: Path) -> None:
        if PROJECTS[2] in target.name and source.name.endswith(".new"):
            raise PermissionError(13, "held")
        replace(source, target)

    monkeypatch.setattr(rewriting, "replace_file", failing)
    assert "没有改动任何文件" in office.import_("--yes", code=1)
    assert office.data() == before


def test_read_only_and_linked_files_are_left(office: Office) -> None:
    path = office.folder / "data" / "projects" / f"{PROJECTS[0]}.yaml"
    office.edit(set_("项目", 0, "主管部门", "乙科"))
    path.chmod(0o444)
    assert "是只读的" in office.import_("--yes", code=1)
    path.chmod(0o644)
    moved = office.root / "别处"
    path.parent.rename(moved)
    path.parent.symlink_to(moved, target_is_directory=True)
    assert "已经没有了" in office.import_("--yes", code=1)


def test_data_that_are_not_sound_are_told_of_first(office: Office) -> None:
    replace_in(office, "budget.yaml", "基本支出:", "基本支 出:")
    assert "先改正" in office.import_("--yes", code=1)


_TEXTS = (
    "≥6场",
    "一: 二",
    "一, 二",
    "'引'",
    '"号"',
    "- 甲",
    "# 乙",
    "=1+1",
    "{甲}",
    "两\n行",
    "100%",
    "012",
    "待办",
    "@甲",
    "、",
)


def _random_value(chance: random.Random, values: Values) -> tuple[Any, Any]:
    """What is typed, and what the data are to say."""
    number = Decimal(chance.randrange(1, 10**6)).scaleb(-chance.randrange(0, 5))
    if values is Values.AMOUNT:
        typed = chance.choice([float(number), f"{number:,}万元", f"{number * 10000:f}元"])
        return typed, number
    if values is Values.NUMBER:
        return chance.choice([float(number), f"{number:f}", f"{number:f}分"]), number
    if values is Values.RATE:
        number %= 1000  # more is refused
        return f"{number:f}%", number / 100
    text = chance.choice(_TEXTS)
    return text, text


@pytest.mark.parametrize("seed", range(12))
def test_what_is_imported_is_what_is_read(office: Office, seed: int) -> None:
    """Cells of every sheet changed at random: the data say just that, and nothing else has changed."""
    chance = random.Random(seed)

    def rows() -> dict[tuple[str, str], list[Any]]:
        book = read_book(Workspace(office.root), office.folder, Diagnostics(), lambda *_: None)
        assert book is not None
        return {
            (layout.title, str(row.key)): list(row.contents)
            for layout in SHEETS
            for row in rows_of(layout, book)
        }

    wanted = rows()
    absent = {place for place, contents in wanted.items() if place[0] == "资金" and not any(contents[4:])}
    begun: set[tuple[str, str]] = set()
    book = openpyxl.load_workbook(office.table)
    for layout in SHEETS:
        sheet = book[layout.title]
        headers = {
            str(cell.value).partition("（")[0]: cell.column for cell in sheet[HEADER_ROW] if cell.value
        }
        for row in range(layout.first_row, sheet.max_row + 1):
            key = Key.parse(str(sheet.cell(row, 1).value or ""))
            kind = layout.kind_of(key) if key is not None else None
            if key is None or kind is None:
                continue
            for index, column in enumerate(layout.columns):
                named = layout.title == "项目" and column.header == "名称"
                if (
                    column.role is not Role.DATUM
                    or kind.name not in column.keys
                    or named
                    or chance.random() > 0.1
                ):
                    continue
                typed, value = _random_value(chance, column.values)
                cell = sheet.cell(row, headers[column.header])
                cell.value = typed
                if isinstance(typed, str):
                    cell.data_type = "s"
                wanted[layout.title, str(key)][index] = value
                begun.add((layout.title, str(key)))
    book.save(office.table)
    office.import_("--yes")
    got = rows()
    assert got.keys() >= wanted.keys()
    for place, contents in wanted.items():
        if place in absent & begun:  # what a new source lacks is left open
            got[place] = [
                value if given is not None else None
                for value, given in zip(got[place], contents, strict=True)
            ]
        assert got[place] == contents, place
    assert all(contents == wanted.get(place, contents) for place, contents in got.items())
    office.export()
    assert "没有要改的" in office.import_("--yes")


# LibreOffice ------------------------------------------------------------------------------


@pytest.mark.libreoffice
@pytest.mark.parametrize("report", ["content/丰台区金融办/2023", "content/丰台区金融办/2024", "clean"])
def test_what_libreoffice_saved_changes_nothing(tmp_path: Path, capsys: Any, calc: Path, report: str) -> None:
    if report == "clean":
        copy_clean(tmp_path)
    else:
        for name in ("content", "templates"):
            shutil.copytree(ROOT / name, tmp_path / name)
    office = Office(tmp_path, REPORT if report == "clean" else Path(report), capsys)
    office.export()
    before = office.data()
    office.table = saved_as(office.table, "xlsx", calc, tmp_path / "out")
    assert "没有要改的" in office.import_("--yes")
    assert office.data() == before


@pytest.mark.libreoffice
def test_what_was_edited_in_libreoffice_is_taken_over(office: Office, calc: Path, tmp_path: Path) -> None:
    """Edited in LibreOffice's own format and saved as .xlsx by it: a number, a text, and one that starts like a formula."""
    sheet = saved_as(office.table, "fods", calc, tmp_path / "out")
    text = sheet.read_text(encoding="utf-8")
    book = openpyxl.load_workbook(office.table)
    words = str(at(book, "绩效指标", 0, "完成值").value)
    for old, new in (
        ('office:value="175.83"', 'office:value="171.5"'),
        (f"<text:p>{words}</text:p>", "<text:p>=改了, 1: 2</text:p>"),
    ):
        assert old in text, old
        text = text.replace(old, new)
    sheet.write_text(text, encoding="utf-8")
    office.table = saved_as(sheet, "xlsx", calc, tmp_path / "again")
    before = office.data()
    said = office.import_("--yes")
    pairs = [pair for pairs in changed(before, office.data()).values() for pair in pairs]
    for old, new in pairs:
        assert new == re.sub(f": {words}(?=[,}}]|$)", ': "=改了, 1: 2"', old.replace("175.83", "171.5"))
    assert '完成值: "=改了, 1: 2"' in str(pairs) and "全年执行数: 171.5" in str(pairs).replace("'", "")
    assert "171.5" in said


@pytest.mark.libreoffice
def test_a_csv_of_libreoffice_is_no_workbook_of_ours(office: Office, calc: Path, tmp_path: Path) -> None:
    office.table = saved_as(office.table, "csv", calc, tmp_path / "out")
    assert "这是从导出的表格另存的 .csv" in office.import_("--yes", code=1)
