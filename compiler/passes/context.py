"""What every pass is given beside the document."""

from __future__ import annotations

from compiler.diagnostics import Diagnostics
from compiler.figures import NumberRule


class Context:
    """Where to report, how figures are printed, and how many were filled in so far."""

    __slots__ = ("figures", "rule", "sink")

    def __init__(self, sink: Diagnostics, rule: NumberRule) -> None:
        self.sink = sink
        self.rule = rule
        self.figures = 0
