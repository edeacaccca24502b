"""The exported workbook: every datum in its cell, formulas that say what the compiler says, nothing half written."""

from __future__ import annotations

import re
import shutil
import zipfile
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from compiler.diagnostics import Diagnostics
from compiler.evaluation.funds import Budget, Funds
from compiler.evaluation.project import Project
from compiler.evaluation.scorecard import Scorecard
from compiler.figures import EXACT, UNITS, Amount, Rate
from compiler.rawdata import Mapping, Scalar, Sequence
from compiler.workbook import sheets
from compiler.workbook.cells import LONGEST, exact, letters
from compiler.workbook.export import Exported, ExportError, export_report
from compiler.workbook.guards import CHOICES_SHEET, _figure
from compiler.workbook.layout import HEADER_ROW, ORIGIN_SHEET, UNFILLED, Content, Key, Origin, Role, Sheet
from compiler.workbook.rows import Book, read_book, rows_of
from compiler.workbook.sheets import SHEETS, uncovered
from compiler.workspace import Workspace
from tests import overlay
from tests.command_line import call, tree_bytes
from tests.test_golden import changes
from tests.workbook_dump import dump
from tests.workbook_office import saved_as

ROOT = Path(__file__).parents[1]
HERE = Path(__file__).parent
GOLDEN = HERE / "workbooks"
REPORTS = {
    "示例局-2024": None,
    "丰台区金融办-2023": ROOT / "content/丰台区金融办/2023",
    "丰台区金融办-2024": ROOT / "content/丰台区金融办/2024",
    "晴川区档案局-2024": HERE / "checked/content/晴川区档案局/2024",
}
REVIEWED = ("示例局-2024", "晴川区档案局-2024")


def nothing(stage: str, done: int, whole: int) -> None:
    """Progress that nobody sees."""


@pytest.fixture
def sample(tmp_path: Path) -> Path:
    """The sample report, to be changed."""
    overlay.copy_sample(tmp_path)
    return tmp_path / overlay.REPORT


@pytest.fixture(params=REPORTS)
def report(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    return folder_of(request.param, tmp_path)


def folder_of(name: str, scratch: Path) -> Path:
    found = REPORTS[name]
    if found is None:
        overlay.copy_sample(scratch / "workspace")
        return scratch / "workspace" / overlay.REPORT
    return found


def export(folder: Path, target: Path, force: bool = False) -> Exported:
    return export_report(Workspace.around(folder), folder, target, force, nothing)


def written(folder: Path, target: Path) -> Any:
    """The workbook of a report, opened."""
    done = export(folder, target)
    assert done.path is not None, [item.message for item in done.diagnostics]
    return openpyxl.load_workbook(target)


def book_of(folder: Path) -> Book:
    book = read_book(Workspace.around(folder), folder, Diagnostics(), nothing)
    assert book is not None
    return book


# What there is ---------------------------------------------------------------------------


def test_every_datum_has_a_cell() -> None:
    assert uncovered() == [], (
        "these keys have no cell: give a scalar's kind a place in sheets._PLAIN, a list or an open mapping rows in sheets._KINDS, "
        "or leave it out on purpose in sheets.LEFT_OUT"
    )


def test_a_key_without_a_cell_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sheets, "SHEETS", tuple(sheet for sheet in SHEETS if sheet.title != "依据"))
    assert uncovered() == [f"projects/*: 依据.[].{key}" for key in ("名称", "文号", "印发机关", "说明")]


@pytest.mark.parametrize("sheet", SHEETS, ids=lambda sheet: str(sheet.title))
def test_headers_are_unique_and_every_column_has_a_note(sheet: Sheet) -> None:
    titles = [column.titled("万元") for column in sheet.columns]
    assert len(set(titles)) == len(titles)
    assert [column.header for column in sheet.columns if not column.note] == []


@pytest.mark.parametrize("name", REVIEWED)
def test_the_workbook_is_what_was_reviewed(name: str, tmp_path: Path, accept: bool) -> None:
    written(folder_of(name, tmp_path), tmp_path / "数据.xlsx")
    actual, golden = dump(tmp_path / "数据.xlsx"), GOLDEN / f"{name}.txt"
    if accept:
        golden.parent.mkdir(exist_ok=True)
        golden.write_text(actual, encoding="utf-8", newline="\n")
    different = changes(golden.read_text(encoding="utf-8"), actual)
    if different:
        pytest.fail(f"{name} differs (pytest --accept rewrites it for review)\n{different}", pytrace=False)


def data_cells(sheet: Sheet, book: Book, workbook: Any) -> Iterator[tuple[Content, Any]]:
    """What every cell of data should show, and the cell."""
    opened = workbook[sheet.title]
    columns = {cell.value: cell.column for cell in opened[HEADER_ROW]}
    for number, row in enumerate(rows_of(sheet, book), sheet.first_row):
        for column, content in zip(sheet.columns, row.contents, strict=True):
            if column.role not in (Role.COMPUTED, Role.LAST):
                yield content, opened.cell(number, columns[column.titled(book.report.unit)])


def test_cells_show_what_the_files_hold(report: Path, tmp_path: Path) -> None:
    book, workbook = book_of(report), written(report, tmp_path / "数据.xlsx")
    seen = 0
    for sheet in SHEETS:
        if sheet.title not in workbook.sheetnames:
            assert list(rows_of(sheet, book)) == []
            continue
        for content, cell in data_cells(sheet, book, workbook):
            value = cell.value
            if isinstance(content, Decimal):
                assert cell.data_type == "n" and exact(float(value)) == content, cell
            else:
                assert value == (None if content is UNFILLED else content), cell
                assert content is None or cell.data_type == "s"
            seen += content is not None
    assert seen > 20


def test_nothing_in_the_files_is_left_out(report: Path) -> None:
    """Every scalar of the data stands in a row, under a column; but for what is left out on purpose."""
    book = book_of(report)
    held: set[tuple[str, tuple[str | int, ...]]] = set()
    for sheet in SHEETS:
        for row in rows_of(sheet, book):
            for column, content in zip(sheet.columns, row.contents, strict=True):
                if column.role is Role.DATUM and row.kind.name in column.keys and content is not None:
                    held.add((row.key.file, (*row.key.path, *column.keys[row.kind.name])))
    left = {(file, tuple("*" if step is None else step for step in path)) for file, path in sheets.LEFT_OUT}
    for name, file in book.files.items():
        for path, text in scalars(file.raw.root):
            general = (name, tuple("*" if isinstance(step, int) else step for step in path))
            assert (name, path) in held or general in left or not text, (name, path)


def scalars(node: Any, *path: str | int) -> Iterator[tuple[tuple[str | int, ...], str]]:
    if isinstance(node, Mapping):
        for key, inner in node.entries.items():
            yield from scalars(inner, *path, key)
    elif isinstance(node, Sequence):
        for index, inner in enumerate(node.items):
            yield from scalars(inner, *path, index)
    else:
        assert isinstance(node, Scalar)
        yield path, node.text


@pytest.mark.parametrize(
    "key",
    [
        Key("budget.yaml"),
        Key("projects/14-服贸会专题展.yaml", ("绩效指标", 2)),
        Key("projects/a#%23.yaml", ("补充数据", '甲.[乙] "丙"#', 0, 12)),
        Key("projects/a.yaml", ("补充数据", "")),
    ],
)
def test_a_key_is_read_as_it_was_written(key: Key) -> None:
    assert Key.parse(str(key)) == key


@pytest.mark.parametrize(
    "text", ["", "甲", "#甲", "a#[x]", "a#.b", "a#b..c", "a#b[1]c", "a#b.", 'a#"b', "a#b [1]", "a#[01]"]
)
def test_what_is_no_key_is_none(text: str) -> None:
    assert Key.parse(text) is None


def test_the_workbook_says_what_it_was_made_from(sample: Path, tmp_path: Path) -> None:
    import hashlib

    workbook = written(sample, tmp_path / "数据.xlsx")
    assert workbook[ORIGIN_SHEET].sheet_state == "veryHidden"
    rows = {str(name.value): str(value.value) for name, value in workbook[ORIGIN_SHEET].iter_rows()}
    origin = Origin.parse(rows)
    assert origin is not None and (origin.department, origin.year) == ("示例局", 2024)
    assert origin.digests == {
        path.relative_to(sample / "data").as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted((sample / "data").rglob("*.yaml"))
    }
    assert Origin.parse({**rows, "年度": "今年"}) is None


# What is typed ---------------------------------------------------------------------------

ODD = {
    "名称": "=1+1",
    "主管部门": "-科 & <乙>",
    "实施单位": "+86",
    "结余去向": "@甲",
    "未支出原因": "_x0041_",
    "调整原因": "  两格",
}


def put_project(sample: Path, text: str) -> None:
    (sample / "data/projects/09-另一个.yaml").write_text(text, encoding="utf-8")


def test_text_stays_text(sample: Path, tmp_path: Path) -> None:
    put_project(sample, "".join(f'{key}: "{value}"\n' for key, value in ODD.items()))
    sheet = written(sample, tmp_path / "数据.xlsx")["项目"]
    columns = {cell.value: cell.column for cell in sheet[HEADER_ROW]}
    (row,) = (row for row in range(4, sheet.max_row) if sheet.cell(row, columns["名称"]).value == "=1+1")
    for key, value in ODD.items():
        cell = sheet.cell(row, columns[key])
        expected = value.replace("_x0041_", "_x005F_x0041_")  # as spreadsheets escape it
        assert (cell.value, cell.data_type) == (expected, "s")
        assert bool(cell.quotePrefix) == (value[0] in "=+-@")
        assert cell.number_format == "@"


def test_numbers_are_exact(sample: Path, tmp_path: Path) -> None:
    put_project(
        sample, "名称: 甲\n年初预算数: 56397.79元\n全年预算数: 0.1\n全年执行数: 1234567890123.456789\n"
    )
    written(sample, tmp_path / "数据.xlsx")
    with zipfile.ZipFile(tmp_path / "数据.xlsx") as archive:
        text = b"".join(
            archive.read(name) for name in archive.namelist() if "worksheets/sheet" in name
        ).decode()
    assert "<v>5.639779</v>" in text and "<v>0.1</v>" in text
    assert ">1234567890123.456789</t>" in text, "more digits than a spreadsheet keeps: as text"


def test_what_is_to_be_filled_is_empty_and_coloured(sample: Path, tmp_path: Path) -> None:
    put_project(
        sample, "名称: 甲\n主管部门: 待填\n绩效指标:\n  - {一级: 产出指标, 指标值: 待填, 完成值: 待填}\n"
    )
    done = export(sample, tmp_path / "数据.xlsx")
    workbook = openpyxl.load_workbook(tmp_path / "数据.xlsx")
    coloured = [
        workbook[title][cell].value
        for title in ("项目", "绩效指标")
        for ranges in workbook[title].conditional_formatting
        for part in str(ranges.sqref).split()
        for cell in [part.partition(":")[0]]
    ]
    assert coloured == [None] * 3
    assert done.unfilled == 3


def test_a_text_that_no_cell_holds_is_refused(sample: Path, tmp_path: Path) -> None:
    put_project(sample, f"名称: 甲\n说明: {'长' * (LONGEST + 1)}\n")
    with pytest.raises(ExportError, match=r"“项目”表第 \d+ 行的“说明”有 32768 字"):
        export(sample, tmp_path / "数据.xlsx")
    assert not (tmp_path / "数据.xlsx").exists()


def test_last_year_stands_beside(tmp_path: Path) -> None:
    workbook = written(folder_of("晴川区档案局-2024", tmp_path), tmp_path / "数据.xlsx")
    sheet = workbook["绩效指标"]
    columns = {cell.value: cell.column for cell in sheet[HEADER_ROW]}
    assert sheet.cell(3, columns["指标值"]).value == "≥1200卷"
    assert sheet.cell(3, columns["上年指标值"]).value == "≥1100卷"


def test_last_year_in_another_unit_is_shown_in_this_years(sample: Path, tmp_path: Path) -> None:
    last = sample.parent / "2023"
    shutil.copytree(sample, last)
    text = (last / "report.yaml").read_text(encoding="utf-8")
    text = text.replace("年度: 2024", "年度: 2023").replace("金额单位: 万元", "金额单位: 元")
    (last / "report.yaml").write_text(text, encoding="utf-8")
    (last / "data/budget.yaml").write_text("基本支出: {全年预算数: 12345}\n", encoding="utf-8")
    sheet = written(sample, tmp_path / "数据.xlsx")["预算"]
    columns = {cell.value: cell.column for cell in sheet[HEADER_ROW]}
    assert sheet.cell(4, columns["上年全年预算数（万元）"]).value == 1.2345


# The command -----------------------------------------------------------------------------


def test_the_same_data_give_the_same_bytes(report: Path, tmp_path: Path) -> None:
    for name in ("甲.xlsx", "乙.xlsx"):
        export(report, tmp_path / name)
    assert (tmp_path / "甲.xlsx").read_bytes() == (tmp_path / "乙.xlsx").read_bytes()


def test_the_command_writes_and_says_so(sample: Path, tmp_path: Path) -> None:
    ran = call(["export", str(sample), "-o", "数据.xlsx"], tmp_path)
    assert ran.exit_code == 0 and (tmp_path / "数据.xlsx").exists(), ran
    assert "chengwen import 数据.xlsx" in ran.out
    assert call(["export", str(sample)], tmp_path).exit_code == 0
    assert (tmp_path / "示例局-2024-数据.xlsx").exists()


def test_a_workbook_that_is_there_is_kept(sample: Path, tmp_path: Path) -> None:
    (tmp_path / "数据.xlsx").write_bytes(b"typed")
    ran = call(["export", str(sample), "-o", "数据.xlsx"], tmp_path)
    assert ran.exit_code == 1 and "已经有“数据.xlsx”" in ran.err
    assert (tmp_path / "数据.xlsx").read_bytes() == b"typed"
    assert call(["export", str(sample), "-o", "数据.xlsx", "--force"], tmp_path).exit_code == 0
    assert openpyxl.load_workbook(tmp_path / "数据.xlsx").sheetnames[0] == "预算"


def test_unsound_data_are_not_exported(sample: Path, tmp_path: Path) -> None:
    put_project(sample, "名称: 甲\n全年预算数: 约三万\n")
    before = tree_bytes(sample)
    ran = call(["export", str(sample), "-o", "数据.xlsx"], tmp_path)
    assert ran.exit_code == 1 and "D003" in ran.err and "没有写出" in ran.out
    assert not (tmp_path / "数据.xlsx").exists() and tree_bytes(sample) == before


@pytest.mark.parametrize("name", ["数据.xls", "数据"])
def test_another_ending_is_refused(name: str, sample: Path, tmp_path: Path) -> None:
    ran = call(["export", str(sample), "-o", name], tmp_path)
    assert ran.exit_code == 2 and ".xlsx" in ran.err


# Recalculated ----------------------------------------------------------------------------


@pytest.mark.libreoffice
def test_formulas_say_what_the_compiler_says(report: Path, tmp_path: Path, calc: Path) -> None:
    export(report, tmp_path / "数据.xlsx")
    workbook = openpyxl.load_workbook(
        saved_as(tmp_path / "数据.xlsx", "xlsx", calc, tmp_path / "out"), data_only=True
    )
    book = book_of(report)
    compared = 0
    for sheet in SHEETS:
        if sheet.title not in workbook.sheetnames:
            continue
        opened = workbook[sheet.title]
        columns = {cell.value: cell.column for cell in opened[HEADER_ROW]}
        for row in opened.iter_rows():
            assert [cell for cell in row if cell.data_type == "e"] == []
        for number, row in enumerate(rows_of(sheet, book), sheet.first_row):
            for column in sheet.columns:
                if column.role is Role.COMPUTED and row.kind.name in column.keys:
                    value = opened.cell(number, columns[column.titled(book.report.unit)]).value
                    ours = expected(sheet.title, column.formula, row.key, book)
                    if sheet.title == "项目" and column.formula == "scores":
                        value, empty = without_empty(value)
                        assert empty == unscored(book.files[row.key.file].record), row.key
                    where = f"{sheet.title} {row.key} {column.header}: {value} for {ours}"
                    assert (value in (None, "")) == (ours is None), where
                    assert ours is None or abs(Decimal(repr(value)) - ours) < Decimal("1e-8"), where
                    compared += ours is not None
        if sheet.title == "项目":
            letter = columns[f"取用的全年预算数（{book.report.unit}）"]
            amounts = [project.annual_budget.yuan for _, project in book.projects if project.annual_budget]
            total = sum(amounts, Decimal(0)).scaleb(-UNITS[book.report.unit])
            assert abs(Decimal(repr(opened.cell(3, letter).value)) - total) < Decimal("1e-8")
    assert compared > 10


def without_empty(shown: Any) -> tuple[Any, int]:
    """A sum of scores, and how many rows it says have none: 90（1行未填）."""
    parts = re.fullmatch(r"([\d.]+)（(\d+)行未填）", str(shown))
    return (float(parts[1]), int(parts[2])) if parts else (shown, 0)


def unscored(project: Project) -> int:
    rows = [*(project.indicators or ()), *([project.funds.typed_whole] if project.funds else [])]
    empty = [row for row in rows if row is not None and row.weight is not None and row.typed_score is None]
    return len(empty) if len(empty) < sum(row is not None and row.weight is not None for row in rows) else 0


@pytest.mark.libreoffice
def test_a_sum_of_scores_says_what_is_not_in_it(sample: Path, tmp_path: Path, calc: Path) -> None:
    put_project(
        sample,
        "名称: 另一个\n资金:\n  年度资金总额: {全年预算数: 10, 全年执行数: 10, 分值: 10}\n绩效指标:\n"
        "  - {一级: 产出指标, 三级: 甲, 分值: 50, 得分: 49.5}\n  - {一级: 产出指标, 三级: 乙, 分值: 40}\n",
    )
    export(sample, tmp_path / "数据.xlsx")
    opened = openpyxl.load_workbook(
        saved_as(tmp_path / "数据.xlsx", "xlsx", calc, tmp_path / "out"), data_only=True
    )["项目"]
    columns = {cell.value: cell.column for cell in opened[HEADER_ROW]}
    assert "49.5（2行未填）" in [cell.value for cell in opened[letters(columns["各行得分"])]]


@pytest.mark.libreoffice
def test_limits_let_pass_what_is_taken(tmp_path: Path, calc: Path) -> None:
    """A cell of an amount takes what an import does: figures, with a unit, and the words for none and for none yet."""
    taken = (5.64, 0, "5.64万元", "56,400元", "无", "—", "待填", "待填，等财务的数")
    refused = (-1, "约5万元", "五万元", "5.64万", "好", "5分")
    workbook = openpyxl.Workbook()
    for row, value in enumerate((*taken, *refused), 1):
        workbook.active.cell(row, 1).value = value
        workbook.active.cell(row, 2).value = "=" + _figure(f"A{row}", ">=0", "元")
    workbook.save(tmp_path / "a.xlsx")
    opened = openpyxl.load_workbook(
        saved_as(tmp_path / "a.xlsx", "xlsx", calc, tmp_path / "out"), data_only=True
    ).active
    said = [bool(opened.cell(row, 2).value) for row in range(1, len(taken) + len(refused) + 1)]
    assert said == [True] * len(taken) + [False] * len(refused)
    assert len(_figure("ABC1048576", ">=0", "元")) <= 255, "Excel takes no more"


def test_the_supervisors_on_offer_are_none_that_a_check_refuses(sample: Path, tmp_path: Path) -> None:
    department = sample / "data" / "department.yaml"
    department.write_text(
        "名称: 示例局\n全称: 示例区示例局\n内设机构:\n  - {名称: 业务科}\n", encoding="utf-8"
    )
    put_project(sample, "名称: 另一个\n主管部门: 业务科\n")
    (sample / "data/projects/10-又一个.yaml").write_text(
        "名称: 又一个\n主管部门: 示例区财政局\n", encoding="utf-8"
    )
    sheet = written(sample, tmp_path / "数据.xlsx")[CHOICES_SHEET]
    lists = [[cell.value for cell in column if cell.value] for column in sheet.iter_cols()]
    assert ["示例局", "示例区示例局", "示例区财政局"] in lists


def expected(title: str, name: str, key: Key, book: Book) -> Decimal | None:
    """What the compiler computes where a formula stands."""
    record: Any = book.files[key.file].record
    unit = -UNITS[book.report.unit]
    if title == "项目" and name in ("initial", "budget", "spent"):
        attribute = {"initial": "initial_budget", "budget": "annual_budget", "spent": "expenditure"}[name]
        return _plain(getattr(record, attribute), unit)
    if name in ("weights", "scores"):
        return _summed(record, key, name)
    if name == "share":
        assert isinstance(record, Budget)
        rate = record.computed_carryover if key.path == ("结转结余率",) else record.computed_budget_variance
        return _plain(rate, unit)
    place: Any = record
    if title == "预算":
        assert isinstance(record, Budget)
        place = record.whole if key.path == ("资金总体",) else record.lookup(str(key.path[0]))
    elif title == "资金":
        funds = record.funds
        place = funds.whole if key.path[-1] == "年度资金总额" else funds.lookup(str(key.path[-1]))
    elif title == "评分表":
        place = record.parts[key.path[1]].groups[key.path[3]].rows[key.path[5]]
    if not isinstance(place, (Funds, Project)) and title != "评分表":
        return None
    return _plain(place.computed_rate if name == "rate" else place.unspent, unit)


def _plain(value: object, unit: int) -> Decimal | None:
    if isinstance(value, Amount):
        return value.yuan.scaleb(unit, EXACT)
    return value.ratio if isinstance(value, Rate) else None


def _summed(record: Any, key: Key, name: str) -> Decimal | None:
    """Typed weights or scores of what is below, deeper ones where a level has none."""
    attribute = "weight" if name == "weights" else "typed_score"

    def below(items: Any, inner: str | None) -> Decimal | None:
        found = [
            figure
            for item in items
            for figure in [getattr(item, attribute)]
            for figure in [figure if figure is not None or inner is None else deeper(item)]
            if figure is not None
        ]
        return sum(found, Decimal(0)) if found else None

    def deeper(item: Any) -> Decimal | None:
        return below(item.groups, "rows") if hasattr(item, "groups") else below(item.rows, None)

    if isinstance(record, Project):
        rows = [
            *(record.indicators or ()),
            *([record.funds.typed_whole] if record.funds and record.funds.typed_whole else []),
        ]
        return below(rows, None)
    assert isinstance(record, Scorecard)
    if not key.path:
        return below(record.parts, "groups")
    part = record.parts[int(key.path[1])]
    return (
        below(part.groups, "rows") if len(key.path) == 2 else below(part.groups[int(key.path[3])].rows, None)
    )


def test_a_formula_is_in_every_spare_row_of_a_project(sample: Path, tmp_path: Path) -> None:
    sheet = written(sample, tmp_path / "数据.xlsx")["项目"]
    index = next(i for i, column in enumerate(SHEETS[1].columns) if column.header == "算出的执行率")
    title = SHEETS[1].columns[index].titled("万元")
    letter = letters(next(cell.column for cell in sheet[HEADER_ROW] if cell.value == title))
    filled = [cell.row for cell in sheet[letter] if re.match("=IF", str(cell.value))]
    assert filled == list(range(4, 4 + 2 + 20))
