"""The first page of a 检查报告: what was checked, what came of it, how many of each kind."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import TYPE_CHECKING

from compiler.checks import CHECKS
from compiler.diagnostics import Code, Diagnostic, Severity
from compiler.explanations import GROUPS
from compiler.writers.html.inlines import escape

if TYPE_CHECKING:
    from compiler.pipeline import Result

_LETTERS = tuple(letter for letter, _ in groupby(CHECKS, key=lambda check: check.code.value[0]))
_LAST_YEAR = "L"
"""The rules that compare with the year before."""


class Overview:
    """Counts what was found, and says which rules were held against the report and which were not."""

    def __init__(
        self, result: Result, standing: Sequence[Diagnostic], accepted: Sequence[Diagnostic]
    ) -> None:
        self.result, self.standing, self.accepted = result, standing, accepted

    def unchecked(self, letter: str) -> str:
        """Why the rules of a group were not held against the report; empty when they were."""
        if not self.result.judged:
            return "先改好写错的"
        return self.result.uncompared if letter == _LAST_YEAR else ""

    @property
    def rules(self) -> int:
        """How many rules were held against the report."""
        return sum(not self.unchecked(check.code.value[0]) for check in CHECKS)

    def particulars(self, department: str, year: str, today: str) -> Iterator[str]:
        """The table of what was checked, and the verdict."""
        result = self.result
        scope = "报告的数据、叙述和模板"
        if result.judged:
            scope += f"，填入数据{result.figures}处；规则{self.rules}条"
            scope += f"；与上年未作比较（{result.uncompared}）" if result.uncompared else ""
        else:
            scope += "写得对不对；没有按规则检查"
        yield (
            '<table class="particulars" aria-label="检查的对象和结论">\n'
            '<colgroup><col style="width:16%"><col style="width:40%"><col style="width:16%"><col style="width:28%"></colgroup>\n'
            "<tbody>\n"
        )
        for row in (
            (("单位", department), ("年度", year)),
            (("文种", result.kind or "（没有写明）"), ("检查日期", today)),
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
        more = f"另有{len(self.accepted)}处已经放行。" if self.accepted else ""
        if not self.result.judged:
            wrong = self.result.diagnostics.count(Severity.ERROR)
            return f"数据、叙述或模板有{wrong}处写错，报告还不能生成，没有按规则检查。{more}"
        numbers = [f"警告{warnings}处"] * bool(warnings) + [f"提示{infos}处"] * bool(infos)
        if errors:
            words = f"有错误{errors}处，既没有改正，也没有放行；改正或者审定放行以前，不宜定稿。"
            words += f"另有{'、'.join(numbers)}，请逐处核对。" if numbers else ""
        elif warnings:
            words = f"没有错误；有{'、'.join(numbers)}，请逐处核对。"
        elif infos:
            words = f"没有错误和警告；有提示{infos}处，供参考。"
        else:
            words = "没有查出错误、警告和提示。"
        return words + more

    def summary(self) -> Iterator[str]:
        """The table of how many were found, by kind."""
        yield (
            '<table class="summary" aria-label="各类规则查出的处数">\n'
            '<colgroup><col style="width:32%"><col style="width:14%"><col style="width:13%"><col style="width:13%">'
            '<col style="width:13%"><col style="width:15%"></colgroup>\n'
            '<thead>\n<tr><th scope="col">类别</th><th scope="col">规则（条）</th><th scope="col">错误</th>'
            '<th scope="col">警告</th><th scope="col">提示</th><th scope="col">已放行</th></tr>\n</thead>\n<tbody>\n'
        )
        rest = set(GROUPS) - set(_LETTERS)
        if any(item.code.value[0] in rest for item in self.standing):
            yield self._row("文件的写法", 0, rest, "")
        for letter in _LETTERS:
            why = self.unchecked(letter)
            if why:
                yield (
                    f'<tr><th scope="row">{GROUPS[letter]}</th><td class="center" colspan="5">'
                    f"未查（{escape(why)}）</td></tr>\n"
                )
            else:
                rules = sum(check.code.value[0] == letter for check in CHECKS)
                yield self._row(GROUPS[letter], rules, {letter}, "")
        yield self._row("合计", self.rules, set(GROUPS), ' class="total"')
        yield "</tbody>\n</table>\n"
        yield f'<p class="note">单位：处。已放行的不计入错误、警告和提示。{self._unscored()}</p>\n'

    def _unscored(self) -> str:
        found = any(item.code is Code.SCHEME_UNDECLARED for item in (*self.standing, *self.accepted))
        return "没有声明评分方案，要照方案核的得分、等级、分值没有查。" if found else ""

    def _row(self, name: str, rules: int, letters: set[str], attributes: str) -> str:
        here = [item for item in self.standing if item.code.value[0] in letters]
        numbers = [
            rules,
            *(sum(item.severity is severity for item in here) for severity in Severity),
            sum(item.code.value[0] in letters for item in self.accepted),
        ]
        cells = "".join(f'<td class="center">{number or "—"}</td>' for number in numbers)
        return f'<tr{attributes}><th scope="row">{name}</th>{cells}</tr>\n'

    def scope(self) -> Iterator[str]:
        """What the program has looked at, and what it has not."""
        folder = escape(self.result.folder)
        if self.result.judged:
            kinds = "、".join(
                f"{GROUPS[letter]} {sum(check.code.value[0] == letter for check in CHECKS)}条"
                for letter in _LETTERS
                if not self.unchecked(letter)
            )
            yield (
                f"<p>本次检查了{folder}里的数据和叙述，填入报告的数据{self.result.figures}处；"
                f"用规则{self.rules}条：{kinds}。"
                + (f"{escape(self.result.uncompared)}，没有与上年比较。" if self.result.uncompared else "")
                + f"{self._unscored()}</p>\n"
            )
        else:
            yield (
                f"<p>本次只检查了{folder}里的数据、叙述和模板写得对不对。"
                "写错的改好以后，才能按规则检查。</p>\n"
            )
        yield (
            "<p>错误是与规定不符或者前后矛盾的，应当改正；警告是多半有误的，应当核对；提示供参考。"
            "检查由程序逐条核算，只看数和文字是否相合、是否合乎规定，事情本身属实与否，仍由人审核。</p>\n"
        )
