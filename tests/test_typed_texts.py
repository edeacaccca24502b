"""What the rules pass over quickly is what they would have found nothing in."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from difflib import get_close_matches
from pathlib import Path
from typing import Any, cast

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from compiler.checks import stand_ins
from compiler.checks.amounts import rate_digits
from compiler.checks.check import Finding
from compiler.checks.findings import Findings
from compiler.checks.layout import half_width_marks, marks_misused, number_style, pairs, thousands
from compiler.checks.prose import narrative_slips, passages, prose_sum, unit_doubled
from compiler.checks.signs import Signs, Texts
from compiler.checks.suspects import Suspect
from compiler.checks.typed_texts import data_files, data_texts, holding, strings
from compiler.checks.words import DataText, texts_of
from compiler.diagnostics import Diagnostic, Severity, nearest
from compiler.pipeline import build
from compiler.record import Facts, Record
from compiler.source import Source, Span
from compiler.tree import Emphasis, Figure, Inline, LineBreak, Paragraph, Strong, Text
from compiler.workspace import Workspace
from tests.test_outputs import REPORTS, ROOT

TYPED = st.text(
    "中第几等某待暂未空填其中年月日元万亿个家分十百人0127９％%，。、；：？！《》“”‘’（）〔〕()[]…——－–-~.,;:?!\"'·•_*×X \u3000\u00a0\t\n",
    max_size=12,
)

SUSPECTS: dict[str, Signs] = {
    "marks": marks_misused._IN_WORDS,
    "half-width": half_width_marks._SIGNS,
    "numbers, prose": number_style._IN_PROSE,
    "numbers, data": number_style._IN_VALUES,
    "thousands": thousands._GROUPED_SIGNS,
    "plain thousands": thousands._PLAIN_SIGNS,
    "units, prose": unit_doubled._SIGNS,
    "units, data": unit_doubled._IN_VALUES,
    "slips": narrative_slips._SIGNS,
    "sums": prose_sum._SIGNS,
    "stand-ins, prose": stand_ins._SIGNS,
    "stand-ins, data": stand_ins._WHOLE_SIGNS,
    "digits": passages._SIGNS,
}


@pytest.mark.parametrize("name", SUSPECTS)
@settings(max_examples=60, deadline=None)
@given(texts=st.lists(TYPED, max_size=6))
def test_many_texts_are_suspected_as_each_alone(name: str, texts: list[str]) -> None:
    suspect = SUSPECTS[name]
    assert suspect.among(Texts(texts)) == {text for text in texts if suspect(text)}


class _OneText:
    """A record that holds one text, alone in its file."""

    def __init__(self, text: str) -> None:
        self.source = Source("甲.yaml", text)

    def span_of(self, attribute: str) -> Span:
        return self.source.span(0)


def _marks(words: DataText) -> Iterator[Finding]:
    return marks_misused._in(words, paragraph=True)


def _marks_suspected(text: str) -> object:
    return marks_misused._IN_WORDS(text) or pairs.unmatched_somewhere(text)


RULES: dict[str, tuple[Callable[[DataText], Iterator[Finding]], Suspect]] = {
    "marks": (_marks, _marks_suspected),
    "half-width": (half_width_marks._in, half_width_marks._SIGNS),
    "numbers": (lambda words: number_style._in(words, 2024), number_style._IN_VALUES),
    "units": (unit_doubled._in, unit_doubled._IN_VALUES),
}


@pytest.mark.parametrize("name", RULES)
@settings(max_examples=300, deadline=None)
@given(text=TYPED)
def test_a_text_that_is_not_suspected_is_sound(name: str, text: str) -> None:
    find, suspect = RULES[name]
    if not suspect(text):
        assert not list(find(DataText(cast(Record, _OneText(text)), "说明", "remark", text)))


def _facts(record: Record) -> Iterator[str]:
    for attribute in record.KEYS.values():
        value = getattr(record, attribute)
        if type(value) is Facts:
            for inner in value.values():
                yield from strings(inner)
        for item in value if type(value) is tuple else (value,):
            if isinstance(item, Record):
                yield from _facts(item)


def _texts(record: Record) -> set[str]:
    return {text.text for text in texts_of(record)} | set(_facts(record))


@pytest.mark.parametrize("folder", REPORTS, ids=lambda folder: folder.name)
def test_every_text_of_the_data_is_looked_at(folder: Path, tmp_path: Path) -> None:
    draft = build(Workspace(ROOT), folder, None).draft
    assert draft is not None
    every = set().union(*map(_texts, data_files(draft)))
    assert len(every) > 20
    assert every <= set(data_texts(draft))
    for text in sorted(every)[::7]:
        assert list(holding(draft, {text})) == [one for one in data_files(draft) if text in _texts(one)]


SPAN = Source("甲.md", "甲").span(0)
PIECE = st.text("中1９2.%", max_size=3)
LEAF: st.SearchStrategy[Inline] = st.one_of(
    PIECE.map(lambda text: Text(SPAN, text)),
    st.tuples(PIECE, st.sampled_from(["本项目.执行率", "年度"])).map(lambda both: Figure(SPAN, *both)),
)
INLINE: st.SearchStrategy[Inline] = st.one_of(
    LEAF,
    st.just(LineBreak(SPAN)),
    st.lists(LEAF, max_size=2).map(lambda leaves: Strong(SPAN, tuple(leaves))),
    st.lists(LEAF, max_size=1).map(lambda leaves: Emphasis(SPAN, tuple(leaves))),
)


@settings(max_examples=400, deadline=None)
@given(children=st.lists(INLINE, max_size=5))
def test_rates_are_seen_without_putting_the_words_together(children: list[Inline]) -> None:
    quickly = rate_digits._between_words(children)
    if quickly is not None:
        slowly = rate_digits._among_words(Paragraph(SPAN, tuple(children)))
        assert [match[0] for match in quickly] == [match[0] for match in slowly]


def test_findings_are_counted_as_they_are_told() -> None:
    from compiler.checks import judge

    draft = build(Workspace(ROOT), REPORTS[0], None, keep_draft=True).draft
    assert draft is not None
    findings = judge(draft)
    assert any(not isinstance(item, Diagnostic) for item in findings._items)  # some are untold
    counted = [findings.count(severity) for severity in Severity], len(findings), findings.faulty
    told: list[Any] = list(findings)
    assert counted == (
        [sum(item.severity is severity for item in told) for severity in Severity],
        len(told),
        {item.span.source.path for item in told if item.severity is Severity.ERROR},
    )
    assert isinstance(findings, Findings) and list(findings) == told


NAME = st.text("制度健全性资金管理12", max_size=8)


@settings(max_examples=200, deadline=None)
@given(word=NAME, names=st.lists(NAME, max_size=6))
def test_names_that_are_not_asked_of_are_not_near(word: str, names: list[str]) -> None:
    found = get_close_matches(word, names, n=1, cutoff=0.5)
    assert nearest(word, names) == (found[0] if found else "")
