"""Distributions drawn for a page, as SVG: a few rectangles and words, which take the page's colours and typefaces."""

from __future__ import annotations

from compiler.summary.distributions import Histogram
from compiler.writers.html.inlines import attribute, escape

_WIDTH, _HEIGHT = 720, 250
_LEFT, _RIGHT, _TOP, _BOTTOM = 12, 12, 30, 46
_GAP, _WIDEST = 8, 90


def svg(histogram: Histogram) -> str:
    """The columns with their counts above and their stretches below; all of it is also its label, for who cannot see it."""
    base = _HEIGHT - _BOTTOM
    most = max(column.reports for column in histogram.columns)
    pitch = (_WIDTH - _LEFT - _RIGHT) / len(histogram.columns)
    out = [
        f'<svg class="histogram" viewBox="0 0 {_WIDTH} {_HEIGHT}" role="img" aria-label="{attribute(histogram.words)}">\n'
    ]
    for index, column in enumerate(histogram.columns):
        height = round((base - _TOP) * column.reports / most, 2)
        width, y = round(min(pitch - _GAP, _WIDEST), 2), round(base - height, 2)
        middle = round(_LEFT + (index + 0.5) * pitch, 2)
        if column.reports:
            out.append(
                f'<rect x="{middle - width / 2:g}" y="{y:g}" width="{width:g}" height="{height:g}"/>\n'
            )
        out.append(f'<text x="{middle:g}" y="{y - 6:g}">{column.reports}</text>\n')
        out.append(f'<text x="{middle:g}" y="{base + 17}">{escape(column.words)}</text>\n')
    out.append(f'<path d="M{_LEFT} {base}H{_WIDTH - _RIGHT}"/>\n')
    out.append(
        f'<text x="{_WIDTH / 2:g}" y="{_HEIGHT - 8}">{escape(histogram.across)}，各栏上面是份数</text>\n</svg>'
    )
    return "".join(out)
