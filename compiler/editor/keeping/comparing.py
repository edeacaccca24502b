"""Two states of a narrative as one run of words, for the page to show."""

from __future__ import annotations

import re

from compiler.comparison.alignment import align, gaps
from compiler.comparison.words import Piece, merge_words
from compiler.readers.markdown.marks import PLACEHOLDER
from compiler.source import Source
from compiler.tree import Text

_FIRST = 0xF0000
"""The first of the private characters that stand for figures."""
_MOST = 0x1FFFD


def compare(old: str, new: str) -> list[Piece]:
    """What is the same, deleted and inserted, in order: what is not inserted is `old`, what is not deleted is `new`.

    A figure `{{ … }}` is one word.
    """
    figures: dict[str, str] = {}
    if max(old + new, default="") < chr(_FIRST):  # else somebody uses those characters
        marked = [_without_figures(text, figures) for text in (old, new)]
    else:
        marked = [old, new]
    before, after = (text.splitlines(keepends=True) for text in marked)
    back = {mark: figure for figure, mark in figures.items()}
    out: list[Piece] = []

    def tell(piece: Piece) -> None:
        text = "".join(back.get(char, char) for char in piece.text)
        if out and out[-1].tag == piece.tag:
            text = out.pop().text + text
        if text:
            out.append(Piece(piece.tag, text))

    for left, right, pair in gaps(align(before, after), len(before), len(after)):
        for piece in _words("".join(before[i] for i in left), "".join(after[j] for j in right)):
            tell(piece)
        if pair:
            tell(Piece("same", before[pair[0]]))
    return out


def _words(old: str, new: str) -> tuple[Piece, ...]:
    span = Source("", "").span(0)
    return merge_words([Text(span, old)] if old else [], [Text(span, new)] if new else []).pieces


def _without_figures(text: str, figures: dict[str, str]) -> str:
    def mark(found: re.Match[str]) -> str:
        known = figures.get(found[0])
        if known is None and len(figures) < _MOST:
            known = figures[found[0]] = chr(_FIRST + len(figures))
        return known or found[0]

    return PLACEHOLDER.sub(mark, text)
