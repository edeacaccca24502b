"""Inlines as runs, with the bookmarks and relationships that they need."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING, TypeAlias

from compiler import tree
from compiler.writers.docx.markup import attribute, bookmark_name, field, run

if TYPE_CHECKING:
    from compiler.writers.docx.revisions import Revisions

_Look: TypeAlias = tuple[str, str]
_PLAIN: _Look = ("", "")
_WORDS = frozenset((tree.Text, tree.Figure))
_ALIKE = frozenset((tree.Strong, tree.Emphasis, tree.Marked))
"""Inlines that are printed as what is in them says."""


plain_text = partial(tree.plain_text, line_end="\n")
"""The printed words alone, with forced line ends, which the page estimate counts."""


def all_words(children: Sequence[tree.Inline]) -> bool:
    """Whether there is nothing but words in one look, which fit in one run."""
    return all(type(child) in _WORDS for child in children)


def all_alike(children: Sequence[tree.Inline]) -> bool:
    """Whether inlines are printed the same in every document, whatever else is in it: links and references are not."""
    return all(
        type(child) in _WORDS
        or type(child) is tree.LineBreak
        or (type(child) in _ALIKE and all_alike(child.children))  # type: ignore[union-attr]
        for child in children
    )


class InlineWriter:
    """Prints inlines; hands out the ids of links and bookmarks in the order of the text."""

    def __init__(
        self, written_numbers: frozenset[str] = frozenset(), revisions: Revisions | None = None
    ) -> None:
        self._written_numbers = written_numbers
        """Anchors of headings whose number is text: no field can fetch it."""
        self._revisions = revisions
        self.links: dict[str, str] = {}
        """Address to relationship id."""
        self._bookmarks = 0

    def runs(self, children: Sequence[tree.Inline], look: _Look = _PLAIN, inside_link: bool = False) -> str:
        """Inlines as runs; `look` is the run properties before and after the typeface.

        Links do not nest in Word: inside one, another prints its words only.
        """
        out: list[str] = []
        words: list[str] = []
        for child in children:
            if type(child) in _WORDS:
                words.append(child.text)  # type: ignore[union-attr]
                continue
            if words:
                out.append(run("".join(words), *look))
                words.clear()
            out.append(self._styled(child, look, inside_link))
        if words:
            out.append(run("".join(words), *look))
        return "".join(out)

    def _styled(self, child: tree.Inline, look: _Look, inside_link: bool) -> str:
        before, after = look
        match child:
            case tree.Strong():
                return self.runs(child.children, (before, "<w:b/><w:bCs/>"), inside_link)
            case tree.Emphasis():
                return self.runs(
                    child.children, (before or '<w:rStyle w:val="Emphasis"/>', after), inside_link
                )
            case tree.Marked():
                return self.runs(
                    child.children, (before, after + '<w:highlight w:val="yellow"/>'), inside_link
                )
            case tree.LineBreak():
                return "<w:r><w:br/></w:r>"
            case tree.Link():
                if inside_link:
                    return self.runs(child.children, look, True)
                runs = self.runs(child.children, ('<w:rStyle w:val="Hyperlink"/>', after), True)
                return f'<w:hyperlink r:id="{self._link(child.address)}" w:history="1">{runs}</w:hyperlink>'
            case tree.Reference():
                return self._reference(child, look, inside_link)
            case tree.Changed() if self._revisions:
                return self._revisions.runs(self.runs(child.children, look, inside_link), child.change)
            case _:
                raise TypeError(f"{type(child).__name__} is not printable: a pass was left out")

    def _reference(self, node: tree.Reference, look: _Look, inside_link: bool) -> str:
        words = self.runs(node.children, look, True) if node.children else run("".join(node.label), *look)
        if inside_link or not node.anchor:
            return words
        name = bookmark_name(node.anchor)
        if node.children:
            return f'<w:hyperlink w:anchor="{name}" w:history="1">{words}</w:hyperlink>'
        if len(node.label) == 4:
            # \n is the number as its own heading shows it, but for a full stop at its end; \r would put
            # the numbers of the headings above in front of it.
            opening, number, title, closing = node.label
            counted = number.rstrip(".")
            pieces = [run(opening, *look)]
            if counted and node.anchor in self._written_numbers:
                pieces.append(run(counted, *look))
            elif counted:
                pieces.append(field(rf"REF {name} \n \h", run(counted, *look)))
            if number != counted:
                pieces.append(run(number[len(counted) :], *look))
            return "".join((*pieces, field(rf"REF {name} \h", run(title, *look)), run(closing, *look)))
        return field(rf"REF {name} \h", words)

    def bookmark(self, anchor: str, content: str) -> str:
        """`content` with the bookmark of `anchor` around it; as it is without an anchor."""
        if not anchor:
            return content
        number = self._bookmarks
        self._bookmarks += 1
        return (
            f'<w:bookmarkStart w:id="{number}" w:name="{bookmark_name(anchor)}"/>{content}'
            f'<w:bookmarkEnd w:id="{number}"/>'
        )

    def _link(self, address: str) -> str:
        return self.links.setdefault(address, f"rIdLink{len(self.links) + 1}")


def relationship_target(address: str) -> str:
    """A link's address as an attribute holding a URI: what is not ASCII is percent-encoded."""
    return attribute(
        "".join(
            char if " " < char < "\x7f" else "".join(f"%{byte:02X}" for byte in char.encode())
            for char in address
        )
    )
