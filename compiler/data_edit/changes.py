"""What may be changed in a data file, and what the file says then."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any, TypeAlias

from compiler.data_edit.notation import Plain
from compiler.kinds import Kind
from compiler.named import NamedTuple
from compiler.rawdata import Mapping, Node, Scalar
from compiler.record import Record
from compiler.schema import fields_of

Path: TypeAlias = tuple[str | int, ...]
"""Names, and numbers of list entries from 0."""
Order: TypeAlias = Callable[[Path], Sequence[str]]
"""The names that a mapping may have, in the order in which they are written."""


class Put(NamedTuple):
    """Give a value, whether there is one or not; what it stands in is made."""

    path: Path
    value: Plain


class Drop(NamedTuple):
    """Take a name with its value out of a mapping."""

    path: Path


class Arrange(NamedTuple):
    """Say what a list consists of: its entries by their numbers, and new ones."""

    path: Path
    items: tuple[int | Plain, ...]


Change: TypeAlias = Put | Drop | Arrange


class EditError(Exception):
    """A file that is written in a way in which the change cannot be made; nothing was."""

    def __init__(self, path: str, note: str = "", line: int = 0) -> None:
        super().__init__(path)
        self.note, self.line = note, line
        """The note that would be lost or left with another entry, and its line from 1; empty and 0 when that is not why."""


def order_of(cls: type[Record]) -> Order:
    """The order of names that the schema of a file has."""

    def order(path: Path) -> Sequence[str]:
        found = class_at(cls, path)
        return () if found is None else tuple(fields_of(found))

    return order


def class_at(cls: type[Record], path: Path) -> type[Record] | None:
    """The class of the record at a path of a file whose own is `cls`; None where the schema has no record."""
    kind: object = cls
    """The class of a record, the kind of a list's entries, None of other values."""
    for step in path:
        if isinstance(step, int):
            kind = kind.of if isinstance(kind, Kind) else None
        else:
            found = fields_of(kind).get(step) if isinstance(kind, type) else None
            kind = found.of if found is not None else None
    return kind if isinstance(kind, type) and issubclass(kind, Record) else None


def plain(node: Node) -> Plain:
    """What a node says, without its place."""
    if type(node) is Scalar:
        return node.text
    if type(node) is Mapping:
        return {name: plain(child) for name, child in node.entries.items()}
    return [plain(child) for child in node.items]  # type: ignore[union-attr]


# What is wanted ---------------------------------------------------------------------------


def in_order(changes: Iterable[Change]) -> list[Change]:
    """The order in which changes are made. Paths are those of the file as it is: values first, and of the lists the inner ones before the outer."""
    return sorted(
        changes,
        key=lambda change: (isinstance(change, Arrange), -len(change.path) * isinstance(change, Arrange)),
    )


def applied(root: Plain, changes: Iterable[Change]) -> Plain:
    """What the file says with the changes in it."""
    root = _copied(root)
    for change in in_order(changes):
        *way, last = change.path
        owner: Any = root
        for step, next_step in zip(way, change.path[1:], strict=True):
            inner = owner[step] if isinstance(step, int) else owner.get(step, "")
            if inner == "" and not isinstance(next_step, int):
                inner = owner[step] = {}
            owner = inner
        if isinstance(change, Put):
            owner[last] = change.value
        elif isinstance(change, Drop):
            del owner[last]
        else:
            old = (owner.get(last) if isinstance(owner, dict) else owner[last]) or []
            owner[last] = [old[item] if isinstance(item, int) else item for item in change.items]
    return root


def _copied(content: Plain) -> Plain:
    if isinstance(content, dict):
        return {key: _copied(entry) for key, entry in content.items()}
    return [_copied(entry) for entry in content] if isinstance(content, list) else content


def same(a: Plain, b: Plain) -> bool:
    """Whether two files say the same: the order of names means nothing."""
    if isinstance(a, dict) and isinstance(b, dict):
        return a.keys() == b.keys() and all(same(entry, b[key]) for key, entry in a.items())
    if isinstance(a, list) and isinstance(b, list):
        return len(a) == len(b) and all(map(same, a, b))
    return a == b
