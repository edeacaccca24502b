"""The cells of a table typed in a narrative: what their row and column are called, and in what unit a bare number is."""

from __future__ import annotations

from collections.abc import Iterator

from compiler.checks.prose.typed_tokens import Token, TokenKind, folded, token_of
from compiler.checks.words import Words
from compiler.named import NamedTuple
from compiler.patterns import pattern
from compiler.tree import Cell, Table


class TableCell(NamedTuple):
    """The words of a cell, or of a caption or note."""

    words: Words
    head: str = ""
    """What its row and its column are called."""
    name: str = ""
    """What its row is called."""
    unit: str = ""
    """In what a number without a unit is, as the head says: 万元, %, 分, 家."""


_NUMBER = pattern(r"\s*(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?\s*")
_UNIT = pattern(r"[（(](?:单位\s?[:：]?\s?)?([^\W\d_]{1,2}|[%％])[）)]")
_CAPTION_UNIT = pattern(r"单位\s?[:：]\s?(亿元|万元|元)")
_RATE = pattern(r"(?:率|占比|比例|比重|满意度|百分比)$")
_SCORE = pattern(r"(?:得分|分值|评分|总分|权重)$")
_MONEY = pattern("预算|支出|金额|资金|执行数|决算|经费|款|费用|结余|结转")
_NAMELESS = pattern(r"\s*(?:序号|编号|编码|代码|年份|年度|日期|时间|电话|备注|页码)\s*")
_COMPARED = pattern("上年|去年|往年|历年|同比|同期|增长|增减|增加|减少|增幅|降幅|变动|变化|较|比上")


def table_cells(table: Table) -> Iterator[TableCell]:
    """Every run of words of a table that somebody may have typed a figure into."""
    yield TableCell(Words(table.caption))
    columns, money = _columns(table), _caption_unit(table)
    for row in table.head:
        for cell in row.cells:
            yield from map(TableCell, _paragraphs(cell))
    for row in table.body:
        plain = len(row.cells) == len(columns)
        first = 1 if plain and columns and _NAMELESS.fullmatch(columns[0]) and len(columns) > 1 else 0
        name = _text(row.cells[first]) if plain and row.cells else ""
        for number, cell in enumerate(row.cells):
            for words in _paragraphs(cell):
                if not plain or number <= first:
                    yield TableCell(words)
                    continue
                yield TableCell(words, name + columns[number], name, _unit(name, columns[number], money))
    for note in table.notes:
        yield TableCell(Words(note))


def bare_token(cell: TableCell, year: int) -> Token | None:
    """The number that is all of a cell; None when it is none, or nothing says what it is a number of."""
    text = folded(cell.words.text)
    match = _NUMBER.fullmatch(text)
    if match is None or not cell.unit or _COMPARED.search(cell.head):
        return None
    if any(int(other) != year for other in _YEAR.findall(cell.head)):
        return None
    stripped = text.strip()
    start = text.index(stripped)
    return token_of(_KINDS.get(cell.unit, "count"), start, start + len(stripped), stripped, cell.unit)


_KINDS: dict[str, TokenKind] = {
    "亿元": "amount",
    "万元": "amount",
    "元": "amount",
    "%": "rate",
    "分": "score",
}
_YEAR = pattern(r"(?<!\d)((?:19|20)\d\d)年?(?!\d)")


def _columns(table: Table) -> list[str]:
    """What each column is called, by all the rows of the head; empty when their cells are joined."""
    rows = [[_text(cell) for cell in row.cells] for row in table.head]
    if not rows or any(len(row) != len(rows[0]) for row in rows):
        return []
    return ["".join(dict.fromkeys(names)) for names in zip(*rows, strict=True)]


def _unit(row: str, column: str, money: str) -> str:
    if _NAMELESS.fullmatch(column):
        return ""
    for head in (column, row):
        found = _UNIT.search(head)
        if found is not None:
            return found[1].replace("％", "%")
    for head in (column, row):
        if _RATE.search(head):
            return "%"
        if _SCORE.search(head):
            return "分"
        if _MONEY.search(head):
            return money
    return ""


def _caption_unit(table: Table) -> str:
    for inlines in (table.caption, *table.notes):
        found = _CAPTION_UNIT.search(Words(inlines).text)
        if found is not None:
            return found[1]
    return ""


def _paragraphs(cell: Cell) -> Iterator[Words]:
    return map(Words, cell.paragraphs)


def _text(cell: Cell) -> str:
    return "".join(words.text for words in _paragraphs(cell)).strip()
