"""What documents of one look have in common: parts of the package, measures. Made once for a style, by `made_of`."""

from __future__ import annotations

from compiler.style import Style
from compiler.tree import Orientation
from compiler.writers.docx import geometry, numbering, package, paging
from compiler.writers.docx.geometry import Geometry, character_spacing
from compiler.writers.docx.members import Member, member
from compiler.writers.docx.package import reference_parts
from compiler.writers.docx.paging import Metrics
from compiler.writers.docx.styles import font_table_xml, heading_styles, styles_xml


def metrics(style: Style) -> dict[str, Metrics]:
    """What the lines of each role need."""
    spacing, body = character_spacing(style), style.roles["body"].size
    return {
        role: paging.metrics(look, spacing if look.size == body else 0) for role, look in style.roles.items()
    }


def area(style: Style, orientation: Orientation) -> Geometry:
    """The page."""
    return Geometry(style.page, orientation)


def content_types(style: Style, *formats: str) -> Member:
    """[Content_Types].xml of a document with pictures in these formats."""
    return member("[Content_Types].xml", package.content_types(formats, style.page.page_numbers))


def styles(style: Style) -> Member:
    """word/styles.xml."""
    return member("word/styles.xml", styles_xml(reference_parts()["word/styles.xml"], style))


def font_table(style: Style) -> Member:
    """word/fontTable.xml."""
    return member("word/fontTable.xml", font_table_xml(style))


def lists(style: Style, heading_formats: tuple[str, ...]) -> str:
    """What the lists of word/numbering.xml look like."""
    return numbering.abstract_lists(heading_formats, heading_styles(style), style.roles["list"])


def footer(style: Style, odd: bool) -> Member:
    """The footer of the odd or the even pages."""
    name = "word/footerOdd.xml" if odd else "word/footerEven.xml"
    return member(name, geometry.footer(style.roles["page-number"], odd=odd))
