"""References -> what they print: 表1, 图2, 附件1, “三、整体绩效目标实现情况”."""

from __future__ import annotations

from functools import partial

from compiler.diagnostics import Code, nearest
from compiler.passes.context import Context
from compiler.passes.inlines import with_inlines
from compiler.source import Span
from compiler.tree import (
    Block,
    ChartSlot,
    Document,
    Emphasis,
    Heading,
    Inline,
    Link,
    Paragraph,
    Picture,
    Reference,
    Strong,
    Table,
    TableSlot,
    plain_text,
    replace,
)

_HOLDERS = frozenset((Reference, Strong, Emphasis, Link))
"""The inlines that are references or may hold some."""
_Targets = dict[str, tuple[str, tuple[str, ...], Span]]


def references(document: Document, context: Context) -> Document:
    """Resolve every reference; an id that nothing has, or that two have, is reported."""
    targets = _targets(document, context)
    return replace(
        document,
        parts=tuple(
            replace(
                part,
                blocks=tuple(
                    [
                        _resolved(block, targets, context) if _may_refer(block) else block
                        for block in part.blocks
                    ]
                ),
            )
            for part in document.parts
        ),
    )


def _may_refer(block: Block) -> bool:
    """Whether there may be a reference in a block; most are paragraphs of words and figures, or tables still to be made."""
    kind = type(block)
    if kind is Paragraph or kind is Heading:
        return not _HOLDERS.isdisjoint(map(type, block.children))  # type: ignore[union-attr]
    return kind is not TableSlot and kind is not ChartSlot


def _resolved(block: Block, targets: _Targets, context: Context) -> Block:
    wanted = context.made(("referring", id(block)), block, partial(_wanted, block))
    if not wanted:
        return block
    work = partial(with_inlines, block, partial(_inlines, targets=targets, context=context))
    if any(target not in targets for target in wanted):
        return work()  # what is offered instead depends on every target there is
    return context.made(("referred", id(block), *(targets[target][:2] for target in wanted)), block, work)


def _wanted(block: Block) -> tuple[str, ...]:
    """The targets of a block's references, in order."""
    found: list[str] = []
    with_inlines(block, partial(_collected, found=found))
    return tuple(found)


def _collected(children: tuple[Inline, ...], found: list[str]) -> tuple[Inline, ...]:
    for child in children:
        kind = type(child)
        if kind is Reference:
            found.append(child.target)  # type: ignore[union-attr]
        elif kind is Strong or kind is Emphasis or kind is Link:
            _collected(child.children, found)  # type: ignore[union-attr]
    return children


def _targets(document: Document, context: Context) -> _Targets:
    targets: _Targets = {}
    for part in document.parts:
        for block in part.blocks:
            if not getattr(block, "id", ""):  # as of nearly all
                continue
            label: tuple[str, ...]
            match block:
                case Heading():
                    label = ("“", block.number, plain_text(block.children), "”")
                case Paragraph():
                    label = (plain_text(block.children),)
                case Table() | TableSlot() | Picture() | ChartSlot():
                    label = (block.number,)
                case _:
                    continue
            if block.id in targets:
                context.sink.error(
                    Code.DUPLICATE_ID,
                    block.span,
                    f"有两处都叫“{block.id}”",
                    "给其中一处换个名称",
                    ((targets[block.id][2], "另一处在这里"),),
                )
            elif not any(label):
                context.sink.error(
                    Code.UNKNOWN_REFERENCE,
                    block.span,
                    f"“{block.id}”没有编号，引用时无话可写",
                    "给表加上“表：题名”一行，或删去 {#…}",
                )
            targets[block.id] = (block.anchor, label, block.span)
    return targets


def _inlines(children: tuple[Inline, ...], targets: _Targets, context: Context) -> tuple[Inline, ...]:
    if _HOLDERS.isdisjoint(map(type, children)):
        return children
    return tuple(_inline(child, targets, context) for child in children)


def _inline(child: Inline, targets: _Targets, context: Context) -> Inline:
    match child:
        case Strong() | Emphasis() | Link():
            return replace(child, children=_inlines(child.children, targets, context))
        case Reference():
            if child.target not in targets:
                near = nearest(child.target, targets)
                context.sink.error(
                    Code.UNKNOWN_REFERENCE,
                    child.span,
                    f"没有叫“{child.target}”的标题、表、图或附件",
                    (f"是不是“{near}”？" if near else "") + "被引用的一处要在末尾写上 {#名称}",
                )
                return child
            anchor, label, _ = targets[child.target]
            return replace(child, anchor=anchor, label=label)
    return child
