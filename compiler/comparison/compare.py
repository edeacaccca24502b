"""The comparison of two reports, from the first step to the last."""

from __future__ import annotations

from collections.abc import Sequence

from compiler import tree
from compiler.comparison.figures import Entry, compare_figures
from compiler.comparison.merging import merge_documents
from compiler.comparison.results import Comparison, Counts
from compiler.named import NamedTuple


class Edition(NamedTuple):
    """One of the two reports."""

    name: str
    """What a reader calls it: 第1版, 现在的内容, a folder."""
    kind: str
    """文种."""
    year: int
    """年度."""
    document: tree.Document
    """With every table made."""
    figures: Sequence[Entry]
    """The entries of its trace."""


def compare(older: Edition, newer: Edition, author: str, date: str) -> Comparison:
    """Compare two reports.

    `author` and `date` (ISO 8601 to the second, in UTC) are those that tracked changes are printed with. Raises
    `TypeError` when a document has a table that is still to be made.
    """
    merge = merge_documents(older.document, newer.document)
    figures = compare_figures(older.figures, newer.figures)
    ledger = merge.ledger
    counts = Counts(
        figures=len(figures.changed),
        figures_added=len(figures.added),
        figures_removed=len(figures.removed),
        cells=sum(len(table.cells) for table in ledger.tables),
        rows_inserted=sum(len(table.inserted) for table in ledger.tables),
        rows_deleted=sum(len(table.deleted) for table in ledger.tables),
        tables_inserted=sum(table.whole == "inserted" for table in ledger.tables),
        tables_deleted=sum(table.whole == "deleted" for table in ledger.tables),
        texts=len(ledger.texts),
        characters_inserted=ledger.inserted,
        characters_deleted=ledger.deleted,
        moved=len(merge.moved),
        renamed=len(merge.renamed),
        added=len(merge.added),
        removed=len(merge.removed),
        renumbered=ledger.renumbered,
        unchanged=ledger.unchanged,
    )
    metadata = tree.replace(
        merge.document.metadata,
        title=f"{merge.document.metadata.title}（比较稿：{older.name}与{newer.name}）",
    )
    document = tree.replace(merge.document, metadata=metadata, comparison=tree.Comparison(author, date))
    return Comparison(
        older.name,
        newer.name,
        (older.kind, newer.kind),
        (older.year, newer.year),
        *figures,
        tuple(ledger.tables),
        tuple(ledger.texts),
        merge.moved,
        merge.renamed,
        merge.added,
        merge.removed,
        counts,
        document,
    )
