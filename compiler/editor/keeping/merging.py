"""Two texts that were made from one, as one text again.

Paragraphs are what is merged: a paragraph of Chinese is one idea and mostly one line, so that two changes in it are
for a person to bring together. Items of a list, rows of a table and headings are merged by line.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import pairwise

from compiler.comparison.alignment import align, gaps
from compiler.readers.markdown.marks import PLACEHOLDER

_STARTS = re.compile(r"[ \t]*(?:[-*+>|#]|[0-9]+[.)]|$)|[\u3000]|    ")
"""A line that starts something of its own, however close it stands to the line before."""


def merge(base: str, mine: str, theirs: str) -> str | None:
    """The text with the changes of both; None when both changed the same paragraph, or neighbouring ones, in different ways, or
    a table would come of it whose rows are not alike.
    """
    if theirs in (base, mine):
        return mine
    if mine == base:
        return theirs
    # The ends of texts come and go; as units they would be changes of the last paragraph.
    ends = [text[len(text.rstrip("\n")) :] for text in (mine, theirs)]
    joined = _merge(*(_units(text.rstrip("\n")) for text in (base, mine, theirs)))
    if joined is None:
        return None
    text = _apart_as_they_were(joined)
    if _ragged(text) > max(_ragged(mine), _ragged(theirs)):
        return None
    return text + max(ends)


def _apart_as_they_were(units: Sequence[str]) -> str:
    """Units as one text: those that would be one paragraph, as no text had them side by side, get an empty line between them."""
    out: list[str] = []
    for unit in units:
        if out and out[-1].rpartition("\n")[2].strip() and not _STARTS.match(unit):
            out.append("")
        out.append(unit)
    return "\n".join(out)


def _ragged(text: str) -> int:
    """How many rows of tables have other cells than the row before."""
    found, cells = 0, 0
    for line in text.split("\n"):
        row = line.strip()
        now = PLACEHOLDER.sub("", row).replace("\\|", "").count("|") if row.startswith("|") else 0
        found += bool(cells and now and cells != now)
        cells = now
    return found


def _merge(old: list[str], left: list[str], right: list[str]) -> list[str] | None:
    to_left, to_right = dict(align(old, left)), dict(align(old, right))
    out: list[str] = []
    i = j = k = 0
    stays = [index for index in range(len(old)) if index in to_left and index in to_right]
    for index in [*stays, len(old)]:
        at, to = to_left.get(index, len(left)), to_right.get(index, len(right))
        if index == len(old):
            at, to = len(left), len(right)
        joined = _join(old[i:index], left[j:at], right[k:to])
        if joined is None:
            return None
        out += joined
        if index < len(old):
            out.append(old[index])
        i, j, k = index + 1, at + 1, to + 1
    return out


def _join(before: list[str], ours: list[str], others: list[str]) -> list[str] | None:
    """A stretch that one or both changed; None when they are at odds."""
    if others in (before, ours):
        return ours
    if ours == before:
        return others
    if not before or not ours or not others:
        return None
    # One changed what there was, the other only wrote something before or after it.
    for kept, changed in ((ours, others), (others, ours)):
        if kept[: len(before)] == before:
            return changed + kept[len(before) :]
        if kept[-len(before) :] == before:
            return kept[: -len(before)] + changed
    return None


def origin(theirs: str, states: Sequence[str]) -> str | None:
    """Which of a narrative's states, the oldest first, a text was made from; None when one cannot tell.

    Who has a file open in another program may save it hours later, without what was written meanwhile: what they started from is
    the state they share most with. A paragraph that they have as a state before that one had it was not written by them: then
    they mixed states, or there is a better guess that nobody can make.
    """
    best: tuple[int, int] | None = None
    lines = theirs.split("\n")
    for index, state in enumerate(states):
        apart = _apart(state.split("\n"), lines)
        if best is None or apart < best[0]:
            best = apart, index
    if best is None:
        return None
    found = best[1]
    new = set(_units(theirs)).difference(_units(states[found]), ("",))
    if any(not new.isdisjoint(_units(state)) for state in states[:found]):
        return None
    return states[found]


def _apart(old: Sequence[str], new: Sequence[str]) -> int:
    """How many pairs of neighbouring characters only one of two texts has, stretch by stretch."""
    apart = 0
    for left, right, _ in gaps(align(old, new), len(old), len(new)):
        if left or right:
            gone, come = _pairs(old[i] for i in left), _pairs(new[j] for j in right)
            apart += ((gone - come) + (come - gone)).total()
    return apart


def _pairs(lines: Iterable[str]) -> Counter[str]:
    return Counter(a + b for line in lines for a, b in pairwise(f"\n{line}\n"))


def _units(text: str) -> list[str]:
    """The text in what is merged as a whole: joined by line ends they are the text."""
    units: list[str] = []
    open_ = False
    for line in text.split("\n"):
        if open_ and not _STARTS.match(line):
            units[-1] += f"\n{line}"
        else:
            units.append(line)
        open_ = bool(line.strip())
    return units
