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


def _find(draft: Draft) -> Iterator[Finding]:
    year = draft.report.year
    this = f"{year}年"
    last_names: dict[str, Project] | None = None
    for project in draft.projects:
        name = project.name
        if name.startswith(this):
            continue
        found = _YEAR.match(name)
        if found is None or int(found[1]) == year or _FOR_EARLIER.search(name) or _is_carried_over(project):
            continue
        if last_names is None:
            last = draft.previous.projects if draft.previous else ()
            last_names = {each.name: each for each in last}
        same = last_names.get(name)
        yield Finding(
            project.span_of("name"),
            f"{project.title}的名称是{found[1]}年的，报告是{year}年度的",
            f"照抄上年的，改成“{year}年”；确实是{found[1]}年的项目、本年接着做的，在说明里写明",
            () if same is None else ((same.span_of("name"), "上年报告里的名称与它一字不差"),),
        )


def _is_carried_over(project: Project) -> bool:
    """Whether it spends money of the year before, or tells why it has an old name."""
    if project.remark is not None:
        return True
    money = project.funds and project.funds.carried_over
    return bool(
        money
        and any(amount is not None and amount.yuan for amount in (money.annual_budget, money.expenditure))
    )


CHECK = Check(
    Code.PROJECT_NAME_YEAR,
    Severity.WARNING,
    title="项目名称里的年份不是报告年度",
    rule=(
        "项目名称以年份开头的（“2024年…”），应当是报告的年度。“2023—2025年”这样的起止年份、“2023年度…”不看；"
        "奖励、补贴、尾款、结算、审计等可能是为以前年度付的，用上年结转资金的，写了说明的，也不看。"
    ),
    source="财预〔2020〕10号第二十五条（数据真实）",
    mend="照抄上年的，改成本年度的名称；上年的项目本年接着做的，在项目的“说明”里写一句。",
    find=_find,
)
