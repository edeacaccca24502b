"""Values that are still to be filled in: how they print, what they leave unsaid, and that no version is frozen with one."""

from __future__ import annotations

import json
import random
import re
import shutil
import zipfile
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from compiler import pipeline
from compiler.diagnostics import Diagnostics
from compiler.evaluation.funds import Budget
from compiler.evaluation.project import Project
from compiler.gaps import MARK, Gap, gaps_in_prose, holds_mark, is_unfilled, mark_for
from compiler.readers.yaml_data import read_yaml
from compiler.record import Missing, Record, Unfilled
from compiler.rollover.values import Edit, Value, edited
from compiler.schema import read_file
from compiler.source import Source
from compiler.workspace import Workspace
from tests.archive_samples import writable_again
from tests.command_line import call
from tests.rollover_samples import data_files, values_of
from tests.test_checks import copy_clean
from tests.texts import html_text

REPORT = Path("content/晴川区档案局/2024")


@pytest.fixture
def root(tmp_path: Path) -> Path:
    copy_clean(tmp_path)
    return tmp_path


def change(path: Path, before: str, after: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert text.count(before) == 1, text.count(before)
    path.write_text(text.replace(before, after), encoding="utf-8", newline="")


# How it is typed -------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        *(
            "待填",
            "待填写",
            "〔待填〕",
            "〔待填：全年执行数〕",
            "【待填】",
            "（待填）",
            "[待填]",
            "［待填］",
            "〔 待填 〕",
        ),
        *("待填：全年执行数", "待填:等财务", "待填（等财务的数）", "待填。", "(待填：数)"),
        *("待填，等王科长", "待填 等数", "待填,等数", "待填；问财务"),
        *("待更新", "〔待更新〕", "【待更新】", "(待更新)"),
    ],
)
def test_a_value_that_is_unfilled(text: str) -> None:
    assert is_unfilled(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "待定",
        "回执待填",
        "待填报完再说",
        "〔待更新〕旧话",
        "待更新：旧话",
        "待填、无",
        "待填报的表格，12份",
        "10",
    ],
)
def test_a_value_that_is_not(text: str) -> None:
    assert not is_unfilled(text)


def test_a_mark_among_words_says_itself_what_is_to_be_done() -> None:
    text = "名称: 甲\n未支出原因: 【待填】王科长\n结余去向: 待更新：见待填清单\n补充数据: {时间: 3月〔待填：几〕日}\n"
    _, gaps, _ = record(Project, text)
    assert [(gap.span.line, gap.key, gap.stale) for gap in gaps] == [
        (2, "未支出原因", False),
        (3, "结余去向", True),
        (4, "时间", False),
    ]


def record(cls: type[Record], text: str) -> tuple[Record | None, list[Gap], Diagnostics]:
    sink = Diagnostics()
    raw = read_yaml(Source("甲.yaml", text), sink)
    assert raw is not None
    gaps: list[Gap] = []
    return read_file(cls, raw, sink, gaps=gaps), gaps, sink


def test_every_kind_of_value_may_be_unfilled() -> None:
    text = (
        "名称: 待填\n全年预算数: 待填\n执行率: '待填'\n未支出原因: 待填\n总分: {分值: 待填, 得分: 8}\n"
        "补充数据: {时间: 待填, 数: [待填, 3家]}\n绩效指标:\n  - {一级: 待填, 分值: 〔待填：分值〕}\n"
    )
    made, gaps, sink = record(Project, text)
    assert made is not None and not sink.has_errors
    assert [(gap.span.line, gap.span.column, gap.key) for gap in gaps] == [
        *((1, 5, "名称"), (2, 8, "全年预算数"), (3, 7, "执行率"), (4, 8, "未支出原因"), (5, 10, "分值")),
        *((6, 12, "时间"), (6, 20, "数"), (8, 10, "一级"), (8, 18, "分值")),
    ]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("资金: 待填", "D003"),
        ("绩效指标: 待填", "D003"),
        ("补充数据: 待填", "D003"),
        ("全年预算数: 约待填", "D003"),
        ("全年预算数: 待填万元", "D003"),
    ],
)
def test_what_cannot_be_unfilled_is_an_error(text: str, code: str) -> None:
    made, gaps, sink = record(Project, f"名称: 甲\n{text}\n")
    assert made is None and not gaps
    assert [item.code.value for item in sink] == [code]


def test_a_blank_is_no_gap() -> None:
    _, gaps, sink = record(Project, "名称:\n全年预算数:\n")
    assert [item.code.value for item in sink] == ["D002"] and not gaps


@pytest.mark.parametrize("file", ["style.yaml", "outline.yaml"])
def test_nothing_of_a_template_may_be_unfilled(root: Path, file: str) -> None:
    path = root / "templates" / "整体绩效评价报告" / file
    change(path, {"style.yaml": "强调字体: 楷体_GB2312", "outline.yaml": "级数: 3"}[file],
           {"style.yaml": "强调字体: 待填", "outline.yaml": "级数: 待填"}[file])  # fmt: skip
    ran = call(["build", str(REPORT)], root)
    assert ran.exit_code == 1 and file in ran.err


def test_gaps_of_prose() -> None:
    text = (
        "一段\n话〔待更新〕\n\n〔待填：原因〕，{{ 甲['〔待填〕'] }}\n<!-- 〔待填〕 -->\n〔2024〕8号〔待办〕\n"
    )
    found = list(gaps_in_prose(Source("甲.md", text)))
    assert [(gap.span.line, gap.span.column, gap.key, gap.stale) for gap in found] == [
        (2, 2, "", True),
        (4, 1, "原因", False),
    ]
    assert found[0].covers(found[0].span._replace(line=1)) and not found[0].covers(found[1].span)


@pytest.mark.parametrize(
    ("text", "mark", "key", "stale"),
    [
        ("【待更新】旧话", "【待更新】", "", True),
        ("旧话（待更新）", "（待更新）", "", True),
        ("[待更新]旧话", "[待更新]", "", True),
        ("\\[待更新\\]旧话", "[待更新\\]", "", True),
        ("［待更新：看数］旧话", "［待更新：看数］", "看数", True),
        ("(待更新: 看数)旧话", "(待更新: 看数)", "看数", True),
        ("〔 待更新 〕旧话", "〔 待更新 〕", "", True),
        ("待更新：旧话", "待更新：", "", True),
        ("- 待更新:旧话", "待更新:", "", True),
        ("办了三件事。待更新：旧话", "待更新：", "", True),
        ("**待填：原因**，以后", "待填：原因", "原因", False),
        ("一是〔待填：数（万元）〕", "〔待填：数（万元）〕", "数（万元）", False),
        ("（待填写）", "（待填写）", "", False),
    ],
)
def test_other_spellings_of_a_mark(text: str, mark: str, key: str, stale: bool) -> None:
    (gap,) = gaps_in_prose(Source("甲.md", f"{text}\n"))
    line = gap.span.source.line(1)
    assert (line[gap.span.column - 1 : gap.span.end - 1], gap.key, gap.stale) == (mark, key, stale)


@pytest.mark.parametrize(
    "text",
    [
        *(
            "期待更新的设备早日到位。",
            "有12台待更新的设备。",
            "以下各项待填：数、日期。",
            "期待更新：三年一次",
            "“待更新”",
        ),
        *("待更新清单", "（有待更新的）", "待填报的12家单位", "（接待更新）", "《待填：样表》"),
    ],
)
def test_words_that_are_no_mark(text: str) -> None:
    assert not list(gaps_in_prose(Source("甲.md", f"{text}\n"))) and not holds_mark(text)


def test_other_spellings_are_printed_and_counted_like_marks(root: Path) -> None:
    folder = root / REPORT
    change(folder / "data" / "scorecard.yaml", "等级: 优", "等级: [待填]")
    project = folder / "data" / "projects" / "01-馆藏档案数字化加工.yaml"
    change(project, "签约时间: 2024年3月6日", "签约时间: 待更新")
    change(project, "预期目标: ", "预期目标: 待更新：")
    (folder / "narrative" / "存在问题.md").write_text(
        "[待更新]老问题\n\n待更新：旧话\n\n（待填：数）台\n", encoding="utf-8"
    )
    ran = call(["build", str(REPORT), "--to", "html"], root)
    assert ran.exit_code == 0, ran
    assert "还有 3 处待填、3 处待更新" in ran.out
    page = next((root / "build").rglob("*.html")).read_text(encoding="utf-8")
    for mark in ("〔待填：等级〕", "[待更新]", "待更新：", "（待填：数）"):
        assert f"<mark>{mark}</mark>" in page, mark


# What is computed from it ----------------------------------------------------------------


def looked_up(owner: Record, path: str) -> object:
    value: object = owner
    for key in path.split("."):
        assert isinstance(value, Record)
        value = value.lookup(key)
    return value


@pytest.mark.parametrize(
    ("text", "path", "waits_for"),
    [
        ("基本支出: {全年预算数: 2, 全年执行数: 待填}", "基本支出.执行率", "全年执行数"),
        ("基本支出: {全年预算数: 2, 全年执行数: 待填}", "基本支出.差额", "全年执行数"),
        ("基本支出: {全年预算数: 2, 全年执行数: 1, 执行率: 待填}", "基本支出.执行率", "执行率"),
        ("基本支出: {全年预算数: 2}\n项目支出: {全年预算数: 待填}", "资金总体.全年预算数", "全年预算数"),
        ("基本支出: {全年预算数: 2}\n项目支出: {全年执行数: 待填}", "资金总体.全年预算数", ""),
        ("基本支出: {全年预算数: 2}\n资金总体: {全年预算数: 待填}", "资金总体.全年预算数", "全年预算数"),
        ("基本支出: {全年预算数: 待填}\n资金总体: {全年预算数: 2}", "资金总体.全年预算数", ""),
        ("基本支出: {全年预算数: 待填, 全年执行数: 2}\n资金总体: {全年执行数: 2}", "资金总体.差额", "全年预算数"),
        ("基本支出: {全年预算数: 2, 全年执行数: 待填}", "结转结余率", "全年执行数"),
        ("基本支出: {年初预算数: 待填, 全年执行数: 2}", "部门预决算差异率", "年初预算数"),
        ("基本支出: {全年预算数: 2, 全年执行数: 1}\n结转结余率: 待填", "结转结余率", "结转结余率"),
    ],
)  # fmt: skip
def test_what_needs_it_is_unfilled_too(text: str, path: str, waits_for: str) -> None:
    made, _, sink = record(Budget, text)
    assert made is not None and not sink.has_errors
    value = looked_up(made, path)
    assert (value.key if isinstance(value, Unfilled) else "") == waits_for
    assert not isinstance(value, Missing)


@pytest.mark.parametrize(
    ("text", "path", "waits_for"),
    [
        ("全年预算数: 待填\n资金: {当年财政拨款: {全年预算数: 2}}", "全年预算数", "全年预算数"),
        ("资金: {当年财政拨款: {全年预算数: 待填}, 其他资金: {全年预算数: 2}}", "全年预算数", "全年预算数"),
        ("资金: {当年财政拨款: {全年预算数: 待填}, 年度资金总额: {全年预算数: 2}}", "全年预算数", ""),
        ("全年执行数: 1\n全年预算数: 2\n资金: {年度资金总额: {执行率: 待填}}", "执行率", "执行率"),
        ("全年执行数: 1\n全年预算数: 2\n执行率: 待填", "执行率", "执行率"),
    ],
)
def test_what_needs_it_in_a_project(text: str, path: str, waits_for: str) -> None:
    made, _, sink = record(Project, f"名称: 甲\n{text}\n")
    assert made is not None and not sink.has_errors
    value = looked_up(made, path)
    assert (value.key if isinstance(value, Unfilled) else "") == waits_for
    assert not isinstance(value, Missing)


# How it prints ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("expression", "printed"),
    [
        ("预算.基本支出.全年执行数|万元", "〔待填：全年执行数〕"),
        ("预算.基本支出.执行率|百分比", "〔待填：全年执行数〕"),
        ("预算.基本支出.全年执行数|万元|默认('无')", "〔待填：全年执行数〕"),
        ("(预算.基本支出.全年预算数 - 预算.基本支出.全年执行数)|万元", "〔待填：全年执行数〕"),
        ("预算.资金总体.全年执行数|万元", "1037.86万元"),
        ("'增' if 预算.基本支出.全年执行数 > 预算.其他支出.全年执行数 else '减'", "〔待填：全年执行数〕"),
        ("'增' if not 预算.基本支出.全年执行数 == 预算.其他支出.全年执行数 else '减'", "〔待填：全年执行数〕"),
        ("'有' if 预算.基本支出.全年执行数 else '无'", "有"),
        ("'是' if 年度 == 2024 or 预算.基本支出.全年执行数 > 预算.其他支出.全年执行数 else '否'", "是"),
        ("'是' if 年度 == 2023 and 预算.基本支出.全年执行数 > 预算.其他支出.全年执行数 else '否'", "否"),
        ("'是' if 预算.基本支出.全年执行数 > 预算.其他支出.全年执行数 and 年度 == 2023 else '否'", "否"),
        ("'是' if 预算.基本支出.全年执行数 > 预算.其他支出.全年执行数 or 年度 == 2024 else '否'", "是"),
        ("'是' if 预算.基本支出.全年执行数 > 预算.其他支出.全年执行数 and 年度 == 2024 else '否'", "〔待填：全年执行数〕"),
        ("项目|合计('全年执行数')|万元", "〔待填：全年执行数〕"),
        ("项目|合计('全年预算数')|万元", "401.98万元"),
        ("项目|个数", "4"),
        ("项目[0].补充数据.签约时间", "〔待填：签约时间〕"),
        ("项目[0].总分.得分|数", "〔待填：得分〕"),
        ("评分表.等级", "优"),
    ],
)  # fmt: skip
def test_expressions(root: Path, expression: str, printed: str) -> None:
    folder = root / REPORT
    change(folder / "data" / "budget.yaml", "全年执行数: 632.24, 执行率: 98.55%", "全年执行数: 待填")
    project = folder / "data" / "projects" / "01-馆藏档案数字化加工.yaml"
    change(
        project, "全年执行数: 175.83, 分值: 10, 执行率: 98.44%", "全年执行数: 待填, 分值: 10, 执行率: 98.44%"
    )
    change(project, "签约时间: 2024年3月6日", "签约时间: 待填")
    change(project, "总分: {分值: 100, 得分: 99.58}", "总分: {分值: 100, 得分: 待填}")
    (folder / "narrative" / "存在问题.md").write_text(f"【{{{{ {expression} }}}}】", encoding="utf-8")
    ran = call(["build", str(REPORT), "--to", "html"], root)
    assert ran.exit_code == 0, ran.err
    words = html_text(next((root / "build").rglob("*.html")))
    assert f"【{printed}】" in words


def test_it_stands_out_in_every_document_and_is_traced(root: Path) -> None:
    folder = root / REPORT
    change(folder / "data" / "scorecard.yaml", "等级: 优", "等级: 待填")
    change(
        folder / "data" / "scorecard.yaml",
        "预算数: 1059.81, 执行数: 1037.86",
        "预算数: 1059.81, 执行数: 待填",
    )
    (folder / "narrative" / "存在问题.md").write_text("**〔待更新〕**老问题", encoding="utf-8")
    assert call(["build", str(REPORT)], root).exit_code == 0
    draft = root / "build" / "晴川区档案局" / "2024" / "draft"
    page = (draft / "整体绩效评价报告.html").read_text(encoding="utf-8")
    assert "<mark>〔待填：等级〕</mark>" in page
    assert re.search("<td[^>]*><mark>待填</mark></td>", page), "under its header"
    assert "<strong><mark>〔待更新〕</mark></strong>" in page
    with zipfile.ZipFile(draft / "整体绩效评价报告.docx") as package:
        document = package.read("word/document.xml").decode()
    for mark in ("〔待填：等级〕", ">待填<", "〔待更新〕"):
        run = document[: document.index(mark)].rpartition("<w:r>")[2]
        assert '<w:highlight w:val="yellow"/>' in run, mark
    traced = json.loads((draft / "trace.json").read_text(encoding="utf-8"))["figures"]
    (grade,) = (each for each in traced if each["text"] == "〔待填：等级〕")
    assert grade["from"] == [{"key": "评分表.等级", "source": "data/scorecard.yaml:4:5"}]


def test_a_table_decides_nothing_by_it(root: Path) -> None:
    """A branch on a comparison that cannot be made prints the mark, never one of the two words."""
    table = root / "templates" / "整体绩效评价报告" / "tables" / "评分表-预算执行.html"
    change(
        table,
        "<th scope=\"row\">{{ 行.名称 }}</th>",
        "<th scope=\"row\">{{ 行.名称 }}{% if 行.执行数 > 行.预算数 %}超{% else %}余{% endif %}</th>",
    )  # fmt: skip
    change(root / REPORT / "data" / "scorecard.yaml", "执行数: 632.24", "执行数: 待填")
    assert call(["build", str(REPORT), "--to", "html"], root).exit_code == 0
    words = html_text(next((root / "build").rglob("*.html")))
    assert "基本支出〔待填：执行数〕" in words and "项目支出余" in words


@pytest.mark.parametrize(
    ("cell", "printed"),
    [
        ("<td>{{ 评分表.等级 }}</td><td></td>", "待填"),
        ("<td>{{ 评分表.等级 }}{% if 年度 == 1 %}！{% endif %}</td><td></td>", "待填"),
        ("<td>{% if 评分表.得分 > 90 %}优{% else %}良{% endif %}</td><td></td>", "待填"),
        ("<td>{{ 评分表.等级|默认('') }}</td><td></td>", "待填"),
        ("<td>等级{{ 评分表.等级 }}</td><td></td>", "等级待填"),
        ("<td>{{ 评分表.部分[0].名称 }}</td><td></td>", "第〔待填：几〕部分"),
        ('<td colspan="2">{{ 评分表.等级 }}</td>', "〔待填：等级〕"),
        ('<th scope="row">{{ 评分表.等级 }}</th><td></td>', "〔待填：等级〕"),
    ],
)
def test_under_a_header_it_needs_no_name(root: Path, cell: str, printed: str) -> None:
    """In a cell of one column; not where cells are merged, in headers, or where somebody has typed a mark among words."""
    data = root / REPORT / "data" / "scorecard.yaml"
    change(data, "等级: 优", "等级: 待填")
    change(data, "\n得分: 99.58\n等级", "\n得分: 待填\n等级")
    change(data, "- 名称: 当年预算执行情况", "- 名称: 第〔待填：几〕部分")
    table = root / "templates" / "整体绩效评价报告" / "tables" / "评分表-预算执行.html"
    (table).write_text(
        f'<table><colgroup><col width="50%"><col width="50%"></colgroup><tbody><tr>{cell}</tr></tbody></table>',
        encoding="utf-8",
    )
    ran = call(["build", str(REPORT)], root)
    assert ran.exit_code == 0, ran.err
    found = next((root / "build").rglob("*.html"))
    inner = re.findall("<t[dh][^>]*>(.*?)</t[dh]>", found.read_text(encoding="utf-8"))
    assert printed in [re.sub("<[^>]*>", "", words) for words in inner]
    with zipfile.ZipFile(found.with_suffix(".docx")) as package:
        document = package.read("word/document.xml").decode()
    assert printed in [re.sub("<[^>]*>", "", words) for words in re.findall("<w:tc>.*?</w:tc>", document)]


# What rules say --------------------------------------------------------------------------


def openings(folder: Path) -> list[tuple[str, Value]]:
    """Every value of a report that may be left open without breaking what others are called by."""
    return [
        (file, value)
        for file in data_files(folder)
        for path, value in values_of(file, (folder / file).read_text(encoding="utf-8"))
        if path not in (".文种", ".单位")
        and not (file.endswith("department.yaml") and path.endswith("名称") and path != ".全称")
    ]


def left_open(folder: Path, chosen: list[tuple[str, Value]]) -> Mapping[Path, bytes]:
    files = {file for file, _ in chosen}
    return {
        folder / file: edited(
            (folder / file).read_text(encoding="utf-8"),
            [Edit(value.start, value.end, "待填") for name, value in chosen if name == file],
        ).encode()
        for file in files
    }


def told(workspace: Workspace, folder: Path) -> Counter[tuple[str, str]]:
    """How often each rule speaks of each file."""
    result = pipeline.build(workspace, folder, None)
    assert not result.diagnostics.has_errors, list(result.diagnostics)
    return Counter((item.code.value, item.span.source.path) for item in result.findings)


def choices(found: list[tuple[str, Value]]) -> Iterator[list[tuple[str, Value]]]:
    """Each eleventh alone, and a few shares of all."""
    chance = random.Random(5)
    yield from ([each] for each in found[chance.randrange(11) :: 11])
    for share in (0.02, 0.05, 0.1, 0.2, 0.4, 0.6, 0.8, 0.95, 1):
        yield chance.sample(found, max(2, int(share * len(found))))


@pytest.mark.parametrize("report", ["晴川区档案局/2024", "丰台区金融办/2023", "丰台区金融办/2024"])
def test_no_rule_speaks_of_what_is_not_filled_in(root: Path, report: str) -> None:
    """Leaving values open brings no finding about but those that tell of them, in no file."""
    shutil.copytree(Path(__file__).parents[1] / "content", root / "content", dirs_exist_ok=True)
    folder = root / "content" / report
    before = told(Workspace(root), folder)
    for chosen in choices(openings(folder)):
        after = told(Workspace(root).with_files(left_open(folder, chosen)), folder)
        new = {key for key in after if key not in before}
        assert {code for code, _ in new} == {"B001"}, [file for file, _ in chosen]
        assert {path.rpartition(f"{report}/")[2] for _, path in new} == {file for file, _ in chosen}


def test_a_score_over_its_weight_is_told_at_once(root: Path) -> None:
    """Nothing that is still to be filled in can make it right."""
    project = root / REPORT / "data" / "projects" / "01-馆藏档案数字化加工.yaml"
    change(project, "完成值: 232天, 分值: 10, 得分: 10}", "完成值: 待填, 分值: 10, 得分: 25}")
    said = call(["check", str(REPORT)], root).out
    assert re.search("S004 .*得了25.*超过分值10", said), said


def test_other_files_are_judged_all_the_same(root: Path) -> None:
    folder = root / REPORT
    change(folder / "data" / "budget.yaml", "上年结转结余率: 2.53%", "上年结转结余率: 待填")
    change(
        folder / "data" / "projects" / "01-馆藏档案数字化加工.yaml",
        "执行率: 98.44%, 得分: 9.84}",
        "执行率: 89.44%, 得分: 9.84}",
    )
    codes = {code for code, _ in told(Workspace(root), folder)}
    assert "A007" in codes


def test_nothing_open_can_be_frozen_or_let_stand(root: Path) -> None:
    folder = root / REPORT
    change(folder / "data" / "budget.yaml", "上年结转结余率: 2.53%", "上年结转结余率: 待填")
    ran = call(["archive", str(REPORT), "-m", "存档", "--by", "王某"], root)
    assert ran.exit_code == 1 and "还有 1 处待填" in ran.out and "没有冻结" in ran.out
    waiver = (
        "放行:\n  - 代码: B001\n    位置: data/budget.yaml\n    原因: 年后再填，领导已经同意\n"
        "    放行人: 分管领导\n    日期: 2025年3月1日\n"
    )
    (folder / "waivers.yaml").write_text(waiver, encoding="utf-8")
    checked = call(["check", str(REPORT)], root)
    assert "B001 说的是没有填完，不能放行" in checked.out
    assert call(["archive", str(REPORT), "-m", "存档", "--by", "王某"], root).exit_code == 1
    assert call(["build", str(REPORT), "--strict"], root).exit_code == 1
    assert not list((root / "build").rglob("v1"))
    (folder / "waivers.yaml").unlink()
    change(folder / "data" / "budget.yaml", "上年结转结余率: 待填", "上年结转结余率: 2.53%")
    (folder / "narrative" / "存在问题.md").write_text("〔待更新〕老问题", encoding="utf-8")
    said = call(["archive", str(REPORT), "-m", "存档", "--by", "王某"], root).out
    assert "还有 1 处待更新。填完、更新完才能归档，不能放行。" in said
    writable_again(root)


def test_what_may_be_a_blank_can_be_let_stand(root: Path) -> None:
    folder = root / REPORT
    (folder / "narrative" / "存在问题.md").write_text("××家企业", encoding="utf-8")
    checked = call(["check", str(REPORT)], root)
    assert checked.exit_code == 1 and "错误 B003" in checked.out
    waiver = (
        "放行:\n  - 代码: B003\n    位置: narrative/存在问题.md\n    原因: 引的是文件的原话，领导已经同意\n"
        "    放行人: 分管领导\n    日期: 2025年3月1日\n"
    )
    (folder / "waivers.yaml").write_text(waiver, encoding="utf-8")
    checked = call(["check", str(REPORT)], root)
    assert checked.exit_code == 0 and "已放行 1 处" in checked.out, checked.out


def test_marks_are_what_is_read() -> None:
    assert MARK.fullmatch(mark_for("全年执行数"))
