"""The contents list: a TOC field with its entries and page numbers already in it.

Word, WPS and converters show it as it is; nothing asks for an update.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from compiler.tree import Contents
from compiler.writers.docx.markup import bookmark_name, escape, field, paragraph, run
from compiler.writers.docx.styles import CONTENTS_LEVELS, STYLE_IDS

_END = '<w:r><w:fldChar w:fldCharType="end"/></w:r>'


def contents_xml(node: Contents, pages: Mapping[str, int], number: int) -> Iterator[str]:
    """The list in pieces; `pages` by anchor, `number` tells the lists of a document apart.

    A document without headings has no list, only its title.
    """
    title = paragraph(STYLE_IDS["contents-title"], run(node.title)) if node.title else ""
    if not node.entries:
        yield title
        return
    yield (
        f'<w:sdt><w:sdtPr><w:id w:val="{900_000 + number}"/><w:docPartObj>'
        '<w:docPartGallery w:val="Table of Contents"/><w:docPartUnique/></w:docPartObj></w:sdtPr><w:sdtContent>'
        + title
    )
    # \\f collects the TC fields of titles that say something else in the list than on the page.
    begin = (
        '<w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText xml:space="preserve"> '
        + escape(rf'TOC \o "1-{node.depth}" \h \z \f')
        + ' </w:instrText></w:r><w:r><w:fldChar w:fldCharType="separate"/></w:r>'
    )
    for entry in node.entries:
        name = bookmark_name(entry.anchor)
        page = field(rf"PAGEREF {name} \h", run(str(pages.get(entry.anchor, 1))))
        line = f"{run(entry.number + entry.text)}<w:r><w:tab/></w:r>{page}"
        style_id = f"TOC{min(entry.level, CONTENTS_LEVELS)}"
        yield paragraph(style_id, f'{begin}<w:hyperlink w:anchor="{name}" w:history="1">{line}</w:hyperlink>')
        begin = ""
    yield paragraph("Separator", _END) + "</w:sdtContent></w:sdt>"
