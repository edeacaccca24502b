"""Which typed counts are of things that the data should know: 328人次 is, 3个方面 and 30天以内 are not."""

from __future__ import annotations

from compiler.checks.prose.naming import Place
from compiler.checks.prose.typed_tokens import Token
from compiler.patterns import pattern

_THINGS = frozenset(
    [
        "家",
        "名",
        "人",
        "人次",
        "户",
        "户次",
        "场",
        "件",
        "件次",
        "份",
        "台",
        "卷",
        "张",
        "套",
        "辆",
        "册",
        "篇",
        "幅",
        "座",
        "间",
        "幢",
        "栋",
        "例",
        "起",
        "宗",
        "笔",
        "株",
        "棵",
        "盏",
        "箱",
        "袋",
        "瓶",
        "艘",
        "架",
        "亩",
        "吨",
        "班",
        "课",
    ]
)
"""Measure words of what is counted for a report; a few of them are worth a word, too."""
_LOOSE = frozenset(
    [
        "个",
        "项",
        "次",
        "天",
        "条",
        "度",
        "期",
        "处",
        "批",
        "门",
        "部",
        "支",
        "只",
        "块",
        "米",
        "组",
        "节",
        "所",
        "本",
        "站",
        "村",
    ]
)
"""Measure words that are said of anything; only many of them are looked at."""
_FEW = 10
_STRUCTURE = pattern(
    "(?:个|项|条|点|次|类|大|小|重点|主要|具体|关键|核心|基本|一级|二级|三级|子|工作|改进|整改|意见|专项|不同|方面|绩效|评价){0,4}"
    "(?:方面|措施|阶段|建议|问题|原因|环节|步骤|层面|层次|维度|部分|原则|要点|类别|指标|板块|内容|章节|角度|因素|条件|举措|要求)"
)
"""What follows the measure word where the words count their own points."""
_LIMIT_AFTER = pattern(r"\s?(?:（含）|\(含\))?(?:以[内上下外]|之内|内(?![容部设外])|及以)")
_LIMIT_BEFORE = pattern(
    r"(?:不(?:超过|少于|多于|低于|高于|得超过|大于|小于|足|到)|至[少多]|最[多少]|超过?|逾|近|约|大于|少于|多于|大约|将近|≥|≤|>|<)\s?$"
)
_ONE_OF = pattern(r"(?:前|每|第|平均|[日月人户]均)\s?$")
_PER = pattern(r"\s?[/／每]|\s?一次")
_TERMS = frozenset((30, 365, 366))
"""Days that are a month or a year."""


def is_counted(token: Token, place: Place, *, limits: bool) -> bool:
    """Whether the data should have a count; `limits` are looked at in targets, which are limits themselves."""
    if token.unit not in _THINGS and (token.unit not in _LOOSE or token.value < _FEW):
        return False
    text = place.text
    if _STRUCTURE.match(text, place.end) or _PER.match(text, place.end):
        return False
    if token.unit == "天" and token.value in _TERMS:
        return False
    before = max(0, place.start - 6)
    if _ONE_OF.search(text, before, place.start):
        return False
    return limits or not (
        _LIMIT_AFTER.match(text, place.end) or _LIMIT_BEFORE.search(text, before, place.start)
    )
