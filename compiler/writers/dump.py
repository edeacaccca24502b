"""The tree as text, for people and for golden tests.

A line a node, two spaces a level, `line:column` first where it helps: what a reader or a pass made
is read here, not guessed from a printed page. Inlines stand on their block's line.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import BinaryIO

from compiler import tree
from compiler.style import Style


class DumpWriter:
    """Prints each part and block as it comes."""

    def __init__(self, document: tree.Document, style: Style, out: BinaryIO) -> None:
        self._out = out
        meta = document.metadata
        self._print(f"document {meta.title!r} {meta.subject!r} {meta.creator!r} {meta.date!r}")

    def begin(self, part: tree.Part) -> None:
        self._print(f"part {part.orientation}")

    def write(self, block: tree.Block) -> None:
        for line in block_lines(block, 1):
            self._print(line)

    def finish(self) -> None:
        """Nothing comes last."""

    def _print(self, line: str) -> None:
        self._out.write(f"{line}\n".encode())


def dump_blocks(blocks: Sequence[tree.Block]) -> str:
    """Blocks as text, for tests of a single stage."""
    return "".join(f"{line}\n" for block in blocks for line in block_lines(block, 0))


def block_lines(block: tree.Block, depth: int) -> Iterator[str]:
    """The lines of one block."""
    pad = "  " * depth
    place = f"{block.span.line}:{block.span.column}"
    match block:
        case tree.Paragraph():
            yield (
                pad
                + f"paragraph {place}{_flags(role=block.role if block.role != 'body' else '', page_break=block.page_break, anchor=block.anchor)}{inlines(block.children)}"
            )
        case tree.Heading():
            flags = _flags(
                role="form-title" if block.role != "heading" else "",
                id=block.id,
                anchor=block.anchor,
                number=block.number,
                unnumbered=not block.numbered,
                page_break=block.page_break,
                contents=block.contents_text,
            )
            yield pad + f"heading{block.level} {place}{flags}{inlines(block.children)}"
        case tree.List():
            yield pad + f"list {place} {f'ordered from {block.start}' if block.ordered else 'bullet'}"
            for item in block.items:
                yield pad + f"  item {item.span.line}:{item.span.column}"
                for inner in item.blocks:
                    yield from block_lines(inner, depth + 2)
        case tree.Table():
            flags = _flags(
                id=block.id,
                anchor=block.anchor,
                number=block.number,
                unnumbered=not block.numbered,
                form=block.form,
            )
            yield (
                pad
                + f"table {place}{flags} columns={','.join(map(str, block.columns))}{inlines(block.caption)}"
            )
            for name, rows in (("head", block.head), ("body", block.body)):
                for row in rows:
                    yield pad + f"  {name}{_flags(change=row.change)}"
                    for cell in row.cells:
                        yield (
                            pad
                            + f"    cell{_flags(rows=cell.rowspan if cell.rowspan > 1 else '', columns=cell.colspan if cell.colspan > 1 else '', header=cell.header, align=cell.align if cell.align != 'left' else '')}{' /'.join(map(inlines, cell.paragraphs))}"
                        )
            for note in block.notes:
                yield pad + f"  note{inlines(note)}"
        case tree.TableSlot():
            yield (
                pad
                + f"table-slot {place} {block.program.source.path}{_flags(id=block.id, anchor=block.anchor, number=block.number)}"
            )
        case tree.Picture():
            yield (
                pad
                + f"picture {place}{_flags(id=block.id, anchor=block.anchor, number=block.number)} {block.format} {block.width}x{block.height} {block.description!r}{inlines(block.caption)}"
            )
        case tree.Chart():
            picture = block.picture
            yield (
                pad
                + f"chart {place}{_flags(id=picture.id, anchor=picture.anchor, number=picture.number)} {picture.width}x{picture.height} {block.printed!r}{inlines(picture.caption)}"
            )
            if block.table is not None:
                yield from block_lines(block.table, depth + 1)
        case tree.ChartSlot():
            yield (
                pad
                + f"chart-slot {place} {block.program.source.path}{_flags(id=block.id, anchor=block.anchor, number=block.number)}"
            )
        case tree.ChangedBlock():
            yield pad + f"{block.change} {place}"
            yield from block_lines(block.block, depth + 1)
        case tree.Contents():
            yield pad + f"contents {block.title!r} depth={block.depth}"
            for entry in block.entries:
                yield pad + f"  entry{entry.level} {entry.anchor} {entry.number!r} {entry.text!r}"


def inlines(children: Sequence[tree.Inline]) -> str:
    """Inlines on one line, each after a space; empty for none."""
    return "".join(f" {_inline(child)}" for child in children)


def _inline(child: tree.Inline) -> str:
    match child:
        case tree.Text():
            return repr(child.text)
        case tree.Placeholder():
            return f"{{{{{child.expression.text}}}}}@{child.span.line}:{child.span.column}"
        case tree.Figure():
            return f"figure({child.key} = {child.text!r})"
        case tree.Strong():
            return f"strong({inlines(child.children).strip()})"
        case tree.Emphasis():
            return f"emphasis({inlines(child.children).strip()})"
        case tree.Marked():
            return f"marked({inlines(child.children).strip()})"
        case tree.LineBreak():
            return "break"
        case tree.Link():
            return f"link({child.address!r}:{inlines(child.children)})"
        case tree.Reference():
            return f"reference({child.target!r} -> {child.anchor!r} {list(child.label)}:{inlines(child.children)})"
        case tree.Changed():
            return f"{child.change}({inlines(child.children).strip()})"


def _flags(**values: object) -> str:
    return "".join(
        f" {name}" if value is True else f" {name}={value}"
        for name, value in values.items()
        if value not in ("", False)
    )
