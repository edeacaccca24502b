"""检查报告: what a check found, as one page to be read on a screen, printed and handed on."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING

from compiler.check_report.overview import Overview
from compiler.check_report.sources import Sources
from compiler.check_report.whereabouts import Whereabouts
from compiler.checks import CHECKS
from compiler.checks.waivers import day
from compiler.diagnostics import Code, Diagnostic, Severity
from compiler.explanations import EXPLANATIONS, plain
from compiler.listing import TITLES
from compiler.source import Span
from compiler.writers.html.frame import head
from compiler.writers.html.inlines import escape

if TYPE_CHECKING:
    from compiler.pipeline import Result

NAME = "检查报告.html"
"""Of the file, beside the drafts."""

_STYLE = Path(__file__).with_name("report.css")
_CHECKS = {check.code: check for check in CHECKS}
_ORDER = {code: index for index, code in enumerate(Code)}
_CLASSES = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "info"}
_NUMERALS = "一二三四五六七八九"


def check_report(result: Result, folder: Path, today: date) -> str:
    """The page about the report in `folder` (单位/年度)."""
    return "".join(_Page(result, folder, day(today.isoformat())).printed())


class _Page:
    def __init__(self, result: Result, folder: Path, today: str) -> None:
        self.result, self.today = result, today
        self.department, self.year = folder.parent.name, folder.name
        found = [item for sink in result.sinks for item in sink]
        self.standing = sorted((item for item in found if item.accepted is None), key=_by_severity)
        self.accepted = [item for item in found if item.accepted is not None]
        self.overview = Overview(result, self.standing, self.accepted)
        self.sources = Sources(result.folder)
        self.whereabouts = Whereabouts(result.draft, result.folder)
        self.entries: list[tuple[int, str, str]] = []
        """Of the contents list: level, anchor, words."""

    def printed(self) -> Iterator[str]:
        title = f"{self.department}{self.year}年度{self.result.kind}"
        # The findings come first: they fill the contents list and name the lines to be shown.
        sections = [
            *self._section("查出的问题", self._findings()),
            *self._section("已放行的问题", self._waived()),
            *self._section("检查说明", self.overview.scope()),
        ]
        appendices = [*self._rules(), *self._lines()]
        yield head(f"{title}检查报告", (("author", self.department),), "", _STYLE.read_text(encoding="utf-8"))
        yield '<main id="page-main">\n<div class="sheet">\n'
        yield f'<h1 class="title">{escape(title)}<br>检查报告</h1>\n'
        yield from self.overview.particulars(self.department, self.year, self.today)
        yield '<h2 id="section-1">一、检查结果</h2>\n'
        yield from self.overview.summary()
        self.entries.insert(0, (1, "section-1", "一、检查结果"))
        yield _contents(self.entries)
        yield "</div>\n"
        yield '<div class="sheet">\n'
        yield from sections
        yield "</div>\n"
        yield from appendices
        yield "</main>\n</body>\n</html>\n"

    def _section(self, words: str, content: Iterator[str]) -> Iterator[str]:
        number = sum(level == 1 for level, _, _ in self.entries) + 2
        title = f"{_NUMERALS[number - 1]}、{words}"
        self.entries.append((1, f"section-{number}", title))
        yield f'<h2 id="section-{number}">{title}</h2>\n'
        yield from content

    # What was found

    def _findings(self) -> Iterator[str]:
        if not self.standing:
            rules = f"按{self.overview.rules}条规则检查，" if self.result.judged else ""
            more = "除已经放行的以外，" if self.accepted else ""
            yield f"<p>{rules}{more}没有查出问题。</p>\n"
        number = 0
        for index, (severity, items) in enumerate(groupby(self.standing, key=lambda item: item.severity)):
            group = list(items)
            anchor = f"severity-{_CLASSES[severity]}"
            title = f"（{_NUMERALS[index]}）{severity.value}"
            self.entries.append((2, anchor, f"{title}（{len(group)}处）"))
            yield f'<h3 id="{anchor}">{title}</h3>\n'
            for code, same in groupby(group, key=lambda item: item.code):
                findings = list(same)
                yield from self._of_rule(code, severity, findings, number)
                number += len(findings)

    def _of_rule(
        self, code: Code, severity: Severity, findings: list[Diagnostic], number: int
    ) -> Iterator[str]:
        """What is wrong, by what rule, and every place; a remedy that all share is given once, at the end."""
        anchor = f"rule-{code.value}-{_CLASSES[severity]}"
        title = TITLES.get(code, "")
        more = f"（{len(findings)}处）" if len(findings) > 1 else ""
        self.entries.append((3, anchor, f"{code.value} {title}{more}"))
        check = _CHECKS.get(code)
        basis = f'<span class="basis">依据：{escape(check.source)}</span>' if check else ""
        yield (
            f'<section aria-labelledby="{anchor}">\n<h4 id="{anchor}"><a class="code {_CLASSES[severity]}" '
            f'href="#about-{code.value}">{severity.value} {code.value}</a> {escape(title)}{basis}</h4>\n'
        )
        shared = findings[0].hint if len({item.hint for item in findings}) == 1 else ""
        for index, item in enumerate(findings):
            number += 1
            hint = item.hint if not shared else shared if index == len(findings) - 1 else ""
            yield (
                f'<div class="finding" id="finding-{number}">\n<p class="fact"><span class="number">{number}.</span>'
                f"{escape(item.message)}</p>\n"
                f'<p class="place">位置：{self._place(item.span, number, item.message)}</p>\n'
            )
            if item.related:
                said = item.message + self.whereabouts.words(item.span, item.message)
                others = "；".join(
                    f"{self._place(span, number, said + word)}，{escape(word)}" for span, word in item.related
                )
                yield f'<p class="place">相关：{others}</p>\n'
            if hint:
                every = "（以上各处）" if shared and len(findings) > 1 else ""
                yield f'<p class="place">改法{every}：{escape(hint)}</p>\n'
            yield "</div>\n"
        yield "</section>\n"

    def _place(self, span: Span, number: int, said: str) -> str:
        """Where something stands: in the reader's words when they are known and not said, and in its file."""
        words, link = self.whereabouts.words(span, said), self.sources.link(span, number)
        return f"{escape(words)}（{link}）" if words and words not in said else link

    def _waived(self) -> Iterator[str]:
        if not self.accepted:
            yield "<p>没有放行的问题。</p>\n"
            return
        yield "<p>下列问题查出以后，经审定不再改正，写明了原因、放行人和日期，不计入错误、警告和提示。</p>\n"
        yield (
            '<table class="waived" aria-label="已放行的问题">\n'
            '<colgroup><col style="width:8%"><col style="width:44%"><col style="width:28%"><col style="width:20%"></colgroup>\n'
            '<thead>\n<tr><th scope="col">序号</th><th scope="col">查出的问题</th><th scope="col">放行的原因</th>'
            '<th scope="col">放行人、日期</th></tr>\n</thead>\n<tbody>\n'
        )
        for number, item in enumerate(self.accepted, len(self.standing) + 1):
            waiver = item.accepted
            if waiver is not None:
                until = f"<p>有效期至{day(waiver.until)}</p>" if waiver.until else "<p>没有写有效期</p>"
                yield (
                    f'<tr id="finding-{number}"><td class="center">{number}</td>'
                    f"<td><p>{item.severity.value} {item.code.value} {escape(item.message)}</p>"
                    f'<p class="place">{self._place(item.span, number, item.message)}</p></td>'
                    f'<td>{escape(waiver.reason)}</td><td class="center"><p>{escape(waiver.by)}</p>'
                    f"<p>{day(waiver.date)}</p>{until}</td></tr>\n"
                )
        yield "</tbody>\n</table>\n"

    # Appendices

    def _rules(self) -> Iterator[str]:
        """What the rules ask for that found something, each once."""
        codes = sorted(
            {item.code for item in (*self.standing, *self.accepted)}, key=lambda code: _ORDER[code]
        )
        if not codes:
            return
        self.entries.append((1, "rules", "附件1　用到的规则"))
        yield '<div class="sheet">\n<h2 id="rules">附件1　用到的规则</h2>\n<dl class="rules">\n'
        for code in codes:
            yield (
                f'<div id="about-{code.value}"><dt>{code.value} {escape(TITLES.get(code, ""))}</dt>'
                f"<dd>{escape(_asks(code))}</dd></div>\n"
            )
        yield "</dl>\n"

    def _lines(self) -> Iterator[str]:
        """The lines that the findings speak of; it ends the sheet of the appendices."""
        titles = self.sources.titles()
        if not titles:
            return
        self.entries.append((1, "appendix", "附件2　查出问题的原文"))
        self.entries += [(2, anchor, name) for anchor, name in titles]
        yield '<h2 id="appendix">附件2　查出问题的原文</h2>\n'
        yield "<p>左边是行号，加底色的是查出问题的地方，右边是第几条问题。</p>\n"
        yield '<div class="lines">\n'
        yield from self.sources.printed()
        yield "</div>\n</div>\n"


def _by_severity(item: Diagnostic) -> tuple[int, int, str, int, int]:
    return (
        list(Severity).index(item.severity),
        _ORDER[item.code],
        item.span.source.path,
        item.span.line,
        item.span.column,
    )


def _asks(code: Code) -> str:
    """What a code asks for. How to mend it is said of each finding."""
    check = _CHECKS.get(code)
    if check is not None:
        return check.rule
    problem = EXPLANATIONS.get(code)
    return plain(problem.words) + plain(problem.mend) if problem else ""


def _contents(entries: list[tuple[int, str, str]]) -> str:
    """The contents list; levels grow by one at a time."""
    out = [
        '<nav class="contents" aria-labelledby="page-contents">\n<p class="contents-title" id="page-contents">目录</p>\n'
    ]
    depth = 0
    for level, anchor, words in entries:
        if level > depth:
            out.append("<ol>\n")
        else:
            out.append("</li>\n" + "</ol>\n</li>\n" * (depth - level))
        depth = level
        out.append(f'<li><a href="#{anchor}">{escape(words)}</a>')
    out.append("</li>\n</ol>\n" * depth + "</nav>\n")
    return "".join(out)
