"""Whatever is typed into a narrative arrives in both outputs, or is refused at its place.

"Arrives" is an equality: the words of the tree with the numbers of headings, lists, tables and pictures, and
nothing else, in order. Only white space is left out: where lines break is each reader's own business.
"""

from __future__ import annotations

import io
import itertools
import re
from collections.abc import Callable, Iterator, Sequence
from decimal import Decimal
from typing import NamedTuple

import pytest
from hypothesis import example, given, settings
from lxml import etree

from compiler import tree
from compiler.diagnostics import Diagnostics, Severity
from compiler.figures import Amount, NumberRule
from compiler.passes import PASSES
from compiler.passes.context import Context
from compiler.passes.inlines import with_inlines
from compiler.passes.numbering import format_number
from compiler.readers.style_sheet import read_style
from compiler.readers.yaml_data import read_yaml
from compiler.record import Facts
from compiler.source import Source
from compiler.style import Style
from compiler.writers import WRITERS

from . import texts
from .docx_lint_tables import value, w
from .docx_parts import Parts, text
from .test_markdown import TEXTS, complaint, read
from .test_outputs import ROOT


def _style() -> Style:
    path = ROOT / "templates" / "整体绩效评价报告" / "style.yaml"
    raw = read_yaml(Source("style.yaml", path.read_text(encoding="utf-8")), Diagnostics())
    assert raw is not None
    style = read_style(raw, Diagnostics())
    assert style is not None
    return style


STYLE = _style()
FORMATS = ("一、", "（一）", "1.", "（1）")
SCOPE = {"本项目": Facts(全年预算数=Amount(Decimal(45_010_700))), "甲": Amount(Decimal(5_600))}


class Words(NamedTuple):
    """What each output says, without white space."""

    page: str
    """All that a browser shows: heading, list and caption numbers are part of it."""
    word: str
    """All that Word shows but the numbers of lists, which are Word's own."""


def finished(typed: str) -> tree.Document | None:
    """The tree as writers get it; None when the text was refused."""
    made, sink = read(typed)
    span = Source("叙述.md", typed).span(0)
    document = tree.Document(
        span,
        tree.Metadata("题名", "单位", "文种"),
        FORMATS,
        (tree.Part(span, (tree.Slot(span, made, SCOPE),)),),
    )
    for run in PASSES:
        document = run(document, Context(sink, NumberRule()))
    if sink.has_errors:
        lines = typed.count("\n") + 1
        assert all(
            1 <= item.span.line <= lines and item.hint for item in sink if item.severity is Severity.ERROR
        )
        return None
    return document


# What must be printed ----------------------------------------------------------------------------


def expected(document: tree.Document) -> Words:
    """The words of the tree, in order, each once."""
    blocks = document.parts[0].blocks
    return Words(*(texts.squeezed("".join(_words(blocks, lists))) for lists in (True, False)))


def _words(blocks: Sequence[tree.Block], lists: bool) -> Iterator[str]:
    """`lists`: with the numbers of ordered lists."""
    for block in blocks:
        match block:
            case tree.Paragraph():
                yield from _inline_words(block.children)
            case tree.Heading():
                yield block.number
                yield from _inline_words(block.children)
            case tree.List():
                for number, item in enumerate(block.items, block.start):
                    yield f"{number}." if block.ordered and lists else ""
                    yield from _words(item.blocks, lists)
            case tree.Table():
                yield block.number
                yield from _inline_words(block.caption)
                for row in (*block.head, *block.body):
                    for cell in row.cells:
                        for paragraph in cell.paragraphs:
                            yield from _inline_words(paragraph)
                for note in block.notes:
                    yield from _inline_words(note)
            case tree.Picture():
                yield block.number
                yield from _inline_words(block.caption)
            case _:
                raise AssertionError(block)


def _inline_words(children: Sequence[tree.Inline]) -> Iterator[str]:
    for child in children:
        match child:
            case tree.Text() | tree.Figure():
                yield child.text
            case tree.Reference(children=()):
                yield "".join(child.label)
            case tree.Strong() | tree.Emphasis() | tree.Link() | tree.Reference():
                yield from _inline_words(child.children)
            case tree.LineBreak():
                pass
            case _:
                raise AssertionError(child)


# What is printed ---------------------------------------------------------------------------------


def printed(document: tree.Document) -> Words:
    """The words of the two files."""
    page = texts.html_words(_written(document, "html").decode())
    return Words(page, texts.squeezed("".join(_word_words(Parts(_written(document, "docx")).body))))


def _written(document: tree.Document, suffix: str) -> bytes:
    out = io.BytesIO()
    writer = WRITERS[suffix](document, STYLE, out)
    for part in document.parts:
        writer.begin(part)
        for block in part.blocks:
            writer.write(block)
    writer.finish()
    return out.getvalue()


def _word_words(body: etree._Element) -> Iterator[str]:
    """The words of a Word document's paragraphs, with the numbers that Word counts for headings.

    A heading with a number as text is out of Word's list, which shows as a list of its own. In Word a level that
    was skipped counts as having been at its first number.
    """
    counts = [0] * len(FORMATS)
    for paragraph in body.iter(w("p")):
        properties = paragraph.find(w("pPr"))
        heading = re.fullmatch(r"Heading(\d)", value(properties.find(w("pStyle"))))
        if heading and properties.find(w("numPr")) is None:
            level = int(heading[1])
            above, here = counts[: level - 1], counts[level - 1]
            counts = [*(count or 1 for count in above), here + 1, *[0] * (len(FORMATS) - level)]
            yield format_number(FORMATS[level - 1], here + 1)
        yield text(paragraph)


# The promise -------------------------------------------------------------------------------------

WHOLE = (
    "# 甲乙 {#题}\n\n丙丁**戊己*庚辛***壬癸[子丑](http://a.b/)，见[](#题)、[寅卯](#表)、[](#表)\n\n"
    "3. 辰巳\n4. 午未\n   - 申酉\n   - 甲乙\n\n> 戌亥\n>\n> 7. 丙丁\n\n## 甲甲乙 {#节}\n\n"
    "表：天地 {#表}\n\n|玄黄|宇宙|\n|-|-:|\n|洪荒|{{ 本项目.全年预算数|万元 }}日月|\n\n注：盈昃，见[](#节)\n\n"
    "![辰宿{{ 甲|元 }}](图/执行率.png)\n\n# 列张\n\n寒来甲乙甲乙"
)
"""A text with some of everything."""
LEVELS = "### 甲\n\n# 乙\n\n### 丙\n\n## 丁\n\n### 戊\n\n# 己\n\n## 庚\n\n### 辛"
"""Headings that Word would count otherwise, so that some have their number as text."""


@settings(max_examples=250, deadline=None)
@given(TEXTS)
@example(
    "**注意：**后面 {{ 甲|万元 }}\n\n表：丁 {#己}\n\n|甲|乙|\n|-|-|\n|a\\|b|{{ 本项目.全年预算数|元 }}|\n\n注：见[](#己)"
)
@example("- 甲\n  1. 乙 <b>&amp;\n\n> 丙\n\n# 丁 {#戊}\n\n见[](#戊)、[己](http://a.b/?c=d&e)")
@example(LEVELS)
def test_what_is_typed_arrives_in_both_outputs_or_is_refused(typed: str) -> None:
    assert complaint(typed) == ""
    document = finished(typed)
    if document is not None:
        assert printed(document) == expected(document)


def test_some_of_everything_arrives() -> None:
    for typed in (WHOLE, LEVELS):
        document = finished(typed)
        assert document is not None
        assert printed(document) == expected(document)


def test_most_texts_are_not_refused() -> None:
    document = finished("**注意：**预算{{ 本项目.全年预算数|万元 }}\n\n# 丙\n\n- 甲\n- 乙\n\n3. 丁")
    assert document is not None
    assert printed(document) == (
        "注意：预算4501.07万元（一）丙甲乙3.丁",
        "注意：预算4501.07万元（一）丙甲乙丁",
    )


# The promise is a test of something ----------------------------------------------------------------


def with_words(document: tree.Document, change: Callable[[str], str]) -> tree.Document:
    """The document with the text of every word node changed."""

    def changed(children: tuple[tree.Inline, ...]) -> tuple[tree.Inline, ...]:
        return tuple(map(one, children))

    def one(child: tree.Inline) -> tree.Inline:
        match child:
            case tree.Text() | tree.Figure():
                return tree.replace(child, text=change(child.text))
            case tree.Strong() | tree.Emphasis() | tree.Link() | tree.Reference():
                return tree.replace(child, children=changed(child.children))
        return child

    return with_blocks(document, lambda block: with_inlines(block, changed))


def with_blocks(document: tree.Document, change: Callable[[tree.Block], tree.Block]) -> tree.Document:
    (part,) = document.parts
    return tree.replace(document, parts=(tree.replace(part, blocks=tuple(map(change, part.blocks))),))


@pytest.mark.parametrize(
    "damage",
    [
        lambda words, at: words[:at] + words[at + 1 :],
        lambda words, at: words[: at + 1] + words[at:],
        lambda words, at: words[:at] + words[at : at + 2][::-1] + words[at + 2 :],
    ],
    ids=["lost", "doubled", "swapped"],
)
def test_a_damaged_character_is_noticed_wherever_it_stands(damage: Callable[[str, int], str]) -> None:
    whole = finished(WHOLE)
    assert whole is not None
    promised = expected(whole)
    nodes: list[str] = []

    def noted(words: str) -> str:
        nodes.append(words)
        return words

    with_words(whole, noted)
    tried = 0
    for index, words in enumerate(nodes):
        for at in range(len(words)):
            damaged = damage(words, at)
            if texts.squeezed(damaged) == texts.squeezed(words):
                continue
            count = itertools.count()
            page, word = printed(
                with_words(whole, lambda said: damaged if next(count) == index else said)  # noqa: B023
            )
            assert page != promised.page, (words, damaged)
            assert word != promised.word, (words, damaged)
            tried += 1
    assert tried > 40


def test_a_wrong_number_is_noticed() -> None:
    whole = finished(WHOLE)
    assert whole is not None
    promised = expected(whole)
    numbered = [block for block in whole.parts[0].blocks if getattr(block, "number", "")]
    assert [type(block) for block in numbered] == [
        tree.Heading,
        tree.Heading,
        tree.Table,
        tree.Picture,
        tree.Heading,
    ]
    for target in numbered:
        for number in ("", "9"):
            wrong = tree.replace(target, number=number)
            page, word = printed(with_blocks(whole, lambda block: wrong if block is target else block))  # noqa: B023
            assert page != promised.page, target
            assert word != promised.word, target
    restarted = with_blocks(
        whole, lambda block: tree.replace(block, start=1) if isinstance(block, tree.List) else block
    )
    assert printed(restarted).page != promised.page
