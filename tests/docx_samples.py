"""Trees made by hand for the tests of the DOCX writer, and the look of the shipped templates."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from collections.abc import Iterable, Sequence
from functools import cache
from pathlib import Path

from compiler import tree
from compiler.diagnostics import Diagnostics
from compiler.readers.style_sheet import read_style
from compiler.readers.yaml_data import read_yaml
from compiler.source import Source
from compiler.style import Style
from compiler.writers.docx import DocxWriter

SPAN = Source("例.md", "").span(0)
FORMATS = ("一、", "（一）", "1.", "（1）")


@cache
def style(kind: str = "整体绩效评价报告") -> Style:
    """The look that the shipped template of this kind declares."""
    sink = Diagnostics()
    path = Path(__file__).parents[1] / "templates" / kind / "style.yaml"
    raw = read_yaml(Source("style.yaml", path.read_text(encoding="utf-8")), sink)
    look = read_style(raw, sink) if raw else None
    assert look is not None, sink
    return look


# Nodes without their ceremony --------------------------------------------------------------


def words(text: str) -> tuple[tree.Inline, ...]:
    return (tree.Text(SPAN, text),) if text else ()


def para(*children: tree.Inline | str, role: tree.Role = "body", **more: object) -> tree.Paragraph:
    inlines = tuple(tree.Text(SPAN, child) if isinstance(child, str) else child for child in children)
    return tree.Paragraph(SPAN, inlines, role, **more)  # type: ignore[arg-type]


def heading(level: int, number: str, text: str, **more: object) -> tree.Heading:
    return tree.Heading(SPAN, level, words(text), number=number, numbered=bool(number), **more)  # type: ignore[arg-type]


def cell(text: str, rows: int = 1, columns: int = 1, **more: object) -> tree.Cell:
    paragraphs = tuple(words(line) for line in text.split("\n")) if text else ()
    return tree.Cell(SPAN, paragraphs, rows, columns, **more)  # type: ignore[arg-type]


def head(text: str, rows: int = 1, columns: int = 1) -> tree.Cell:
    return cell(text, rows, columns, header="col", align="center")


def row(*cells: tree.Cell) -> tree.Row:
    return tree.Row(SPAN, cells)


def table(
    columns: tuple[int, ...], heads: Sequence[tree.Row], body: Sequence[tree.Row], **more: object
) -> tree.Table:
    return tree.Table(SPAN, columns, tuple(heads), tuple(body), **more)  # type: ignore[arg-type]


def items(ordered: bool, *texts: str | tuple[tree.Block, ...], start: int = 1) -> tree.List:
    blocks = ((para(text),) if isinstance(text, str) else text for text in texts)
    return tree.List(SPAN, ordered, tuple(tree.ListItem(SPAN, each) for each in blocks), start)


def png(width: int = 4, height: int = 3) -> bytes:
    """A grey picture."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    lines = b"".join(b"\0" + b"\x90" * width for _ in range(height))
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0))
        + chunk(b"IDAT", zlib.compress(lines))
        + chunk(b"IEND", b"")
    )


def picture(width: int = 400, height: int = 200, **more: object) -> tree.Picture:
    return tree.Picture(SPAN, png(width, height), "png", width, height, "灰色方块", **more)  # type: ignore[arg-type]


def document(*parts: tree.Part | tree.Block, date: str = "2024-03-01") -> tree.Document:
    """A document; blocks that stand alone make one portrait part."""
    blocks = tuple(part for part in parts if not isinstance(part, tree.Part))
    given = tuple(part for part in parts if isinstance(part, tree.Part))
    own = (tree.Part(SPAN, blocks),) if blocks else ()
    meta = tree.Metadata("2023年度整体绩效评价报告", "区金融办", "整体绩效评价报告", date)
    return tree.Document(SPAN, meta, FORMATS, own + given)


def part(blocks: Iterable[tree.Block], orientation: tree.Orientation = "portrait") -> tree.Part:
    return tree.Part(SPAN, tuple(blocks), orientation)


def write(made: tree.Document, look: Style | None = None) -> bytes:
    """The document as DOCX."""
    out = io.BytesIO()
    writer = DocxWriter(made, look or style(), out)
    for each in made.parts:
        writer.begin(each)
        for block in each.blocks:
            writer.write(block)
    writer.finish()
    return out.getvalue()


def member(data: bytes, name: str = "word/document.xml") -> str:
    """A member of the package as text."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return archive.read(name).decode()
