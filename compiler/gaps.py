"""What is still to be filled in: how it is typed, how it is printed, and where in a report it stands.

A value that nobody knows yet is typed `待填`; words of last year that nobody has looked at since start with `〔待更新〕`.
Both are printed as a mark in 〔 〕, never as nothing, and the rules pass over what they stand in.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from compiler.patterns import pattern
from compiler.source import Source, Span

UNFILLED = "待填"
"""What is typed for a value that is not known yet."""
STALE = "〔待更新〕"
"""What stands before words of another year, until somebody has brought them up to date."""
OPENING = "〔待"
"""What every mark starts with: a text without it holds none."""

MARK = pattern(r"〔待(?:填|更新)(?:：[^〔〕\n]*)?〕")
_TYPED = pattern(r"待填[写报入]?|[〔【\[(（]待填(?:[：:].*)?[〕】\])）]")


class Gap(NamedTuple):
    """A place in a report where something is to be filled in or brought up to date."""

    span: Span
    key: str
    """What it is called in its file: 全年执行数; of prose nothing."""
    stale: bool
    """There are words, of another year."""
    start: tuple[int, int]
    end: tuple[int, int]
    """Line and column of the data, or the prose, that the rules pass over while it is there: a record, a paragraph."""

    def covers(self, span: Span) -> bool:
        """Whether a place is in what the rules pass over."""
        return (
            span.source.path == self.span.source.path and self.start <= (span.line, span.column) <= self.end
        )


def is_unfilled(text: str) -> bool:
    """Whether a value says that it is not known yet; also in the form in which drafts print it."""
    return text == UNFILLED or (UNFILLED in text and _TYPED.fullmatch(text.strip()) is not None)


def mark_for(key: str) -> str:
    """What is printed where the value of `key` is to come."""
    return f"〔待填：{key}〕"


def pieces(text: str) -> Iterator[tuple[int, str, bool]]:
    """A text in stretches: where each starts, its words, whether it is a mark."""
    end = 0
    for found in MARK.finditer(text):
        if found.start() > end:
            yield end, text[end : found.start()], False
        yield found.start(), found[0], True
        end = found.end()
    if end < len(text):
        yield end, text[end:], False


_NOTE = pattern(r"<!--.*?-->", re.DOTALL)
_PLACEHOLDER = pattern(r"\{\{.*?\}\}")


def gaps_in_prose(source: Source) -> Iterator[Gap]:
    """The gaps of a file of prose; each holds for the paragraph it stands in. Notes among colleagues have none."""
    text = source.text
    for blank in (_NOTE, _PLACEHOLDER):
        text = blank.sub(lambda found: "".join(" " if char != "\n" else char for char in found[0]), text)
    line = source.line
    for found in MARK.finditer(text):
        span = source.span(found.start(), found.end())
        first = last = span.line
        while line(first - 1).strip():
            first -= 1
        while line(last + 1).strip():
            last += 1
        key = found[0].strip("〔〕").partition("：")[2]
        yield Gap(span, key, "待更新" in found[0], (first, 0), (last, len(line(last)) + 1))
