"""One of the two documents that a comparison holds."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, TypeAlias

from compiler import tree
from compiler.tree import replace

Side: TypeAlias = Literal["older", "newer"]

_LEFT_OUT: dict[Side, tree.Change] = {"older": "inserted", "newer": "deleted"}


def side(document: tree.Document, keep: Side) -> tree.Document:
    """The older or the newer of two documents compared: `document` without what only the other has.

    What is left empty by it goes too: emphasis and links, paragraphs of cells, notes, list items, lists, tables,
    parts. The result is a document like any other, `comparison` is None.
    """
    drop = _LEFT_OUT[keep]
    parts = tuple(
        replace(part, blocks=blocks)
        for part in document.parts
        if (blocks := _blocks(part.blocks, drop)) or not part.blocks
    )
    return replace(document, parts=parts, comparison=None)


def words_of(children: Sequence[tree.Inline], keep: Side) -> tuple[tree.Inline, ...]:
    """The inlines that the older or the newer document has."""
    return _inlines(children, _LEFT_OUT[keep])


def only_change(children: Sequence[tree.Inline]) -> tree.Change | Literal[""]:
    """The change that all of these inlines are; empty when some stand in both documents, or there are none."""
    changes: set[tree.Change | Literal[""]] = {
        child.change if isinstance(child, tree.Changed) else "" for child in children
    }
    return changes.pop() if len(changes) == 1 else ""


def whole_table(table: tree.Table) -> tree.ChangedBlock | None:
    """The table as a changed block, when all its rows are of one change: nothing else of it stays either."""
    change = _change_of(table)
    if not change:
        return None
    keep: Side = "newer" if change == "inserted" else "older"
    kept = _table(table, _LEFT_OUT[keep])
    return None if kept is None else tree.ChangedBlock(table.span, change, kept)


def _change_of(table: tree.Table) -> tree.Change | Literal[""]:
    changes = {row.change for row in (*table.head, *table.body)}
    return changes.pop() if len(changes) == 1 else ""


def _inlines(children: Sequence[tree.Inline], drop: tree.Change) -> tuple[tree.Inline, ...]:
    kept: list[tree.Inline] = []
    for child in children:
        match child:
            case tree.Changed():
                if child.change != drop:
                    kept += _inlines(child.children, drop)
            case tree.Strong() | tree.Emphasis() | tree.Marked() | tree.Link() | tree.Reference():
                inner = _inlines(child.children, drop)
                # A reference without words of its own would print its label.
                if inner or not child.children:
                    kept.append(replace(child, children=inner))
            case _:
                kept.append(child)
    return tuple(kept)


def _paragraphs(
    paragraphs: Sequence[tuple[tree.Inline, ...]], drop: tree.Change
) -> tuple[tuple[tree.Inline, ...], ...]:
    return tuple(_inlines(children, drop) for children in paragraphs if only_change(children) != drop)


def _blocks(blocks: Sequence[tree.Block], drop: tree.Change) -> tuple[tree.Block, ...]:
    return tuple(kept for block in blocks if (kept := _block(block, drop)) is not None)


def _block(block: tree.Block, drop: tree.Change) -> tree.Block | None:
    match block:
        case tree.ChangedBlock():
            return None if block.change == drop else _block(block.block, drop)
        case tree.Paragraph() | tree.Heading():
            return replace(block, children=_inlines(block.children, drop))
        case tree.List():
            items = tuple(
                replace(item, blocks=blocks)
                for item in block.items
                if (blocks := _blocks(item.blocks, drop)) or not item.blocks
            )
            return replace(block, items=items) if items or not block.items else None
        case tree.Table():
            return _table(block, drop)
        case tree.Picture():
            return replace(block, caption=_inlines(block.caption, drop))
        case _:
            return block


def _table(table: tree.Table, drop: tree.Change) -> tree.Table | None:
    if _change_of(table) == drop:
        return None
    return replace(
        table,
        head=_rows(table.head, drop),
        body=_rows(table.body, drop),
        caption=_inlines(table.caption, drop),
        notes=_paragraphs(table.notes, drop),
    )


def _rows(rows: Sequence[tree.Row], drop: tree.Change) -> tuple[tree.Row, ...]:
    return tuple(
        tree.Row(
            row.span,
            tuple(replace(cell, paragraphs=_paragraphs(cell.paragraphs, drop)) for cell in row.cells),
        )
        for row in rows
        if row.change != drop
    )
