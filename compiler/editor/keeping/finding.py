"""Words in the narratives, wherever they are words: not in figures, addresses, ids or marks."""

from __future__ import annotations

import re
from collections.abc import Iterator

from compiler.editor.keeping.folder import NarrativeFolder
from compiler.named import NamedTuple
from compiler.publishing import WorkspaceError
from compiler.readers.markdown.marks import PLACEHOLDER

_UNTOUCHED = re.compile(
    rf"{PLACEHOLDER.text}|\{{\{{[^\n]*|\]\((?:[^()\n]*\))?|\{{#[\w.-]+\}}|〔待(?:填|更新)(?:：[^〔〕\n]*)?〕"
)
"""Figures, also unfinished ones, to the end of the line; where links lead and pictures lie; ids; what is to be filled in."""
_AROUND = 24
"""Characters shown before and after a hit."""
_MOST = 2000
_LONGEST = 200


class Place(NamedTuple):
    """Where words stand."""

    name: str
    digest: str
    """Of the narrative, when they were found."""
    start: int
    end: int
    """In characters of its text."""


class Hit(NamedTuple):
    """Words that were looked for, as a list shows them."""

    place: Place
    line: int
    before: str
    match: str
    after: str


class Found(NamedTuple):
    """What was found."""

    hits: tuple[Hit, ...]
    more: bool
    """There are more than are told."""


def find(files: NarrativeFolder, query: str, case: bool) -> Found:
    """See `NarrativeFiles.find`."""
    if not query:
        return Found((), False)
    if len(query) > _LONGEST:
        raise WorkspaceError(f"要找的字太长，最多 {_LONGEST} 个。")
    wanted = re.compile(re.escape(query), 0 if case else re.IGNORECASE)
    hits: list[Hit] = []
    for name in dict.fromkeys(files.names()):
        try:
            held = files.held(files.path(name))
        except WorkspaceError:  # the report's problems tell why
            continue
        for start, end in words(held.text):
            for found in wanted.finditer(held.text, start, end):
                if len(hits) == _MOST:
                    return Found(tuple(hits), True)
                place = Place(name, held.digest, found.start(), found.end())
                hits.append(_hit(held.text, place))
    return Found(tuple(hits), False)


def _hit(text: str, place: Place) -> Hit:
    first = text.rfind("\n", 0, place.start) + 1
    last = text.find("\n", place.end)
    last = len(text) if last < 0 else last
    return Hit(
        place,
        text.count("\n", 0, place.start) + 1,
        text[max(first, place.start - _AROUND) : place.start],
        text[place.start : place.end],
        text[place.end : min(last, place.end + _AROUND)],
    )


def words(text: str) -> Iterator[tuple[int, int]]:
    """The stretches of a narrative that are words."""
    start = 0
    for found in _UNTOUCHED.finditer(text):
        if found.start() > start:
            yield start, found.start()
        start = found.end()
    if start < len(text):
        yield start, len(text)


def untouched(text: str) -> list[str]:
    """What is not words, in order; what a backslash before it makes words is told with that."""
    return [_escape(text, found.start()) + found[0] for found in _UNTOUCHED.finditer(text)]


def _escape(text: str, end: int) -> str:
    """The backslash that takes what stands at `end` for letters; empty where none does."""
    before = text[:end]
    return "\\" if (len(before) - len(before.rstrip("\\"))) % 2 else ""
