"""汇总: what is added up and what is not, what stands out, and that every format says so."""

from __future__ import annotations

import os
import pickle
import re
import shutil
import statistics
import subprocess
import sys
from decimal import Decimal
from io import BytesIO
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import yaml

from compiler import publishing
from compiler.charts import drawing
from compiler.charts.fonts import NotDrawn
from compiler.pipeline import write_whole
from compiler.summary.blocks import document
from compiler.summary.lines import Line, line_of, lines_of
from compiler.summary.spread import bins, columns, quartiles
from compiler.summary.standouts import standouts
from compiler.summary.totals import Summary, summarize
from compiler.summary.writing import FORMATS, look, write_summary
from tests.case_files import CASES, case_files, read_sections, run_case
from tests.command_line import call, tree_bytes
from tests.district import write_district
from tests.docx_lint import lint
from tests.editor_browser import NO_BROWSER
from tests.html_checks import programs
from tests.html_checks.programs import page_texts
from tests.html_checks.structure import problems
from tests.test_manual import MANUAL, _shows


def found(root: Path) -> list[Path]:
    return sorted(path.parent for path in root.glob("*/*/*/report.yaml"))


def summary_of(root: Path) -> Summary:
    return summarize(lines_of(found(root), lambda stage, done, whole: None))


def told(summary: Summary) -> str:
    """The summary as the text of its tree, with the data of its pictures."""
    out = BytesIO()
    made = document(summary, lambda histogram, number: ())
    write_whole(made, look(), "dump", out)
    return out.getvalue().decode()


@pytest.mark.parametrize("path", case_files("summary"), ids=lambda path: path.stem)
def test_what_it_says(path: Path, tmp_path: Path, accept: bool) -> None:
    def run(sections: dict[str, str]) -> str:
        write_district(tmp_path, sections["reports"])
        return told(summary_of(tmp_path))

    run_case(path, run, accept)


DISTRICT = read_sections(CASES / "summary" / "district.case")["reports"]


@pytest.fixture(scope="module")
def district(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("district")
    write_district(root, DISTRICT)
    return root


@pytest.fixture(scope="module")
def summary(district: Path) -> Summary:
    return summary_of(district)


# Figures ---------------------------------------------------------------------------------


def test_sums_are_those_of_the_reports(summary: Summary) -> None:
    """Added up by hand from the declaration: every 资金总体 and every project once, nothing rounded."""
    year = summary.years[0]
    declared = yaml.load(DISTRICT, yaml.BaseLoader)
    for name, key, place in (("annual_budget", "预算", 0), ("expenditure", "执行", 1)):
        expected = Decimal(0)
        for report in declared:
            if report.get("年度") or "坏" in report or "处" in report:
                continue
            amounts = [report[key]] if key in report else [pair[place] for pair in report["项目"]]
            expected += sum(map(Decimal, amounts), Decimal(0)) if "待填" not in amounts else 0
        assert year.whole.amounts[name] == expected * 10000
        lines = [getattr(line, name) for line in year.counted]
        assert sum(filter(None, lines), Decimal(0)) == expected * 10000
    assert sum(sums.reports for _, sums in year.kinds) == year.whole.reports == len(year.counted)


def test_nothing_is_left_out_in_silence(summary: Summary) -> None:
    read = sum(len(year.lines) for year in summary.years)
    assert read + len(summary.unread) == DISTRICT.count("单位:")
    text = told(summary)
    for line in (*summary.unread, *(line for year in summary.years for line in year.lines)):
        assert f"'{line.department}'" in text


def test_a_line_comes_out_of_another_process(district: Path) -> None:
    for folder in found(district):
        line = line_of(folder)
        assert pickle.loads(pickle.dumps(line)) == line == line_of(folder)


LINE = Line("/乙局/2024", "content/乙局/2024", "乙局", 2024, "整体", source="资金总体")
USUAL = [
    LINE._replace(
        path=f"/{number}",
        department=f"局{number}",
        annual_budget=Decimal(1000),
        expenditure=Decimal(970 + number),
        score=Decimal(90 + number % 4),
        full_score=Decimal(100),
        grade="优",
    )
    for number in range(12)
]


@pytest.mark.parametrize(
    ("changes", "reasons"),
    [
        ({}, []),
        ({"expenditure": Decimal(1001)}, ["执行率100.10%，超过100%"]),
        ({"expenditure": Decimal(1000)}, []),
        ({"expenditure": Decimal(920)}, ["执行率92.00%，比多数单位低得多（中位数97.45%）"]),
        # outside of the fence, but too near to matter
        ({"expenditure": Decimal(940)}, []),
        ({"score": Decimal(60)}, ["得分60，比多数单位低得多（中位数91）"]),
        ({"score": Decimal(45), "full_score": Decimal(50)}, []),
        ({"score": Decimal(101)}, ["得分101，超过分值100", "得分101.0，比多数单位高得多（中位数91.5）"]),
        ({"grade": ""}, ["有得分（93），没有等级"]),
        ({"score": None}, ["有等级（优），没有得分"]),
        ({"last_rate": Decimal("0.88")}, ["执行率98.10%，比上年（88.00%）高10.10个百分点"]),
        ({"last_rate": Decimal("0.8811")}, []),
        ({"last_budget": Decimal(11)}, []),
        (
            {"last_budget": Decimal(10)},
            ["全年预算数0.10万元，上年0.001万元，是上年的100倍以上，看看是不是把元、万元弄错了"],
        ),
        ({"last_budget": Decimal(100_000)}, []),
        (
            {"last_budget": Decimal(10_000_000)},
            ["全年预算数0.10万元，上年1,000.00万元，不到上年的1%，看看是不是把元、万元弄错了"],
        ),
        ({"typed_rate": Decimal("0.9810")}, []),
        ({"typed_rate": Decimal("0.9811")}, ["执行率写的是98.11%，按金额算是98.10%"]),
        ({"annual_budget": Decimal(0)}, ["全年预算数是0，却有全年执行数"]),
        ({"annual_budget": None, "typed_rate": Decimal("1.2")}, ["执行率120.00%，超过100%"]),
    ],
)
def test_what_stands_out(changes: dict[str, Any], reasons: list[str]) -> None:
    lines = [*USUAL[:-1], USUAL[-1]._replace(**changes)]
    assert [(item.line, item.reason) for item in standouts(lines)] == [
        (lines[-1], reason) for reason in reasons
    ]


def test_of_a_few_nothing_is_far_from_the_others() -> None:
    lines = [*USUAL[:6], USUAL[6]._replace(expenditure=Decimal(100))]
    assert standouts(lines) == ()


@pytest.mark.parametrize("count", [8, 9, 10, 11, 50])
def test_quartiles_are_those_of_spreadsheets(count: int) -> None:
    values = [Decimal(number * number % 97) for number in range(count)]
    expected = statistics.quantiles(map(float, values), n=4, method="inclusive")
    assert [float(value) for value in quartiles(values) or ()] == pytest.approx(expected)


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ("100", "95～96 0，96～97 0，97～98 0，98～99 0，99～100 1"),
        ("95 94.99", "90～91 0，91～92 0，92～93 0，93～94 0，94～95 1，95以上 1"),
        (
            "40 99",
            "40～45 1，45～50 0，50～55 0，55～60 0，60～65 0，65～70 0，70～75 0，75～80 0，80～85 0，85～90 0，90～95 0，95～100 1",
        ),
        ("3 99", "低于40 1，" + "，".join(f"{low}～{low + 5} {int(low == 95)}" for low in range(40, 100, 5))),
        (
            "3 95 96 96.5 97 97 98 98 98.5 99 100 100.01",
            "低于95 1，95～96 1，96～97 2，97～98 2，98～99 3，99～100 2，超过100 1",
        ),
        (
            "68 70 74 75 80 80 85 88 90",
            "68～70 1，70～72 1，72～74 0，74～76 2，76～78 0，78～80 0，80～82 2，82～84 0，84～86 1，86～88 0，88～90 1，90以上 1",
        ),
        ("101 102", "95～96 0，96～97 0，97～98 0，98～99 0，99～100 0，超过100 2"),
    ],
)
def test_columns_of_a_distribution(values: str, expected: str) -> None:
    numbers = [Decimal(value) for value in values.split()]
    stretches = bins(numbers)
    assert stretches is not None
    made = columns(numbers, stretches)
    assert "，".join(f"{column.words} {column.reports}" for column in made) == expected
    assert sum(column.reports for column in made) == len(numbers)


def test_the_same_department_counts_once() -> None:
    """However its name is spaced; the one with a 资金总体, else the first."""
    forms = USUAL[0]._replace(path="/甲", department="甲 局", source="各项目之和")
    whole = USUAL[1]._replace(path="/乙", department="甲局")
    again = USUAL[2]._replace(path="/丙", department="甲局")
    year = summarize([forms, whole, again, again._replace(year=2023)]).years[0]
    assert [line.path for line in year.counted] == ["/乙"] and year.twin_of == {0: 1, 2: 1}
    assert year.whole.amounts["annual_budget"] == 1000


# The files -------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def files(district: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The summary in every format, written by the command."""
    out = tmp_path_factory.mktemp("out")
    names = {suffix: out / f"汇总.{suffix}" for suffix in FORMATS}
    ran = call(["summary", "content", "补报", *(f"-o{path}" for path in names.values())], district)
    assert ran.exit_code == 1, ran  # a report cannot be read
    assert (
        "甲区信访办/2024：没有计入，数据读不出来。先看 data/budget.yaml 第2行：" in ran.err
        and "计入合计的14份" in ran.out
    )
    return names


def test_the_same_reports_give_the_same_bytes(
    files: dict[str, Path], summary: Summary, tmp_path: Path
) -> None:
    again = [tmp_path / path.name for path in files.values()]
    write_summary(summary, again)
    assert [path.read_bytes() for path in again] == [path.read_bytes() for path in files.values()]


def test_the_workbook_adds_up(files: dict[str, Path], summary: Summary) -> None:
    workbook = openpyxl.load_workbook(files["xlsx"])
    results = openpyxl.load_workbook(files["xlsx"], data_only=True)
    lines = workbook["各单位"]
    assert lines.freeze_panes == "C3" and lines.auto_filter.ref == f"A2:X{lines.max_row}"
    assert lines.max_row - 2 == sum(len(year.lines) for year in summary.years)
    names = [lines.cell(row, 2) for row in range(3, lines.max_row + 1)]
    formula = next(cell for cell in names if cell.value == "=1+1&<b>")
    assert formula.data_type == "s" and formula.quotePrefix
    sums = workbook["合计"]
    formulas = [cell for row in sums.iter_rows(min_row=3) for cell in row if cell.data_type == "f"]
    assert len(formulas) > 20
    for cell in formulas:
        assert results["合计"][cell.coordinate].value not in (None, "")
    assert results["合计"]["G5"].value == 102035.83 and results["合计"]["J5"].value == 100801.277


@pytest.mark.libreoffice
@pytest.mark.skipif(not shutil.which("soffice"), reason="没有安装 LibreOffice")
def test_a_spreadsheet_works_out_the_same(files: dict[str, Path], tmp_path: Path) -> None:
    made = office(files["xlsx"], "xlsx:Calc MS Excel 2007 XML", tmp_path)
    mine, theirs = (openpyxl.load_workbook(path, data_only=True) for path in (files["xlsx"], made))
    formulas = openpyxl.load_workbook(files["xlsx"])
    compared = 0
    for sheet in formulas.worksheets:
        for row in sheet.iter_rows():
            for cell in row:
                if cell.data_type == "f":
                    a, b = (book[sheet.title][cell.coordinate].value for book in (mine, theirs))
                    assert a == (b if isinstance(a, str) else pytest.approx(b, abs=1e-9)), (sheet.title, cell)
                    compared += 1
    assert compared > 40
    assert [cell.value for cell in theirs["合计"]["I"][2:]] == ["相符"] * (theirs["合计"].max_row - 2)


@pytest.mark.libreoffice
@pytest.mark.skipif(not shutil.which("soffice"), reason="没有安装 LibreOffice")
def test_a_word_processor_opens_it(files: dict[str, Path], tmp_path: Path) -> None:
    assert lint(files["docx"]) == []
    text = "".join(page_texts(office(files["docx"], "pdf", tmp_path))).replace("\n", "").replace(" ", "")
    for words in ("102,035.83", "甲区信访办", "图1", "超过100%", "重复，未计入"):
        assert words in text, words


@pytest.mark.validator
@pytest.mark.parametrize("suffix", ["docx", "xlsx"])
def test_the_validator_finds_nothing(files: dict[str, Path], suffix: str) -> None:
    pytest.importorskip("openxml_audit", reason="没有安装 openxml-audit：pip install -e '.[dev]'")
    from tests.docx_audit import audit

    # openpyxl's own ways, which every program reads: words in their cells, the order of a font's properties.
    known = "inline-string cell(s)", "/styleSheet[1]/fonts[1]/font"
    assert [each for each in audit(files[suffix]) if not any(words in each for words in known)] == []


def office(path: Path, to: str, folder: Path) -> Path:
    """A file as LibreOffice saves it."""
    profile = f"-env:UserInstallation={(folder / 'profile').as_uri()}"
    subprocess.run(
        ["soffice", "--headless", profile, "--convert-to", to, "--outdir", str(folder), str(path)],
        capture_output=True,
        timeout=180,
        check=True,
    )
    return folder / f"{path.stem}.{to.split(':')[0]}"


# The page --------------------------------------------------------------------------------


def test_the_page_is_sound_and_loads_nothing(files: dict[str, Path]) -> None:
    page = files["html"].read_text(encoding="utf-8")
    wrong = [problem for problem in problems(page) if problem not in ("<svg>", "<script>")]
    assert wrong == []
    assert page.count("<script>") == 1 and "=1+1&amp;&lt;b&gt;" in page
    assert "http" not in re.sub(r"http-equiv", "", page)


def test_pictures_say_their_data(files: dict[str, Path]) -> None:
    page = files["html"].read_text(encoding="utf-8")
    said = re.findall(r'<svg [^>]*aria-label="([^"]*)"', page)
    assert [words.split("。")[0] for words in said] == ["2024年度执行率的分布", "2024年度得分的分布"]
    assert "98～99：5份，99～100：3份，超过100：1份" in said[0]


@pytest.mark.htmlcheck
@pytest.mark.skipif(bool(programs.NO_HTML_VALIDATE), reason=programs.NO_HTML_VALIDATE)
def test_html_validate(files: dict[str, Path]) -> None:
    assert programs.html_validate([files["html"]]) == []


@pytest.mark.htmlcheck
@pytest.mark.skipif(bool(programs.NO_VNU), reason=programs.NO_VNU)
def test_nu_html_checker(files: dict[str, Path]) -> None:
    # It does not work hashes out: that the script runs under the policy is seen in the browser, below.
    said = programs.vnu([files["html"]])
    assert [each for each in said if not each.startswith("info: Inline script violates")] == []


@pytest.mark.htmlcheck
@pytest.mark.chromium
@pytest.mark.skipif(bool(programs.NO_AXE), reason=programs.NO_AXE)
@pytest.mark.parametrize("width", [1280, 500])
def test_axe(files: dict[str, Path], tmp_path: Path, width: int) -> None:
    assert programs.axe(files["html"], tmp_path, width) == []


@pytest.mark.chromium
@pytest.mark.skipif(bool(NO_BROWSER), reason=NO_BROWSER)
def test_the_table_is_sorted_and_searched(summary: Summary, tmp_path: Path) -> None:
    """With a mouse and with a keyboard, under the page's own policy."""
    from playwright.sync_api import sync_playwright

    path = tmp_path / "汇总.html"
    many = [line._replace(path=f"/{number}") for number, line in enumerate(summary.years[0].lines)]
    more = [line._replace(path=f"/x{number}", year=2024) for number, line in enumerate(USUAL)]
    write_summary(summarize([*many, *more]), [path])
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=programs.CHROMIUM, args=["--no-sandbox"])
        page = browser.new_page()
        complaints: list[str] = []
        page.on("console", lambda said: complaints.append(said.text))
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.goto(path.as_uri())

        def column(number: int) -> list[str]:
            return page.eval_on_selector_all(
                "table.lines tbody tr:not([hidden])",
                f"rows => rows.map(row => row.cells[{number}].textContent)",
            )

        before = column(5)
        head = page.locator("table.lines").get_by_role("columnheader", name="执行率", exact=True)
        head.get_by_role("button").click()
        assert head.get_attribute("aria-sort") == "descending"
        rates = column(5)[:-1]
        known = [float(text.rstrip("%")) for text in rates if text != "—"]
        assert known == sorted(known, reverse=True) and rates[-1] == "—"
        assert column(5)[-1] == before[-1]  # the sums stay below
        head.get_by_role("button").focus()
        page.keyboard.press("Enter")
        assert head.get_attribute("aria-sort") == "ascending"
        rates = column(5)[:-1]
        known = [float(text.rstrip("%")) for text in rates if text != "—"]
        assert known == sorted(known) and rates[-1] == "—"
        page.get_by_role("searchbox").fill("民政")
        assert column(0) == ["甲区民政局", "甲区民政局", column(0)[-1]]
        assert page.locator("[role=status]").inner_text() == "2 份；合计仍是全部的"
        assert complaints == []
        browser.close()


# The command -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["-o", "汇总.pdf"], "“汇总.pdf”看不出要写成什么：文件名要以 .xlsx、.html、.docx 结尾。"),
        (["-o", "汇总.xls"], "是不是 汇总.xlsx？"),
        (["-o", "汇总.xslx"], "是不是 汇总.xlsx？"),
        (["-o", "汇总"], "“汇总”看不出要写成什么"),
        (["content", "汇总.xlsx"], "“汇总.xlsx”前面少了 -o：写成文件的，写 -o 汇总.xlsx。"),
        (["-o", ""], "-o 后面要写一个文件名，如 汇总.xlsx。"),
        (["-o", "content"], "“content”是文件夹，-o 后面要写文件名，如 content/汇总.xlsx。"),
        (["--year", "去年"], "--year 后面要写年度，如 2024，写的是“去年”。"),
        (["--year", "2019"], "没有 2019 年度的报告，有的是：2023、2024。"),
        (["没有"], "没有“没有”这个文件夹。"),
        (["2024"], "没有“2024”这个文件夹。只汇总一年的，写 --year 2024。"),
        (["templates"], "“templates”里没有 report.yaml，不是报告文件夹。"),
    ],
)
def test_a_wrong_call_is_told(district: Path, arguments: list[str], said: str) -> None:
    before = tree_bytes(district)
    ran = call(["summary", *arguments], district)
    assert ran.exit_code == 2 and said in ran.err, ran
    assert tree_bytes(district) == before


@pytest.mark.skipif(sys.platform != "linux", reason="a folder where nobody may write")
def test_of_files_in_two_folders_none_is_written_alone(district: Path, tmp_path: Path) -> None:
    ran = call(["summary", "content", "-o", str(tmp_path / "汇总.xlsx"), "-o", "/proc/汇总.html"], district)
    assert ran.exit_code == 1 and "不能在“/proc”里写文件：" in ran.err, ran
    assert list(tmp_path.iterdir()) == []


def test_a_year_alone_and_the_name_by_default(district: Path, tmp_path: Path) -> None:
    shutil.copytree(district, tmp_path, dirs_exist_ok=True)
    ran = call(["summary", "--year", "２０２３年"], tmp_path)
    assert ran.exit_code == 0, ran
    assert "√ 共有报告2份，都读得出来，都计入了合计。" in ran.out and "build/汇总.xlsx" in ran.out
    assert openpyxl.load_workbook(tmp_path / "build" / "汇总.xlsx")["合计"].max_row == 3
    (tmp_path / "build" / "汇总.xlsx").write_bytes(b"old")
    assert call(["summary", "--year", "2023"], tmp_path).exit_code == 0
    openpyxl.load_workbook(tmp_path / "build" / "汇总.xlsx")
    assert [path.name for path in (tmp_path / "build").iterdir()] == ["汇总.xlsx"]


def test_nothing_but_broken_reports(district: Path, tmp_path: Path) -> None:
    shutil.copytree(district, tmp_path, dirs_exist_ok=True)
    ran = call(["summary", "content/甲区信访办", *(f"-o汇总.{suffix}" for suffix in FORMATS)], tmp_path)
    assert ran.exit_code == 1 and "共有报告1份，计入合计的0份；1份数据读不出来" in ran.out, ran
    assert all((tmp_path / f"汇总.{suffix}").exists() for suffix in FORMATS)


@pytest.mark.skipif(os.name != "posix" or not os.geteuid(), reason="权限管不着管理员")
def test_the_folder_above_need_not_be_ours(district: Path, tmp_path: Path) -> None:
    inner = tmp_path / "我的"
    inner.mkdir()
    tmp_path.chmod(0o555)
    try:
        ran = call(["summary", "content/甲区财政局", "-o", str(inner / "汇总.html")], district)
    finally:
        tmp_path.chmod(0o755)
    assert ran.exit_code == 0 and [path.name for path in inner.iterdir()] == ["汇总.html"], ran


def test_a_folder_that_is_not_there_is_not_made(district: Path, tmp_path: Path) -> None:
    (tmp_path / "文件").write_bytes(b"")
    for place in ("文件", "没有/下面"):
        ran = call(["summary", "content/甲区财政局", "-o", str(tmp_path / place / "汇总.html")], district)
        assert ran.exit_code == 2 and f"{place}”这个文件夹，先建好它，或者写到别处。" in ran.err, ran
    assert [path.name for path in tmp_path.iterdir()] == ["文件"]


def test_a_file_that_cannot_be_replaced(
    district: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As Windows refuses while Excel has it open."""

    def refuse(source: Path, target: Path) -> None:
        raise PermissionError

    (tmp_path / "汇总.xlsx").write_bytes(b"old")
    monkeypatch.setattr(publishing, "replace_file", refuse)
    ran = call(["summary", "content/甲区财政局", "-o", str(tmp_path / "汇总.xlsx")], district)
    assert ran.exit_code == 1 and "“汇总.xlsx”不让改写，没有写入，原来的文件没有改动。" in ran.err, ran
    assert (tmp_path / "汇总.xlsx").read_bytes() == b"old"
    assert [path.name for path in tmp_path.iterdir()] == ["汇总.xlsx"]


def test_without_a_library_that_draws_there_are_tables(
    summary: Summary, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(_data: object) -> None:
        raise NotDrawn("不能画", "装上它")

    monkeypatch.setattr(drawing, "draw", refuse)
    told = write_summary(summary, [tmp_path / "汇总.docx"])
    assert told == ["不能画。装上它。"]
    assert lint(tmp_path / "汇总.docx") == []


def test_the_page_of_the_manual_shows_what_is_printed(district: Path, tmp_path: Path, accept: bool) -> None:
    ran = call(["summary", "content", "-o", str(tmp_path / "汇总.xlsx")], district)
    out = re.sub(r"^  \S*汇总\.xlsx.*$", "  汇总.xlsx", ran.out, flags=re.MULTILINE)
    _shows(MANUAL / "汇总.md", {"汇总": ran.err + out}, accept)
