"""Change the inlines of blocks, wherever in them they stand."""

from __future__ import annotations

from collections.abc import Callable

from compiler.tree import Block, Heading, Inline, List, ListItem, Paragraph, Picture, Row, Table, replace

Change = Callable[[tuple[Inline, ...]], tuple[Inline, ...]]


def with_inlines(block: Block, change: Change) -> Block:
    """The block with `change` applied to each run of inlines in it; the same block when nothing changes."""
    match block:
        case Paragraph() | Heading():
            children = change(block.children)
            return block if children is block.children else replace(block, children=children)
        case List():
            items = tuple(
                ListItem(item.span, tuple(with_inlines(inner, change) for inner in item.blocks))
                for item in block.items
            )
            return replace(block, items=items)
        case Table():
            return replace(
                block,
                head=_rows(block.head, change),
                body=_rows(block.body, change),
                caption=change(block.caption),
                notes=tuple(map(change, block.notes)),
            )
        case Picture():
            return replace(block, caption=change(block.caption))
    return block


def _rows(rows: tuple[Row, ...], change: Change) -> tuple[Row, ...]:
    return tuple(
        Row(
            row.span,
            tuple(replace(cell, paragraphs=tuple(map(change, cell.paragraphs))) for cell in row.cells),
        )
        for row in rows
    )
