"""A typed figure is last year's."""

from __future__ import annotations

from collections.abc import Iterator

from compiler.checks.check import Check, Draft, Finding
from compiler.checks.prose.data_figures import data_figures
from compiler.checks.prose.figure_index import Entry
from compiler.checks.prose.naming import chosen
from compiler.checks.prose.verdicts import Meaning, Scope, figures_of
from compiler.diagnostics import Code, Severity


def _find(draft: Draft) -> Iterator[Finding]:
    if draft.previous is not None:
        yield from _in_prose(draft)
        yield from _in_data(draft)


def _in_prose(draft: Draft) -> Iterator[Finding]:
    figures = figures_of(draft)
    for verdict in figures.verdicts:
        if verdict.meaning is not Meaning.LAST_YEAR:
            continue
        typed, unit = verdict.typed, verdict.typed.unit
        last = chosen([*verdict.entries]) or verdict.entries[0][1]
        now = _now(last, figures.scope_of(typed))
        message = f"{typed.quoted}不是{draft.report.year}年的数，等于上年的{last.name.rstrip()}"
        if now is None:
            yield Finding(typed.span, message, "改成今年的数，写成 {{ }}；说的就是上年，写明“上年”")
            continue
        yield Finding(  # no fix: the sentence may well mean last year
            typed.span,
            f"{message}；今年是{now.printed(unit, draft.rule)}",
            f"写的是今年，改成 {now.placeholder(unit)}；说的就是上年，写明“上年”",
        )


def _in_data(draft: Draft) -> Iterator[Finding]:
    for figure in data_figures(draft):
        if figure.meaning is Meaning.LAST_YEAR:
            last = figure.entries[0][1]
            now = _now(last, figure.scope)
            yield Finding(
                figure.span,
                f"“{figure.text.key}”里的“{figure.words}”不是{draft.report.year}年的数，等于上年的{last.name.rstrip()}"
                + (f"；今年是{now.printed(figure.token.unit, draft.rule)}" if now is not None else ""),
                "改成今年的数；说的就是上年，写明“上年”",
            )


def _now(last: Entry, scope: Scope) -> Entry | None:
    """This year's figure of the same name."""
    if last.path:
        for index in scope.indexes:
            for entry in index.entries:
                if entry.path == last.path and type(entry.value) is type(last.value):
                    return entry
    return None


CHECK = Check(
    Code.LAST_YEARS_FIGURE,
    Severity.WARNING,
    title="手写的数是上年的",
    rule="手写的金额、百分比和得分，今年的数据里没有，不应当等于上年数据里的数（同一个项目或部门的）。写明“上年”“去年”“同比”或上年年份的不看；没有上年文件夹的不看。",
    source="勾稽关系；财预〔2020〕10号第二十五条（数据真实）",
    mend="改成今年的数，写成 {{ }}；说的就是上年的，写明“上年”。",
    find=_find,
)
