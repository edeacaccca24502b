"""Placeholders -> figures: each expression is evaluated with the names of its slot."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from compiler.expressions import Scope, reads_of
from compiler.marking import figure_inlines
from compiler.passes.context import Context
from compiler.passes.inlines import with_inlines
from compiler.tree import (
    Block,
    Document,
    Emphasis,
    Inline,
    Link,
    Part,
    Placeholder,
    Reference,
    Slot,
    Strong,
    Text,
    replace,
)


def substitute(document: Document, context: Context) -> Document:
    """Every slot gives way to its blocks, filled in. A placeholder without a value is reported."""
    return replace(
        document, parts=tuple(replace(part, blocks=tuple(_flat(part, context))) for part in document.parts)
    )


def _flat(part: Part, context: Context) -> Iterator[Block]:
    for block in part.blocks:
        if type(block) is not Slot:
            yield block
        elif context.memo is None:
            yield from _filled(block, context)
        else:
            yield from context.made(("filled", id(block)), block, partial(_filled, block, context))


def _filled(slot: Slot, context: Context) -> tuple[Block, ...]:
    change = partial(fill, scope=slot.scope, context=context)
    return tuple([with_inlines(inner, change) for inner in slot.blocks])


def fill(children: tuple[Inline, ...], scope: Scope, context: Context) -> tuple[Inline, ...]:
    """Inlines with their placeholders filled in; the same tuple when there are none."""
    out: list[Inline] = []
    changed = False
    for child in children:
        if type(child) is Text:  # as most are
            out.append(child)
        elif type(child) is Placeholder:
            out += _figures(child, scope, context)
            changed = True
        elif isinstance(child, (Strong, Emphasis, Link, Reference)):
            inner = fill(child.children, scope, context)
            if inner is not child.children:
                child = replace(child, children=inner)
                changed = True
            out.append(child)
        else:
            out.append(child)
    return tuple(out) if changed else children


def _figures(placeholder: Placeholder, scope: Scope, context: Context) -> tuple[Inline, ...]:
    """The figure of a placeholder; nothing when it has no value, which is reported."""
    text = placeholder.expression.text_value(scope, context.rule, placeholder.span, context.sink)
    if not text:
        return ()
    context.figures += 1
    # A value of several lines (a remark in the data) goes on in the same paragraph of prose.
    return figure_inlines(
        placeholder.span, text.replace("\n", ""), placeholder.expression.text, reads_of(scope)
    )
