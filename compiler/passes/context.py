"""What every pass is given beside the document."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import TypeVar

from compiler.diagnostics import Diagnostic, Diagnostics
from compiler.figures import NumberRule
from compiler.named import NamedTuple
from compiler.table_steps import Figures

T = TypeVar("T")


class _Made(NamedTuple):
    """What some work came to, and what it said while at it."""

    result: object
    of: object
    """What it was made of: as long as it is kept, the ids in its key stay those nodes'."""
    reported: tuple[Diagnostic, ...]
    figures: int


class Memo:
    """What the passes made, by what they made it of, so that a run over nearly the same document makes only what is new.

    What two runs after one another did not ask for is forgotten.
    """

    def __init__(self) -> None:
        self._before: dict[Hashable, _Made] = {}
        self._now: dict[Hashable, _Made] = {}

    def begin(self) -> None:
        """A run starts."""
        self._before, self._now = self._now, {}

    def find(self, key: Hashable) -> _Made | None:
        found = self._now.get(key)
        if found is None and (found := self._before.get(key)) is not None:
            self._now[key] = found
        return found

    def keep(self, key: Hashable, made: _Made) -> None:
        self._now[key] = made


class Context:
    """Where to report, how figures are printed, and how many were filled in so far."""

    __slots__ = ("cells", "draws", "figures", "memo", "rule", "sink")

    def __init__(self, sink: Diagnostics, rule: NumberRule, memo: Memo | None = None) -> None:
        self.sink = sink
        self.rule = rule
        self.memo = memo
        """Where the document is compiled again and again; a build has none, and no need of the room."""
        self.figures = 0
        self.draws = True
        """Whether charts are drawn; nobody sees them where nothing is written."""
        self.cells: Figures = ()
        """The figures of the table or chart made last, when the scope keeps what is read."""

    def made(self, key: Hashable, of: object, work: Callable[[], T]) -> T:
        """What `work` gives, which is done once for a key where there is a memo; what it reports and counts is told each time.

        `key` holds the ids of the nodes it is made of, `of` the nodes themselves. `work` depends on nothing else that changes.
        """
        if self.memo is None:
            return work()
        made = self.memo.find(key)
        if made is None:
            sink, figures = self.sink, self.figures
            self.sink, self.figures = Diagnostics(), 0
            try:
                result = work()
                made = _Made(result, of, tuple(self.sink), self.figures)
            finally:
                self.sink, self.figures = sink, figures
            self.memo.keep(key, made)
        for diagnostic in made.reported:
            self.sink.add(diagnostic)
        self.figures += made.figures
        return made.result  # type: ignore[return-value]
