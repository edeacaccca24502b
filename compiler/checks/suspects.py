"""The words of those files in which something is suspected.

A rule about marks or figures looks through the texts first, many at a time (`compiler.checks.signs`), and takes apart
into words only those files where that finds something.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import chain
from typing import TypeAlias

from compiler.checks.check import Draft, once
from compiler.checks.signs import Signs
from compiler.checks.typed_texts import data_together, holding, prose_blocks, prose_files, prose_together
from compiler.checks.words import DataText, Words, texts_of, words_of
from compiler.tree import Block, Figure, Paragraph, Text

Suspect: TypeAlias = Callable[[str], object]
"""Whether a text is worth a closer look: true for too many does no harm, but takes time."""
Among: TypeAlias = Callable[[Sequence[str]], set[str]]
"""Which of some texts are."""

CHINESE = r"[^\W\x00-\x7f]"
"""A Chinese character (or another letter that is not ASCII), as a pattern.

A class of the ranges themselves takes two milliseconds to compile, a hundred times as long.
"""

_MADE = ("title", "attachment-label", "attachment-list")
"""Paragraphs that the compiler makes of words that stand elsewhere."""
_NOT_PRINTED = ("remark",)


def suspected_prose(
    draft: Draft, suspect: Signs, others: Among | None = None
) -> Iterator[tuple[Block, Words]]:
    """The prose of suspected files, as it is printed; also the titles that the outline gives.

    Of a suspected file, those paragraphs are left out that are not suspected themselves. `others` are suspected, too.
    """
    texts = prose_together(draft)
    found = suspect.among(texts)
    if others is not None:
        found |= others(texts.texts)
    if not found:
        return
    paths = {source.path for source in prose_files(draft) if source.text in found}
    for block in prose_blocks(draft):
        if block.span.source.path in paths and (
            type(block) is not Paragraph or _worth_it(block, suspect, others)
        ):
            yield from words_of(block)


def _worth_it(paragraph: Paragraph, suspect: Signs, others: Among | None) -> object:
    if paragraph.role in _MADE:
        return False
    lines = paragraph.span.source.lines
    first = last = paragraph.span.line - 1
    while last < len(lines) and lines[last].strip():
        last += 1
    text = "\n".join(lines[first:last])
    return suspect(text) or (others is not None and others((text,)))


def junctions(draft: Draft, before: str, after: str) -> Iterator[Words]:
    """Paragraphs in which a value that ends in one of the characters `before` meets words that start with one of
    `after`: what it is printed with cannot be seen in the file."""
    met = _junctions(draft)
    found = {
        number
        for (last, first), numbers in met.items()
        if last in before and first in after
        for number in numbers
    }
    if found:
        for number, block in enumerate(_blocks(draft)):
            if number in found and type(block) is Paragraph:
                yield Words(block.children)


@once
def _junctions(draft: Draft) -> dict[tuple[str, str], list[int]]:
    """Where values end in a mark or a unit and meet words that start with one: by the two characters, the numbers of the blocks."""
    met: dict[tuple[str, str], list[int]] = {}
    for number, block in enumerate(_blocks(draft)):
        if type(block) is not Paragraph:
            continue
        last: str | None = None
        for child in block.children:
            if type(child) is Figure:
                last = child.text[-1:]
            elif last is not None:
                if last in _MEETING and type(child) is Text and child.text[:1] in _MEETING:
                    met.setdefault((last, child.text[:1]), []).append(number)
                last = None
    return met


_MEETING = "，、；：。！？》”元%％年个家分万亿"
"""The characters that rules ask of."""


def _blocks(draft: Draft) -> Iterator[Block]:
    return chain.from_iterable(part.blocks for part in draft.document.parts)


def suspected_data(
    draft: Draft, suspect: Suspect, signs: Signs, others: Among | None = None
) -> Iterator[DataText]:
    """The texts of suspected data files that may be printed.

    A file is suspected when `suspect` says so of it, and one of its texts is: all in which the rule may find something have
    one of the `signs`, or are among the `others`.
    """
    texts = data_together(draft)
    found = signs.among(texts)
    if others is not None:
        found |= others(texts.texts)
    for record in holding(draft, found):
        if suspect(record.source.text):
            for text in texts_of(record):
                if text.attribute not in _NOT_PRINTED:
                    yield text


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
