"""The label of an attachment fits its place in the list."""

from __future__ import annotations

from collections.abc import Iterator

from compiler.checks.check import Check, Draft, Finding
from compiler.checks.layout.attachments import attachments, place_of
from compiler.diagnostics import Code, Severity
from compiler.patterns import pattern
from compiler.source import Span

_SPACES = pattern(r"\s+")


def _find(draft: Draft) -> Iterator[Finding]:
    listed = attachments(draft)
    if not listed or listed[0].entry is None:
        return  # without a list in the body the label may follow the numbering of another document
    for place, attachment in enumerate(listed, 1):
        label = _SPACES.sub("", attachment.label)
        if len(listed) == 1 and label == "附件":
            continue
        if place_of(label) == place:
            continue
        right = "附件" if len(listed) == 1 else f"附件{place}"
        said = "是唯一的附件，没有序号" if len(listed) == 1 else f"是第{place}个"
        yield Finding(
            _span(draft, attachment.label, attachment.span),
            f"“{attachment.title}”在附件清单里{said}，附页上却标作“{attachment.label}”",
            f"删去附件编号，由程序印成“{right}”",
            ((attachment.entry, "附件清单在这里"),) if attachment.entry else (),
        )


def _span(draft: Draft, label: str, made: Span) -> Span:
    """The number in scorecard.yaml when the label comes from there, else the entry of the outline."""
    card = draft.scorecard
    number = card.attachment_number if card is not None else None
    if card is not None and number and label == (number if number.startswith("附件") else f"附件{number}"):
        return card.span_of("attachment_number")
    return made


CHECK = Check(
    Code.ATTACHMENT_NUMBER,
    Severity.ERROR,
    title="附件的序号与附件清单不符",
    rule="附页上的“附件”及序号，应当与正文附件清单里的次序一致：只有一个附件的，标“附件”或“附件1”；有几个的，依次标附件1、附件2。正文没有附件清单的，不看。",
    source="GB/T 9704—2012 7.3.4、7.3.7（附件序号和附件标题应当与附件说明的表述一致）",
    mend="删去 scorecard.yaml 里的附件编号（或请模板管理员改大纲里附件的编号），由程序按次序编。",
    find=_find,
)
