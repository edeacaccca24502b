"""Thousands separators: all of a report, or none of it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import chain, islice

from compiler.checks.check import Draft, Finding
from compiler.checks.signs import Signs
from compiler.checks.suspects import suspected_data, suspected_prose, typed
from compiler.checks.words import DataText, Words, runs_of
from compiler.patterns import Pattern, pattern
from compiler.source import Span
from compiler.tree import plain_text

_UNIT = r"(?=(?:\.[0-9]+)?(?:万元|亿元|元|个|家|人|户|件|册|卷|次|台|套|张|条|平方米|公里|吨|度))"
_GROUPED = pattern(rf"(?<![0-9.,，A-Za-z\-])[0-9]{{1,3}}(?:,[0-9]{{3}})+{_UNIT}")
_PLAIN = pattern(rf"(?<![0-9.,，A-Za-z\-/])[0-9]{{4,18}}{_UNIT}")
_COMMA = pattern(",(?=[0-9]{3})(?<=[0-9],)")
_GROUPED_SIGNS, _PLAIN_SIGNS = Signs(patterns=(_COMMA,)), Signs(patterns=(_PLAIN,))
_FIGURES_READ = 500
"""Runs of prose looked at to see how values are printed: they are all printed alike."""


def mixed_thousands(draft: Draft) -> Iterator[Finding]:
    """One finding for the report, where the first number stands that is written otherwise.

    Numbers without separators count in prose only: in the texts of forms (≥8320人) they are usual.
    """
    grouped = _first_typed(draft, _GROUPED, _GROUPED_SIGNS, data=True)
    blocks = (block for part in draft.document.parts for block in part.blocks)
    runs = [run for _, run in islice(chain.from_iterable(map(runs_of, blocks)), _FIGURES_READ)]
    if grouped is None and not any("," in plain_text(run) for run in runs):
        return  # as no value is printed with separators
    printed = _printed_value(map(Words, runs))
    if grouped is not None and printed is not None and not printed[1]:
        yield _finding(*grouped, True, printed[0])
        return
    if grouped is None and (printed is None or not printed[1]):
        return
    plain = _first_typed(draft, _PLAIN, _PLAIN_SIGNS, data=False)
    if plain is None:
        return
    if printed is not None:  # and with separators
        yield _finding(*plain, False, printed[0])
    elif grouped is not None:
        yield _finding(*grouped, True, plain[0])


def _finding(span: Span, number: str, grouped: bool, other: Span) -> Finding:
    with_marks, without = (
        ("这里用了千分撇", "别处的数没有用") if grouped else ("这里没有用千分撇", "别处的数用了")
    )
    return Finding(
        span,
        f"{with_marks}（{number}），{without}",
        "全文统一：要么都用，要么都不用；程序填入的数由模板的“数字”规定",
        ((other, "这里没有用" if grouped else "这里用了"),),
    )


def _first_typed(draft: Draft, pattern: Pattern, signs: Signs, *, data: bool) -> tuple[Span, str] | None:
    words: Words | DataText
    for _, words in suspected_prose(draft, signs):
        found = _typed_in(words, pattern)
        if found:
            return found
    for words in suspected_data(draft, signs, signs) if data else ():
        found = _typed_in(words, pattern)
        if found:
            return found
    return None


def _typed_in(words: Words | DataText, pattern: Pattern) -> tuple[Span, str] | None:
    for match in pattern.finditer(words.text):
        if typed(words, match.start(), match.end()):
            return words.span(match.start(), match.end()), match[0]
    return None


def _printed_value(runs: Iterable[Words]) -> tuple[Span, bool] | None:
    """A value of a thousand or more that was filled in, and whether it has separators."""
    for words in runs:
        for shape in (_GROUPED, _PLAIN):
            match = shape.search(words.text)
            if match and words.figure_at(match.start()) is not None:
                return words.span(match.start(), match.end()), shape is _GROUPED
    return None
