"""The line ends of a file, kept, and its byte order mark."""

from __future__ import annotations

import re
from codecs import BOM_UTF8
from difflib import SequenceMatcher


def with_line_ends(before: bytes, old: str, new: str) -> bytes:
    """The bytes of a new text, with the line ends and the byte order mark that the old one has in the file; `old` is as the
    gate gives it.
    """
    if before.startswith(BOM_UTF8):
        return BOM_UTF8 + with_line_ends(before.removeprefix(BOM_UTF8), old, new)
    if b"\r" not in before:
        return new.encode("utf-8")
    ends = re.findall("\r\n|\r|\n", before.decode("utf-8"))
    if len(set(ends)) == 1:
        return new.replace("\n", ends[0]).encode("utf-8")
    ends.append("")
    lines, new_lines = old.split("\n"), new.split("\n")
    own = ["\n"] * len(new_lines)
    for tag, start, stop, new_start, _ in SequenceMatcher(
        None, lines, new_lines, autojunk=False
    ).get_opcodes():
        if tag == "equal":
            own[new_start : new_start + stop - start] = [end or "\n" for end in ends[start:stop]]
    own[-1] = ""
    return "".join(line + end for line, end in zip(new_lines, own, strict=True)).encode("utf-8")
