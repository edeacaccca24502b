"""Marks within Chinese are full-width."""

from __future__ import annotations

import re
from collections.abc import Iterator

from compiler.checks.check import Check, Draft, Finding
from compiler.checks.signs import Signs, any_in
from compiler.checks.suspects import CHINESE, context, suspected_data, suspected_prose, typed
from compiler.checks.words import DataText, Words
from compiler.diagnostics import Code, Severity
from compiler.patterns import pattern

_NAMES = {",": "逗号", ":": "冒号", ";": "分号", "?": "问号", "!": "叹号", ".": "句号"}
_FULL = {",": "，", ":": "：", ";": "；", "?": "？", "!": "！", ".": "。"}

_MARK = pattern(
    rf"(?:(?<={CHINESE})|(?<=[”》）】％]))[,;:?!](?:[ \u3000](?=\S))?"
    rf"|(?<=[0-9A-Za-z%])[,;?!] ?(?:(?={CHINESE})|(?=[“《（]))"
    rf"|(?<={CHINESE})\.$",
    re.MULTILINE,
)
_COLON = pattern(rf":(?:(?<={CHINESE}:)|(?<=[”》）】％}}]:))")
_BRACKET = pattern(r"[()（）]")
_CHINESE = pattern(CHINESE)
_NUMBER_FIRST = pattern(r"\s*\((?:[0-9]{1,2}|[一二三四五六七八九十]{1,3})\)")

_EXEMPT = pattern(
    r"https?://[^\s\u3000-\uffff]+|www\.[^\s\u3000-\uffff]+|[A-Za-z0-9_.+-]{1,64}@[A-Za-z0-9.-]+"
    r"|[^\s，。；：、《》“”]{1,60}\.(?:docx?|xlsx?|pptx?|pdf|wps|et|txt|csv|zip|rar|7z|jpe?g|png|md|yaml|html?)\b",
    re.IGNORECASE,
)
"""Addresses and names of files."""


_SIGNS = Signs(*",;?!()", ".\n", patterns=(_COLON,), ends=(".",))


def _in_file(text: str) -> bool:
    """YAML's own colons and commas have a space after them; a comma in a list in braces may lack it."""
    return (
        any_in(text, ";?!()")
        or text.count(",") != text.count(", ") + text.count(",\n")
        or text.count(":") != text.count(": ") + text.count(":\n")
        or ".\n" in text
        or text.endswith(".")
        or any(", " in line and "{" not in line for line in text.split("\n"))
    )


def _find(draft: Draft) -> Iterator[Finding]:
    for _, words in suspected_prose(draft, _SIGNS):
        yield from _in(words)
    for text in suspected_data(draft, _in_file, _SIGNS):
        if text.attribute != "number":  # a document's number is copied as it is
            yield from _in(text)


def _in(words: Words | DataText) -> Iterator[Finding]:
    text = words.text
    if not _CHINESE.search(text):
        return
    if "." in text or "@" in text:
        text = _EXEMPT.sub(lambda match: "\0" * len(match[0]), text)
    marks = [match for match in _MARK.finditer(text) if typed(words, match.start(), match.start() + 1)]
    if "(" in text or ")" in text:
        yield from _brackets(words, text, [match.start() for match in marks])
    for match in marks:
        start, end = match.span()
        if not typed(words, start, end):
            end = start + 1
        mark = text[start]
        yield Finding(
            words.span(start, end),
            f"中文里的{_NAMES[mark]}“{mark}”是半角的：“{context(words.text, start, start + 1)}”",
            f"改成全角的“{_FULL[mark]}”",
            fix=_FULL[mark],
        )


def _brackets(words: Words | DataText, text: str, marks: list[int]) -> Iterator[Finding]:
    """Pairs around Chinese of which a half at least is half-width."""
    numbered = _NUMBER_FIRST.match(text) if type(words) is Words else None
    opened: list[int] = []
    for match in _BRACKET.finditer(text):
        if match[0] in "(（":
            opened.append(match.start())
            continue
        if not opened:
            continue  # 1) is a mark of its own
        start, end = opened.pop(), match.end()
        half = [offset for offset in (start, end - 1) if text[offset] in "()"]
        if not half or (numbered and end <= numbered.end()):
            continue  # a number typed before a paragraph is told as such
        inside = text[start + 1 : end - 1]
        if len(half) == 2 and not _CHINESE.search(inside):
            continue
        if not all(typed(words, offset, offset + 1) for offset in half):
            continue
        if len(half) == 1:
            at = half[0]
            full = "（" if text[at] == "(" else "）"
            yield Finding(
                words.span(at, at + 1),
                f"中文里的括号一半是半角的：“{context(words.text, at, at + 1)}”",
                f"改成全角的“{full}”",
                fix=full,
            )
            continue
        whole = (
            typed(words, start, end)
            and not re.search(r"[()\n]", inside)
            and not any(start < mark < end for mark in marks)
        )
        shown = words.text[start:end].replace("\n", "")
        shown = shown if len(shown) <= 24 else f"{shown[:12]}…{shown[-11:]}"
        yield Finding(
            words.span(start, end) if whole else words.span(start, start + 1),
            f"中文里的括号是半角的：“{shown}”",
            "两个括号都改成全角的“（）”",
            () if whole else ((words.span(end - 1, end), "另一半在这里"),),
            f"（{words.text[start + 1 : end - 1]}）" if whole else "",
        )


CHECK = Check(
    Code.HALF_WIDTH_MARKS,
    Severity.WARNING,
    title="中文里用了半角标点",
    rule="汉字旁边的逗号、冒号、分号、问号、叹号，段末的句号，括着汉字的括号，都用全角。看叙述和数据文件里的文字，不看表格模板；时间 12:30、千分位 1,234、比例 1:500、网址、邮箱、文件名、文号和英文里的不算，括号里全是数字、字母的不算。",
    source="GB/T 15834—2011；GB/T 9704—2012（标点符号按国家标准）",
    mend="切换到中文标点，改成全角的，括号两半一起改。",
    find=_find,
)
