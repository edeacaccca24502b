"""How the trace names a record and the file it stands in: the pieces that all lines about its values share."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any, TypeAlias

from compiler.computed import computed
from compiler.named import NamedTuple
from compiler.record import Facts, Record
from compiler.schema import fields_of
from compiler.source import Source


def escaped(text: str) -> str:
    """A text as it stands between the quotation marks of JSON."""
    return json.encoder.encode_basestring(text)[1:-1]


Keys: TypeAlias = "Mapping[str, tuple[str, bytes]]"
"""By key, the attribute by which a file gives its value (empty when none may), and how a path goes on with it."""
Known: TypeAlias = "tuple[bytes, bytes, Mapping[str, int], Sequence[int], int, Keys]"
"""What lines say of every value of a record: how expressions would name it (项目[14-服贸会专题展].资金), its file, which of the
places kept for that file are those of its values (by attribute, counted from the first), those places (packed), the first, and
its keys. Both pieces are ready for JSON. A bare tuple: there are many."""
_START = b'{"key": "'
STRANGE = _START + "本项".encode()
"""What stands for a record that is none of the data's."""


class Paths:
    """How expressions would name a record, and the file it stands in, named from the report's `folder`.

    The records of projects are learnt as they come, and forgotten: a report may have ten thousand.
    """

    _KEPT = 5_000

    def __init__(self, names: Mapping[str, Any], folder: str) -> None:
        self.known: dict[int, Known] = {}
        """By id, the records that came last."""
        self._before: dict[int, Known] = {}
        self._fixed: dict[int, Known] = {}
        self._folder = folder
        self._last: tuple[str | None, bytes] = None, b""
        self._source: Source | None = None
        """The file of the record learnt last, how lines name it, and the places kept for it: those after it stand there, too."""
        self._named = b""
        self._kept: Sequence[int] = ()
        self._listed = names.get("项目", ())
        for name, value in names.items():
            if name != "项目":
                self._learn(value, _START + escaped(name).encode(), self._fixed)
        self._next = 0
        self._strangers: dict[int, Record | Facts] = {}
        """By id, records that are none of the data's; they are kept, so that no other gets the id."""

    def file(self, path: str) -> bytes:
        """How an entry goes on after its key: with the file, as messages name it but for the report's folder."""
        if path is not self._last[0]:
            self._last = path, f'", "source": "{escaped(path.removeprefix(self._folder))}:'.encode()
        return self._last[1]

    def of(self, owner: Record | Facts) -> Known | None:
        """What is known of a record; None of one that is none of the data's."""
        number = id(owner)
        found = self.known.get(number) or self._fixed.get(number)
        if found is None and (found := self._before.get(number)) is not None:
            self.known[number] = found
        tries = len(self._listed) if number in self._strangers else 0
        while found is None and tries < len(self._listed):
            if len(self.known) > self._KEPT:
                self._before, self.known = self.known, {}
            project = self._listed[self._next]
            self._learn(project, _START + f"项目[{escaped(project.id)}]".encode(), self.known)
            self._next = (self._next + 1) % len(self._listed)
            tries += 1
            found = self.known.get(number)
        if found is None and number not in self._strangers:
            if len(self._strangers) > self._KEPT:
                self._strangers.clear()
            self._strangers[number] = owner
        return found

    def known_of(self, owner: Record) -> Known:
        """What the lines say of a record, be it one of the data's or none."""
        return self.of(owner) or self._known(owner, STRANGE, _shape_of(type(owner)).keys)

    def _known(self, value: Record | Facts, start: bytes, keys: Keys) -> Known:
        source = value.source
        if source is None:
            return start, b"", {}, (), 0, keys
        self._source, self._named = source, self.file(source.path)
        self._kept = source.places  # type: ignore[assignment]  # a record was read from it
        return start, self._named, value.places, self._kept, value.first, keys

    def _learn(self, value: Any, path: bytes, known: dict[int, Known]) -> None:
        """The paths of a value, as lines start that tell of it, and of what is in it."""
        kind = type(value)
        if kind is tuple:
            for index, item in enumerate(value):
                if isinstance(item, Record):
                    name = getattr(item, "name", None)
                    words = escaped(str(name)) if name else str(index)
                    self._learn(item, b"%b[%b]" % (path, words.encode()), known)
            return
        shape = _shapes.get(kind)
        if shape is None:
            if isinstance(value, Facts):
                shape = _FACTS
            elif isinstance(value, Record):
                shape = _shape_of(kind)
            else:
                return
        keys, holders = shape
        source = value.source
        if source is not None and source is self._source:  # as of all records of a project
            known[id(value)] = path, self._named, value.places, self._kept, value.first, keys
        else:
            known[id(value)] = self._known(value, path, keys)
        for attribute, key in holders:
            inner = getattr(value, attribute)
            if inner is not None:
                self._learn(inner, path + key, known)


_MOST_FACTS = 1_000
"""Keys that are kept: reports share a few, and each may have its own."""


class _Same(dict[str, tuple[str, bytes]]):
    """Facts have no attributes: every key is called what it is."""

    def __missing__(self, key: str) -> tuple[str, bytes]:
        known = key, f".{escaped(key)}".encode()
        if len(self) < _MOST_FACTS:
            self[key] = known
        return known


SAME: Keys = _Same()
"""The keys of facts."""


class _Shape(NamedTuple):
    """What is asked of every record of a class."""

    keys: Keys
    holders: tuple[tuple[str, bytes], ...]
    """The attributes, each with how a path goes on with its key, that may hold records or facts: of most values their kind says that they are none."""


_FACTS = _Shape(SAME, ())
_shapes: dict[type[Record | Facts], _Shape] = {Facts: _FACTS}
_PLAIN = frozenset(["Amount", "Rate", "Count", "Decimal", "str", "int", "bool", "None"])


def _shape_of(cls: type[Record]) -> _Shape:
    shape = _shapes.get(cls)
    if shape is None:
        derived, kinds = cls.DERIVED, fields_of(cls)
        keys = {
            key: (derived[key].typed if key in derived else attribute, f".{key}".encode())
            for key, attribute in cls.NAMES.items()
        }
        holders = [
            (attribute, keys[key][1])
            for attribute, key in {attribute: key for key, attribute in cls.NAMES.items()}.items()
            if (_computes_others(cls, attribute) if key in derived else kinds[key].holds_others)
        ]
        shape = _shapes[cls] = _Shape(keys, tuple(holders))
    return shape


def _computes_others(cls: type[Record], attribute: str) -> bool:
    """Whether what is computed for a key may be a record: what is computed anew each time is none that a line speaks of."""
    way = getattr(cls, attribute, None)
    if not isinstance(way, computed):
        return False
    kinds = way.work.__annotations__.get("return", "")
    return not _PLAIN.issuperset(kind.strip() for kind in kinds.split("|"))
