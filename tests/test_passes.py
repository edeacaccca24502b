"""What a pass leaves out because it changes nothing, and what it does without a memo, comes to the same."""

from __future__ import annotations

import sys

import pytest

from compiler.diagnostics import Diagnostics
from compiler.figures import NumberRule
from compiler.passes import PASSES
from compiler.passes.context import Context, Memo
from compiler.readers.markdown import read_markdown
from compiler.source import Source
from compiler.tree import Block, Document, Metadata, Part, Slot

_NARRATIVE = """\
# 一处 {#一处}

见[](#一处)，见**粗体里的[](#一处)**，见*着重里的[甲表](#甲表)*，共 {{ 年度 }} 年，**{{ 年度 }}**。

没有引用，只有**粗体**和 {{ 年度 }}。

# 题里见[](#甲表)

- 列表里见[](#一处)
- 没有的见[](#没有)

> 引文里见**[](#甲表)**

表：题里见[](#一处) {#甲表}

| 甲 | 乙 |
|---|---|
| 见[](#一处) | {{ 年度 }} |

注：注里见[](#甲表)
"""
_SOURCE = Source("叙述.md", _NARRATIVE)
_SPAN = _SOURCE.span(0)
_references = sys.modules["compiler.passes.references"]  # the package has the function under this name


def _completed(memo: Memo | None) -> tuple[Document, list[str], int]:
    sink = Diagnostics()
    blocks: tuple[Block, ...] = read_markdown(_SOURCE, 0, sink, lambda path, span: None)
    slot = Slot(_SPAN, blocks, {"年度": 2024})
    document = Document(_SPAN, Metadata("题", "甲", "乙", ""), ("一、", "（一）"), (Part(_SPAN, (slot,)),))
    context = Context(sink, NumberRule(), memo)
    for run in PASSES:
        document = run(document, context)
    return document, [str(item) for item in sink], context.figures


def test_references_are_found_wherever_they_stand() -> None:
    document, told, _ = _completed(None)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(_references, "_may_refer", lambda block: True)
        assert _completed(None)[:2] == (document, told)
    assert len(told) == 1 and "没有叫“没有”" in told[0]
    # All but the one that leads nowhere say where they lead.
    shown = repr(document)
    assert shown.count("Reference(") == _NARRATIVE.count("](#") == 10
    assert shown.count("label=()") == 1


def test_a_block_that_may_not_refer_holds_no_reference() -> None:
    blocks = read_markdown(_SOURCE, 0, Diagnostics(), lambda path, span: None)
    passed_over = [block for block in blocks if not _references._may_refer(block)]
    assert passed_over and not any("Reference(" in repr(block) for block in passed_over)


def test_a_memo_changes_nothing() -> None:
    memo = Memo()
    memo.begin()
    assert _completed(memo) == _completed(None)
