"""The gate that every input passes: UTF-8, and no character that cannot be printed.

Bytes come in, a `Source` goes out, or a diagnostic at the first byte or character that is refused.
"""

from __future__ import annotations

import re
from codecs import BOM_UTF8

from compiler.diagnostics import Code, Diagnostics
from compiler.source import Source, Span

# Compiled when first searched for: nearly all text is known to be clean without them.
_FORBIDDEN = "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\ufffe\uffff]"
"""Characters that XML cannot hold, and those that end a line for some programs and not for others."""
_SUSPICIOUS = "[\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufeff\ue000-\uf8ff\U000e0000-\U000e0fff]"
"""Characters that do not show, or show something else than they are: zero width, bidi, private use."""


def is_clean(text: str) -> bool:
    """Whether every character can be printed."""
    return text.isprintable() or not re.search(_FORBIDDEN, text)


def cleaned(text: str) -> str:
    """The text with ? for every character that cannot be printed: names of folders pass no gate."""
    return text if text.isprintable() else re.sub(_FORBIDDEN, "?", text)


def check_characters(text: str, span: Span, sink: Diagnostics) -> bool:
    """Report what an escape has put into `text`, which stands at `span`; whether nothing is forbidden."""
    if text.isprintable():
        return True
    forbidden = re.search(_FORBIDDEN, text)
    if forbidden:
        sink.error(Code.FORBIDDEN_CHARACTER, span, *_forbidden_words(forbidden[0], "删去写成转义的字符"))
    for match in re.finditer(_SUSPICIOUS, text):
        sink.warning(Code.SUSPICIOUS_CHARACTER, span, *_suspicious_words(match[0], "删去写成转义的字符"))
    return forbidden is None


def _forbidden_words(char: str, hint: str) -> tuple[str, str]:
    return f"有不能印出来的控制字符 U+{ord(char):04X}", hint


def _suspicious_words(char: str, hint: str) -> tuple[str, str]:
    return f"有看不见的字符 U+{ord(char):04X}", hint


def read_through_gate(shown: str, data: bytes, sink: Diagnostics) -> Source | None:
    """The text of a file that messages call `shown`; None when it was refused, which is reported."""
    text = decode(data, shown, sink)
    return None if text is None else gate(Source(shown, text), sink)


def decode(data: bytes, shown: str, sink: Diagnostics) -> str | None:
    """UTF-8 text, with or without a byte order mark, which is no part of it, with line ends as \\n; None for anything else, which is reported at its first bad byte."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        sink.error(
            Code.NOT_UTF8,
            Source(shown, "").span(0),
            "文件是 UTF-16 编码",
            "用记事本打开，另存为时编码选 UTF-8",
        )
        return None
    data = data.removeprefix(BOM_UTF8)  # an older Notepad knows no UTF-8 without
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        before = data[: error.start].decode("utf-8")
        try:
            whole, word = data.decode("gb18030"), "像是 GBK 编码"
        except UnicodeDecodeError:
            whole, word = data.decode("utf-8", "replace"), "有不认识的字节"
        line = before.count("\n")
        column = len(before) - before.rfind("\n") - 1
        source = Source(shown, whole.replace("\r\n", "\n"))
        place = Span(source, line + 1, column + 1, column + 2)
        sink.error(
            Code.NOT_UTF8, place, f"文件不是 UTF-8 编码（{word}）", "用记事本打开，另存为时编码选 UTF-8"
        )
        return None
    return text.replace("\r\n", "\n").replace("\r", "\n") if "\r" in text else text


def gate(source: Source, sink: Diagnostics) -> Source | None:
    """The source when every character can be printed; what cannot is reported, each at its place."""
    text = source.text
    if text.replace("\n", "").replace("\u3000", "").isprintable():
        source.printable = True
        return source
    bad = False
    for match in re.finditer(_FORBIDDEN, text):
        bad = True
        sink.error(
            Code.FORBIDDEN_CHARACTER,
            source.span(match.start()),
            *_forbidden_words(match[0], "删去它；多半是从别的软件粘贴来的，可以重新打一遍这几个字"),
        )
    for match in re.finditer(_SUSPICIOUS, text):
        sink.warning(
            Code.SUSPICIOUS_CHARACTER,
            source.span(match.start()),
            *_suspicious_words(match[0], "删去它；多半是从网页粘贴来的"),
        )
    return None if bad else source
