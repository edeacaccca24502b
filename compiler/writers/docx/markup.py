"""WordprocessingML as strings: escaping, runs, paragraphs, fields, bookmarks.

Strings, because a document of a thousand forms has a million elements: building each of them
as an object costs a hundred times what the text costs.
"""

from __future__ import annotations

from compiler.patterns import pattern

MAIN = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
RELATIONSHIPS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
NAMESPACES = f'xmlns:w="{MAIN}" xmlns:r="{RELATIONSHIPS}"'
DECLARATION = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'

# Characters that Chinese and Latin typefaces share. Without a hint Word sets them in the Latin
# one, and Chinese quotation marks come out half as wide ([MS-OI29500] 2.1.88).
_SHARED = pattern("[¡¤§¨ª¯°±´¶-º¼-¿×÷\u2000-\u2bff]")
_HINT = '<w:rFonts w:hint="eastAsia"/>'
_BOOKMARK = pattern("[a-z_][a-z0-9_]{0,39}")


def escape(text: str) -> str:
    """Text as element content."""
    # Most text holds none of these; looking is three times as fast as replacing.
    if "&" in text or "<" in text or ">" in text:
        return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return text


def attribute(text: str) -> str:
    """Text as the value of an attribute in double quotes."""
    return escape(text).replace('"', "&quot;").replace("\n", "&#10;").replace("\t", "&#9;")


def run(text: str, before: str = "", after: str = "") -> str:
    """A run; `before` and `after` are its properties on either side of `w:rFonts`.

    The schema gives the properties an order, and the typeface hint stands in the middle of it.
    """
    hint = _HINT if not text.isascii() and _SHARED.compiled.search(text) else ""
    properties = f"<w:rPr>{before}{hint}{after}</w:rPr>" if before or hint or after else ""
    space = ' xml:space="preserve"' if text != text.strip() or "  " in text else ""
    return f"<w:r>{properties}<w:t{space}>{escape(text)}</w:t></w:r>"


def paragraph(style_id: str, content: str, properties: str = "") -> str:
    """A paragraph; `properties` are those that follow `w:pStyle`."""
    return f'<w:p><w:pPr><w:pStyle w:val="{style_id}"/>{properties}</w:pPr>{content}</w:p>'


def field(instruction: str, result: str, properties: str = "") -> str:
    """A field with its result already there, each piece in a run of its own.

    WPS shows nothing when the pieces share a run; nothing is marked for update, because Word
    then asks the reader a question.
    """
    look = f"<w:rPr>{properties}</w:rPr>" if properties else ""
    return (
        f'<w:r>{look}<w:fldChar w:fldCharType="begin"/></w:r>'
        f'<w:r>{look}<w:instrText xml:space="preserve"> {escape(instruction)} </w:instrText></w:r>'
        f'<w:r>{look}<w:fldChar w:fldCharType="separate"/></w:r>'
        f"{result}"
        f'<w:r>{look}<w:fldChar w:fldCharType="end"/></w:r>'
    )


def contents_mark(text: str, level: int) -> str:
    """A TC field: an entry of the contents list that is not a heading's own words."""
    quoted = text.replace("\\", "\\\\").replace('"', '\\"')
    return (
        '<w:r><w:fldChar w:fldCharType="begin"/></w:r>'
        f'<w:r><w:instrText xml:space="preserve"> TC "{escape(quoted)}" \\l {level} </w:instrText></w:r>'
        '<w:r><w:fldChar w:fldCharType="end"/></w:r>'
    )


def bookmark_name(anchor: str) -> str:
    """The anchor as Word takes it: at most 40 letters, digits or `_`, compared without case."""
    if _BOOKMARK.compiled.fullmatch(anchor):
        return anchor
    from hashlib import blake2b

    return f"_{blake2b(anchor.encode(), digest_size=12).hexdigest()}"
