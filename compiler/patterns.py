"""Regular expressions that are compiled when they are first used, and once for all runs.

The rules have some two hundred; compiling them all takes longer than the whole build of a small report, and most are
needed only where a quicker search has found something. What was compiled is kept (`compiler.kept_patterns`).
"""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterator

from compiler.computed import computed
from compiler.kept_patterns import KEPT


class Pattern:
    """An expression with those methods of `re.Pattern` that the rules use; a fault in it is raised at the first use."""

    def __init__(self, text: str, flags: int = 0, *, kept: bool = True) -> None:
        """`kept`: whether the next run may find it compiled; not what is made of the data."""
        self.text, self.flags, self.kept = text, flags, kept

    @computed
    def compiled(self) -> re.Pattern[str]:
        """The expression, compiled now at the latest."""
        return KEPT.compiled(self.text, self.flags) if self.kept else re.compile(self.text, self.flags)

    def search(self, text: str, start: int = 0, end: int = sys.maxsize) -> re.Match[str] | None:
        return self.compiled.search(text, start, end)

    def match(self, text: str, start: int = 0, end: int = sys.maxsize) -> re.Match[str] | None:
        return self.compiled.match(text, start, end)

    def fullmatch(self, text: str, start: int = 0, end: int = sys.maxsize) -> re.Match[str] | None:
        return self.compiled.fullmatch(text, start, end)

    def finditer(self, text: str, start: int = 0, end: int = sys.maxsize) -> Iterator[re.Match[str]]:
        return self.compiled.finditer(text, start, end)

    def findall(self, text: str, start: int = 0, end: int = sys.maxsize) -> list[str]:
        return self.compiled.findall(text, start, end)

    def split(self, text: str, most: int = 0) -> list[str]:
        return self.compiled.split(text, most)

    def sub(self, words: str | Callable[[re.Match[str]], str], text: str, most: int = 0) -> str:
        return self.compiled.sub(words, text, most)


def pattern(text: str, flags: int = 0) -> Pattern:
    """The expression `text`, compiled when it is first used."""
    return Pattern(text, flags)
