"""What a node of the tree is made as."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeVar, dataclass_transform

_T = TypeVar("_T")


@dataclass_transform(frozen_default=True)
def node(cls: type[_T]) -> type[_T]:
    """A frozen dataclass to the type checker, a slotted one at run time.

    Frozen instances take five times as long to make, and a large report makes millions.
    """
    return dataclass(slots=True)(cls)


def replace(node: _T, **changes: object) -> _T:
    """A node like this one but for the changes; `dataclasses.replace`, at a third of its cost."""
    cls = type(node)
    new = object.__new__(cls)
    for name in cls.__slots__:  # type: ignore[attr-defined]
        setattr(new, name, changes[name] if name in changes else getattr(node, name))
    return new
