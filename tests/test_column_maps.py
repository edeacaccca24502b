"""Tables of other systems, mapped column by column: a CSV in GBK, a form with two rows of headings."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import openpyxl
import pytest

from tests.test_checks import REPORT, copy_clean
from tests.workbook_office import PROJECTS, Office

_EXPORTED = """\
2024年项目支出执行情况表,,,,,,
单位：晴川区档案局,,,,,,单位：元
序号,项目编码,项目名称,年初预算,调整后预算,实际支出,结余
1,110106-001,2024年馆藏档案数字化加工费,"1,864,500.00","1,786,200.00","1,700,000.00","86,200.00"
2,110106-002,库房环境设备更新费,,,812345.6,
,,小计,"9,999,999.00",,,
3,110106-009,别的系统里才有的项目,100,100,100,0
,,合计,"9,999,999.00",,,
"""


@pytest.fixture
def office(tmp_path: Path, capsys: Any) -> Office:
    copy_clean(tmp_path)
    return Office(tmp_path, REPORT, capsys)


def csv(office: Office, text: str = _EXPORTED, encoding: str = "gb18030") -> None:
    office.table = office.root / "导出.csv"
    office.table.write_bytes(text.encode(encoding))


def names(office: Office) -> list[str]:
    return [
        text.partition("名称: ")[2].partition("\n")[0]
        for file, text in office.data().items()
        if file.startswith("projects/")
    ]


def _real(office: Office, text: str) -> str:
    """The table with the names that the projects have."""
    first, second = names(office)[:2]
    return text.replace("2024年馆藏档案数字化加工费", first).replace(
        "库房环境设备更新费", second.removeprefix("2024年")
    )


@pytest.mark.parametrize("encoding", ["gb18030", "utf-8", "utf-8-sig"])
@pytest.mark.parametrize("options", [(), ("--map", "财政一体化项目")])
def test_a_table_of_amounts(office: Office, options: tuple[str, ...], encoding: str) -> None:
    """Known by its headings or by name; 元 become 万元; blanks, subtotals and projects that only it has change nothing."""
    before = office.data()
    csv(office, _real(office, _EXPORTED), encoding)
    said = office.import_("--yes", *options)
    after = office.data()
    assert "照 templates/导入/财政一体化项目.yaml 对上，从第 4 行读起" in said
    assert "有 1 个项目，数据里没有，没有收：别的系统里才有的项目" in said
    new = after[f"projects/{PROJECTS[0]}.yaml"]
    assert "当年财政拨款: {年初预算数: 186.45, 全年预算数: 178.62, 全年执行数: 170" in new
    assert "全年执行数: 81.23456" in after[f"projects/{PROJECTS[1]}.yaml"]
    assert {name for name in before if before[name] != after[name]} == {
        f"projects/{stem}.yaml" for stem in PROJECTS[:2]
    }
    assert "没有要改的" in office.import_("--yes", *options)


def _form(path: Path, project: str, rows: list[list[Any]]) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "汇总"
    sheet.append(["绩效自评汇总表"])
    sheet.append(["序号", "项目", "指标", None, None, "完成情况", None, "评分", None])
    sheet.append(
        [None, None, "一级指标", "二级指标", "三级指标", "年度指标值", "实际完成值", "权重", "自评得分"]
    )
    for area in ("A1:I1", "A2:A3", "B2:B3", "C2:E2", "F2:G2", "H2:I2"):
        sheet.merge_cells(area)
    for number, row in enumerate(rows, 1):
        sheet.append([number, project if number == 1 else None, *row])
    if len(rows) > 1:
        sheet.merge_cells(start_row=4, end_row=3 + len(rows), start_column=2, end_column=2)
    sheet.append([None, "合计", None, None, None, None, None, 100, 99])
    book.save(path)


def test_a_form_of_indicators_with_two_rows_of_headings(office: Office) -> None:
    """Indicators are known by their names; merged cells count for every row; new ones go to the end, none is removed."""
    office.table = office.root / "汇总.xlsx"
    path = office.folder / "data" / "projects" / f"{PROJECTS[0]}.yaml"
    lines = [line for line in path.read_text(encoding="utf-8").split("\n") if line.startswith("  - {一级")]
    first = dict(part.split(": ", 1) for part in lines[0].removeprefix("  - {").rstrip("}").split(", "))
    _form(
        office.table,
        names(office)[0],
        [
            [first["一级"], first["二级"], first["三级"], None, "改了的完成值", None, 1.5],
            ["满意度指标", None, "新的指标", "≥95%", 0.97, 5, 5],
        ],
    )
    book = openpyxl.load_workbook(office.table)
    book["汇总"]["G5"].number_format = "0%"
    book.save(office.table)
    said = office.import_("--yes")
    after = [line for line in path.read_text(encoding="utf-8").split("\n") if line.startswith("  - {一级")]
    assert after[1:-1] == lines[1:]
    assert "完成值: 改了的完成值" in after[0] and "得分: 1.5" in after[0]
    assert (
        after[-1]
        == "  - {一级: 满意度指标, 二级: 待填, 三级: 新的指标, 指标值: ≥95%, 完成值: 97%, 分值: 5, 得分: 5}"
    )
    assert "（新增）" in said
    assert "没有要改的" in office.import_("--yes")


def test_a_mapping_may_add_projects(office: Office) -> None:
    path = office.root / "templates" / "导入" / "财政一体化项目.yaml"
    path.write_text(
        path.read_text(encoding="utf-8").replace("新项目: 不加", "新项目: 加上"), encoding="utf-8"
    )
    csv(office, _real(office, _EXPORTED))
    office.import_("--yes")
    assert office.data()["projects/05-别的系统里才有的项目.yaml"].startswith(
        "名称: 别的系统里才有的项目\n主管部门: 待填\n实施单位: 待填\n资金:\n  年度资金总额: {分值: 待填, 得分: 待填}\n"
        "  当年财政拨款: {年初预算数: 0.01, 全年预算数: 0.01, 全年执行数: 0.01}\n"
    )


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("812345.6", "八十一万", "工作表“导出” F5：“实际支出”应当是金额"),
        ("812345.6", "81万元吧", "F5"),
        ("实际支出", "支出金额", "列名也和哪一个对照都对不上"),
        ("结余", "实际支出", "列名也和哪一个对照都对不上"),
        ("小计", "2024年馆藏档案数字化加工费", "有两行，另一行是第 4 行"),
    ],
)
def test_what_is_wrong_is_refused(office: Office, old: str, new: str, says: str) -> None:
    before = office.data()
    csv(office, _real(office, _EXPORTED.replace(old, new)))
    said = office.import_("--yes", code=1)
    assert says in said
    assert office.data() == before


def test_a_name_of_no_mapping(office: Office) -> None:
    csv(office)
    said = office.import_("--map", "财政一体化", code=1)
    assert "没有叫“财政一体化”的对照" in said and "财政一体化项目" in said


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        (
            "填到: 资金.当年财政拨款.全年执行数",
            "填到: 资金.当年财政拨款.执行数",
            "没有“资金.当年财政拨款.执行数”这个数据",
        ),
        ("填到: 资金.当年财政拨款.全年执行数", "填到: 资金.当年财政拨款", "不是一个值"),
        ("一行: 项目", "一行: 科目", "“一行”不能是“科目”"),
        (
            "支出数], 填到: 资金.当年财政拨款.全年执行数, 单位: 元",
            "支出数], 填到: 资金.当年财政拨款.全年执行数",
            "不知道“实际支出”一列的金额是元还是万元",
        ),
    ],
)
def test_a_mapping_with_faults(office: Office, old: str, new: str, says: str) -> None:
    path = office.root / "templates" / "导入" / "财政一体化项目.yaml"
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")
    csv(office, _EXPORTED.replace("单位：元", ""))
    assert says in office.import_("--yes", code=1)


def test_two_mappings_that_fit(office: Office) -> None:
    folder = office.root / "templates" / "导入"
    (folder / "另一个.yaml").write_bytes((folder / "财政一体化项目.yaml").read_bytes())
    csv(office)
    said = office.import_("--yes", code=1)
    assert "有几个对照都对得上：另一个、财政一体化项目" in said and "--map 另一个" in said
    office.import_("--yes", "--map", "另一个")


@pytest.mark.parametrize(
    "named",
    ["财政一体化项目.yaml", "templates/导入/财政一体化项目.yaml", "templates\\导入\\财政一体化项目.yaml"],
)
def test_a_mapping_by_the_path_of_its_file(office: Office, named: str) -> None:
    csv(office, _real(office, _EXPORTED))
    assert "照 templates/导入/财政一体化项目.yaml 对上" in office.import_("--yes", "--map", named)


def test_a_mapping_that_lies_elsewhere(office: Office) -> None:
    csv(office)
    said = office.import_("--map", "content/财政一体化项目.yaml", code=1)
    assert "不在 templates/导入 里" in said and "--map 财政一体化项目" in said


def _exported_rows(office: Office, title: str) -> list[list[str]]:
    office.table = office.root / "数据.xlsx"
    office.export()
    rows = openpyxl.load_workbook(office.table)[title].iter_rows(values_only=True)
    return [["" if value is None else str(value).replace("\n", "") for value in row] for row in rows]


@pytest.mark.parametrize("title", ["资金", "绩效指标", "补充数据"])
@pytest.mark.parametrize("change", ["whole", "without keys", "garbled", "with a mapping"])
def test_a_csv_saved_from_an_exported_sheet(office: Office, title: str, change: str) -> None:
    """Known by its hidden keys, or by its headers where those are gone."""
    rows = [row[1:] if change == "without keys" else row for row in _exported_rows(office, title)]
    lines = [",".join('"' + field.replace('"', '""') + '"' for field in row) for row in rows]
    text = "\n".join(lines)
    csv(office, text.encode("ascii", "replace").decode() if change == "garbled" else text)
    before = office.data()
    said = office.import_(*(["--map", "财政一体化项目"] if change == "with a mapping" else []), code=1)
    assert "这是从导出的表格另存的 .csv，行和数据对不上了" in said and "请把 .xlsx 收回来" in said
    assert office.data() == before


def test_an_exported_workbook_with_a_mapping(office: Office) -> None:
    office.export()
    assert "去掉 --map" in office.import_("--map", "财政一体化项目", code=1)


@pytest.mark.parametrize(
    ("old", "new"),
    [("年初预算,", "年初预算（万元）,"), ("单位：元", "单位：万元"), ("单位：元", "单位： 千元")],
)
def test_a_unit_against_that_of_the_mapping(office: Office, old: str, new: str) -> None:
    before = office.data()
    csv(office, _real(office, _EXPORTED.replace(old, new)))
    said = office.import_("--yes", code=1)
    assert f"表里写的单位是{'千元' if '千' in new else '万元'}，" in said and "里写的是元" in said
    assert office.data() == before


def test_the_unit_above_the_headings(office: Office) -> None:
    """It counts where the mapping gives none."""
    path = office.root / "templates" / "导入" / "财政一体化项目.yaml"
    path.write_text(path.read_text(encoding="utf-8").replace(", 单位: 元", ""), encoding="utf-8")
    csv(office, _real(office, _EXPORTED))
    office.import_("--yes")
    assert (
        "年初预算数: 186.45, 全年预算数: 178.62, 全年执行数: 170"
        in office.data()[f"projects/{PROJECTS[0]}.yaml"]
    )


def test_a_table_of_another_year(office: Office) -> None:
    before = office.data()
    first = names(office)[0]
    csv(office, _real(office, _EXPORTED).replace(first, first.replace("2024年", "2023年")))
    said = office.import_("--yes", code=1)
    assert "工作表“导出” C4：" in said and "不是一年的" in said and first in said
    assert office.data() == before


def test_a_table_without_a_project_of_ours(office: Office) -> None:
    csv(office, _EXPORTED.replace("馆藏", "别的").replace("库房", "别的"))
    assert "数据里一个都没有" in office.import_("--yes", code=1)
