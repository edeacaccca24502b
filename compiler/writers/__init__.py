"""Writers print the tree. They format; they never count, resolve or change anything.

A writer gets the document's parts in order and each part's blocks one at a time, so that
it needs no more memory than a block: `begin(part)`, `write(block)`…, `finish()`.
By then every placeholder is a figure and every table slot a table.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import BinaryIO, Protocol, TypeAlias

from compiler.style import Style
from compiler.tree import Block, Document, Part


class TooLarge(Exception):
    """A document is more than one file of its format can hold; the message says in the user's words how much that is, and what was too much."""


class Writer(Protocol):
    """Prints one document into one binary stream."""

    def begin(self, part: Part) -> None:
        """Start a part; its own `blocks` are not to be printed, they arrive by `write`, every slot made."""

    def write(self, block: Block) -> None:
        """Print a block of the part."""

    def finish(self) -> None:
        """Print what comes last. The stream stays open: who opened it closes it. Raises `TooLarge`."""


MakeWriter: TypeAlias = Callable[[Document, Style, BinaryIO], Writer]


def _html(document: Document, style: Style, out: BinaryIO) -> Writer:
    from compiler.writers.html import HtmlWriter

    return HtmlWriter(document, style, out)


def _docx(document: Document, style: Style, out: BinaryIO) -> Writer:
    from compiler.writers.docx import DocxWriter

    return DocxWriter(document, style, out)


def _dump(document: Document, style: Style, out: BinaryIO) -> Writer:
    from compiler.writers.dump import DumpWriter

    return DumpWriter(document, style, out)


# Each imports its module when it is asked for: a cold build is mostly imports.
WRITERS: dict[str, MakeWriter] = {"docx": _docx, "html": _html, "dump": _dump}
"""Every output format, by the suffix of its files."""
