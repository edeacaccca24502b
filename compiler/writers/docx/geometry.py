"""The page in Word's units, its section properties and its footers.

GB/T 9704-2012, 5.2: A4, type area 156 x 225 mm, 22 lines of 28 characters. Twips are twentieths
of a point.
"""

from __future__ import annotations

from decimal import ROUND_CEILING, ROUND_HALF_UP, Decimal

from compiler.style import Page, ParagraphStyle, Style
from compiler.tree import Orientation
from compiler.writers.docx.markup import DECLARATION, NAMESPACES, field, run

_TWIPS_PER_MM = Decimal(1440) / Decimal("25.4")
_HEADER = 851  # Nothing stands in the header; the attribute is required.


def twips(points: Decimal) -> int:
    """Points as twips."""
    return int((points * 20).to_integral_value(ROUND_HALF_UP))


def _twips_of_mm(length: Decimal) -> int:
    return int((length * _TWIPS_PER_MM).to_integral_value(ROUND_HALF_UP))


class Geometry:
    """A page of one orientation, in twips."""

    def __init__(self, page: Page, orientation: Orientation = "portrait") -> None:
        self.landscape = orientation == "landscape"
        width, height = _twips_of_mm(page.width), _twips_of_mm(page.height)
        self.width, self.height = (height, width) if self.landscape else (width, height)
        self.top, self.bottom = _twips_of_mm(page.top), _twips_of_mm(page.bottom)
        self.left, self.right = _twips_of_mm(page.left), _twips_of_mm(page.right)
        self.footer = _twips_of_mm(page.footer)
        self.text_width = self.width - self.left - self.right
        self.text_height = self.height - self.top - self.bottom
        # The grid is the portrait page's; a landscape page has fewer of the same lines.
        self.line_pitch = (height - self.top - self.bottom) // page.lines


def character_spacing(style: Style) -> int:
    """Twips added between the characters of body-sized text; negative to bring them closer.

    28 characters of 16 points are 3 mm wider than the type area. Word's character grid would
    give each of them two cells wherever it cannot shrink them, so the text is shrunk instead.
    """
    size = style.roles["body"].size * 20
    room = Decimal(Geometry(style.page).text_width) / style.page.characters
    excess = int((size - room).to_integral_value(ROUND_CEILING))
    return -excess if 0 < excess < size / 5 else 0


def section_properties(page: Page, orientation: Orientation) -> str:
    """`w:sectPr` of a part."""
    area = Geometry(page, orientation)
    footers = (
        (
            '<w:footerReference w:type="even" r:id="rIdFooterEven"/>'
            '<w:footerReference w:type="default" r:id="rIdFooterOdd"/>'
        )
        if page.page_numbers
        else ""
    )
    orient = ' w:orient="landscape"' if area.landscape else ""
    # The grid tells how many lines there are and holds none: every line has its exact height. With `w:type="lines"` LibreOffice 7.4
    # drops the rest of a table that breaks across pages at some heights, and with it rows of the archived PDF.
    return (
        f'<w:sectPr>{footers}<w:type w:val="nextPage"/>'
        f'<w:pgSz w:w="{area.width}" w:h="{area.height}"{orient}/>'
        f'<w:pgMar w:top="{area.top}" w:right="{area.right}" w:bottom="{area.bottom}" w:left="{area.left}"'
        f' w:header="{_HEADER}" w:footer="{area.footer}" w:gutter="0"/>'
        f'<w:cols w:space="425"/><w:docGrid w:linePitch="{area.line_pitch}"/></w:sectPr>'
    )


def footer(look: ParagraphStyle, odd: bool) -> str:
    """A footer part: `— 1 —`, a character from the right on odd pages, from the left on even ones."""
    side = "right" if odd else "left"
    indent = f'<w:ind w:{side}Chars="100" w:{side}="{twips(look.size)}"/><w:jc w:val="{side}"/>'
    number = run("— ") + field("PAGE", run("1")) + run(" —")
    return (
        f'{DECLARATION}<w:ftr {NAMESPACES}><w:p><w:pPr><w:pStyle w:val="Footer"/>{indent}</w:pPr>'
        f"{number}</w:p></w:ftr>"
    )
