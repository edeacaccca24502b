"""A cell -> a value as the data have it, and a value -> how it is typed in a data file."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal
from typing import Any

from compiler.diagnostics import Diagnostics, Severity
from compiler.figures import EXACT, UNITS, Amount, Rate, half_width
from compiler.gaps import is_unfilled
from compiler.gate import is_clean
from compiler.kinds import AMOUNT, NUMBER, RATE, Context, Kind
from compiler.rawdata import Scalar
from compiler.source import Source
from compiler.workbook.cells import Cell, Fault, plain
from compiler.workbook.formats import parsed, scales
from compiler.workbook.layout import ABSENT, UNFILLED, Content, Values

_HIGHEST_RATE = 10
"""1000 %: more is a slip of the format."""
_NOWHERE = Source("", "")
_KINDS: dict[Values, Kind[Any]] = {Values.AMOUNT: AMOUNT, Values.RATE: RATE, Values.NUMBER: NUMBER}
_NONE = frozenset(("无", "没有", "不适用", "—", "——", "–", "-", "--", "－", "/", "／"))
"""What people write in the cell of a figure of which there is none."""
_STROKES = frozenset("—–-－/／") | {"——", "--"}
"""Those of them that say so in a cell of words, too: 无 may be what a form is to print."""
_EXAMPLES = {Values.AMOUNT: "4501.07", Values.RATE: "99.88%", Values.NUMBER: "9.5"}


class BadCell(Exception):
    """A cell whose content cannot be taken over: what is wrong, and what to do."""

    def __init__(self, message: str, hint: str) -> None:
        super().__init__(message)
        self.message, self.hint = message, hint


def content_of(cell: Cell | None, values: Values, header: str, unit: str) -> Content:
    """What a cell says: an amount in `unit`, a ratio, a number, or text; None when it is empty.

    A figure's cell with words such as 无 in it says ABSENT. `unit` is that of bare amounts. Raises `BadCell`.
    """
    if cell is None or cell.value is None:
        return None
    if cell.merged:
        _check_merged(cell, values)
    value = cell.value
    if isinstance(value, Fault):
        raise BadCell(value.message, value.hint)
    if values in (Values.TEXT, Values.OPEN):
        return _text(cell)
    if isinstance(value, (bool, date)):
        what = "日期 " if isinstance(value, date) else "逻辑值 "
        raise BadCell(
            f"“{header}”应当是{values.value}，这一格却是{what}{cell.shown}",
            f"把单元格格式改成“常规”，重新填，例如 {_EXAMPLES[values]}",
        )
    if isinstance(value, Decimal):
        percent = bool(cell.code) and parsed(cell.code).percent
        if values is not Values.RATE and (percent or scales(cell.code)):
            raise BadCell(
                f"“{header}”应当是{values.value}，单元格的格式却是{'百分比' if percent else '按千缩小'}的（存的是 {plain(value)}）",
                f"把单元格格式改成“常规”，重新填，例如 {_EXAMPLES[values]}",
            )
        if values is Values.RATE and not percent:
            return _typed(plain(value), values, header, unit)
        return (
            _typed(plain(value), values, header, unit) if value < 0 and values is not Values.RATE else value
        )
    text = value.strip().lstrip("'’‘").strip()
    if not text:
        return None
    if text in _NONE:
        return ABSENT
    return UNFILLED if is_unfilled(text) else _typed(text, values, header, unit)


def is_stroke(content: Content) -> bool:
    """Whether words are a stroke, by which people say that there is none."""
    return isinstance(content, str) and content.strip() in _STROKES


def check_plausible(content: Content, values: Values, unit: str) -> None:
    """Refuse what no report has; an amount is in `unit`. Raises `BadCell`."""
    if not isinstance(content, Decimal):
        return
    if values is Values.RATE and abs(content) > _HIGHEST_RATE:
        raise BadCell(
            f"{shown(content, values)}太大了，不像是百分比",
            "核对单元格格式：百分比格式的格子里 0.9988 是 99.88%；真有这么大的，直接改数据文件",
        )
    if values is Values.AMOUNT:
        fen = content.scaleb(UNITS[unit] + 2, EXACT)
        if fen != fen.to_integral_value():
            raise BadCell(
                f"金额 {plain(content)}{unit}有不到 1 分钱（0.01元）的零头",
                "多半是公式除不尽：用 ROUND 取整，或者直接填数",
            )


def _check_merged(cell: Cell, values: Values) -> None:
    first = cell.merged.partition(":")[0]
    if re.sub(r"\d", "", first) != re.sub(r"\d", "", cell.place):
        raise BadCell(f"这一格和别的列合并了（{cell.merged}）", "取消合并，各列分开填")
    if values not in (Values.TEXT, Values.OPEN):
        raise BadCell(f"几行合并成了一格（{cell.merged}），不知道这个数是哪一行的", "取消合并，一行填一个数")


def _text(cell: Cell) -> Content:
    text = (cell.value if isinstance(cell.value, str) else cell.shown).strip("\n").rstrip()
    if not text.strip():
        return None
    if is_unfilled(text):
        return UNFILLED
    if not is_clean(text):
        raise BadCell("有不能印出来的字符", "多半是从别的软件粘贴来的，重新打一遍这几个字")
    return text


def _typed(text: str, values: Values, header: str, unit: str) -> Content:
    """Text as the kind of value reads it, with all that it lets pass: units, separators, full-width digits."""
    sink = Diagnostics()
    found = _KINDS[values].read(Scalar(_folded(text), 0), Context(_NOWHERE, sink, unit), header)
    if found is None:
        error = next(item for item in sink if item.severity is Severity.ERROR)
        raise BadCell(error.message, error.hint.replace("没有数的，整行删去", "没有数的，填“无”"))
    if isinstance(found, Amount):
        return found.yuan.scaleb(-UNITS[unit], EXACT)
    return found.ratio if isinstance(found, Rate) else found


def typed_content(text: str, values: Values, report_unit: str, unit: str) -> Content:
    """What sound text of a data file says; amounts in `unit`, bare ones there in `report_unit`."""
    if not text or is_unfilled(text):
        return UNFILLED if text else None
    if values in (Values.TEXT, Values.OPEN):
        return text.strip("\n").rstrip()
    found = _KINDS[values].read(Scalar(text, 0), Context(_NOWHERE, Diagnostics(), report_unit), "")
    if isinstance(found, Amount):
        return found.yuan.scaleb(-UNITS[unit], EXACT)
    return found.ratio if isinstance(found, Rate) else found


def _folded(text: str) -> str:
    """Text without the blanks that programs put into numbers, and without a currency sign before them."""
    folded = half_width(text).replace("\u00a0", " ").strip()
    return folded.removeprefix("¥").removeprefix("￥").strip() if re.match("[¥￥]", folded) else folded


def same(a: Content, b: Content) -> bool:
    """Whether a cell says what the file says; an empty cell is what a datum to be filled in looks like."""
    if a is ABSENT or b is ABSENT:
        return (a is ABSENT or a is None) and (b is ABSENT or b is None)
    if a is UNFILLED or b is UNFILLED:
        return (a is UNFILLED or a is None) and (b is UNFILLED or b is None)
    if isinstance(a, str) and isinstance(b, str):
        return _lines(a) == _lines(b)
    if isinstance(a, Decimal) and isinstance(b, Decimal):
        return a == b or (_digits(max(abs(a), abs(b))) and f"{a:.15g}" == f"{b:.15g}")
    return a is None and b is None


def _digits(value: Decimal) -> bool:
    """Whether a number has more digits than a spreadsheet keeps."""
    return len(value.normalize().as_tuple().digits) > 15


def _lines(text: str) -> str:
    return text.replace("\r\n", "\n").strip()


_WRITTEN = re.compile(r"\s*([\d.,]+)(\s*)([^\d\s]*)\s*")


def as_typed(content: Content, values: Values, old: str, unit: str, report_unit: str) -> str:
    """A value as it is typed in a data file, in the notation that the old one has there: its unit, its separators.

    `unit` is that of the content when it is an amount, `report_unit` that of bare amounts in the file.
    """
    if content is UNFILLED:
        return UNFILLED.value
    if not isinstance(content, Decimal):
        return str(content).replace("\r\n", "\n").strip("\n").rstrip()
    written = _WRITTEN.fullmatch(half_width(old))
    space, suffix = (written[2], written[3]) if written else ("", "")
    grouped = bool(written) and "," in old
    if values is Values.RATE:
        return f"{_number(content.scaleb(2, EXACT), grouped)}%"
    if values is Values.NUMBER:
        return _number(content, grouped) + (f"{space}分" if suffix == "分" else "")
    if suffix not in UNITS:
        space = suffix = ""
    power = UNITS[unit] - UNITS[suffix or report_unit]
    return _number(content.scaleb(power, EXACT), grouped) + space + suffix


def _number(value: Decimal, grouped: bool) -> str:
    text = f"{value:,f}" if grouped else f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def shown(content: Content, values: Values) -> str:
    """A value as messages and the table of changes show it."""
    if content is None:
        return "（空）"
    if content is UNFILLED:
        return "（待填）"
    if content is ABSENT:
        return "没有（删去）"
    if isinstance(content, Decimal):
        return (
            f"{_number(content.scaleb(2, EXACT), False)}%"
            if values is Values.RATE
            else _number(content, False)
        )
    return str(content).replace("\n", " ")
