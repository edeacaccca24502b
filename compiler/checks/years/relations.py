"""What agreed in last year's report and does not in this year's."""

from __future__ import annotations

from collections.abc import Iterator

from compiler.checks.check import Check, Draft, Finding
from compiler.checks.years.dates import dates_apart, later_documents, report_date
from compiler.checks.years.matching import matching
from compiler.checks.years.repeated_figures import (
    LEAST,
    Department,
    of_cost_targets,
    of_department,
    of_project,
    of_scorecard,
)
from compiler.checks.years.threes import broken_parts, broken_threes
from compiler.diagnostics import Code, Severity


def _find(draft: Draft) -> Iterator[Finding]:
    previous = draft.previous
    if previous is None:
        return
    year = previous.report.year
    department = Department(draft, previous)
    yield from report_date(draft, previous)
    yield from of_department(draft, previous, department)
    yield from of_scorecard(draft, previous, department)
    owners = [("", draft.report.parameters, previous.report.parameters)]
    owners.append(("单位的", department.facts, department.last_facts))
    if previous.department is not None:
        before = {section.name: section.facts for section in previous.department.sections or ()}
        for section in draft.department.sections or ():
            owners.append((f"内设机构“{section.name}”的", section.facts, before.get(section.name)))
    for name, facts, last in owners:
        yield from broken_threes(name, facts, last, (), year)
        yield from dates_apart(name, facts, last, draft, previous)
    for pair in matching(draft).pairs:
        now, before_it = pair
        if now.indicators and before_it.indicators:
            yield from of_cost_targets(pair, year)
        if now.bases and before_it.bases:
            yield from later_documents(pair, draft.report.year, year)
        if now.facts and before_it.facts:
            name = f"项目“{now.name}”的"
            told = of_project(pair, department)
            yield from (apart.finding for apart in told)
            keys = [apart.fact for apart in told]
            yield from broken_threes(name, now.facts, before_it.facts, keys, year)
            yield from broken_parts(pair, keys, year)
            yield from dates_apart(name, now.facts, before_it.facts, draft, previous, keys)


CHECK = Check(
    Code.RELATION_BROKEN,
    Severity.WARNING,
    title="上年对得上的，今年对不上",
    rule="上年报告里是同一个数、同一个单位的两处，今年也应当是同一个数：补充数据（参数）里的数与项目的金额、三级指标、评分表、预算，"
    "评分表各栏与预算和项目的三级指标，成本指标的指标值与全年预算数。上年与几处相同的，今年与一处相同就行；"
    f"不到{LEAST}的整数、整数的百分比不看。补充数据里挨着的三个数，上年是和、商（百分比）、积的，今年也应当是；"
    "挨着的几笔金额上年加起来是全年执行数的、上年两个日期之间正好是写明的天数的，今年也应当是。"
    "允许的误差是末位数字的半个单位。补充数据里的日期，年份和先后应当同上年一样跟着报告的年度走，"
    "早于报告年度的归 N003（签约、开工这样可以早一年的，上年不早而今年早到上年九月以前的，这里提示）；成文日期、依据的文号的年份也是。拿不准的（数字位数少、日期）只给提示。",
    source="勾稽关系；两年报告对照",
    mend="几处核对，改正写错的一处；上年只是碰巧对得上的，不必改。",
    find=_find,
)
