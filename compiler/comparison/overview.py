"""The overview in front of the merged document: the lists of a comparison, as blocks that any writer prints."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import groupby
from typing import Literal

from compiler.comparison.results import Comparison, FigureChange
from compiler.comparison.told import TableTold, Told, told_of
from compiler.comparison.words import Piece, marked
from compiler.source import Span
from compiler.tree import (
    Align,
    Block,
    Cell,
    Document,
    Heading,
    Inline,
    Paragraph,
    Part,
    Row,
    Strong,
    Table,
    Text,
    replace,
)

Header = Literal["", "col", "row"]


def with_overview(comparison: Comparison) -> Document:
    """The merged document, the overview as its first part; its title says what it is."""
    document = comparison.document
    title = f"{comparison.older}与{comparison.newer}的比较"
    part = Part(document.span, tuple(_Overview(document.span).blocks(comparison)))
    return replace(document, metadata=replace(document.metadata, title=title), parts=(part, *document.parts))


class _Overview:
    def __init__(self, span: Span) -> None:
        self.span = span
        self.headings = 0

    def blocks(self, comparison: Comparison) -> Iterator[Block]:
        told = told_of(comparison)
        yield self.heading("比较结果")
        yield self.paragraph(f"旧：{comparison.older}（{comparison.kinds[0]}）")
        yield self.paragraph(f"新：{comparison.newer}（{comparison.kinds[1]}）")
        for sentence in told.summary:
            yield self.paragraph(sentence)
        if told.numbers or told.values:
            yield self.heading("数变了的")
        if told.numbers:
            yield self.numbers(told.numbers)
            yield self.note("增减是新的减旧的；增减率是增减占旧的百分之几，百分比只算相差几个百分点。")
        if told.values:
            yield self.values(told.values)
        if told.only_new or told.only_old:
            yield self.heading("只在一份里有的数")
            yield self.only(told)
        if told.tables:
            yield self.heading("表格里变了的")
            yield self.tables(told.tables)
        if told.texts:
            yield self.heading("文字变了的")
            rows = [self.row(text.chapter or "正文", self.pieces(text.pieces)) for text in told.texts]
            yield self.table("文字变了的", (2600, 7400), ("章节", "改动"), rows)
        if told.chapters:
            yield self.heading("章节的变化")
            rows = [self.row(word, chapter) for word, chapter in told.chapters]
            yield self.table("章节的变化", (1400, 8600), ("变化", "章节"), rows)
        yield self.heading("全文对照")
        yield self.paragraph(
            "以下是新的全文，只在旧的里有的字句加了删除的标记，只在新的里有的加了新增的标记。"
        )

    # Tables

    def numbers(self, figures: Sequence[FigureChange]) -> Table:
        def row(item: FigureChange) -> Row:
            values = (item.old, item.new, item.difference, item.percent)
            return Row(
                self.span,
                (self.cell(item.name, "row"), *(self.cell(value, align="right") for value in values)),
            )

        widths, head = (3100, 1700, 1700, 2200, 1300), ("名称", "旧", "新", "增减", "增减率")
        return self.table("数变了的", widths, head, self.by_project(figures, len(head), row))

    def values(self, figures: Sequence[FigureChange]) -> Table:
        def row(item: FigureChange) -> Row:
            return self.row(item.name, item.old, item.new)

        widths, head = (3000, 3500, 3500), ("名称", "旧", "新")
        return self.table("填入的文字变了的", widths, head, self.by_project(figures, len(head), row))

    def by_project(
        self, figures: Sequence[FigureChange], columns: int, row: Callable[[FigureChange], Row]
    ) -> list[Row]:
        """A row a figure, those of a project below a row with its name."""
        rows: list[Row] = []
        for project, group in groupby(figures, key=lambda item: item.project):
            if project:
                rows.append(self.group(project, columns))
            rows += map(row, group)
        return rows

    def only(self, told: Told) -> Table:
        rows = [
            self.row(side, project or "报告本身", "；".join(values) or "没有填入的数")
            for side, groups in (("新", told.only_new), ("旧", told.only_old))
            for project, values in groups
        ]
        return self.table("只在一份里有的数", (800, 3000, 6200), ("在", "项目", "数"), rows)

    def tables(self, tables: Sequence[TableTold]) -> Table:
        rows: list[Row] = []
        for table, cells in tables:
            rows.append(self.group(f"{table.chapter}：{table.table}" if table.chapter else table.table, 3))
            if table.whole:
                said = "新增的表" if table.whole == "inserted" else "删去的表"
                rows.append(self.row("整张表", "", said))
            for cell in cells:
                rows.append(self.row(cell.row, cell.column, self.pieces(cell.pieces)))
            for word, labels in (("增加一行", table.inserted), ("删去一行", table.deleted)):
                rows += [self.row(label or "（空）", "", word) for label in labels]
        return self.table("表格里变了的", (3200, 2000, 4800), ("行", "栏", "改动"), rows)

    # Parts

    def heading(self, words: str) -> Heading:
        self.headings += 1
        return Heading(
            self.span, 1, (Text(self.span, words),), numbered=False, anchor=f"overview{self.headings}"
        )

    def paragraph(self, words: str) -> Paragraph:
        return Paragraph(self.span, (Text(self.span, words),))

    def note(self, words: str) -> Paragraph:
        return Paragraph(self.span, (Text(self.span, words),), "note")

    def table(
        self, summary: str, columns: tuple[int, ...], head: Sequence[str], rows: Sequence[Row]
    ) -> Table:
        titles = tuple(self.cell(words, "col", "center") for words in head)
        return Table(
            self.span, columns, (Row(self.span, titles),), tuple(rows), numbered=False, summary=summary
        )

    def group(self, words: str, columns: int) -> Row:
        bold = (Strong(self.span, (Text(self.span, words),)),)
        return Row(self.span, (replace(self.cell(bold), colspan=columns),))

    def row(self, first: str, *others: str | tuple[Inline, ...]) -> Row:
        return Row(self.span, (self.cell(first, "row"), *map(self.cell, others)))

    def cell(self, content: str | tuple[Inline, ...], header: Header = "", align: Align = "left") -> Cell:
        if isinstance(content, str):
            content = (Text(self.span, content),) if content else ()
        return Cell(self.span, (content,) if content else (), header=header, align=align)

    def pieces(self, pieces: Sequence[Piece]) -> tuple[Inline, ...]:
        return tuple(
            Text(self.span, text) if tag == "same" else marked(self.span, tag, (Text(self.span, text),))
            for tag, text in pieces
        )
