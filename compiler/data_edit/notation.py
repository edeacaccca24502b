"""Values -> YAML, in the notation of the manual: `{名称: 值}` on a line, long text as `|-`, quotes where they are needed."""

from __future__ import annotations

import re
from typing import TypeAlias

from compiler.gaps import UNFILLED

Plain: TypeAlias = "str | list[Plain] | dict[str, Plain]"
"""What a file says before any schema: text, lists, mappings."""

_UNSAFE_START = re.compile(r"[-?:,\[\]{}#&*!|>'\"%@`=<]|\.\.\.")
_CONTROL = r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff\ud800-\udfff]"
_UNSAFE = re.compile(rf": |:$| #|{_CONTROL}")
_UNSAFE_IN_FLOW = re.compile(r"[,\[\]{}:]")
_NO_BLOCK = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff\ud800-\udfff]")
_FIGURE = re.compile(r"[\d.,]+%?")
_HOLDS_FIGURE = re.compile("分值|得分|.+[数率]")
"""Names whose value, when it comes, is a figure."""
_LONGEST_KEY = 120


def scalar(text: str, flow: bool, quote: str = "") -> str:
    """Text on one line: bare where it is read back as it is, else in quotes.

    `flow`: it stands inside braces or brackets. `quote`: the quotes it had, which it keeps.
    """
    bare = (
        bool(text)
        and text == text.strip()
        and not _UNSAFE_START.match(text)
        and not _UNSAFE.search(text)
        and not (flow and _UNSAFE_IN_FLOW.search(text))
    )
    if bare and not quote:
        return text
    if quote == "'" and not re.search(_CONTROL, text):
        return "'" + text.replace("'", "''") + "'"
    return '"' + "".join(_ESCAPES.get(char) or _escaped(char) for char in text) + '"'


_ESCAPES = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\t": "\\t", "\r": "\\r"}


def _escaped(char: str) -> str:
    return f"\\u{ord(char):04X}" if re.match(_CONTROL, char) else char


def value(content: Plain, indent: int, flow: bool = False, *, item: bool = False) -> str:
    """What is written behind `名称:` or `-`, with the space or the line end before it.

    `indent` is the column of the name or the dash; `flow` whether it stands inside braces. No line end behind it.
    """
    if isinstance(content, str):
        if not content:
            return ' ""' if item or flow else ""
        if not flow and "\n" in content and _is_block(content):
            return literal(content, indent)
        return " " + scalar(content, flow)
    if flow or not content or _is_short(content, item):
        return " " + inline(content)
    inner = indent + 2
    if isinstance(content, list):
        entries = [" " * inner + "-" + value(entry, inner, item=True) for entry in content]
        return "\n" + "\n".join(entries)
    text = mapping(content, inner)
    return " " + text.lstrip(" ") if item else "\n" + text


def literal(text: str, indent: int) -> str:
    """Text of several lines as `|-`, with the space before it."""
    return " |-\n" + "\n".join(" " * (indent + 2) + line if line else "" for line in text.split("\n"))


def mapping(content: dict[str, Plain], indent: int) -> str:
    """A mapping with a line for each name, no line end behind it."""
    return "\n".join(
        " " * indent + scalar(key, False) + ":" + value(entry, indent) for key, entry in content.items()
    )


def inline(content: Plain) -> str:
    """A value on one line, as it stands inside braces."""
    if isinstance(content, str):
        return scalar(content, True)
    if isinstance(content, list):
        return "[" + ", ".join(inline(entry) for entry in content) + "]"
    return (
        "{"
        + ", ".join(f"{scalar(key, True)}:{value(entry, 0, flow=True)}" for key, entry in content.items())
        + "}"
    )


def _is_block(text: str) -> bool:
    """Whether text may be written as `|-`: nothing at its ends that would be lost, nothing that has to be escaped."""
    return (
        text == text.strip("\n")
        and not text.startswith((" ", "\t"))
        and not any(line != line.rstrip(" ") for line in text.split("\n"))
        and not _NO_BLOCK.search(text)
    )


def _is_short(content: Plain, item: bool) -> bool:
    """Whether a mapping goes on one line: an entry of a list without long text, a row of figures."""
    if isinstance(content, list):
        return all(isinstance(entry, str) and len(entry) <= 20 and "\n" not in entry for entry in content)
    if not isinstance(content, dict):
        return True
    if item:
        return all(isinstance(entry, str) and "\n" not in entry for entry in content.values())
    return all(
        isinstance(entry, str)
        and (_HOLDS_FIGURE.fullmatch(key) if entry == UNFILLED else _FIGURE.fullmatch(entry))
        for key, entry in content.items()
    )


def is_key(text: str) -> bool:
    """Whether text may be a name."""
    return bool(text) and len(text) <= _LONGEST_KEY and "\n" not in text and text != "<<"
