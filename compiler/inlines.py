"""The inlines of a document: words, figures, marks, links. `compiler.tree` has what they stand in, and these as well."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Literal, TypeAlias

from compiler.nodes import node
from compiler.source import Span

if TYPE_CHECKING:
    from compiler.expressions import Expression, Read


@node
class Text:
    """Words as they are printed."""

    span: Span
    text: str


@node
class Placeholder:
    """`{{ … }}` in prose; the substitute pass makes it a `Figure`."""

    span: Span
    expression: Expression


@node
class Figure:
    """A value filled in from the data, already in its printed form."""

    span: Span
    text: str
    key: str
    """The expression it came from, as written."""
    reads: tuple[Read, ...] = ()
    """What the expression read, where a trace is wanted; cells that recur share one figure and keep none."""


@node
class Strong:
    """Bold."""

    span: Span
    children: tuple[Inline, ...]


@node
class Emphasis:
    """Emphasis: a Kai typeface, as Chinese has no italics."""

    span: Span
    children: tuple[Inline, ...]


@node
class Marked:
    """A mark that stands out, 〔待填：全年执行数〕: something is still to be filled in here."""

    span: Span
    children: tuple[Inline, ...]


@node
class LineBreak:
    """A forced line end inside a paragraph."""

    span: Span


@node
class Link:
    """A link to an address outside the document."""

    span: Span
    children: tuple[Inline, ...]
    address: str


@node
class Reference:
    """A link to something in the document.

    `children` is empty when the writer of the prose left the words to us; the references pass
    then fills `label` with what is printed: 表1, 图2, 附件1, “三、整体绩效目标实现情况”.
    """

    span: Span
    children: tuple[Inline, ...]
    target: str
    """The id it points to, as written."""
    anchor: str = ""
    """The anchor of what it points to; empty before the references pass."""
    label: tuple[str, ...] = ()
    """What is printed, in pieces: for a heading (“, number, title, ”), else one piece."""


Change = Literal["inserted", "deleted"]
"""Of what only the newer, or only the older of two compared documents has."""


@node
class Changed:
    """Words that only one of two compared documents has."""

    span: Span
    change: Change
    children: tuple[Inline, ...]


Inline: TypeAlias = (
    Text | Placeholder | Figure | Strong | Emphasis | Marked | LineBreak | Link | Reference | Changed
)


def plain_text(children: Sequence[Inline], line_end: str = "") -> str:
    """The printed words of inlines; `line_end` stands for a forced line end, nothing as Chinese needs no space."""
    out: list[str] = []
    for child in children:
        kind = type(child)
        if kind is Text or kind is Figure:  # as nearly all are
            out.append(child.text)  # type: ignore[union-attr]
            continue
        match child:
            case LineBreak():
                out.append(line_end)
            case Reference(children=()):
                out += child.label
            case Strong() | Emphasis() | Marked() | Link() | Reference() | Changed():
                out.append(plain_text(child.children, line_end))
    return "".join(out)
