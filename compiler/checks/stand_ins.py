"""What somebody typed in the place of what was not known yet, and did not mark: 待定, XX万元, （待补充）.

待填 and 待更新 are marks in whatever brackets (`compiler.gaps`). These words may mean something else now and then, so a person decides.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from itertools import chain

from compiler.checks.check import Check, Draft, Finding
from compiler.checks.signs import Signs
from compiler.checks.suspects import context, suspected_prose
from compiler.checks.typed_texts import data_together, holding, strings
from compiler.checks.words import DataText, texts_of
from compiler.diagnostics import Code, Severity
from compiler.gaps import holds_mark, is_unfilled
from compiler.patterns import pattern
from compiler.record import Facts, Record
from compiler.source import Span

_LATER = (
    r"待(?:补[充录齐报]?|定|核[实对定准]?|查[实证]?|确[认定]|统计|测算|提供|完善)|暂缺|暂未(?:填报?|统计|确定)"
    r"|(?:TBD|TBC|TODO|tbd|tbc|todo)"
)
_NOT_YET = (
    r"(?:尚|暂|还|仍)未(?:填[写报]?|确?定|统计|提供|反馈|收到)|未(?:填[写报]?|定)|还?没有?填(?:写|好)?|填写?|空白?"
    r"|待填[^的，。；]{1,12}|待(?![遇业客命])[\u4e00-\u9fff]{1,8}(?:提供|反馈|补充|填写|确认|核实)"
)
"""What says so as a whole value only: among words it is about something."""
_STROKES = r"(?:…|\.{3}|。{3})+|[_＿]{2,}|[*＊]{2,}|0{3,}"
_CROSSES = r"(?:(?:[XxＸｘ]+[.．])?[XxＸｘ]{2,}|[×✕╳]{2,}(?:[.．][×✕╳]+)?)"
_OPEN, _CLOSE = r"[〔［\[【〖(（]", r"\\?[〕］\]】〗)）]"
_UNIT = (
    r"(?:[万亿千百十]*元|[万亿]|[%％‰]|个?百分点|平方米|公里|[人家个项次场户件份名台套篇条处批亩米吨期天年月日号分册卷所届倍字]"
    r"|单位|公司|企业|部门|项目|街道|社区|[局科处区县市镇乡])"
)
_WHOLE = pattern(
    rf"{_OPEN}?\s*(?:(?P<later>{_LATER}|{_NOT_YET})。?|(?P<nothing>{_CROSSES}|{_STROKES}|[?？]+)|(?P<somebody>(?:某某|{_CROSSES})[\u4e00-\u9fff（）()]{{1,10}}))"
    rf"\s*{_CLOSE}?"
)
"""A value that says nothing else."""
_INSIDE = pattern(
    rf"(?P<later>{_OPEN}\s*(?:{_LATER})\s*(?:[：:][^〔〕［］\[\]【】()（）\n]*)?{_CLOSE}"
    r"|(?<![^\s*_>|。；！？])待(?:补充?|核实|确认|定)[：:])"
    rf"|(?P<nothing>(?<![A-Za-z0-9XxＸｘ×✕╳.．]){_CROSSES}(?=\s?{_UNIT})"
    r"|(?<![A-Za-z0-9XxＸｘ×✕╳.．])[XxＸｘ×✕╳](?=[万亿]元|[%％]|年[XxＸｘ×✕╳]月)"
    rf"|(?<![?？])[?？]{{2,}}(?=\s?{_UNIT})|[(（][?？]+[)）])"
    rf"|(?P<somebody>某某(?=单位|公司|企业|部门|项目|街道|社区|[局科处区县市镇乡办]))"
)
_OTHERS_WORDS = pattern(
    r"“[^“”\n]*”|‘[^‘’\n]*’|「[^「」\n]*」|『[^『』\n]*』|《[^《》\n]*》|\"[^\"\n]*\"|`[^`\n]*`|https?://\S+"
)
"""What is quoted is not what the report says."""
_SIGNS = Signs(*"待暂XxＸｘ×✕╳?？", "某某", "TBD", "TBC", "TODO", "tbd", "tbc", "todo")
"""Most texts have none of these but the 待 of 接待."""
_WHOLE_SIGNS = Signs(
    *_SIGNS.words, "未", "没", "填", "空", "…", "...", "。。", "__", "＿＿", "**", "＊＊", "000"
)
_LONGEST = 24
"""Characters of a value that says nothing else."""


def _find(draft: Draft) -> Iterator[Finding]:
    texts = {
        text
        for text in _WHOLE_SIGNS.among(data_together(draft))
        if _whole(text) is not None or any(_inside(text))
    }
    for record in holding(draft, texts):
        if _WHOLE_SIGNS(record.source.text):
            for key, text, place in chain(_texts(record), _facts(record)):
                if text in texts:
                    yield from _in_value(key, text, place)
    for _, words in suspected_prose(draft, _SIGNS):
        for start, end, kind in _inside(words.text):
            if words.typed(start, end):
                shown = words.text[start:end]
                yield _finding(
                    words.span(start, end),
                    f"“{context(words.text, start, end)}”里的“{shown}”",
                    kind,
                    prose=True,
                )


def _texts(record: Record) -> Iterator[tuple[str, str, DataText | Span]]:
    for text in texts_of(record):
        if text.attribute != "remark":
            yield text.key, text.text, text


def _facts(record: Record) -> Iterator[tuple[str, str, Span]]:
    """The texts in the open mappings of a record and of the records in it."""
    for attribute in record.KEYS.values():
        value = getattr(record, attribute)
        if type(value) is Facts:
            for key, inner in value.items():
                span = value.span_of(key)
                if span is not None:
                    yield from ((key, text, span) for text in strings(inner))
        for inner in value if type(value) is tuple else (value,):
            if isinstance(inner, Record):
                yield from _facts(inner)


def _in_value(key: str, text: str, place: DataText | Span) -> Iterator[Finding]:
    whole = _whole(text)
    if whole is not None:
        span = place.span(0, len(text)) if isinstance(place, DataText) else place
        yield _finding(span, f"“{key}”写的是“{text.strip()}”", str(whole.lastgroup), prose=False)
        return
    for start, end, kind in _inside(text):
        span = place.span(start, end) if isinstance(place, DataText) else place
        yield _finding(span, f"“{key}”里的“{context(text, start, end)}”", kind, prose=False)


def _whole(text: str) -> re.Match[str] | None:
    """A value that says nothing else than that it is not filled in, and is no mark."""
    if len(text) > _LONGEST or not _WHOLE_SIGNS(text) or is_unfilled(text) or holds_mark(text):
        return None
    return _WHOLE.fullmatch(text.strip())


def told_of(values: Iterable[tuple[str, object]]) -> str:
    """What to say before values are written that say nothing else than that they are not filled in; nothing when none does.

    `values`: names and values as they are typed; of records what they hold.
    """
    found = [(name, text) for name, text in _leaves(values) if _whole(text) is not None]
    named = [f"{name}“{text}”" for name, text in found[:_TOLD]]
    return (
        f"有 {len(found)} 处像是没有填的：{'、'.join(named)}{'等' if len(found) > _TOLD else ''}。"
        "还不知道的，空着或者填“待填”，才算在还剩的里面。"
        if found
        else ""
    )


_TOLD = 6
"""Values told one by one."""


def _leaves(values: Iterable[tuple[str, object]]) -> Iterator[tuple[str, str]]:
    for name, value in values:
        if isinstance(value, str):
            yield name, value.strip()
        elif isinstance(value, Mapping):
            yield from _leaves((key, inner) for key, inner in value.items())
        elif isinstance(value, (list, tuple)):
            yield from _leaves((name, inner) for inner in value)


def _inside(text: str) -> Iterator[tuple[int, int, str]]:
    """Where a text holds such words: start, end, which kind."""
    if not _SIGNS(text):
        return
    blank = _OTHERS_WORDS.sub(lambda found: " " * len(found[0]), text)
    for found in _INSIDE.finditer(blank):
        yield found.start(), found.end(), str(found.lastgroup)


def _finding(span: Span, what: str, kind: str, *, prose: bool) -> Finding:
    said = "像是样子里的名称，没有改成自己的" if kind == "somebody" else "像是没有填的"
    mark = "〔待填：写什么〕" if prose else "“待填”"
    hint = "改成自己的" if kind == "somebody" else f"填上；还不知道的，写{mark}，草稿里看得见，也算进还有几处"
    return Finding(
        span,
        f"{what}{'' if prose else '，'}{said}",
        f"{hint}；就是这个意思的，换个说法{'，或者加引号' if prose else '，或者放行'}",
        severity=Severity.ERROR if kind == "nothing" else None,
    )


CHECK = Check(
    Code.STAND_IN,
    Severity.WARNING,
    title="像是没有填的",
    rule="值不应当是“待补”“待定”“待核实”“待财务提供”“未定”“尚未填写”“暂缺”“空”“TBD”“某某科”这样的话；文字里不应当有（待补充）〔待核实〕【待定】"
    "和一段开头的“待补充：”。代替数、名称的“XX”“××”“？？”是错误，如“XX万元”“××家”“？？个”；整个值是“……”“___”“**”“0000”的也是。"
    "引号、书名号里的不看；“有待核实的线索12条”“待定代表”这样说事情的不看。"
    "“待填”“待更新”外面加了别的括号、后面跟冒号的，就是待填、待更新，由B001、B002报。",
    source="财预〔2020〕10号第二十五条（内容完整）",
    mend="填上；还不知道的，数据里写“待填”，叙述里写〔待填：写什么〕。就是这个意思的，换个说法，或者审定以后放行。",
    find=_find,
)
