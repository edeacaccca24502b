"""New rows of a workbook: what they need and nobody has filled in yet is left open, in the data and in the list."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from compiler import rewriting
from compiler.diagnostics import display_width
from compiler.evaluation.funds import FundsBySource
from compiler.import_listing import WIDTH
from compiler.needed import NEEDED, PROJECT_PROSE
from compiler.rollover.carried import FATES, Fate
from compiler.schema import fields_of, shape_of
from compiler.workbook.layout import KEY_HEADER
from compiler.worklist import appended, planned
from compiler.workspace import Workspace
from tests.command_line import call
from tests.test_checks import REPORT, copy_clean
from tests.workbook_office import PROJECTS, Office, add, after_last, at, delete, set_

NEXT = REPORT.parent / str(int(REPORT.name) + 1)
LIST = "待办.md"


@pytest.fixture
def office(tmp_path: Path, capsys: Any) -> Office:
    """The report of a new year, which has a list of what is to be filled in."""
    copy_clean(tmp_path)
    assert call(["new", NEXT.name, "--from", str(REPORT)], tmp_path).exit_code == 0
    made = Office(tmp_path, NEXT, capsys)
    made.export()
    return made


def counted(office: Office) -> tuple[int, int]:
    """What the list plans, and what is left, as `check` says them."""
    said = call(["check", str(NEXT)], office.root).out
    found = re.search(r"(\d+)/(\d+) 已填，还有 (\d+) 处待填(?:、(\d+) 处待更新)?", said)
    assert found is not None, said
    assert found[1] == "0", "nothing was filled in"
    return int(found[2]), int(found[3]) + int(found[4] or 0)


def name_of(office: Office, number: int) -> str:
    return str(at(openpyxl.load_workbook(office.table), "项目", number, "名称").value)


def indicators(office: Office) -> list[str]:
    text = office.data()[f"projects/{PROJECTS[0]}.yaml"]
    return [line for line in text.split("\n") if line.startswith("  - {一级")]


# The table of what is needed --------------------------------------------------------------


def test_what_is_needed_is_what_a_new_year_leaves_open() -> None:
    """Every key that a new year opens is needed, or one of those that are only there in some cases; none is a remark."""
    sometimes = {
        "执行率",
        "偏差原因",
        "结余去向",
        "未支出原因",
        "改进措施",
        "调整原因",
        "等级",
        "预算数",
        "执行数",
        "本年值",
    }
    for cls, keys in NEEDED.items():
        assert set(keys) <= fields_of(cls).keys(), cls
        assert "说明" not in keys
        opened = {key for key, fate in FATES[cls].items() if fate is Fate.FILL}
        if opened - sometimes and cls.__name__ != "Scorecard":
            assert opened - sometimes <= set(keys), cls


def test_what_is_needed_is_what_the_first_report_leaves_open() -> None:
    text = (Path(rewriting.__file__).parent / "rollover/first/project.yaml").read_text(encoding="utf-8")
    opened = set(re.findall(r"(\w+): 待填", text)) - {
        "偏差原因", "未支出原因", "结余去向", "改进措施", "调整原因", "印发机关"
    }  # fmt: skip
    wanted = {
        key for cls, keys in NEEDED.items() for key in (*keys, *(name for name, _ in shape_of(cls).needed))
    }
    assert opened <= wanted
    assert f"{next(iter(NEEDED[FundsBySource]))}: " in text


# Indicators, sources, projects ------------------------------------------------------------


def test_a_new_indicator_is_left_open_where_it_is_blank(office: Office) -> None:
    before = counted(office)
    office.edit(add("绩效指标", 项目=name_of(office, 0), 一级="产出指标", 二级="数量指标", 三级="接访人次"))
    said = office.import_("--yes")
    assert "一级：产出指标，二级：数量指标，三级：接访人次；待填：指标值、完成值、分值、得分" in said
    assert f"新的待填 4 处，补进 {LIST}。" in said
    assert indicators(office)[-1] == (
        "  - {一级: 产出指标, 二级: 数量指标, 三级: 接访人次, 指标值: 待填, 完成值: 待填, 分值: 待填, 得分: 待填}"
    )
    assert counted(office) == (before[0] + 4, before[1] + 4)
    office.export()
    assert "没有要改的" in office.import_("--yes")


def test_a_copied_indicator_is_listed_with_what_it_took_along(office: Office) -> None:
    before = counted(office)

    def change(book: Any) -> None:
        sheet = book["绩效指标"]
        source, row = at(book, "绩效指标", 0, KEY_HEADER).row, after_last(book, "绩效指标")
        for column in range(1, sheet.max_column + 1):
            sheet.cell(row, column).value = sheet.cell(source, column).value

    office.edit(change)
    said = office.import_("--yes")
    first = indicators(office)[0]
    assert indicators(office)[-1] == first and "完成值: 待填" in first and "偏差原因" not in first
    values = re.findall(r"(\w+): ([^,}]+)", first)
    shown = "，".join(f"{key}：{value}" for key, value in values if value != "待填")
    assert f"{shown}；待填：完成值、得分" in re.sub(r"\n +", "", said)
    assert counted(office) == (before[0] + 2, before[1] + 2)


def test_a_source_that_was_not_there_is_left_open_where_it_is_blank(office: Office) -> None:
    book = openpyxl.load_workbook(office.table)
    row = next(row for row in range(8) if at(book, "资金", row, "资金来源").value == "其他资金")
    office.edit(set_("资金", row, "全年预算数", 3))
    said = office.import_("--yes")
    assert "  其他资金: {年初预算数: 待填, 全年预算数: 3, 全年执行数: 待填}\n" in "".join(
        office.data().values()
    )
    assert "其他资金 年初预算数" in said and "（待填）" in said and "新的待填 2 处" in said


def test_a_record_that_was_there_keeps_its_blanks(office: Office) -> None:
    """What was left out of last year's on purpose is not asked for."""
    office.edit(set_("绩效指标", 0, "指标值", "≥1300卷"))
    assert "新的待填" not in office.import_("--yes")
    assert "偏差原因" not in indicators(office)[0]


def test_a_new_project_is_left_open_with_a_narrative(office: Office) -> None:
    before = counted(office)
    office.edit(add("项目", 名称="2025年档案灾备中心建设", 主管部门="晴川区档案局"))
    said = office.import_("--yes")
    assert office.data()["projects/05-档案灾备中心建设.yaml"] == (
        "名称: 2025年档案灾备中心建设\n主管部门: 晴川区档案局\n实施单位: 待填\n资金:\n  年度资金总额: {分值: 待填, 得分: 待填}\n"
        "  当年财政拨款: {年初预算数: 待填, 全年预算数: 待填, 全年执行数: 待填}\n年度总体目标:\n  预期目标: 待填\n"
        "  实际完成情况: 待填\n绩效指标:\n"
        "  - {一级: 待填, 二级: 待填, 三级: 待填, 指标值: 待填, 完成值: 待填, 分值: 待填, 得分: 待填}\n"
        "总分: {分值: 待填, 得分: 待填}\n"
    )
    prose = office.folder / "narrative/projects/05-档案灾备中心建设.md"
    assert prose.read_text(encoding="utf-8") == f"〔待填：{PROJECT_PROSE}〕\n"
    assert said.count(prose.relative_to(office.folder).as_posix()) == 2, (
        "in the listing, and when all is done"
    )
    assert "待填：实施单位、资金 年度资金总额（分值、得分）" in said
    opened = 18
    assert f"新的待填 {opened} 处" in said and "已写进 3 个文件" in said
    assert counted(office) == (before[0] + opened, before[1] + opened)
    assert call(["build", str(NEXT)], office.root).exit_code == 0


def test_a_project_with_amounts_of_its_own_needs_no_source(office: Office) -> None:
    office.edit(add("项目", 名称="灾备", 全年预算数=30))
    office.import_("--yes")
    text = office.data()["projects/05-灾备.yaml"]
    assert "\n年初预算数: 待填\n全年预算数: 30\n全年执行数: 待填\n" in text and "当年财政拨款" not in text


def test_keys_that_the_report_has_nowhere_are_not_asked_for(office: Office) -> None:
    """A report whose scores are computed gets no 得分 to be filled in."""
    for path in (office.folder / "data/projects").iterdir():
        text = re.sub(r", 得分: [^,}]+|^总分:.*\n", "", path.read_text(encoding="utf-8"), flags=re.MULTILINE)
        path.write_text(text, encoding="utf-8")
    office.export()
    office.edit(add("项目", 名称="灾备"))
    office.import_("--yes")
    text = office.data()["projects/05-灾备.yaml"]
    assert "得分" not in text and "总分" not in text and "分值: 待填" in text


# Narratives, the list ---------------------------------------------------------------------


def test_a_narrative_that_is_there_stays(office: Office) -> None:
    prose = office.folder / "narrative/projects/05-灾备.md"
    prose.write_text("写好了的。\n", encoding="utf-8")
    office.edit(add("项目", 名称="灾备"))
    said = office.import_("--yes")
    assert prose.read_text(encoding="utf-8") == "写好了的。\n"
    assert "05-灾备.md：已经有了，留着不动" in said and "05-灾备.md 原来就有，没有动" in said


def test_a_kind_without_prose_gets_none(office: Office) -> None:
    outline = office.root / "templates/整体绩效评价报告/outline.yaml"
    outline.write_text(outline.read_text(encoding="utf-8").replace(", 叙述: projects", ""), encoding="utf-8")
    office.edit(add("项目", 名称="灾备"))
    assert "叙述" not in office.import_("--yes")
    assert not (office.folder / "narrative/projects/05-灾备.md").exists()


def test_narrative_folders_are_made(office: Office) -> None:
    (office.folder / "narrative").rename(office.root / "别处")
    office.edit(add("项目", 名称="灾备"))
    office.import_("--yes")
    assert (office.folder / "narrative/projects/05-灾备.md").exists()


def test_data_narrative_and_list_or_none(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    def files() -> dict[Path, bytes]:
        return {path: path.read_bytes() for path in office.folder.rglob("*") if path.is_file()}

    before = files()
    office.edit(add("项目", 名称="灾备"))
    replace = rewriting.replace_file

    def failing(source: Path, target: Path) -> None:
        if target.name == LIST and source.name.endswith(".new"):
            raise PermissionError(13, "held")
        replace(source, target)

    with monkeypatch.context() as patch:
        patch.setattr(rewriting, "replace_file", failing)
        assert "没有改动任何文件" in office.import_("--yes", code=1)
    assert files() == before
    office.import_("--yes")
    assert files().keys() - before.keys() == {
        office.folder / "data/projects/05-灾备.yaml",
        office.folder / "narrative/projects/05-灾备.md",
    }


def test_the_list_keeps_what_it_has(office: Office) -> None:
    """Entries by file, under one title, however often; its line ends stay; ticks stay."""
    path = office.folder / LIST
    old = path.read_text(encoding="utf-8").replace("- [ ]", "- [x]", 3).replace("\n", "\r\n")
    path.write_bytes(old.encode())
    office.edit(add("绩效指标", 项目=name_of(office, 0), 一级="产出指标", 二级="数量指标", 三级="甲"))
    office.import_("--yes")
    once = path.read_bytes().decode()
    assert once.startswith(old) and once.count("\n") == once.count("\r\n")
    assert (
        once[len(old) :]
        .replace("\r\n", "\n")
        .startswith(f"\n# 从表格新加的\n\n## data/projects/{PROJECTS[0]}.yaml\n\n- [ ] 第")
    )
    assert once.endswith("行 甲：得分\r\n")
    office.export()
    office.edit(add("项目", 名称="灾备"))
    office.import_("--yes")
    twice = path.read_bytes().decode()
    assert twice.startswith(once) and twice.count("# 从表格新加的") == 1
    assert "## narrative/projects/05-灾备.md\r\n\r\n- [ ] 第1行 这个项目" in twice
    workspace = Workspace(office.root)
    assert sum(planned(workspace, office.folder).values()) == counted(office)[0]


def test_what_was_open_before_is_not_listed_again(office: Office) -> None:
    """Also where its row has another number now, and where a cell says 待填 that did not before."""
    office.edit(delete("绩效指标", 0))
    assert "新的待填" not in office.import_("--yes")
    office.export()
    office.edit(set_("绩效指标", 0, "分值", "待填"))
    assert "新的待填 1 处" in office.import_("--yes")


def test_a_report_without_a_list_gets_none(office: Office) -> None:
    (office.folder / LIST).unlink()
    office.edit(add("项目", 名称="灾备"))
    said = office.import_("--yes")
    assert "新的待填 19 处。" in said and not (office.folder / LIST).exists()


def test_nothing_is_appended_to_a_list_without_gaps() -> None:
    assert appended("", "content/甲/2025", []).strip() == "# 从表格新加的"


# Projects that go -------------------------------------------------------------------------


def test_the_lines_that_go_with_a_project_are_counted(office: Office) -> None:
    office.edit(delete("项目", 3))
    said = office.import_("--yes", "--remove")
    lines = re.search(r"资金 4 行、绩效指标 (\d+) 行.*，一起删去", said)
    assert lines is not None and int(lines[1]) > 4, said
    assert f"projects/{PROJECTS[3]}.yaml" not in office.data()


@pytest.mark.parametrize(
    ("title", "header", "value"), [("资金", "全年执行数", 5), ("绩效指标", "完成值", "5场")]
)
def test_a_project_is_not_removed_with_what_was_just_filled_in(
    office: Office, title: str, header: str, value: Any
) -> None:
    before = office.data()
    name = name_of(office, 3)
    book = openpyxl.load_workbook(office.table)
    row = next(row for row in range(99) if at(book, title, row, "项目").value == name)
    office.edit(set_(title, row, header, value))
    office.edit(delete("项目", 3))
    said = office.import_("--yes", "--remove", code=1)
    place = at(book, title, row, header).coordinate
    assert f"工作表“{title}” {place}：“项目”表里没有“{name}”这一行了" in said and "放回“项目”表" in said
    assert office.data() == before

    def without_lines(book: Any) -> None:
        for sheet in ("资金", "绩效指标", "补充数据", "依据"):
            owner = "属于" if sheet == "补充数据" else "项目"
            column = at(book, sheet, 0, owner).column
            for number in range(book[sheet].max_row, 2, -1):
                if book[sheet].cell(number, column).value == name:
                    book[sheet].delete_rows(number)

    office.edit(without_lines)
    assert "一起删去" not in office.import_("--yes", "--remove")


def test_a_new_line_of_a_removed_project_is_refused(office: Office) -> None:
    name = name_of(office, 3)
    office.edit(delete("项目", 3))
    office.edit(add("绩效指标", 项目=name, 一级="产出指标", 三级="新加的"))
    said = office.import_("--yes", "--remove", code=1)
    assert f"“项目”表里没有“{name}”这一行了" in said and "新加的" in said


# The listing ------------------------------------------------------------------------------


def test_the_listing_stays_within_a_window(office: Office) -> None:
    long = "2025年" + "档案安全保密与利用服务" * 8 + "（第12批）"
    path = office.folder / "data/projects" / f"{PROJECTS[0]}.yaml"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace(name_of(office, 0), long), encoding="utf-8")
    office.export()
    office.edit(set_("绩效指标", 0, "三级", "数字档案在线调阅与" * 9 + "第15项"))
    office.edit(set_("绩效指标", 0, "完成值", "一二三四五六七八九十一二三四"))
    office.edit(set_("绩效指标", 0, "指标值", "改了的指标值很长" * 20))
    office.edit(add("项目", 名称=long.replace("2025", "2024"), 预期目标="建成。" * 50))

    def turned(book: Any) -> None:
        sheet = book["绩效指标"]
        first = at(book, "绩效指标", 0, KEY_HEADER).row
        rows = [[cell.value for cell in sheet[first + number]] for number in range(8)]
        for number, row in enumerate(reversed(rows)):
            for column, value in enumerate(row, 1):
                sheet.cell(first + number, column).value = value

    office.edit(turned)
    said = office.import_("--yes")
    listing = said[said.index("要改的") : said.index("新的待填")]
    assert [line for line in listing.split("\n") if display_width(line) > WIDTH] == []
    assert "【2025年" in listing and "（第12批）】" in listing and "第15项" in listing
    assert re.search(r"改为原来的第 8、7、6、5、4 等 8 项", listing)
