"""The lint and the validator can fail: documents broken in one way each, and which of the two says so.

A breakage is a substitution in one member of a sound document. What neither tool would notice is of no use
here; what both notice proves both.
"""

from __future__ import annotations

import re
import zipfile
from pathlib import Path
from typing import NamedTuple

import pytest

from tests.docx_documents import report
from tests.docx_lint import lint
from tests.docx_samples import write

DOCUMENT, STYLES, NUMBERING = "word/document.xml", "word/styles.xml", "word/numbering.xml"
SETTINGS, CORE, TYPES = "word/settings.xml", "docProps/core.xml", "[Content_Types].xml"
RELATIONSHIPS = "word/_rels/document.xml.rels"


class Breakage(NamedTuple):
    part: str
    pattern: str
    """What is taken out, at its first place in the part."""
    replacement: str
    lint: str = ""
    """What the lint says of it; empty when this is not the lint's business."""
    audit: bool = False
    """Whether the validator is known to complain; a later version may see more."""


_END = r'<w:r><w:fldChar w:fldCharType="end"/></w:r>'
_CONTROL = '<w:sdt><w:sdtPr><w:id w:val="900000"/></w:sdtPr><w:sdtContent>{}</w:sdtContent></w:sdt>'
_LAST = r"(<w:sectPr>(?:(?!<w:sectPr>).)*</w:body>)"

BREAKAGES = {
    # Bookmarks, fields, references
    "bookmark-twice": Breakage(DOCUMENT, 'w:name="h2"', 'w:name="H1"', "bookmark h1 2 times"),
    "bookmark-id-twice": Breakage(
        DOCUMENT, 'w:id="1" w:name', 'w:id="0" w:name', "bookmarkStart 0 twice", True
    ),
    "bookmark-without-end": Breakage(DOCUMENT, r"<w:bookmarkEnd[^>]*>", "", "without an end"),
    "bookmark-ends-first": Breakage(
        DOCUMENT,
        r"(<w:bookmarkStart[^>]*>)(.*?)(<w:bookmarkEnd[^>]*>)",
        r"\3\2\1",
        "without a start before it",
    ),
    "bookmark-too-long": Breakage(DOCUMENT, 'w:name="h1"', f'w:name="{"h" * 41}"', "at most 40", True),
    "field-without-end": Breakage(DOCUMENT, _END, "", "field without end"),
    "field-without-begin": Breakage(
        DOCUMENT, '<w:r><w:fldChar w:fldCharType="begin"/></w:r>', "", "outside a field: TOC"
    ),
    "field-without-result": Breakage(
        DOCUMENT, r"(REF tbl1.*?separate\"/></w:r>)<w:r>.*?</w:r>", r"\1", "without a result: REF tbl1"
    ),
    "reference-to-nothing": Breakage(DOCUMENT, "REF tbl1 ", "REF tbl9 ", "reference to bookmark tbl9"),
    "page-of-nothing": Breakage(DOCUMENT, "PAGEREF h3 ", "PAGEREF h33 ", "reference to bookmark h33"),
    "link-to-nothing": Breakage(DOCUMENT, 'w:anchor="h3"', 'w:anchor="h33"', "link to bookmark h33"),
    "field-marked-dirty": Breakage(DOCUMENT, 'Type="begin"', 'Type="begin" w:dirty="1"', "marked dirty"),
    # Styles and numbering
    "style-missing": Breakage(
        DOCUMENT, 'pStyle w:val="Title"', 'pStyle w:val="Titel"', "style Titel is missing", True
    ),
    "style-of-another-kind": Breakage(
        DOCUMENT, 'pStyle w:val="Title"', 'pStyle w:val="Emphasis"', "not a paragraph style"
    ),
    "style-based-on-nothing": Breakage(
        STYLES, 'basedOn w:val="Normal"', 'basedOn w:val="Norm"', "style Norm is", True
    ),
    "number-missing": Breakage(DOCUMENT, 'numId w:val="4"', 'numId w:val="44"', "number 44 is missing", True),
    "level-not-bound": Breakage(
        NUMBERING, 'pStyle w:val="Heading2"', 'pStyle w:val="Heading3"', "does not name the level"
    ),
    "list-after-number": Breakage(
        NUMBERING,
        r"(<w:abstractNum .*?</w:abstractNum>)(.*)(</w:numbering>)",
        r"\2\1\3",
        "a list after a number",
        True,
    ),
    "number-format-unknown": Breakage(NUMBERING, "chineseCountingThousand", "chineseCounted", audit=True),
    "line-rule-unknown": Breakage(STYLES, 'lineRule="exact"', 'lineRule="exactly"', audit=True),
    "half-an-indent": Breakage(STYLES, 'firstLineChars="200"', 'firstLineChars="200.5"', audit=True),
    "size-without-value": Breakage(STYLES, '<w:sz w:val="44"/>', "<w:sz/>", audit=True),
    "properties-out-of-order": Breakage(STYLES, r"(<w:spacing [^>]*>)(<w:ind [^>]*>)", r"\2\1", audit=True),
    # Tables
    "row-too-short": Breakage(DOCUMENT, r"(<w:tr>.*?)<w:tc>.*?</w:tc>", r"\1", "fills 3 of 4 columns"),
    "cell-too-wide": Breakage(DOCUMENT, 'gridSpan w:val="3"', 'gridSpan w:val="4"', "fills 5 of 4 columns"),
    "merge-from-nothing": Breakage(DOCUMENT, '<w:vMerge w:val="restart"/>', "", "where nothing starts"),
    "merge-into-body": Breakage(
        DOCUMENT,
        r"(<w:tcW [^>]*>)(<w:vAlign [^>]*></w:tcPr><w:p>(?:(?!<w:tc>).)*基本支出)",
        r"\1<w:vMerge/>\2",
        "reaches from the head",
    ),
    "cell-without-paragraph": Breakage(
        DOCUMENT, r"(</w:tcPr>)<w:p>.*?</w:p>(</w:tc>)", r"\1\2", "end with a paragraph", True
    ),
    "width-of-another-column": Breakage(DOCUMENT, r'tcW w:w="\d+"', 'tcW w:w="100"', "is 100 wide"),
    "table-width-unlike-grid": Breakage(DOCUMENT, r'tblW w:w="\d+"', 'tblW w:w="5000"', "is 5000 wide"),
    "head-row-after-others": Breakage(DOCUMENT, "<w:tblHeader/>", "", "a head row after others"),
    "tables-touch": Breakage(DOCUMENT, r"(<w:tbl>.*?</w:tbl>)", r"\1\1", "the next table touches it"),
    "table-properties-out-of-order": Breakage(
        DOCUMENT, r"(<w:tblStyle [^>]*>)(<w:tblW [^>]*>)", r"\2\1", audit=True
    ),
    "alignment-unknown": Breakage(DOCUMENT, '<w:jc w:val="right"/>', '<w:jc w:val="居右"/>', audit=True),
    # Content controls, drawings, text
    "control-twice": Breakage(
        DOCUMENT, _LAST, _CONTROL.format("<w:p/>") + r"<w:p/>\1", "content control 900000"
    ),
    "control-empty": Breakage(
        DOCUMENT, _LAST, _CONTROL.format("").replace("900000", "7") + r"<w:p/>\1", "without content"
    ),
    "drawing-twice": Breakage(
        DOCUMENT, r"(<w:p><w:pPr><w:pStyle w:val=\"Picture\"/></w:pPr>.*?</w:p>)", r"\1\1", "drawing 1 twice"
    ),
    "text-outside-a-run": Breakage(
        DOCUMENT, "</w:pPr><w:r>", "</w:pPr>散字<w:r>", "text outside a run: 散字"
    ),
    "element-unknown": Breakage(DOCUMENT, "<w:tab/>", "<w:tabulator/>", audit=True),
    "space-lost": Breakage(DOCUMENT, r"<w:t>目录</w:t>", "<w:t> 目录</w:t>", "a space at the edge"),
    # Sections
    "landscape-by-name-only": Breakage(
        DOCUMENT, r'w:w="16838" w:h="11906"', 'w:w="11906" w:h="16838"', "is landscape"
    ),
    "landscape-not-said": Breakage(DOCUMENT, ' w:orient="landscape"', "", "is portrait"),
    "grid-unknown": Breakage(DOCUMENT, "<w:docGrid ", '<w:docGrid w:type="line" ', audit=True),
    "footer-undeclared": Breakage(
        DOCUMENT, "rIdFooterOdd", "rIdFooterNone", "rIdFooterNone is not declared", True
    ),
    "no-paragraph-at-the-end": Breakage(
        DOCUMENT,
        r"(</w:tbl>)<w:p>(?:(?!<w:p>).)*</w:p>(<w:sectPr>(?:(?!<w:sectPr>).)*</w:body>)",
        r"\1\2",
        "no paragraph at the end",
    ),
    # The package
    "update-on-opening": Breakage(
        SETTINGS, "<w:defaultTabStop", "<w:updateFields/><w:defaultTabStop", "updateFields", True
    ),
    "settings-out-of-order": Breakage(
        SETTINGS, r"(<w:zoom [^>]*>)(<w:defaultTabStop [^>]*>)", r"\2\1", audit=True
    ),
    "type-missing": Breakage(
        TYPES, r'<Override PartName="/word/footerOdd.xml"[^>]*>', "", "footerOdd.xml: no content type"
    ),
    "type-of-nothing": Breakage(
        TYPES, "footerOdd.xml", "footerSpare.xml", "footerSpare.xml, which is missing"
    ),
    "target-missing": Breakage(
        RELATIONSHIPS, "footerOdd.xml", "footerNone.xml", "footerNone.xml, which is missing", True
    ),
    "date-impossible": Breakage(CORE, "2024-03-01T", "2024-02-30T", "created is not a date"),
    "date-in-words": Breakage(CORE, "2024-03-01T00:00:00Z", "2024年3月1日", "created is not a date"),
    "no-title": Breakage(CORE, r"<dc:title>.*?</dc:title>", "", "no title"),
    "document-type": Breakage(
        DOCUMENT, "<w:document", '<!DOCTYPE d [<!ENTITY e "x">]><w:document', "has a DOCTYPE"
    ),
    "not-well-formed": Breakage(DOCUMENT, "</w:body>", "", "not well-formed", True),
}


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("sound") / "好.docx"
    path.write_bytes(write(report()))
    return path


def broken(sound: Path, breakage: Breakage, folder: Path) -> Path:
    """The sound document with one member changed."""
    path = folder / "坏.docx"
    with zipfile.ZipFile(sound) as source, zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as target:
        for info in source.infolist():
            data = source.read(info)
            if info.filename == breakage.part:
                text, count = re.subn(
                    breakage.pattern, breakage.replacement, data.decode(), count=1, flags=re.DOTALL
                )
                assert count and text.encode() != data, "the pattern is nowhere in the document"
                data = text.encode()
            target.writestr(info.filename, data)
    return path


@pytest.mark.parametrize("name", BREAKAGES)
def test_the_lint_says_what_is_broken(sound: Path, name: str, tmp_path: Path) -> None:
    faults = lint(broken(sound, BREAKAGES[name], tmp_path))
    if BREAKAGES[name].lint:
        assert any(BREAKAGES[name].lint in fault for fault in faults), faults
    else:
        assert faults == []


@pytest.mark.validator
@pytest.mark.parametrize("name", [name for name, breakage in BREAKAGES.items() if breakage.audit])
def test_the_validator_complains(sound: Path, name: str, tmp_path: Path) -> None:
    pytest.importorskip("openxml_audit", reason="没有安装 openxml-audit：pip install -e '.[dev]'")
    from tests.docx_audit import audit

    assert audit(broken(sound, BREAKAGES[name], tmp_path)) != []


def test_there_are_enough_breakages() -> None:
    assert all(breakage.lint or breakage.audit for breakage in BREAKAGES.values())
    assert sum(bool(breakage.lint) and not breakage.audit for breakage in BREAKAGES.values()) >= 8
    assert sum(breakage.audit and not breakage.lint for breakage in BREAKAGES.values()) >= 8


@pytest.mark.parametrize("data", [b"", b"PK\3\4", b"<w:document/>"], ids=["empty", "cut", "no-zip"])
def test_a_file_that_is_no_package(data: bytes, tmp_path: Path) -> None:
    path = tmp_path / "坏.docx"
    path.write_bytes(data)
    assert lint(path) != []


def test_a_damaged_member(sound: Path, tmp_path: Path) -> None:
    """One byte of a compressed member is another: the sum over it no longer agrees."""
    data = bytearray(sound.read_bytes())
    with zipfile.ZipFile(sound) as archive:
        info = archive.getinfo(DOCUMENT)
    data[info.header_offset + 30 + len(DOCUMENT) + info.compress_size // 2] ^= 0xFF
    path = tmp_path / "坏.docx"
    path.write_bytes(data)
    assert any(fault.startswith(DOCUMENT) for fault in lint(path))
