"""What `chengwen check` lists, for people by file and for programs as JSON.

It goes to stdout, compile problems included: the listing is what `check` makes, to be kept in a file or handed on.
`build` makes documents; what it has to say about their sources goes to stderr.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import groupby

import click

from compiler.checks import CHECKS
from compiler.checks.waivers import who_and_when
from compiler.diagnostics import Accepted, Code, Diagnostic, Diagnostics, Severity, display_width, excerpt
from compiler.explanations import EXPLANATIONS
from compiler.source import Span

TITLES: dict[Code, str] = {
    **{code: explanation.title for code, explanation in EXPLANATIONS.items()},
    **{check.code: check.title for check in CHECKS},
}
"""What is wrong, by code."""
_COLOURS = {Severity.ERROR: "red", Severity.WARNING: "yellow", Severity.INFO: "cyan"}
_MOST_RELATED = 5
"""Other places shown of one finding; JSON and the 检查报告 have all."""
_WORD = re.compile(
    r"[“（《〔‘]*(?:[!-~]+(?:[万亿]?元|[个年月日条项行分])?|.)[”）》〕’，。、；：？！%…]*", re.DOTALL
)
"""What is never broken between lines: a number with its unit, a Latin word, a mark with what it belongs to."""


def wrapped(text: str, width: int | None, indent: int = 2) -> str:
    """The text in lines of at most `width` columns, those after the first indented; one line when there is no width."""
    text = " ".join(text.split())
    if width is None or display_width(text) <= width:
        return text
    lines, used = [""], 0
    for word in _WORD.findall(text):
        size = display_width(word.rstrip())
        if used + size > width and used > indent:
            lines.append(" " * indent)
            word = word.lstrip()
            used = indent
        lines[-1] += word
        used += display_width(word)
    return "\n".join(line.rstrip() for line in lines)


def listed(folder: str, sinks: Iterable[Diagnostics], width: int | None = None) -> Iterator[str]:
    """The listing of one report in blocks that a blank line parts; nothing when all is well.

    `folder` is the report's as messages name it; `width` the columns of the terminal, None where lines are not broken.
    """
    found = sorted(
        (item for sink in sinks for item in sink),
        key=lambda item: (_short(item.span, folder), item.span.line, item.span.column, item.code.value),
    )
    if found:
        yield click.style(folder, bold=True, underline=True)
    standing = [item for item in found if item.accepted is None]
    for name, group in groupby(standing, key=lambda item: _short(item.span, folder)):
        items = list(group)
        yield click.style(f"【{name}】", bold=True) + f"{len(items)} 处"
        for item in items:
            yield _finding(item, folder, width)
    accepted = [(item, item.accepted) for item in found if item.accepted is not None]
    if accepted:
        yield click.style("【已放行】", bold=True) + f"{len(accepted)} 处"
        yield "\n".join(_accepted(item, waiver, folder, width) for item, waiver in accepted)


def short(path: str, folder: str) -> str:
    """A file as waivers.yaml names it, from the report's folder; last year's by ../."""
    around = folder[: folder.rfind("/") + 1]
    if path.startswith(f"{folder}/"):
        return path[len(folder) + 1 :]
    return f"../{path[len(around) :]}" if around and path.startswith(around) else path


def _short(span: Span, folder: str) -> str:
    return short(span.source.path, folder)


def _finding(item: Diagnostic, folder: str, width: int | None) -> str:
    span, severity = item.span, item.severity.value
    head = wrapped(f"{span.line}:{span.column} {severity} {item.code.value} {item.message}", width)
    out = [head.replace(severity, click.style(severity, fg=_COLOURS[item.severity], bold=True), 1)]
    out += _excerpt(span, width)
    for place, word in item.related[:_MOST_RELATED]:
        where = f"{place.line}:{place.column}"
        if place.source.path != span.source.path:
            where = f"{_short(place, folder)}:{where}"
        out.append("  " + wrapped(f"{where} {word}", width and width - 2, 4))
        if (place.source.path, place.line) != (span.source.path, span.line):
            out += _excerpt(place, width)
    if len(item.related) > _MOST_RELATED:
        out.append(f"  还有 {len(item.related) - _MOST_RELATED} 处")
    out.append("  " + wrapped(f"提示：{item.hint}", width and width - 2, 8))
    if item.fix:
        out.append("  " + wrapped(f"改成：{item.fix}", width and width - 2, 8))
    return "\n".join(out)


def _excerpt(span: Span, width: int | None) -> list[str]:
    line = span.source.line(span.line)
    if width is None:
        reach = 30
    elif display_width(line) + len(f"  {span.line} | ") <= width:
        reach = len(line) + 1
    else:  # every character may take two columns, and half the room is on either side of the place
        reach = max(10, min(30, (width - 12) // 4))
    lines = excerpt(span, reach)
    return [*lines[:1], *(click.style(line, fg="green") for line in lines[1:])]


def _accepted(item: Diagnostic, waiver: Accepted, folder: str, width: int | None) -> str:
    place = f"{_short(item.span, folder)}:{item.span.line}:{item.span.column}"
    fact = wrapped(f"{place} {item.severity.value} {item.code.value} {item.message}", width)
    return f"{fact}\n  " + wrapped(f"{who_and_when(waiver)}：{waiver.reason}", width and width - 2, 4)


def difference(before: str, after: str, around: int = 20) -> tuple[str, str]:
    """Two forms of a line, cut to where they differ and some characters around it."""
    shorter = min(len(before), len(after))
    lead = next((index for index in range(shorter) if before[index] != after[index]), shorter)
    tail = next(
        (index for index in range(shorter - lead) if before[-1 - index] != after[-1 - index]), shorter - lead
    )
    start = max(0, lead - around)

    def cut(text: str) -> str:
        stop = len(text) - max(0, tail - around)
        return ("…" if start else "") + text[start:stop] + ("…" if stop < len(text) else "")

    return cut(before), cut(after)


def as_json(item: Diagnostic, folder: str) -> dict[str, object]:
    """One of what is listed, as docs/手册/检查规则.md describes it."""
    waiver = item.accepted
    return {
        "report": folder,
        "code": item.code.value,
        "severity": item.severity.value,
        "title": TITLES.get(item.code, ""),
        **_place(item.span),
        "message": item.message,
        "hint": item.hint,
        "related": [{**_place(span), "message": word} for span, word in item.related],
        "fix": item.fix or None,
        "accepted": waiver and waiver._asdict(),
    }


def _place(span: Span) -> dict[str, object]:
    return {"file": span.source.path, "line": span.line, "column": span.column, "end": span.end}
