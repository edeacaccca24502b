"""Change the inlines of blocks, wherever in them they stand."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from operator import is_
from typing import TypeVar

from compiler.tree import (
    Block,
    Cell,
    Heading,
    Inline,
    List,
    ListItem,
    Paragraph,
    Picture,
    Row,
    Table,
    replace,
)

T = TypeVar("T")

Change = Callable[[tuple[Inline, ...]], tuple[Inline, ...]]


def with_inlines(block: Block, change: Change) -> Block:
    """The block with `change` applied to each run of inlines in it; the same block when nothing changes."""
    match block:
        case Paragraph() | Heading():
            children = change(block.children)
            return block if children is block.children else replace(block, children=children)
        case List():
            items = _changed(block.items, partial(_item, change=change))
            return block if items is block.items else replace(block, items=items)
        case Table():
            head, body = (_changed(rows, partial(_row, change=change)) for rows in (block.head, block.body))
            caption, notes = change(block.caption), _changed(block.notes, change)
            same = head is block.head and body is block.body
            if same and caption is block.caption and notes is block.notes:
                return block
            return replace(block, head=head, body=body, caption=caption, notes=notes)
        case Picture():
            caption = change(block.caption)
            return block if caption is block.caption else replace(block, caption=caption)
    return block


def _changed(entries: tuple[T, ...], change: Callable[[T], T]) -> tuple[T, ...]:
    """Every entry changed; the same tuple when none is another."""
    changed = tuple(map(change, entries))
    return entries if all(map(is_, changed, entries)) else changed


def _item(item: ListItem, change: Change) -> ListItem:
    blocks = _changed(item.blocks, partial(with_inlines, change=change))
    return item if blocks is item.blocks else replace(item, blocks=blocks)


def _row(row: Row, change: Change) -> Row:
    cells = _changed(row.cells, partial(_cell, change=change))
    return row if cells is row.cells else replace(row, cells=cells)


def _cell(cell: Cell, change: Change) -> Cell:
    paragraphs = _changed(cell.paragraphs, change)
    return cell if paragraphs is cell.paragraphs else replace(cell, paragraphs=paragraphs)
