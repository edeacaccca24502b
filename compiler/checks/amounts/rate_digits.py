"""The execution rates of a report have the same number of digits."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from itertools import chain

from compiler.checks.amounts.typed_rates import TypedRate, computed, typed_rates
from compiler.checks.amounts.written_rates import as_typed, digits_of
from compiler.checks.check import Check, Draft, Finding
from compiler.checks.words import words_of
from compiler.diagnostics import Code, Severity
from compiler.figures import EXACT, NumberRule, format_rate
from compiler.patterns import pattern
from compiler.tree import Block, Emphasis, Figure, Heading, Inline, Marked, Paragraph, Strong, TableSlot, Text

_PRINTED = pattern(r"\d+(?:\.(\d+))?%")
_WHOLE = (Decimal(0), Decimal(1))
"""100% beside 99.88% is how everybody writes it."""
_COUNTS = ("不带小数", "一位小数", "两位小数", "三位小数", "四位小数")
_SHOWN = 4


def _find(draft: Draft) -> Iterator[Finding]:
    groups: dict[int, list[TypedRate]] = {}
    for found in typed_rates(draft):
        if found.rate.ratio not in _WHOLE:
            groups.setdefault(digits_of(found.rate), []).append(found)
    if len(groups) < 2:
        return
    shown, padded = _printed(draft)
    if padded:
        return
    values = {Decimal(text[:-1]) for texts in shown.values() for text in texts}
    for found in chain.from_iterable(groups.values()):
        if found.rate.ratio.scaleb(2, EXACT) not in values:
            shown.setdefault(digits_of(found.rate), []).append(as_typed(found.rate))
    most = max(groups, key=lambda digits: (len(groups[digits]), digits))
    odd = [_first(group) for digits, group in groups.items() if digits != most]
    odd.sort(key=lambda found: computed(found) is None)
    yield Finding(
        odd[0].span,
        f"执行率的小数位数不一：{'；'.join(_count(digits, texts) for digits, texts in sorted(shown.items(), reverse=True))}",
        _advice(odd[0], most),
        tuple((found.span, f"这里是{as_typed(found.rate)}") for found in (*odd[1:], _first(groups[most]))),
    )


def _first(group: list[TypedRate]) -> TypedRate:
    """The first that could be computed as well: it can be deleted."""
    return next((found for found in group if computed(found) is not None), group[0])


def _advice(found: TypedRate, digits: int) -> str:
    rate, word = computed(found), _COUNTS[digits] if digits < len(_COUNTS) else f"{digits}位小数"
    if rate is None:
        return f"这里的金额没有写全，执行率不能删：对着凭证补上缺的数，再{found.removal}，由程序算；或者按凭证算成{word}的"
    shown = format_rate(rate, NumberRule(rate_digits=digits, pad=True))
    return (
        f"写成{shown}%，或者{found.removal}，由程序按金额算；算出来的，末尾的 0 补不补，"
        "在模板 outline.yaml 的“数字”里定（补零: 是，印成 98.50%）"
    )


def _printed(draft: Draft) -> tuple[dict[int, list[str]], bool]:
    """The execution rates filled into the prose, by their digits, and whether the template pads them.

    Those in tables are not made yet. Where nothing is padded, no rate ends in a 0 after the point.
    """
    shown: dict[int, list[str]] = {}
    padded = False
    for part in draft.document.parts:
        for block in part.blocks:
            for match in () if type(block) is TableSlot else _rates_in(block):
                digits = match[1] or ""
                padded = padded or digits.endswith("0")
                if not digits.strip("0") and Decimal(match[0][:-1]).scaleb(-2) in _WHOLE:
                    continue
                shown.setdefault(len(digits), []).append(match[0])
    return shown, padded


def _rates_in(block: Block) -> Iterable[re.Match[str]]:
    """The execution rates filled into a block."""
    if isinstance(block, (Paragraph, Heading)):
        found = _between_words(block.children)
        if found is not None:
            return found
    return _among_words(block)


def _among_words(block: Block) -> Iterator[re.Match[str]]:
    for _, words in words_of(block):
        for match in _PRINTED.finditer(words.text) if "%" in words.text else ():
            figure = words.figure_at(match.start())
            if figure is not None and "执行率" in figure.key:
                yield match


def _between_words(inlines: Sequence[Inline]) -> list[re.Match[str]] | None:
    """The same where no other figure touches one, as nearly everywhere, without putting the words together; None elsewhere."""
    found: list[re.Match[str]] = []
    for number, inline in enumerate(inlines):
        kind = type(inline)
        if kind is Text:
            continue
        if kind is not Figure:
            if _plain(inline) is None:
                return None
            continue
        if "执行率" in inline.key:  # type: ignore[union-attr]
            before = _plain(inlines[number - 1]) if number else " "
            after = _plain(inlines[number + 1]) if number + 1 < len(inlines) else " "
            if not before or not after or _is_numeral(before[-1]) or _is_numeral(after[0]):
                return None
            found += _PRINTED.finditer(inline.text + after[0])  # type: ignore[union-attr]
    return found


def _plain(inline: Inline) -> str | None:
    """The words of an inline that holds no more than a text, or another value than a rate; None of others."""
    if isinstance(inline, (Strong, Emphasis, Marked)) and len(inline.children) == 1:
        inline = inline.children[0]
    if type(inline) is Text or (type(inline) is Figure and "执行率" not in inline.key):
        return inline.text
    return None


def _is_numeral(character: str) -> bool:
    return character.isdecimal() or character == "."


def _count(digits: int, texts: list[str]) -> str:
    different = list(dict.fromkeys(texts))
    word = _COUNTS[digits] if digits < len(_COUNTS) else f"{digits}位小数"
    more = "等" if len(different) > _SHOWN else ""
    return f"{word}的{len(texts)}处（{'、'.join(different[:_SHOWN])}{more}）"


CHECK = Check(
    Code.RATE_DIGITS_MIXED,
    Severity.WARNING,
    title="执行率的小数位数不一",
    rule="一份报告里填写的执行率，小数位数要一样；正好100%、0%的不算在内，也不列。只从填写的执行率看起，不填、由程序算的，按模板的“数字”一个规矩印，"
    "不因为它们报；报的时候，连同正文里印出来的一起列。模板里写了“补零: 是”、正文里印出了补的 0 的，不报。",
    source="一份报告里数字写法前后一致",
    mend="把填写的执行率改成一样的位数，或者删去，由程序按金额算。",
    find=_find,
)
