"""What a YAML file says before any schema: mappings, sequences and scalars, each with its place.

Scalars are text, whatever YAML would make of them: `012`, `no` and `12:30` stay as typed, and the schema
decides what they are. Places are packed (`compiler.source.pack`).
"""

from __future__ import annotations

from sys import intern
from typing import TYPE_CHECKING, Any, TypeAlias

from compiler.source import PLACE_BITS, Source, Span, unpack

RECURRING = 32
"""Characters of a text that is likely to be typed again: names of indicators, units, 100%. Such are held once."""


class Scalar:
    """A value as typed."""

    __slots__ = ("place", "text")

    def __init__(self, text: str, place: int) -> None:
        self.text = text
        self.place = place


class Sequence:
    """A list."""

    __slots__ = ("items", "place")

    def __init__(self, place: int) -> None:
        self.items: list[Node] = []
        self.place = place


Row: TypeAlias = "tuple[tuple[str, ...], tuple[str, ...]]"
"""The names and the words of a mapping of one line in braces with nothing quoted, one space behind each mark."""


class Mapping:
    """Keys and values in the order of the file; keys are unique."""

    __slots__ = ("entries", "key_places", "place", "row")

    entries: dict[str, Node]
    key_places: dict[str, int]
    """Where each key stands."""

    def __init__(self, place: int) -> None:
        self.entries = {}
        self.key_places = {}
        self.row: Row | None = None
        self.place = place

    @classmethod
    def of_row(cls, names: tuple[str, ...], words: tuple[str, ...], place: int) -> Mapping:
        """A mapping of one line, whose brace stands at `place`: most are made a record without a node for each word."""
        node = cls.__new__(cls)
        node.row = names, words
        node.place = place
        return node

    if not TYPE_CHECKING:

        def __getattr__(self, name: str) -> Any:
            """The entries of a row and where their keys stand, when they are first asked for."""
            if name not in ("entries", "key_places"):
                raise AttributeError(name)
            entries, key_places = self.entries, self.key_places = {}, {}
            place = self.place + (1 << PLACE_BITS) - 1
            for key, words in zip(*self.row, strict=True):
                key_places[key] = place | len(key)
                place += len(key) + 2 << PLACE_BITS
                length = len(words)
                entries[key] = Scalar(intern(words) if length <= RECURRING else words, place | length)
                place += length + 2 << PLACE_BITS
            return getattr(self, name)


Node: TypeAlias = Scalar | Sequence | Mapping


class RawFile:
    """A parsed file: its source, and its root, which is a mapping."""

    __slots__ = ("root", "source")

    def __init__(self, source: Source, root: Mapping) -> None:
        self.source = source
        self.root = root

    def span(self, place: int) -> Span:
        return unpack(self.source, place)
