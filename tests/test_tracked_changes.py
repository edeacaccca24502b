"""A comparison printed: accepting all changes gives the newer document, rejecting all the older."""

from __future__ import annotations

from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from random import Random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from compiler import tree
from compiler.comparison.sides import Side, side
from tests.comparison_samples import DOCUMENTS, added, at_random, compared, gone, new, old
from tests.docx_lint import lint
from tests.docx_revisions import Job, contents, lines_of, run_office, separators, settled
from tests.docx_samples import SPAN, cell, document, member, para, part, row, table, words, write
from tests.html_checks import programs, sample
from tests.html_checks.structure import problems
from tests.test_docx_text import PARTS
from tests.texts import SOFFICE

SIDES: tuple[Side, Side] = ("newer", "older")


@pytest.fixture(params=DOCUMENTS)
def made(request: pytest.FixtureRequest) -> tree.Document:
    return DOCUMENTS[request.param]()


# DOCX: the XML -----------------------------------------------------------------------------


def _hold(comparison: tree.Document, folder: Path) -> None:
    """Hold the two documents that a comparison is settled to against those printed without changes."""
    data = write(comparison)
    path = folder / "文档.docx"
    path.write_bytes(data)
    assert lint(path) == []
    for keep in SIDES:
        plain, result = write(side(comparison, keep)), settled(data, keep)
        assert contents(result) == contents(plain)
        # Each part may end with a paragraph that nothing can delete.
        assert separators(result) <= separators(plain) + len(comparison.parts)
        assert member(result).count("<w:sectPr>") >= member(plain).count("<w:sectPr>")
        path.write_bytes(plain)
        faults = lint(path)
        path.write_bytes(result)
        assert set(lint(path)) <= set(faults)


def test_settled_is_one_of_the_documents(made: tree.Document, tmp_path: Path) -> None:
    _hold(made, tmp_path)


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(PARTS, min_size=1, max_size=3), st.randoms(use_true_random=False))
def test_settled_at_random(
    tmp_path_factory: pytest.TempPathFactory, parts: list[tree.Part], random: Random
) -> None:
    _hold(at_random(document(*parts), random), tmp_path_factory.getbasetemp())


def test_the_same_row_and_cell_twice() -> None:
    """What is kept by identity is printed by what it stands in, and every change has a number of its own."""
    one = cell("甲")
    kept, other = row(one, one), row(one, tree.Cell(SPAN, ((added("新"), gone("旧")),)))
    made = table((5000, 5000), (), [other, tree.replace(kept, change="deleted"), kept, other])
    data = member(write(compared(made, made, old(table((5000, 5000), (), [kept])), made)))
    assert data.count("<w:t>甲</w:t>") == 3 * 4
    assert data.count("<w:delText>甲</w:delText>") == 3 * 2 + 2
    numbers = [piece.split('"', 1)[0] for piece in data.split(' w:id="')[1:]]
    assert len(set(numbers)) == len(numbers) > 20


def test_a_part_in_one_document_takes_its_page_along() -> None:
    """Its section goes with it, unless the pages before it would then lie otherwise."""
    for orientation, left in (("portrait", 2), ("landscape", 3)):
        parts = (part([para("一")]), part([new(para("二"))], orientation), part([para("三")]))  # type: ignore[arg-type]
        data = write(compared(*parts))
        assert member(settled(data, "newer")).count("<w:sectPr>") == 3
        assert member(settled(data, "older")).count("<w:sectPr>") == left


def test_who_and_when() -> None:
    data = member(write(compared(para(added("新")))))
    assert (
        '<w:ins w:id="1000001" w:author="区金融办&quot;&lt;2024&gt;&quot;" w:date="2025-03-01T00:00:00Z">'
        in data
    )


@pytest.mark.parametrize("block", [para(added("新")), new(para("新"))])
def test_a_change_needs_a_comparison(block: tree.Block) -> None:
    with pytest.raises(TypeError):
        write(document(block))


@pytest.mark.validator
def test_the_validator_finds_nothing(made: tree.Document, tmp_path: Path) -> None:
    pytest.importorskip("openxml_audit", reason="没有安装 openxml-audit：pip install -e '.[dev]'")
    from tests.docx_audit import audit

    path = tmp_path / "文档.docx"
    path.write_bytes(write(made))
    assert audit(path) == []


def test_the_lint_sees_changes(tmp_path: Path) -> None:
    from zipfile import ZipFile

    path, broken = tmp_path / "文档.docx", tmp_path / "坏.docx"
    path.write_bytes(write(compared(para("留", gone("旧"), added("新")))))
    for before, after in (
        ("w:delText", "w:t"),
        ("<w:t>新</w:t>", "<w:delText>新</w:delText>"),
        ("1000002", "1000001"),
        ('w:date="2025-03-01T00:00:00Z"', 'w:date="2025-03-01"'),
        ('w:author="区', 'w:author="" w:initials="区'),
    ):
        with ZipFile(path) as source, ZipFile(broken, "w") as target:
            for name in source.namelist():
                data = source.read(name).decode("utf-8", "surrogateescape")
                if name == "word/document.xml":
                    assert before in data
                    data = data.replace(before, after)
                target.writestr(name, data.encode("utf-8", "surrogateescape"))
        assert lint(broken), before


# DOCX: LibreOffice ---------------------------------------------------------------------------


@pytest.mark.libreoffice
@pytest.mark.skipif(not SOFFICE, reason="没有安装 LibreOffice")
def test_libreoffice_settles_to_the_same_words(tmp_path: Path) -> None:
    jobs: list[Job] = []
    for name, make in DOCUMENTS.items():
        made = make()
        (tmp_path / f"{name}.docx").write_bytes(write(made))
        jobs.append(Job(f"{name}.docx", "", f"{name}.both.txt"))
        for keep in SIDES:
            (tmp_path / f"{name}.{keep}.docx").write_bytes(write(side(made, keep)))
            jobs.append(Job(f"{name}.docx", keep, f"{name}.{keep}.settled.txt"))
            jobs.append(Job(f"{name}.{keep}.docx", "", f"{name}.{keep}.txt"))
    run_office(tmp_path, jobs)
    for name in DOCUMENTS:
        wanted = [lines_of(tmp_path / f"{name}.{keep}.txt") for keep in SIDES]
        assert wanted == [lines_of(tmp_path / f"{name}.{keep}.settled.txt") for keep in SIDES]
        assert wanted[0] != wanted[1] != lines_of(tmp_path / f"{name}.both.txt")


@pytest.mark.libreoffice
@pytest.mark.skipif(not SOFFICE, reason="没有安装 LibreOffice")
def test_libreoffice_keeps_pages_upright_and_across(tmp_path: Path) -> None:
    """Whatever comes or goes at the ends of parts, what stays lies as it did."""
    pdf = pytest.importorskip("tests.docx_pages")
    if pdf.MISSING:
        pytest.skip(pdf.MISSING)
    (tmp_path / "c.docx").write_bytes(write(DOCUMENTS["parts"]()))
    jobs = [Job("c.docx", keep, f"{keep}.pdf") for keep in SIDES]
    for keep in SIDES:
        (tmp_path / f"{keep}.docx").write_bytes(write(side(DOCUMENTS["parts"](), keep)))
        jobs.append(Job(f"{keep}.docx", "", f"{keep}.plain.pdf"))
    run_office(tmp_path, jobs)
    for keep in SIDES:
        settled_pages, plain_pages = (
            [
                (page.width > page.height, text)
                for page in pdf.read_pdf(tmp_path / name).pages
                if (text := "".join(page.lines[:-1]))
            ]
            for name in (f"{keep}.pdf", f"{keep}.plain.pdf")
        )
        assert settled_pages == plain_pages


# HTML ----------------------------------------------------------------------------------------


class _Words(HTMLParser):
    """The words of `<main>` that one of the two documents has."""

    def __init__(self, without: str) -> None:
        super().__init__()
        self.without = without
        self.main = False
        self.depth = 0
        self.words: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.main = self.main or tag == "main"
        self.depth += tag == self.without

    def handle_endtag(self, tag: str) -> None:
        self.main = self.main and tag != "main"
        self.depth -= tag == self.without

    def handle_data(self, data: str) -> None:
        if self.main and not self.depth:
            self.words.append(data)


def _page_words(page: str, without: str = "-") -> str:
    parser = _Words(without)
    parser.feed(page)
    return "".join(parser.words).replace("\n", "")


def _hold_page(comparison: tree.Document) -> None:
    page = sample.print_html(comparison)
    assert problems(page) == []
    for keep, element in (("newer", "del"), ("older", "ins")):
        plain = sample.print_html(side(comparison, keep))  # type: ignore[arg-type]
        assert _page_words(page, element) == _page_words(plain)
        assert "增加：" not in plain


@pytest.mark.parametrize("name", DOCUMENTS)
def test_each_document_is_in_the_page(name: str) -> None:
    _hold_page(DOCUMENTS[name]())


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(PARTS, min_size=1, max_size=3), st.randoms(use_true_random=False))
def test_each_document_is_in_the_page_at_random(parts: list[tree.Part], random: Random) -> None:
    _hold_page(at_random(document(*parts), random))


def test_a_row_is_marked_in_its_cells() -> None:
    kept = cell("甲\n乙", align="center")
    rows = [row(kept, cell("")), tree.Row(SPAN, (kept, cell("", header="row")), "deleted")]
    page = sample.print_html(compared(table((5000, 5000), (), rows), table((5000, 5000), (), rows)))
    assert page.count('<tr><td class="center"><p>甲</p><p>乙</p></td><td></td></tr>') == 2
    assert (
        page.count('<tr class="deleted"><td class="center"><del><p>甲</p><p>乙</p></del></td><td></td></tr>')
        == 2
    )


def test_labels_and_contents_are_the_newer_documents() -> None:
    titles = [
        tree.Heading(SPAN, 1, words("一、留下"), anchor="a"),
        old(tree.Heading(SPAN, 1, words("二、删去"), anchor="b")),
        tree.Heading(SPAN, 1, (*words("二、"), gone("旧"), added("新")), anchor="c"),
        table((1000,) * 10, (), [row(*[cell("甲")] * 10)], caption=(gone("旧题"), added("新题"))),
    ]
    page = sample.print_html(compared(*titles))
    listed = page.split('<nav class="outline"')[1]
    assert "留下" in listed and "二、新<" in listed
    assert "删去" not in listed and "旧" not in listed
    assert 'aria-label="新题"' in page


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Path]]:
    folder = tmp_path_factory.mktemp("pages")
    made = {name: folder / f"{name}.html" for name in DOCUMENTS}
    for name, path in made.items():
        path.write_text(sample.print_html(DOCUMENTS[name]()), encoding="utf-8")
    yield made


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
@pytest.mark.parametrize("dark", [False, True])
@pytest.mark.parametrize("name", DOCUMENTS)
def test_axe(pages: dict[str, Path], tmp_path: Path, name: str, dark: bool) -> None:
    page = pages[name].read_text(encoding="utf-8")
    assert page.count("(prefers-color-scheme: dark)") == 2
    path = tmp_path / "page.html"
    path.write_text(page.replace("(prefers-color-scheme: dark)", "(min-width: 1px)") if dark else page)
    assert programs.axe(path, tmp_path) == []
