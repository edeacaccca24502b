"""The declared look as Word styles: one paragraph style a role.

Where Word has a style for the role, its built-in name is used, so that the navigation pane, the
contents list and other programs know what a paragraph is.
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import ROUND_HALF_UP, Decimal

from compiler.named import NamedTuple
from compiler.style import Font, ParagraphStyle, Style
from compiler.writers.docx.geometry import Geometry, character_spacing, twips
from compiler.writers.docx.markup import DECLARATION, NAMESPACES, attribute
from compiler.writers.docx.numbering import HEADINGS, indent

_ALIGN = {"left": "left", "center": "center", "right": "right", "justify": "both"}
CONTENTS_LEVELS = 4


class _Entry(NamedTuple):
    id: str
    name: str
    next: str = "BodyText"
    properties: str = ""
    """Paragraph properties in front of the spacing."""
    outline: int = -1


_KEEP = "<w:keepNext/>"
_KEEP_LINES = "<w:keepNext/><w:keepLines/>"
_ENTRIES: dict[str, tuple[_Entry, ...]] = {
    "body": (_Entry("BodyText", "Body Text"),),
    "title": (_Entry("Title", "Title", properties=_KEEP_LINES),),
    "subtitle": (_Entry("Subtitle", "Subtitle", properties=_KEEP_LINES),),
    **{
        f"heading-{level}": (_Entry(f"Heading{level}", f"heading {level}", outline=level - 1),)
        for level in range(1, 5)
    },
    "form-title": (_Entry("FormTitle", "表单题名", properties=_KEEP_LINES),),
    "contents-title": (_Entry("TOCHeading", "TOC Heading", properties=_KEEP_LINES),),
    "contents-entry": tuple(
        _Entry(f"TOC{level}", f"toc {level}", f"TOC{level}") for level in range(1, CONTENTS_LEVELS + 1)
    ),
    "list": (_Entry("ListParagraph", "List Paragraph", "ListParagraph"),),
    "quote": (_Entry("Quote", "Quote", "Quote"),),
    "table-caption": (_Entry("Caption", "caption", properties=_KEEP_LINES),),
    "table-head": (_Entry("TableHead", "表头", "TableHead"),),
    "table-text": (_Entry("TableText", "表格文字", "TableText"),),
    "form-head": (_Entry("FormHead", "表单表头", "FormHead"),),
    "form-text": (_Entry("FormText", "表单文字", "FormText"),),
    "picture-caption": (_Entry("PictureCaption", "图题"),),
    "note": (_Entry("Note", "注"),),
    "attachment-list": (_Entry("AttachmentList", "附件说明", "AttachmentList"),),
    "attachment-label": (_Entry("AttachmentLabel", "附件序号", "AttachmentTitle", _KEEP),),
    "attachment-title": (_Entry("AttachmentTitle", "附件题名", properties=_KEEP_LINES, outline=0),),
    "page-number": (_Entry("Footer", "footer", "Footer"),),
}
STYLE_IDS = {role: entries[0].id for role, entries in _ENTRIES.items()}
"""The style of a role; contents entries have one a level, `TOC1` to `TOC4`."""


def styles_xml(reference: str, style: Style) -> str:
    """The reference document's styles.xml with the declared styles at its end."""
    return reference.replace("</w:styles>", "".join(_styles(style)) + "</w:styles>")


def heading_styles(style: Style) -> list[ParagraphStyle]:
    """The look of the heading levels, outermost first."""
    return [style.roles[f"heading-{level}"] for level in range(1, 5)]


def _styles(style: Style) -> Iterator[str]:
    spacing = character_spacing(style)
    body = style.roles["body"]
    for role, entries in _ENTRIES.items():
        look = style.roles[role]
        closer = spacing if look.size == body.size else 0
        for level, entry in enumerate(entries):
            before = entry.properties
            if role.startswith("heading-"):
                before = (
                    f'{_KEEP_LINES}<w:numPr><w:ilvl w:val="{entry.outline}"/>'
                    f'<w:numId w:val="{HEADINGS}"/></w:numPr>'
                )
            elif role == "contents-entry":
                edge = Geometry(style.page).text_width
                before = f'<w:tabs><w:tab w:val="right" w:leader="dot" w:pos="{edge}"/></w:tabs>'
            yield _paragraph_style(entry, look, before, closer, level, on_grid=look.line == body.line)
    yield (
        '<w:style w:type="character" w:styleId="Emphasis"><w:name w:val="Emphasis"/><w:uiPriority w:val="20"/>'
        f"<w:qFormat/><w:rPr>{fonts(style.emphasis)}</w:rPr></w:style>"
    )


def _paragraph_style(
    entry: _Entry,
    look: ParagraphStyle,
    before: str,
    closer: int,
    deeper: int,
    *,
    on_grid: bool,
) -> str:
    # A line of another height than the grid's would be stretched to whole lines of it: by Word when it
    # is not exact, by LibreOffice always.
    snap = "" if on_grid else '<w:snapToGrid w:val="0"/>'
    outline = f'<w:outlineLvl w:val="{entry.outline}"/>' if entry.outline >= 0 else ""
    return (
        f'<w:style w:type="paragraph" w:styleId="{entry.id}"{_custom(entry.name)}><w:name w:val="{entry.name}"/>'
        f'<w:basedOn w:val="Normal"/><w:next w:val="{entry.next}"/><w:qFormat/>'
        # Punctuation may hang: Word's default. LibreOffice takes what is said for the opposite, and it must not hang
        # there: it leaves out the mark that hangs at the end of a justified line of closer characters.
        f"<w:pPr>{before}<w:overflowPunct/>{snap}{_spacing(look)}{indent(look, deeper)}"
        f'<w:jc w:val="{_ALIGN[look.align]}"/>{outline}</w:pPr>'
        f"<w:rPr>{run_properties(look, closer)}</w:rPr></w:style>"
    )


def _custom(name: str) -> str:
    return "" if name.isascii() else ' w:customStyle="1"'


def _spacing(look: ParagraphStyle) -> str:
    line = (
        f'w:line="{twips(look.line)}" w:lineRule="exact"'
        if look.line is not None
        else 'w:line="240" w:lineRule="auto"'
    )
    return f'<w:spacing w:before="{twips(look.before)}" w:after="{twips(look.after)}" {line}/>'


def run_properties(look: ParagraphStyle, closer: int = 0) -> str:
    """The character half of a style; `closer` is added between characters, in twips."""
    bold = "<w:b/><w:bCs/>" if look.bold else ""
    spacing = f'<w:spacing w:val="{closer}"/>' if closer else ""
    size = int((look.size * 2).to_integral_value(ROUND_HALF_UP))
    return f'{fonts(look.font)}{bold}{spacing}<w:sz w:val="{size}"/><w:szCs w:val="{size}"/>'


def fonts(font: Font) -> str:
    """`w:rFonts` with every script named, so that no theme fills one in."""
    latin, name = attribute(font.latin), attribute(font.name)
    return f'<w:rFonts w:ascii="{latin}" w:hAnsi="{latin}" w:eastAsia="{name}" w:cs="{latin}"/>'


def font_table_xml(style: Style) -> str:
    """fontTable.xml: the declared typefaces, each with the name to use where it is not installed."""
    declared = {font.name: font for font in (*style.fonts.values(), style.emphasis)}
    for look in style.roles.values():
        declared.setdefault(look.font.name, look.font)
    latin = sorted({font.latin for font in declared.values()} - set(declared))
    return (
        f"{DECLARATION}<w:fonts {NAMESPACES}>"
        + "".join(map(_chinese_font, declared.values()))
        + "".join(
            f'<w:font w:name="{attribute(name)}"><w:charset w:val="00"/><w:pitch w:val="variable"/></w:font>'
            for name in latin
        )
        + "</w:fonts>"
    )


def _chinese_font(font: Font) -> str:
    instead = f'<w:altName w:val="{attribute(font.fallbacks[0])}"/>' if font.fallbacks else ""
    return (
        f'<w:font w:name="{attribute(font.name)}">{instead}<w:charset w:val="86"/>'
        '<w:pitch w:val="default"/></w:font>'
    )


def line_height(look: ParagraphStyle) -> Decimal:
    """Points a line takes; one that grows with its contents is taken for the usual 1.3 sizes."""
    return look.line if look.line is not None else look.size * Decimal("1.3")
