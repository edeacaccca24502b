"""The contents list gets its entries: headings to its depth, and the attachments."""

from __future__ import annotations

from collections.abc import Iterator

from compiler.passes.context import Context
from compiler.tree import Contents, ContentsEntry, Document, Heading, Paragraph, plain_text, replace


def contents(document: Document, context: Context) -> Document:
    """Fill every contents list; a document without one is returned as it is."""
    if not any(type(block) is Contents for part in document.parts for block in part.blocks):
        return document
    entries = tuple(_entries(document))
    return replace(
        document,
        parts=tuple(
            replace(
                part,
                blocks=tuple(
                    replace(block, entries=tuple(entry for entry in entries if entry.level <= block.depth))
                    if type(block) is Contents
                    else block
                    for block in part.blocks
                ),
            )
            for part in document.parts
        ),
    )


def _entries(document: Document) -> Iterator[ContentsEntry]:
    label = anchor = ""
    for part in document.parts:
        for block in part.blocks:
            match block:
                case Heading():
                    text = block.contents_text or plain_text(block.children)
                    yield ContentsEntry(block.level, block.number, text, block.anchor)
                case Paragraph(role="attachment-label"):
                    label, anchor = plain_text(block.children), block.anchor
                case Paragraph(role="attachment-title"):
                    yield ContentsEntry(1, f"{label}　", plain_text(block.children), anchor)
