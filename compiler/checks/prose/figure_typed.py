"""A figure that the data has is typed into the prose instead of a placeholder."""

from __future__ import annotations

from collections.abc import Iterator

from compiler.checks.check import Check, Draft, Finding
from compiler.checks.prose.counts import totals
from compiler.checks.prose.figure_index import Entry
from compiler.checks.prose.naming import USUAL, chosen, fitness
from compiler.checks.prose.passages import Typed
from compiler.checks.prose.typed_tokens import sentence
from compiler.checks.prose.verdicts import Figures, Meaning, Verdict, figures_of
from compiler.diagnostics import Code, Severity
from compiler.patterns import pattern

_ABOUT = pattern(r"(?:约|近|超|超过|逾|不足|不到|接近|大于|高于|低于)$")
_MOST = 4
"""So many candidates are named."""


def _find(draft: Draft) -> Iterator[Finding]:
    figures = figures_of(draft)
    if not figures.typed:
        return
    counted = {}
    for total in totals(figures):
        counted[id(total.typed.passage), total.typed.token.start] = total
        if total.stated == total.listed:
            words = f"{{{{ {total.path}|个数 }}}}{total.typed.token.unit}"
            yield _finding(total.typed, f"{total.path}|个数", words, total.typed.token.end)
    for typed in figures.typed:
        if typed.token.kind == "year" and typed.token.value == draft.report.year:
            end = typed.passage.text.index("年", typed.token.start) + 1
            yield Finding(
                typed.passage.words.span(typed.token.start, end),
                f"“{typed.passage.words.text[typed.token.start : end]}”是手写的，就是报告的年度",
                "改成 {{ 年度 }}年，明年它跟着变",
                fix=typed.fix("{{ 年度 }}年", end),
                severity=Severity.INFO,
            )
    for verdict in figures.verdicts:
        if (id(verdict.typed.passage), verdict.typed.token.start) not in counted:
            yield from _judge(figures, verdict)


def _judge(figures: Figures, verdict: Verdict) -> Iterator[Finding]:
    if verdict.meaning is Meaning.KNOWN:
        yield _known(figures, verdict)
    elif verdict.meaning is Meaning.ROUNDED:
        yield _rounded(figures, verdict)


def _known(figures: Figures, verdict: Verdict) -> Finding:
    typed, unit = verdict.typed, verdict.typed.unit
    ranked = [pair for pair in verdict.entries if pair[1].placeholder(unit)]
    if not ranked:
        nameless = verdict.entries[0][1]
        return Finding(
            typed.span,
            f"{typed.quoted}是手写的，等于{nameless.name}里的数",
            "这个数没有单独的名称：在“补充数据”里给它起个名称，这里改成 {{ }}"
            + (f"；或者写 {{{{ {nameless.path} }}}}，把{nameless.key}整个印出来" if nameless.partial else ""),
        )
    other = _called_otherwise(figures, verdict)
    if other is not None:
        now = other.printed(unit, figures.draft.rule)
        return Finding(
            typed.span,
            f"{typed.quoted}写在“{other.key}”的位置，等于的却是{ranked[0][1].name.rstrip()}；{other.name.strip()} 是{now}",
            f"核对这里要写哪个数；写{other.key}，改成 {other.placeholder(unit)}",
        )
    likeliest = chosen(ranked)
    if likeliest is None:
        listed = "、".join(candidate.placeholder(unit) for _, candidate in ranked[:_MOST])
        return Finding(
            typed.span,
            f"{typed.quoted}是手写的，等于数据里的{'几个数' if len(ranked) <= _MOST else '好几个数'}",
            f"看意思选一个，改成占位：{listed}{'等' if len(ranked) > _MOST else ''}",
        )
    entry = likeliest
    end = typed.token.end
    if isinstance(entry.value, str) and typed.passage.text.startswith(entry.value, typed.token.start):
        end = typed.token.start + len(entry.value)  # 2024年12月底
    words = entry.placeholder(unit)
    finding = _finding(typed, entry.expression(unit), words, end, _different(figures, typed, entry, end))
    return finding if _certain(figures, typed, ranked) else finding._replace(fix="")


def _rounded(figures: Figures, verdict: Verdict) -> Finding:
    typed, unit = verdict.typed, verdict.typed.unit
    entry = chosen([pair for pair in verdict.entries if pair[1].placeholder(unit)]) or verdict.entries[0][1]
    now = entry.printed(unit, figures.draft.rule)
    if _ABOUT.search(typed.passage.text, 0, typed.token.start) or not entry.placeholder(unit):
        return Finding(
            typed.span,
            f"{typed.quoted}是手写的，由{entry.name.rstrip()}（{now}）取整得来",
            "数据改了它不会跟着变；能写准数的，改成占位"
            + (f" {entry.placeholder(unit)}" if entry.placeholder(unit) else ""),
            severity=Severity.INFO,
        )
    return Finding(
        typed.span,
        f"{typed.quoted}是手写的，是{entry.name.rstrip()}（{now}）取整后的数",
        f"改成 {entry.placeholder(unit)}（会印成“{now}”）",
        fix=typed.fix(entry.placeholder(unit), typed.token.end),
    )


def _finding(typed: Typed, name: str, words: str, end: int, note: str = "") -> Finding:
    return Finding(
        typed.passage.words.span(typed.token.start, end),
        f"{typed.quoted if end == typed.token.end else f'“{typed.text_to(end)}”'}是手写的，数据里有这个数（{name}）",
        f"改成 {words}，数据改了它跟着变{note}",
        fix=typed.fix(words, end),
    )


def _different(figures: Figures, typed: Typed, entry: Entry, end: int) -> str:
    """What the placeholder prints, when that is not what was typed."""
    now = entry.printed(typed.unit, figures.draft.rule)
    return "" if now == typed.passage.words.text[typed.token.start : end] else f"（会印成“{now}”）"


def _called_otherwise(figures: Figures, verdict: Verdict) -> Entry | None:
    """The figure that the words name, when it is another than what was typed."""
    typed = verdict.typed
    if verdict.entries[0][1].key not in USUAL:
        return None  # the clerk's own names are called in many ways
    named = figures.scope_of(typed).named_by(typed)
    if named is None or any(entry.value == named.value for _, entry in verdict.entries):
        return None
    return named if fitness(named, typed.place) > verdict.entries[0][0] else None


def _certain(figures: Figures, typed: Typed, ranked: list[tuple[int, Entry]]) -> bool:
    """Whether the likeliest may be put in unasked: the words speak of it, or the number is no round one."""
    near, entry = ranked[0]
    if entry.path.startswith(("项目[", "(项目[")):  # the place in the list changes with the list
        project = figures.known.project_of(entry)
        place = typed.place
        return project is not None and project.name in place.text[slice(*sentence(*place))]
    return near > 0 or len(str(typed.token.value.normalize().as_tuple().digits)) >= 3


CHECK = Check(
    Code.FIGURE_TYPED,
    Severity.WARNING,
    title="数据里有的数，在叙述里手写",
    rule="叙述里的金额、百分比、得分、个数和日期，数据里有的，应当写成 {{ }}，不应当手写。书名号、引号和文号里的，序数，项目名称里的数，"
    "以及 0、100% 这样看不出来历的数不看。手写的报告年度只作提示。",
    source="勾稽关系；财预〔2020〕10号第二十五条（数据真实）",
    mend="照提示改成 {{ }}：印出来的字不变，数据改了它跟着变。等于几个数的，看意思选一个。",
    find=_find,
)
