"""Headings go down one level at a time."""

from __future__ import annotations

from collections.abc import Iterator

from compiler.checks.check import Check, Draft, Finding
from compiler.diagnostics import Code, Severity
from compiler.tree import Heading, plain_text


def _find(draft: Draft) -> Iterator[Finding]:
    formats = draft.document.heading_formats
    told: set[tuple[str, int, int]] = set()
    for part in draft.document.parts:
        above: list[Heading] = []  # the headings that the next one may stand under
        last = 0
        for block in part.blocks:
            if type(block) is not Heading or not block.numbered or block.role != "heading":
                continue
            level = block.level
            if level <= last + 1:
                last = level
                above = [heading for heading in above if heading.level < level] + [block]
                continue
            above = [heading for heading in above if heading.level < level]
            upper = above[-1] if above else None
            above.append(block)
            skipped, last = formats[last : level - 1], level
            place = (block.span.source.path, block.span.line, block.span.column)
            if not skipped or place in told:
                continue
            told.add(place)
            title = f"{block.number}{plain_text(block.children)}"
            under = f"“{upper.number}{plain_text(upper.children)}”下面直接是" if upper else "开头就是"
            ours = "；是模板里的，请模板管理员改，经办人不用管" if place[0].startswith("templates/") else ""
            yield Finding(
                block.span,
                f"{under}“{title}”，跳过了{'、'.join(f'“{mark}”' for mark in skipped)}",
                f"这一级改用“{skipped[0]}”编号，或者在中间加一层标题{ours}",
                ((upper.span, "上一级标题在这里"),) if upper else (),
            )


CHECK = Check(
    Code.LEVEL_SKIPPED,
    Severity.WARNING,
    title="标题跳了级",
    rule="标题一级一级往下：“一、”下面是“（一）”，“（一）”下面是“1.”。不编号的标题、表单的题名不算；正文和每个附件各自起算。同一处大纲生成的各项只报一次。",
    source="GB/T 9704—2012 7.3.3（层次序数依次用“一、”“（一）”“1.”“（1）”）",
    mend="叙述里少写一个 #；大纲里的，请模板管理员改“级”，或者加一层章节。",
    find=_find,
)
