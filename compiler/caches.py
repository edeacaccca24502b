"""What the program remembers from one report to the next: of use within a report, a leak over a thousand of them."""

from __future__ import annotations

import gc
import sys
from collections.abc import Iterator
from functools import _lru_cache_wrapper
from typing import Any

_MANY = 500
"""Entries that reports may share: words of templates and schemes. More come from the reports' own words."""


_MUCH = 10_000
"""Objects that nobody uses any more and that refer to one another: those of some fifteen small reports, whose projects do. Looking for
them takes as long as a fourth of such a report, and longer for each when there are more than the processor's cache holds.
"""


def forget() -> None:
    """Empty the program's caches that have grown past what reports share, and with the collector switched off do its work
    when there is enough of it. To be called between two reports.
    """
    from compiler.expressions import forget_expressions
    from compiler.reading import forget_values

    for cached in _caches():
        if cached.cache_info().currsize > _MANY:
            cached.cache_clear()
    forget_expressions(_MANY)
    forget_values(_MANY)
    if gc.get_count()[0] > _MUCH:
        gc.collect()


def _caches() -> Iterator[_lru_cache_wrapper[Any]]:
    """Every `lru_cache` of the program that is in use."""
    global _known
    if _known[0] != len(sys.modules):  # modules are imported late
        found = [
            value
            for name, module in list(sys.modules.items())
            if name.startswith("compiler.") and module is not None
            for value in vars(module).values()
            if isinstance(value, _lru_cache_wrapper) and value.__module__ == name
        ]
        _known = len(sys.modules), found
    return iter(_known[1])


_known: tuple[int, list[_lru_cache_wrapper[Any]]] = (0, [])
