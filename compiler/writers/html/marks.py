"""What a page may say, beside what is printed, of where it comes from: the preview leads from there to the source."""

from __future__ import annotations

from typing import Protocol

from compiler.tree import Block, Figure, ListItem


class Marks(Protocol):
    """Asked by the writer for each thing it prints, in the order of the page."""

    def block(self, block: Block | ListItem) -> str:
        """Attributes of its element, each after a space; empty for none."""

    def __call__(self, figure: Figure) -> str:
        """A figure as HTML."""
