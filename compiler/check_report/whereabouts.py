"""Where a place in a file is in the printed report, as a reader of the report would say it."""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterator

from compiler.checks.check import Draft
from compiler.named import NamedTuple
from compiler.source import Span
from compiler.tree import Block, Heading, Paragraph, TableSlot, plain_text

_FILES = {
    "data/budget.yaml": "部门预算",
    "data/scorecard.yaml": "评分表",
    "data/department.yaml": "单位和内设机构",
    "report.yaml": "报告的基本信息",
    "waivers.yaml": "放行",
}
_LONGEST = 30
"""Characters shown of a title."""


class _Section(NamedTuple):
    """A heading as it is printed; both empty where it is not known."""

    number: str
    """With those above it: 三、17."""
    title: str


_NOWHERE = _Section("", "")


class Whereabouts:
    """Finds the printed section of a place; silent where that is not known, or not one."""

    def __init__(self, draft: Draft | None, folder: str) -> None:
        self._folder = folder
        self._prose: dict[str, dict[int, _Section]] = defaultdict(dict)
        """By file: what is printed where a block of that line is; nowhere when that is in two places."""
        self._titled: dict[str, _Section] = {}
        """By title: its section; nowhere when two have it."""
        self._forms: dict[str, str] = {}
        """By project: which form is its: 项目支出绩效自评表第3张."""
        self._projects: dict[str, tuple[str, str]] = {}
        """By file: stem and name."""
        if draft is None:
            return
        for part in draft.document.parts:
            self._read(part.blocks)
        for project in draft.projects:
            self._projects[f"{folder}/data/projects/{project.id}.yaml"] = project.id, project.name

    def _read(self, blocks: tuple[Block, ...]) -> None:
        numbers: dict[int, str] = {}
        section, form = _NOWHERE, "表"
        for block in blocks:
            if type(block) is Heading and block.role == "heading":
                title = plain_text(block.children)
                numbers = {level: number for level, number in numbers.items() if level < block.level}
                numbers[block.level] = block.number
                section = _Section("".join(numbers.values()), title)
                self._titled[title] = _NOWHERE if title in self._titled else section
            elif type(block) is Heading:
                form = plain_text(block.children)
            elif type(block) is Paragraph and block.role == "attachment-label":
                section, numbers = _Section("", plain_text(block.children)), {}
            elif type(block) is TableSlot and block.form:
                project = getattr(block.scope.get("本项目"), "id", "")
                self._forms.setdefault(project, f"{form}第{len(self._forms) + 1}张")
            path = block.span.source.path
            if path.startswith(f"{self._folder}/narrative/"):
                known = self._prose[path].setdefault(block.span.line, section)
                if known != section:
                    self._prose[path][block.span.line] = _NOWHERE

    def words(self, span: Span, said: str) -> str:
        """报告“三、17.基层党组织党建活动经费”, 部门预算; empty when nothing true can be said.

        Titles that have been `said` already are left out.
        """
        path = span.source.path
        if path.startswith("templates/"):
            return "模板"
        lines = self._prose.get(path)
        if lines:
            starts = sorted(lines)
            return _shown(lines[starts[max(0, bisect_right(starts, span.line) - 1)]], said)
        project = self._projects.get(path)
        if project is not None:
            return "，".join(self._of_project(*project, said))
        if path.startswith(f"{self._folder}/"):
            return _FILES.get(path[len(self._folder) + 1 :], "")
        return ""

    def _of_project(self, stem: str, name: str, said: str) -> Iterator[str]:
        prose = self._prose.get(f"{self._folder}/narrative/projects/{stem}.md") or {0: _NOWHERE}
        section = _shown(self._titled.get(name) or prose[min(prose)], said)
        if section:
            yield section
        elif name not in said:
            yield f"项目“{_cut(name)}”"
        if stem in self._forms and len(self._forms) > 1:
            yield self._forms[stem]


def _shown(section: _Section, said: str) -> str:
    number, title = section
    if not number:
        return title
    return f"报告{number.rstrip('.．、')}" if title in said else f"报告“{number}{_cut(title)}”"


def _cut(title: str) -> str:
    return title if len(title) <= _LONGEST else f"{title[:_LONGEST]}…"
