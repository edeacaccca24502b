"""检查报告: what a check found, as one page to be read on a screen, printed and handed on."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING

from compiler.check_report.sources import Sources
from compiler.checks import CHECKS
from compiler.checks.waivers import day
from compiler.diagnostics import Code, Diagnostic, Severity
from compiler.explanations import EXPLANATIONS, GROUPS, plain
from compiler.listing import TITLES
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
        self.sources = Sources(result.folder)
        self.entries: list[tuple[int, str, str]] = []
        """Of the contents list: level, anchor, words."""

    def printed(self) -> Iterator[str]:
        title = f"{self.department}{self.year}年度{self.result.kind}"
        # The findings come first: they fill the contents list and name the lines to be shown.
        sections = [
            *self._section("查出的问题", self._findings()),
            *self._section("已放行的问题", self._waived()),
            *self._section("检查说明", self._scope()),
        ]
        appendix = list(self._appendix())
        yield head(f"{title}检查报告", (("author", self.department),), "", _STYLE.read_text(encoding="utf-8"))
        yield '<main id="page-main">\n<div class="sheet">\n'
        yield f'<h1 class="title">{escape(title)}<br>检查报告</h1>\n'
        yield from self._particulars()
        yield '<h2 id="section-1">一、检查结果</h2>\n'
        yield from self._summary()
        self.entries.insert(0, (1, "section-1", "一、检查结果"))
        yield _contents(self.entries)
        yield "</div>\n"
        yield '<div class="sheet">\n'
        yield from sections
        yield "</div>\n"
        yield from appendix
        yield "</main>\n</body>\n</html>\n"

    def _section(self, words: str, content: Iterator[str]) -> Iterator[str]:
        number = sum(level == 1 for level, _, _ in self.entries) + 2
        title = f"{_NUMERALS[number - 1]}、{words}"
        self.entries.append((1, f"section-{number}", title))
        yield f'<h2 id="section-{number}">{title}</h2>\n'
        yield from content

    # What was checked, and what came of it

    def _particulars(self) -> Iterator[str]:
        result = self.result
        scope = "报告的数据、叙述和模板"
        if result.judged:
            scope += f"，填入数据{result.figures}处；规则{len(CHECKS)}条"
        yield (
            '<table class="particulars" aria-label="检查的对象和结论">\n'
            '<colgroup><col style="width:16%"><col style="width:40%"><col style="width:16%"><col style="width:28%"></colgroup>\n'
            "<tbody>\n"
        )
        for row in (
            (("单位", self.department), ("年度", self.year)),
            (("文种", result.kind or "（没有写明）"), ("检查日期", self.today)),
            (("检查范围", scope),),
            (("检查结论", self._conclusion()),),
        ):
            wide = ' colspan="3"' if len(row) == 1 else ""
            cells = "".join(
                f'<th scope="row">{name}</th><td{wide}>{escape(words)}</td>' for name, words in row
            )
            yield f"<tr>{cells}</tr>\n"
        yield "</tbody>\n</table>\n"

    def _conclusion(self) -> str:
        errors, warnings, infos = (
            sum(item.severity is severity for item in self.standing) for severity in Severity
        )
        if not self.result.judged:
            return f"数据、叙述或模板有{errors}处写错，报告还不能生成，没有按规则检查。"
        if errors:
            words = f"有错误{errors}处，既没有改正，也没有放行；改正或者审定放行以前，不宜定稿。"
        elif warnings:
            words = f"没有错误；有警告{warnings}处，请逐处核对。"
        elif infos:
            words = f"没有错误和警告；有提示{infos}处，供参考。"
        else:
            words = "没有查出错误、警告和提示。"
        return words + (f"另有{len(self.accepted)}处已经放行。" if self.accepted else "")

    def _summary(self) -> Iterator[str]:
        letters = [letter for letter, _ in groupby(CHECKS, key=lambda check: check.code.value[0])]
        rows = [
            (
                GROUPS[letter],
                sum(check.code.value[0] == letter for check in CHECKS),
                {letter},
            )
            for letter in letters
        ]
        rest = set(GROUPS) - set(letters)
        if any(item.code.value[0] in rest for item in self.standing):
            rows.insert(0, ("数据、叙述和模板的写法", 0, rest))
        yield (
            '<table class="summary" aria-label="各类规则查出的处数">\n'
            '<colgroup><col style="width:32%"><col style="width:14%"><col style="width:13%"><col style="width:13%">'
            '<col style="width:13%"><col style="width:15%"></colgroup>\n'
            '<thead>\n<tr><th scope="col">类别</th><th scope="col">规则（条）</th><th scope="col">错误</th>'
            '<th scope="col">警告</th><th scope="col">提示</th><th scope="col">已放行</th></tr>\n</thead>\n<tbody>\n'
        )
        for name, rules, group in rows:
            yield self._summary_row(name, rules, group, "")
        yield self._summary_row("合计", len(CHECKS), set(GROUPS), ' class="total"')
        yield "</tbody>\n</table>\n"
        yield '<p class="note">单位：处。已放行的不计入错误、警告和提示。</p>\n'

    def _summary_row(self, name: str, rules: int, letters: set[str], attributes: str) -> str:
        here = [item for item in self.standing if item.code.value[0] in letters]
        numbers = [
            rules,
            *(sum(item.severity is severity for item in here) for severity in Severity),
            sum(item.code.value[0] in letters for item in self.accepted),
        ]
        cells = "".join(f'<td class="center">{number or "—"}</td>' for number in numbers)
        return f'<tr{attributes}><th scope="row">{name}</th>{cells}</tr>\n'

    # What was found

    def _findings(self) -> Iterator[str]:
        if not self.standing:
            rules = f"按{len(CHECKS)}条规则检查，" if self.result.judged else ""
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
        """What a rule asks for, and its findings; each with its places; a hint that all share is given once."""
        anchor = f"rule-{code.value}-{_CLASSES[severity]}"
        title = TITLES.get(code, "")
        more = f"（{len(findings)}处）" if len(findings) > 1 else ""
        self.entries.append((3, anchor, f"{code.value} {title}{more}"))
        yield (
            f'<h4 id="{anchor}"><span class="code {_CLASSES[severity]}">{severity.value} {code.value}</span> '
            f"{escape(title)}</h4>\n"
        )
        hint = findings[0].hint if len({item.hint for item in findings}) == 1 else ""
        yield '<dl class="rule">\n'
        for name, words in (*_about(code), *((("提示", hint),) if hint else ())):
            yield f"<div><dt>{name}</dt><dd>{escape(words)}</dd></div>\n"
        yield "</dl>\n"
        for item in findings:
            number += 1
            yield (
                f'<div class="finding" id="finding-{number}">\n<p class="fact"><span class="number">{number}.</span>'
                f"{escape(item.message)}</p>\n"
                f'<p class="place">位置：{self.sources.link(item.span, number)}</p>\n'
            )
            for span, word in item.related:
                yield f'<p class="place">相关：{self.sources.link(span, number)}，{escape(word)}</p>\n'
            if not hint:
                yield f'<p class="place">提示：{escape(item.hint)}</p>\n'
            yield "</div>\n"

    def _waived(self) -> Iterator[str]:
        if not self.accepted:
            yield "<p>没有放行的问题。</p>\n"
            return
        yield "<p>下列问题查出以后，经审定不再改正，写明了原因、放行人和日期，不计入错误、警告和提示。</p>\n"
        yield (
            '<table class="waived" aria-label="已放行的问题">\n'
            '<colgroup><col style="width:8%"><col style="width:44%"><col style="width:30%"><col style="width:18%"></colgroup>\n'
            '<thead>\n<tr><th scope="col">序号</th><th scope="col">查出的问题</th><th scope="col">放行的原因</th>'
            '<th scope="col">放行人、日期</th></tr>\n</thead>\n<tbody>\n'
        )
        for number, item in enumerate(self.accepted, len(self.standing) + 1):
            waiver = item.accepted
            if waiver is not None:
                yield (
                    f'<tr id="finding-{number}"><td class="center">{number}</td>'
                    f"<td><p>{item.severity.value} {item.code.value} {escape(item.message)}</p>"
                    f'<p class="place">{self.sources.link(item.span, number)}</p></td>'
                    f'<td>{escape(waiver.reason)}</td><td class="center"><p>{escape(waiver.by)}</p>'
                    f"<p>{day(waiver.date)}</p></td></tr>\n"
                )
        yield "</tbody>\n</table>\n"

    def _scope(self) -> Iterator[str]:
        if self.result.judged:
            kinds = "、".join(
                f"{GROUPS[letter]} {len(list(checks))}条"
                for letter, checks in groupby(CHECKS, key=lambda check: check.code.value[0])
            )
            yield (
                f"<p>本次检查了{escape(self.result.folder)}里的数据和叙述，填入报告的数据{self.result.figures}处；"
                f"用规则{len(CHECKS)}条：{kinds}。</p>\n"
            )
        else:
            yield (
                f"<p>本次只检查了{escape(self.result.folder)}里的数据、叙述和模板写得对不对。"
                "写错的改好以后，才能按规则检查。</p>\n"
            )
        yield (
            "<p>错误是与规定不符或者前后矛盾的，应当改正；警告是多半有误的，应当核对；提示供参考。"
            "检查由程序逐条核算，只看数和文字是否相合、是否合乎规定，事情本身属实与否，仍由人审核。</p>\n"
        )

    def _appendix(self) -> Iterator[str]:
        titles = self.sources.titles()
        if not titles:
            return
        self.entries.append((1, "appendix", "附件　查出问题的原文"))
        self.entries += [(2, anchor, name) for anchor, name in titles]
        yield '<div class="sheet">\n<h2 id="appendix">附件　查出问题的原文</h2>\n'
        yield "<p>左边是行号，加底色的是查出问题的地方，右边是第几条问题。</p>\n"
        yield from self.sources.printed()
        yield "</div>\n"


def _by_severity(item: Diagnostic) -> tuple[int, int, str, int, int]:
    return (
        list(Severity).index(item.severity),
        _ORDER[item.code],
        item.span.source.path,
        item.span.line,
        item.span.column,
    )


def _about(code: Code) -> tuple[tuple[str, str], ...]:
    """What a code asks for, and what to do."""
    check = _CHECKS.get(code)
    if check is not None:
        return ("规则", check.rule), ("依据", check.source), ("改法", check.mend)
    problem = EXPLANATIONS.get(code)
    return (("说明", plain(problem.words)), ("改法", plain(problem.mend))) if problem else ()


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
