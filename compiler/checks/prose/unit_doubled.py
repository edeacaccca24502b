"""No unit stands twice after a number."""

from __future__ import annotations

import re
from collections.abc import Iterator

from compiler.checks.check import Check, Draft, Finding
from compiler.checks.signs import Signs
from compiler.checks.suspects import junctions, suspected_data, suspected_prose, typed
from compiler.checks.words import DataText, Words
from compiler.diagnostics import Code, Severity
from compiler.patterns import pattern

_DOUBLED = pattern(
    r"(?<=[0-9０-９])(?:(?P<money>(?:[万亿]元){2,}|[万亿]{1,2}元元(?![旦宵素件器月年])|元元(?![旦宵素件器月年])|万万元|亿亿元|元[万亿]元)"
    r"|(?P<rate>[%％]{2,})"
    r"|(?P<year>年年(?![底初末中度均报检内会审货]))"
    r"|(?P<piece>个个(?![人体案别性股税例险子]))"
    r"|(?P<house>家家(?![具庭电政居装长族纺禽]))"
    r"|(?P<point>分分(?![值钟数析别为成布配配])))"
)
_RAW = (
    pattern("元(?=元|[万亿]元)"),
    pattern("%(?=[%％])"),
    pattern("年(?=年)(?<=[0-9]年)"),
    pattern("个(?=个)(?<=[0-9]个)"),
    pattern("家(?=家)(?<=[0-9]家)"),
    pattern("万(?=万)"),
)
_SIGNS = Signs("％", "亿", "分分", patterns=_RAW)
_IN_VALUES = Signs(*_SIGNS.words, "年年", "个个", "家家", patterns=_RAW)
"""Of a file that has what is suspected, those after a full-width number are told of too."""


def _find(draft: Draft) -> Iterator[Finding]:
    for _, words in suspected_prose(draft, _SIGNS):
        yield from _in(words)
    for text in suspected_data(draft, _SIGNS, _IN_VALUES):
        yield from _in(text)
    for words in junctions(draft, "元%％年个家分", "万亿元%％年个家分"):
        yield from _in(words)


def _in(words: Words | DataText) -> Iterator[Finding]:
    text = words.text
    for match in _DOUBLED.finditer(text):
        start, end = match.span()
        once = _once(match[0])
        if typed(words, start, end):
            yield Finding(
                words.span(start, end),
                f"“{_number(text, start)}{match[0]}”的单位写重了",
                f"只留“{once}”",
                fix=once,
            )
            continue
        first = next((at for at in range(start, end) if typed(words, at, at + 1)), None)
        if first is None:
            continue  # the value brings both with it, and is told of the data
        stop = next((at for at in range(first, end) if not typed(words, first, at + 1)), end)
        before = first > start
        yield Finding(
            words.span(first, stop),
            f"“{_number(text, start)}{match[0]}”的单位写重了",
            f"填入的数{'自己已经' if before else '后面'}带着单位，删去这里的“{text[first:stop]}”",
        )


def _once(doubled: str) -> str:
    """The unit that was meant."""
    for unit in ("万元", "亿元"):
        if unit in doubled:
            return unit
    return doubled[-1]


def _number(text: str, end: int) -> str:
    match = re.search(r"[0-9０-９][0-9０-９.,]*$", text[max(0, end - 24) : end])
    return match[0] if match else ""


CHECK = Check(
    Code.UNIT_DOUBLED,
    Severity.WARNING,
    title="单位写重了",
    rule="一个数后面只有一个单位：没有“万元万元”“万元元”“%%”“年年”“个个”。“2024年年底”“5个个人项目”这样本来就连着的不算。看叙述印出来的样子和数据文件里的文字。",
    source="GB/T 15835—2011；GB/T 9704—2012（数字、计量单位按国家标准）",
    mend="“万元”“百分比”这些格式印出的数自己带着单位，花括号后面不再写；只要数不要单位的，用“万元数”这样的格式。",
    find=_find,
)
