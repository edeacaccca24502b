"""Words -> inlines, the marks in them (〔待填：…〕, 〔待更新〕) standing out."""

from __future__ import annotations

from compiler.expressions import Read
from compiler.gaps import MARK, UNFILLED, holds_mark, mark_for, pieces
from compiler.source import Span
from compiler.tree import Figure, Inline, Marked, Text

_LEAD = mark_for("")[:-1]


def figure_inlines(span: Span, text: str, key: str, reads: tuple[Read, ...] = ()) -> tuple[Inline, ...]:
    """The figure of a printed value, its marks apart from its other words."""
    if text == UNFILLED:
        return (Marked(span, (Figure(span, text, key, reads),)),)
    if not holds_mark(text):
        return (Figure(span, text, key, reads),)
    figures = ((Figure(span, words, key, reads), is_mark) for _, words, is_mark in pieces(text))
    return tuple(Marked(span, (figure,)) if is_mark else figure for figure, is_mark in figures)


def text_inlines(span: Span, text: str) -> tuple[Inline, ...]:
    """Typed words, which start at `span` and are in one line of its file."""
    if not holds_mark(text):
        return (Text(span, text),)
    out: list[Inline] = []
    for start, words, is_mark in pieces(text):
        place = span.at(start, len(words))
        out.append(Marked(place, (Text(place, words),)) if is_mark else Text(place, words))
    return tuple(out)


def in_a_column(text: str) -> str:
    """The words of a cell under its header: nothing but the mark of a value to come needs no name there, and no brackets,
    which would break in a narrow column: 待填.
    """
    return UNFILLED if text.startswith(_LEAD) and MARK.fullmatch(text) else text
