"""What a reader is told of a comparison, each thing once.

Words and cells in which nothing changed but figures that are listed, or years that moved on with the report's, are
counted and not listed again: the merged document shows every one of them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import groupby

from compiler.comparison.results import CellChange, Comparison, FigureChange, TableChange, TextChange
from compiler.comparison.words import Piece
from compiler.named import NamedTuple

_YEAR = re.compile(r"(?<![\d.])(?:19|20)\d\d(?![\d.])")
_MARKS = re.compile(r"[，、。；：（）\s]+")
_NUMBER = re.compile(r"-?[\d,.]*\d")


class TableTold(NamedTuple):
    """What changed of a table and is not told elsewhere."""

    change: TableChange
    cells: tuple[CellChange, ...]


class Told(NamedTuple):
    """What to tell."""

    summary: tuple[str, ...]
    """Sentences."""
    numbers: tuple[FigureChange, ...]
    values: tuple[FigureChange, ...]
    """Changed values that are no numbers."""
    only_new: tuple[tuple[str, tuple[str, ...]], ...]
    """By project (empty for the report's own): its name, and its values with what they are."""
    only_old: tuple[tuple[str, tuple[str, ...]], ...]
    tables: tuple[TableTold, ...]
    texts: tuple[TextChange, ...]
    chapters: tuple[tuple[str, str], ...]
    """What happened (新增, 删去, 移动, 改名) and to which chapter."""
    repeated: int
    """Cells and texts in which nothing changed but figures that are listed."""
    years: int
    """Cells, texts, titles and values in which nothing changed but the year."""


class _Known:
    """What needs no telling."""

    def __init__(self, comparison: Comparison) -> None:
        self.by = comparison.years[1] - comparison.years[0] if all(comparison.years) else 0
        self.figures = {(item.old, item.new) for item in comparison.figures}
        self.figures |= {(_bare(old), _bare(new)) for old, new in self.figures}

    def year(self, old: str, new: str) -> bool:
        """Whether nothing changed but that the years moved on as the report's did."""
        if not self.by or not _YEAR.search(old):
            return False
        return _YEAR.sub(lambda found: str(int(found[0]) + self.by), old) == new

    def figure(self, old: str, new: str) -> bool:
        """Whether it is a figure that is listed."""
        old, new = _MARKS.sub("", old), _MARKS.sub("", new)
        return (old, new) in self.figures or (_bare(old), _bare(new)) in self.figures

    def kind(self, pieces: tuple[Piece, ...]) -> str:
        """`year`, `figure` or nothing, for a text as a whole."""
        edits = [
            _edit(group) for same, group in groupby(pieces, lambda piece: piece.tag == "same") if not same
        ]
        if all(self.year(old, new) for old, new in edits):
            return "year"
        return "figure" if all(self.year(*edit) or self.figure(*edit) for edit in edits) else ""


def _edit(pieces: Iterator[Piece]) -> tuple[str, str]:
    old = new = ""
    for tag, text in pieces:
        old, new = (old + text, new) if tag == "deleted" else (old, new + text)
    return old, new


def _bare(text: str) -> str:
    """The number at the start of a value, else all of it."""
    found = _NUMBER.match(text)
    return found[0] if found else text


def told_of(comparison: Comparison) -> Told:
    """What to tell of a comparison."""
    known = _Known(comparison)
    years = repeated = 0
    values = [item for item in comparison.figures if not item.numeric]
    told_values = tuple(item for item in values if not known.year(item.old, item.new))
    years += len(values) - len(told_values)
    tables: list[TableTold] = []
    for table in comparison.tables:
        cells = []
        for cell in table.cells:
            kind = "year" if known.year(cell.old, cell.new) else known.kind(cell.pieces)
            years += kind == "year"
            repeated += kind == "figure"
            if not kind:
                cells.append(cell)
        if cells or table.whole or table.inserted or table.deleted:
            tables.append(TableTold(table, tuple(cells)))
    texts = []
    for text in comparison.texts:
        kind = known.kind(text.pieces)
        years += kind == "year"
        repeated += kind == "figure"
        if not kind:
            texts.append(text)
    renamed = [item for item in comparison.renamed if not known.year(item.old, item.new)]
    years += len(comparison.renamed) - len(renamed)
    chapters = [
        *(("新增", _chapter(item.title, item.parent, item.inner)) for item in comparison.added),
        *(("删去", _chapter(item.title, item.parent, item.inner)) for item in comparison.removed),
        *(
            ("移动", f"{item.title}：从{item.from_}，移到{item.to}{'，内容也有改动' if item.changed else ''}")
            for item in comparison.moved
        ),
        *(("改名", f"{item.old} → {item.new}") for item in renamed),
    ]
    out = Told(
        (),
        tuple(item for item in comparison.figures if item.numeric),
        told_values,
        _by_project(comparison.figures_added, comparison.projects_added, new=True),
        _by_project(comparison.figures_removed, comparison.projects_removed, new=False),
        tuple(tables),
        tuple(texts),
        tuple(chapters),
        repeated,
        years,
    )
    return out._replace(summary=tuple(_summary(comparison, out)))


def _chapter(title: str, parent: str, inner: int) -> str:
    inside = f"（在“{parent}”里）" if parent else ""
    return f"{title or '正文'}{inside}" + (f"，连同其中 {inner} 节" if inner else "")


def _by_project(
    figures: tuple[FigureChange, ...], whole: tuple[str, ...], *, new: bool
) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """The values of each project, the report's own first."""
    out: dict[str, list[str]] = {name: [] for name in whole}
    for item in figures:
        if item.numeric:
            out.setdefault(item.project, []).append(f"{item.name} {item.new if new else item.old}")
    own = out.pop("", [])
    groups = [("", own)] if own else []
    return tuple((name, tuple(said)) for name, said in (*groups, *out.items()))


def _summary(comparison: Comparison, told: Told) -> Iterator[str]:
    counts = comparison.counts
    if comparison.same:
        yield "两份没有不同。"
        return
    if comparison.kinds[0] != comparison.kinds[1]:
        yield f"两份的文种不同（{comparison.kinds[0]}、{comparison.kinds[1]}），章节和表格大多对不上，主要看数。"
    said = []
    if told.numbers or told.values:
        said.append(f"数和填入的文字变了 {len(told.numbers) + len(told.values)} 个")
    only = [
        f"只在{side}的有 {count} 个"
        for side, count in (("新", counts.figures_added), ("旧", counts.figures_removed))
        if count
    ]
    said += only
    if counts.cells or counts.rows_inserted or counts.rows_deleted:
        rows = [
            f"{word} {count} 行"
            for word, count in (("增", counts.rows_inserted), ("删", counts.rows_deleted))
            if count
        ]
        cells = [f"改 {counts.cells} 格"] if counts.cells else []
        said.append(f"表格{'、'.join(cells + rows)}")
    if counts.tables_inserted or counts.tables_deleted:
        whole = (("增", counts.tables_inserted), ("删", counts.tables_deleted))
        said.append(f"整张表{'、'.join(f'{word} {count} 张' for word, count in whole if count)}")
    if counts.texts:
        said.append(f"文字改 {counts.texts} 处")
    chapters = (
        ("增", counts.added),
        ("删", counts.removed),
        ("移动", counts.moved),
        ("改名", counts.renamed),
        ("只改序号或层次", counts.renumbered),
    )
    if any(count for _, count in chapters):
        said.append(f"章节{'、'.join(f'{word} {count}' for word, count in chapters if count)}")
    if said:
        yield "；".join(said) + "。"
    projects = (("新增", comparison.projects_added), ("不再有", comparison.projects_removed))
    if any(names for _, names in projects):
        yield f"项目{'、'.join(f'{word} {len(names)} 个' for word, names in projects if names)}。"
    if told.years:
        yield f"其中 {told.years} 处只是年份随年度变了，不再列出。"
    if told.repeated:
        yield f"表格和文字中有 {told.repeated} 处只是下面列出的数变了，不再列出。"
