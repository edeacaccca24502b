"""Where the values of a YAML text stand, to the character, so that they can be replaced and all else be left alone."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from compiler.named import NamedTuple


class Value(NamedTuple):
    """A scalar, a list or a mapping of a file that `read_yaml` has read without complaint."""

    start: int
    end: int
    """`[start, end)` in the text, quotes and block headers included, what follows the last word not."""
    text: str
    """What a scalar means; empty for others."""
    style: str
    """Of a scalar: empty, a quote, | or >; of others { or [."""
    entries: dict[str, Value]
    items: list[Value]


class Edit(NamedTuple):
    """`text[start:end]` gives way to `words`."""

    start: int
    end: int
    words: str


def read_values(text: str) -> Value:
    """The root of a YAML text."""
    import yaml

    loader: Any = getattr(yaml, "CLoader", yaml.Loader)(text)
    lines = [0]
    for line in text.splitlines(keepends=True):
        lines.append(lines[-1] + len(line))

    def offset(mark: Any) -> int:
        return int(lines[min(mark.line, len(lines) - 1)] + mark.column)

    def node(event: Any) -> Value:
        start, kind = offset(event.start_mark), type(event)
        if kind is yaml.ScalarEvent:
            end = offset(event.end_mark)
            end = start + len(text[start:end].rstrip())
            return Value(start, end, event.value, event.style or "", {}, [])
        entries: dict[str, Value] = {}
        items: list[Value] = []
        mapping = kind is yaml.MappingStartEvent
        while not isinstance(inner := loader.get_event(), (yaml.MappingEndEvent, yaml.SequenceEndEvent)):
            if mapping:
                entries[inner.value] = node(loader.get_event())
            else:
                items.append(node(inner))
        return Value(start, offset(inner.end_mark), "", "{" if mapping else "[", entries, items)

    try:
        while not isinstance(event := loader.get_event(), (yaml.MappingStartEvent, yaml.SequenceStartEvent)):
            pass
        return node(event)
    finally:
        loader.dispose()


def edited(text: str, edits: Iterable[Edit]) -> str:
    """The text with edits that do not overlap."""
    for edit in sorted(edits, reverse=True):
        text = text[: edit.start] + edit.words + text[edit.end :]
    return text


def first_word(text: str, value: Value) -> int:
    """Where the words of a scalar start: behind its quote, on the line below its block header."""
    if value.style in ("'", '"'):
        return value.start + 1
    if value.style in ("|", ">"):
        start = text.index("\n", value.start) + 1
        rest = text[start : value.end]
        return start + len(rest) - len(rest.lstrip())
    return value.start
