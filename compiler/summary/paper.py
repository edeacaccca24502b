"""The summary as a DOCX: the document, its distributions as pictures."""

from __future__ import annotations

from collections.abc import Sequence
from typing import BinaryIO

from compiler import tree
from compiler.pipeline import write_whole
from compiler.style import Style
from compiler.summary.blocks import SPAN, Histogram, document
from compiler.summary.totals import Summary


def write_paper(summary: Summary, style: Style, out: BinaryIO) -> list[str]:
    """Print the summary. Where pictures cannot be drawn there are tables of the same counts, and it gives why."""
    told: list[str] = []

    def draw(histogram: Histogram, number: str) -> Sequence[tree.Block]:
        return (_table(histogram),)

    write_whole(document(summary, draw), style, "docx", out)
    return told


def _table(histogram: Histogram) -> tree.Table:
    def cell(words: str, header: tree.Header = "", align: tree.Align = "center") -> tree.Cell:
        return tree.Cell(SPAN, ((tree.Text(SPAN, words),),), header=header, align=align)

    count = len(histogram.columns) + 1
    widths = [10000 // count] * count
    widths[0] += 10000 - sum(widths)
    heads = (histogram.across, *(column.words for column in histogram.columns))
    row = (cell("份数", "row"), *(cell(str(column.reports)) for column in histogram.columns))
    return tree.Table(
        SPAN,
        tuple(widths),
        (tree.Row(SPAN, tuple(cell(words, "col") for words in heads)),),
        (tree.Row(SPAN, row),),
        caption=(tree.Text(SPAN, histogram.title),),
        numbered=False,
    )
