"""The real reports as pages: their structure, what the checkers say of them, and how they print."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from compiler import tree
from compiler.pipeline import build
from compiler.workspace import Workspace
from tests.html_checks import nodes, programs, sample
from tests.html_checks.structure import problems

ROOT = Path(__file__).parent.parent
REPORT, FORMS = "丰台区金融办/2023", "丰台区金融办/2024"

_MM = 72 / 25.4
_UPRIGHT, _ACROSS = (595, 842), (842, 595)


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The page of each real report."""
    out = tmp_path_factory.mktemp("build")
    made = {}
    for name in (REPORT, FORMS):
        result = build(Workspace(ROOT), ROOT / "content" / name, out)
        made[name] = next(path for path in result.outputs if path.suffix == ".html")
    return made


@pytest.fixture(scope="module")
def printed(
    pages: dict[str, Path], tmp_path_factory: pytest.TempPathFactory
) -> dict[str, list[programs.Sheet]]:
    """The printed pages of each real report."""
    if programs.NO_PAPER:
        pytest.skip(programs.NO_PAPER)
    folder = tmp_path_factory.mktemp("print")
    return {name: programs.sheets(programs.print_pdf(page, folder)) for name, page in pages.items()}


def _size(sheet: programs.Sheet) -> tuple[int, int]:
    return round(sheet.width), round(sheet.height)


def _first(sheet: programs.Sheet) -> str:
    """The uppermost word."""
    return max(sheet.words, key=lambda word: word.bottom).text


# The file ----------------------------------------------------------------------------------


@pytest.mark.parametrize("name", [REPORT, FORMS])
def test_page_is_sound(pages: dict[str, Path], name: str) -> None:
    page = pages[name].read_text(encoding="utf-8")
    assert problems(page) == []
    assert '<html lang="zh-CN">' in page
    assert page.count("<table") == page.count("</table>") >= 4


def test_contents_lead_to_every_title(pages: dict[str, Path]) -> None:
    page = pages[REPORT].read_text(encoding="utf-8")
    contents = page.split("<nav", 1)[1].split("</nav>", 1)[0]
    listed = re.findall(r'<li><a href="#([^"]+)">([^<]+)</a>', contents)
    titles = re.findall(r'<h[2-6] class="heading-[123]" id="([^"]+)">([^<]+)</h', page)
    assert [one for one in listed if one[0].startswith("sec")] == titles
    assert len(titles) > 20


def test_every_form_can_be_reached(pages: dict[str, Path]) -> None:
    page = pages[FORMS].read_text(encoding="utf-8")
    contents = page.split("<nav", 1)[1].split("</nav>", 1)[0]
    assert len(re.findall("<li><a ", contents)) == 4
    assert page.count('class="form-title"') == 4


# The checkers ------------------------------------------------------------------------------


@pytest.mark.htmlcheck
@pytest.mark.skipif(bool(programs.NO_HTML_VALIDATE), reason=programs.NO_HTML_VALIDATE)
def test_html_validate(pages: dict[str, Path]) -> None:
    assert programs.html_validate(list(pages.values())) == []


@pytest.mark.htmlcheck
@pytest.mark.skipif(bool(programs.NO_VNU), reason=programs.NO_VNU)
def test_nu_html_checker(pages: dict[str, Path]) -> None:
    assert programs.vnu(list(pages.values())) == []


@pytest.mark.htmlcheck
@pytest.mark.chromium
@pytest.mark.skipif(bool(programs.NO_AXE), reason=programs.NO_AXE)
@pytest.mark.parametrize("width", [1280, 500])
@pytest.mark.parametrize("name", [REPORT, FORMS])
def test_axe(pages: dict[str, Path], tmp_path: Path, name: str, width: int) -> None:
    assert programs.axe(pages[name], tmp_path, width) == []


# The paper ---------------------------------------------------------------------------------


@pytest.mark.chromium
def test_the_attachment_lies_across(printed: dict[str, list[programs.Sheet]]) -> None:
    sizes = [_size(sheet) for sheet in printed[REPORT]]
    upright = sizes.index(_ACROSS)
    assert sizes == [_UPRIGHT] * upright + [_ACROSS] * (len(sizes) - upright)
    assert _first(printed[REPORT][upright]).startswith("附件")


@pytest.mark.chromium
def test_each_form_has_one_page(printed: dict[str, list[programs.Sheet]]) -> None:
    assert [_size(sheet) for sheet in printed[FORMS]] == [_UPRIGHT] * 4
    for sheet in printed[FORMS]:
        assert _first(sheet) == "项目支出绩效自评表"
        # The last row stands at the foot of the type area: the form fills its page.
        total = next(word for word in sheet.words if word.text == "总分")
        assert 35 * _MM < total.bottom < 50 * _MM


@pytest.mark.chromium
@pytest.mark.parametrize("name", [REPORT, FORMS])
def test_page_numbers(printed: dict[str, list[programs.Sheet]], name: str) -> None:
    """GB/T 9704-2012, 7.5: at the foot between two dashes, one character in, odd pages right, even left."""
    for number, sheet in enumerate(printed[name], 1):
        first, middle, last = sorted(sheet.words, key=lambda word: word.bottom)[:3]
        first, middle, last = sorted((first, middle, last), key=lambda word: word.left)
        assert [first.text, middle.text, last.text] == ["—", str(number), "—"]
        assert 20 * _MM < middle.bottom < 28 * _MM
        if number % 2:
            assert sheet.width - last.right == pytest.approx(26 * _MM + 14, abs=1.5)
        else:
            assert first.left == pytest.approx(28 * _MM + 14, abs=1.5)


@pytest.mark.chromium
@pytest.mark.parametrize("name", [REPORT, FORMS])
def test_everything_is_printed_inside_the_margins(
    printed: dict[str, list[programs.Sheet]], name: str
) -> None:
    for sheet in printed[name]:
        assert min(word.left for word in sheet.words) > 28 * _MM - 1
        # A mark that closes a line may hang over its end.
        assert max(word.right for word in sheet.words) < sheet.width - 26 * _MM + 8


@pytest.mark.chromium
def test_pages_are_filled(printed: dict[str, list[programs.Sheet]]) -> None:
    """No table leaves most of a page empty by moving to the next as a whole."""
    across = [sheet for sheet in printed[REPORT] if _size(sheet) == _ACROSS]
    for sheet in across[:-1]:
        body = [word.bottom for word in sheet.words if word.bottom > 35 * _MM]
        assert min(body) < sheet.height / 2


# A table's head and what follows it ---------------------------------------------------------


def _shifted_tables() -> str:
    """The scoring table after one paragraph more in each part, so that breaks fall at many places."""
    parts = tuple(
        tree.Part(
            nodes.SPAN,
            (*(nodes.paragraph(f"第{line}段。") for line in range(lines)), sample.scoring_table()),
            "landscape",
        )
        for lines in range(1, 14)
    )
    metadata = tree.Metadata("报告", "示例局", "绩效报告")
    return sample.print_html(tree.Document(nodes.SPAN, metadata, (), parts))


def _stranded(page: str, folder: Path) -> int:
    """How many printed pages end with the head of a table."""
    path = folder / "tables.html"
    path.write_text(page, encoding="utf-8")
    texts = programs.page_texts(programs.print_pdf(path, folder))
    return sum(bool(re.search(r"评分标准(—\d+—)?$", text)) for text in texts)


@pytest.mark.chromium
@pytest.mark.skipif(bool(programs.NO_PAPER), reason=programs.NO_PAPER)
def test_no_head_without_a_row(tmp_path: Path) -> None:
    page = _shifted_tables()
    assert _stranded(page, tmp_path) == 0
    kept = "caption, thead { break-after: avoid }"
    assert kept in page
    assert _stranded(page.replace(kept, ""), tmp_path) > 0
