"""The grid of a table: whether its cells cover every place exactly once."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from compiler.diagnostics import Code, Diagnostics
from compiler.tree import Row

_SHAPES = 200
_complete_shapes: set[tuple[Any, ...]] = set()
"""Shapes of tables found complete, by rows: the forms of a report have a few between them."""


def is_complete(rows: Sequence[Row], width: int, sink: Diagnostics) -> bool:
    """Whether the cells cover every place exactly once; reports the first row that does not fit."""
    shape = (
        width,
        *[row.pattern or tuple([(cell.rowspan, cell.colspan) for cell in row.cells]) for row in rows],
    )
    if shape in _complete_shapes:
        return True
    below = [0] * width  # how many more rows the cell above reaches down, by column
    for number, row in enumerate(rows):
        column = 0
        for cell in row.cells:
            while column < width and below[column]:
                below[column] -= 1
                column += 1
            end = column + cell.colspan
            if end > width or any(below[column:end]):
                sink.error(
                    Code.TABLE_GRID,
                    cell.span,
                    f"这一格放不下：表宽 {width} 列，它要占第 {column + 1} "
                    + (f"到 {end} 列" if cell.colspan > 1 else "列"),
                    "检查本行的格数和 colspan，以及上面各行的 rowspan",
                )
                return False
            if cell.rowspan > len(rows) - number:
                sink.error(
                    Code.TABLE_GRID,
                    cell.span,
                    f"这一格向下合并 {cell.rowspan} 行，只剩 {len(rows) - number} 行",
                    "表头的格不能合并到表体；核对 rowspan",
                )
                return False
            below[column:end] = [cell.rowspan - 1] * cell.colspan
            column = end
        while column < width and below[column]:
            below[column] -= 1
            column += 1
        if column < width:
            sink.error(
                Code.TABLE_GRID,
                row.span,
                f"这一行只有 {column} 列，表宽 {width} 列",
                "补上缺的格，或用 colspan 合并",
            )
            return False
    if len(_complete_shapes) >= _SHAPES:  # the patterns of templates that nobody has any more are among them
        _complete_shapes.clear()
    _complete_shapes.add(shape)
    return True
