"""Whether words compare with last year."""

from __future__ import annotations

from collections.abc import Iterator

from compiler.checks.prose.figure_index import Figure, Index, rounds_to
from compiler.checks.prose.naming import Place
from compiler.checks.prose.typed_tokens import Token, sentence
from compiler.figures import EXACT, Amount, Rate
from compiler.patterns import pattern

_LAST = pattern(r"上年|去年|上一年|上一个年|同比|同期|往年|历年")
_CHANGE = pattern(r"增长|下降|增加|减少|提高|降低|提升|回落|上升|节约|比|多|少")


def speaks_of_last_year(place: Place, year: int) -> bool:
    """Whether the sentence names last year before it comes to the figure."""
    words = place.text[sentence(place.text, place.start, place.end)[0] : place.start]
    return bool(_LAST.search(words)) or f"{year - 1}年" in words


def is_change(token: Token, place: Place, now: Index | None, last: Index | None) -> bool:
    """Whether a figure is by how much, or at what rate, one of this year differs from last year's."""
    if now is None or last is None or token.kind not in ("amount", "rate"):
        return False
    first, end = sentence(place.text, place.start, place.end)
    if not _CHANGE.search(place.text, first, end):
        return False
    before = {entry.path: entry.value for entry in last.entries if entry.path}
    return any(
        rounds_to(change, token)
        for entry in now.entries
        if entry.path in before
        for change in _changes(entry.value, before[entry.path])
    )


def _changes(now: Figure, last: Figure) -> Iterator[Figure]:
    if isinstance(now, Amount) and isinstance(last, Amount):
        difference = abs(EXACT.subtract(now.yuan, last.yuan))
        yield Amount(difference)
        if last.yuan:
            yield Rate(EXACT.divide(difference, last.yuan))
