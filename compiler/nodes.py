"""What a node of the tree is made as."""

from __future__ import annotations

from operator import attrgetter
from typing import Any, TypeVar, dataclass_transform

_T = TypeVar("_T")


@dataclass_transform(frozen_default=True)
def node(cls: type[_T]) -> type[_T]:
    """A frozen dataclass to the type checker, at run time a slotted class with the same `__init__`, equality and text.

    Frozen instances take five times as long to make, and a large report makes millions. Making the classes as `dataclass`
    does takes three times as long, a twentieth of a small report. A node inherits no fields.

    The class may name fields `beside` the others: what is known of a node and no part of it. They are the last, have a default, are neither
    compared nor shown, and a node that is made by `replace` does not have them.
    """
    names = tuple(cls.__annotations__)
    beside: tuple[str, ...] = vars(cls).get("beside", ())
    compared = names[: len(names) - len(beside)]
    defaults = {name: vars(cls)[name] for name in names if name in vars(cls)}
    body = {
        name: value for name, value in vars(cls).items() if name not in (*names, "__dict__", "__weakref__")
    }
    body |= {
        "__slots__": names,
        "__match_args__": names,
        "beside": beside,
        "compared": compared,
        "values_of": attrgetter(*compared, compared[0]),  # the first twice: of one it would give no tuple
        "__eq__": _equal,
        "__repr__": _shown,
        "__hash__": None,
    }
    body["__init__"] = _initializer(names, defaults)
    made: type[_T] = type(cls.__name__, cls.__bases__, body)
    return made


def _initializer(names: tuple[str, ...], defaults: dict[str, Any]) -> Any:
    """A function that sets the attributes `names`, in their order, those without a default first."""
    arguments = ", ".join(f"{name}=_{name}" if name in defaults else name for name in names)
    lines = "; ".join(f"self.{name} = {name}" for name in names)
    made: dict[str, Any] = {f"_{name}": value for name, value in defaults.items()}
    # As `dataclasses` does it: nothing else sets many attributes as quickly. The names are those of our own classes.
    exec(f"def __init__(self, {arguments}): {lines}", made)  # noqa: S102
    return made["__init__"]


def _equal(self: Any, other: Any) -> Any:
    if type(other) is not type(self):
        return NotImplemented
    return self.values_of(self) == other.values_of(other)


def _shown(self: Any) -> str:
    return f"{type(self).__name__}({', '.join(f'{name}={getattr(self, name)!r}' for name in self.compared)})"


def replace(node: _T, **changes: object) -> _T:
    """A node like this one but for the changes; `dataclasses.replace`, at a fifth of its cost."""
    cls: Any = type(node)
    new: _T = cls(*cls.values_of(node)[:-1])
    for name, value in changes.items():
        setattr(new, name, value)
    return new
