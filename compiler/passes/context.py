"""What every pass is given beside the document."""

from __future__ import annotations

from compiler.diagnostics import Diagnostics
from compiler.figures import NumberRule
from compiler.table_program import CellFigure


class Context:
    """Where to report, how figures are printed, and how many were filled in so far."""

    __slots__ = ("cells", "figures", "rule", "sink")

    def __init__(self, sink: Diagnostics, rule: NumberRule) -> None:
        self.sink = sink
        self.rule = rule
        self.figures = 0
        self.cells: list[CellFigure] = []
        """The figures of the table made last, when the scope keeps what is read."""
