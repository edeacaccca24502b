"""The summary as a DOCX: the document, its distributions as pictures."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import BinaryIO

from compiler import tree
from compiler.charts.fonts import NotDrawn
from compiler.charts.program import ChartData, Item, Point
from compiler.pipeline import write_whole
from compiler.style import Style
from compiler.summary.blocks import SPAN, document
from compiler.summary.distributions import Histogram
from compiler.summary.totals import Summary

_SCALE = 0.8
"""Of a chart as it is drawn for an upright page: two of them have room on a page that lies."""


def write_paper(summary: Summary, style: Style, out: BinaryIO) -> list[str]:
    """Print the summary. Where pictures cannot be drawn there are tables of the same counts, and it gives why."""
    # Late: the library that draws takes long to import.
    from compiler.charts.drawing import draw as draw_chart

    told: list[str] = []

    def draw(histogram: Histogram, number: str) -> Sequence[tree.Block]:
        data = ChartData(
            histogram.title,
            "column",
            "",
            ("份数",),
            tuple(
                Item(column.words, (Point(str(column.reports), Decimal(column.reports)),))
                for column in histogram.columns
            ),
            f"下面是{histogram.across}，上面是份数",
        )
        try:
            drawn = draw_chart(data)
        except NotDrawn as error:
            said = f"{error}。{error.hint}。"
            told.extend([] if said in told else [said])
            return (_table(histogram),)
        caption = (tree.Text(SPAN, histogram.title),)
        picture = tree.Picture(
            SPAN,
            drawn.png,
            "png",
            round(drawn.width * _SCALE),
            round(drawn.height * _SCALE),
            histogram.words,
            caption=caption,
            number=number,
            anchor=f"chart-{number}",
        )
        return (picture,)

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
