"""A comparison for a terminal: in a word, then figures, tables, words, chapters; cut where it would be endless."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import click

from compiler.comparison.results import Comparison, FigureChange, TextChange
from compiler.comparison.told import TableTold, Told, told_of
from compiler.comparison.words import Piece
from compiler.diagnostics import display_width

_MOST = 40
"""Lines of a section; the page has all."""
_WIDEST_NAME = 36
"""Columns of a name in the table of figures."""
_LONGEST_VALUE = 24
_LONGEST_TEXT = 160
_MOST_VALUES = 4
_COLOURS = {"deleted": "red", "inserted": "green"}
_BRACKETS = {"deleted": ("[-", "-]"), "inserted": ("{+", "+}")}


def listed(comparison: Comparison) -> Iterator[str]:
    """The listing in blocks that a blank line parts."""
    told = told_of(comparison)
    yield (
        click.style(f"{comparison.older} → {comparison.newer}", bold=True) + "\n" + "\n".join(told.summary)
    )
    sections = (
        ("数变了的", len(told.numbers), _numbers(told.numbers)),
        ("填入的文字变了的", len(told.values), _values(told.values)),
        ("只在新的有的数", len(told.only_new), _only(told.only_new)),
        ("只在旧的有的数", len(told.only_old), _only(told.only_old)),
        ("表格", len(told.tables), _tables(told.tables)),
        ("文字", len(told.texts), _texts(told.texts)),
        ("章节", len(told.chapters), _chapters(told)),
    )
    for title, count, lines in sections:
        if count:
            yield (
                click.style(f"【{title}】", bold=True)
                + f"{count} {_MEASURES.get(title, '处')}\n"
                + _cut(list(lines))
            )


_MEASURES = {
    "数变了的": "个",
    "填入的文字变了的": "个",
    "只在新的有的数": "组",
    "只在旧的有的数": "组",
    "表格": "张",
}


def _cut(lines: list[str]) -> str:
    if len(lines) > _MOST:
        lines = [*lines[:_MOST], f"  …… 还有 {len(lines) - _MOST} 行没有列出，加 --to html 看全部。"]
    return "\n".join(lines)


def _numbers(figures: Sequence[FigureChange]) -> list[str]:
    """The table of figures, aligned; those of a project under its name."""
    rows: list[tuple[str, ...]] = [("", "旧", "新", "增减", "增减率")]
    project = ""
    for item in figures:
        if item.project != project:
            project = item.project
            rows.append((f"项目：{project}",))
        indent = "  " if project else ""
        rows.append((indent + item.name, item.old, item.new, item.difference, item.percent))
    return aligned(rows)


def aligned(rows: Sequence[tuple[str, ...]]) -> list[str]:
    """Rows as lines: the first column to the left, the others to the right; Chinese characters are two columns wide.

    A row of one cell spans the table. Names too wide are cut in the middle.
    """
    full = [row for row in rows if len(row) > 1]
    width = [max(display_width(row[column]) for row in full) for column in range(len(full[0]))]
    width[0] = min(width[0], _WIDEST_NAME)
    out = []
    for row in rows:
        if len(row) == 1:
            out.append(f"  {row[0]}")
            continue
        name = _fitted(row[0], width[0])
        line = f"  {name}{' ' * (width[0] - display_width(name))}"
        for cell, columns in zip(row[1:], width[1:], strict=True):
            line += "  " + " " * (columns - display_width(cell)) + cell
        out.append(line.rstrip())
    return out


def _fitted(text: str, width: int) -> str:
    """The text, its beginning left out where it is too wide: a key says most at its end."""
    if display_width(text) <= width:
        return text
    while display_width(text) > width - 2:
        text = text[1:]
    return f"…{text}"


def _values(figures: Sequence[FigureChange]) -> Iterator[str]:
    for item in figures:
        project = f"{item.project}，" if item.project else ""
        old, new = (_short(text, _LONGEST_VALUE) for text in (item.old, item.new))
        yield f"  {project}{item.name}：{old} → {new}"


def _only(groups: Sequence[tuple[str, tuple[str, ...]]]) -> Iterator[str]:
    for project, values in groups:
        said = "；".join(values[:_MOST_VALUES]) or "没有填入的数"
        more = f"；等 {len(values)} 个" if len(values) > _MOST_VALUES else ""
        yield f"  {project or '报告本身'}：{said}{more}"


def _tables(tables: Sequence[TableTold]) -> Iterator[str]:
    for table, cells in tables:
        inside = f"{table.chapter}，" if table.chapter and not table.chapter.endswith(table.table) else ""
        name = inside + table.table
        if table.whole:
            yield f"  {name}：{'新增的表' if table.whole == 'inserted' else '删去的表'}"
            continue
        yield f"  {name}"
        for cell in cells:
            where = "，".join(filter(None, (cell.row, cell.column)))
            yield f"    {where}：{_cell(cell.old, cell.new, cell.pieces)}"
        for word, labels in (("增加一行", table.inserted), ("删去一行", table.deleted)):
            for label in labels:
                yield f"    {word}：{_short(label, _LONGEST_TEXT) or '（空）'}"


def _cell(old: str, new: str, pieces: tuple[Piece, ...]) -> str:
    if len(old) <= _LONGEST_VALUE and len(new) <= _LONGEST_VALUE:
        return f"{old or '（空）'} → {new or '（空）'}"
    return marked(pieces)


def _texts(texts: Sequence[TextChange]) -> Iterator[str]:
    chapter = None
    for text in texts:
        if text.chapter != chapter:
            chapter = text.chapter
            yield f"  {chapter or '正文'}"
        yield f"    {marked(text.pieces)}"


def marked(pieces: Sequence[Piece]) -> str:
    """Words with what is deleted as [-旧-] and what is inserted as {+新+}; long ones cut."""
    out = ""
    before = ""
    for tag, text in pieces:
        if tag == "inserted" and text == before:
            out += click.style("（格式或链接改了）", fg=_COLOURS[tag])
        elif tag == "same":
            out += text
        else:
            opened, closed = _BRACKETS[tag]
            out += click.style(f"{opened}{_short(text, _LONGEST_TEXT)}{closed}", fg=_COLOURS[tag])
        before = text if tag == "deleted" else ""
    return out.replace("\n", " ")


def _chapters(told: Told) -> Iterator[str]:
    for word, chapter in told.chapters:
        yield f"  {word}：{chapter}"


def _short(text: str, most: int) -> str:
    return text if len(text) <= most else f"{text[: most - 8]}…{text[-6:]}"
