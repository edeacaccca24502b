"""汇总: which reports count, which do not, and that a reader is told of each."""

from __future__ import annotations

import re
import shutil
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from compiler.pipeline import write_whole
from compiler.summary.blocks import document
from compiler.summary.distributions import histograms, middles
from compiler.summary.lines import Difference, Line, line_of, unread
from compiler.summary.standouts import standouts
from compiler.summary.told import by_year, of_standouts, overview
from compiler.summary.totals import Summary, summarize
from compiler.summary.writing import look, write_summary
from tests.command_line import call
from tests.district import write_district

_REPORTS = """
- {单位: 甲局, 年初: 100, 预算: 100, 执行: 95, 得分: 95, 等级: 优}
- {单位: 乙局, 年初: 200, 预算: 200, 执行: 190, 得分: 85.5, 等级: 良}
- {单位: 丙局, 年初: 300, 预算: 300, 执行: 270, 得分: 91, 等级: 优}
- {单位: 甲局, 年度: 2023, 年初: 80, 预算: 80, 执行: 80, 得分: 92, 等级: 优}
- {单位: 乙局, 年度: 2023, 年初: 220, 预算: 220, 执行: 198, 得分: 88, 等级: 良}
"""


@pytest.fixture
def root(tmp_path: Path) -> Path:
    write_district(tmp_path, _REPORTS)
    return tmp_path


def summary_of(root: Path) -> Summary:
    return summarize([line_of(path.parent) for path in sorted(root.glob("content/*/*/report.yaml"))])


def told(summary: Summary) -> str:
    return "\n".join((*overview(summary), *by_year(summary)))


# Data that can be read counts ---------------------------------------------------------


def _orphan(folder: Path) -> None:
    (folder / "narrative" / "没人要.md").write_text("一段话。\n", encoding="utf-8")


def _template(folder: Path) -> None:
    path = folder.parents[2] / "templates" / "整体评价" / "outline.yaml"
    path.write_text(path.read_text(encoding="utf-8") + "没有这一项: 1\n", encoding="utf-8")


@pytest.mark.parametrize(
    ("spoil", "why"),
    [
        (
            lambda folder: (folder / "narrative/预算执行.md").write_text(""),
            "narrative/预算执行.md：叙述是空的",
        ),
        (lambda folder: (folder / "narrative/预算执行.md").unlink(), "缺少叙述文件 narrative/预算执行.md"),
        (_orphan, "narrative/没人要.md：大纲里没有哪里用到这个叙述文件"),
        (
            lambda folder: (folder / "narrative/预算执行.md").write_text(
                "{{ 预算.没有 }}\n", encoding="utf-8"
            ),
            "narrative/预算执行.md 第1行：",
        ),
        (_template, "templates/整体评价/outline.yaml 第"),
        (lambda folder: (folder / "data/department.yaml").unlink(), "data/department.yaml：没有这个文件"),
    ],
)
def test_a_fault_outside_the_figures_leaves_them_in(root: Path, spoil: Any, why: str) -> None:
    folder = root / "content" / "甲局" / "2024"
    before = line_of(folder)
    spoil(folder)
    line = line_of(folder)
    assert line.problem == "" and why in line.unbuilt
    assert not line.passed and line.errors > 0 and line.warnings == 0
    same = (
        "department",
        "year",
        "kind",
        "source",
        "annual_budget",
        "expenditure",
        "score",
        "grade",
        "last_rate",
    )
    assert [getattr(line, name) for name in same] == [getattr(before, name) for name in same]
    year = summary_of(root).years[0]
    assert year.whole.amounts["annual_budget"] == 6_000_000 and year.whole.reports == 3


@pytest.mark.parametrize(
    ("file", "text", "why"),
    [
        ("data/budget.yaml", "资金总体: {全年预算数: 约一百}\n", "data/budget.yaml 第1行："),
        ("data/scorecard.yaml", "题名: [\n", "data/scorecard.yaml 第"),
        ("data/projects/01.yaml", "名称: 项目\n没有: 1\n", "data/projects/01.yaml 第2行："),
        ("data/department.yaml", "名称: 丁局\n", "data/department.yaml 第1行："),
        ("report.yaml", "文种: 整体评价\n单位: 甲局\n年度: 2042\n金额单位: 万元\n", "report.yaml 第3行："),
    ],
)
def test_what_is_not_certain_does_not_count(root: Path, file: str, text: str, why: str) -> None:
    path = root / "content" / "甲局" / "2024" / file
    path.parent.mkdir(exist_ok=True)
    path.write_text(text, encoding="utf-8")
    line = line_of(root / "content" / "甲局" / "2024")
    assert line.problem.removeprefix("（").startswith(why), line.problem
    assert line.annual_budget is None and (line.department, line.year) == ("甲局", 2024)


def _data_called_otherwise(folder: Path) -> None:
    (folder / "data").rename(folder / "数据")


def _no_budget_to_a_score(folder: Path) -> None:
    """What its projects add up to is not what it has."""
    (folder / "data" / "budget.yaml").unlink()
    (folder / "data" / "projects").mkdir()
    (folder / "data" / "projects" / "1.yaml").write_text("名称: 项目\n全年预算数: 7\n", encoding="utf-8")
    (folder / "narrative" / "预算执行.md").write_text("{{ 预算.资金总体.执行率 }}\n", encoding="utf-8")


@pytest.mark.parametrize(
    ("spoil", "why"),
    [
        (_data_called_otherwise, "data：没有这个文件夹"),
        (_no_budget_to_a_score, "data/budget.yaml：没有这个文件"),
    ],
)
def test_data_that_are_not_there_do_not_count(root: Path, spoil: Any, why: str) -> None:
    spoil(root / "content" / "甲局" / "2024")
    ran = call(["summary", "content"], root)
    assert ran.exit_code == 1
    assert f"× content/甲局/2024：没有计入，数据读不出来。先看 {why}。" in ran.err
    assert "2024年度：报告3份，计入2份；没有计入1份：甲局。" in ran.out


_PARTS = "基本支出: {{全年预算数: 60{}}}\n项目支出: {{全年预算数: 40, 全年执行数: 38}}\n"


@pytest.mark.parametrize(
    ("budget", "expenditure", "lacking"),
    [
        (_PARTS.format(", 全年执行数: 57"), Decimal(950_000), ()),
        (_PARTS.format(""), None, ("基本支出没有全年执行数",)),
        (_PARTS.format(", 全年执行数: 待填"), None, ("基本支出没有全年执行数",)),
        (_PARTS.format("") + "资金总体: {全年执行数: 95}\n", Decimal(950_000), ()),
    ],
)
def test_a_half_sum_is_none(
    root: Path, budget: str, expenditure: Decimal | None, lacking: tuple[str, ...]
) -> None:
    folder = root / "content" / "甲局" / "2024"
    (folder / "data" / "budget.yaml").write_text(budget, encoding="utf-8")
    line = line_of(folder)
    assert (line.annual_budget, line.expenditure) == (1_000_000, expenditure)
    assert line.lacking == lacking
    assert (line.rate is None) == (expenditure is None)


def test_a_sum_without_the_projects_is_none(root: Path) -> None:
    folder = root / "content" / "甲局" / "2024"
    (folder / "data" / "budget.yaml").write_text(
        "基本支出: {全年预算数: 60, 全年执行数: 57}\n", encoding="utf-8"
    )
    assert line_of(folder).annual_budget == 600_000
    (folder / "data" / "projects").mkdir()
    (folder / "data" / "projects" / "1.yaml").write_text(
        "名称: 项目\n全年预算数: 40\n全年执行数: 38\n", encoding="utf-8"
    )
    line = line_of(folder)
    assert (line.annual_budget, line.expenditure, line.lacking) == (None, None, ("没有项目支出",))


def test_a_backup_does_not_count_before_the_report(root: Path) -> None:
    for number, place in enumerate(("1备份", "备份")):
        copied = root / "content" / place / "甲局"
        shutil.copytree(root / "content" / "甲局", copied)
        if number:
            budget = copied / "2024" / "data" / "budget.yaml"
            budget.write_text(budget.read_text(encoding="utf-8").replace("100", "1"), encoding="utf-8")
    ran = call(["summary", "content", "-o", "汇总.xlsx"], root)
    assert "2024年度合计：年初预算数6,000,000.00元，全年预算数6,000,000.00元" in ran.out
    assert "2024年度重复的，1份与计入的那一份金额不一样：甲局，计入的是哪一份另外列出。" in ran.out
    cells = [cell.value for row in openpyxl.load_workbook(root / "汇总.xlsx")["没有计入"] for cell in row]
    why = "同一单位同一年度另有一份（content/甲局/2024），计入的是那一份：它的文件夹在外面一层"
    assert cells.count(why) == 2


def test_amounts_of_what_does_not_count_are_not_told_to_differ() -> None:
    difference = Difference("资金总体的全年预算数", Decimal(5), "基本支出", Decimal(6))
    lines = [LINE, LINE._replace(folder="content/备份/甲局/2024", differences=(difference,))]
    assert not [said for said in of_standouts(summarize(lines).years[0]) if "对不上" in said]


def test_a_department_that_cannot_be_looked_into_is_named(root: Path) -> None:
    line = unread(root / "content" / "甲局", "没有权限")
    assert (line.department, line.folder, line.year) == ("甲局", "content/甲局", 0)


def test_a_report_that_cannot_be_made_is_told(root: Path, tmp_path: Path) -> None:
    (root / "content" / "甲局" / "2024" / "narrative" / "预算执行.md").write_text("")
    ran = call(["summary", "content", "-o", "汇总.xlsx", "-o", "汇总.html"], root)
    assert ran.exit_code == 0, ran
    why = "narrative/预算执行.md：叙述是空的"
    assert ran.err == f"! content/甲局/2024：数计入了，报告还生成不了。先看 {why}。\n"
    assert "检查没有通过的3份：丙局、乙局、甲局；其中生成不了报告的1份：甲局。" in ran.out
    assert ran.out.endswith("  看一份的明细，运行 chengwen check 加它的文件夹。\n")
    sheet = openpyxl.load_workbook(root / "汇总.xlsx")["各单位"]
    heads = {cell.value.replace("\n", ""): cell.column for cell in sheet[2]}
    row = next(
        row for row in range(3, 8) if sheet.cell(row, 2).value == "甲局" and sheet.cell(row, 1).value == 2024
    )
    assert sheet.cell(row, heads["说明"]).value == f"生成不了：{why}"
    assert (
        sheet.cell(row, heads["检查"]).value == "不通过" and sheet.cell(row, heads["计入合计"]).value == "是"
    )
    assert sheet.cell(row, heads["警告"]).value is None
    page = (root / "汇总.html").read_text(encoding="utf-8")
    assert "生成不了的" in page and why in page


def test_of_many_that_cannot_be_made_some_are_told(tmp_path: Path) -> None:
    departments = "".join(f"- {{单位: 第{number:02}局, 预算: 1, 执行: 1}}\n" for number in range(12))
    write_district(tmp_path, departments)
    for path in tmp_path.glob("content/*/2024/narrative/*.md"):
        path.write_text("")
    ran = call(["summary"], tmp_path)
    assert ran.err.count("先看 ") == 10 and "! 另有2份也是数计入了、报告还生成不了" in ran.err
    assert "第09局等，都还生成不了报告。" in ran.out


# By year ------------------------------------------------------------------------------


def test_each_year_says_what_it_lacks(root: Path) -> None:
    (root / "content" / "乙局" / "2024" / "data" / "budget.yaml").write_text("[", encoding="utf-8")
    shutil.copytree(root / "content" / "丙局" / "2024", root / "content" / "丙局" / "2024 - 副本")
    said = told(summary_of(root)).split("\n")
    assert "2024年度：报告4份，计入2份；没有计入2份：丙局（2024 - 副本）、乙局。" in said
    assert "2023年度：报告2份，计入2份。" in said
    write_summary(summary_of(root), [root / "汇总.xlsx"])
    sums = openpyxl.load_workbook(root / "汇总.xlsx")["合计"]
    told_there = [[cell.value for cell in row[-2:]] for row in sums.iter_rows(min_row=2)]
    assert told_there == [["没有计入", "没有计入的单位"], [2, "丙局（2024 - 副本）、乙局"], [0, None]]


def test_a_year_of_which_nothing_can_be_read_is_told(root: Path) -> None:
    for name in ("甲局", "乙局"):
        (root / "content" / name / "2023" / "data" / "budget.yaml").write_text("[", encoding="utf-8")
    assert "2023年度：报告2份，计入0份；没有计入2份：乙局、甲局。" in told(summary_of(root))


def test_the_years_are_compared(root: Path) -> None:
    assert told(summary_of(root)).split("\n")[-1] == (
        "2024年度与2023年度相比（只比两年都有这两个数、来源一样的2个单位）：全年预算数一样；全年执行数多7.00万元（2.52%）；执行率95.00%，上年92.67%。"
    )


def test_years_without_a_department_to_compare_say_so(root: Path) -> None:
    for name in ("甲局", "乙局"):  # of the year before the projects alone are known
        (root / "content" / name / "2023" / "data" / "budget.yaml").unlink()
    assert told(summary_of(root)).split("\n")[-1] == (
        "2024年度与2023年度没有能比的单位：要两年都有全年预算数、全年执行数，并且都是资金总体，或者都是各项目之和。"
    )


def test_an_amount_that_some_projects_leave_out_is_not_compared(root: Path) -> None:
    """Of the others' sum nothing follows, unless it is too much."""
    folder = root / "content" / "甲局" / "2024"
    (folder / "data" / "budget.yaml").write_text(
        "资金总体: {全年预算数: 100, 全年执行数: 95}\n基本支出: {全年预算数: 0, 全年执行数: 0}\n"
        "项目支出: {全年预算数: 100, 全年执行数: 95}\n",
        encoding="utf-8",
    )
    (folder / "data" / "projects").mkdir()
    for number, amounts in enumerate(("全年预算数: 60\n全年执行数: 50\n", "全年预算数: 40\n")):
        path = folder / "data" / "projects" / f"{number}.yaml"
        path.write_text(f"名称: 项目{number}\n{amounts}", encoding="utf-8")
    line = line_of(folder)
    assert line.differences == ()
    assert line.uncompared == ("项目支出的全年执行数没有和项目比（1个项目没有写）",)
    write_summary(summarize([line]), [root / "汇总.xlsx"])
    cells = [cell.value for row in openpyxl.load_workbook(root / "汇总.xlsx")["各单位"] for cell in row]
    assert line.uncompared[0] in cells
    path.write_text("名称: 项目1\n全年预算数: 50\n", encoding="utf-8")
    line = line_of(folder)
    assert [item.whole_name for item in line.differences] == ["项目支出的全年预算数"]
    assert told(summarize([line])) and "2024年度自己的数对不上的1份：甲局" in "".join(
        of_standouts(summarize([line]).years[0])
    )


LINE = Line("/甲/2024", "content/甲局/2024", "甲局", 2024, "整体", source="资金总体", passed=True)


def test_of_many_names_some_are_given() -> None:
    lines = [
        LINE._replace(path=f"/{number}", department=f"第{number:02}局", problem="没有")
        for number in range(12)
    ]
    said = told(summarize(lines))
    assert "没有计入12份：第00局、第01局" in said and "第09局等。" in said and "第10局" not in said


def test_a_number_that_nobody_gives_is_told() -> None:
    said = told(summarize([LINE._replace(annual_budget=Decimal(1000), lacking=("没有全年执行数",))]))
    assert "2024年度有1份没有年初预算数，1份没有全年执行数，合计只加写了的。" in said


def test_a_report_without_amounts_is_not_told_as_counted() -> None:
    said = told(
        summarize([LINE, LINE._replace(department="乙局", annual_budget=Decimal(1), expenditure=Decimal(1))])
    )
    assert "都读得出来；1份没有金额，合计里没有它们的数。" in said and "都计入了合计" not in said
    assert "2024年度：报告2份，计入2份，其中1份没有金额：甲局。" in said


# Grades and distributions -------------------------------------------------------------


def test_grades_are_in_order_and_mixed_words_are_told() -> None:
    grades = ("中", "优秀", "良", "合格", "优", "优", "良", "良")
    lines = [
        LINE._replace(department=f"局{number}", score=Decimal(90), grade=grade)
        for number, grade in enumerate(grades)
    ]
    said = middles(summarize(lines).years[0])
    assert said.endswith("等级：优2份，优秀1份，良3份，中1份，合格1份。“优”、“优秀”是同一等级，说法不一样。")


def test_a_grade_that_the_score_contradicts_is_to_be_looked_at(root: Path) -> None:
    scheme = next((root / "templates" / "评分方案").glob("*整体*.yaml")).stem
    report = root / "content" / "乙局" / "2024" / "report.yaml"
    report.write_text(
        report.read_text(encoding="utf-8") + f"评分方案: {{部门整体: {scheme}}}\n", encoding="utf-8"
    )
    card = root / "content" / "乙局" / "2024" / "data" / "scorecard.yaml"
    card.write_text(card.read_text(encoding="utf-8").replace("良", "优"), encoding="utf-8")
    line = line_of(report.parent)
    assert line.problem == "" and "写的是“优”" in line.grade_fault
    assert [item.reason for item in standouts([line])] == [line.grade_fault]


def test_the_years_have_the_same_stretches() -> None:
    lines = [
        LINE._replace(
            department=f"局{number}",
            year=year,
            annual_budget=Decimal(1000),
            expenditure=Decimal(least + 3 * number),
        )
        for year, least in ((2024, 960), (2023, 900))
        for number in range(10)
    ]
    drawn = histograms(summarize(lines))
    newer, older = (
        [column.words for column in each[0].columns if column.low is not None] for each in drawn.values()
    )
    assert newer == older and newer[0] == "90～91"


# The sheets and the pages --------------------------------------------------------------


def test_words_that_go_on_have_room(tmp_path: Path) -> None:
    line = LINE._replace(
        department="一个名称很长很长的市政公用设施管理服务中心（筹备）", annual_budget=Decimal(1)
    )
    bad = LINE._replace(problem="一句很长的话，" * 20, year=0)
    write_summary(summarize([line, bad, LINE]), [tmp_path / "汇总.xlsx"])
    book = openpyxl.load_workbook(tmp_path / "汇总.xlsx")
    assert book["各单位"].row_dimensions[3].height >= 2 * 14
    assert book["各单位"].row_dimensions[4].height is None
    assert book["没有计入"].row_dimensions[3].height >= 4 * 14
    assert book["没有计入"]["A3"].value is None
    heads = [cell.value for cell in book["各单位"][2]]
    assert "待填\n（处）" in heads and "填到哪里" not in heads
    assert [str(each) for each in book["各单位"].merged_cells.ranges] == ["A1:B1"]


def test_scores_have_the_same_decimals(root: Path) -> None:
    write_summary(summary_of(root), [root / "汇总.xlsx"])
    sheet = openpyxl.load_workbook(root / "汇总.xlsx")["各单位"]
    column = next(cell.column for cell in sheet[2] if cell.value == "得分")
    assert {sheet.cell(row, column).number_format for row in range(3, 8)} == {"0.0"}


def test_a_copied_folder_is_whose_its_report_says(root: Path, tmp_path: Path) -> None:
    shutil.copytree(root / "content" / "丙局" / "2024", root / "content" / "丙局" / "2024 - 副本")
    line = line_of(root / "content" / "丙局" / "2024 - 副本")
    assert (line.department, line.year) == ("丙局", 2024) and line.problem
    write_summary(summarize([line]), [tmp_path / "汇总.xlsx"])
    assert openpyxl.load_workbook(tmp_path / "汇总.xlsx")["没有计入"]["A3"].value == 2024


def test_the_paper_names_no_places_of_programs(root: Path, tmp_path: Path) -> None:
    (root / "content" / "乙局" / "2024" / "data" / "budget.yaml").write_text("[", encoding="utf-8")
    (root / "content" / "甲局" / "2024" / "narrative" / "预算执行.md").write_text("")
    with (tmp_path / "汇总.txt").open("wb") as out:
        write_whole(document(summary_of(root), lambda histogram, number: ()), look(), "dump", out)
    text = (tmp_path / "汇总.txt").read_text(encoding="utf-8")
    assert "data/budget.yaml 第1行：" in text and not re.search(r"\.(yaml|md):\d", text)


# The command --------------------------------------------------------------------------


def test_two_years_may_be_asked_for(root: Path) -> None:
    assert "共有报告5份" in call(["summary", "--year", "2023", "--year", "2024"], root).out
    assert "共有报告2份" in call(["summary", "--year", "2023"], root).out
    ran = call(["summary", "--year", "2023", "--year", "2019"], root)
    assert ran.exit_code == 2 and "没有 2019 年度的报告" in ran.err


@pytest.mark.parametrize(
    ("given", "name"), [("html", "汇总.html"), ("Word", "汇总.docx"), ("pdf", "汇总.xlsx")]
)
def test_a_format_is_said_by_the_name_of_the_file(given: str, name: str, root: Path) -> None:
    ran = call(["summary", "--to", given], root)
    assert ran.exit_code == 2
    assert ran.err.startswith(f"汇总没有 --to：写成什么，看 -o 后面文件名的结尾，如 -o {name}。")


def test_a_sheet_without_distributions_says_why(root: Path) -> None:
    assert call(["summary", "--year", "2023", "-o", "汇总.xlsx"], root).exit_code == 0
    assert openpyxl.load_workbook(root / "汇总.xlsx")["分布"]["A3"].value == "一年里不到5份的不画"
