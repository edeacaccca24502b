"""Parts that a sentence lists add up to the total that it gives."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from compiler.checks.check import Check, Draft, Finding
from compiler.checks.prose.amounts_listed import Sum, sums_in
from compiler.checks.signs import Signs
from compiler.checks.suspects import suspected_prose
from compiler.checks.words import Words
from compiler.diagnostics import Code, Severity
from compiler.evaluation.funds import AMOUNTS
from compiler.figures import Amount, NumberRule, agree, format_amount
from compiler.tree import Paragraph

_SIGNS = Signs("其中", "分别", "包括", "组成", "构成", "合计", "共计", "总计")
_EXACT = NumberRule()
_FEWEST = 3
"""Amounts that a sentence with a total and two parts has."""


def _find(draft: Draft) -> Iterator[Finding]:
    for block, words in suspected_prose(draft, _SIGNS):
        if type(block) is not Paragraph or words.text.count("元") < _FEWEST:
            continue
        for found in sums_in(words.text):
            if found.agrees or (found.difference < 0 and not found.complete):
                continue
            if not _told_of_data(draft, words, found):
                yield _finding(words, found)


def _finding(words: Words, found: Sum) -> Finding:
    unit = next(unit for unit in ("亿元", "万元", "元") if words.text[: found.total.end].endswith(unit))
    difference = found.difference
    return Finding(
        words.span(found.total.start, found.total.end),
        f"文中的总数是{words.text[found.total.start : found.total.end]}，"
        f"列出的{len(found.parts)}项加起来是{_in(unit, difference + found.total.yuan)}，"
        f"{'多' if difference > 0 else '少'}{_in(unit, abs(difference))}",
        "核对总数和各分项；能从数据取的，改成 {{ }}",
        tuple(
            (words.span(part.start, part.end), f"分项：{words.text[part.start : part.end]}")
            for part in found.parts[:8]
        ),
    )


def _in(unit: str, yuan: Decimal) -> str:
    return f"{format_amount(Amount(yuan), unit, _EXACT)}{unit}"


def _told_of_data(draft: Draft, words: Words, found: Sum) -> bool:
    """Whether all of it was filled in from amounts that do not add up themselves: then the data is told of."""
    figures = [words.figure_at(amount.start) for amount in (found.total, *found.parts)]
    keys = [figure.key for figure in figures if figure is not None]
    if len(keys) < len(figures):
        return False
    if all(key.startswith("本项目.资金.") for key in keys):
        return True
    if draft.budget is None or not all(key.startswith("预算.") for key in keys):
        return False
    whole, computed = draft.budget.whole, draft.budget.computed_whole
    return any(
        a is not None and b is not None and not agree(a.yuan, b.yuan)
        for a, b in ((getattr(whole, name), getattr(computed, name)) for name in AMOUNTS.values())
    )


CHECK = Check(
    Code.PROSE_SUM,
    Severity.ERROR,
    title="正文里的分项加起来不等于总数",
    rule="一句话里写了总数又列了分项的，分项之和应当等于总数。写明是全部分项的（由……组成、分别为……、……3项合计），看是不是相等；只写“其中”的，可能没有列全，只看是不是超过总数（基本支出、项目支出、其他支出都列了的，算列全）。数带小数的，允许每个数末位的半个单位。比率、个数不看；带“约”“近”的不看。",
    source="勾稽关系；财预〔2020〕10号第二十五条（数据真实）",
    mend="核对总数和分项，改正写错的一个；能从数据取的，改成 {{ }}。",
    find=_find,
)
