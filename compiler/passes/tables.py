"""Table slots -> tables, one at a time, when a writer is about to print it."""

from __future__ import annotations

from collections.abc import Iterator

from compiler.passes.context import Context
from compiler.tree import Block, Part, TableSlot, replace


def blocks_to_print(part: Part, context: Context) -> Iterator[Block]:
    """The part's blocks with every table made; a table that cannot be made is reported and left out."""
    for block in part.blocks:
        if type(block) is not TableSlot:
            yield block
            continue
        program, scope = block.program, block.scope
        filled = context.made(
            ("table", id(program), id(scope)),
            (program, scope),
            lambda program=program, scope=scope: program.run(scope, context.rule, context.sink),  # type: ignore[misc]
        )
        if filled is None:
            continue
        table, figures, context.cells = filled
        context.figures += figures
        yield replace(
            table,
            id=block.id,
            numbered=block.numbered,
            form=block.form,
            number=block.number,
            anchor=block.anchor,
        )
