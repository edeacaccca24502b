"""Names of files that content may refer to, the same on every system."""

from __future__ import annotations

import os
import re

from compiler.diagnostics import Code, Diagnostics
from compiler.gate import is_clean
from compiler.patterns import pattern
from compiler.source import Span

_DEVICES = frozenset(
    ["con", "prn", "aux", "nul", *(f"{port}{digit}" for port in ("com", "lpt") for digit in range(10))]
)
"""What Windows takes for a device, whatever folder it is said to be in."""
_NOT_OURS = (".", "~$", "Thumbs.db", "desktop.ini")
_LONGEST_NAME = 255
"""Bytes of a file's name, on the disks in use."""
PLAIN = pattern(
    rf"(?=.{{1,60}}\Z)(?!(?:.*/)?(?:(?i:{'|'.join(sorted(_DEVICES))})(?:[./]|\Z)|{'|'.join(map(re.escape, _NOT_OURS))}))"
    r"\w+(?:[/-]\w+)*(?:\.\w+)?"
)
"""Most of what content refers to: none of the signs in it that lead elsewhere, nor a name that is none of ours, nor long."""


def is_passed_over(name: str) -> bool:
    """Whether a file of that name is none of ours: hidden, or a lock of Office. Nothing reads one, and content cannot name one."""
    return name.startswith(_NOT_OURS)


def is_hidden(parts: tuple[str, ...], span: Span, sink: Diagnostics) -> bool:
    """Whether a reference leads to what is passed over, which is reported."""
    hidden = next((part for part in parts if part.startswith(_NOT_OURS) and part != ".."), "")
    if not hidden or ".." in parts:
        return False
    short = hidden if len(hidden) <= 60 else f"{hidden[:60]}…"
    sink.error(
        Code.UNSAFE_PATH,
        span,
        f"不能用“{short}”这个名称：叫这样的是隐藏的、临时的文件，程序一概不读",
        "改一个名称，不用“.”“~$”开头",
    )
    return True


def is_unsafe(reference: str, parts: tuple[str, ...]) -> bool:
    """Whether a reference may lead elsewhere, or names what is no file everywhere."""
    return (
        not parts
        or reference.startswith("/")
        or "\\" in reference
        or ":" in reference
        or not is_clean(reference)
        or any(
            part == ".."
            or part.endswith((" ", "."))
            or part.split(".")[0].lower() in _DEVICES
            or len(os.fsencode(part)) > _LONGEST_NAME
            for part in parts
        )
    )
