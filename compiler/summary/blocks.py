"""A summary as a tree of the nodes that every writer prints."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from compiler.figures import EXACT
from compiler.source import Source
from compiler.summary import told
from compiler.summary.distributions import Histogram, histograms, middles
from compiler.summary.lines import KEYS, Line
from compiler.summary.standouts import standouts
from compiler.summary.totals import Summary, Sums, Year
from compiler.summary.words import alike, number, percent, wan
from compiler.tree import (
    Align,
    Block,
    Cell,
    Document,
    Header,
    Heading,
    Inline,
    List,
    ListItem,
    Metadata,
    Paragraph,
    Part,
    Reference,
    Row,
    Strong,
    Table,
    Text,
)

SPAN = Source("汇总", "").span(0)
"""Of every node: none comes from a file."""
_NONE = "—"
_NUMERALS = "〇一二三四五六七八九十"
LINES = "lines-"
"""What the ids of the tables with a line a report start with; the year follows."""
_YES, _NO = "通过", "不通过"


Draw = Callable[[Histogram, str], Sequence[Block]]
"""Makes the picture of a distribution, with its number (图1)."""
LinkTo = Callable[[int, int], str]
"""The anchor of a line, by year and by its place among the lines of the year."""


def document(summary: Summary, draw: Draw, link_to: LinkTo | None = None) -> Document:
    """The summary. `link_to` gives lines that have an anchor of their own; without, links lead to the table they are in."""
    printed = _Blocks(draw, link_to or (lambda year, _: f"{LINES}{year}"))
    title = told.title_of(summary)
    part = Part(SPAN, tuple(printed.all(summary, title)), "landscape")
    return Document(SPAN, Metadata(title, "成文", "绩效报告汇总"), ("一、", "（一）", "1.", "（1）"), (part,))


class _Blocks:
    def __init__(self, draw: Draw, link_to: LinkTo) -> None:
        self._draw, self._link_to = draw, link_to
        self._first = self._second = 0
        self._tables = self._pictures = 0

    def all(self, summary: Summary, title: str) -> Iterator[Block]:
        yield Paragraph(SPAN, (Text(SPAN, title),), "title")
        yield self._heading(1, "总的情况")
        for sentence in (*told.overview(summary), *told.by_year(summary)):
            yield self._paragraph(sentence)
        for year in summary.years:
            for sentence in told.of_standouts(year):
                yield self._paragraph(sentence)
        if summary.years:
            yield self._sums(summary)
        drawn = histograms(summary)
        for year in summary.years:
            yield from self._year(year, drawn[year.year])
        if summary.unread:
            yield self._heading(1, "读不出来的报告")
            yield self._paragraph("下列报告的数据写错了，读不出来，没有计入任何合计、分布。改好以后再汇总。")
            yield self._table(
                "读不出来的报告",
                (("单位", 16, "left"), ("文件夹", 24, "left"), ("为什么", 60, "left")),
                [(line.department, line.folder, line.problem) for line in summary.unread],
            )
        yield self._heading(1, "怎样算的")
        yield List(SPAN, True, tuple(ListItem(SPAN, (self._paragraph(sentence),)) for sentence in told.how()))

    # A year

    def _year(self, year: Year, drawn: Sequence[Histogram]) -> Iterator[Block]:
        yield self._heading(1, f"{year.year}年度")
        found = standouts(year.counted)
        yield self._heading(2, "各单位")
        yield self._lines(year, {item.line.path for item in found})
        if said := middles(year):
            yield self._heading(2, "执行率和得分")
            yield self._paragraph(said)
            for histogram in drawn:
                self._pictures += 1
                yield from self._draw(histogram, f"图{self._pictures}")
        yield self._heading(2, "要看一看的")
        if found:
            reasons: dict[str, list[str]] = {}
            for item in found:
                reasons.setdefault(item.line.path, []).append(item.reason)
            yield self._table(
                f"{year.year}年度要看一看的",
                (("单位", 30, "left"), ("为什么", 70, "left")),
                [
                    (self._link(year, line), "；".join(reasons[line.path]))
                    for line in year.lines
                    if line.path in reasons
                ],
            )
        else:
            yield self._paragraph("没有。")
        unbuilt = [line for line in year.counted if line.unbuilt]
        if unbuilt:
            yield self._heading(2, "生成不了的")
            yield self._paragraph(
                "下列报告的数据读得出来，金额、得分照样计入；叙述、模板有错，还做不成文件。"
            )
            yield self._table(
                f"{year.year}年度生成不了的",
                (("单位", 30, "left"), ("先看", 70, "left")),
                [(self._link(year, line), line.unbuilt) for line in unbuilt],
            )
        differing = [(line, item) for line in year.counted for item in line.differences]
        if differing:
            yield self._heading(2, "对不上的")
            yield self._paragraph("下列报告自己的数加不起来；合计用的是它们的资金总体。")
            yield self._table(
                f"{year.year}年度对不上的",
                (
                    ("单位", 24, "left"),
                    ("哪个数", 24, "left"),
                    ("写的（万元）", 13, "right"),
                    ("应当等于", 20, "left"),
                    ("加起来（万元）", 13, "right"),
                    ("差（万元）", 11, "right"),
                ),
                [
                    (
                        self._link(year, line),
                        item.whole_name,
                        wan(item.whole),
                        item.parts_name,
                        wan(item.parts),
                        wan(EXACT.subtract(item.whole, item.parts)),
                    )
                    for line, item in differing
                ],
            )
        if year.twin_of:
            yield self._heading(2, "重复的")
            yield self._table(
                f"{year.year}年度重复的",
                (("单位", 16, "left"), ("文件夹", 28, "left"), ("为什么没有计入", 56, "left")),
                [
                    (
                        self._link(year, year.lines[index]),
                        year.lines[index].folder,
                        told.twin_words(year.lines[index], year.lines[other]),
                    )
                    for index, other in sorted(year.twin_of.items())
                ],
            )

    def _lines(self, year: Year, standing_out: set[str]) -> Table:
        rows: list[Sequence[str | Inline]] = []
        given = iter(alike([number(line.score) for line in year.lines if line.score is not None]))
        scores = [_NONE if line.score is None else next(given) for line in year.lines]
        for index, line in enumerate(year.lines):
            twin = year.twin_of.get(index)
            other = None if twin is None else year.lines[twin]
            note = told.note_of(line, other, stands_out=line.path in standing_out and other is None)
            rows.append(_row_of(line, note, scores[index]))
        rows.append(tuple(_strong(words) for words in _row_of_sums(year.whole, "合计")))
        heads = [(words, width, align) for words, width, align in _COLUMNS]
        shown = [
            index
            for index, (words, _, _) in enumerate(heads)
            if words not in _MAY_BE_EMPTY or any(row[index] not in (_NONE, "", "0") for row in rows[:-1])
        ]
        kinds = {line.kind for line in year.lines}
        if len(kinds) == 1:
            shown.remove(1)
        caption = f"{year.year}年度各单位{'（' + next(iter(kinds)) + '）' if len(kinds) == 1 else ''}"
        return self._table(
            caption,
            [heads[index] for index in shown],
            [[row[index] for index in shown] for row in rows],
            f"{LINES}{year.year}",
        )

    def _link(self, year: Year, line: Line) -> Inline:
        place = next(index for index, other in enumerate(year.lines) if other is line)
        anchor = self._link_to(year.year, place)
        return Reference(SPAN, (Text(SPAN, line.department),), anchor, anchor)

    def _sums(self, summary: Summary) -> Table:
        rows: list[Sequence[str | Inline]] = []
        for year in summary.years:
            for kind, sums in year.kinds:
                rows.append((str(year.year), kind, *_cells_of_sums(sums)))
            of_all = "合计" if year.kinds else next(iter({line.kind for line in year.counted}), "")
            cells = (str(year.year), of_all, *_cells_of_sums(year.whole))
            rows.append(tuple(map(_strong, cells)) if year.kinds else cells)
        return self._table("合计", _SUM_COLUMNS, rows, "sums")

    # Parts

    def _heading(self, level: int, words: str) -> Heading:
        if level == 1:
            self._first, self._second = self._first + 1, 0
            mark = f"{_chinese(self._first)}、"
        else:
            self._second += 1
            mark = f"（{_chinese(self._second)}）"
        anchor = f"section-{self._first}" + (f"-{self._second}" if level > 1 else "")
        return Heading(SPAN, level, (Text(SPAN, words),), number=mark, anchor=anchor)

    def _paragraph(self, words: str) -> Paragraph:
        return Paragraph(SPAN, (Text(SPAN, words),))

    def _table(
        self,
        caption: str,
        heads: Sequence[tuple[str, int, Align]],
        rows: Sequence[Sequence[str | Inline]],
        anchor: str = "",
    ) -> Table:
        self._tables += 1
        whole = sum(width for _, width, _ in heads)
        widths = [width * 10000 // whole for _, width, _ in heads]
        widths[-1] += 10000 - sum(widths)
        return Table(
            SPAN,
            tuple(widths),
            (Row(SPAN, tuple(_head(words) for words, _, _ in heads)),),
            tuple(
                Row(
                    SPAN,
                    tuple(
                        _cell(content, "row" if index == 0 else "", heads[index][2])
                        for index, content in enumerate(row)
                    ),
                )
                for row in rows
            ),
            caption=(Text(SPAN, caption),),
            number=f"表{self._tables}",
            id=anchor,
            anchor=anchor or f"table-{self._tables}",
        )


_COLUMNS: tuple[tuple[str, int, Align], ...] = (
    ("单位", 22, "left"),
    ("文种", 16, "left"),
    ("年初预算（万元）", 13, "right"),
    ("全年预算（万元）", 13, "right"),
    ("全年执行（万元）", 13, "right"),
    ("执行率", 10, "right"),
    ("得分", 8, "right"),
    ("等级", 7, "center"),
    ("错误", 6, "right"),
    ("警告", 6, "right"),
    ("提示", 6, "right"),
    ("已放行", 6, "right"),
    ("待填", 6, "right"),
    ("检查", 9, "center"),
    ("说明", 20, "left"),
)
_MAY_BE_EMPTY = ("年初预算（万元）", "得分", "等级", "已放行", "待填", "说明")
"""Columns that are left out when no line has anything in them."""
_SUM_COLUMNS: tuple[tuple[str, int, Align], ...] = (
    ("年度", 7, "left"),
    ("文种", 20, "left"),
    ("份数", 7, "right"),
    ("年初预算（万元）", 15, "right"),
    ("全年预算（万元）", 15, "right"),
    ("全年执行（万元）", 15, "right"),
    ("执行率", 10, "right"),
    ("检查通过", 9, "right"),
    ("错误", 7, "right"),
    ("警告", 7, "right"),
    ("提示", 7, "right"),
)


def _row_of(line: Line, note: str, score: str) -> tuple[str, ...]:
    amounts = (getattr(line, name) for name in KEYS)
    return (
        line.department,
        line.kind,
        *(_NONE if amount is None else wan(amount) for amount in amounts),
        _NONE if line.rate is None else percent(line.rate),
        score,
        line.grade or _NONE,
        str(line.errors),
        *(_NONE if line.unbuilt else str(count) for count in (line.warnings, line.infos, line.waived)),
        str(line.gaps),
        _YES if line.passed else _NO,
        note,
    )


def _row_of_sums(sums: Sums, name: str) -> tuple[str, ...]:
    counts = (sums.errors, sums.warnings, sums.infos, sums.waived, sums.gaps)
    return (
        f"{name}（{sums.reports}份）",
        "",
        *_amounts_of(sums),
        "",
        "",
        *map(str, counts),
        f"{sums.passed}份通过",
        "",
    )


def _cells_of_sums(sums: Sums) -> tuple[str, ...]:
    return (
        str(sums.reports),
        *_amounts_of(sums),
        *map(str, (sums.passed, sums.errors, sums.warnings, sums.infos)),
    )


def _amounts_of(sums: Sums) -> tuple[str, ...]:
    known = [_NONE if sums.lacking[name] == sums.reports else wan(sums.amounts[name]) for name in KEYS]
    return (*known, _NONE if sums.rate is None else percent(sums.rate))


def _strong(words: str) -> str | Inline:
    return Strong(SPAN, (Text(SPAN, words),)) if words else ""


def _head(words: str) -> Cell:
    """The head of a column; a unit that has no room beside it goes below whole."""
    parts = words.replace("（", "\n（").split("\n")
    return Cell(SPAN, tuple((Text(SPAN, part),) for part in parts), header="col", align="center")


def _cell(content: str | Inline, header: Header, align: Align) -> Cell:
    if isinstance(content, str):
        inlines: tuple[Inline, ...] = (Text(SPAN, content),) if content else ()
    else:
        inlines = (content,)
    return Cell(SPAN, (inlines,) if inlines else (), header=header, align=align)


def _chinese(number: int) -> str:
    """一 to 九十九."""
    tens, ones = divmod(number, 10)
    return ("" if tens == 0 else "十" if tens == 1 else f"{_NUMERALS[tens]}十") + (
        _NUMERALS[ones] if ones else ""
    )
