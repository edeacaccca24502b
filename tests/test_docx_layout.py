"""The look of a DOCX file, clause by clause of GB/T 9704-2012: page, typefaces, lines, page numbers."""

from __future__ import annotations

import re

import pytest
from lxml import etree

from compiler.tree import replace
from tests.docx_documents import report, turned
from tests.docx_lint_tables import value, w
from tests.docx_parts import Parts, attributes
from tests.docx_samples import document, para, style, write

_OFFICE = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
_DC = "{http://purl.org/dc/elements/1.1/}"
_TERMS = "{http://purl.org/dc/terms/}"


@pytest.fixture(scope="module")
def parts() -> Parts:
    return Parts(write(report()))


@pytest.fixture(scope="module")
def sections(parts: Parts) -> list[etree._Element]:
    return list(parts.body.iter(w("sectPr")))


# The page: GB/T 9704-2012, 5.2 -------------------------------------------------------------


def test_the_page_is_a4_with_the_standard_margins(sections: list[etree._Element]) -> None:
    """37, 26, 35 and 28 mm are 2098, 1474, 1984 and 1587 twips."""
    assert [attributes(each.find(w("pgSz"))) for each in sections] == [
        {"w": "11906", "h": "16838"},
        {"w": "16838", "h": "11906", "orient": "landscape"},
        {"w": "11906", "h": "16838"},
    ]
    for each in sections:
        margins = attributes(each.find(w("pgMar")))
        assert [margins[side] for side in ("top", "right", "bottom", "left")] == [
            "2098",
            "1474",
            "1984",
            "1587",
        ]


def test_the_grid_has_22_lines(sections: list[etree._Element]) -> None:
    for each in sections:
        assert attributes(each.find(w("docGrid"))) == {"linePitch": "579"}
    assert 22 * 579 <= 16838 - 2098 - 1984 < 23 * 579


def test_28_body_characters_fit_in_a_line(parts: Parts) -> None:
    look = parts.style("BodyText").find(w("rPr"))
    assert look is not None
    size = int(value(look.find(w("sz")))) * 10
    closer = int(value(look.find(w("spacing"))))
    assert size == 320
    assert 28 * (size + closer) <= 11906 - 1587 - 1474 < 29 * (size + closer)


@pytest.mark.parametrize(
    ("style_id", "font", "half_points"),
    [
        ("Title", "方正小标宋简体", 44),
        ("Heading1", "黑体", 32),
        ("Heading2", "楷体_GB2312", 32),
        ("Heading3", "仿宋_GB2312", 32),
        ("Heading4", "仿宋_GB2312", 32),
        ("BodyText", "仿宋_GB2312", 32),
        ("AttachmentLabel", "黑体", 32),
        ("AttachmentTitle", "方正小标宋简体", 44),
        ("Footer", "宋体", 28),
    ],
)
def test_roles_name_their_official_typefaces(
    parts: Parts, style_id: str, font: str, half_points: int
) -> None:
    look = parts.style(style_id).find(w("rPr"))
    assert look is not None
    latin = "宋体" if font == "宋体" else "Times New Roman"
    assert attributes(look.find(w("rFonts"))) == {
        "ascii": latin,
        "hAnsi": latin,
        "eastAsia": font,
        "cs": latin,
    }
    assert [value(look.find(w(name))) for name in ("sz", "szCs")] == [str(half_points)] * 2
    assert look.find(w("b")) is None


def test_no_typeface_comes_from_a_theme(parts: Parts) -> None:
    for root in parts.trees.values():
        for each in root.iter(w("rFonts")):
            assert not any("heme" in str(name) for name in each.attrib)
    defaults = parts.part("styles").find(f"{w('docDefaults')}/{w('rPrDefault')}/{w('rPr')}/{w('rFonts')}")
    assert set(attributes(defaults)) == {"ascii", "hAnsi", "eastAsia", "cs"}


def test_every_typeface_has_a_substitute(parts: Parts) -> None:
    fonts = {each.get(w("name")): each for each in parts.part("fontTable").iter(w("font"))}
    for name, instead in (
        ("仿宋_GB2312", "仿宋"),
        ("楷体_GB2312", "楷体"),
        ("黑体", "SimHei"),
        ("方正小标宋简体", "华文中宋"),
    ):
        assert value(fonts[name].find(w("altName"))) == instead
        assert value(fonts[name].find(w("charset"))) == "86"
    assert "Times New Roman" in fonts


def test_marks_that_both_scripts_have_are_chinese() -> None:
    """Without the hint Word sets “ ” … — · in the Latin typeface."""
    made = Parts(write(document(para("“引号”"), para("省略……"), para("ABC"), para("汉字"))))
    hints = [p.find(f"{w('r')}/{w('rPr')}/{w('rFonts')}") for p in made.styled("BodyText")]
    assert [attributes(each) if each is not None else {} for each in hints] == [{"hint": "eastAsia"}] * 2 + [
        {}
    ] * 2


def test_lines_are_exactly_spaced(parts: Parts) -> None:
    for style_id in ("BodyText", "Heading1", "Heading2", "Heading3", "Heading4", "ListParagraph", "Quote"):
        spacing = attributes(parts.style(style_id).find(f"{w('pPr')}/{w('spacing')}"))
        assert spacing == {"before": "0", "after": "0", "line": "579", "lineRule": "exact"}
    title = attributes(parts.style("Title").find(f"{w('pPr')}/{w('spacing')}"))
    assert (title["line"], title["lineRule"]) == ("700", "exact")


def test_a_picture_is_not_cut_off_by_its_line(parts: Parts) -> None:
    spacing = attributes(parts.style("Picture").find(f"{w('pPr')}/{w('spacing')}"))
    assert spacing["lineRule"] == "auto"


@pytest.mark.parametrize("style_id", ["BodyText", "Heading1", "Heading2", "Heading3", "Heading4"])
def test_paragraphs_are_indented_by_two_characters(parts: Parts, style_id: str) -> None:
    indent = attributes(parts.style(style_id).find(f"{w('pPr')}/{w('ind')}"))
    assert (indent["firstLineChars"], indent["firstLine"]) == ("200", "640")


@pytest.mark.parametrize("style_id", ["Title", "AttachmentLabel", "AttachmentTitle", "FormTitle", "Caption"])
def test_titles_are_not_indented(parts: Parts, style_id: str) -> None:
    indent = attributes(parts.style(style_id).find(f"{w('pPr')}/{w('ind')}"))
    assert set(indent.values()) == {"0"}


def test_no_number_in_the_styles_is_a_fraction(parts: Parts) -> None:
    """The schema wants whole twips, half points and hundredths of a character."""
    for name in ("styles", "numbering", "document"):
        for each in parts.part(name).iter(
            w("ind"), w("spacing"), w("sz"), w("tcW"), w("trHeight"), w("pgMar")
        ):
            for key, number in attributes(each).items():
                assert re.fullmatch(r"-?\d+|dxa|exact|auto|atLeast", number), f"{key}={number}"


# Page numbers: 7.5 -------------------------------------------------------------------------


@pytest.mark.parametrize(("footer", "side"), [("footerOdd", "right"), ("footerEven", "left")])
def test_the_page_number_is_a_field_between_dashes(parts: Parts, footer: str, side: str) -> None:
    (paragraph,) = parts.part(footer)
    properties = paragraph.find(w("pPr"))
    assert properties is not None
    assert value(properties.find(w("jc"))) == side
    indent = attributes(properties.find(w("ind")))
    assert (indent[f"{side}Chars"], indent[side]) == ("100", "280")
    shown = []
    for run in paragraph.iter(w("r")):
        (piece,) = (each for each in run if each.tag != w("rPr"))
        shown.append(piece.get(w("fldCharType")) or (piece.text or "").strip())
    assert shown == ["—", "begin", "PAGE", "separate", "1", "end", "—"]


def test_odd_and_even_pages_differ_in_every_section(parts: Parts, sections: list[etree._Element]) -> None:
    assert parts.part("settings").find(w("evenAndOddHeaders")) is not None
    relations = {each.get("Id"): each.get("Target") for each in parts.trees["word/_rels/document.xml.rels"]}
    for each in sections:
        given = {
            reference.get(w("type")): relations[reference.get(f"{_OFFICE}id")]
            for reference in each.iter(w("footerReference"))
        }
        assert given == {"default": "footerOdd.xml", "even": "footerEven.xml"}
        assert each.find(w("pgNumType")) is None  # attachments are numbered on


def test_a_style_without_page_numbers_has_no_footers() -> None:
    look = replace(style(), page=replace(style().page, page_numbers=False))
    made = Parts(write(turned(), look))
    assert not [name for name in made.names if "footer" in name]
    assert not list(made.body.iter(w("footerReference")))
