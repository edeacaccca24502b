"""What is still to be filled in: how it is typed, how it is printed, and where in a report it stands.

A value that nobody knows yet is typed `待填`; words of last year that nobody has looked at since start with `〔待更新〕`.
Both are printed as a mark, never as nothing, and the rules pass over what they stand in. Other spellings that can mean nothing
else are marks too: other brackets (`【待更新】`, `(待填)`), a colon where words begin (`待更新：去年的话`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from compiler.named import NamedTuple
from compiler.patterns import pattern
from compiler.source import Source, Span

UNFILLED = "待填"
"""What is typed for a value that is not known yet."""
STALE = "〔待更新〕"
"""What stands before words of another year, until somebody has brought them up to date."""
_OPEN, _CLOSE = r"[〔［\[【〖(（]", r"\\?[〕］\]】〗)）]"
MARK = pattern(
    r"〔[ \u3000]*待(?:填[写报入]?|更新)[ \u3000]*(?:[：:][^〔〕\n]*)?〕"
    rf"|{_OPEN}[ \u3000]*待(?:填[写报入]?|更新)[ \u3000]*(?:[：:][^〔〕［］\[\]【】〖〗()（）\n]*)?{_CLOSE}"
    r"|(?<![^\s*_>|。；！？\"'])待(?:更新[：:]|填[：:][^\s，。；！？|*_]*)"
)
"""A mark among words: in 〔 〕, as it is printed and as `new` writes it; in other brackets; before a colon where words begin."""
_TYPED = pattern(
    r"待填[写报入]?(?:。|\s*[：:].*|\s*[(（][^()（）]*[)）]|[ \u3000，,；;].*)?|待更新。?"
    r"|[〔［\[【〖(（]\s*待(?:填[写报入]?\s*(?:[：:].*)?|更新\s*)[〕］\]】〗)）]"
)


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
    """Whether a value says that it is not known yet, and nothing else than why: 待填, as drafts print it, `待填，等财务的数`,
    待更新 without any words.
    """
    return text == UNFILLED or ("待" in text and _TYPED.fullmatch(text.strip()) is not None)


def holds_mark(text: str) -> bool:
    """Whether there is a mark among the words of a text."""
    return "待" in text and MARK.search(text) is not None


def is_stale(text: str) -> bool:
    """Whether the first mark among the words of a text is of another year, and not a place to fill in."""
    found = MARK.search(text)
    return found is not None and "待更新" in found[0].partition("：")[0].partition(":")[0]


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


_COLON = pattern("[：:]")
_NOTE = pattern(r"<!--.*?-->", re.DOTALL)
_PLACEHOLDER = pattern(r"\{\{.*?\}\}")


def gaps_in_prose(source: Source) -> Iterator[Gap]:
    """The gaps of a file of prose; each holds for the paragraph it stands in. Notes among colleagues have none."""
    text = source.text
    if "待" not in text:
        return
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
        words = found[0] if found[0][0] == "待" else found[0][1:-1].rstrip("\\")
        yield Gap(
            span,
            "".join(_COLON.split(words, 1)[1:]).strip(),
            is_stale(found[0]),
            (first, 0),
            (last, len(line(last)) + 1),
        )
