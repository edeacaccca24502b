"""Which figure of the data the words before a typed figure speak of."""

from __future__ import annotations

from collections.abc import Iterable

from compiler.checks.prose.figure_index import Entry
from compiler.checks.prose.typed_tokens import clause, sentence
from compiler.named import NamedTuple
from compiler.patterns import Pattern, pattern

_SPENT = r"(?<!基本)(?<!项目)(?<!其他)(?<!未)支出(?!进度|率)"
_WORDS = {
    "年初预算数": pattern(r"年初(?:预算|安排|核定|批复|下达)?"),
    "全年预算数": pattern(r"(?<!年初)(?:预算(?!执行|管理|绩效|批复)|全年预算数?|安排|下达|批复|核定)"),
    "全年执行数": pattern(rf"{_SPENT}|执行数|决算|支付|拨付|使用|花费"),
    "差额": pattern(r"差额|结余(?!率)|节余|剩余|未支出|未执行|余额|尚余|节约"),
    "执行率": pattern(r"执行率|执行进度|支出进度|支出率"),
    "上年结转结余率": pattern(r"上年的?(?:结转结余率)?"),
    "调整": pattern(r"调增|调减|追加|压减|核减|增加|减少|增长|下降|幅度"),
    "占比": pattern(r"占|比重"),
    "得分": pattern(r"得分|评分|自评|总分|得"),
    "分值": pattern(r"分值|满分|权重"),
}
"""By what words prose calls the figures that every form has."""
_OWNERS = {
    "当年财政拨款": pattern("财政拨款"),
    "上年结转资金": pattern("上年结转"),
    "各项目合计": pattern("合计|共计|各项目"),
}
_MARKS = pattern("[，、；,;：:]")
_REACH = 60
NAMED = 40
"""From this fitness on, the words name the figure."""


class Place(NamedTuple):
    """The words around a figure."""

    text: str
    start: int
    end: int


def fitness(entry: Entry, place: Place) -> int:
    """How well the words around a place call an entry; 0 when they do not."""
    first, _ = sentence(place.text, place.start, place.end)
    before = place.text[max(first, place.start - _REACH) : place.start]
    named = _called(entry.key, before, place)
    return named + (_nearness(_OWNERS.get(entry.owner) or entry.owner, before) // 2 if entry.owner else 0)


def _called(key: str, before: str, place: Place) -> int:
    words = _WORDS.get(key)
    if words is not None:
        return _nearness(words, before)
    near = _nearness(key, before)
    if near:
        return near
    # A name that the clerk gave: 合同金额 of 合同价.
    own = place.text[slice(*clause(place.text, place.start, place.end))]
    shared = sum(key[at : at + 2] in own for at in range(len(key) - 1))
    return 15 * shared


_FILLING = pattern(r"(?:总额|合计|共计|总计|共|数|金额|为|是|了|达到|达|：|:|\s)*")
_OTHERWISE = pattern(r"上年|去年|前一年|上一年|同期|往年|预计|\d{4}年|人均|户均|平均|每|约|近|超过|较之")


def directly(entry: Entry, place: Place) -> bool:
    """Whether the figure follows right upon the words for an entry, and is not said to be another year's or a share."""
    words = _WORDS.get(entry.key) or entry.key
    before = place.text[max(0, place.start - _REACH) : place.start]
    if _OTHERWISE.search(place.text[slice(*clause(place.text, place.start, place.end))]):
        return False
    return any(_FILLING.fullmatch(before, end) for _, end in _spans(words, before))


def _spans(words: Pattern | str, text: str) -> list[tuple[int, int]]:
    """Where words stand in a text, from the left, none in two at once."""
    if not isinstance(words, str):
        return [match.span() for match in words.finditer(text)]
    found: list[tuple[int, int]] = []
    start = text.find(words) if words else -1
    while start >= 0:
        end = start + len(words)
        found.append((start, end))
        start = text.find(words, end)
    return found


def _nearness(words: Pattern | str, before: str) -> int:
    """60 for words right before the figure, less for every character and mark between."""
    best = 0
    for start, end in _spans(words, before):
        between = before[end:]
        best = max(best, _REACH + end - start - len(between) - 12 * len(_MARKS.findall(between)))
    return best


def ordered(entries: Iterable[Entry], place: Place) -> list[tuple[int, Entry]]:
    """Entries that print something, by how likely they are meant, each with its fitness; the likeliest first."""
    ranked = [(fitness(entry, place), entry) for entry in entries]
    return sorted(ranked, key=lambda pair: -_likelihood(pair))


def chosen(ranked: list[tuple[int, Entry]]) -> Entry | None:
    """The entry that is meant; None when two are about as likely."""
    if not ranked:
        return None
    if len(ranked) > 1 and _likelihood(ranked[0]) - _likelihood(ranked[1]) < 3:
        return None
    return ranked[0][1]


def _likelihood(pair: tuple[int, Entry]) -> int:
    return pair[0] - 6 * pair[1].rank


def named(entries: Iterable[Entry], place: Place) -> Entry | None:
    """The figure that the clause calls by its usual name; None when it calls none, or one of several."""
    first, _ = clause(place.text, place.start, place.end)
    own = place._replace(text=place.text[first:], start=place.start - first, end=place.end - first)
    kinds = _KINDS.findall(own.text, 0, own.start)
    ranked = ordered(
        (
            entry
            for entry in entries
            if entry.key in USUAL
            and (not kinds or entry.owner == kinds[-1])
            and (entry.owner != _SUM or _OWNERS[_SUM].search(own.text))
        ),
        own,
    )
    best = chosen(ranked)
    return best if best is not None and ranked[0][0] >= NAMED else None


_KINDS = pattern("基本支出|项目支出|其他支出")
_SUM = "各项目合计"
USUAL = frozenset(("年初预算数", "全年预算数", "全年执行数", "执行率", "结转结余率", "部门预决算差异率"))
