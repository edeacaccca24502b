"""A digest typed from the slip, held against those of the versions."""

from __future__ import annotations

from collections.abc import Mapping

from compiler.archive.digests import LENGTH
from compiler.archive.history import Stored
from compiler.named import NamedTuple

_DIGITS = frozenset("0123456789abcdef")
_SLIPS = 6
"""Characters that may differ before it is another digest and not a typing error."""


class Match(NamedTuple):
    """The version whose digest is most like what was typed."""

    version: int
    what: str
    """SHA-256, SM3 or 内容摘要."""
    wrong: int
    """How many characters differ; 0 for the same."""


def cleaned(typed: str) -> str:
    """The digits as they are compared: blanks and case do not count."""
    return "".join(typed.split()).lower()


def complaint(digits: str) -> str:
    """Why it is no digest, in the user's words; nothing when it is one."""
    odd = sorted({char for char in digits if char not in _DIGITS})
    if odd:
        return f"“{'、'.join(odd)}”不会出现在摘要里，摘要只有 0 到 9 和 a 到 f（是不是把 0 打成了 o、把 1 打成了 l？）"
    if len(digits) != LENGTH:
        return f"打了 {len(digits)} 位，摘要是 {LENGTH} 位，照发布单上的 SHA-256 或 SM3 打全"
    return ""


def match(digits: str, versions: Mapping[int, Stored]) -> Match | None:
    """The version meant, or the one that is a few typing errors away; None when there is none."""
    known = [
        (number, what, value)
        for number, stored in versions.items()
        for what, value in (
            ("SHA-256", stored.digest.sha256 if stored.digest else ""),
            ("SM3", stored.digest.sm3 if stored.digest else ""),
            ("内容摘要", stored.record.build if stored.record else ""),
        )
        if len(value) == LENGTH
    ]
    found = [
        Match(number, what, sum(a != b for a, b in zip(digits, value, strict=True)))
        for number, what, value in known
    ]
    best = min(found, key=lambda each: each.wrong, default=None)
    return best if best is not None and best.wrong <= _SLIPS else None
