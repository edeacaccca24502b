"""How a document looks: the page, the typefaces, and one paragraph style a role.

A template folder's `style.yaml` says it once; the DOCX writer turns it into styles and section
properties, the HTML writer into CSS, so that both outputs follow one declaration.
The defaults of the shipped templates are GB/T 9704-2012, articles 5.2, 7.3 and 7.5.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any, Literal, TypeVar, TypeVarTuple

from compiler.tree import node

_T = TypeVar("_T")
_Arguments = TypeVarTuple("_Arguments")


@node
class Font:
    """A typeface by its official name, and what stands in where it is not installed."""

    name: str
    """The name written into documents, such as 仿宋_GB2312."""
    fallbacks: tuple[str, ...] = ()
    """Other names of the same design, nearest first; the first is the DOCX altName."""
    latin: str = "Times New Roman"
    """The typeface of Latin letters and digits."""


@node
class ParagraphStyle:
    """The look of one role."""

    font: Font
    size: Decimal
    """In points."""
    line: Decimal | None = None
    """Exact line height in points; None lets the line grow with its contents."""
    align: Literal["left", "center", "right", "justify"] = "left"
    first_indent: int = 0
    """First line indent, in characters."""
    left_indent: int = 0
    """Indent of all lines, in characters; with `hanging`, of all but the first."""
    hanging: int = 0
    """The first line starts this many characters left of the others."""
    before: Decimal = Decimal(0)
    """Space above, in points."""
    after: Decimal = Decimal(0)
    """Space below, in points."""
    bold: bool = False


@node
class Page:
    """Paper and type area, in millimetres; a landscape part swaps width and height."""

    width: Decimal
    height: Decimal
    top: Decimal
    bottom: Decimal
    left: Decimal
    right: Decimal
    footer: Decimal
    """From the paper's lower edge to the lower edge of the page number."""
    lines: int
    """Lines a page."""
    characters: int
    """Characters a line."""
    page_numbers: bool = True
    """`— 1 —`, odd pages right, even pages left."""


STYLE_ROLES: Mapping[str, str] = {
    "题名": "title",
    "副题": "subtitle",
    "目录题名": "contents-title",
    "目录": "contents-entry",
    "一级标题": "heading-1",
    "二级标题": "heading-2",
    "三级标题": "heading-3",
    "四级标题": "heading-4",
    "表单题名": "form-title",
    "正文": "body",
    "列表": "list",
    "引文": "quote",
    "表题": "table-caption",
    "表头": "table-head",
    "表格": "table-text",
    "表单表头": "form-head",
    "表单": "form-text",
    "图题": "picture-caption",
    "注": "note",
    "附件说明": "attachment-list",
    "附件序号": "attachment-label",
    "附件题名": "attachment-title",
    "页码": "page-number",
}
"""The roles as template keepers write them, and their names in code."""


@node
class Style:
    """The look of a document kind."""

    beside = ("made",)

    page: Page
    fonts: Mapping[str, Font]
    """Every declared font by name."""
    emphasis: Font
    """What emphasised words are set in: Chinese has no italics."""
    roles: Mapping[str, ParagraphStyle]
    """By role in code, every one of `STYLE_ROLES`."""
    made: dict[Any, Any] | None = None
    """What `made_of` has made of it."""


def made_of(style: Style, make: Callable[[Style, *_Arguments], _T], *arguments: *_Arguments) -> _T:
    """What `make` makes of a style and the arguments, which are hashable. It is made once for a style, as a process that makes many reports
    prints them in the same few; nothing may change what documents have of it.
    """
    made = style.made
    if made is None:
        known: Any = style  # frozen to the type checker alone
        known.made = made = {}
    key = make, arguments
    found: _T | None = made.get(key)
    if found is None:
        found = made[key] = make(style, *arguments)
    return found
