"""Words inside a block, as HTML."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from compiler.tree import (
    Change,
    Changed,
    Emphasis,
    Figure,
    Inline,
    LineBreak,
    Link,
    Marked,
    Reference,
    Strong,
    Text,
)


def escape(text: str) -> str:
    """Text as element content."""
    # Most text holds none of these; looking is three times as fast as replacing.
    if "&" in text or "<" in text or ">" in text:
        return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return text


def attribute(text: str) -> str:
    """Text as an attribute value between double quotes."""
    return escape(text).replace('"', "&quot;")


PrintFigure = Callable[[Figure], str]
"""Prints a figure, marked as one: for pages that are not the document itself."""


def inlines(children: Sequence[Inline], figure: PrintFigure | None = None) -> str:
    """Inlines as HTML. A `Placeholder` raises `TypeError`: the substitute pass has replaced them all."""
    out = []
    for child in children:
        kind = type(child)
        if kind is Text or (kind is Figure and figure is None):
            out.append(escape(child.text))  # type: ignore[union-attr]
        else:
            out.append(_inline(child, figure))
    return "".join(out)


def changed(change: Change, content: str, name: str = "") -> str:
    """Content that only one of two compared documents has; blocks have a class that says so, `name`."""
    element = "ins" if change == "inserted" else "del"
    return f'<{element} class="{name}">{content}</{element}>' if name else f"<{element}>{content}</{element}>"


def _inline(child: Inline, figure: PrintFigure | None) -> str:
    match child:
        case Figure() if figure is not None:
            return figure(child)
        case Strong():
            return f"<strong>{inlines(child.children, figure)}</strong>"
        case Emphasis():
            return f"<em>{inlines(child.children, figure)}</em>"
        case Marked():
            return f"<mark>{inlines(child.children, figure)}</mark>"
        case LineBreak():
            return "<br>"
        case Reference():
            words = inlines(child.children, figure) if child.children else escape("".join(child.label))
            return f'<a href="#{attribute(child.anchor)}">{words}</a>' if child.anchor else words
        case Link():
            words = inlines(child.children, figure)
            # The reader has judged the address; a tree made otherwise must not bring a script in.
            if not child.address.lower().startswith(("http://", "https://", "mailto:")):
                return words
            return f'<a href="{attribute(child.address)}" rel="noopener">{words}</a>'
        case Changed():
            return changed(child.change, inlines(child.children, figure))
        case _:
            raise TypeError(f"{type(child).__name__} at {child.span} cannot be printed")
