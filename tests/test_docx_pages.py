"""The printed page: GB/T 9704's grid, sections, repeated heads, page numbers, as LibreOffice prints them.

LibreOffice sets other typefaces where the official ones are not installed; the grid does not depend on them.
"""

from __future__ import annotations

import re
import zipfile
from itertools import pairwise
from pathlib import Path

import pytest

from compiler.pipeline import build
from compiler.workspace import Workspace
from tests.docx_documents import DOCUMENTS
from tests.docx_pages import MISSING, Page, Pdf, Word, print_documents
from tests.docx_samples import style, write

pytestmark = [pytest.mark.libreoffice, pytest.mark.skipif(bool(MISSING), reason=MISSING)]

ROOT = Path(__file__).parents[1]
MILLIMETRE = 72 / 25.4
_BELOW_BASELINE = 0.35 / 1.3
"""How much of a word's box poppler puts below the baseline, for typefaces that do not say so."""
PORTRAIT, LANDSCAPE = "portrait", "landscape"


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Every document by name; the real reports by their year."""
    folder = tmp_path_factory.mktemp("documents")
    found = {}
    for name, make in DOCUMENTS.items():
        found[name] = folder / f"{name}.docx"
        found[name].write_bytes(write(make(), style("项目支出绩效自评表") if name == "forms" else None))
    for report in sorted((ROOT / "content").glob("*/*/report.yaml")):
        year = report.parent.name
        built = build(Workspace(ROOT), report.parent, folder, ("docx",)).outputs[0]
        found[year] = folder / f"{year}.docx"
        built.replace(found[year])
    return found


@pytest.fixture(scope="module")
def printed(files: dict[str, Path], tmp_path_factory: pytest.TempPathFactory) -> dict[str, Pdf]:
    return print_documents(list(files.values()), tmp_path_factory.mktemp("printed"))


def test_every_document_opens(printed: dict[str, Pdf], files: dict[str, Path]) -> None:
    assert set(printed) == set(files)
    assert all(pdf.pages for pdf in printed.values())


# The type area ---------------------------------------------------------------------------


def test_a_full_page_has_22_lines_of_28_characters(printed: dict[str, Pdf]) -> None:
    first, second, third, last = printed["full_pages"].pages
    assert [len(line) for line in first.lines[:-1]] == [26, *[28] * 21]  # two characters of indent
    for page in (second, third):
        assert [len(line) for line in page.lines[:-1]] == [28] * 22
    assert [len(line) for line in last.lines[:-1]] == [2]


def test_the_type_area_is_where_the_standard_has_it(printed: dict[str, Pdf]) -> None:
    """5.2.1: 37 ± 1 mm above, 28 ± 1 mm at the left, 156 x 225 mm.

    A line of an exact height has four fifths of it above the baseline, in Word as here, so that its words stand below its middle.
    """
    page = printed["full_pages"].pages[1]
    words = page.words[:22]
    left, right = min(word.left for word in words), max(word.right for word in words)
    assert left == pytest.approx(28 * MILLIMETRE, abs=MILLIMETRE)
    assert right - left == pytest.approx(156 * MILLIMETRE, abs=MILLIMETRE)
    tops = [word.top for word in words]
    pitch = (tops[-1] - tops[0]) / 21
    assert pitch * 22 == pytest.approx(225 * MILLIMETRE, abs=MILLIMETRE)
    assert all(after - before == pytest.approx(pitch, abs=0.1) for before, after in pairwise(tops))
    baseline = words[0].bottom - _BELOW_BASELINE * (words[0].bottom - words[0].top)
    assert baseline - 0.8 * pitch == pytest.approx(37 * MILLIMETRE, abs=MILLIMETRE)


@pytest.mark.parametrize("name", ["full_pages", "turned", "2023", "2024"])
def test_page_numbers_stand_outside(printed: dict[str, Pdf], name: str) -> None:
    """7.5: — 1 —, a character from the right on odd pages, from the left on even; numbered through."""
    for number, page in enumerate(printed[name].pages, start=1):
        words = _footer(page)
        assert "".join(word.text for word in words) == f"—{number}—"
        if number % 2:
            assert page.width - 26 * MILLIMETRE - words[-1].right == pytest.approx(14, abs=1)
        else:
            assert words[0].left - 28 * MILLIMETRE == pytest.approx(14, abs=1)


def test_the_page_number_is_7_mm_below_the_type_area(printed: dict[str, Pdf]) -> None:
    page = printed["full_pages"].pages[0]
    dash = _footer(page)[0]
    below = (dash.top + dash.bottom) / 2 - (page.height - 35 * MILLIMETRE)
    assert below == pytest.approx(7 * MILLIMETRE, abs=MILLIMETRE)


def _footer(page: Page) -> list[Word]:
    lowest = max(word.bottom for word in page.words)
    return sorted(word for word in page.words if abs(word.bottom - lowest) < 2)


# Sections --------------------------------------------------------------------------------


def test_only_the_attachment_lies_on_its_side(printed: dict[str, Pdf]) -> None:
    shapes = _shapes(printed["turned"])
    assert shapes[0] == shapes[-1] == PORTRAIT
    assert len(shapes) > 3
    assert set(shapes[1:-1]) == {LANDSCAPE}


def test_the_real_report_ends_with_the_landscape_scoring_table(printed: dict[str, Pdf]) -> None:
    shapes = _shapes(printed["2023"])
    start = shapes.index(LANDSCAPE)
    assert set(shapes[:start]) == {PORTRAIT}
    assert set(shapes[start:]) == {LANDSCAPE}
    assert printed["2023"].pages[start].lines[0] == "附件4-1"


def test_attachments_start_pages(printed: dict[str, Pdf]) -> None:
    pages = printed["turned"].pages
    assert pages[1].lines[0] == "附件1"
    assert pages[-1].lines[0] == "附件2"


def _shapes(pdf: Pdf) -> list[str]:
    shapes = []
    for page in pdf.pages:
        assert sorted((page.width, page.height)) == pytest.approx([210 * MILLIMETRE, 297 * MILLIMETRE], abs=1)
        shapes.append(LANDSCAPE if page.width > page.height else PORTRAIT)
    return shapes


def test_head_rows_are_repeated_on_every_page(printed: dict[str, Pdf]) -> None:
    for page in printed["turned"].pages[1:-1]:
        assert page.text.count("支出类别") == 1
        assert page.text.count("全年执行数") == 1


def test_no_row_of_a_table_is_torn(printed: dict[str, Pdf]) -> None:
    rows = re.findall(r"支出(\d+)672\.53655\.13", "".join(page.text for page in printed["turned"].pages))
    assert rows == [str(number) for number in range(1, 41)]


# Page numbers of the contents list -------------------------------------------------------


@pytest.mark.parametrize(("name", "tolerance"), [("2023", 0), ("report", 0), ("long_report", 1)])
def test_the_contents_list_has_the_pages_it_leads_to(
    printed: dict[str, Pdf], files: dict[str, Path], name: str, tolerance: int
) -> None:
    said, real = _contents(files[name]), printed[name].links
    assert said
    wrong = [
        (title, page, leads_to)
        for (title, page), leads_to in zip(said, real[: len(said)], strict=True)
        if abs(page - leads_to) > tolerance
    ]
    assert wrong == []


def _contents(path: Path) -> list[tuple[str, int]]:
    """The contents list as the file has it: titles and their pages."""
    with zipfile.ZipFile(path) as archive:
        text = archive.read("word/document.xml").decode()
    links = re.findall(r"<w:hyperlink .*?</w:hyperlink>", text, re.DOTALL)
    words = [re.findall(r"<w:t(?: [^>]*)?>(.*?)</w:t>", link) for link in links if "PAGEREF" in link]
    return [("".join(title), int(page)) for *title, page in words]


# Forms -----------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["2024", "forms"])
def test_every_form_fills_one_page(printed: dict[str, Pdf], name: str) -> None:
    pages = printed[name].pages
    assert len(pages) == 4
    for page in pages:
        assert page.lines[0] == "项目支出绩效自评表"
        assert page.text.count("总分") == 1
