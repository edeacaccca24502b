"""Whatever is typed into a narrative arrives in both outputs, or is refused at its place."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator, Sequence
from decimal import Decimal
from html import unescape

from hypothesis import example, given, settings

from compiler import tree
from compiler.diagnostics import Diagnostics, Severity
from compiler.figures import Amount, NumberRule
from compiler.passes import PASSES
from compiler.passes.context import Context
from compiler.readers.style_sheet import read_style
from compiler.readers.yaml_data import read_yaml
from compiler.record import Facts
from compiler.source import Source
from compiler.style import Style
from compiler.writers import WRITERS

from . import texts
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
SCOPE = {"本项目": Facts(全年预算数=Amount(Decimal(45_010_700))), "甲": Amount(Decimal(5_600))}


def outputs(typed: str) -> tuple[str, str, str] | None:
    """The words of the finished tree, of the page and of the Word document; None when the text was refused."""
    made, sink = read(typed)
    span = Source("叙述.md", typed).span(0)
    document = tree.Document(
        span,
        tree.Metadata("题名", "单位", "文种"),
        ("一、", "（一）", "1.", "（1）"),
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
    written: dict[str, bytes] = {}
    for suffix in ("html", "docx"):
        out = io.BytesIO()
        writer = WRITERS[suffix](document, STYLE, out)
        for part in document.parts:
            writer.begin(part)
            for block in part.blocks:
                writer.write(block)
        writer.finish()
        written[suffix] = out.getvalue()
    page = texts.html_words(written["html"].decode())
    with zipfile.ZipFile(io.BytesIO(written["docx"])) as package:
        xml = package.read("word/document.xml").decode()
    word = texts.squeezed(unescape("".join(re.findall(r"<w:t(?: [^>]*)?>([^<]*)</w:t>", xml))))
    return texts.squeezed("".join(_words(document.parts[0].blocks))), page, word


def _words(blocks: Sequence[tree.Block]) -> Iterator[str]:
    for block in blocks:
        match block:
            case tree.Paragraph() | tree.Heading():
                yield from _inline_words(block.children)
            case tree.List():
                for item in block.items:
                    yield from _words(item.blocks)
            case tree.Table():
                yield from _inline_words(block.caption)
                for row in (*block.head, *block.body):
                    for cell in row.cells:
                        for paragraph in cell.paragraphs:
                            yield from _inline_words(paragraph)
                for note in block.notes:
                    yield from _inline_words(note)


def _inline_words(children: Sequence[tree.Inline]) -> Iterator[str]:
    for child in children:
        match child:
            case tree.Text() | tree.Figure():
                yield child.text
            case tree.Reference(children=()):
                yield "".join(child.label)
            case tree.Strong() | tree.Emphasis() | tree.Link() | tree.Reference():
                yield from _inline_words(child.children)


def missing(words: str, printed: str) -> str:
    """What of `words` is not in `printed`, in order; what is added in between (numbers) does not count."""
    place = 0
    for index, char in enumerate(words):
        found = printed.find(char, place)
        if found < 0:
            return words[index:]
        place = found + 1
    return ""


@settings(max_examples=250, deadline=None)
@given(TEXTS)
@example(
    "**注意：**后面 {{ 甲|万元 }}\n\n表：丁 {#己}\n\n|甲|乙|\n|-|-|\n|a\\|b|{{ 本项目.全年预算数|元 }}|\n\n注：见[](#己)"
)
@example("- 甲\n  1. 乙 <b>&amp;\n\n> 丙\n\n# 丁 {#戊}\n\n见[](#戊)、[己](http://a.b/?c=d&e)")
def test_what_is_typed_arrives_in_both_outputs_or_is_refused(typed: str) -> None:
    assert complaint(typed) == ""
    printed = outputs(typed)
    if printed is not None:
        words, page, word = printed
        assert missing(words, page) == ""
        assert missing(words, word) == ""


def test_most_texts_are_not_refused() -> None:
    printed = outputs("**注意：**预算{{ 本项目.全年预算数|万元 }}\n\n- 甲\n- 乙")
    assert printed is not None
    assert all(words.endswith("注意：预算4501.07万元甲乙") for words in printed)


def test_a_lost_character_is_noticed() -> None:
    assert missing("预算4501.07万元", "一、预算4501.07元") == "万元"
