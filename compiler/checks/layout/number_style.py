"""Numbers are written as GB/T 15835 says."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal

from compiler.checks.check import Check, Draft, Finding
from compiler.checks.layout.thousands import mixed_thousands
from compiler.checks.signs import Signs
from compiler.checks.suspects import context, suspected_data, suspected_prose, typed
from compiler.checks.words import DataText, Words
from compiler.diagnostics import Code, Severity
from compiler.figures import half_width
from compiler.patterns import pattern

_UNITS = (
    "万元|亿元|元|万|亿|%|％|个|家|人|天|日|年|月|次|件|项|场|户|分|名|套|台|册|卷|种|期|批|张|条|倍|岁|周|小时|分钟"
    "|平方米|公里|米|吨|亩|度"
)
_NUMBER = r"[0-9]+(?:\.[0-9]+)?"
_FREE = r"(?<![0-9A-Za-z./:：\-–－—～~〔\[#])"
"""Before a number that is no part of a code, a date or a telephone number."""

_RANGE = pattern(rf"{_FREE}({_NUMBER})({_UNITS})?([-–－—～~])({_NUMBER})({_UNITS})(?![-0-9])")
_ABOUT = pattern(
    r"(?<![0-9.、第表图附件条项题])([1-9])、([1-9])(?=[个家人次天名件种场位倍]|万元|百|千)|(?<![0-9.第])[0-9]+几(?=[个家人次天名件种场位年万])"
)
_SHORT_YEAR = pattern(
    rf"{_FREE}(?<![近历约满第每共达超过至少’])([0-9]{{2}})年(?=度|底|初|末|[0-9]{{1,2}}月|上半年|下半年)"
)
_MIXED = pattern(rf"{_FREE}{_NUMBER}(?:(?:[千百十][0-9]+)+[百十]?|[百千十](?=[万亿元个家余多]|人(?!计划)))")
_FULL_WIDTH = pattern("[０-９]+(?:．[０-９]+)?")

# Names of documents, quoted names, addresses: numbers in them are copied as they are.
_NAMES = pattern(
    r"《[^《》\n]*》|“[^“”\n]*”|〔[^〔〕\n]*〕|https?://[^\s\u3000-\uffff]+|[A-Za-z0-9_.+-]{1,64}@[A-Za-z0-9.-]+"
)
# Each starts with one character or a few, which are searched for fast.
_RAW = (
    pattern(r"-(?=[0-9{])(?<=[0-9%％万亿元}]-)"),
    pattern("、(?=[1-9][个家人次天名件种场位倍万百千])"),
    pattern("年(?=[度底初末上下0-9])(?<=(?<![0-9])[0-9]{2}年)"),
)
_MIXED_RAW = pattern("[十百千](?<=[0-9].)(?=[万亿元个家人余多0-9])")
_SIGN_RAW = pattern(r"[–－—～~](?=[0-9{])(?<=[0-9%％万亿元}].)")
_SIGN = pattern(r"[-–－—～~](?=[0-9])")
_POWERS = {"十": 10, "百": 100, "千": 1000}

_IN_PROSE = Signs("几", patterns=_RAW, guarded=(("–－—～~", _SIGN_RAW), ("十百千", _MIXED_RAW)))
_IN_FILE = Signs(*"几０１２３４５６７８９", patterns=_RAW, guarded=_IN_PROSE.guarded)
_IN_VALUES = Signs(*_IN_FILE.words, patterns=_RAW, guarded=(("-–－—～~", _SIGN), *_IN_PROSE.guarded))
"""Of a file that has what is suspected, also ranges are told of whose first number has another unit."""


def _find(draft: Draft) -> Iterator[Finding]:
    for _, words in suspected_prose(draft, _IN_PROSE):
        yield from _in(words, draft.report.year)
    for text in suspected_data(draft, _IN_FILE, _IN_VALUES):
        if text.attribute not in ("number", "date"):
            yield from _in(text, draft.report.year)
    yield from mixed_thousands(draft)


def _in(words: Words | DataText, year: int) -> Iterator[Finding]:
    text = _NAMES.sub(lambda match: "\0" * len(match[0]), words.text)
    for match in _RANGE.finditer(text):
        yield from _range(words, match)
    for match in _ABOUT.finditer(text):
        pair = match[1] is not None
        if pair and int(match[2]) != int(match[1]) + 1:
            continue
        yield from _told(
            words,
            match,
            f"概数“{match[0]}”用了阿拉伯数字",
            "概数用汉字，例如三四个、十几家；是几个数并列的，写成“3人和4人”",
        )
    for match in _SHORT_YEAR.finditer(text):
        full = year - year % 100 + int(match[1])
        if abs(full - year) <= 15:
            message = f"年份“{match[1]}年”只写了两位"
            yield from _told(
                words, match, message, f"写成{full}年；说的是多长时间的，写成“{match[1]}年零几个月”"
            )
    for match in _MIXED.finditer(text):
        yield from _told(
            words,
            match,
            f"“{match[0]}”把阿拉伯数字和“十、百、千”混在一个数里",
            "只用阿拉伯数字，可以用“万”“亿”作单位，例如3500元、100万元",
            _mended(match[0]),
        )
    if type(words) is DataText:  # in prose it is a slip of the hand (N009)
        for match in _FULL_WIDTH.finditer(text):
            yield from _told(
                words,
                match,
                f"数字“{match[0]}”是全角的",
                f"改成半角的“{half_width(match[0])}”",
                half_width(match[0]),
            )


def _told(
    words: Words | DataText,
    match: re.Match[str],
    message: str,
    hint: str,
    fix: str = "",
) -> Iterator[Finding]:
    """The finding, unless a value brings the words with it: then it is told of the data."""
    start, end = match.span()
    if typed(words, start, end):
        yield Finding(
            words.span(start, end), f"{message}：“{context(words.text, start, end)}”", hint, fix=fix
        )


def _range(words: Words | DataText, match: re.Match[str]) -> Iterator[Finding]:
    first, unit, sign, second, last_unit = match.groups()
    start, end = match.span()
    if not typed(words, match.start(3), match.end(3)):
        return
    is_year = len(first) == 4 and first[:2] in ("19", "20")
    if re.match("0[0-9]", first) or (is_year and last_unit not in ("年", "万元", "元", "个", "家", "人")):
        return  # 010-…, 2024-03月, 2024-1期
    dates = last_unit in ("年", "月", "日")
    if dates and Decimal(second) > 2100:
        return
    if not dates and Decimal(first) >= Decimal(second) and unit in (None, last_unit):
        return  # no range: 4-1项, 5-3件
    right = "—" if dates else "～"
    wrong_sign = sign not in "—～"
    shared = re.match("[%％万亿]", last_unit)
    lacks = shared[0] if shared and unit is None else ""
    if not wrong_sign and not lacks:
        return
    mended = (
        f"{first}{unit or (last_unit if lacks else '')}{sign if not wrong_sign else right}{second}{last_unit}"
    )
    shown = match[0]
    if lacks:
        message = f"范围“{shown}”的前一个数省去了“{last_unit}”"
        hint = f"“万”“亿”和百分号不能省，写成{mended}"
    else:
        message = f"范围“{shown}”用了半角的“{sign}”" if sign in "-~" else f"范围“{shown}”用了“{sign}”"
        hint = f"表示范围用“～”或者“—”，写成{mended}"
    whole_typed = typed(words, start, end)
    if words.text[start - 1 : start] in (
        "负",
        "件",
    ):  # 负10-20, 附件1-3: which way to read it, a person knows
        mended = right = ""
    yield Finding(
        words.span(start, end) if whole_typed else words.span(match.start(3), match.end(3)),
        message,
        hint,
        fix=mended if whole_typed else right if wrong_sign and not lacks else "",
    )


def _mended(text: str) -> str:
    """3千5百 as 3500, 1百 as 100; empty when that is not plain."""
    value = Decimal(0)
    rest = text
    while rest:
        match = re.match(r"([0-9]+(?:\.[0-9]+)?)([千百十]?)", rest)
        if match is None:
            return ""
        value += Decimal(match[1]) * _POWERS.get(match[2], 1)
        rest = rest[match.end() :]
    if not text.endswith(("十", "百", "千")):
        return ""  # 3千5 may be 3005 or 3500
    return f"{value.to_integral_value():f}" if value == value.to_integral_value() else ""


CHECK = Check(
    Code.NUMBER_STYLE,
    Severity.WARNING,
    title="数字写法不合规范",
    rule="数的范围用“～”或“—”，前一个数的“万”“亿”和百分号不能省；概数用汉字；年份写四位；一个数里不混用阿拉伯数字和“十、百、千”；千分撇全文要么都用要么都不用；数据文件的文字里不用全角数字。书名号、引号里的名称，文号、日期、电话、网址不看。",
    source="GB/T 15835—2011",
    mend="照提示改成规范的写法。",
    find=_find,
)
