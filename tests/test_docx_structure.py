"""The structure of a DOCX file: native numbering, fields with results, sections, tables, properties."""

from __future__ import annotations

import io
import zipfile

import pytest
from lxml import etree

from compiler import tree
from compiler.passes.numbering import format_number
from compiler.tree import replace
from tests.docx_documents import SENTENCE, corners, numbered, report, turned
from tests.docx_lint_tables import value, w
from tests.docx_parts import Parts, attributes, bookmarked, fields, text
from tests.docx_samples import SPAN, document, heading, items, para, part, words, write

_OFFICE = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
_DC = "{http://purl.org/dc/elements/1.1/}"
_TERMS = "{http://purl.org/dc/terms/}"


@pytest.fixture(scope="module")
def parts() -> Parts:
    return Parts(write(report()))


@pytest.fixture(scope="module")
def sections(parts: Parts) -> list[etree._Element]:
    return list(parts.body.iter(w("sectPr")))


# Numbering -------------------------------------------------------------------------------


def test_heading_levels_are_one_native_list(parts: Parts) -> None:
    numbering = parts.part("numbering")
    levels = numbering.find(w("abstractNum"))
    assert levels is not None
    assert value(levels.find(w("multiLevelType"))) == "multilevel"
    found = [
        tuple(value(level.find(w(name))) for name in ("numFmt", "lvlText", "pStyle", "suff"))
        for level in levels.iter(w("lvl"))
    ]
    assert found == [
        ("chineseCountingThousand", "%1、", "Heading1", "nothing"),
        ("chineseCountingThousand", "（%2）", "Heading2", "nothing"),
        ("decimal", "%3.", "Heading3", "nothing"),
        ("decimal", "（%4）", "Heading4", "nothing"),
    ]


@pytest.mark.parametrize("level", [1, 2, 3, 4])
def test_heading_styles_are_word_s_own(parts: Parts, level: int) -> None:
    found = parts.style(f"Heading{level}")
    assert value(found.find(w("name"))) == f"heading {level}"
    properties = found.find(w("pPr"))
    assert properties is not None
    assert value(properties.find(w("outlineLvl"))) == str(level - 1)
    assert value(properties.find(f"{w('numPr')}/{w('ilvl')}")) == str(level - 1)
    number = value(properties.find(f"{w('numPr')}/{w('numId')}"))
    (instance,) = (each for each in parts.part("numbering").iter(w("num")) if each.get(w("numId")) == number)
    assert value(instance.find(w("abstractNumId"))) == "0"


def test_word_counts_the_headings(parts: Parts) -> None:
    """A heading holds its title alone; one without number stands outside the list."""
    titles = [text(each) for each in parts.styled("Heading1")]
    assert titles == ["部门概况", "整体绩效目标实现情况", "措施建议", "结语"]
    own = [each.find(f"{w('pPr')}/{w('numPr')}") is not None for each in parts.styled("Heading1")]
    assert own == [False, False, False, True]


def test_a_number_that_word_would_not_count_is_text() -> None:
    made = Parts(
        write(document(heading(1, "一、", "甲"), heading(1, "三、", "乙"), heading(1, "二、", "丙")))
    )
    assert [text(each) for each in made.styled("Heading1")] == ["甲", "三、乙", "丙"]


@pytest.mark.parametrize(
    ("count", "number"), [(10, "十、"), (11, "十一、"), (20, "二十、"), (101, "一百〇一、")]
)
def test_large_chinese_numbers_are_counted(count: int, number: str) -> None:
    blocks = [heading(1, format_number("一、", index), "题") for index in range(1, count + 1)]
    assert format_number("一、", count) == number
    assert {text(each) for each in Parts(write(document(*blocks))).styled("Heading1")} == {"题"}


def test_each_ordered_list_starts_where_it_says() -> None:
    made = Parts(write(document(items(True, "甲", "乙"), items(True, "丙", start=3), items(False, "丁"))))
    numbers = [
        value(each.find(f"{w('pPr')}/{w('numPr')}/{w('numId')}")) for each in made.styled("ListParagraph")
    ]
    assert numbers[0] == numbers[1] != numbers[2]
    starts = {
        each.get(w("numId")): value(each.find(f"{w('lvlOverride')}/{w('startOverride')}"))
        for each in made.part("numbering").iter(w("num"))
    }
    assert [starts[number] for number in numbers] == ["1", "1", "3", ""]


# Fields ----------------------------------------------------------------------------------


def test_the_contents_list_is_there_before_word_counts(parts: Parts) -> None:
    (control,) = parts.body.iter(w("sdt"))
    assert value(control.find(f".//{w('docPartGallery')}")) == "Table of Contents"
    instructions = [instruction for instruction, _ in fields(control)]
    assert instructions[-1] == r'TOC \o "1-3" \h \z \f'
    entries = list(control.iter(w("hyperlink")))
    assert [text(entry)[:-1] for entry in entries[:4]] == [
        "一、部门概况",
        "（一）机构设置及职责工作任务情况",
        "二、整体绩效目标实现情况",
        "1.2023年金融机构优惠政策兑现资金",
    ]
    for entry in entries:
        ((instruction, page),) = fields(entry)
        assert instruction == rf"PAGEREF {entry.get(w('anchor'))} \h"
        assert int(page) >= 1
    levels = [value(p.find(f"{w('pPr')}/{w('pStyle')}")) for p in control.iter(w("p"))]
    assert levels == ["TOCHeading", "TOC1", "TOC2", "TOC1", "TOC3", "TOC3", "TOC1", "TOC1", "Separator"]


def test_a_form_s_title_says_what_the_contents_list_says(parts: Parts) -> None:
    instructions = [instruction for instruction, _ in fields(parts.body)]
    assert r'TC "2024年金融监管专项费用" \l 1' in instructions


@pytest.mark.parametrize(
    ("style_id", "instruction", "caption"),
    [
        ("Caption", r"SEQ 表 \* ARABIC", "表1　2023年预算执行情况（单位：万元）"),
        ("PictureCaption", r"SEQ 图 \* ARABIC", "图1　专题展现场"),
    ],
)
def test_captions_are_counted_by_fields(parts: Parts, style_id: str, instruction: str, caption: str) -> None:
    paragraph = parts.styled(style_id)[0]
    assert list(fields(paragraph)) == [(instruction, "1")]
    assert text(paragraph) == caption


def test_a_reference_shows_what_its_bookmark_holds(parts: Parts) -> None:
    shown = [
        (instruction.split(), result)
        for instruction, result in fields(parts.body)
        if instruction[:4] == "REF "
    ]
    title, project = "整体绩效目标实现情况", "2023年金融机构优惠政策兑现资金"
    assert [result for _, result in shown] == ["表1", "二、", title, "1", project]
    for instruction, result in shown:
        if r"\n" not in instruction:  # with it, Word shows the heading's number, without a full stop
            assert bookmarked(parts.body, instruction[1]) == result


def test_a_reference_to_a_heading_reads_as_the_heading(parts: Parts) -> None:
    (paragraph,) = (each for each in parts.styled("BodyText") if text(each).startswith("全年预算数见"))
    assert text(paragraph) == (
        "全年预算数见表1，情况见“二、整体绩效目标实现情况”，又见附件，同“1.2023年金融机构优惠政策兑现资金”。"
    )


def test_a_number_that_word_does_not_count_is_no_field() -> None:
    there = heading(1, "", "无号", id="前")
    skipped = heading(3, "7.", "乙", id="乙")  # Word would count it 1.
    reference = tree.Reference(SPAN, (), "乙", anchor="sec2", label=("“", "7.", "乙", "”"))
    blocks = [replace(there, anchor="sec1"), replace(skipped, anchor="sec2"), para(reference)]
    made = Parts(write(document(*blocks)))
    assert [instruction for instruction, _ in fields(made.body)] == [r"REF sec2 \h"]
    assert text(list(made.styled("BodyText"))[-1]) == "“7.乙”"


def test_a_reference_in_the_writer_s_own_words_is_a_link(parts: Parts) -> None:
    found = [each for each in parts.body.iter(w("hyperlink")) if each.get(w("anchor")) == "att1"]
    assert [text(each) for each in found][-1] == "附件"


def test_nothing_asks_to_be_updated(parts: Parts) -> None:
    assert not list(parts.part("settings").iter(w("updateFields")))
    for root in parts.trees.values():
        assert not [each for each in root.iter() if each.get(w("dirty"))]


def test_an_updated_contents_list_says_the_same() -> None:
    r"""What TOC \o \f collects when a reader presses F9, against what is there already."""
    title = tree.Heading(SPAN, 1, words("自评表"), numbered=False, role="form-title", contents_text="某项目")
    attachment = [
        para("附件", role="attachment-label"),
        para("明细表", role="attachment-title"),
    ]
    blocks = [tree.Contents(SPAN, "目录", 2), heading(1, "一、", "甲"), heading(2, "（一）", "乙"), title]
    made = Parts(write(numbered(document(part(blocks), part(attachment)))))
    there = [text(entry)[:-1] for entry in made.body.iter(w("hyperlink"))]
    (instruction,) = (each for each, _ in fields(made.body) if each.startswith("TOC"))
    collected = []
    for paragraph in made.body.findall(w("p")):
        marks = [each for each, _ in fields(paragraph) if each.startswith("TC ")]
        style_id = value(paragraph.find(f"{w('pPr')}/{w('pStyle')}"))
        outline = made.style(style_id).find(f"{w('pPr')}/{w('outlineLvl')}")
        if marks:
            collected.append(marks[0].split('"')[1])
        elif style_id in ("Heading1", "Heading2") or (r"\u" in instruction and outline is not None):
            collected.append(text(paragraph))
    assert [said.removeprefix("一、").removeprefix("（一）") for said in there] == collected


# Runs ------------------------------------------------------------------------------------


def test_bold_and_emphasis(parts: Parts) -> None:
    looks = {text(run): run.find(w("rPr")) for run in parts.body.iter(w("r"))}
    assert [each.tag for each in looks["机关党务"]] == [w("b"), w("bCs")]
    assert value(looks["政务公开"].find(w("rStyle"))) == "Emphasis"
    kai = parts.style("Emphasis").find(f"{w('rPr')}/{w('rFonts')}")
    assert attributes(kai)["eastAsia"] == "楷体_GB2312"
    assert parts.style("Emphasis").find(f"{w('rPr')}/{w('i')}") is None


def test_bold_words_keep_their_links() -> None:
    link = tree.Link(
        SPAN, (tree.Strong(SPAN, words("网")), *words("站")), "https://example.gov.cn/金融?a=1&b=2"
    )
    made = Parts(write(document(para(tree.Strong(SPAN, (link,))))))
    (found,) = made.body.iter(w("hyperlink"))
    assert text(found) == "网站"
    bold = [run.find(f"{w('rPr')}/{w('b')}") is not None for run in found.iter(w("r"))]
    assert bold == [True, True]
    relations = {each.get("Id"): each for each in made.trees["word/_rels/document.xml.rels"]}
    relation = relations[found.get(f"{_OFFICE}id")]
    assert relation.get("TargetMode") == "External"
    assert relation.get("Target") == "https://example.gov.cn/%E9%87%91%E8%9E%8D?a=1&b=2"


def test_a_figure_is_words_like_others(parts: Parts) -> None:
    (paragraph,) = (each for each in parts.styled("BodyText") if text(each).startswith("负责"))
    assert text(paragraph) == "负责机关党务、政务公开，见区政府网站。另起一行，执行率99.88% < 100%。"
    assert len(list(paragraph.iter(w("br")))) == 1


# Sections and tables -----------------------------------------------------------------------


def test_attachments_are_sections_on_new_pages(parts: Parts, sections: list[etree._Element]) -> None:
    assert [value(each.find(w("type"))) for each in sections] == ["nextPage"] * 3
    first_of_landscape = sections[0].getparent().getparent().getnext()
    assert text(first_of_landscape) == "附件1"


def test_head_rows_lead_and_are_repeated(parts: Parts) -> None:
    for table in parts.body.iter(w("tbl")):
        rows = table.findall(w("tr"))
        heads = [row.find(f"{w('trPr')}/{w('tblHeader')}") is not None for row in rows]
        assert heads == sorted(heads, reverse=True)
        assert all(row.find(f"{w('trPr')}/{w('cantSplit')}") is not None for row in rows)
        look = attributes(table.find(f"{w('tblPr')}/{w('tblLook')}"))["val"]
        assert bool(int(look, 16) & 0x0020) == heads[0]
    first, scoring, *_ = parts.body.iter(w("tbl"))
    assert len(list(first.iter(w("tblHeader")))) == 2
    assert len(list(scoring.iter(w("tblHeader")))) == 1


def test_merged_cells(parts: Parts) -> None:
    first, scoring, *_ = parts.body.iter(w("tbl"))
    row = first.find(w("tr"))
    spans = [value(cell.find(f"{w('tcPr')}/{w('gridSpan')}")) for cell in row.iter(w("tc"))]
    assert spans == ["", "3"]
    merges = [value(each) or "continue" for each in scoring.iter(w("vMerge"))]
    assert merges.count("restart") == 5
    assert merges.count("continue") == 5 * 11


def test_tables_are_as_wide_as_the_type_area(parts: Parts) -> None:
    widths = [int(attributes(each)["w"]) for each in parts.body.iter(w("tblW"))]
    assert widths == [8845, 16838 - 1587 - 1474, 8845, 8845]
    for table in parts.body.iter(w("tbl")):
        assert attributes(table.find(f"{w('tblPr')}/{w('tblLayout')}")) == {"type": "fixed"}


def test_every_form_starts_a_page(parts: Parts) -> None:
    breaks = [
        each.find(f"{w('pPr')}/{w('pageBreakBefore')}") is not None for each in parts.styled("FormTitle")
    ]
    assert breaks == [False, True]  # the first is on the section's new page already


def test_tables_and_pictures_are_described(parts: Parts) -> None:
    described = [value(each) for each in parts.body.iter(w("tblDescription"))]
    assert described[0] == "三类支出的预算数、执行数和执行率"
    assert len(described) == len(list(parts.body.iter(w("tbl"))))
    drawings = [each for each in parts.body.iter() if str(each.tag).endswith("}docPr")]
    assert [each.get("descr") for each in drawings] == ["灰色方块"]


# Properties and language -------------------------------------------------------------------


def test_core_properties(parts: Parts) -> None:
    core = parts.trees["docProps/core.xml"]
    found = {name: core.findtext(f"{_DC}{name}") for name in ("title", "subject", "creator", "language")}
    assert found == {
        "title": "2023年度整体绩效评价报告",
        "subject": "整体绩效评价报告",
        "creator": "区金融办",
        "language": "zh-CN",
    }
    assert [core.findtext(f"{_TERMS}{name}") for name in ("created", "modified")] == [
        "2024-03-01T00:00:00Z"
    ] * 2


def test_no_date_is_made_up() -> None:
    core = Parts(write(document(para("文字"), date=""))).trees["docProps/core.xml"]
    assert core.find(f"{_TERMS}created") is None
    assert core.find(f"{_TERMS}modified") is None


def test_the_language_is_chinese(parts: Parts) -> None:
    language = parts.part("styles").find(f"{w('docDefaults')}/{w('rPrDefault')}/{w('rPr')}/{w('lang')}")
    assert attributes(language)["eastAsia"] == "zh-CN"
    assert attributes(parts.part("settings").find(w("themeFontLang")))["eastAsia"] == "zh-CN"


def test_word_opens_it_as_its_own_version(parts: Parts) -> None:
    modes = [
        attributes(each)["val"]
        for each in parts.part("settings").iter(w("compatSetting"))
        if attributes(each)["name"] == "compatibilityMode"
    ]
    assert modes == ["15"]


@pytest.mark.parametrize("make", [report, corners, turned])
def test_the_same_tree_gives_the_same_bytes(make: object) -> None:
    assert write(make()) == write(make())  # type: ignore[operator]


def test_times_and_systems_leave_no_trace() -> None:
    with zipfile.ZipFile(
        io.BytesIO(write(document(part([para(SENTENCE)]), part([para(*words("又"))]))))
    ) as archive:
        for info in archive.infolist():
            assert (info.date_time, info.create_system) == ((1980, 1, 1, 0, 0, 0), 0)
