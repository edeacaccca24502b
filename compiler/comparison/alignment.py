"""Which of two sequences' items belong together.

Three ways, from sure to guessed: equal keys in order (`align`), one-to-one pairs whose order is looked at
afterwards (`in_order`), and likeness (`pair_similar`). All are bounded: near linear in what is given.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Callable, Hashable, Sequence
from difflib import SequenceMatcher
from itertools import pairwise

Pairs = list[tuple[int, int]]
"""Places in the older and in the newer sequence."""

_MOST_AT_ONCE = 1_000_000
"""Comparisons that a stretch without a single unmistakable item is worth."""
_CHUNK = 30
"""Items of each side that are compared each with each."""


def align(a: Sequence[Hashable], b: Sequence[Hashable]) -> Pairs:
    """Pairs of equal items, both places rising: what stayed, when the rest is taken as deleted and inserted.

    Items that each side has once are the fixed points; between them the longest equal runs are taken.
    """
    found: Pairs = []
    todo = [(0, len(a), 0, len(b))]
    while todo:
        i, i_end, j, j_end = todo.pop()
        while i < i_end and j < j_end and a[i] == b[j]:
            found.append((i, j))
            i, j = i + 1, j + 1
        while i < i_end and j < j_end and a[i_end - 1] == b[j_end - 1]:
            i_end, j_end = i_end - 1, j_end - 1
            found.append((i_end, j_end))
        if i == i_end or j == j_end:
            continue
        fixed = in_order(_unique(a, i, i_end, b, j, j_end))
        if fixed:
            found += fixed
            for left, right in zip([(i - 1, j - 1), *fixed], [*fixed, (i_end, j_end)], strict=True):
                todo.append((left[0] + 1, right[0], left[1] + 1, right[1]))
        elif (i_end - i) * (j_end - j) <= _MOST_AT_ONCE:
            matcher = SequenceMatcher(None, a[i:i_end], b[j:j_end], autojunk=False)
            for at, to, length in matcher.get_matching_blocks():
                found += [(i + at + step, j + to + step) for step in range(length)]
    return sorted(found)


def _unique(a: Sequence[Hashable], i: int, i_end: int, b: Sequence[Hashable], j: int, j_end: int) -> Pairs:
    """Pairs of items that both stretches have exactly once, in the order of the older."""
    there = Counter(b[j:j_end])
    here = Counter(a[i:i_end])
    where = {b[place]: place for place in range(j, j_end) if there[b[place]] == 1}
    return [
        (place, where[a[place]]) for place in range(i, i_end) if here[a[place]] == 1 and a[place] in where
    ]


def in_order(pairs: Pairs) -> Pairs:
    """The most of the pairs, which rise on the older side, that rise on the newer side too; the others have moved."""
    ends: list[int] = []
    last: list[int] = []
    before: list[int] = []
    for index, (_, place) in enumerate(pairs):
        at = bisect_left(ends, place)
        before.append(last[at - 1] if at else -1)
        if at == len(ends):
            ends.append(place)
            last.append(index)
        else:
            ends[at], last[at] = place, index
    out: Pairs = []
    index = last[-1] if last else -1
    while index >= 0:
        out.append(pairs[index])
        index = before[index]
    return out[::-1]


def pair_similar(size: int, other: int, likeness: Callable[[int, int], float], least: float) -> Pairs:
    """Pairs in rising order whose likeness, of 0 to 1, is at least `least`, alike as much as can be in sum.

    Long sequences are cut into stretches that are compared with each other only.
    """
    stretches = max(1, -(-max(size, other) // _CHUNK))
    out: Pairs = []
    for number in range(stretches):
        i, i_end = size * number // stretches, size * (number + 1) // stretches
        j, j_end = other * number // stretches, other * (number + 1) // stretches
        out += _pair_stretch(range(i, i_end), range(j, j_end), likeness, least)
    return out


def _pair_stretch(older: range, newer: range, likeness: Callable[[int, int], float], least: float) -> Pairs:
    best = [[0.0] * (len(newer) + 1) for _ in range(len(older) + 1)]
    alike: dict[tuple[int, int], float] = {}
    for i in reversed(range(len(older))):
        for j in reversed(range(len(newer))):
            value = likeness(older[i], newer[j])
            best[i][j] = max(best[i + 1][j], best[i][j + 1])
            if value >= least:
                alike[i, j] = value
                best[i][j] = max(best[i][j], best[i + 1][j + 1] + value)
    out: Pairs = []
    i = j = 0
    while i < len(older) and j < len(newer):
        value = alike.get((i, j), 0.0)
        if value and best[i][j] == best[i + 1][j + 1] + value:
            out.append((older[i], newer[j]))
            i, j = i + 1, j + 1
        elif best[i][j] == best[i + 1][j]:
            i += 1
        else:
            j += 1
    return out


Profile = Counter[str]
"""What words are made of, for telling how alike they are."""

_MOST_WORDS = 1500
_DIGITS = str.maketrans("0123456789０１２３４５６７８９〇", "#####################")


def profile(text: str) -> Profile:
    """The pairs of neighbouring characters; digits count as one, as a new year brings new figures."""
    text = text[:_MOST_WORDS].translate(_DIGITS)
    return Counter(map("".join, pairwise(text))) if len(text) > 1 else Counter([text])


def alike(a: Profile, b: Profile) -> float:
    """How much two profiles share, of 0 to 1 (Dice)."""
    whole = a.total() + b.total()
    return 2 * (a & b).total() / whole if whole else 1.0


def gaps(pairs: Pairs, size: int, other: int) -> list[tuple[range, range, tuple[int, int] | None]]:
    """The stretches before, between and after the pairs, each with the pair that ends it."""
    out: list[tuple[range, range, tuple[int, int] | None]] = []
    i = j = 0
    for pair in pairs:
        out.append((range(i, pair[0]), range(j, pair[1]), pair))
        i, j = pair[0] + 1, pair[1] + 1
    out.append((range(i, size), range(j, other), None))
    return out
