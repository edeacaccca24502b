"""Slips of hurried hands: what was meant as markup, is none, and would be printed as typed."""

from __future__ import annotations

import re

from compiler.diagnostics import Code, Diagnostic, Diagnostics, Severity
from compiler.named import NamedTuple
from compiler.patterns import Pattern, pattern
from compiler.readers.markdown.marks import PLACEHOLDER
from compiler.readers.markdown.passage import Passage

_BRACES = "数据写成 {{ 名称 }}，双花括号都用半角"
_PRINT_IT = "；如果就是要印出来，请在前面加反斜杠"


class _Slip(NamedTuple):
    pattern: str
    severity: Severity
    code: Code
    message: str
    """`{}` stands for what was found."""
    hint: str


_IN_WORDS = (
    _Slip(
        r"\{%(?:(?!\{%|%\})[^\n])*%\}|\{%|%\}",
        Severity.ERROR,
        Code.MARKDOWN_UNSUPPORTED,
        "叙述里不能写“{}”",
        "循环和条件只能写在表格模板里；叙述里只用 {{ 名称 }}",
    ),
    _Slip(r"\}\}", Severity.ERROR, Code.PLACEHOLDER_UNCLOSED, "“}}}}”前面没有“{{{{”", _BRACES),
    _Slip(
        r"[｛{]{2}[^｛｝{}\n]*[｝}]{2}|[｛{]{2}|[｝}]{2}",
        Severity.ERROR,
        Code.PLACEHOLDER_UNCLOSED,
        "“{}”用了全角花括号，不会填入数据",
        _BRACES,
    ),
    _Slip(r"｛[^｛｝{}\n]*｝", Severity.WARNING, Code.PLACEHOLDER_UNCLOSED, "“{}”会原样印出来", _BRACES),
    _Slip(
        r"\{#[^{}\n]*\}",
        Severity.ERROR,
        Code.MARKDOWN_UNSUPPORTED,
        "这里不能写编号“{}”",
        "编号只能写在标题、表题或图片的末尾，只用汉字、字母、数字、点和横线，例如 {#资金表}",
    ),
    _Slip(
        r"[｛{][^｛｝{}\n]*[｝}]",
        Severity.ERROR,
        Code.PLACEHOLDER_UNCLOSED,
        "“{}”只有单花括号，不会填入数据",
        _BRACES + _PRINT_IT,
    ),
    _Slip(
        r"\[\^[^\[\]\n]+\]",
        Severity.ERROR,
        Code.MARKDOWN_UNSUPPORTED,
        "不支持脚注“{}”",
        "写进正文，或者在表格下面另起一段写“注：……”",
    ),
    _Slip(
        r"[!！](?:\[[^\[\]\n]*\]（|【[^【】\n]*】[（(])",
        Severity.ERROR,
        Code.BAD_PICTURE,
        "“{}”用了全角的符号，不会印成图片",
        "写成 ![图题](图/文件名.png)，感叹号、方括号、圆括号都用半角",
    ),
    _Slip(
        r"\]\(|\]（(?=[ \t]*(?:https?:|#))",
        Severity.ERROR,
        Code.MARKDOWN_UNSUPPORTED,
        "链接没有写完整",
        "写成 [文字](网址) 或 [文字](#编号)，括号用半角，网址里不要有空格" + _PRINT_IT,
    ),
    _Slip(
        r"</?[A-Za-z][A-Za-z0-9]*(?:\s[^<>\n]*)?/?>|&(?:[A-Za-z]{2,31}|#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6});",
        Severity.WARNING,
        Code.MARKDOWN_UNSUPPORTED,
        "“{}”会原样印出来",
        "叙述里不用网页代码，请删去",
    ),
    _Slip(
        r"~~[^~\n]+~~|~~+",
        Severity.WARNING,
        Code.MARKDOWN_UNSUPPORTED,
        "“{}”会原样印出来",
        "不支持删除线，请删去不要的文字和波浪线",
    ),
    _Slip(r"＊＊+", Severity.WARNING, Code.UNMATCHED_MARK, "“{}”会原样印出来", "加粗请用半角的 **"),
)
_AT_LINE_START = (
    _Slip(
        r"^(?:＃+|#+)",
        Severity.ERROR,
        Code.MARKDOWN_UNSUPPORTED,
        "“{}”开头的这一行不是标题，会原样印出来",
        "标题写成“# 标题”：最多六个半角 #，后面空一格" + _PRINT_IT,
    ),
    _Slip(
        r"^[|｜]",
        Severity.ERROR,
        Code.BROKEN_TABLE,
        "这里像表格，但认不出来",
        "表格每行用半角竖线 | 分格，第二行写 |---|---|，格数与表头相同，前后各空一行",
    ),
)


def _compile(slips: tuple[_Slip, ...], flags: int = 0) -> Pattern:
    """One group a slip, in their order."""
    return pattern("|".join(f"({slip.pattern})" for slip in slips), flags)


_WORDS = _compile(_IN_WORDS)
# Nearly all prose has none of these, and a set is searched for much faster than the alternatives.
_ANY = pattern(r"[{}｛｝\[\]<&~＊【]")
_LINE_START = _compile(_AT_LINE_START, re.MULTILINE)
_AT_START = frozenset("＃#|｜")
_TWO_ROWS = pattern(r"^[^|｜\n]+[|｜][^\n]*\n[^|｜\n]+[|｜]", re.MULTILINE)


def report_words(passage: Passage, start: int, end: int, sink: Diagnostics) -> None:
    """Report what looks like a mark in `text[start:end]`, which was read as plain words."""
    if not _ANY.compiled.search(passage.text, start, end):
        return
    for match in _WORDS.finditer(passage.text, start, end):
        _report(_IN_WORDS, match, passage, sink)


def report_lines(passage: Passage, sink: Diagnostics) -> None:
    """Report lines of a paragraph that were meant as a heading or as a table's rows."""
    text = passage.text
    if "\n" not in text and text[:1] not in _AT_START:
        return
    found = False
    for match in _LINE_START.finditer(text) if any(mark in text for mark in _AT_START) else ():
        _report(_AT_LINE_START, match, passage, sink)
        found = True
        if match[0] in "|｜":
            return
    if not found and "\n" in text and ("|" in text or "｜" in text):
        # Blanked in place, so that a filter's bar is none and offsets stay.
        plain = PLACEHOLDER.sub(lambda match: "\0" * len(match[0]), text)
        rows = _TWO_ROWS.search(plain)
        if rows:
            slip = _AT_LINE_START[1]
            sink.error(slip.code, passage.span(rows.start(), rows.end()), slip.message, slip.hint)


def _report(slips: tuple[_Slip, ...], match: re.Match[str], passage: Passage, sink: Diagnostics) -> None:
    slip = slips[(match.lastindex or 0) - 1]
    sink.add(
        Diagnostic(
            slip.code,
            slip.severity,
            passage.span(match.start(), match.end()),
            slip.message.format(match[0]),
            slip.hint,
        )
    )
