"""Table slots -> tables, one at a time, when a writer is about to print it."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from compiler.passes.context import Context
from compiler.tree import Block, Part, Table, TableSlot, replace


def blocks_to_print(part: Part, context: Context) -> Iterator[Block]:
    """The part's blocks with every table made; a table that cannot be made is reported and left out."""
    for block in part.blocks:
        if type(block) is not TableSlot:
            yield block
        elif (table := table_to_print(block, context)) is not None:
            yield table


def table_to_print(block: TableSlot, context: Context) -> Table | None:
    """The table of a slot, its figures in `context.cells`; None when it cannot be made, which is reported."""
    program, scope = block.program, block.scope
    filled = context.made(
        ("table", id(program), id(scope)),
        (program, scope),
        lambda: program.run(scope, context.rule, context.sink),
    )
    if filled is None:
        return None
    table, figures, context.cells = filled
    context.figures += figures
    numbered = partial(
        replace,
        table,
        id=block.id,
        numbered=block.numbered,
        form=block.form,
        number=block.number,
        anchor=block.anchor,
    )
    return context.made(("numbered", id(block), id(table)), (block, table), numbered)
