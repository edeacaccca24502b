"""Regular expressions that are compiled when they are first used, and once for all runs.

The rules have some two hundred; compiling them all takes longer than the whole build of a small report, and most are
needed only where a quicker search has found something. What was compiled is kept (`compiler.kept_patterns`).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from compiler.computed import computed
from compiler.kept_patterns import KEPT


class Pattern:
    """An expression with those methods of `re.Pattern` that the rules use; a fault in it is raised at the first use."""

    def __init__(self, text: str, flags: int = 0) -> None:
        """`text`: not made of the data, as the next run is to find it compiled."""
        self.text, self.flags = text, flags

    @computed
    def compiled(self) -> re.Pattern[str]:
        """The expression, compiled now at the latest."""
        return KEPT.compiled(self.text, self.flags)

    # The methods are those of the compiled expression themselves, from the first use on: one is called half a thousand times a report.

    @computed
    def search(self) -> Callable[..., re.Match[str] | None]:
        return self.compiled.search

    @computed
    def match(self) -> Callable[..., re.Match[str] | None]:
        return self.compiled.match

    @computed
    def fullmatch(self) -> Callable[..., re.Match[str] | None]:
        return self.compiled.fullmatch

    @computed
    def finditer(self) -> Callable[..., Iterator[re.Match[str]]]:
        return self.compiled.finditer

    @computed
    def findall(self) -> Callable[..., list[str]]:
        return self.compiled.findall

    @computed
    def split(self) -> Callable[..., list[str]]:
        return self.compiled.split

    @computed
    def sub(self) -> Callable[..., str]:
        return self.compiled.sub


def pattern(text: str, flags: int = 0) -> Pattern:
    """The expression `text`, compiled when it is first used."""
    return Pattern(text, flags)
