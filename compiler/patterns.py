"""Regular expressions that are compiled when they are first used.

The rules have some two hundred; compiling them all takes longer than the whole build of a small report, and most are
needed only where a quicker search has found something.
"""

from __future__ import annotations

import re
from typing import Any, cast


class _Pattern:
    """Stands for a compiled expression; becomes one at the first question."""

    def __init__(self, pattern: str, flags: int) -> None:
        self.pattern, self.flags = pattern, flags

    def __getattr__(self, name: str) -> Any:
        compiled = re.compile(self.pattern, self.flags)
        # The methods become the object's own, so that this is asked once.
        self.search, self.match, self.fullmatch = compiled.search, compiled.match, compiled.fullmatch
        self.finditer, self.findall, self.sub = compiled.finditer, compiled.findall, compiled.sub
        self.split = compiled.split
        return getattr(compiled, name)


def pattern(text: str, flags: int = 0) -> re.Pattern[str]:
    """The expression `text`, compiled when it is first used; a fault in it is raised then."""
    return cast("re.Pattern[str]", _Pattern(text, flags))
