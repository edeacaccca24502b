"""The prose names only attachments that there are."""

from __future__ import annotations

import re
from collections.abc import Iterator

from compiler.checks.check import Check, Draft, Finding
from compiler.checks.layout.attachments import AttachmentPage, attachments, place_of
from compiler.checks.signs import Signs
from compiler.checks.suspects import suspected_prose, typed
from compiler.checks.words import Words
from compiler.diagnostics import Code, Severity
from compiler.patterns import pattern
from compiler.source import Span
from compiler.tree import Paragraph

_LABEL = r"附件[ \u3000]?(?:[0-9]{1,3}(?:[-－—][0-9]{1,3})*|[一二三四五六七八九十]{1,2}(?![^\W\x00-\x7f]))"
_MENTION = pattern(
    rf"(?:^|(?<=[见（，。；：\n]))(?P<first>{_LABEL})(?P<more>(?:[、和及与]{_LABEL})*)(?:[ ：:]?《(?P<name>[^》\n]+)》)?"
    r"|(?:^|(?<=[见（，。；：\n]))附件[：:]?《(?P<alone>[^》\n]+)》"
)
_ONE = pattern(_LABEL)
_LIST = pattern(
    r"附件[ \u3000]*[：:][ \u3000]*(?![《])(?:[0-9]{1,2}[.．、][ \u3000]*)?(?P<name>[^\n《》。；]{2,80})"
)
_SIGNS = Signs("附件")
_MARKS = pattern(r"[\s《》“”〈〉。；，]+")


def _find(draft: Draft) -> Iterator[Finding]:
    listed: list[AttachmentPage] | None = None
    for block, words in suspected_prose(draft, _SIGNS):
        if type(block) is not Paragraph or block.role not in ("body", "quote", "note"):
            continue
        listed = attachments(draft) if listed is None else listed
        yield from _in(words, listed)


def _in(words: Words, listed: list[AttachmentPage]) -> Iterator[Finding]:
    text = words.text
    written = _LIST.match(text)
    if written and typed(words, *written.span()):
        yield from _named(words, *written.span("name"), listed, 0)
    for match in _MENTION.finditer(text):
        if match["alone"] is not None:
            if typed(words, *match.span()):
                yield from _named(words, *match.span("alone"), listed, 0)
            continue
        for label in _ONE.finditer(text, match.start("first"), match.end("more")):
            if typed(words, *label.span()):
                yield from _numbered(words, *label.span(), listed)
        if match["name"] is not None and not match["more"] and typed(words, *match.span("name")):
            place = _place(match["first"], listed)
            if place:
                yield from _named(words, *match.span("name"), listed, place)


def _bare(label: str) -> str:
    return re.sub(r"[ \u3000]", "", label).replace("－", "-").replace("—", "-")


def _place(label: str, listed: list[AttachmentPage]) -> int:
    """Which of the attachments a label means, from 1; 0 for none."""
    bare = _bare(label)
    for place, attachment in enumerate(listed, 1):
        if _bare(attachment.label) == bare:
            return place
    place = place_of(bare) or 0
    return place if place <= len(listed) else 0


def _numbered(words: Words, start: int, end: int, listed: list[AttachmentPage]) -> Iterator[Finding]:
    label = words.text[start:end]
    if _place(label, listed):
        return
    have, hint = "报告没有附件", "删去，或者把附件补上"
    if listed:
        labels = f"（{'、'.join(each.label for each in listed[:6])}）" if len(listed) > 1 else ""
        have = f"报告只有{len(listed)}个附件{labels}"
        hint = f"改正序号；写成 [](#{listed[0].label}) 这样，序号由程序填"
    yield Finding(
        words.span(start, end),
        f"正文提到“{label}”，{have}",
        hint,
        _pages(listed),
    )


def _named(words: Words, start: int, end: int, listed: list[AttachmentPage], place: int) -> Iterator[Finding]:
    """A name that the attachment (any of them when `place` is 0) does not have."""
    name = words.text[start:end].strip()
    bare = _MARKS.sub("", name)
    candidates = listed[place - 1 : place] if place else listed
    for attachment in candidates:
        title = _MARKS.sub("", attachment.title)
        if bare and (bare in title or title in bare):
            return
    if not candidates:
        said = "报告没有附件"
    elif len(candidates) == 1:
        said = f"{candidates[0].label}的题名是“{candidates[0].title}”"
    else:
        said = "各附件都不叫这个名称"
    yield Finding(
        words.span(start, end),
        f"正文写的附件名称是“{name}”，{said}",
        "两处写成一样的名称；附件清单由程序印，正文里不用再列",
        _pages(candidates),
    )


def _pages(listed: list[AttachmentPage]) -> tuple[tuple[Span, str], ...]:
    return tuple((each.title_span, f"{each.label}：{each.title}") for each in listed[:6])


CHECK = Check(
    Code.ATTACHMENT_NAME,
    Severity.ERROR,
    title="正文提到的附件与所附的不一致",
    rule="叙述里写明的附件序号、附件名称（“见附件2”“附件1《……》”“附件：……”），应当与所附的附件一致；一个名称是另一个的一部分的，算一致。别的文件的附件（“……通知附件2”）不看。",
    source="GB/T 9704—2012 7.3.4、7.3.7（附件序号和附件标题应当与附件说明的表述一致）",
    mend="改正叙述里的序号或名称；引用附件写成 [](#附件1) 这样，序号由程序填。",
    find=_find,
)
