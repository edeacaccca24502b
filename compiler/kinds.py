"""Kinds of value: how each is read from what was typed, and what is said when it is wrong.

Values are typed here and only here; nothing is guessed from how a value looks. `012`, `1e3` and `no` are not
numbers, an amount's unit is one of 元 万元 亿元, a rate has its percent sign.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from decimal import Decimal
from typing import Any, Generic, TypeVar

from compiler.diagnostics import Code, nearest
from compiler.figures import (
    EXACT,
    MAX_DIGITS,
    UNITS,
    Amount,
    Count,
    Rate,
    half_width,
    parse_number,
    split_quantity,
)
from compiler.gaps import holds_mark, is_unfilled
from compiler.patterns import pattern
from compiler.rawdata import Mapping, Node, Scalar, Sequence
from compiler.reading import Context as Context
from compiler.reading import Kept, add_gap
from compiler.record import Facts, Unfilled, layout_of

T = TypeVar("T")


class Kind(Generic[T]):
    """How a value is read: from a node to a value, or None when it was wrong (and is reported)."""

    __slots__ = ("holds_others", "of", "read")

    def __init__(
        self,
        read: Callable[[Node, Context, str], T | None],
        of: object = None,
        *,
        holds_others: bool = False,
    ) -> None:
        self.read = read
        """Gets the node, the context, and the key for messages."""
        self.of = of
        """The kind of the entries of a list, the class of a record; None of other values."""
        self.holds_others = holds_others or of is not None
        """It is a list or a mapping; those are never left open themselves, but what is in them."""


def _scalar(node: Node, context: Context, key: str, what: str) -> str | None:
    if type(node) is Scalar:
        return node.text
    context.error(
        Code.WRONG_TYPE, node.place, f"“{key}”应当是{what}，这里却是一组值", f"写成“{key}: …”，值写在同一行"
    )
    return None


def _text(node: Node, context: Context, key: str) -> str | None:
    # `_scalar`, written out: it is asked for most values of a form.
    text = node.text if type(node) is Scalar else _scalar(node, context, key, "文字")
    return None if text is None else text.strip("\n").rstrip()


_BARE = pattern(r"(?:0|[1-9][0-9]*)(?:\.[0-9]+)?")
"""A number with nothing about it."""


def _quantity(node: Node, context: Context, key: str, what: str) -> tuple[Decimal, str] | None:
    """A number and what follows it, with the errors that all numbers share."""
    text = _scalar(node, context, key, what)
    if text is None:
        return None
    plain = text.strip()
    if len(plain) <= MAX_DIGITS and _BARE.compiled.fullmatch(plain):
        return Decimal(plain), ""  # most numbers of a form
    if not plain.isascii():
        folded = half_width(plain)
        if any("\uff10" <= char <= "\uff19" or char in "，．％－" for char in plain):
            context.sink.warning(
                Code.FULL_WIDTH,
                context.span(node.place),
                f"“{key}”里有全角字符：{plain}",
                f"改成半角：{folded}",
            )
        plain = folded
    parts = split_quantity(plain)
    number = parse_number(parts[0]) if parts else None
    if number is None or parts is None:
        context.error(
            Code.WRONG_TYPE,
            node.place,
            f"“{key}”应当是{what}，写的是“{_short(text)}”",
            _number_hint(plain, what, key, may_wait=context.drafted and what != "整数"),
        )
        return None
    return number, parts[1]


_EXAMPLES = {"百分比": "99.88%", "金额": "4501.07", "整数": "2", "数": "9.5"}


def _number_hint(text: str, what: str, key: str, *, may_wait: bool) -> str:
    """What to do about text that is not the number it should be."""
    example = "2024" if key == "年度" else _EXAMPLES.get(what, "12" + what.removeprefix("带“")[:-3])
    if re.fullmatch(r"0\d+.*", text):
        return "数字前面不要有多余的 0"
    if re.fullmatch(r"\d+(\.\d+)?[eE]\d+", text):
        return "不要用科学计数法，写出完整的数字"
    if re.fullmatch(r"-?[\d,.]*,[\d,.]*\D*", text):
        return "逗号只用来每三位分隔整数，例如 12,345.67，也可以不写；小数点用“.”"
    if re.fullmatch(r"-?[\d.]+\D*", text) and len(text) > MAX_DIGITS:
        return "位数太多，核对后改正"
    if re.search(r"\d\s+\d", text):
        return "数字中间不要有空格"
    if re.fullmatch(r"-?\d[\d,]*\.\D*", text):
        return f"小数点后面没有数：去掉它，写成 {text.replace('.', '')}；或者补上后面的数"
    if "。" in text:
        return "小数点用“.”"
    if not re.search(r"\d", text):
        return f"写成数字，例如 {example}；没有数的，整行删去" + ("；还没有定的，写 待填" if may_wait else "")
    return f"只写{what}，例如 {example}；说明写到“说明”里"


def _short(text: str) -> str:
    return text if len(text) <= 20 else f"{text[:20]}…"


def _amount(node: Node, context: Context, key: str) -> Amount | None:
    found = _quantity(node, context, key, "金额")
    if found is None:
        return None
    number, unit = found
    if unit and unit not in UNITS:
        known = f"单位用 {'、'.join(UNITS)}，不写就是{context.unit}"
        if unit.isalpha() or unit == "%":
            context.error(Code.WRONG_UNIT, node.place, f"“{key}”是金额，单位不能是“{_short(unit)}”", known)
        else:
            context.error(
                Code.WRONG_UNIT,
                node.place,
                f"“{key}”的数字后面有“{_short(unit)}”",
                f"只写数字和单位，别的话写到“说明”里；{known}",
            )
        return None
    if number < 0:
        context.error(Code.NEGATIVE_AMOUNT, node.place, f"“{key}”是负数", "金额不能小于 0，核对后改正")
        return None
    return Amount(number.scaleb(UNITS[unit or context.unit], EXACT))


def _rate(node: Node, context: Context, key: str) -> Rate | None:
    found = _quantity(node, context, key, "百分比")
    if found is None:
        return None
    number, unit = found
    if unit != "%":
        ratio = (
            f"；如果写的是小数，就写成 {(number * 100).normalize():f}%"
            if not unit and 0 < number <= 2
            else ""
        )
        context.error(
            Code.WRONG_UNIT, node.place, f"“{key}”是百分比，后面要有百分号", f"写成 {number}%{ratio}"
        )
        return None
    return Rate(number.scaleb(-2, EXACT))


def _number(node: Node, context: Context, key: str) -> Decimal | None:
    found = _quantity(node, context, key, "数")
    if found is None:
        return None
    number, unit = found
    if unit not in ("", "分"):
        context.error(Code.WRONG_UNIT, node.place, f"“{key}”是分数，后面不能有“{_short(unit)}”", "只写数字")
        return None
    if number < 0:
        context.error(Code.OUT_OF_RANGE, node.place, f"“{key}”是负数", "不能小于 0，核对后改正")
        return None
    return number


def integer(low: int, high: int, suffix: str = "") -> Kind[int]:
    """A whole number from `low` to `high`; `suffix` may follow it."""

    def read(node: Node, context: Context, key: str) -> int | None:
        found = _quantity(node, context, key, "整数")
        if found is None:
            return None
        number, unit = found
        if unit not in ("", suffix):
            context.error(
                Code.WRONG_UNIT, node.place, f"“{key}”后面不能有“{_short(unit)}”", f"写成 {number}{suffix}"
            )
        elif number != number.to_integral_value() or not low <= number <= high:
            context.error(
                Code.OUT_OF_RANGE, node.place, f"“{key}”应当是 {low} 到 {high} 的整数", "核对后改正"
            )
        else:
            return int(number)
        return None

    return Kind(read)


def choice(values: dict[str, T]) -> Kind[T]:
    """One of several words."""

    def read(node: Node, context: Context, key: str) -> T | None:
        text = _scalar(node, context, key, "、".join(values))
        if text is None:
            return None
        if text in values:
            return values[text]
        near = nearest(text, values)
        context.error(
            Code.NOT_A_CHOICE,
            node.place,
            f"“{key}”不能是“{_short(text)}”",
            (f"是不是“{near}”？" if near else "") + f"可用：{'、'.join(values)}",
        )
        return None

    return Kind(read)


def measure(unit: str, low: int = 0, high: int = 1000) -> Kind[Decimal]:
    """A length such as `37毫米`, `2字`, `28.95磅`: the unit must be written."""

    def read(node: Node, context: Context, key: str) -> Decimal | None:
        found = _quantity(node, context, key, f"带“{unit}”的数")
        if found is None:
            return None
        number, written = found
        if written != unit:
            hint = (
                f"写成 {format(number * 10, 'f')}毫米"
                if (written, unit) == ("厘米", "毫米")
                else f"换算成“{unit}”再写"
            )
            hint = f"写成 {number}{unit}" if not written else hint
            context.error(Code.WRONG_UNIT, node.place, f"“{key}”的单位应当是“{unit}”", hint)
        elif not low <= number <= high:
            context.error(Code.OUT_OF_RANGE, node.place, f"“{key}”应当在 {low} 到 {high} 之间", "核对后改正")
        else:
            return number
        return None

    return Kind(read)


def list_of(kind: Kind[T]) -> Kind[tuple[T, ...]]:
    """A list of values of one kind."""

    def read(node: Node, context: Context, key: str) -> tuple[T, ...] | None:
        if type(node) is not Sequence:
            context.error(Code.WRONG_TYPE, node.place, f"“{key}”应当是一个列表", "每项一行，用“- ”开头")
            return None
        values = [kind.read(item, context, key) for item in node.items]
        return None if any(value is None for value in values) else tuple(values)  # type: ignore[arg-type]

    return Kind(read, kind)


def one_or_list(kind: Kind[T]) -> Kind[tuple[T, ...]]:
    """A list, or a single value standing for a list of one."""
    many = list_of(kind)

    def read(node: Node, context: Context, key: str) -> tuple[T, ...] | None:
        if type(node) is Sequence:
            return many.read(node, context, key)
        value = kind.read(node, context, key)
        return None if value is None else (value,)

    return Kind(read, holds_others=True)


def mapping_of(kind: Kind[T]) -> Kind[dict[str, T]]:
    """Any keys, values of one kind."""

    def read(node: Node, context: Context, key: str) -> dict[str, T] | None:
        if type(node) is not Mapping:
            context.error(
                Code.WRONG_TYPE,
                node.place,
                f"“{key}”下面应当是几行“名称: 值”",
                "每行一个，名称后面用半角冒号加空格",
            )
            return None
        values = {name: kind.read(child, context, name) for name, child in node.entries.items()}
        return None if any(value is None for value in values.values()) else values  # type: ignore[return-value]

    return Kind(read, holds_others=True)


_DATE = pattern(r"(\d{4})年(?:(1[0-2]|[1-9])月(?:(3[01]|[12]\d|[1-9])日)?)?")
_COUNT = pattern(r"(0|[1-9]\d{0,11})\s*([\u4e00-\u9fff])")


def _open_value(node: Node, context: Context, key: str) -> Any:
    """A value typed by its own unit: rate, amount, count, date; anything else is text."""
    if type(node) is Sequence:
        values = [_open_value(item, context, key) for item in node.items]
        return None if any(value is None for value in values) else tuple(values)
    text = _scalar(node, context, key, "一个值")
    if text is None:
        return None
    if context.gaps is not None and type(node) is Scalar:
        if is_unfilled(text):
            return add_gap(context, node, key, None)
        if holds_mark(text):
            add_gap(context, node, key, None, among_words=True)
    plain = half_width(text.strip()) if not text.isascii() else text.strip()
    if _DATE.fullmatch(plain):
        return plain
    count = _COUNT.fullmatch(plain)
    if count and count[2] not in "元年月日":
        return Count(int(count[1]), count[2])
    parts = split_quantity(plain)
    if parts and (parts[1] in UNITS or parts[1] == "%"):
        return _rate(node, context, key) if parts[1] == "%" else _amount(node, context, key)
    return text.strip()


_OPEN = mapping_of(Kind(_open_value))


def _facts(node: Node, context: Context, key: str) -> Facts | None:
    values = _OPEN.read(node, context, key)
    if values is None:
        return None
    facts = Facts(values)
    if context.gaps is not None and any(type(value) is Unfilled for value in values.values()):
        facts = Facts({name: value for name, value in values.items() if type(value) is not Unfilled})
        facts.unfilled = {name: value for name, value in values.items() if type(value) is Unfilled}
    entries: dict[str, Node] = node.entries  # type: ignore[union-attr]
    facts.noun, facts.source = key, context.source
    facts.first = context.source.keep_places([node.place, *(child.place for child in entries.values())])
    facts.places = layout_of(tuple(entries))
    return facts


def _date(node: Node, context: Context, key: str) -> str | None:
    text = _scalar(node, context, key, "日期")
    if text is None:
        return None
    match = _DATE.fullmatch(half_width(text.strip()))
    if match and match[3]:
        from datetime import date  # late: few reports give a date

        try:
            return date(int(match[1]), int(match[2]), int(match[3])).isoformat()
        except ValueError:
            context.error(
                Code.WRONG_TYPE,
                node.place,
                f"“{key}”写的是{match[0]}，没有这一天",
                f"{match[1]}年{match[2]}月没有{match[3]}日，核对后改正",
            )
            return None
    context.error(
        Code.WRONG_TYPE,
        node.place,
        f"“{key}”应当是日期，写的是“{_short(text)}”",
        "年月日写全，如 2025年3月1日，月和日不补 0",
    )
    return None


TEXT: Kind[str] = Kind(_text)
AMOUNT: Kind[Amount] = Kind(Kept(_amount, by_unit=True))
RATE: Kind[Rate] = Kind(Kept(_rate))
NUMBER: Kind[Decimal] = Kind(Kept(_number))
YEAR: Kind[int] = integer(1949, 2100, "年")
DATE: Kind[str] = Kind(_date)
FACTS: Kind[Facts] = Kind(_facts, holds_others=True)
FLAG: Kind[bool] = choice({"是": True, "否": False})
