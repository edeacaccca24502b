"""Marks are used as GB/T 15834 says."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from itertools import islice

from compiler.checks.check import Check, Draft, Finding
from compiler.checks.layout.pairs import unmatched, unmatched_among, unmatched_somewhere
from compiler.checks.signs import Signs, any_in
from compiler.checks.suspects import (
    CHINESE,
    context,
    junctions,
    suspected_data,
    suspected_prose,
    typed,
)
from compiler.checks.words import DataText, Words
from compiler.diagnostics import Code, Severity
from compiler.named import NamedTuple
from compiler.patterns import pattern
from compiler.tree import Heading, Paragraph

_AFTER_MARK = "，。、；：？！）》”"


def _same(fix: str) -> Callable[[str], str]:
    return lambda _: fix


class _Slip(NamedTuple):
    pattern: str
    message: str
    """Before the words in question."""
    hint: str
    fix: Callable[[str], str]


_SLIPS = (
    _Slip(
        "》、《",
        "并列的书名号之间不用顿号",
        "删去顿号；书名号后面有括注的才用（GB/T 15834—2011 4.5.3.5）",
        _same("》《"),
    ),
    _Slip(
        "”、“",
        "并列的引号之间不用顿号",
        "删去顿号；引号后面有括注的才用（GB/T 15834—2011 4.5.3.5）",
        _same("”“"),
    ),
    _Slip(
        rf"(?:(?<={CHINESE})|(?<=[”》），、]))\.{{3,}}|\.{{3,}}(?={CHINESE})|。{{3,}}|、{{3,}}|(?<!…)…(?!…)",
        "省略号应当是六个点，占两个字",
        "改成“……”",
        _same("……"),
    ),
    _Slip(
        "[，、；：。][，、；：。]+|[！？][，、；：。]|[，、；：][！？]",
        "两个标点连用",
        "留下一个；有一个是数据里带来的，改数据",
        lambda marks: marks[0] if marks == marks[0] * len(marks) else "",
    ),
    _Slip(
        rf"(?:(?<={CHINESE})|(?<=[”》）]))(?:-{{2,3}}|[－–─]{{1,2}})(?:(?={CHINESE})|(?=[“《（]))",
        "破折号应当占两个字",
        "破折号改成“——”；是连接号的，改成“—”",
        lambda dash: "——" if len(dash) > 1 else "",
    ),
    _Slip(
        r"(?<![0-9])[\"＂][^\"＂\n]*[\"＂]|(?<!\w)'[^'\n]*'(?!\w)",
        "中文里用了直引号",
        "改成“”，引号里再用引号的改成‘’",
        lambda quoted: f"“{quoted[1:-1]}”",
    ),
    _Slip(
        "、等(?![级待额效值量同于候次到离边差比距式腰身高温位号宽长速压])",
        "“等”前面不用顿号",
        "删去顿号",
        _same("等"),
    ),
    _Slip(
        rf"(?:(?<=\n)|^)[{_AFTER_MARK}]",
        "一段的开头是标点",
        "删去它，或者与上一段连起来",
        _same(""),
    ),
    _Slip(
        rf"{CHINESE}(?:[ \u3000]+{CHINESE})+",
        "汉字之间有空格",
        "删去空格",
        lambda spaced: spaced.replace(" ", "").replace("\u3000", ""),
    ),
)
_QUOTES, _START, _SPACE = 5, len(_SLIPS) - 2, len(_SLIPS) - 1
_CHINESE = pattern(CHINESE)
_PATTERN = pattern("|".join(f"({slip.pattern})" for slip in _SLIPS))
# Each starts with one character or one set, which is searched for fast.
_RAW = (
    pattern("[，、；：。！？][，、；：。！？]"),
    pattern(rf" (?=[ \u3000]*{CHINESE})(?<={CHINESE} )"),
    pattern(rf"\n[ \t\u3000]*[{_AFTER_MARK}]"),
    pattern(r"\.\.\."),
    pattern("、等"),
    pattern(rf"--(?:(?<={CHINESE}--)|(?<=[”》）]--))"),
    pattern("、(?<=[》”]、)(?=[《“])"),
)
_USUAL = Signs(*"…－–─＂\u3000", patterns=_RAW, starts=tuple(_AFTER_MARK))
_IN_WORDS = Signs(*"\"'", *_USUAL.words, patterns=_RAW, starts=_USUAL.starts)
_QUOTE = pattern(rf"[\"'](?:(?<={CHINESE}.)|(?<=[，。；：、（].))(?![\s,}}\]])")
_MOST_LONE = 5
"""Marks without their other half that are told of one paragraph."""
_CHAPTER = pattern(r"第[一二三四五六七八九十百0-9]+[章节条编部分款项]$")


def _in_file(text: str) -> bool:
    """Quotation marks before or after a value are YAML's own."""
    return (
        (any_in(text, "\"'") and _QUOTE.search(text) is not None) or _USUAL(text) or unmatched_somewhere(text)
    )


def _find(draft: Draft) -> Iterator[Finding]:
    for block, words in suspected_prose(draft, _IN_WORDS, unmatched_among):
        yield from _in(words, paragraph=type(block) in (Paragraph, Heading))
    for text in suspected_data(draft, _in_file, _IN_WORDS, unmatched_among):
        if text.attribute != "number":  # a document's number is copied as it is
            yield from _in(text, paragraph=True)
    # A value may end in a mark of its own, or in one that needs no 、 after it. What is found twice is told once.
    for words in junctions(draft, "，、；：。！？》”", "，、；：。！？"):
        yield from _in(words, paragraph=True)


def _in(words: Words | DataText, paragraph: bool) -> Iterator[Finding]:
    text = words.text
    for match in _PATTERN.finditer(text):
        index = (match.lastindex or 0) - 1
        if not paragraph and index in (_START, _SPACE):
            continue  # cells are set with spaces: 合 计
        start, end = match.span()
        if (index == _SPACE and not _is_slip(words, match)) or (
            index == _QUOTES and not _CHINESE.search(match[0])
        ):
            continue
        places = [at for at in range(start, end) if typed(words, at, at + 1)]
        if index == _SPACE:
            places = [at for at in places if text[at] in " \u3000"]
        elif index < 2:
            places = [at for at in places if text[at] == "、"]
        if not places:
            continue  # it stands in a value, and is told of the data file
        slip = _SLIPS[index]
        whole = typed(words, start, end)
        yield Finding(
            words.span(start, end) if whole else words.span(places[0], places[0] + 1),
            f"{slip.message}：“{context(text, start, end)}”",
            slip.hint,
            fix=slip.fix(match[0]) if whole else "",
        )
    if unmatched_somewhere(text):
        for at, name, other in islice(unmatched(text), _MOST_LONE):
            if typed(words, at, at + 1):
                yield Finding(
                    words.span(at, at + 1),
                    f"{name}没有配对：“{context(text, at, at + 1)}”",
                    f"补上{other}，或者删去这一个",
                )


def _is_slip(words: Words | DataText, match: re.Match[str]) -> bool:
    """Whether spaces between Chinese characters are none that belong there (第一章 总则), nor told elsewhere."""
    if type(words) is Words and re.search(r"[ \u3000]{2}", match[0]):
        return False  # runs of spaces in prose are slips of the hand (N009)
    return not _CHAPTER.search(words.text[max(0, match.start() - 8) : match.start() + 1])


CHECK = Check(
    Code.MARKS_MISUSED,
    Severity.WARNING,
    title="标点用得不合规范",
    rule="并列的书名号、引号之间不加顿号；标点不连用；省略号、破折号占两个字；中文用“”；“等”前不加顿号；一段不以标点开头；汉字之间没有空格；引号、书名号、括号成对。看叙述和数据文件里的文字，不看表格模板；分几段的引文，前几段没有后引号的不算。",
    source="GB/T 15834—2011",
    mend="照提示改正标点；数据里带来的，改数据文件。",
    find=_find,
)
