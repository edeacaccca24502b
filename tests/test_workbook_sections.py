"""Several copies of one workbook, and data that go on changing: each cell is taken, left or refused by itself."""

from __future__ import annotations

import random
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from compiler.data_edit.notation import Plain
from compiler.workbook.layout import BASELINE_SHEET, KEY_HEADER, ORIGIN_SHEET, Values
from compiler.workbook.matching import lacking, merged
from compiler.workbook.sheets import SHEETS
from tests.test_checks import REPORT
from tests.workbook_office import (
    PROJECTS,
    Office,
    add,
    at,
    delete,
    replace_in,
    saved_as,
    set_,
)

SAME = "表格和数据一样，没有要改的"
APART = "表里没有新填的，没有要改的"
"""The data are the same, or changed since in what the workbook leaves alone."""
FIRST = f"projects/{PROJECTS[0]}.yaml"


def copies(office: Office, *names: str) -> list[Office]:
    """Each with a workbook of its own, of one export."""
    whole = office.table.read_bytes()
    out = []
    for name in names:
        copy = Office(office.root, REPORT, office.capture)
        copy.table = office.root / f"{name}.xlsx"
        copy.table.write_bytes(whole)
        out.append(copy)
    return out


def row_of(book: Any, title: str, words: str) -> int:
    """The number of the line, from the first with a record, in which a cell has these words."""
    sheet = book[title]
    first = at(book, title, 0, KEY_HEADER).row
    return next(
        row - first
        for row in range(first, sheet.max_row + 1)
        if any(str(cell.value) == words for cell in sheet[row])
    )


def put(words: str, header: str, value: Any) -> Callable[[Any], None]:
    """Fill in a cell of the indicator that is called so."""
    return lambda book: set_("绩效指标", row_of(book, "绩效指标", words), header, value)(book)


# Cells ------------------------------------------------------------------------------------


def test_sections_fill_copies_of_one_export(office: Office) -> None:
    """In one file too; each copy is taken once, and says so when it comes again."""
    first, second, third = copies(office, "甲", "乙", "丙")
    first.edit(put("纸质案卷数字化数量", "完成值", "1300卷"))
    second.edit(put("照片档案扫描数量", "完成值", "6300张"))
    third.edit(set_("项目", 1, "主管部门", "丙科"))
    for copy in (first, second, third):
        assert "要改的（1 处" in copy.import_("--yes")
    after = office.data()
    assert "完成值: 1300卷" in after[FIRST] and "完成值: 6300张" in after[FIRST]
    for copy in (first, second, third):
        assert APART in copy.import_("--yes")
    assert office.data() == after


def test_a_workbook_that_is_filled_further(office: Office) -> None:
    office.edit(put("纸质案卷数字化数量", "完成值", "1300卷"))
    office.import_("--yes")
    office.edit(put("照片档案扫描数量", "完成值", "6300张"))
    office.edit(put("纸质案卷数字化数量", "得分", 11))
    said = office.import_("--yes")
    assert "要改的（2 处" in said
    assert "完成值: 1300卷, 分值: 12, 得分: 11" in office.data()[FIRST]


@pytest.mark.parametrize(
    ("typed", "data", "after"),
    [
        (None, "166.66", "166.66"),  # left alone: what is there now is there
        (111.11, None, "111.11"),  # taken
        (111.11, "111.11", "111.11"),  # both say so
        (175.83, "166.66", "166.66"),  # typed again as it was
        (111.11, "166.66", ""),  # refused
        ("", "166.66", ""),
        (111.11, "", ""),
        ("", "", "删去"),  # gone on both sides
        ("待填", "166.66", ""),
        ("无", "166.66", ""),
    ],
)
def test_a_cell_and_its_datum(office: Office, typed: Any, data: str | None, after: str) -> None:
    """`typed`: what is typed in the workbook, None for nothing and "" for emptied; `data` the same of the file."""
    if data is not None:
        old = "全年执行数: 175.83" if data else "全年执行数: 175.83, "
        replace_in(office, FIRST, old, f"全年执行数: {data}" if data else "")
    before = office.data()
    if typed is not None:
        office.edit(set_("资金", 0, "全年执行数", typed or None))
    if not after:
        said = office.import_("--yes", code=1)
        assert re.search(
            r"工作表“资金” [A-Z]+\d+：\S* 年度资金总额 全年执行数：表里是“.*”，数据里现在是“.*”", said
        )
        assert office.data() == before
        return
    office.import_("--yes")
    whole = re.search(r"年度资金总额: \{(.*?)\}", office.data()[FIRST])
    assert whole is not None
    found = re.search(r"全年执行数: ([^,}]+)", whole[1])
    assert (found[1] if found else "删去") == after
    changed_elsewhere = {name for name, text in office.data().items() if text != before[name]}
    assert changed_elsewhere <= {FIRST}


def test_refusals_with_one_hint_print_it_once(office: Office) -> None:
    for words in ("12", "8"):
        replace_in(office, FIRST, f"分值: {words}, 得分", f"分值: {words}1, 得分")
    office.edit(put("纸质案卷数字化数量", "分值", 1))
    office.edit(put("照片档案扫描数量", "分值", 2))
    said = office.import_("--yes", code=1)
    assert said.count("数据里现在是") == 2 and said.count("提示：不知道哪个是新的") == 1
    assert "有 2 处不对" in said


def test_a_note_written_since_is_no_change(office: Office) -> None:
    replace_in(office, FIRST, "名称: ", "# 备注\n名称: ")
    office.edit(set_("资金", 0, "全年执行数", 111.11))
    office.import_("--yes")
    text = office.data()[FIRST]
    assert text.startswith("# 备注\n") and "全年执行数: 111.11" in text


@pytest.mark.parametrize("seed", range(4))
def test_two_copies_at_random(office: Office, seed: int) -> None:
    """Each cell that one copy fills in is taken; those that both fill in with other values are refused, all of them."""
    chance = random.Random(seed)
    pair = copies(office, "甲", "乙")
    typed: list[dict[tuple[str, int, str], float]] = [{}, {}]
    for number, copy in enumerate(pair):
        book = openpyxl.load_workbook(copy.table)
        for layout in SHEETS[:4]:
            for column in layout.columns:
                if column.role.name != "DATUM" or column.values not in (Values.AMOUNT, Values.NUMBER):
                    continue
                for row in range(4):
                    cell = at(book, layout.title, row, column.header)
                    if isinstance(cell.value, (int, float)) and chance.random() < 0.3:
                        value = chance.randrange(1, 400)
                        cell.value = typed[number][layout.title, row, column.header] = value
        book.save(copy.table)
    pair[0].import_("--yes")
    both = [place for place in typed[0].keys() & typed[1].keys() if typed[0][place] != typed[1][place]]
    before = office.data()
    said = pair[1].import_("--yes", code=1 if both else 0)
    if both:
        assert said.count("数据里现在是") == len(both)
        assert office.data() == before
        book = openpyxl.load_workbook(pair[1].table)
        for title, row, header in both:
            at(book, title, row, header).value = typed[0][title, row, header]
        book.save(pair[1].table)
        pair[1].import_("--yes")
    office.export()
    book = openpyxl.load_workbook(office.table)
    for (title, row, header), value in {**typed[1], **typed[0]}.items():
        assert at(book, title, row, header).value == value
    for copy in pair:
        assert APART in copy.import_("--yes")


# Entries of lists -------------------------------------------------------------------------


def names(office: Office) -> list[str]:
    return re.findall(r"三级: ([^,}]+)", office.data()[FIRST])


def owner(office: Office) -> str:
    return str(at(openpyxl.load_workbook(office.table), "项目", 0, "名称").value)


def test_new_lines_are_added_once(office: Office) -> None:
    """Of two copies each its own; what the data say by now to a line of the same name is not overwritten."""
    first, second = copies(office, "甲", "乙")
    mine = owner(office)
    first.edit(add("绩效指标", 项目=mine, 一级="产出指标", 三级="新一", 指标值="≥1次", 分值=5))
    first.edit(add("补充数据", 属于=mine, 名称="新事实", 值="3场"))
    second.edit(add("绩效指标", 项目=mine, 一级="产出指标", 三级="新二"))
    second.edit(add("依据", 项目=mine, 名称="新依据"))
    for copy in (first, second):
        copy.import_("--yes")
    after = office.data()
    assert names(office)[-2:] == ["新一", "新二"]
    for copy in (first, second):
        assert SAME in copy.import_("--yes")
    assert office.data() == after
    replace_in(office, FIRST, "分值: 5", "分值: 6")
    replace_in(office, FIRST, "新事实: 3场", "新事实: 4场")
    said = first.import_("--yes", code=1)
    assert "绩效指标“新一” 分值：表里是“5”，数据里现在是“6”" in said
    assert "补充数据 新事实：表里是“3场”，数据里现在是“4场”" in said


def test_a_new_line_filled_in_later(office: Office) -> None:
    """What was left open when a line came is filled in where it lies; what somebody else has filled in stays."""
    office.export()
    office.edit(add("绩效指标", 项目=owner(office), 一级="产出指标", 三级="新一", 指标值="≥1次"))
    office.import_("--yes")
    office.edit(put("新一", "得分", 4))
    office.edit(put("新一", "分值", 5))
    said = office.import_("--yes")
    assert "绩效指标“新一” 得分" in said and "（新增）" not in said
    assert (
        "{一级: 产出指标, 二级: 待填, 三级: 新一, 指标值: ≥1次, 完成值: 待填, 分值: 5, 得分: 4}"
        in office.data()[FIRST]
    )
    assert SAME in office.import_("--yes")
    office.edit(put("新一", "得分", 3))
    assert "表里是“3”，数据里现在是“4”" in office.import_("--yes", code=1)


def test_a_copied_line_is_added_once(office: Office) -> None:
    def change(book: Any) -> None:
        sheet = book["依据"]
        source = at(book, "依据", 0, KEY_HEADER).row
        last = max(row for row in range(1, sheet.max_row + 1) if sheet.cell(row, 1).value) + 1
        for column in range(1, sheet.max_column + 1):
            sheet.cell(last, column).value = sheet.cell(source, column).value

    office.edit(change)
    office.import_("--yes")
    after = office.data()
    assert SAME in office.import_("--yes")
    assert office.data() == after


def test_a_new_list_of_facts_is_added_once(office: Office) -> None:
    for number, value in ((1, "一小"), (2, "二小")):
        office.edit(add("补充数据", 属于="单位", 名称="学校", 第几项=number, 值=value))
    office.import_("--yes")
    assert SAME in office.import_("--yes")
    office.edit(add("补充数据", 属于="单位", 名称="学校", 第几项=3, 值="三小"))
    office.import_("--yes")
    text = office.data()["department.yaml"]
    assert [text.count(f"{name}小") for name in "一二三"] == [1, 1, 1]
    assert SAME in office.import_("--yes")
    replace_in(office, "department.yaml", "二小", "丁小")
    assert "表里是“二小”，数据里现在是“丁小”" in office.import_("--yes", code=1)


def test_entries_of_a_fact_that_came_and_went(office: Office) -> None:
    path = office.folder / "data" / FIRST
    text = path.read_text(encoding="utf-8")
    path.write_text(text + "  表: [一, 二, 三, 三]\n", encoding="utf-8")
    office.export()
    first, second, third = copies(office, "甲", "乙", "丙")
    first.edit(lambda book: delete("补充数据", row_of(book, "补充数据", "二"))(book))
    first.import_("--yes")
    assert path.read_text(encoding="utf-8").endswith("  表: [一, 三, 三]\n")
    assert SAME in first.import_("--yes")
    second.edit(lambda book: set_("补充数据", row_of(book, "补充数据", "一"), "值", "一一")(book))
    second.import_("--yes")
    assert path.read_text(encoding="utf-8").endswith("  表: [一一, 三, 三]\n")
    fourth = copies(office, "丁")[0]
    fourth.table.write_bytes(third.table.read_bytes())
    third.edit(lambda book: set_("补充数据", row_of(book, "补充数据", "三"), "值", "三三")(book))
    third.import_("--yes")
    assert path.read_text(encoding="utf-8").endswith("  表: [一一, 三三, 三]\n"), "two of a kind are in order"
    path.write_text(text + "  表: [一一, 三]\n", encoding="utf-8")
    fourth.edit(lambda book: set_("补充数据", row_of(book, "补充数据", "三"), "值", "四")(book))
    assert "这一行在数据里已经没有了" in fourth.import_("--yes", code=1), "nobody knows which of the two"


def test_a_new_project_is_added_once(office: Office) -> None:
    office.edit(add("项目", 名称="2024年新的", 主管部门="保管科"))
    office.edit(add("资金", 项目="2024年新的", 资金来源="当年财政拨款", 全年预算数="35万元"))
    office.edit(add("绩效指标", 项目="2024年新的", 一级="产出指标", 三级="机柜数"))
    office.edit(add("补充数据", 属于="2024年新的", 名称="机柜数", 值="4个"))
    office.import_("--yes")
    after = office.data()
    assert SAME in office.import_("--yes")
    assert office.data() == after
    whole = office.table.read_bytes()
    for title, header in (("项目", "名称"), *((title, "项目") for title in ("资金", "绩效指标"))):
        office.edit(lambda book, title=title, header=header: _renamed(book[title], header))
    office.edit(lambda book: _renamed(book["补充数据"], "属于"))
    assert "除了名称，和导出以后新加的“2024年新的”" in office.import_("--yes", code=1)
    office.table.write_bytes(whole)
    name = next(name for name in after if name.startswith("projects/05"))
    path = office.folder / "data" / name
    path.write_text(after[name] + "说明: 别人加的\n", encoding="utf-8")
    assert SAME in office.import_("--yes")
    path.write_text(after[name].replace("机柜数: 4个", "机柜数: 5个"), encoding="utf-8")
    said = office.import_("--yes", code=1)
    assert f"已经有了项目“2024年新的”（data/{name}）" in said
    assert "补充数据 机柜数：表里是“4个”，数据里是“5个”" in said


def _renamed(sheet: Any, header: str) -> None:
    column = next(cell.column for cell in sheet[2] if cell.value == header)
    for row in range(3, sheet.max_row + 1):
        if sheet.cell(row, column).value == "2024年新的":
            sheet.cell(row, column).value = "2024年新项目"


def test_a_new_project_is_filled_on(office: Office) -> None:
    """What was left open is filled in, what came is added; what somebody else has filled in stays."""
    office.edit(add("项目", 名称="2024年新的"))
    office.edit(add("资金", 项目="2024年新的", 资金来源="当年财政拨款", 全年预算数=35))
    office.edit(add("绩效指标", 项目="2024年新的", 一级="产出指标", 三级="机柜数"))
    office.import_("--yes")
    row = row_of(openpyxl.load_workbook(office.table), "项目", "2024年新的")
    office.edit(set_("项目", row, "主管部门", "保管科"))
    office.edit(lambda book: set_("资金", row_of(book, "资金", "2024年新的"), "全年执行数", 34)(book))
    office.edit(put("机柜数", "完成值", "4个"))
    office.edit(add("绩效指标", 项目="2024年新的", 一级="效益指标", 三级="满意"))
    said = office.import_("--yes")
    text = next(text for name, text in office.data().items() if name.startswith("projects/05"))
    assert "主管部门: 保管科" in text and "全年执行数: 34" in text
    assert "三级: 机柜数, 指标值: 待填, 完成值: 4个" in text and text.count("三级: ") == 2
    assert "绩效指标“满意”" in said and "（新增）" in said
    assert SAME in office.import_("--yes")
    office.edit(put("机柜数", "完成值", "5个"))
    assert "表里的第 1 项，数据里没有一样的" in office.import_("--yes", code=1)


def _entry(office: Office, name: str) -> str:
    return next(line for line in office.data()[FIRST].split("\n") if f"三级: {name}," in line) + "\n"


@pytest.mark.parametrize("change", ["inserted", "removed", "moved", "inserted and moved"])
def test_cells_find_their_entry_by_its_name(office: Office, change: str) -> None:
    """Though it has another number by now."""
    text = office.data()[FIRST]
    one, two, three = (_entry(office, name) for name in names(office)[:3])
    new = "  - {一级: 产出指标, 三级: 先来的}\n"
    text = {
        "inserted": text.replace(one, new + one),
        "removed": text.replace(one, ""),
        "moved": text.replace(one + two + three, three + two + one),
        "inserted and moved": text.replace(one + two + three, three + new + one + two),
    }[change]
    (office.folder / "data" / FIRST).write_text(text, encoding="utf-8")
    third = names(office)[1 if change == "removed" else 0 if "moved" in change else 3]
    office.edit(put(third, "完成值", "改了的"))
    office.import_("--yes")
    wanted = [
        re.sub("完成值: [^,]+", "完成值: 改了的", line) if f"三级: {third}," in line else line
        for line in text.split("\n")
    ]
    assert office.data()[FIRST].split("\n") == wanted
    assert SAME in office.import_("--yes")


def test_what_was_removed_does_not_come_back(office: Office) -> None:
    name = names(office)[0]
    replace_in(office, FIRST, _entry(office, name), "")
    before = office.data()
    assert SAME in office.import_("--yes")
    assert office.data() == before
    office.edit(put(name, "完成值", "改了的"))
    said = office.import_("--yes", code=1)
    assert "这一行在数据里已经没有了" in said
    assert office.data() == before


def test_a_row_removed_here_and_changed_there(office: Office) -> None:
    first, second = copies(office, "甲", "乙")
    mine = names(office)
    first.edit(put(mine[0], "完成值", "改了的"))
    first.edit(put(mine[3], "完成值", "也改了"))
    first.import_("--yes")
    second.edit(delete("绩效指标", 0))
    before = office.data()
    said = second.import_("--yes", code=1)
    assert f"绩效指标“{mine[0]}”：表里是“（删去）”，数据里现在是“" in said and "有 1 处不对" in said
    assert office.data() == before
    (third,) = copies(office, "丙")
    third.edit(delete("绩效指标", 1))
    third.import_("--yes")
    assert names(office) == [mine[0], *mine[2:]]
    assert APART in third.import_("--yes")


def swap(first: int, second: int) -> Callable[[Any], None]:
    def change(book: Any) -> None:
        sheet = book["绩效指标"]
        a, b = (at(book, "绩效指标", row, KEY_HEADER).row for row in (first, second))
        for column in range(1, sheet.max_column + 1):
            x, y = sheet.cell(a, column), sheet.cell(b, column)
            x.value, y.value = y.value, x.value

    return change


def test_the_order_is_the_workbooks_only_where_it_was_changed_there(office: Office) -> None:
    first, second, third = copies(office, "甲", "乙", "丙")
    mine = names(office)
    first.edit(swap(0, 1))
    first.import_("--yes")
    assert names(office) == [mine[1], mine[0], *mine[2:]]
    second.edit(put(mine[1], "完成值", "改了的"))
    assert "次序" not in second.import_("--yes")
    assert names(office) == [mine[1], mine[0], *mine[2:]]
    assert APART in first.import_("--yes")
    third.edit(swap(2, 3))
    said = third.import_("--yes", code=1)
    assert "绩效指标的次序" in said and "有 1 处不对" in said


def test_a_row_renamed_in_the_workbook_is_found_again(office: Office) -> None:
    first, second = copies(office, "甲", "乙")
    name = names(office)[0]
    first.edit(put(name, "三级", "改了名的"))
    first.import_("--yes")
    first.edit(put("改了名的", "完成值", "9卷"))
    first.import_("--yes")
    assert "三级: 改了名的" in office.data()[FIRST] and "完成值: 9卷" in office.data()[FIRST]
    assert SAME in first.import_("--yes")
    assert SAME in second.import_("--yes")
    second.edit(put(name, "得分", 1))
    assert "这一行在数据里已经没有了，导出以后删去了，或者改了名称" in second.import_("--yes", code=1)


def test_entries_of_one_name_are_not_mixed_up(office: Office) -> None:
    text = office.data()[FIRST]
    one, two = (_entry(office, name) for name in names(office)[:2])
    twin = re.sub("三级: [^,]+", f"三级: {names(office)[0]}", two)
    (office.folder / "data" / FIRST).write_text(text.replace(two, twin), encoding="utf-8")
    office.export()
    swapped = text.replace(one + two, twin + one)
    (office.folder / "data" / FIRST).write_text(swapped, encoding="utf-8")
    office.edit(set_("绩效指标", 0, "说明", "这一项的"))
    office.import_("--yes")
    assert swapped.replace(one, one.replace("}", ", 说明: 这一项的}")) == office.data()[FIRST]
    assert SAME in office.import_("--yes")
    changed = swapped.replace(one, one.replace("指标值: ≥", "指标值: ≥9")).replace(
        twin, twin.replace("指标值: ≥", "指标值: ≥9")
    )
    assert changed.count("指标值: ≥9") == swapped.count("指标值: ≥9") + 2
    (office.folder / "data" / FIRST).write_text(changed, encoding="utf-8")
    before = office.data()
    assert "这一行在数据里已经没有了" in office.import_("--yes", code=1), "either has changed"
    assert office.data() == before
    office.edit(set_("绩效指标", 0, "说明", None))
    assert SAME in office.import_("--yes")


def test_twins_are_exchanged_once(office: Office) -> None:
    text = office.data()[FIRST]
    one, two = (_entry(office, name) for name in names(office)[:2])
    twin = re.sub("三级: [^,]+", f"三级: {names(office)[0]}", two)
    (office.folder / "data" / FIRST).write_text(text.replace(two, twin), encoding="utf-8")
    office.export()
    office.edit(swap(0, 1))
    assert "次序" in office.import_("--yes")
    after = office.data()
    assert twin + one in after[FIRST]
    for _ in range(2):
        assert SAME in office.import_("--yes")
    assert office.data() == after


def _twins(office: Office, *fields: str) -> None:
    """The first two entries become `{fields}` and have the same name."""
    text = office.data()[FIRST]
    one, two = (_entry(office, name) for name in names(office)[:2])
    new = "".join(f"  - {{一级: 产出指标, 二级: 数量指标, {each}}}\n" for each in fields)
    (office.folder / "data" / FIRST).write_text(text.replace(one + two, new), encoding="utf-8")
    office.export()


def test_sections_name_rows_that_have_none(office: Office) -> None:
    _twins(
        office,
        "三级: 待填, 指标值: ≥1卷, 完成值: 待填, 分值: 10",
        "三级: 待填, 指标值: ≥2张, 完成值: 待填, 分值: 10",
    )
    first, second, third = copies(office, "甲", "乙", "丙")
    first.edit(set_("绩效指标", 0, "三级", "卷数"))
    second.edit(set_("绩效指标", 1, "三级", "张数"))
    third.edit(set_("绩效指标", 0, "完成值", "1111卷"))
    for copy in (first, second, third):
        copy.import_("--yes")
    lines = [line for line in office.data()[FIRST].split("\n") if "≥1卷" in line or "≥2张" in line]
    assert (
        "三级: 卷数, 指标值: ≥1卷, 完成值: 1111卷" in lines[0]
        and "三级: 张数, 指标值: ≥2张, 完成值: 待填" in lines[1]
    )
    for copy in (first, second, third):
        assert APART in copy.import_("--yes")


def test_what_is_typed_in_a_removed_row_is_not_its_twins(office: Office) -> None:
    _twins(office, "三级: 件数, 指标值: ≥1卷, 得分: 12", "三级: 件数, 指标值: ≥2张, 得分: 12")
    office.edit(set_("绩效指标", 0, "得分", 11.5))
    text = office.data()[FIRST]
    for changed in (
        re.sub(r"  - .*≥1卷.*\n", "", text),
        text.replace("三级: 件数, 指标值: ≥1卷", "三级: 别的, 指标值: ≥1卷"),
        text.replace("≥1卷, 得分: 12", "≥1卷, 得分: 11"),
    ):
        (office.folder / "data" / FIRST).write_text(changed, encoding="utf-8")
        before = office.data()
        said = office.import_("--yes", code=1)
        assert "这一行在数据里已经没有了" in said or "数据里现在是“11”" in said
        assert office.data() == before


def test_a_row_inserted_above_that_says_what_the_workbook_says(office: Office) -> None:
    _twins(office, "三级: 件数, 指标值: ≥1卷, 得分: 12", "三级: 张数, 指标值: ≥2张, 得分: 12")
    office.edit(set_("绩效指标", 0, "得分", 10))
    replace_in(
        office,
        FIRST,
        "  - {一级: 产出指标, 二级: 数量指标, 三级: 件数, 指标值: ≥1卷, 得分: 12}",
        "  - {一级: 产出指标, 二级: 数量指标, 三级: 件数, 指标值: ≥1卷, 得分: 10}\n"
        "  - {一级: 产出指标, 二级: 数量指标, 三级: 件数, 指标值: ≥1卷, 得分: 11.5}",
    )
    before = office.data()
    office.import_("--yes", code=1)
    assert office.data() == before


def test_what_is_not_taken_is_told(office: Office) -> None:
    """Never that the two are the same, where they are not."""
    whole = office.table.read_bytes()
    replace_in(office, FIRST, "全年执行数: 175.83", "全年执行数: 166.66")
    said = office.import_("--yes")
    assert "年度资金总额 全年执行数（表里“175.83”，数据里“166.66”）" in said
    assert "表里没有新填的，没有要改的" in said and "一样，没有" not in said
    name = names(office)[0]
    replace_in(office, FIRST, f"三级: {name}", "三级: 改了名的")
    office.table.write_bytes(whole)
    office.edit(delete("绩效指标", 0))
    said = office.import_("--yes")
    assert f"“绩效指标”表里删去的“{name}”" in said and "改了名称的，在数据文件里删" in said
    assert "一样，没有" not in said


def test_another_unit_is_refused(office: Office) -> None:
    report = office.folder / "report.yaml"
    text = report.read_text(encoding="utf-8")
    assert "金额单位: 万元" in text
    report.write_text(text.replace("金额单位: 万元", "金额单位: 元"), encoding="utf-8")
    before = office.data()
    assert "导出时的金额单位是万元，报告现在的金额单位是元" in office.import_("--yes", code=1)
    assert office.data() == before


def test_a_file_that_got_another_name(office: Office) -> None:
    data = office.folder / "data" / "projects"
    (data / f"{PROJECTS[1]}.yaml").rename(data / "09-另起的.yaml")
    said = office.import_("--yes")
    assert f"data/projects/{PROJECTS[1]}.yaml 在导出以后改名为 09-另起的.yaml" in said and SAME in said
    text = (data / "09-另起的.yaml").read_text(encoding="utf-8")
    (data / "09-另起的.yaml").write_text(text + "说明: 别人加的\n", encoding="utf-8")
    office.edit(set_("项目", 1, "主管部门", "乙科"))
    office.import_("--yes")
    text = (data / "09-另起的.yaml").read_text(encoding="utf-8")
    assert "主管部门: 乙科" in text and "说明: 别人加的" in text


def test_a_project_that_another_has_taken_the_file_of(office: Office) -> None:
    replace_in(office, FIRST, f"名称: {owner(office)}", "名称: 完全另一个")
    office.edit(set_("资金", 0, "全年执行数", 111.11))
    said = office.import_("--yes")
    assert f"data/{FIRST} 的项目在导出以后改了名称" in said and "现在是“完全另一个”" in said


def test_a_row_on_top_of_a_group_without_a_name(office: Office) -> None:
    """It is known by what else is in it."""
    path = office.folder / "data" / "scorecard.yaml"
    text = path.read_text(encoding="utf-8")
    text = text.replace("      - 名称: 产出\n        分值: 30\n", "      - 分值: 30\n")
    path.write_text(text, encoding="utf-8")
    office.export()
    office.edit(lambda book: set_("评分表", row_of(book, "评分表", "产出数量"), "得分", 6)(book))
    first = "          - {名称: 产出数量"
    assert text.count(first) == 1
    path.write_text(
        text.replace(first, f"          - {{名称: 插在上面的, 分值: 1}}\n{first}"), encoding="utf-8"
    )
    office.import_("--yes")
    (row,) = (line for line in path.read_text(encoding="utf-8").split("\n") if "名称: 产出数量" in line)
    assert "得分: 6" in row and "插在上面的" in path.read_text(encoding="utf-8")


def test_a_row_straight_under_a_part_is_refused(office: Office) -> None:
    before = office.data()
    office.edit(add("评分表", 层级="部分", 名称="新的部分", 分值=1))
    office.edit(add("评分表", 层级="指标", 名称="直接写在下面的", 分值=1))
    assert "上面没有“分组”" in office.import_("--yes", code=1)
    assert office.data() == before


def test_the_scoring_table_by_names(office: Office) -> None:
    first, second = copies(office, "甲", "乙")
    first.edit(add("评分表", 层级="指标", 名称="末尾的新指标", 分值=1))
    first.edit(lambda book: set_("评分表", row_of(book, "评分表", "产出质量"), "得分", 7)(book))
    second.edit(lambda book: set_("评分表", row_of(book, "评分表", "产出数量"), "得分", 6)(book))
    first.import_("--yes")
    second.import_("--yes")
    after = office.data()
    assert after["scorecard.yaml"].count("末尾的新指标") == 1
    for copy in (first, second):
        assert APART in copy.import_("--yes")
    assert office.data() == after


# Projects, names --------------------------------------------------------------------------


def test_a_project_removed_since(office: Office) -> None:
    path = office.folder / "data" / "projects" / f"{PROJECTS[3]}.yaml"
    path.unlink()
    said = office.import_("--yes")
    assert f"data/projects/{PROJECTS[3]}.yaml 在导出以后移走了" in said and APART in said
    office.edit(set_("项目", 3, "主管部门", "乙科"))
    said = office.import_("--yes", code=1)
    assert f"data/projects/{PROJECTS[3]}.yaml 已经没有了" in said
    assert not path.exists()


def test_a_project_changed_since_is_not_removed(office: Office) -> None:
    first, second = copies(office, "甲", "乙")
    first.edit(set_("项目", 3, "主管部门", "乙科"))
    first.import_("--yes")
    second.edit(delete("项目", 3))
    before = office.data()
    assert "它的文件在导出以后改过" in second.import_("--yes", "--remove", code=1)
    assert office.data() == before


def test_a_project_renamed_since(office: Office) -> None:
    """Lines go on by the name that the workbook has."""
    first, second = copies(office, "甲", "乙")
    mine = owner(office)
    first.edit(set_("项目", 0, "名称", "改了名的"))
    first.import_("--yes")
    second.edit(put(names(office)[0], "完成值", "9卷"))
    second.edit(add("绩效指标", 项目=mine, 一级="产出指标", 三级="新加的"))
    second.import_("--yes")
    text = office.data()[FIRST]
    assert "名称: 改了名的" in text and "完成值: 9卷" in text and text.count("三级: 新加的") == 1
    assert APART in second.import_("--yes")


@pytest.mark.libreoffice
def test_a_copy_that_libreoffice_saved_is_compared_by_cell(
    office: Office,
    calc: Path,
    tmp_path: Path,
) -> None:
    """The hidden sheet goes through it whole."""
    first, second = copies(office, "甲", "乙")
    first.edit(put("纸质案卷数字化数量", "完成值", "1300卷"))
    second.edit(put("照片档案扫描数量", "完成值", "6300张"))
    for copy in (first, second):
        copy.table = saved_as(copy.table, "xlsx", calc, tmp_path / "out")
        assert "要改的（1 处" in copy.import_("--yes")
    replace_in(office, "budget.yaml", "628.37", "628.38")
    for copy in (first, second):
        said = copy.import_("--yes")
        assert APART in said and "表里和导出时一样" in said


# Workbooks of before ----------------------------------------------------------------------


def test_a_workbook_without_the_hidden_sheet_goes_by_files(office: Office) -> None:
    def change(book: Any) -> None:
        del book[BASELINE_SHEET]
        book[ORIGIN_SHEET]["B1"].value = "1"

    office.edit(change)
    first, second = copies(office, "甲", "乙")
    first.edit(put("纸质案卷数字化数量", "完成值", "1300卷"))
    second.edit(put("照片档案扫描数量", "完成值", "6300张"))
    first.import_("--yes")
    before = office.data()
    said = second.import_("--yes", code=1)
    assert "这个文件在导出以后改过" in said and "6300张" in said
    assert office.data() == before


# The parts --------------------------------------------------------------------------------

NEW: Plain = {"名称": "新"}


@pytest.mark.parametrize(
    ("items", "origins", "wanted"),
    [
        ([0, 1, 2], [0, 1, 2], [0, 1, 2]),
        ([0, 1], [0, 1, None], [0, 1, 2]),  # one came since
        ([0, 2], [0, 1, 2], [0, 2]),  # one removed here
        ([1, 0], [0, 1], [1, 0]),  # moved here
        ([1, 0], [1, 0], [0, 1]),  # moved there
        ([0, 1], [1, 0], [0, 1]),  # moved there, to what is here: the numbers are those of now
        ([2, 0], [0, None, 1], [2, 0, 1]),  # moved here, one came since: it stays behind the same
        ([2, 0, 1], [1, 0, 2], None),  # moved on both sides
        ([0, NEW, 2], [0, None, 1], [0, NEW, 1, 2]),
        ([0, 2, NEW], [0, 1, 2, None], [0, 2, 3, NEW]),
        ([NEW, 0], [0], [NEW, 0]),
        ([NEW], [], [NEW]),
        ([], [0, None], [1]),
    ],
)
def test_a_list_of_both(items: list[int | Plain], origins: list[int | None], wanted: Any) -> None:
    assert merged(items, origins) == wanted


@pytest.mark.parametrize(
    ("content", "held", "lines"),
    [
        ({"名称": "甲", "数": "1,000"}, {"名称": "甲", "数": "1000", "别的": "乙"}, []),
        ({"名称": "甲"}, {"名称": "乙"}, ["名称：表里是“甲”，数据里是“乙”"]),
        ({"表": {"数": "1"}}, {}, ["表 数：表里是“1”，数据里没有"]),
        ({"表": [{"名": "甲"}]}, {"表": [{"名": "乙"}, {"名": "甲", "数": "1"}]}, []),
        ({"表": ["甲", "甲"]}, {"表": ["甲"]}, ["表：表里的第 2 项，数据里没有一样的"]),
    ],
)
def test_what_new_content_says_that_is_not_there(content: Plain, held: Plain, lines: list[str]) -> None:
    assert lacking(content, held) == lines
