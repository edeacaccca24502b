"""The attachments of a report: what is printed on their pages, and in the list of the body."""

from __future__ import annotations

from compiler.checks.check import Draft
from compiler.named import NamedTuple
from compiler.patterns import pattern
from compiler.source import Span
from compiler.tree import Paragraph, plain_text

_NUMBER = pattern(r"附件([0-9]{1,3}|[一二三四五六七八九十]{1,2})")
_DIGITS = "一二三四五六七八九"


class AttachmentPage(NamedTuple):
    """An attachment as it is printed."""

    label: str
    """附件1, 附件4-1, 附件."""
    title: str
    span: Span
    """Where it is declared."""
    title_span: Span
    entry: Span | None
    """Its line in the list of attachments; None when the body has no such list."""


def attachments(draft: Draft) -> list[AttachmentPage]:
    """Every attachment, in order."""
    labels: list[Paragraph] = []
    titles: list[Paragraph] = []
    entries: list[Paragraph] = []
    first = draft.document.parts[0].blocks if draft.document.parts else ()
    for block in first:
        if type(block) is Paragraph and block.role == "attachment-list":
            entries.append(block)
    for part in draft.document.parts:
        for block in part.blocks[:2]:  # a label, then the title
            if type(block) is Paragraph and block.role == "attachment-label":
                labels.append(block)
            elif type(block) is Paragraph and block.role == "attachment-title":
                titles.append(block)
    return [
        AttachmentPage(
            plain_text(label.children),
            plain_text(title.children),
            label.span,
            title.children[0].span if title.children else title.span,
            entries[index].span if index < len(entries) else None,
        )
        for index, (label, title) in enumerate(zip(labels, titles, strict=False))
    ]


def place_of(label: str) -> int | None:
    """The place that a label gives: 2 of 附件2 and 附件二; None of 附件 and 附件4-1."""
    match = _NUMBER.fullmatch(label)
    if not match:
        return None
    number = match[1]
    if number.isascii():
        return int(number)
    tens, ten, ones = number.rpartition("十")
    if not ten:
        return _DIGITS.find(number) + 1 if len(number) == 1 else None
    return 10 * (_DIGITS.find(tens) + 1 if tens else 1) + (_DIGITS.find(ones) + 1 if ones else 0)
