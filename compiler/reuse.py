"""What reports of one kind have in common, made once where one process makes many of them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from compiler.diagnostics import Diagnostics
from compiler.source import Source

T = TypeVar("T")
Reader = Callable[[Source, Diagnostics], T | None]
"""Makes something of a text; gives None when something is wrong with it, which is reported."""


class Reuse:
    """What was made of texts that had nothing wrong with them. A text that has changed is read anew."""

    def __init__(self) -> None:
        self._made: dict[tuple[Reader[Any], str], tuple[str, Any]] = {}

    def read(self, make: Reader[T], source: Source, sink: Diagnostics) -> T | None:
        """What `make` makes of the text, or made of it before under the same path. Nothing may change what it gives."""
        key = make, source.path
        before = self._made.get(key)
        if before is not None and before[0] == source.text:
            found: T = before[1]
            return found
        own = Diagnostics()
        made = make(source, own)
        if made is not None and not len(own):
            self._made[key] = source.text, made
        for item in own:
            sink.add(item)
        return made
