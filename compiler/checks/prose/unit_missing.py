"""A decimal number stands without its unit."""

from __future__ import annotations

import re
from collections.abc import Iterator

from compiler.checks.check import Check, Draft, Finding
from compiler.checks.prose.data_figures import texts_with_digits
from compiler.checks.prose.typed_tokens import clause, folded, quoted
from compiler.checks.prose.verdicts import figures_of
from compiler.checks.suspects import typed
from compiler.checks.words import DataText, Words
from compiler.diagnostics import Code, Severity
from compiler.patterns import pattern
from compiler.tree import Paragraph

# What stands behind: a mark that ends the words, or a word that no unit begins with.
_BARE = pattern(
    r"(?<![A-Za-z0-9_.,/:：§+×÷=＝*#-])\d+(?:,\d{3})*\.\d+"
    r"(?=\s*(?:[，。；！？;!?]|$|[由的是为比较被将已均都且并但而其从于按未低超没]|结[转余]|上[缴交]|交回|收回|留用|用于|支付))"
)
_SERIES_BEFORE = pattern(r"\d\s?[—–~～至到-]\s?$")
_NO_UNIT = pattern(
    r"(?:得分?|评分|[总均]分|分[值数]|权重|指数|系数|比值|数值|评级|版本?|版号|编号|序号|标准|规范|规程|[vV第图表]|附[件表]|公式|[东西]经|[南北]纬"
    r"|经度|纬度|坐标|密度|浓度|酸碱度|[pP][hH]值?|容积率|圆周率|汇率|净值|折|GB|DB|ISO)[^，。；、\d]{0,6}$"
)
_SUSPECT = pattern(r"[0-9０-９][.．][0-9０-９]")


def _find(draft: Draft) -> Iterator[Finding]:
    for passage in figures_of(draft).passages:
        if type(passage.block) is Paragraph and _SUSPECT.search(passage.words.text):
            yield from _in(passage.words)
    for _, texts in texts_with_digits(draft):
        for text in texts:
            if _SUSPECT.search(text.text):
                yield from _in(text)


def _in(words: Words | DataText) -> Iterator[Finding]:
    text = folded(words.text)
    shut = quoted(text)
    for match in _BARE.finditer(text):
        start, end = match.span()
        if not typed(words, start, end) or _goes_without(text, start, match):
            continue
        if any(first < end and start < last for first, last in shut):
            continue
        where = f"“{words.key}”里的" if isinstance(words, DataText) else ""
        yield Finding(
            words.span(start, end),
            f"{where}“{match[0]}”后面没有单位",
            "补上单位（%、万元、分……）；本来就没有单位的，写明是什么数，如“系数”“指数”",
        )


def _goes_without(text: str, start: int, match: re.Match[str]) -> bool:
    """Whether it is a number of a kind that has no unit, the number of a heading, or the end of a range."""
    if not text[:start].strip() or _SERIES_BEFORE.search(text, max(0, start - 4), start):
        return True
    first, _ = clause(text, start, match.end())
    return _NO_UNIT.search(text, max(first, start - 16), start) is not None


CHECK = Check(
    Code.UNIT_MISSING,
    Severity.WARNING,
    title="数后面没有单位",
    rule="叙述、年度总体目标、未支出原因、结余去向、偏差原因里带小数点的数，后面应当有单位或 %。"
    "得分、评分、分值、指数、系数、版本、标准号、坐标，一串数里前面的（98.5、97.2和96.1%）、一段数，段首的编号，括号、书名号、引号里的，表格里的不看。",
    source="GB/T 15835—2011；GB/T 9704—2012（数字、计量单位按国家标准）",
    mend="补上单位；数据里有的，写成带单位的 {{ }}。",
    find=_find,
)
