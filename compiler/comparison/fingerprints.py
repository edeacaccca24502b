"""What a reader sees of a block, as a value to compare and as plain words.

Not seen, and so not compared: where it came from, whether a word was typed or filled in, widths of columns,
alignment, page breaks.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Sequence

from compiler.tree import (
    Block,
    Cell,
    Changed,
    ChangedBlock,
    Chart,
    Emphasis,
    Figure,
    Heading,
    Inline,
    LineBreak,
    Link,
    List,
    Marked,
    Paragraph,
    Picture,
    Reference,
    Row,
    Strong,
    Table,
    Text,
    plain_text,
)


def fingerprint(block: Block) -> Hashable:
    """Equal for blocks that look the same. Raises `TypeError` for what is not printed as it is."""
    match block:
        case Paragraph():
            return block.role, print_of(block.children)
        case Heading():
            return block.role, block.level, print_of(block.children)
        case List():
            return (
                "list",
                block.ordered,
                block.start,
                tuple(tuple(map(fingerprint, item.blocks)) for item in block.items),
            )
        case Table():
            return (
                "table",
                len(block.columns),
                print_of(block.caption),
                tuple(map(row_print, block.head)),
                tuple(map(row_print, block.body)),
                tuple(map(print_of, block.notes)),
            )
        case Picture():
            return "picture", block.data, print_of(block.caption)
        case Chart():  # not its picture: another computer's has other letters
            return "chart", block.printed, print_of(block.picture.caption)
    raise TypeError(f"{type(block).__name__} at {block.span} cannot be compared")


def row_print(row: Row) -> Hashable:
    """Equal for rows that look the same."""
    return tuple(map(cell_print, row.cells))


def cell_print(cell: Cell) -> Hashable:
    """Equal for cells that look the same."""
    return cell.rowspan, cell.colspan, tuple(map(print_of, cell.paragraphs))


def print_of(children: Sequence[Inline]) -> Hashable:
    """Equal for inlines that look the same, in however many pieces."""
    if all(isinstance(child, (Text, Figure)) for child in children):
        return "".join([child.text for child in children])  # type: ignore[union-attr]
    out: list[Hashable] = []
    words = ""
    for child in children:
        if isinstance(child, (Text, Figure)):
            words += child.text
            continue
        if words:
            out.append(words)
            words = ""
        match child:
            case Strong() | Emphasis() | Marked():
                out.append((type(child).__name__, print_of(child.children)))
            case Link():
                out.append((child.address, print_of(child.children)))
            case LineBreak():
                out.append(("break",))
            case Reference() | Changed():
                raise TypeError(f"{type(child).__name__} at {child.span} cannot be compared")
    if words:
        out.append(words)
    return tuple(out) if len(out) != 1 or not isinstance(out[0], str) else out[0]


def words_of(block: Block) -> str:
    """The printed words of a block."""
    match block:
        case Paragraph() | Heading():
            return plain_text(block.children)
        case List():
            return "".join(words_of(inner) for item in block.items for inner in item.blocks)
        case Table():
            rows = (*block.head, *block.body)
            return plain_text(block.caption) + "".join(cell_words(cell) for row in rows for cell in row.cells)
        case Picture():
            return plain_text(block.caption)
        case Chart():
            return block.printed
        case ChangedBlock():
            return words_of(block.block)
    return ""


def cell_words(cell: Cell) -> str:
    """The printed words of a cell, on one line."""
    return lines_words(cell.paragraphs)


def lines_words(paragraphs: Iterable[Sequence[Inline]]) -> str:
    """The printed words of several paragraphs, on one line."""
    return "".join(map(plain_text, paragraphs))
