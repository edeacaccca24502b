"""What may be wrong with versions, in words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from compiler.named import NamedTuple

Kind = Literal["changed", "missing", "added", "forged", "reordered", "cut", "unreadable", "newer"]
KINDS: Mapping[Kind, str] = {
    "changed": "改动",
    "missing": "缺少",
    "added": "多出",
    "forged": "伪造",
    "reordered": "错位",
    "cut": "抽走",
    "unreadable": "读不出",
    "newer": "不认识",
}
"""What is wrong, in a word."""


class Problem(NamedTuple):
    """Something that is not as it was made."""

    version: int | None
    """None for what belongs to no version; of a run of versions the first."""
    kind: Kind
    path: str
    """From the archive on; empty for a version as a whole."""
    message: str
    last: int | None = None
    """Of a run of versions the last."""

    @property
    def whose(self) -> str:
        """第2版, 第2版到第5版, 归档文件夹."""
        if self.version is None:
            return "归档文件夹"
        return f"第{self.version}版" + (f"到第{self.last}版" if self.last else "")
