"""The filters of expressions: `|万元`, `|百分比`, `|个数`…

A filter gets a value (and constants) and gives a value. Those that print a figure give a `Shown`: the
value and its format, put into words when the document's `NumberRule` is known.
"""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal, InvalidOperation
from typing import Any

from compiler.diagnostics import Code, nearest
from compiler.figures import (
    Amount,
    Count,
    NumberRule,
    Rate,
    format_amount,
    format_capital,
    format_number,
    format_rate,
)
from compiler.named import NamedTuple
from compiler.record import Facts, Missing, Record, Unfilled

NUMBER_DIGITS = 6
"""Most digits after the point of a plain number, such as a score."""


class FilterError(Exception):
    """A filter got a value that it cannot take."""

    def __init__(self, message: str, hint: str, code: Code = Code.FILTER_MISUSE) -> None:
        super().__init__(message)
        self.hint, self.code = hint, code


class Shown(NamedTuple):
    """A figure with the format it is to be printed in."""

    value: Any
    format: str


class Run(NamedTuple):
    """Neighbours in a list that agree in one key: `键` and `行`."""

    key: Any
    rows: tuple[Any, ...]
    by: str
    """The key that they agree in."""

    def lookup(self, key: str) -> Any:
        """By the two names that templates use."""
        return self.rows if key == "行" else self.key if key == "键" else None


RUN_NAMES = {"键": "key", "行": "rows"}
"""The attributes of a run by the names that templates use."""


def type_name(value: Any) -> str:
    """What kind of value it is, in words of an office."""
    if isinstance(value, Record):
        return value.title
    for types, word in _TYPE_NAMES:
        if isinstance(value, types):
            return word
    return "这个值"


_TYPE_NAMES: tuple[tuple[Any, str], ...] = (
    (str, "文字"),
    (bool, "是非"),
    ((int, Decimal), "数"),
    (Amount, "金额"),
    (Rate, "比率"),
    (Count, "个数"),
    (Shown, "排好的数字"),
    (Facts, "补充数据"),
    (Missing, "空值"),
    (Unfilled, "待填的值"),
    (Run, "分组"),
    (tuple, "列表"),
)


def printed(value: Any, rule: NumberRule) -> str:
    """A value as it stands in the document. Raises `FilterError` for what has no one form."""
    try:
        return _printed(value, rule)
    except InvalidOperation:
        raise FilterError("得出的数太大，印不出来", "核对这个算式") from None


def _printed(value: Any, rule: NumberRule) -> str:
    kind = type(value)
    if kind is str:
        return str(value)
    if kind is Shown:
        return _FORMATS[value.format](value.value, rule)
    if isinstance(value, bool):
        raise FilterError("是非没有印出来的写法", "用 '甲' if 条件 else '乙' 写出文字", Code.NOT_PRINTABLE)
    if isinstance(value, int):
        return str(value)
    if isinstance(value, Decimal):
        return _score(value, rule)
    if isinstance(value, Count):
        return _counted(value, rule)
    if isinstance(value, Amount):
        raise FilterError(
            "金额没有写明单位", "后面加上 |万元 或 |元（只要数字的用 |万元数、|元数）", Code.NOT_PRINTABLE
        )
    if isinstance(value, Rate):
        raise FilterError("比率没有写明格式", "后面加上 |百分比", Code.NOT_PRINTABLE)
    if isinstance(value, tuple) and not isinstance(value, Run):
        raise FilterError(
            "这是一个列表，不能直接印出来", "用 [序号] 取出一项，或用 |个数、|合计('…')", Code.NOT_PRINTABLE
        )
    raise FilterError(
        f"{type_name(value)}不能直接印出来", "在后面用点写明要哪一项，例如 .名称", Code.NOT_PRINTABLE
    )


_FORMATS: dict[str, Callable[[Any, NumberRule], str]] = {
    "元": lambda amount, rule: f"{format_amount(amount, '元', rule)}元",
    "万元": lambda amount, rule: f"{format_amount(amount, '万元', rule)}万元",
    "亿元": lambda amount, rule: f"{format_amount(amount, '亿元', rule)}亿元",
    "元数": lambda amount, rule: format_amount(amount, "元", rule),
    "万元数": lambda amount, rule: format_amount(amount, "万元", rule),
    "亿元数": lambda amount, rule: format_amount(amount, "亿元", rule),
    "大写": lambda amount, rule: format_capital(amount),
    "百分比": lambda rate, rule: f"{format_rate(rate, rule)}%",
    "百分数": format_rate,
}


def _words(text: str, rule: NumberRule) -> str:
    return text


def _score(value: Decimal, rule: NumberRule) -> str:
    # A score has no declared digits to be padded to.
    return format_number(value, NUMBER_DIGITS, rule._replace(pad=False) if rule.pad else rule)


def _whole(value: int, rule: NumberRule) -> str:
    return str(value)


def _counted(value: Count, rule: NumberRule) -> str:
    number = format_number(Decimal(value.number), 0, rule._replace(pad=False) if rule.pad else rule)
    return number + value.measure


def _number_counted(value: Count, rule: NumberRule) -> str:
    return str(value.number)


PRINTED_AS: dict[str, dict[type, Callable[[Any, NumberRule], str]]] = {
    "": {str: _words, int: _whole, Decimal: _score, Count: _counted},
    "数": {int: _whole, Decimal: _score},
    "数值": {Count: _number_counted},
    **{name: {Amount: _FORMATS[name]} for name in ("万元", "元", "亿元", "万元数", "元数", "亿元数", "大写")},
    **{name: {Rate: _FORMATS[name]} for name in ("百分比", "百分数")},
}
"""How `printed` prints what a filter, or none, gives of values of a type, without the filter: for those that only choose a format."""


def _amount_format(name: str) -> Callable[[Any], Shown]:
    def show(value: Any) -> Shown:
        if isinstance(value, Amount):
            return Shown(value, name)
        raise FilterError(f"“{name}”只能用于金额，这里是{type_name(value)}", _hint_for(value))

    return show


def _rate_format(name: str) -> Callable[[Any], Shown]:
    def show(value: Any) -> Shown:
        if isinstance(value, Rate):
            return Shown(value, name)
        raise FilterError(f"“{name}”只能用于比率，这里是{type_name(value)}", _hint_for(value))

    return show


def _hint_for(value: Any) -> str:
    if isinstance(value, Amount):
        return "金额用 |万元 或 |元"
    if isinstance(value, Rate):
        return "比率用 |百分比"
    if isinstance(value, Shown):
        return "一个数字只用一个格式，去掉前一个或后一个"
    if isinstance(value, (tuple, Record, Facts)) and not isinstance(value, Count):
        return "先用点写明要哪一项，例如 .全年预算数"
    return "去掉这个过滤器"


def _items(value: Any, name: str) -> tuple[Any, ...]:
    if isinstance(value, tuple) and not isinstance(value, (Amount, Rate, Count, Shown, Run)):
        return value
    raise FilterError(
        f"“{name}”只能用于列表，这里是{type_name(value)}", "列表如 项目、单位.内设机构、评分表.部分"
    )


def _count(value: Any) -> int:
    return len(_items(value, "个数"))


def _item_value(item: Any, key: Any, name: str) -> Any:
    if isinstance(item, Record):  # what `lookup` does with a value that is there, written out: nearly all are
        attribute = item.NAMES.get(key)
        value = getattr(item, attribute) if attribute is not None else None
        if value is not None:
            return value
    if not isinstance(key, str) or not hasattr(item, "lookup"):
        raise FilterError(f"“{name}”要写明哪一项，例如 {name}('全年预算数')", "在引号里写数据的名称")
    value = item.lookup(key)
    if value is None:
        known = list(item.keys()) if isinstance(item, (Record, Facts)) else ["键", "行"]
        near = nearest(key, known)
        raise FilterError(
            f"列表的每一项里没有“{key}”",
            (f"是不是“{near}”？" if near else "") + f"可用的名称：{'、'.join(known)}",
            Code.UNDEFINED_NAME,
        )
    return value


def _total(value: Any, key: Any) -> Any:
    """The sum over a list; items without the value are left out, as a clerk adding a column would.

    Absent when no item gives it: a sum of nothing is no figure.
    """
    given = [
        found
        for item in _items(value, "合计")
        if not isinstance(found := _item_value(item, key, "合计"), Missing)
    ]
    for found in given:
        if type(found) is Unfilled:
            return found
    if not given:
        return Missing("列表的各项", str(key), None)
    if all(type(found) is int for found in given):
        return sum(given)
    kinds = {Decimal if isinstance(found, int) else type(found) for found in given}
    if len(kinds) > 1 or not kinds <= {Amount, Rate, Decimal}:
        raise FilterError(f"“{key}”不都是同一种数，不能合计", "核对各项的写法")
    if isinstance(given[0], Amount):
        return Amount(sum((found.yuan for found in given), Decimal(0)))
    if isinstance(given[0], Rate):
        raise FilterError("比率不能相加", "用金额合计之后再相除")
    return sum(given, Decimal(0))


def _runs(value: Any, key: Any) -> tuple[Run, ...]:
    """Neighbours with the same value of `key`, for merged cells."""
    runs: list[tuple[Any, list[Any]]] = []
    for item in _items(value, "连续分组"):
        found = _item_value(item, key, "连续分组")
        if runs and runs[-1][0] == found:
            runs[-1][1].append(item)
        else:
            runs.append((found, [item]))
    return tuple([Run(found, tuple(rows), key) for found, rows in runs])


def _having(value: Any, key: Any) -> tuple[Any, ...]:
    """The items that give a value for `key`."""
    return tuple(
        item for item in _items(value, "有") if not isinstance(_item_value(item, key, "有"), Missing)
    )


def _lacking(value: Any, key: Any) -> tuple[Any, ...]:
    """The items that give no value for `key`."""
    return tuple(item for item in _items(value, "无") if isinstance(_item_value(item, key, "无"), Missing))


def _default(value: Any, other: Any) -> Any:
    return other if isinstance(value, Missing) or value == "" else value


def _plain_number(value: Any) -> Any:
    if type(value) in (int, Decimal):
        return value
    raise FilterError(f"“数”只能用于分值、得分这样的数，这里是{type_name(value)}", _hint_for(value))


def _count_number(value: Any) -> int:
    if isinstance(value, Count):
        return value.number
    raise FilterError(f"“数值”只能用于带量词的个数（如 7家），这里是{type_name(value)}", _hint_for(value))


FILTERS: dict[str, tuple[Callable[..., Any], tuple[int, int], bool]] = {
    **{
        name: (_amount_format(name), (0, 0), False)
        for name in ("万元", "元", "亿元", "万元数", "元数", "亿元数", "大写")
    },
    **{name: (_rate_format(name), (0, 0), False) for name in ("百分比", "百分数")},
    "个数": (_count, (0, 0), False),
    "合计": (_total, (1, 1), False),
    "数": (_plain_number, (0, 0), False),
    "数值": (_count_number, (0, 0), False),
    "默认": (_default, (1, 1), True),
    "连续分组": (_runs, (1, 1), False),
    "有": (_having, (1, 1), False),
    "无": (_lacking, (1, 1), False),
}
"""Every filter by name: the function, how many constants it takes, and whether it wants absent values."""
