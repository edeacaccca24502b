"""What is found on the way, in the order of the merged document."""

from __future__ import annotations

from collections.abc import Sequence

from compiler.comparison.results import CellChange, TableChange, TextChange
from compiler.comparison.words import Merged, Piece, merge_words
from compiler.tree import Change, Inline

_AROUND = 12
"""Characters told on either side of changed words."""
_WIDEST = 30
"""Unchanged characters between two changes up to which they are told in full."""


class Ledger:
    """Keeps what changed of words and tables."""

    def __init__(self) -> None:
        self.texts: list[TextChange] = []
        self.tables: list[TableChange] = []
        self.inserted = self.deleted = 0
        """Characters."""
        self.renumbered = self.unchanged = 0

    def merged(self, older: Sequence[Inline], newer: Sequence[Inline], chapter: str) -> tuple[Inline, ...]:
        """Two runs of words as one, the difference told as of the chapter."""
        merged = merge_words(older, newer)
        self.told(merged, chapter)
        return merged.children

    def told(self, merged: Merged, chapter: str) -> None:
        """Keep the difference, if there is one."""
        if merged.changed:
            self.words(merged.pieces, chapter)

    def only(self, text: str, change: Change, chapter: str) -> None:
        """Keep words that one document only has."""
        self.words((Piece(change, text),), chapter)

    def table(
        self,
        chapter: str,
        name: str,
        cells: Sequence[CellChange],
        inserted: Sequence[str],
        deleted: Sequence[str],
    ) -> None:
        """Keep what changed of a table, if anything did."""
        if cells or inserted or deleted:
            self.tables.append(
                TableChange(chapter, name, None, tuple(cells), tuple(inserted), tuple(deleted))
            )

    def words(self, pieces: tuple[Piece, ...], chapter: str) -> None:
        """Keep words that differ."""
        for piece in pieces:
            self.inserted += len(piece.text) * (piece.tag == "inserted")
            self.deleted += len(piece.text) * (piece.tag == "deleted")
        self.texts.append(TextChange(chapter, excerpt(pieces)))


def excerpt(pieces: Sequence[Piece]) -> tuple[Piece, ...]:
    """The pieces, long unchanged ones cut to what stands next to a change."""
    out = []
    for index, (tag, text) in enumerate(pieces):
        if tag == "same":
            first, last = index == 0, index == len(pieces) - 1
            if first and len(text) > _AROUND + 1:
                text = f"…{text[-_AROUND:]}"
            elif last and len(text) > _AROUND + 1:
                text = f"{text[:_AROUND]}…"
            elif not first and not last and len(text) > _WIDEST:
                text = f"{text[:_AROUND]}…{text[-_AROUND:]}"
        out.append(Piece(tag, text))
    return tuple(out)
