"""The places that the outline keeps for prose get it: each narrative is read when its place is met."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from compiler.passes.context import Context
from compiler.source import Span
from compiler.tree import Block, Contents, Document, Heading, Paragraph, Part, Slot, replace

ReadNarrative = Callable[[str, int, Span], tuple[Block, ...]]
"""The prose of a file in narrative/ (path without .md), for a slot of a level, wanted at a place."""


def prose(document: Document, read: ReadNarrative, context: Context) -> Document:
    """The document in which every slot that is for a narrative has its blocks."""
    parts = [
        replace(part, blocks=tuple([_filled(block, read, context) for block in part.blocks]))
        for part in document.parts
    ]
    parts[0] = _opened(parts[0], context)
    return replace(document, parts=tuple(parts))


def _filled(block: Block, read: ReadNarrative, context: Context) -> Block:
    if type(block) is not Slot or block.prose is None:
        return block
    blocks = read(block.prose.name, block.prose.level, block.prose.wanted)
    return context.made(
        ("prose", id(block), id(blocks)), (block, blocks), partial(replace, block, blocks=blocks)
    )


def _opened(part: Part, context: Context) -> Part:
    """The first block of the body on a new page after a contents list, never after nothing."""
    front = 0
    for block in part.blocks:
        if type(block) is not Contents and not (type(block) is Paragraph and block.role == "title"):
            break
        front += 1
    if front == len(part.blocks):
        return part
    first = part.blocks[front]
    if type(first) is not Slot or not first.blocks or type(first.blocks[0]) is not Heading:
        return part
    heading = first.blocks[0]
    breaks = any(type(block) is Contents for block in part.blocks[:front]) or (
        front > 0 and heading.page_break
    )
    opened = context.made(
        ("opening", id(first), breaks),
        first,
        lambda: replace(first, blocks=(replace(heading, page_break=breaks), *first.blocks[1:])),
    )
    return replace(part, blocks=(*part.blocks[:front], opened, *part.blocks[front + 1 :]))
