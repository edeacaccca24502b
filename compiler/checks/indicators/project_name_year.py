"""The year in a project's name is that of the report."""

from __future__ import annotations

from collections.abc import Iterator

from compiler.checks.check import Check, Draft, Finding
from compiler.diagnostics import Code, Severity
from compiler.evaluation.project import Project
from compiler.patterns import pattern

# 2024年度 may be the year that is audited or rewarded, 2023—2025年 and 2023年至2025年 are several years.
_YEAR = pattern(r"((?:19|20)\d\d)年(?![度—–～~至、-])")
# Money for what an earlier year brought about keeps that year in its name.
_FOR_EARLIER = pattern(
    r"奖|补贴|补助|兑现|结转|尾款|余款|欠款|续建|续保|清算|结算|决算|审计|评价|验收|质保|质量保证|跨年|延期|回购|还本|贴息|第.批"
)

# What is paid before the year that it is for.
_FOR_NEXT = pattern("元旦|春节|新春|两节|提前|筹备|预付")
_SPEAKS_OF_YEARS = pattern("年|结转|延续|延期|跨|尾款|续")


def _find(draft: Draft) -> Iterator[Finding]:
    year = draft.report.year
    this = f"{year}年"
    last_names: dict[str, Project] | None = None
    for project in draft.projects:
        name = project.name
        if name.startswith(this):
            continue
        found = _YEAR.match(name)
        if found is None or int(found[1]) == year or _is_excused(project, int(found[1]) - year):
            continue
        if last_names is None:
            last = draft.previous.projects if draft.previous else ()
            last_names = {each.name: each for each in last}
        same = last_names.get(name)
        yield Finding(
            project.span_of("name"),
            f"{project.title}的名称是{found[1]}年的，报告是{year}年度的",
            f"照抄上年的，改成“{year}年”；确实是{found[1]}年的项目、本年接着做的，在说明里写明"
            if int(found[1]) < year
            else f"写错的，改成“{year}年”；确实是{found[1]}年的项目、本年先做的，在说明里写明",
            () if same is None else ((same.span_of("name"), "上年报告里的名称与它一字不差"),),
        )


def _is_excused(project: Project, off: int) -> bool:
    """Whether its note tells why it is called by another year, so many later, or its name or its money does."""
    if project.remark is not None and _SPEAKS_OF_YEARS.search(project.remark):
        return True
    if off > 0:
        return off == 1 and _FOR_NEXT.search(project.name) is not None
    return _FOR_EARLIER.search(project.name) is not None or _is_carried_over(project)


def _is_carried_over(project: Project) -> bool:
    """Whether most of its money is left from the year before."""
    money = project.funds and project.funds.carried_over
    if not money:
        return False
    for part, whole in (
        (money.annual_budget, project.annual_budget),
        (money.expenditure, project.expenditure),
    ):
        if part is not None and part.yuan and (whole is None or 2 * part.yuan >= whole.yuan):
            return True
    return False


CHECK = Check(
    Code.PROJECT_NAME_YEAR,
    Severity.WARNING,
    title="项目名称里的年份不是报告年度",
    rule=(
        "项目名称以年份开头的（“2024年…”），应当是报告的年度。“2023—2025年”这样的起止年份、“2023年度…”不看；"
        "早于报告年度的，奖励、补贴、尾款、结算、审计等可能是为以前年度付的，一半以上用上年结转资金的，不看；比报告年度晚一年的，元旦、春节、提前支付的不看；说明里讲了年份来历的，都不看。"
    ),
    source="财预〔2020〕10号第二十五条（数据真实）",
    mend="照抄上年的，改成本年度的名称；上年的项目本年接着做的，在项目的“说明”里写一句。",
    find=_find,
)
