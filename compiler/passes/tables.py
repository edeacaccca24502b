"""Table slots -> tables, one at a time, when a writer is about to print it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from compiler.passes.context import Context
from compiler.tree import Block, Figure, Part, TableSlot


def blocks_to_print(part: Part, context: Context) -> Iterator[Block]:
    """The part's blocks with every table made; a table that cannot be made is reported and left out."""
    for block in part.blocks:
        if type(block) is not TableSlot:
            yield block
            continue
        table = block.program.run(block.scope, context.rule, context.sink)
        if table is None:
            continue
        context.figures += sum(
            type(inline) is Figure
            for rows in (table.head, table.body)
            for row in rows
            for cell in row.cells
            for paragraph in cell.paragraphs
            for inline in paragraph
        )
        yield replace(
            table,
            id=block.id,
            numbered=block.numbered,
            form=block.form,
            number=block.number,
            anchor=block.anchor,
        )
