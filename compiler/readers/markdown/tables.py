"""Tables of bars and dashes (GFM), read strictly: no cell is added, none is dropped."""

from __future__ import annotations

from collections.abc import Callable
from itertools import accumulate, pairwise
from typing import Literal, TypeAlias

from compiler import tree
from compiler.diagnostics import Code, Diagnostics, display_width
from compiler.patterns import pattern
from compiler.readers.markdown.marks import PLACEHOLDER, bars
from compiler.readers.markdown.passage import Passage
from compiler.source import Source, Span

ReadWords: TypeAlias = Callable[[Passage], tuple[tree.Inline, ...]]

_SPACE = " \t\u3000"
_DELIMITER = pattern(r":?-+:?")
_NARROWEST, _WIDEST = 4, 40
"""Display columns that a table column counts as, at least and at most, when the width is shared out."""
_VALUE_WIDTH = 10
"""Display columns that a value is taken to need, however long its expression is."""


def read_table(
    source: Source,
    first: int,
    end: int,
    read_words: ReadWords,
    sink: Diagnostics,
    caption: tuple[tree.Inline, ...] | None,
    identifier: str,
    notes: tuple[tuple[tree.Inline, ...], ...],
) -> tree.Table:
    """The table on lines `[first, end)`, the second of which is the delimiter row.

    A row that has not as many cells as the head is an error at the row.
    """
    head = _cells(source, first)
    delimiters = _cells(source, first + 1)
    aligns: list[tree.Align] = []
    for passage in delimiters:
        if not _DELIMITER.fullmatch(passage.text):
            sink.error(
                Code.BROKEN_TABLE,
                passage.span(0, max(1, len(passage.text))),
                "表格的第二行写错了",
                "第二行每格写 ---，居中写 :---:，靠右写 ---:",
            )
        aligns.append(_align(passage.text))
    _check(source, first + 1, delimiters, head, "第二行", sink)
    aligns += ["left"] * (len(head) - len(aligns))
    rows = []
    for line in range(first + 2, end):
        cells = _cells(source, line)
        _check(source, line, cells, head, "这一行", sink)
        rows.append(cells)
    return tree.Table(
        _line_span(source, first),
        _widths([head, *rows], len(head)),
        (_row(source, first, head, aligns, read_words, "col"),),
        tuple(
            _row(source, line, cells, aligns, read_words, "") for line, cells in enumerate(rows, first + 2)
        ),
        caption=caption or (),
        notes=notes,
        id=identifier,
        numbered=caption is not None,
    )


def _cells(source: Source, number: int) -> list[Passage]:
    """The cells of a line, without the space around their words."""
    line = source.line(number)
    edges = bars(line)
    stop = len(line.rstrip(_SPACE))
    if not edges or line[: edges[0]].strip(_SPACE):
        edges.insert(0, -1)
    if edges[-1] != stop - 1:
        edges.append(stop)
    cells = []
    for left, right in pairwise(edges):
        words = line[left + 1 : right]
        start = left + 1 + len(words) - len(words.lstrip(_SPACE))
        cells.append(Passage.of_line(source, number, start, max(start, left + 1 + len(words.rstrip(_SPACE)))))
    return cells


def _check(
    source: Source, line: int, cells: list[Passage], head: list[Passage], what: str, sink: Diagnostics
) -> None:
    if len(cells) != len(head):
        sink.error(
            Code.BROKEN_TABLE,
            _line_span(source, line),
            f"{what}有 {len(cells)} 格，表头有 {len(head)} 格",
            "补上或删去竖线，使格数相同；格里要印竖线时写成 \\|",
        )


def _row(
    source: Source,
    line: int,
    cells: list[Passage],
    aligns: list[tree.Align],
    read_words: ReadWords,
    header: Literal["", "col"],
) -> tree.Row:
    made = []
    for passage, align in zip(cells, aligns, strict=False):
        words = read_words(passage)
        made.append(
            tree.Cell(
                passage.span(0, max(1, len(passage.text))),
                (words,) if words else (),
                header=header,
                align=align,
            )
        )
    return tree.Row(_line_span(source, line), tuple(made))


def _align(delimiter: str) -> tree.Align:
    if delimiter.endswith(":"):
        return "center" if delimiter.startswith(":") else "right"
    return "left"


def _widths(rows: list[list[Passage]], count: int) -> tuple[int, ...]:
    """Shares of 10000 by the longest cell of each column."""
    wants = [_NARROWEST] * count
    for row in rows:
        for index, passage in enumerate(row[:count]):
            words = PLACEHOLDER.sub("0" * _VALUE_WIDTH, passage.text)
            wants[index] = max(wants[index], min(display_width(words), _WIDEST))
    total, widths, reached = sum(wants), [], 0
    for sum_so_far in accumulate(wants):
        # Rounding where the columns end, not each width, makes them add up.
        edge = round(sum_so_far * 10000 / total)
        widths.append(edge - reached)
        reached = edge
    return tuple(widths)


def _line_span(source: Source, number: int) -> Span:
    line = source.line(number)
    start = len(line) - len(line.lstrip(_SPACE))
    return Span(source, number, start + 1, max(len(line.rstrip(_SPACE)), start + 1) + 1)
