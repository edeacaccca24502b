"""Texts that say of this year, word for word, what was said of last year.

Two texts are compared without what every year changes anyway: figures, years, marks, placeholders, tables. When the
figures were brought up to date and the words were not, it is a hint only; not even that for an aim, since a task that
goes on has last year's aim with this year's numbers.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from compiler.checks.check import Check, Draft, Finding
from compiler.checks.years.matching import Pair, indicator_pairs, matching
from compiler.diagnostics import Code, Severity
from compiler.patterns import pattern
from compiler.source import Source, Span

SAME = 95
"""Percent of the words that two texts must have in common: a word or two changed in a paragraph."""

SENTENCE, PROSE = 8, 30
"""Words (characters without figures and marks) that a text in a data file, and a narrative, must have: shorter ones
(已完成, 年末收回财政) are set phrases, and other rules look at those."""

LONGEST = 5000
"""Words up to which two texts that differ are compared: the comparison takes the square of it."""

YEARLY = ("预算执行", "预算管理", "评价得分", "存在问题", "措施建议")
"""The narratives that tell of the year; those of sections and of aims tell of standing duties."""

FRESH = ("存在问题", "措施建议")
"""The narratives that should differ in words, whatever figures they quote."""

_PLACEHOLDER = pattern(r"\{\{.*?\}\}|^[ \t]*(?:\||表：).*$", re.DOTALL | re.MULTILINE)
_YEAR = pattern(r"(?:19|20)\d\d\s*(?:年度?)?")
_MARKS = pattern(r"[\W_]+")
_DIGITS = pattern(r"[\W\d_]+")
_RUN = pattern(r"[^\W\x00-\x7f]{6,12}")


def _find(draft: Draft) -> Iterator[Finding]:
    # That only the figures are new is no news while they are still being filled in.
    yield from (each for each in _copies(draft) if not draft.gaps or each.severity is not Severity.INFO)


def _copies(draft: Draft) -> Iterator[Finding]:
    previous = draft.previous
    if previous is None:
        return
    year = previous.report.year
    for slot in YEARLY:
        mine, last = draft.narratives.get(slot), previous.narratives.get(slot)
        if mine is not None and last is not None:
            yield from _prose(f"“{slot}”一节", mine, last, year, fresh=slot in FRESH)
    for pair in matching(draft).pairs:
        mine = draft.narratives.get(f"projects/{pair.now.id}")
        last = previous.narratives.get(f"projects/{pair.last.id}")
        if mine is not None and last is not None:
            yield from _prose(f"项目“{pair.now.name}”的叙述", mine, last, year)
        yield from _data(pair, year)


def _prose(what: str, mine: Source, last: Source, year: int, *, fresh: bool = False) -> Iterator[Finding]:
    if not _may_be_copied(mine.text, last.text):
        return
    words, before = (_PLACEHOLDER.sub("", source.text) for source in (mine, last))
    if len(_DIGITS.sub("", words)) < PROSE or not _same(words, before):
        return
    renewed = not fresh and ("{{" in mine.text or _figures(words) != _figures(before))
    yield _finding(what, _start(mine), _start(last), year, renewed=renewed)


def _data(pair: Pair, year: int) -> Iterator[Finding]:
    now, last = pair
    name = now.name
    if now.unspent_reason and last.unspent_reason and _copied(now.unspent_reason, last.unspent_reason):
        yield _finding(
            f"项目“{name}”的未支出原因",
            now.span_of("unspent_reason"),
            last.span_of("unspent_reason"),
            year,
            renewed=_figures(now.unspent_reason) != _figures(last.unspent_reason),
        )
    if now.goal is not None and last.goal is not None:
        for attribute, word in (("expected", "预期目标"), ("achieved", "实际完成情况")):
            mine, before = getattr(now.goal, attribute), getattr(last.goal, attribute)
            if not mine or not before or not _copied(mine, before):
                continue
            renewed = _figures(mine) != _figures(before)
            if not (renewed and attribute == "expected"):
                yield _finding(
                    f"项目“{name}”的{word}",
                    now.goal.span_of(attribute),
                    last.goal.span_of(attribute),
                    year,
                    renewed=renewed,
                )
    if now.indicators and last.indicators and any(row.deviation_reason for row in now.indicators):
        for row, other in indicator_pairs(pair):
            mine, before = row.deviation_reason, other.deviation_reason
            if mine and before and _copied(mine, before):
                yield _finding(
                    f"项目“{name}”的三级指标“{row.level_3}”的偏差原因",
                    row.span_of("deviation_reason"),
                    other.span_of("deviation_reason"),
                    year,
                    renewed=_figures(mine) != _figures(before),
                )


def _finding(what: str, span: Span, last: Span, year: int, *, renewed: bool) -> Finding:
    return Finding(
        span,
        f"{what}与{year}年的" + ("除数字外几乎一字不差" if renewed else "几乎一字不差"),
        "按当年的情况重写；情况确实没有变的，写明还要做什么、什么时候做完，或放行",
        ((last, f"{year}年写的在这里"),),
        severity=Severity.INFO if renewed else None,
    )


def _start(source: Source) -> Span:
    return source.span(len(source.text) - len(source.text.lstrip()))


def _copied(mine: str, last: str) -> bool:
    return _may_be_copied(mine, last) and len(_DIGITS.sub("", mine)) >= SENTENCE and _same(mine, last)


def _may_be_copied(mine: str, last: str) -> bool:
    """Whether a comparison can find anything: of texts so alike, the first runs of words are not all different."""
    if mine == last:
        return True
    some = False
    for run, match in enumerate(_RUN.finditer(mine)):
        if match[0] in last:
            return True
        some = True
        if run == 3:
            break
    return not some


def _same(mine: str, last: str) -> bool:
    """Whether two texts are alike without figures, years and marks."""
    a, b = _DIGITS.sub("", mine), _DIGITS.sub("", last)
    if a == b:
        return True
    whole = len(a) + len(b)
    if 200 * min(len(a), len(b)) < SAME * whole or whole > 2 * LONGEST:
        return False
    from difflib import SequenceMatcher  # late: most texts are told apart by less

    matcher = SequenceMatcher(None, a, b, autojunk=False)
    if matcher.quick_ratio() * 100 < SAME:
        return False
    return 200 * sum(block.size for block in matcher.get_matching_blocks()) >= SAME * whole


def _figures(text: str) -> str:
    """The figures of a text but for years."""
    return re.sub(r"\D+", " ", _YEAR.sub("", text)).strip()


CHECK = Check(
    Code.TEXT_COPIED,
    Severity.WARNING,
    title="文字照抄上年",
    rule="讲当年情况的文字，不应当与上年报告里的一样：预算执行、预算管理、评价得分、存在问题、措施建议和各项目的叙述，"
    "项目的预期目标、实际完成情况、未支出原因，同名三级指标的偏差原因。去掉数字、年份、标点、{{ }}和表格以后，"
    f"有{SAME}%以上的字相同就算。数字换成了当年的，只给提示（预期目标换了数字的，不报；存在问题、措施建议不论数字换没换，都是警告）。"
    f"内设机构的职责、绩效目标一节、不满{SENTENCE}个字的短语不看。",
    source="财预〔2020〕10号第二十五条（数据真实、结果客观）；两年报告对照",
    mend="按当年的情况重写：做了什么、为什么没做完、下一步怎么做。",
    find=_find,
)
