"""The placeholders of a narrative's text, each with what it prints."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import partial

from compiler.diagnostics import Diagnostic, Severity
from compiler.editor.preview.page import Chip
from compiler.named import NamedTuple
from compiler.passes.inlines import with_inlines
from compiler.source import Source, Span
from compiler.tree import Block, Figure, Inline, Placeholder, Text


class Chips(Mapping[str, "tuple[Chip, ...]"]):
    """The chips of every narrative, by name; worked out when they are asked for."""

    def __init__(self, names: Sequence[str], work: Callable[[str], tuple[Chip, ...]]) -> None:
        self._names = dict.fromkeys(names)
        self._work = work
        self._known: dict[str, tuple[Chip, ...]] = {}

    def __getitem__(self, name: str) -> tuple[Chip, ...]:
        if name not in self._names:
            raise KeyError(name)
        if name not in self._known:
            self._known[name] = self._work(name)
        return self._known[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._names)

    def __len__(self) -> int:
        return len(self._names)


class _Found(NamedTuple):
    start: int
    end: int
    expression: str
    span: Span


def chips_of(
    source: Source,
    blocks: Sequence[Block],
    figures: Iterable[tuple[str, Figure]],
    problems: Iterable[Diagnostic],
) -> tuple[Chip, ...]:
    """The chips of a narrative. `blocks` are as they were read, `figures` those printed, with their ids, `problems` what was said."""
    printed: dict[tuple[int, int], list[tuple[str, str]]] = {}
    for id, figure in figures:
        if figure.span.source.path == source.path:
            printed.setdefault((figure.span.line, figure.span.column), []).append((id, figure.text))
    said = [
        problem
        for problem in problems
        if problem.span.source.path == source.path and problem.severity is Severity.ERROR
    ]
    starts = [0]
    for words in source.lines:
        starts.append(starts[-1] + len(words) + 1)
    chips = []
    for found in sorted(set(_found(source.text, starts, blocks))):
        line = found.span.line
        there = printed.get((line, found.span.column), [])
        first, last = (offset - starts[line - 1] + 1 for offset in (found.start, found.end))
        why = next((p.message for p in said if p.span.line == line and first <= p.span.column < last), "")
        text, id = "".join(words for _, words in there), there[0][0] if there else ""
        chips.append(Chip(found.start, found.end, found.expression, text, id, "" if there else why))
    return tuple(chips)


def _found(text: str, starts: Sequence[int], blocks: Sequence[Block]) -> list[_Found]:
    found: list[_Found] = []
    for block in blocks:
        with_inlines(block, partial(_collect, text=text, starts=starts, found=found))
    return found


def _collect(
    children: tuple[Inline, ...], text: str, starts: Sequence[int], found: list[_Found]
) -> tuple[Inline, ...]:
    for child in children:
        offset = starts[child.span.line - 1] + child.span.column - 1
        if isinstance(child, Placeholder):
            start, end = text.rfind("{{", 0, offset), text.find("}}", offset)
            if start >= 0 and end >= 0:
                found.append(_Found(start, end + 2, child.expression.text, child.span))
        elif isinstance(child, Text):
            # What does not compile is printed as it was typed.
            if child.text.startswith("{{") and child.text.endswith("}}") and len(child.text) > 3:
                end = offset + len(child.text)
                if text[offset:end] == child.text:
                    found.append(_Found(offset, end, child.text[2:-2].strip(), child.span))
        else:
            _collect(getattr(child, "children", ()), text, starts, found)
    return children
