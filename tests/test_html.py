"""The HTML writer: cases as data, the structure of whole pages, and what real checkers and a browser say."""

from __future__ import annotations

import io
import re
import tracemalloc
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pytest

from compiler import tree
from compiler.tree import replace
from compiler.writers.html import HtmlWriter, tables
from tests.case_files import case_files, run_case
from tests.html_checks import nodes, programs, sample
from tests.html_checks.structure import problems

_NAMES = {
    **{name: getattr(tree, name) for name in (
        "Cell", "Contents", "ContentsEntry", "Emphasis", "Figure", "Heading", "LineBreak", "Link", "List",
        "ListItem", "Paragraph", "Part", "Picture", "Reference", "Row", "Strong", "Table", "Text")},
    "S": nodes.SPAN, "text": nodes.text, "cell": nodes.cell, "paragraph": nodes.paragraph,
}  # fmt: skip


def _body(page: str) -> str:
    """What stands between the skip link and the end."""
    return page.split("跳到正文</a>\n", 1)[1].rsplit("</body>", 1)[0]


def _document(parts: tuple[tree.Part, ...]) -> tree.Document:
    return tree.Document(nodes.SPAN, tree.Metadata("报告", "示例局", "绩效报告"), ("一、",), parts)


def _run(sections: dict[str, str]) -> str:
    """`blocks`: Python, the blocks of one part; or `parts`: Python, the parts."""
    if "parts" in sections:
        parts = tuple(eval(sections["parts"], dict(_NAMES)))
    else:
        parts = (tree.Part(nodes.SPAN, tuple(eval(sections["blocks"], dict(_NAMES)))),)
    return _body(sample.print_html(_document(parts)))


@pytest.mark.parametrize("path", case_files("html"), ids=lambda path: path.stem)
def test_case(path: Path, accept: bool) -> None:
    run_case(path, _run, accept)


# Structure ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "document", [sample.report(), sample.forms(1), sample.forms(4)], ids=["report", "form", "forms"]
)
def test_page_is_sound(document: tree.Document) -> None:
    assert problems(sample.print_html(document)) == []


_SOUND = sample.print_html(sample.report())
_BREAKS = {
    "nesting": ("</main>", "</div>"),
    "not closed": ("</main>", ""),
    "id twice": ('id="h2"', 'id="h1"'),
    "dangling link": ('href="#t1"', 'href="#t9"'),
    "script": ("</main>", "<script>1</script></main>"),
    "event": ("<main", '<main onclick="1"'),
    "resource": ('src="data:', 'src="https://example.com/'),
    "font": ("</style>", "@font-face { src: url(x) }</style>"),
    "link": ('href="https://www', 'href="javascript:www'),
    "noopener": (' rel="noopener"', ""),
    "grid too small": (' colspan="5"', ' colspan="4"'),
    "grid overlap": (' rowspan="4"', ' rowspan="5"'),
    "heading skipped": (">（一）机构设置及职责工作任务情况</h3>", "></h3><h5></h5>"),
    "second h1": ("</main>", "<h1></h1></main>"),
    "no language": (' lang="zh-CN"', ""),
    "no description": (' alt="', ' alt="" title="'),
}


@pytest.mark.parametrize("name", _BREAKS)
def test_the_structure_check_can_fail(name: str) -> None:
    before, after = _BREAKS[name]
    assert before in _SOUND
    assert problems(_SOUND.replace(before, after, 1))


def test_head_comes_from_the_metadata() -> None:
    head = _SOUND.split("<style>")[0]
    assert '<html lang="zh-CN">' in head
    assert "<title>2023年度区金融服务办公室整体绩效评价报告</title>" in head
    assert '<meta name="author" content="区金融服务办公室">' in head
    assert '<meta name="dcterms.date" content="2024-03-01">' in head
    assert "default-src 'none'" in head


def test_hostile_names_stay_names() -> None:
    metadata = tree.Metadata('</title><script>"', '"><script>', "<b>", "", 'zh"><script>')
    part = tree.Part(nodes.SPAN, (nodes.paragraph("</p><script>alert(1)</script>", "title"),))
    style = nodes.sample_style()
    hostile = replace(style.emphasis, name='"; } </style><script>', fallbacks=("\\",))
    page = sample.print_html(
        tree.Document(nodes.SPAN, metadata, (), (part,)), replace(style, emphasis=hostile)
    )
    assert "<script>" not in page
    assert page.count("</style>") == 1
    assert problems(page) == []


def test_same_tree_same_bytes() -> None:
    assert sample.print_html(sample.report()) == _SOUND


# Style -------------------------------------------------------------------------------------


def _rule(page: str, selector: str) -> dict[str, str]:
    found = re.search(rf"^{re.escape(selector)} {{ (.*) }}$", page, re.MULTILINE)
    assert found, selector
    return dict(pair.split(": ", 1) for pair in found[1].split("; "))


def test_roles_become_rules() -> None:
    title, body, listed = (_rule(_SOUND, name) for name in (".title", "p, .body", ".attachment-list"))
    assert title["font-size"] == "calc(22 * var(--pt))"
    assert title["line-height"] == "calc(35 * var(--pt))"
    assert title["text-align"] == "center"
    assert '"方正小标宋简体", "FZXiaoBiaoSong-B05S"' in title["font-family"]
    assert title["font-family"].endswith(", serif")
    assert _rule(_SOUND, ".heading-1")["font-family"].endswith(", sans-serif")
    # 28 characters of 16 points in 442.2: a fifth of a point less each, the two of the indent too.
    assert body["letter-spacing"] == "calc(-0.21 * var(--pt))"
    assert body["text-indent"] == "calc(31.58 * var(--pt))"
    assert listed["padding-left"] == "calc(78.95 * var(--pt))"
    assert listed["text-indent"] == "calc(-47.37 * var(--pt))"


def test_titles_are_not_filled_out() -> None:
    """Filling out its lines would drive the few words of a title apart; the rest is as declared."""
    style = nodes.sample_style()
    filled = replace(style.roles["heading-1"], align="justify")
    page = sample.print_html(
        sample.report(),
        replace(
            style, roles={**style.roles, "heading-1": filled, "heading-2": replace(filled, align="center")}
        ),
    )
    assert _rule(page, ".heading-1")["text-align"] == "left"
    assert _rule(page, ".heading-2")["text-align"] == "center"
    assert _rule(page, "p, .body")["text-align"] == "justify"


def test_paper_comes_from_the_page() -> None:
    assert "@page { size: 210mm 297mm; margin: 37mm 26mm 35mm 28mm }" in _SOUND
    assert "@page landscape { size: 297mm 210mm }" in _SOUND
    assert "padding-bottom: 25.5mm" in _SOUND
    style = nodes.sample_style()
    page = sample.print_html(
        sample.report(),
        replace(style, page=replace(style.page, page_numbers=False, top=Decimal(20), characters=20)),
    )
    assert "counter(page)" not in page
    assert "margin: 20mm 26mm 35mm 28mm" in page
    assert _rule(page, "p, .body")["letter-spacing"] == "0"  # fewer characters than fit are not pulled apart


# Speed and memory --------------------------------------------------------------------------


def test_fixed_cells_are_printed_once(monkeypatch: pytest.MonkeyPatch) -> None:
    printed: list[tree.Cell] = []
    print_cell = tables.print_cell

    def noted(one: tree.Cell) -> str:
        printed.append(one)
        return print_cell(one)

    monkeypatch.setattr(tables, "print_cell", noted)
    forms = [sample.form(number) for number in (1, 2, 3)]
    printer = tables.TablePrinter()
    for one in forms[:2]:
        printer.print(one, "")
    printed.clear()
    printer.print(forms[2], "")
    own = {id(one) for row in forms[2].body for one in row.cells} - {
        id(one) for row in forms[0].body for one in row.cells
    }
    assert {id(one) for one in printed} == own


class _Nowhere(io.RawIOBase):
    """A stream that counts and forgets."""

    size = 0

    def write(self, data: bytes) -> int:  # type: ignore[override]
        self.size += len(data)
        return len(data)


def test_the_body_is_never_held() -> None:
    out = _Nowhere()
    writer = HtmlWriter(sample.forms(1), nodes.sample_style(), out)  # type: ignore[arg-type]
    tracemalloc.start()
    try:
        writer.begin(tree.Part(nodes.SPAN, ()))
        for number in range(400):
            for block in (sample.form_title(number), sample.form(number)):
                writer.write(block)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert out.size > 1_200_000
    assert peak < 800_000


# Real checkers -----------------------------------------------------------------------------

_BROKEN = '<!DOCTYPE html>\n<html><head><title>x</title></head><body>\n<p id="a" id="a"><div></p><img src="x"><h1>a</h1><h4>b</h4><p style="color:#ccc;background:#fff">浅得看不清的一行字</p></body></html>\n'


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Path]]:
    folder = tmp_path_factory.mktemp("pages")
    texts = {"report": _SOUND, "forms": sample.print_html(sample.forms(4)), "broken": _BROKEN}
    paths = {name: folder / f"{name}.html" for name in texts}
    for name, text in texts.items():
        paths[name].write_text(text, encoding="utf-8")
    yield paths


@pytest.mark.htmlcheck
@pytest.mark.skipif(bool(programs.NO_HTML_VALIDATE), reason=programs.NO_HTML_VALIDATE)
def test_html_validate(pages: dict[str, Path]) -> None:
    assert programs.html_validate([pages["report"], pages["forms"]]) == []
    assert programs.html_validate([pages["broken"]])


@pytest.mark.htmlcheck
@pytest.mark.skipif(bool(programs.NO_VNU), reason=programs.NO_VNU)
def test_nu_html_checker(pages: dict[str, Path]) -> None:
    assert programs.vnu([pages["report"], pages["forms"]]) == []
    assert programs.vnu([pages["broken"]])


@pytest.mark.htmlcheck
@pytest.mark.chromium
@pytest.mark.skipif(bool(programs.NO_AXE), reason=programs.NO_AXE)
@pytest.mark.parametrize("width", [1280, 500])
@pytest.mark.parametrize("name", ["report", "forms"])
def test_axe(pages: dict[str, Path], tmp_path: Path, name: str, width: int) -> None:
    assert programs.axe(pages[name], tmp_path, width) == []


@pytest.mark.htmlcheck
@pytest.mark.chromium
@pytest.mark.skipif(bool(programs.NO_AXE), reason=programs.NO_AXE)
def test_axe_can_fail(pages: dict[str, Path], tmp_path: Path) -> None:
    found = {one.partition(":")[0] for one in programs.axe(pages["broken"], tmp_path)}
    assert {"color-contrast", "heading-order", "html-has-lang", "image-alt"} <= found


# The browser -------------------------------------------------------------------------------


@pytest.mark.chromium
@pytest.mark.skipif(bool(programs.NO_CHROMIUM), reason=programs.NO_CHROMIUM)
@pytest.mark.parametrize(("width", "position"), [(1366, "fixed"), (500, "static")])
@pytest.mark.parametrize("name", ["report", "forms"])
def test_screen(pages: dict[str, Path], tmp_path: Path, name: str, width: int, position: str) -> None:
    """The contents stand at the side of a wide window; a narrow one is never wider than itself."""
    said = programs.measure(
        pages[name],
        tmp_path,
        "[getComputedStyle(document.querySelector('nav')).position,"
        " document.documentElement.scrollWidth <= innerWidth,"
        " [...document.querySelectorAll('.wide')].some(box => box.scrollWidth > box.clientWidth)]",
        width,
    )
    assert said == f"{position},true,{'true' if width == 500 else 'false'}"


@pytest.mark.chromium
@pytest.mark.skipif(bool(programs.NO_CHROMIUM), reason=programs.NO_CHROMIUM)
def test_print(tmp_path: Path) -> None:
    """A4; the landscape part lies across between upright pages; every page has its number; a form fills its own."""
    pikepdf = pytest.importorskip("pikepdf", reason="没有安装 pikepdf：pip install -e '.[dev]'")
    page = tmp_path / "report.html"
    page.write_text(_SOUND, encoding="utf-8")
    with pikepdf.open(programs.print_pdf(page, tmp_path)) as pdf:
        sizes = [(round(float(one.mediabox[2])), round(float(one.mediabox[3]))) for one in pdf.pages]
    upright, across = (595, 842), (842, 595)
    runs = [size for index, size in enumerate(sizes) if not index or size != sizes[index - 1]]
    assert runs == [upright, across, upright]
    assert sizes[-2:] == [upright, upright]  # two forms, a page each
    assert sizes[-3] == across


@pytest.mark.chromium
@pytest.mark.skipif(bool(programs.NO_PAPER), reason=programs.NO_PAPER)
def test_printed_words(tmp_path: Path) -> None:
    """Page numbers between dashes, table heads again on the next page, the contents on the first page only."""
    page = tmp_path / "report.html"
    page.write_text(_SOUND, encoding="utf-8")
    printed = programs.page_texts(programs.print_pdf(page, tmp_path))
    for number, text in enumerate(printed, 1):
        assert f"—{number}—" in text
    assert "目录一、部门概况" in printed[0]
    assert not any("目录" in text for text in printed[1:])
    assert "部门概况" in printed[1]
    heads = [text for text in printed if "评分标准" in text]
    assert len(heads) > 1
    assert all("一级指标二级指标" in text for text in heads)
    assert "跳到正文" not in "".join(printed)
