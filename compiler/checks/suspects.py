"""The words of those files in which something is suspected.

A large report has thousands of files, nearly all of them sound. A rule about marks or figures looks through the text
of each file with one pattern first, and takes apart into words only those files where that finds something.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TypeAlias

from compiler.checks.check import Draft
from compiler.checks.words import DataText, Words, prose, texts_of
from compiler.tree import Block, Figure, Paragraph, Text, replace

Suspect: TypeAlias = Callable[[str], object]
"""Whether a file's text is worth a closer look: true for too many does no harm, but takes time."""

CHINESE = r"[^\W\x00-\x7f]"
"""A Chinese character (or another letter that is not ASCII), as a pattern.

A class of the ranges themselves takes two milliseconds to compile, a hundred times as long.
"""

_MADE = ("title", "attachment-label", "attachment-list")
"""Paragraphs that the compiler makes of words that stand elsewhere."""
_NOT_PRINTED = ("remark",)


def suspected_prose(draft: Draft, suspect: Suspect) -> Iterator[tuple[Block, Words]]:
    """The prose of suspected files, as it is printed; also the titles that the outline gives.

    Of a suspected file, those paragraphs are left out that are not suspected themselves.
    """
    known: dict[str, bool] = {}
    parts = []
    for part in draft.document.parts:
        blocks = []
        for block in part.blocks:
            source = block.span.source
            path = source.path
            if path not in known:
                known[path] = bool(suspect(source.text))
            if known[path] and (type(block) is not Paragraph or _worth_it(block, suspect)):
                blocks.append(block)
        if blocks:
            parts.append(replace(part, blocks=tuple(blocks)))
    if parts:
        yield from prose(replace(draft.document, parts=tuple(parts)))


def _worth_it(paragraph: Paragraph, suspect: Suspect) -> object:
    if paragraph.role in _MADE:
        return False
    lines = paragraph.span.source.lines
    first = last = paragraph.span.line - 1
    while last < len(lines) and lines[last].strip():
        last += 1
    return suspect("\n".join(lines[first:last]))


def junctions(draft: Draft, before: str, after: str) -> Iterator[Words]:
    """Paragraphs in which a value that ends in one of the characters `before` meets words that start with one of
    `after`: what it is printed with cannot be seen in the file."""
    for part in draft.document.parts:
        for block in part.blocks:
            if type(block) is not Paragraph:
                continue
            value = False
            for child in block.children:
                if type(child) is Figure:
                    value = child.text[-1:] in before
                else:
                    if value and type(child) is Text and child.text[:1] in after:
                        yield Words(block.children)
                        break
                    value = False


def suspected_data(draft: Draft, suspect: Suspect) -> Iterator[DataText]:
    """The texts of suspected data files that may be printed."""
    for record in (draft.report, draft.department, draft.budget, draft.scorecard, *draft.projects):
        if record is not None and suspect(record.source.text):
            for text in texts_of(record):
                if text.attribute not in _NOT_PRINTED:
                    yield text


def any_in(text: str, characters: str) -> bool:
    """Whether a text holds any of a few characters; much faster than a pattern."""
    return any(character in text for character in characters)


def typed(words: Words | DataText, start: int, end: int) -> bool:
    """Whether `text[start:end]` was typed in one stretch, in prose or in a data file."""
    return type(words) is DataText or words.typed(start, end)  # type: ignore[union-attr]


def context(text: str, start: int, end: int) -> str:
    """A place with a few characters around it, so that a message tells it from others."""
    first = max(0, start - 6, text.rfind("\n", 0, start) + 1)
    stop = text.find("\n", end)
    last = min(len(text) if stop < 0 else stop, end + 6)
    shown = "".join(" " if character.isspace() else character for character in text[first:last])
    return f"{'…' if first else ''}{shown}{'…' if last < len(text) else ''}"
