"""Chart slots -> charts. What this computer cannot draw is printed as a table."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import partial

from compiler.charts.drawing import Drawn, draw, look
from compiler.charts.fonts import NotDrawn
from compiler.charts.program import ChartData, Run
from compiler.charts.told import description, has_all, summary, table_of
from compiler.diagnostics import Code
from compiler.passes.context import Context
from compiler.tree import Chart, ChartSlot, Picture, Table, replace


def chart_to_print(block: ChartSlot, context: Context) -> Chart | Table | None:
    """The chart of a slot, its figures in `context.cells`; None when it cannot be made, which is reported.

    A computer without the library or a Chinese typeface gets a table with the chart's number, and a warning.
    """
    program, scope = block.program, block.scope
    run = context.made(
        ("chart", id(program), id(scope)),
        (program, scope),
        lambda: program.run(scope, context.rule, context.sink),
    )
    if run is None:
        return None
    context.figures += run.figures
    context.cells = run.traced
    drawn = context.made(("drawn", run.data), run.data, partial(_drawn, block, run.data, context))
    work: Callable[[], Chart | Table] = (
        partial(_table, block, run) if drawn is None else partial(_chart, block, run, drawn)
    )
    return context.made(("charted", id(block), id(run), id(drawn)), (block, run, drawn), work)


def _drawn(block: ChartSlot, data: ChartData, context: Context) -> Drawn | None:
    """The drawing; None when this computer cannot draw, which is told."""
    try:
        drawn = draw(data) if context.draws else look()
    except NotDrawn as reason:
        context.sink.warning(reason.code, block.span, str(reason), reason.hint)
        return None
    if drawn.missing:
        context.sink.warning(
            Code.CHART_NOT_DRAWN,
            block.span,
            f"图里有{'、'.join(f'“{mark}”' for mark in drawn.missing[:5])}，画图用的字体里没有，画成了方框",
            "换一个字，或者装上字多的字体，如思源黑体",
        )
    return drawn


def _table(block: ChartSlot, run: Run) -> Table:
    table = table_of(run.data, block.span)
    return replace(
        table, caption=run.caption, id=block.id, numbered=True, number=block.number, anchor=block.anchor
    )


def _chart(block: ChartSlot, run: Run, drawn: Drawn) -> Chart:
    data = run.data
    picture = Picture(
        block.span,
        drawn.png,
        "png",
        drawn.width,
        drawn.height,
        description(data),
        run.caption,
        block.id,
        block.number,
        block.anchor,
    )
    told = {"font": drawn.typeface, "font_sha256": drawn.font_sha256, "library": drawn.library}
    table = None if has_all(data) else table_of(data, block.span)
    return Chart(
        block.span, picture, summary(data), table, description(data), json.dumps(told, ensure_ascii=False)
    )
