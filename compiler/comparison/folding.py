"""A document with everything in it as printed words: what is compared, and what a comparison prints.

Numbers of headings and captions and the words of references become plain text, so that a change of number is a
change of words and no field is needed. Anchors, ids and the contents list are left out.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from compiler.source import Span
from compiler.tree import (
    Block,
    Changed,
    Chart,
    Contents,
    Document,
    Emphasis,
    Heading,
    Inline,
    Link,
    List,
    ListItem,
    Paragraph,
    Picture,
    Reference,
    Row,
    Strong,
    Table,
    Text,
    plain_text,
    replace,
)


def folded(document: Document) -> Document:
    """The document in printed words."""
    return replace(
        document,
        parts=tuple(replace(part, blocks=tuple(folded_blocks(part.blocks))) for part in document.parts),
    )


def folded_blocks(blocks: Sequence[Block]) -> Iterator[Block]:
    """The blocks in printed words, the contents list left out."""
    for block in blocks:
        if not isinstance(block, Contents):
            yield folded_block(block)


def folded_block(block: Block) -> Block:
    """A block in printed words. Raises `TypeError` for one that a pass should have filled in."""
    match block:
        case Paragraph():
            return replace(block, children=folded_inlines(block.children), id="", anchor="")
        case Heading():
            return replace(
                block,
                children=_numbered(block.span, block.number, "", block.children),
                contents_text=block.contents_text and block.number + block.contents_text,
                id="",
                numbered=False,
                number="",
                anchor="",
            )
        case List():
            items = tuple(ListItem(item.span, tuple(folded_blocks(item.blocks))) for item in block.items)
            return replace(block, items=items)
        case Table():
            return replace(
                block,
                head=_rows(block.head),
                body=_rows(block.body),
                caption=_numbered(block.span, block.number, "\u3000", block.caption),
                notes=_lines(block.notes),
                id="",
                numbered=False,
                number="",
                anchor="",
            )
        case Picture():
            caption = _numbered(block.span, block.number, "\u3000", block.caption)
            return replace(block, caption=caption, id="", number="", anchor="")
        case Chart():
            return replace(block, picture=folded_block(block.picture))
    raise TypeError(f"{type(block).__name__} at {block.span} cannot be compared")


def _numbered(span: Span, number: str, gap: str, words: tuple[Inline, ...]) -> tuple[Inline, ...]:
    words = folded_inlines(words)
    return (Text(span, number + gap if words else number), *words) if number else words


def _rows(rows: tuple[Row, ...]) -> tuple[Row, ...]:
    """The rows; the same row where there is no reference in it, as templates share rows between tables."""
    out = []
    for row in rows:
        cells = tuple(
            cell
            if (paragraphs := _lines(cell.paragraphs)) == cell.paragraphs
            else replace(cell, paragraphs=paragraphs)
            for cell in row.cells
        )
        same = all(new is old for new, old in zip(cells, row.cells, strict=True))
        out.append(row if same else replace(row, cells=cells))
    return tuple(out)


def _lines(paragraphs: Sequence[tuple[Inline, ...]]) -> tuple[tuple[Inline, ...], ...]:
    """Paragraphs of a cell, or notes; one without words is left out, as there is nothing in it to mark."""
    return tuple(folded for line in paragraphs if plain_text(folded := folded_inlines(line), "\n"))


def folded_inlines(children: tuple[Inline, ...]) -> tuple[Inline, ...]:
    """Inlines with the words of references in place of them; the same tuple when there is nothing to fold."""
    if not any(isinstance(child, (Reference, Strong, Emphasis, Link, Changed)) for child in children):
        return children
    out: list[Inline] = []
    for child in children:
        match child:
            case Reference(children=()):
                out.append(Text(child.span, plain_text((child,))))
            case Reference():
                out += folded_inlines(child.children)
            case Strong() | Emphasis() | Link():
                out.append(replace(child, children=folded_inlines(child.children)))
            case _:
                out.append(child)
    return tuple(out)
