"""Findings that somebody lets stand (waivers.yaml), and waivers that no longer hold."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import date

from compiler.checks.check import Check, Draft, Finding
from compiler.diagnostics import Accepted, Code, Diagnostic, Diagnostics, Severity, nearest
from compiler.evaluation.waivers import Waiver
from compiler.source import Span


def accept(
    findings: Diagnostics,
    waivers: Sequence[Waiver],
    folder: str,
    today: date,
    missing: Mapping[str, str] | None = None,
) -> Diagnostics:
    """The findings, those accepted that a waiver in force names, and what is wrong with the waivers.

    `folder` is the report's, as messages name it; `missing` are the files that waivers name and that are not there,
    each with the one it is most like.
    """
    if not waivers:
        return findings
    items = list(findings)
    places: dict[tuple[Code, str], list[int]] = defaultdict(list)
    for index, item in enumerate(items):
        places[item.code, item.span.source.path].append(index)
    accepted: dict[int, Accepted] = {}
    wrong: list[Diagnostic] = []
    for waiver in waivers:
        named = [
            index
            for index in places.get((waiver.code, _path(waiver, folder)), ())
            if _says(items[index].message, waiver.fact)
        ]
        if not named:
            wrong.append(_unused(waiver, items, folder, missing or {}))
        elif waiver.fact is None and len(named) > 1:
            wrong.append(_which(waiver, [items[index] for index in named]))
        elif date.fromisoformat(waiver.date) > today:
            wrong.append(_not_yet(waiver, [items[index] for index in named]))
        elif waiver.until is not None and date.fromisoformat(waiver.until) < today:
            wrong.append(_expired(waiver, [items[index] for index in named]))
        else:
            for index in named:
                accepted.setdefault(index, Accepted(waiver.reason, waiver.by, waiver.date, waiver.until))
    judged = Diagnostics()
    for index, item in enumerate(items):
        judged.add(item._replace(accepted=accepted.get(index)))
    for item in wrong:
        judged.add(item)
    return judged


def day(iso: str) -> str:
    """A date as documents write it: 2025年3月1日."""
    when = date.fromisoformat(iso)
    return f"{when.year}年{when.month}月{when.day}日"


def who_and_when(waiver: Accepted) -> str:
    """分管领导2025年3月1日放行，有效期至2025年12月31日."""
    until = f"，有效期至{day(waiver.until)}" if waiver.until else ""
    return f"{waiver.by}{day(waiver.date)}放行{until}"


def _path(waiver: Waiver, folder: str) -> str:
    return waiver.file if waiver.file.startswith("templates/") else f"{folder}/{waiver.file}"


def _says(message: str, fact: str | None) -> bool:
    """Whether a message holds a fact, with its numbers whole: 多9万元 is no part of 多99万元, nor 5万元 of 45万元."""
    if fact is None:
        return True
    message, fact = _squeezed(message), _squeezed(fact)
    at = message.find(fact)
    while at >= 0:
        end = at + len(fact)
        if not (
            (fact[0].isdigit() and re.search(r"\d[.,]?$", message[:at]))
            or (fact[-1].isdigit() and re.match(r"[.,]?\d", message[end:]))
        ):
            return True
        at = message.find(fact, at + 1)
    return False


def _squeezed(text: str) -> str:
    """Without blanks: a fact copied from a listing may have been broken into lines."""
    return "".join(text.split())


def _unused(waiver: Waiver, items: list[Diagnostic], folder: str, missing: Mapping[str, str]) -> Diagnostic:
    if waiver.file in missing:
        near = missing[waiver.file]
        return _wrong(
            UNUSED,
            waiver,
            "file",
            f"没有“{waiver.file}”这个文件，这一条放行没有用上",
            (f"是不是“{near}”？" if near else "")
            + "照 chengwen check 里【】的写法，从报告文件夹写起，如 data/budget.yaml；文件已经不要了的，删去这一条",
        )
    path, code = _path(waiver, folder), waiver.code.value
    here = [item for item in items if item.span.source.path == path]
    same = [item for item in here if item.code is waiver.code]
    if same:
        near = nearest(waiver.fact or "", [item.message for item in same])
        other = next((item for item in same if item.message == near), same[0])
        return _wrong(
            UNUSED,
            waiver,
            "fact",
            f"{waiver.file} 里查出的 {code}，事实不是这里写的",
            "数变了的，重新审定后照现在的改“事实”；已经改正的，删去这一条",
            ((other.span, f"现在查出的是：{other.message}"),),
        )
    elsewhere = dict.fromkeys(item.span.source.path for item in items if item.code is waiver.code)
    if elsewhere:
        found = f"{code} 现在出在 {_some([name.removeprefix(f'{folder}/') for name in elsewhere])}"
    elif here:
        found = f"这个文件里现在查出的是 {_some(sorted({item.code.value for item in here}))}"
    else:
        found = "这个文件里现在什么也没有查出"
    return _wrong(
        UNUSED,
        waiver,
        "code",
        f"{waiver.file} 里没有查出 {code}，这一条放行没有用上",
        f"{found}；已经改正的，删去这一条",
    )


def _which(waiver: Waiver, named: list[Diagnostic]) -> Diagnostic:
    """Without a fact a waiver is for the one finding there is; it was not given for those that came later."""
    return _wrong(
        UNUSED,
        waiver,
        "code",
        f"{waiver.file} 里查出的 {waiver.code.value} 有{len(named)}处，这一条没有写“事实”，不知道放行哪一处",
        "照查出的话写上“事实”；几处都要放行的，一处写一条",
        tuple((item.span, f"查出的是：{item.message}") for item in named[:4]),
    )


def _some(names: list[str]) -> str:
    return "、".join(names[:4]) + (" 等" if len(names) > 4 else "")


def _not_yet(waiver: Waiver, named: list[Diagnostic]) -> Diagnostic:
    return _wrong(
        EXPIRED,
        waiver,
        "date",
        f"放行 {waiver.code.value} 的日期是{day(waiver.date)}，还没有到",
        "写错了的，改成定下来的那一天；没有到的，到那一天才算数",
        _still_counts(named, "仍算数"),
    )


def _expired(waiver: Waiver, named: list[Diagnostic]) -> Diagnostic:
    return _wrong(
        EXPIRED,
        waiver,
        "until",
        f"放行 {waiver.code.value} 的有效期到{day(waiver.until or waiver.date)}，已经过了",
        "还有道理的，重新审定，改“日期”和“有效期至”；不然照提示改正，删去这一条",
        _still_counts(named, "又算数了"),
    )


def _still_counts(named: list[Diagnostic], words: str) -> tuple[tuple[Span, str], ...]:
    more = f"（共 {len(named)} 处）" if len(named) > 1 else ""
    return ((named[0].span, f"这里查出的{words}{more}"),)


def _wrong(
    check: Check,
    waiver: Waiver,
    attribute: str,
    message: str,
    hint: str,
    related: tuple[tuple[Span, str], ...] = (),
) -> Diagnostic:
    return Diagnostic(check.code, check.severity, waiver.span_of(attribute), message, hint, related)


def _judged_last(draft: Draft) -> Iterator[Finding]:
    """Waivers are held against what the other rules find: see `accept`."""
    return iter(())


UNUSED = Check(
    Code.WAIVER_UNUSED,
    Severity.WARNING,
    title="放行没有用上",
    rule="waivers.yaml 里的每一条放行，应当对得上现在查出的至少一处：代码、位置相同，写了“事实”的，查出的话里有它（里面的数要完整）；没有写的，这个文件里只能有一处。数变了，事实就对不上，要重新审定。",
    source="程序的约定（放行只管审定过的事实）",
    mend="已经改正的，删去这一条；数变了的，重新审定，照现在查出的改“事实”。",
    find=_judged_last,
)
EXPIRED = Check(
    Code.WAIVER_EXPIRED,
    Severity.WARNING,
    title="放行不在有效期内",
    rule="放行从“日期”那一天起算数；写了“有效期至”的，到那一天为止，过了那天，查出的问题重新算数。",
    source="程序的约定（放行只管审定过的事实）",
    mend="日期写错了的，改正；过了期、还有道理的，重新审定，改“日期”和“有效期至”；不然改正查出的问题，删去这一条。",
    find=_judged_last,
)
CHECKS: tuple[Check, ...] = (UNUSED, EXPIRED)
"""By code."""
