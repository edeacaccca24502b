"""A style and short ways to write nodes, for tests of the HTML writer."""

from __future__ import annotations

import struct
import zlib
from decimal import Decimal

from compiler import tree
from compiler.source import Source, Span
from compiler.style import STYLE_ROLES, Font, Page, ParagraphStyle, Style

SPAN = Span(Source("样本.md", ""), 1, 1, 2)


def sample_style() -> Style:
    """GB/T 9704-2012 as the templates declare it."""
    latin = "Times New Roman"
    song = Font("方正小标宋简体", ("FZXiaoBiaoSong-B05S",), latin)
    fang = Font("仿宋_GB2312", ("仿宋", "FangSong", "FandolFang R"), latin)
    kai = Font("楷体_GB2312", ("楷体", "KaiTi"), latin)
    hei = Font("黑体", ("SimHei",), latin)
    plain = Font("宋体", ("SimSun",), "宋体")

    def look(font: Font, size: str, line: str | None = "28.95", **rest: object) -> ParagraphStyle:
        return ParagraphStyle(font, Decimal(size), None if line is None else Decimal(line), **rest)  # type: ignore[arg-type]

    body = look(fang, "16", align="justify", first_indent=2)
    cell = look(fang, "10.5", "14")
    roles = dict.fromkeys(STYLE_ROLES.values(), body) | {
        "title": look(song, "22", "35", align="center", after=Decimal("28.95")),
        "subtitle": look(fang, "16", align="center"),
        "contents-title": look(hei, "16", align="center", after=Decimal(14)),
        "contents-entry": look(fang, "14", "26"),
        "heading-1": look(hei, "16", first_indent=2),
        "heading-2": look(kai, "16", first_indent=2),
        "heading-3": look(fang, "16", first_indent=2),
        "heading-4": look(fang, "16", first_indent=2),
        "form-title": look(song, "18", "28", align="center"),
        "table-caption": look(hei, "12", None, align="center", before=Decimal(6), after=Decimal(4)),
        "table-head": look(hei, "10.5", "14"),
        "table-text": cell,
        "form-head": look(fang, "12", None),
        "form-text": look(fang, "12", None),
        "picture-caption": look(hei, "12", None, align="center"),
        "note": look(fang, "10.5", None),
        "attachment-list": look(fang, "16", left_indent=5, hanging=3),
        "attachment-label": look(hei, "16"),
        "attachment-title": look(song, "22", "35", align="center", after=Decimal(12)),
        "page-number": look(plain, "14", None),
    }
    page = Page(
        width=Decimal(210), height=Decimal(297), top=Decimal(37), bottom=Decimal(35), left=Decimal(28),
        right=Decimal(26), footer=Decimal("25.5"), lines=22, characters=28,
    )  # fmt: skip
    return Style(page, {font.name: font for font in (song, fang, kai, hei, plain)}, kai, roles)


def text(words: str) -> tuple[tree.Inline, ...]:
    """Words as the inlines of a block."""
    return (tree.Text(SPAN, words),)


def paragraph(
    words: str, role: tree.Role = "body", anchor: str = "", page_break: bool = False
) -> tree.Paragraph:
    return tree.Paragraph(SPAN, text(words), role, page_break, anchor=anchor)


def heading(level: int, number: str, words: str, anchor: str) -> tree.Heading:
    return tree.Heading(SPAN, level, text(words), number=number, anchor=anchor)


def cell(
    words: str = "", rows: int = 1, columns: int = 1, header: str = "", align: str = "left"
) -> tree.Cell:
    """A cell; a line end in `words` starts another paragraph."""
    paragraphs = tuple(text(line) for line in words.split("\n")) if words else ()
    return tree.Cell(SPAN, paragraphs, rows, columns, header, align)  # type: ignore[arg-type]


def head(*titles: str) -> tuple[tree.Row, ...]:
    return (tree.Row(SPAN, tuple(cell(title, header="col", align="center") for title in titles)),)


def even(columns: int) -> tuple[int, ...]:
    """Equal widths that add up to 10000."""
    width = 10000 // columns
    return (width,) * (columns - 1) + (10000 - width * (columns - 1),)


def png(width: int, height: int) -> bytes:
    """A picture of vertical stripes."""
    row = b"\0" + b"".join(bytes((60 + 150 * (x // 24 % 2), 110, 170)) for x in range(width))

    def chunk(kind: bytes, data: bytes) -> bytes:
        body = kind + data
        return struct.pack(">I", len(data)) + body + struct.pack(">I", zlib.crc32(body))

    size = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", size)
        + chunk(b"IDAT", zlib.compress(row * height))
        + chunk(b"IEND", b"")
    )
