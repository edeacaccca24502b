"""The DOCX writer's own decisions: how Word will count, how many lines a text takes, what it must survive."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from compiler import tree
from compiler.tree import replace
from compiler.writers import docx
from compiler.writers.docx.markup import bookmark_name, run
from compiler.writers.docx.numbering import HeadingCounter, NumberFormat
from compiler.writers.docx.paging import Metrics, Pager, line_count
from compiler.writers.docx.row_heights import share_room
from tests.case_files import case_files, run_case
from tests.docx_documents import report
from tests.docx_lint import lint
from tests.docx_samples import (
    SPAN,
    cell,
    document,
    heading,
    items,
    member,
    para,
    part,
    picture,
    row,
    style,
    table,
    words,
    write,
)

# Numbers ---------------------------------------------------------------------------------


@pytest.mark.parametrize("path", case_files("docx"), ids=lambda path: path.stem)
def test_numbers(path: Path, accept: bool) -> None:
    """Which headings Word numbers itself, and which carry their number as text."""
    run_case(path, _counted, accept)


def _counted(sections: dict[str, str]) -> str:
    counter = HeadingCounter(tuple(sections["formats"].split()))
    out = []
    for line in sections["headings"].split("\n"):
        if line:
            level, number = line.split()
            out.append(f"{line} {'Word' if counter.agrees(int(level), number) else 'text'}\n")
    return "".join(out)


@pytest.mark.parametrize(
    ("number", "expected"),
    [
        (1, "一"),
        (10, "十"),
        (11, "十一"),
        (20, "二十"),
        (99, "九十九"),
        (100, "一百"),
        (101, "一百〇一"),
        (110, "一百一十"),
        (1001, "一千〇一"),
        (1010, "一千〇一十"),
        (9999, "九千九百九十九"),
        (10000, ""),
    ],
)
def test_chinese_numbers_are_words(number: int, expected: str) -> None:
    """As Word 16 prints chineseCountingThousand."""
    assert NumberFormat("", "chineseCountingThousand", "").text(number) == expected


def test_a_number_word_does_not_count_is_printed_as_text() -> None:
    assert "<w:t>五、</w:t>" in member(write(document(heading(1, "五、", "从五开始"))))
    assert "<w:t>一、</w:t>" not in member(write(document(heading(1, "一、", "从一开始"))))


def test_a_restarted_list_has_a_number_of_its_own() -> None:
    xml = member(write(document(items(True, "甲"), items(True, "乙", start=3))), "word/numbering.xml")
    assert '<w:startOverride w:val="3"/>' in xml


# Text ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "hinted"),
    [
        ("“丰泽计划”", True),
        ("98.5—99", True),
        ("≥300平方米", True),
        ("汉字abc", False),
        ("plain", False),
    ],
)
def test_marks_shared_with_latin_take_the_chinese_typeface(text: str, hinted: bool) -> None:
    assert ('w:hint="eastAsia"' in run(text)) is hinted


def test_bookmark_names_are_what_word_takes() -> None:
    names = [bookmark_name(anchor) for anchor in ("h-1", "H1", "h1", "表", "x" * 41, "9")]
    assert names[2] == "h1"
    assert len({name.lower() for name in names}) == len(names)
    assert all(len(name) <= 40 and (name[0] == "_" or name[0].isalpha()) for name in names)


# Lines and pages -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "room", "first", "lines"),
    [
        ("", 10, 0, 1),
        ("字" * 10, 10, 0, 1),
        ("字" * 11, 10, 0, 2),
        ("字" * 9, 10, 2, 2),  # the indent takes two places
        ("字" * 10 + "，", 10, 0, 1),  # a small mark hangs over the edge
        ("字" * 10 + "，" + "字" * 10, 10, 0, 2),
        ("字" * 10 + "）" + "字" * 9, 10, 0, 3),  # a bracket does not: it takes a character along
        ("字" * 9 + "（" + "字" * 10, 10, 0, 3),  # an opening bracket does not end a line
        ("12345678901234567890", 10, 0, 1),
        ("字" * 8 + "123456", 10, 0, 2),  # a number stays whole
        ("甲\n乙\n丙", 10, 0, 3),
        ("字字字", 0.4, 0, 3),  # a column narrower than a character
    ],
)
def test_lines(text: str, room: float, first: float, lines: int) -> None:
    assert line_count(text, room, first) == lines


LINE = Metrics(size=10, line=10, before=0, after=0, first=0, left=0)


def test_a_heading_moves_to_the_page_of_its_text() -> None:
    pager = Pager()
    pager.begin(100)
    pager.paragraph(LINE, 9, "text")
    pager.paragraph(LINE, 1, "heading", keep_next=True)
    pager.paragraph(LINE, 3, "after")
    assert pager.pages == {"text": 1, "heading": 2, "after": 2}


def test_a_paragraph_and_a_table_run_on_over_pages() -> None:
    pager = Pager()
    pager.begin(100)
    pager.paragraph(LINE, 25)
    pager.rows([10], [30, 30, 30, 30])  # a row on this page, two on the next under the head again, then one
    pager.paragraph(LINE, 1, "below")
    assert pager.pages == {"below": 5}


def test_rows_share_the_room_of_a_form() -> None:
    assert sum(share_room([20.0, 40.0, 20.0], 110)) == pytest.approx(110)
    assert share_room([60.0, 60.0], 100) == [60.0, 60.0]


# What it must survive --------------------------------------------------------------------

_TABLE = table((5000, 5000), (), [row(cell("甲"), cell("乙"))])
_CONTENTS = tree.Contents(SPAN, "目录", 3)

CORNERS = {
    "no parts": document(),
    "an empty part": document(part([para("前")]), part([], "landscape"), part([para("后")])),
    "only a contents list": document(_CONTENTS),
    "a contents list, then a turned table": document(part([_CONTENTS]), part([_TABLE], "landscape")),
    "tables in a list": document(items(False, (para("甲"), _TABLE, _TABLE), (_TABLE,)), _TABLE),
    "a picture without caption that is referred to": document(
        picture(anchor="p1"), para(tree.Reference(SPAN, words("见图"), "图", "p1"))
    ),
    "a table without caption that is referred to": document(
        table((10000,), (), [row(cell("甲"))], anchor="表大"),
        para(tree.Reference(SPAN, words("见表"), "表", "表大")),
    ),
    "an empty list": document(tree.List(SPAN, True, ())),
    "an empty item": document(tree.List(SPAN, True, (tree.ListItem(SPAN, ()),))),
    "a link that is no URI yet": document(para(tree.Link(SPAN, words("网址"), 'http://a b/"中'))),
    "a page break at the start of a part": document(part([para("甲", page_break=True)])),
    "a new page in front of what has no page break of its own": document(_CONTENTS, _TABLE),
}


@pytest.mark.parametrize("name", CORNERS)
def test_corners(name: str, tmp_path: Path) -> None:
    path = tmp_path / "角.docx"
    path.write_bytes(write(CORNERS[name]))
    assert lint(path) == []


def test_same_tree_same_bytes() -> None:
    assert write(report()) == write(report())


def _rows_of_a_pattern(*fixed: tree.Inline) -> tree.Table:
    """A table whose rows a place of a template made, with these inlines in their first cell."""
    cells = (tree.Cell(SPAN, (fixed,)), tree.Cell(SPAN, ()))
    pattern = tree.RowPattern(cells, (1,), ((SPAN, "名称"),))
    return table((5000, 5000), (), [pattern.row(SPAN, (text,)) for text in ("甲", "乙", "丙" * 80)])


def test_a_document_leaves_nothing_to_the_next_in_its_style() -> None:
    """What is kept for a style is of no document: numbers of links, words of references."""
    link = tree.Link(SPAN, words("链接"), "https://example.gov.cn/二")
    other = tree.Link(SPAN, words("别的"), "https://example.gov.cn/一")
    tables = [
        _rows_of_a_pattern(*words("字"), tree.LineBreak(SPAN), tree.Strong(SPAN, words("粗"))),
        _rows_of_a_pattern(link),
        _rows_of_a_pattern(tree.Strong(SPAN, (link,))),
        _rows_of_a_pattern(tree.Reference(SPAN, (), "节", "h1", ("“", "一、", "概况", "”"))),
    ]
    counted, written = heading(1, "一、", "概况", anchor="h1"), heading(1, "九、", "概况", anchor="h1")
    documents = [
        document(counted, *tables),
        document(para(other), written, *tables),
        document(*reversed(tables), para(other), counted),
    ]
    look = replace(style())
    assert [write(made, look) for made in documents] == [write(made, replace(style())) for made in documents]


def test_what_nobody_asks_the_place_of_prints_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    """A part without a form, in a document without a contents list, is not placed on pages at all."""
    text = [heading(1, "一、", "概况"), *(para("预算执行率为98.5%，比上年" * 40) for _ in range(30))]
    notes = (words("注：单位为万元。" * 20),)
    form = table((5000, 5000), (), [row(cell("甲"), cell("乙"))] * 15, form=True, notes=notes)
    plain = replace(form, form=False)
    made = document(
        part([*text, plain, items(True, "甲", "乙")]), part([*text, plain, form]), part([plain, *text])
    )

    def printed(fills: Callable[[tree.Block], bool]) -> bytes:
        monkeypatch.setattr(docx, "_fills_page", fills)
        return write(made)

    given = write(made)
    assert given == printed(lambda block: True)
    assert given != printed(lambda block: False)


def test_a_placeholder_is_not_printed() -> None:
    slot = tree.Placeholder(SPAN, None)  # type: ignore[arg-type]
    with pytest.raises(TypeError, match="Placeholder"):
        write(document(para(slot)))
