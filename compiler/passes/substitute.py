"""Placeholders -> figures: each expression is evaluated with the names of its slot."""

from __future__ import annotations

from collections.abc import Iterator

from compiler.expressions import Scope
from compiler.passes.context import Context
from compiler.tree import (
    Block,
    Cell,
    Document,
    Emphasis,
    Figure,
    Heading,
    Inline,
    Link,
    List,
    ListItem,
    Paragraph,
    Part,
    Picture,
    Placeholder,
    Reference,
    Row,
    Slot,
    Strong,
    Table,
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
        if type(block) is Slot:
            for inner in block.blocks:
                yield _block(inner, block.scope, context)
        else:
            yield block


def _block(block: Block, scope: Scope, context: Context) -> Block:
    match block:
        case Paragraph() | Heading():
            filled = fill(block.children, scope, context)
            return block if filled is block.children else replace(block, children=filled)
        case List():
            return replace(
                block,
                items=tuple(
                    ListItem(item.span, tuple(_block(inner, scope, context) for inner in item.blocks))
                    for item in block.items
                ),
            )
        case Table():
            return replace(
                block,
                head=_rows(block.head, scope, context),
                body=_rows(block.body, scope, context),
                caption=fill(block.caption, scope, context),
                notes=tuple(fill(note, scope, context) for note in block.notes),
            )
        case Picture():
            return replace(block, caption=fill(block.caption, scope, context))
    return block


def _rows(rows: tuple[Row, ...], scope: Scope, context: Context) -> tuple[Row, ...]:
    return tuple(Row(row.span, tuple(_cell(cell, scope, context) for cell in row.cells)) for row in rows)


def _cell(cell: Cell, scope: Scope, context: Context) -> Cell:
    return replace(cell, paragraphs=tuple(fill(paragraph, scope, context) for paragraph in cell.paragraphs))


def fill(children: tuple[Inline, ...], scope: Scope, context: Context) -> tuple[Inline, ...]:
    """Inlines with their placeholders filled in; the same tuple when there are none."""
    out: list[Inline] | None = None
    for index, child in enumerate(children):
        filled: tuple[Inline, ...] = (child,)
        if isinstance(child, Placeholder):
            filled = _figures(child, scope, context)
        elif isinstance(child, (Strong, Emphasis, Link, Reference)):
            inner = fill(child.children, scope, context)
            if inner is not child.children:
                filled = (replace(child, children=inner),)
        if out is None and filled != (child,):
            out = list(children[:index])
        if out is not None:
            out += filled
    return children if out is None else tuple(out)


def _figures(placeholder: Placeholder, scope: Scope, context: Context) -> tuple[Inline, ...]:
    """The figure of a placeholder; nothing when it has no value, which is reported."""
    text = placeholder.expression.text_value(scope, context.rule, placeholder.span, context.sink)
    if not text:
        return ()
    context.figures += 1
    # A value of several lines (a remark in the data) goes on in the same paragraph of prose.
    return (Figure(placeholder.span, text.replace("\n", ""), placeholder.expression.text),)


def plain(children: tuple[Inline, ...]) -> str:
    """The words of inlines, without their marks."""
    out: list[str] = []
    for child in children:
        match child:
            case Text() | Figure():
                out.append(child.text)
            case Strong() | Emphasis() | Link():
                out.append(plain(child.children))
            case Reference():
                out.append(plain(child.children) or "".join(child.label))
    return "".join(out)
