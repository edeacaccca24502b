"""Slips of the hand in narratives: what a keyboard, a web page or another program leaves behind."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from compiler.checks.check import Check, Draft, Finding
from compiler.checks.signs import Signs
from compiler.checks.suspects import CHINESE, context, suspected_prose, typed
from compiler.checks.words import Words
from compiler.diagnostics import Code, Severity
from compiler.figures import half_width
from compiler.patterns import pattern
from compiler.source import Span
from compiler.tree import Paragraph, Table

_WEB = "\u00a0\u2000-\u200a\u202f\u205f"
_SLIP = pattern(
    rf"(?P<wide>[０-９Ａ-Ｚａ-ｚ％]+(?:．[０-９]+[０-９Ａ-Ｚａ-ｚ％]*)?)"
    rf"|(?P<tab>\t+)|(?P<web>[{_WEB}][{_WEB} ]*)|(?P<spaces>[ \u3000]{{2,}})"
)
_START = pattern(
    r"(?P<bullet>[•●■◆▪◦○□➢➤✓√★☆▲△·])|(?P<arabic>[0-9]{1,2}[、.．](?![0-9]))|(?P<bracketed>[（(]?[0-9]{1,2}[）)])"
    r"|(?P<circled>[①-⑳])|(?P<chinese>[一二三四五六七八九十]{1,3}、(?![一二三四五六七八九十]))"
    r"|(?P<chinese_bracketed>[（(][一二三四五六七八九十]{1,3}[）)])"
)
# Each starts with one character or one set, which is searched for fast.
_ODD = pattern(rf"[０-９Ａ-Ｚａ-ｚ％\t{_WEB}]")
_SPACES = pattern(r"  (?=[^\s|])"), pattern(r"\u3000(?=[ \u3000]*[^\s|])")
_LINE_START = pattern(
    r"\n[ \t>\u3000]*(?:[•●■◆▪◦○□➢➤✓√★☆▲△·①-⑳]|[0-9]{1,2}[、.．）)](?! )|[（(][0-9一二三四五六七八九十]"
    r"|[一二三四五六七八九十]{1,3}、)"
)
_WIDE = pattern(rf"{CHINESE}|[\u3001-\u303f\uff01-\uff5e“”‘’—…]")


_SIGNS = Signs(patterns=(_ODD, *_SPACES), lines=(_LINE_START,))


def _find(draft: Draft) -> Iterator[Finding]:
    narratives = {source.path for source in draft.narratives.values()}
    numbers: dict[tuple[str, str], list[tuple[Span, str]]] = defaultdict(list)
    for block, words in suspected_prose(draft, _SIGNS):
        path = block.span.source.path
        if path not in narratives:
            continue
        yield from _in(words, cell=type(block) is Table)
        if type(block) is Paragraph and block.role == "body":
            match = _START.match(words.text)
            if match and typed(words, *match.span()):
                numbers[path, match.lastgroup or ""].append((words.span(*match.span()), match[0]))
    for (_, kind), places in numbers.items():
        (span, mark), others = places[0], places[1:]
        noun = "项目符号" if kind == "bullet" else "编号"
        more = f"，同样的还有{len(others)}段" if others else ""
        yield Finding(
            span,
            f"段首的{noun}“{mark}”是自己打的{more}",
            "是小标题的，写成“# 标题”；是列举的，每项前面写“- ”或“1. ”：编号由程序编排",
            tuple((place, "这里也是") for place, _ in others[:4]),
        )


def _in(words: Words, cell: bool) -> Iterator[Finding]:
    text = words.text
    for match in _SLIP.finditer(text):
        start, end = match.span()
        kind = match.lastgroup
        if not typed(words, start, end) or (cell and kind == "spaces"):
            continue
        if kind == "wide":
            noun = "数字、字母" if match[0] != "％" * len(match[0]) else "百分号"
            yield Finding(
                words.span(start, end),
                f"{noun}“{match[0]}”是全角的：“{context(text, start, end)}”",
                f"改成半角的“{half_width(match[0])}”",
                fix=half_width(match[0]),
            )
            continue
        noun = {"tab": "制表符", "web": "从网页带来的空格"}.get(kind or "", "连着几个空格")
        yield _space(words, start, end, f"段落里有{noun}：“{context(text, start, end)}”")


def _space(words: Words, start: int, end: int, message: str) -> Finding:
    """Between Chinese there is no space at all; elsewhere one may stand."""
    text = words.text
    wide = [bool(_WIDE.match(text[at : at + 1])) for at in (start - 1, end)]
    hint = "删去；要分开的两样东西，用标点分开"
    if not all(wide):
        return Finding(words.span(start, end), message, "只留一个普通的空格，或者删去", fix=" ")
    if start and typed(words, start - 1, end + 1):
        return Finding(words.span(start - 1, end + 1), message, hint, fix=text[start - 1] + text[end])
    return Finding(words.span(start, end), message, hint)


CHECK = Check(
    Code.NARRATIVE_SLIPS,
    Severity.WARNING,
    title="叙述里有随手带进来的字符",
    rule="叙述里的数字、字母、百分号用半角；段落里没有制表符、连着的空格、从网页粘贴来的特殊空格；段首不自己打编号（1、（一）①）和项目符号（•）。一个文件里同一样的编号只报一次。表格单元格里的空格不看。",
    source="GB/T 15835—2011；GB/T 9704—2012 7.3.3（层次序数）",
    mend="照提示改；编号交给程序：小标题写“# 标题”，列举写“- ”或“1. ”。",
    find=_find,
)
