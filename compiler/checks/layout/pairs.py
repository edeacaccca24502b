"""Brackets and quotation marks that lack their other half."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from compiler.patterns import pattern

_PAIRS = {"“": "”", "《": "》", "（": "）", "〔": "〕", "【": "】", "(": ")"}
_KINDS = {
    **{left: left for left in _PAIRS},
    **{right: left for left, right in _PAIRS.items()},
    "(": "（",
    ")": "（",
}
_NAMES = {
    "“": ("前引号", "后引号"),
    "《": ("前书名号", "后书名号"),
    "（": ("前括号", "后括号"),
    "〔": ("前括号", "后括号"),
    "【": ("前括号", "后括号"),
}
_ANY = pattern("[“”《》（）()〔〕【】]")
_NUMBERED = pattern(r"(?:^|[\s，。；：、])(?:[0-9]{1,2}|[A-Za-z]|[一二三四五六七八九十]{1,2})$")
"""What stands before the bracket of 1）, which is no half of a pair."""


def unmatched_somewhere(text: str) -> bool:
    """Whether a text may have a mark without its other half: as many of each half say that it has none.

    A file in which one paragraph lacks a front half and another a back half passes, for the sake of speed.
    """
    return bool(unmatched_among((text,)))


def unmatched_among(texts: Sequence[str]) -> set[str]:
    """Those of the texts that may have a mark without its other half."""
    together = "".join(texts)
    found: set[str] = set()
    for left, right in _PAIRS.items():
        if left != "(" and (left in together or right in together):
            found.update([text for text in texts if text.count(left) != text.count(right)])
    if "”" in together:
        found.update([text for text in texts if -1 < text.find("”") < text.find("“")])
    return found


def unmatched(text: str) -> Iterator[tuple[int, str, str]]:
    """Full-width marks without their other half: where, what they are called, and what is missing."""
    opened: list[tuple[int, str]] = []
    waiting: Counter[str] = Counter()
    lone: list[int] = []
    for match in _ANY.finditer(text):
        at, mark = match.start(), match[0]
        kind = _KINDS[mark]
        if mark in _PAIRS:
            opened.append((at, kind))
            waiting[kind] += 1
            continue
        if not waiting[kind]:
            if not (kind == "（" and _NUMBERED.search(text[max(0, at - 4) : at])):
                lone.append(at)
            continue
        while opened[-1][1] != kind:
            place, other = opened.pop()
            waiting[other] -= 1
            lone.append(place)
        opened.pop()
        waiting[kind] -= 1
    # A quotation of several paragraphs opens each of them, and is closed in the last only.
    lone += [at for at, kind in opened if kind != "“" or text[text.rfind("\n", 0, at) + 1 : at].strip()]
    for at in sorted(lone):
        mark = text[at]
        if mark in "()":
            continue
        front, back = _NAMES[_KINDS[mark]]
        yield (at, front, back) if mark in _PAIRS else (at, back, front)
