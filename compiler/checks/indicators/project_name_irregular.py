"""A project's name is written as names are."""

from __future__ import annotations

from collections.abc import Iterator

from compiler.checks.check import Check, Draft, Finding, Untold
from compiler.diagnostics import Code, Severity
from compiler.evaluation.project import Project
from compiler.patterns import pattern

_YEAR = pattern(r"((?:19|20)\d\d)(?!\d|\s*[年—–～~至、./-])")
# An event's own name has its year without 年: 2023中国（北京）数字金融论坛.
_EVENT = pattern(
    r"论坛|博览会|展览会|交易会|洽谈会|服贸会|京交会|进博会|广交会|大会|峰会|年会|运动会|联赛|大赛|锦标赛|杯|嘉年华|"
    r"艺术节|文化节|电影节|音乐节|马拉松"
)
_SPACE = pattern(r"(?<=[^\x00-\xff])\s+|\s+(?=[^\x00-\xff])")


def _find(draft: Draft) -> Iterator[Untold]:
    for project in draft.projects:
        name = project.name
        if name.startswith(("19", "20")) and (year := _YEAR.match(name)) and not _EVENT.search(name):
            yield Untold(_without_word, (project, year[1]))
        elif _SPACE.search(name):
            yield Untold(_with_space, (project,))


def _without_word(project: Project, year: str) -> Finding:
    return Finding(
        project.span_of("name"),
        f"{project.title}的名称里，“{year}”后面缺“年”字",
        f"写成“{year}年{project.name[4:].lstrip()}”；批复里就这样写的，保持一致，不用改",
    )


def _with_space(project: Project) -> Finding:
    name = _SPACE.sub("", project.name)
    return Finding(
        project.span_of("name"), f"{project.title}的名称里有空格", f"删去空格，写成“{name}”", fix=name
    )


CHECK = Check(
    Code.PROJECT_NAME_IRREGULAR,
    Severity.INFO,
    title="项目名称不规则",
    rule=(
        "项目名称以年份开头的，年份后面要有“年”字（“2024年…”），论坛、展会、赛事这样名称本来带年份的除外；"
        "汉字旁边没有空格。"
    ),
    source="财预〔2020〕10号附1（自评表“项目名称”一栏）",
    mend="与预算批复的项目名称核对后改正，报告、自评表、附件里的名称一起改。",
    find=_find,
)
