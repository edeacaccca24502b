"""The places of the outline: which stretch of the document is which title, narrative or table."""

from __future__ import annotations

from collections.abc import Iterator

from compiler.named import NamedTuple
from compiler.source import Span
from compiler.tree import (
    Block,
    ChartSlot,
    Contents,
    Document,
    Heading,
    Paragraph,
    Slot,
    TableSlot,
    plain_text,
)

_MADE = TableSlot, ChartSlot


class Place(NamedTuple):
    """Neighbouring blocks of a document without prose that are of one entry of its outline."""

    key: str
    """The same as long as the outline and the lists of the data are."""
    part: int
    start: int
    end: int
    """Which blocks of the part."""
    name: str
    """Of its narrative; empty when it has none."""
    level: int
    """Of its title, or of the narrative without one; 0 for what is no line of the chapter tree."""


def places(layout: Document) -> tuple[Place, ...]:
    """The places of a document without prose, in its order."""
    seen: set[str] = set()
    found = []
    for number, part in enumerate(layout.parts):
        for start, end in _stretches(part.blocks):
            place = _place(part.blocks[start:end], number, start, end)
            key, times = place.key, 1
            while key in seen:
                times += 1
                key = f"{place.key}~{times}"
            seen.add(key)
            found.append(place._replace(key=key))
    return tuple(found)


def _stretches(blocks: tuple[Block, ...]) -> Iterator[tuple[int, int]]:
    start = 0
    for index in range(1, len(blocks) + 1):
        if index == len(blocks) or not _joins(blocks[index - 1], blocks[index]):
            yield start, index
            start = index


def _joins(before: Block, block: Block) -> bool:
    """Whether a block goes on with the place of the one before it."""
    if isinstance(block, _MADE) or isinstance(before, (*_MADE, Contents)):
        return False
    if before.span != block.span or _is_label(block):
        return False
    # One entry that is repeated: every time with names of its own, and with its title first.
    if type(before) is Slot and type(block) is Slot:
        return before.scope is block.scope and before.prose is None
    return True


def _is_label(block: Block) -> bool:
    return type(block) is Paragraph and block.role == "attachment-label"


def _place(blocks: tuple[Block, ...], part: int, start: int, end: int) -> Place:
    first = blocks[0]
    prose = next((block.prose for block in blocks if type(block) is Slot and block.prose), None)
    level = prose.level + 1 if prose is not None else 0
    for block in blocks:
        if type(block) is Slot and block.blocks:
            title = block.blocks[0]
            level = title.level if type(title) is Heading else 1
            break
    return Place(
        f"叙述/{prose.name}" if prose is not None else _key(first, first.span),
        part,
        start,
        end,
        prose.name if prose is not None else "",
        level,
    )


def _key(block: Block, span: Span) -> str:
    if type(block) is Contents:
        return "目录"
    if type(block) is Paragraph and block.role == "title":
        return "题名"
    kind = "表" if type(block) is TableSlot else "图" if type(block) is ChartSlot else "题"
    scope = block.scope if isinstance(block, (Slot, *_MADE)) else {}
    item = getattr(scope.get("本项"), "id", "") or scope.get("序号", "")
    table = block.program.source.path.rpartition("/")[2] if isinstance(block, _MADE) else ""
    return "/".join(filter(None, (kind, f"{span.line}.{span.column}", table, str(item))))


def stretches_of(found: tuple[Place, ...], filled: Document) -> Iterator[tuple[int, int]]:
    """Where the blocks of each place start and end in its part, once the slots of `filled` have given way to theirs."""
    for number, part in enumerate(filled.parts):
        ends = [0]
        for block in part.blocks:
            ends.append(ends[-1] + (len(block.blocks) if type(block) is Slot else 1))
        for place in found:
            if place.part == number:
                yield ends[place.start], ends[place.end]


def title_of(blocks: tuple[Block, ...]) -> tuple[str, str]:
    """Number and words of the title that blocks start with: of an attachment its label; empty without one."""
    first = blocks[0] if blocks else None
    if type(first) is Heading:
        return first.number, first.contents_text or plain_text(first.children)
    if type(first) is Paragraph and first.role == "attachment-label":
        title = blocks[1] if len(blocks) > 1 else None
        words = plain_text(title.children) if type(title) is Paragraph else ""
        return plain_text(first.children), words
    return "", ""
