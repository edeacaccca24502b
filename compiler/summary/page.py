"""The summary as one HTML page: the document, its tables of lines sortable, its distributions drawn in the page itself."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import BinaryIO

from compiler import tree
from compiler.style import Style
from compiler.summary.blocks import LINES, SPAN, document
from compiler.summary.distributions import Histogram
from compiler.summary.plots import svg
from compiler.summary.totals import Summary
from compiler.writers.html.inlines import attribute, escape, inlines
from compiler.writers.html.writer import HtmlWriter, head_of

_STYLE = Path(__file__).with_name("page.css")
_SCRIPT = Path(__file__).with_name("page.js")
_MANY = 300
"""Lines from which on a browser is spared working out the widths of the columns, which takes it seconds at every sorting."""


def write_page(summary: Summary, style: Style, out: BinaryIO) -> None:
    """Print the summary as a page that loads nothing. Without its script it is the same page, but cannot be sorted."""
    drawn: dict[str, Histogram] = {}

    def draw(histogram: Histogram, number: str) -> Sequence[tree.Block]:
        name = f"chart-{len(drawn) + 1}"
        drawn[name] = histogram
        caption = (tree.Text(SPAN, histogram.title),)
        return (
            tree.Picture(
                SPAN, b"", "png", 0, 0, histogram.words, caption=caption, id=name, number=number, anchor=name
            ),
        )

    made = document(summary, draw, lambda year, place: f"{LINES}{year}-{place + 1}")
    writer = _SummaryWriter(made, style, out)
    writer.drawn = drawn
    for part in made.parts:
        writer.begin(part)
        for block in part.blocks:
            writer.write(block)
    writer.finish()


def _script() -> str:
    return _SCRIPT.read_text(encoding="utf-8").replace("\r\n", "\n")


class _SummaryWriter(HtmlWriter):
    """Gives the rows of the tables of lines ids, and the page its script; draws pictures as what they are of."""

    drawn: Mapping[str, Histogram] = {}
    """The distributions, by the anchors of their pictures."""

    def _head(self, metadata: tree.Metadata, style: Style) -> str:
        return head_of(metadata, style, _STYLE.read_text(encoding="utf-8"), _script())

    @property
    def END(self) -> str:  # type: ignore[override]
        return f"<script>{_script()}</script>\n{HtmlWriter.END}"

    def _table(self, block: tree.Table) -> str:
        printed = super()._table(block)
        if not block.id.startswith(LINES):
            return printed
        head, body = printed.split("<tbody>\n", 1)
        *rows, end = body.split("<tr>")
        # rows[0] is what stands before the first: nothing. The last row is the sums'.
        name = "lines many" if len(block.body) > _MANY else "lines"
        out = [head.replace("<table", f'<table class="{name}"', 1), "<tbody>\n", rows[0]]
        for number, row in enumerate(rows[1:], 1):
            out.append(f'<tr id="{block.id}-{number}">{row}')
        out.append(f'<tr class="total">{end}')
        return "".join(out)

    def _picture(self, block: tree.Picture, chart: tree.Chart | None = None) -> str:
        return (
            f'<figure id="{attribute(block.anchor)}">\n{svg(self.drawn[block.anchor])}\n'
            f"<figcaption>{escape(block.number)}\u3000{inlines(block.caption)}</figcaption>\n</figure>\n"
        )
