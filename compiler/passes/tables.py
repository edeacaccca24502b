"""Table slots -> tables, chart slots -> charts, one at a time, when a writer is about to print it."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from compiler.passes.context import Context
from compiler.tree import Block, ChartSlot, Part, Table, TableSlot


def blocks_to_print(part: Part, context: Context) -> Iterator[Block]:
    """The part's blocks with every table and chart made; one that cannot be made is reported and left out."""
    for block in part.blocks:
        if (made := to_print(block, context)) is not None:
            yield made


def to_print(block: Block, context: Context) -> Block | None:
    """The block itself; of a slot the table or chart, as `table_to_print` makes it."""
    if type(block) is TableSlot:
        return table_to_print(block, context)
    if type(block) is ChartSlot:
        from compiler.passes.charts import chart_to_print  # late: few reports have one

        return chart_to_print(block, context)
    return block


def table_to_print(block: TableSlot, context: Context) -> Table | None:
    """The table of a slot, its figures in `context.cells`; None when it cannot be made, which is reported."""
    program, scope = block.program, block.scope
    if context.memo is None:
        filled = program.run(scope, context.rule, context.sink)
    else:
        filled = context.made(
            ("table", id(program), id(scope)),
            (program, scope),
            lambda: program.run(scope, context.rule, context.sink),
        )
    if filled is None:
        return None
    table, figures, context.cells = filled
    context.figures += figures
    if context.memo is None:
        return _numbered(table, block)
    return context.made(("numbered", id(block), id(table)), (block, table), partial(_numbered, table, block))


def _numbered(table: Table, slot: TableSlot) -> Table:
    """The table with what its slot says of it."""
    return Table(
        table.span,
        table.columns,
        table.head,
        table.body,
        table.caption,
        table.notes,
        slot.id,
        slot.numbered,
        table.summary,
        slot.form,
        slot.number,
        slot.anchor,
    )
