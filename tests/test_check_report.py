"""检查报告: that it says everything, is sound HTML, and prints."""

from __future__ import annotations

import re
import shutil
from datetime import date
from html import unescape
from pathlib import Path

import pytest

from compiler.check_report import NAME, check_report
from compiler.check_report.whereabouts import Whereabouts
from compiler.checks import CHECKS
from compiler.explanations import GROUPS
from compiler.pipeline import Result, build
from compiler.source import Source
from compiler.tree import Heading, Paragraph, Part, Text
from compiler.workspace import Workspace
from tests import overlay
from tests.command_line import call, tree_bytes
from tests.html_checks import programs
from tests.html_checks.structure import problems
from tests.test_checks import REPORT, copy_clean
from tests.test_listing import break_sum, waive

ROOT = Path(__file__).parents[1]
TODAY = date(2025, 6, 1)


def report_of(root: Path, folder: Path) -> tuple[Result, str]:
    result = build(Workspace(root, TODAY), root / folder, None)
    return result, check_report(result, root / folder, TODAY)


def words(page: str) -> str:
    return unescape(re.sub(r"<style>.*?</style>|<[^>]+>", "", page, flags=re.DOTALL))


@pytest.fixture(scope="module")
def clean(tmp_path_factory: pytest.TempPathFactory) -> str:
    root = tmp_path_factory.mktemp("clean")
    copy_clean(root)
    return report_of(root, REPORT)[1]


@pytest.fixture(scope="module")
def waived(tmp_path_factory: pytest.TempPathFactory) -> tuple[Result, str]:
    """Two errors, one of them let stand; a hostile reason."""
    root = tmp_path_factory.mktemp("waived")
    copy_clean(root)
    break_sum(root)
    waive(root, "A011", more='    说明: "x"\n    有效期至: 2035年12月31日\n')
    path = root / REPORT / "waivers.yaml"
    path.write_text(
        path.read_text(encoding="utf-8").replace("批复的数如此", "'<b>如此</b> & \"x\"'"), encoding="utf-8"
    )
    return report_of(root, REPORT)


@pytest.fixture(scope="module")
def uncompiled(tmp_path_factory: pytest.TempPathFactory) -> str:
    root = tmp_path_factory.mktemp("uncompiled")
    overlay.copy_sample(root)
    budget = root / overlay.REPORT / "data" / "budget.yaml"
    budget.write_text(budget.read_text(encoding="utf-8").replace(" 350", " -350"), encoding="utf-8")
    return report_of(root, overlay.REPORT)[1]


@pytest.fixture(scope="module")
def real() -> list[tuple[Result, str]]:
    return [report_of(ROOT, Path("content/丰台区金融办") / year) for year in ("2023", "2024")]


@pytest.fixture(scope="module")
def pages(
    clean: str,
    waived: tuple[Result, str],
    uncompiled: str,
    real: list[tuple[Result, str]],
    tmp_path_factory: pytest.TempPathFactory,
) -> list[Path]:
    """Every kind of report, as a file."""
    folder = tmp_path_factory.mktemp("pages")
    texts = {
        "clean": clean,
        "waived": waived[1],
        "uncompiled": uncompiled,
        "2023": real[0][1],
        "2024": real[1][1],
    }
    for name, text in texts.items():
        (folder / f"{name}.html").write_text(text, encoding="utf-8")
    return sorted(folder.glob("*.html"))


# What it says ----------------------------------------------------------------------------


def test_when_nothing_is_found_it_says_so_and_what_was_checked(clean: str) -> None:
    said = words(clean)
    assert "晴川区档案局2024年度整体绩效评价报告检查报告" in said
    assert "2025年6月1日" in said
    assert "没有查出错误、警告和提示。" in said
    assert f"按{len(CHECKS)}条规则检查，没有查出问题。" in said
    assert "没有放行的问题。" in said
    assert "附件" not in said
    assert re.search(rf"填入数据\d+处；规则{len(CHECKS)}条", said)


def test_every_finding_is_there_with_its_rule(real: list[tuple[Result, str]]) -> None:
    rules = {check.code: check for check in CHECKS}
    for result, page in real:
        said = words(page)
        for number, item in enumerate(
            sorted(result.findings, key=lambda item: page.index(f"{item.severity.value} {item.code.value}")),
            1,
        ):
            assert item.message in said and item.hint in said
            assert f'id="finding-{number}"' in page
            check = rules[item.code]
            for text in (check.title, check.rule, check.source):
                assert text in said
            for _, word in item.related:
                assert word in said


def test_every_place_leads_to_its_line(real: list[tuple[Result, str]]) -> None:
    for result, page in real:
        places = re.findall(r'<a href="#(file-\d+-\d+)">([^<]+) 第(\d+)行</a>', page)
        assert len(places) == sum(1 + len(item.related) for item in result.findings)
        for anchor, _, line in places:
            row = page.split(f'id="{anchor}"', 1)[1].split("</p>", 1)[0]
            assert f'<span class="number">{line}</span>' in row
            assert "<mark>" in row or '<span class="words"></span>' in row
        for item in result.findings:
            marked = item.span.source.line(item.span.line)[item.span.column - 1 : item.span.end - 1]
            assert marked in words(page)


def test_the_marks_leave_the_line_as_it_is(real: list[tuple[Result, str]]) -> None:
    for result, page in real:
        lines = {line for item in result.findings for line in item.span.source.lines}
        for row in re.findall(r'<span class="words">(.*?)</span>', page):
            line = words(row)
            assert line in lines or "…" in line or any(line in source.text for source in _related(result))


def _related(result: Result) -> list:
    return [span.source for item in result.findings for span, _ in item.related]


def test_what_is_let_stand_has_reason_name_and_date(waived: tuple[Result, str]) -> None:
    page = waived[1]
    said = words(page)
    table = said[said.index("三、已放行的问题", said.index("二、查出的问题") + 200) :]
    for text in ("错误 A011", '<b>如此</b> & "x"', "分管领导", "2025年3月1日"):
        assert text in table
    assert "有错误1处，既没有改正，也没有放行" in said and "另有1处已经放行。" in said
    assert "有效期至2035年12月31日" in table
    assert "<b>" not in page


def test_what_cannot_be_compiled_is_said(uncompiled: str) -> None:
    said = words(uncompiled)
    assert "数据、叙述或模板有1处写错，报告还不能生成，没有按规则检查。" in said
    assert "“全年预算数”是负数" in said and "错误 D005" in said


def test_the_summary_adds_up(real: list[tuple[Result, str]]) -> None:
    for result, page in real:
        rows = re.findall(
            r'<tr[^>]*><th scope="row">([^<]+)</th>((?:<td class="center">[^<]+</td>){5})</tr>', page
        )
        compared = "未查（" not in page
        assert compared == (not result.uncompared)
        cells = {
            name: [int(cell.replace("—", "0")) for cell in re.findall(r">([^<]+)</td>", row)]
            for name, row in rows
        }
        whole = cells.pop("合计")
        assert [sum(column) for column in zip(*cells.values(), strict=True)] == whole
        assert whole[0] == len([check for check in CHECKS if compared or check.code.value[0] != "L"])
        assert f"用规则{whole[0]}条：" in words(page)
        assert sum(whole[1:]) == len(result.findings)


def test_what_was_not_checked_is_said(uncompiled: str, tmp_path: Path) -> None:
    copy_clean(tmp_path)
    last = tmp_path / REPORT.parent / "2023"
    sound = (last / "report.yaml").read_text(encoding="utf-8")
    (last / "report.yaml").write_text(sound.replace("年度: 2023", "年度: 2022"), encoding="utf-8")
    assert "没有与上年比较：" in call(["check", str(REPORT)], tmp_path).out, (
        "a copied folder is no year before"
    )
    (last / "report.yaml").write_text("文种: 没有\n", encoding="utf-8")
    said = words(report_of(tmp_path, REPORT)[1])
    assert "与上年比较未查（上年的报告有错，读不出来）" in said
    assert "上年的报告有错，读不出来，没有与上年比较。" in said and "与上年比较 7条" not in said
    ran = call(["check", str(REPORT)], tmp_path)
    assert ran.out.splitlines()[-1] == (
        "  没有与上年比较：content/晴川区档案局/2023 的数据有错，读不出来，先检查那一份。"
    )
    shutil.rmtree(last)
    said = words(report_of(tmp_path, REPORT)[1])
    assert "与上年比较未查（没有上年的报告）" in said
    assert "没有与上年比较：" not in call(["check", str(REPORT)], tmp_path).out, "a first report has none"
    rows = re.findall(r'<th scope="row">([^<]+)</th><td class="center" colspan="5">([^<]+)</td>', uncompiled)
    assert rows == [(GROUPS[letter], "未查（先改好写错的）") for letter in "ASINGLWB"]
    assert "合计—1——" in words(uncompiled).replace("\n", "")


def test_undeclared_schemes_are_said(tmp_path: Path) -> None:
    copy_clean(tmp_path)
    report = tmp_path / REPORT / "report.yaml"
    text = report.read_text(encoding="utf-8")
    report.write_text(re.sub(r"(?m)^评分方案:.*\n(?:  .*\n)*", "", text), encoding="utf-8")
    said = words(report_of(tmp_path, REPORT)[1])
    assert said.count("没有声明评分方案，要照方案核的得分、等级、分值没有查。") == 2


def test_places_are_said_in_the_words_of_a_reader(real: list[tuple[Result, str]]) -> None:
    department, forms = (words(page) for _, page in real)
    assert "报告三、19（data/projects/19-挂职干部.yaml 第3行）" in department, "its name is in the message"
    assert "部门预算（data/budget.yaml 第3行）" in department
    assert re.search(
        r"报告“[^”]+措施建议”|报告[一二三四五六][^（]*（narrative/措施建议.md 第1行）", department
    )
    assert "项目支出绩效自评表第3张（data/projects/03-金融监管.yaml 第" in forms


def test_a_place_in_two_chapters_is_not_said() -> None:
    source = Source("甲/narrative/一.md", "话\n")
    span = source.span(0)
    part = Part(
        span,
        (
            Heading(span, 1, (Text(span, "前"),), number="一、"),
            Paragraph(span, (Text(span, "话"),)),
            Heading(span, 1, (Text(span, "后"),), number="二、"),
            Paragraph(span, (Text(span, "话"),)),
        ),
    )
    where = Whereabouts(None, "甲")
    where._read(part.blocks)
    assert where.words(span, "") == ""
    once = Whereabouts(None, "甲")
    once._read(part.blocks[:2])
    assert (once.words(span, ""), once.words(span, "前后")) == ("报告“一、前”", "报告一")


# The page --------------------------------------------------------------------------------


def test_pages_are_sound_and_hold_everything_themselves(pages: list[Path]) -> None:
    for page in pages:
        text = page.read_text(encoding="utf-8")
        assert problems(text) == [], page.name
        assert '<html lang="zh-CN">' in text
        assert not re.search(r"https?:|<script|@import|url\(", text)


def test_contents_lead_to_every_title(pages: list[Path]) -> None:
    for page in pages:
        text = page.read_text(encoding="utf-8")
        contents = text.split("<nav", 1)[1].split("</nav>", 1)[0]
        assert re.findall(r'href="#([^"]+)"', contents) == re.findall(r'<h[2-4] id="([^"]+)"', text)


@pytest.mark.htmlcheck
@pytest.mark.skipif(bool(programs.NO_HTML_VALIDATE), reason=programs.NO_HTML_VALIDATE)
def test_html_validate(pages: list[Path]) -> None:
    assert programs.html_validate(pages) == []


@pytest.mark.htmlcheck
@pytest.mark.skipif(bool(programs.NO_VNU), reason=programs.NO_VNU)
def test_nu_html_checker(pages: list[Path]) -> None:
    assert programs.vnu(pages) == []


@pytest.mark.htmlcheck
@pytest.mark.chromium
@pytest.mark.skipif(bool(programs.NO_AXE), reason=programs.NO_AXE)
@pytest.mark.parametrize("width", [1280, 500])
def test_axe(pages: list[Path], tmp_path: Path, width: int) -> None:
    for page in pages:
        assert programs.axe(page, tmp_path, width) == [], page.name


@pytest.mark.chromium
@pytest.mark.skipif(bool(programs.NO_PAPER), reason=programs.NO_PAPER)
def test_it_is_short_on_paper(pages: list[Path], tmp_path: Path) -> None:
    """The first page holds the verdict, the table and the whole contents list; forty findings take twelve pages."""
    for page in pages:
        sheets = programs.sheets(programs.print_pdf(page, tmp_path))
        first = "".join(word.text for word in sheets[0].words)
        assert "检查结论" in first and "检查说明" in first, page.name
        assert "二、查出的问题" in "".join(word.text for word in sheets[1].words)
        assert len(sheets) <= 14


@pytest.mark.chromium
@pytest.mark.skipif(bool(programs.NO_PAPER), reason=programs.NO_PAPER)
def test_it_prints_on_a4_inside_the_margins(pages: list[Path], tmp_path: Path) -> None:
    for page in pages:
        sheets = programs.sheets(programs.print_pdf(page, tmp_path))
        for number, sheet in enumerate(sheets, 1):
            assert (round(sheet.width), round(sheet.height)) == (595, 842)
            assert min(word.left for word in sheet.words) > 26 * 72 / 25.4 - 2
            assert max(word.right for word in sheet.words) < sheet.width - 24 * 72 / 25.4 + 8
            lowest = sorted(sheet.words, key=lambda word: word.bottom)[:3]
            assert str(number) in [word.text for word in lowest]


# The command -----------------------------------------------------------------------------


def test_the_command_writes_it_beside_the_drafts_and_leaves_them(tmp_path: Path) -> None:
    copy_clean(tmp_path)
    break_sum(tmp_path)
    assert call(["build", str(REPORT)], tmp_path).exit_code == 0
    before = tree_bytes(tmp_path)
    ran = call(["check", str(REPORT), "--to", "html"], tmp_path)
    assert ran.exit_code == 1, "an error is an error, whatever is written about it"
    path = f"build/晴川区档案局/2024/draft/{NAME}"
    assert f"  {path}（" in ran.out
    after = tree_bytes(tmp_path)
    page = after.pop(path).decode()
    assert after == before
    assert words(page).count("A001") >= 2
    ran = call(["check", str(REPORT), "--to", "html", "-o", "别处", "--format", "json"], tmp_path)
    assert ran.out.startswith("[") and ran.out.rstrip().endswith("]")
    assert (tmp_path / "别处" / "晴川区档案局" / "2024" / "draft" / NAME).exists()


def test_a_file_in_the_way_is_named(tmp_path: Path) -> None:
    copy_clean(tmp_path)
    (tmp_path / "build").write_text("", encoding="utf-8")
    ran = call(["check", str(REPORT), "--to", "html"], tmp_path)
    assert ran.exit_code == 1
    assert f"“{tmp_path / 'build'}”是一个文件，这里要放文件夹" in ran.err
    assert (tmp_path / "build").read_text(encoding="utf-8") == ""
