"""Tuples whose places have names, made without what `typing` does at run time for their types.

A cold build makes eighty such classes. `typing.NamedTuple` compiles the type of every field, which nobody reads at run time, and
takes twice as long.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from typing import NamedTuple as NamedTuple
else:
    from collections import namedtuple

    class _Named(type):
        """Makes of a class body a named tuple with what else is in the body."""

        def __new__(cls, name: str, bases: tuple[type, ...], body: dict[str, Any]) -> type:
            if not bases:
                return super().__new__(cls, name, bases, body)
            names = body.get("__annotations__", ())
            defaults = [body.pop(field) for field in names if field in body]  # they are the last
            made = namedtuple(name, names, defaults=defaults, module=body["__module__"])
            for key, value in body.items():
                setattr(made, key, value)
            return made

    class NamedTuple(metaclass=_Named):
        """What `typing.NamedTuple` is to a class that inherits nothing else but `Generic`, which means something to type checkers alone."""
