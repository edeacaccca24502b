"""What reading a value needs beside the value: where it stands, and where to report."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Generic, TypeVar

from compiler.diagnostics import Code, Diagnostics
from compiler.gaps import MARK, Gap, is_stale, is_unfilled
from compiler.rawdata import Mapping, Node, Scalar, Sequence
from compiler.record import Unfilled
from compiler.source import Source, Span, line_and_column, unpack

T = TypeVar("T")


class Context:
    """What reading a value needs: where it stands, the unit of bare amounts, where to report."""

    __slots__ = ("drafted", "gaps", "sink", "source", "unit")

    def __init__(
        self, source: Source, sink: Diagnostics, unit: str = "元", gaps: list[Gap] | None = None
    ) -> None:
        """`gaps`: gets what is still to be filled in; None where nothing may be left open, as in templates."""
        self.source = source
        self.sink = sink
        self.unit = unit
        self.drafted = gaps is not None
        """Whether a value may be left open."""
        # Nearly all files are whole, and not asked value by value then.
        self.gaps = gaps if gaps is not None and "待" in source.text else None

    def span(self, place: int) -> Span:
        return unpack(self.source, place)

    def error(self, code: Code, place: int, message: str, hint: str) -> None:
        self.sink.error(code, unpack(self.source, place), message, hint)


_MOST_KEPT = 4096
"""Values of a kind that are kept."""

_every_kept: list[Kept[Any]] = []
"""Each is made when its module is imported, and never goes."""


class Kept(Generic[T]):
    """A way of reading that gives the same object for what is typed alike, as most numbers of a large report are."""

    __slots__ = ("_by_unit", "_known", "_read")

    def __init__(self, read: Callable[[Node, Context, str], T | None], *, by_unit: bool = False) -> None:
        """`read` reads what is not known yet; `by_unit`: typed alike where bare numbers have the same unit."""
        self._read = read
        self._by_unit = by_unit
        self._known: dict[str, dict[str, T]] = {}
        _every_kept.append(self)

    def known(self, unit: str) -> dict[str, T]:
        """What is known, by its text, where bare amounts are in `unit`: the same mapping each time."""
        return self._known.setdefault(unit if self._by_unit else "", {})

    def forget(self, most: int) -> None:
        """Forget the values that have become more than that."""
        for values in self._known.values():
            if len(values) > most:
                values.clear()  # it is known elsewhere, too, as the mapping that it is

    def __call__(self, node: Node, context: Context, key: str) -> T | None:
        if type(node) is not Scalar:
            return self._read(node, context, key)
        values = self.known(context.unit)
        value = values.get(node.text)
        if value is None:
            value = self._read(node, context, key)
            # Of other characters than these something may have been said.
            if value is not None and node.text.isascii():
                if len(values) >= _MOST_KEPT:
                    values.clear()
                values[node.text] = value
        return value


def forget_values(most: int) -> None:
    """Forget the values of a kind when there are more than that: reports that follow one another have other amounts in them."""
    for kept in _every_kept:
        kept.forget(most)


def add_gap(
    context: Context, node: Scalar, key: str, owner: Mapping | Sequence | None, *, among_words: bool = False
) -> Unfilled:
    """Note that a value is still to be filled in, or that a mark stands `among_words` of it.

    `owner` is what is not judged until it is; itself when None.
    """
    span = context.span(node.place)
    stale = among_words and is_stale(node.text)
    if among_words:  # the mark itself, which may stand lines below the value's header
        text, line = context.source.text, 0
        for _ in range(span.line - 1):
            line = text.index("\n", line) + 1
        found = MARK.search(text, line + span.column - 1)
        span = context.source.span(found.start(), found.end()) if found else span
    start, end = (span.line, span.column), (span.line, span.end)
    if owner is not None:
        start, end = line_and_column(owner.place), max(end, _end(owner))
    if context.gaps is not None:
        context.gaps.append(Gap(span, key, stale, start, end))
    return Unfilled(key)


def unbracketed(node: Sequence) -> Node:
    """[待填], which is a list to YAML, as the value that is meant; any other list as it is."""
    inner = node.items[0] if len(node.items) == 1 else None
    return inner if type(inner) is Scalar and is_unfilled(inner.text) else node


def _end(node: Node) -> tuple[int, int]:
    """Line and column where the values of a node end."""
    start = line_and_column(node.place)
    if type(node) is Scalar:
        return start[0], start[1] + len(node.text)
    inner = node.entries.values() if type(node) is Mapping else node.items  # type: ignore[union-attr]
    return max(map(_end, inner), default=start)
