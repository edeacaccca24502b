"""Names that are nearly but not quite the same: renamed, or a slip of the pen."""

from __future__ import annotations

from compiler.figures import half_width
from compiler.patterns import pattern

NEAR = 80
"""Percent of two names' characters that are the same in the same order: 库房设备更新费 and 库房环境设备更新费."""

LONG, SHORT, LEAST = 8, 5, 2
"""Characters of a name that may have two slips, or one; below the last, two names are simply two names."""

_MARKS = pattern(r"[\W_]+")
_COUNTING = pattern(r"[0-9A-Za-z〇零一二两三四五六七八九十百千万甲乙丙丁上中下]+")
"""What tells the names of a series apart: 第一批 and 第二批, 上半年 and 下半年, 5种服务 and 6种服务."""


def near(a: str, b: str) -> bool:
    """Whether two names are nearly, and not quite, the same."""
    a, b = _plain(a), _plain(b)
    return _differ(a, b) and (_slips(a, b) or _resemble(a, b))


def slip(a: str, b: str) -> bool:
    """Whether two names differ by a character or two: one in a name of five, two in a name of eight."""
    a, b = _plain(a), _plain(b)
    return _differ(a, b) and _slips(a, b)


def near_short(a: str, b: str) -> bool:
    """The same as `near`, and a character in a name of two: for names that are few and stay, as those of sections."""
    a, b = _plain(a), _plain(b)
    return _differ(a, b) and (
        _slips(a, b) or _resemble(a, b) or (min(len(a), len(b)) >= LEAST and _distance(a, b, 1) <= 1)
    )


def _plain(name: str) -> str:
    return _MARKS.sub("", half_width(name))


def _differ(a: str, b: str) -> bool:
    """Whether two plain names differ in more than the number in a series."""
    return a != b and _COUNTING.sub("", a) != _COUNTING.sub("", b)


def _slips(a: str, b: str) -> bool:
    length = max(len(a), len(b))
    allowed = 2 if length >= LONG else 1 if length >= SHORT else 0
    return _swapped(a, b) or _distance(a, b, allowed) <= allowed


def _swapped(a: str, b: str) -> bool:
    """Whether two neighbouring characters have changed places: 目项支出."""
    if len(a) != len(b):
        return False
    at = [i for i, (x, y) in enumerate(zip(a, b, strict=True)) if x != y]
    return len(at) == 2 and at[1] == at[0] + 1 and a[at[0]] == b[at[1]] and a[at[1]] == b[at[0]]


def _resemble(a: str, b: str) -> bool:
    whole = len(a) + len(b)
    if 200 * min(len(a), len(b)) < NEAR * whole:
        return False
    from difflib import SequenceMatcher  # late: few reports have names that are nearly alike

    blocks = SequenceMatcher(None, a, b, autojunk=False).get_matching_blocks()
    return 200 * sum(block.size for block in blocks) >= NEAR * whole


def _distance(a: str, b: str, most: int) -> int:
    """How many characters are added, dropped or changed (Levenshtein); more than `most` when it is more."""
    if abs(len(a) - len(b)) > most:
        return most + 1
    row = list(range(len(b) + 1))
    for i, x in enumerate(a, 1):
        corner, row[0] = row[0], i
        for j, y in enumerate(b, 1):
            corner, row[j] = row[j], min(corner + (x != y), row[j] + 1, row[j - 1] + 1)
        if min(row) > most:
            return most + 1
    return row[-1]
