"""Figures that somebody typed among words, in digits or in Chinese numerals."""

from __future__ import annotations

from compiler.patterns import pattern

_DIGIT = pattern("[0-9０-９]")
_UNIT = (
    "万元|亿元|百分点|元|人次|户次|平方米|公里|公斤|公顷|小时|分钟|季度|课时|学时|日|周|天|月|年|倍|成(?![立为员果本效])"
    "|折|场|次|人|名(?!单)|位|家|户|个|项|件|份|卷|册|本|套|台|辆|部(?![门分])|间|处|座|栋|条|篇|期|届|批|轮|宗|起|例|笔"
    "|张|幅|枚|组|类|种|所|米|吨|亩|株|棵"
)
_NUMERAL = pattern(
    # 一 by itself is mostly no figure: 一个、一项、一次性; 三元 is a name, 十分 a word.
    rf"(?<!第)(?:(?:[二三四五六七八九十两][一二三四五六七八九十百千万亿〇零两]*|一[一二三四五六七八九十百千万亿〇零]+"
    rf"|[数几][十百千万亿]+)(?:多|余)?(?!(?<![十百千万亿][二三四五六七八九])(?<![十百千万亿])元)(?:{_UNIT})"
    r"|一(?:场|家|人(?!员)|名|户|份|台|辆|月|成(?![立为员果本效]))"
    r"|[一二三四五六七八九十百〇零]{2,}分(?!之|别|散|明|类|析)"
    r"|百分之[一二三四五六七八九十百〇零点]+|[一二三四五六七八九十]+分之[一二三四五六七八九十百]+"
    r"|(?:[一二三四五六七八九][十百千万亿]|[十百千])[一二三四五六七八九十百千万亿零]*元)"
)
_ORDINAL = pattern("第[一二三四五六七八九十百]+(?:[年届次批期]|季度)")
_CHINESE_YEAR = "[一二][〇○零九][〇○零一二三四五六七八九]{2}年"
_YEAR = pattern(
    rf"(?<![\d.,])(?:19|20)\d\d(?:年|[-/.]\d\d?[-/.]\d\d?(?![\d.])|\s*[-—–~～至到]+\s*(?:19|20)\d\d(?!\d))|{_CHINESE_YEAR}"
)


def holds_figure(words: str) -> bool:
    """Whether words hold a digit, a Chinese numeral with what it counts, or an ordinal of a time (第三届)."""
    return any(each.search(words) for each in (_DIGIT, _NUMERAL, _ORDINAL, _YEAR))


def is_year_named(words: str) -> bool:
    """Whether words name a year: 2018年, 二〇一八年, 2024-12-31, 2024-2026."""
    return _YEAR.search(words) is not None
