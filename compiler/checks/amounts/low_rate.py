"""A low execution rate is explained, and something is done about it."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from compiler.checks.amounts.known_amounts import amount_of, place_of_rate, typed_rate
from compiler.checks.amounts.unit_slips import suspect_spending
from compiler.checks.amounts.written_rates import share
from compiler.checks.check import Check, Draft, Finding
from compiler.checks.wording import percent
from compiler.diagnostics import Code, Severity

LOW = Decimal("0.89995")
"""What is printed as 90.00% is not below 90%."""


def _find(draft: Draft) -> Iterator[Finding]:
    for project in draft.projects:
        if project.unspent_reason and project.improvement:
            continue
        annual, spent = amount_of(project, "annual_budget"), amount_of(project, "expenditure")
        if annual is not None and spent is not None:
            if spent.yuan >= annual.yuan * LOW:
                continue
            rate = share(spent.yuan, annual.yuan)
        else:
            typed = typed_rate(project)
            if typed is None or typed.ratio >= LOW or (annual is not None and not annual.yuan):
                continue
            rate = typed
        if suspect_spending(project, annual, spent):
            continue
        lacking = {}
        if not project.unspent_reason:
            lacking["未支出原因"] = "写清哪一项没有支出、为什么"
        if not project.improvement:
            lacking["改进措施"] = "写清下一步做什么、谁来做、什么时候做完"
        yield Finding(
            place_of_rate(project),
            f"{project.title}的执行率是{percent(rate, 2)}，低于90%，没有写{'和'.join(lacking)}",
            f"在项目文件里补上{'；'.join(f'“{key}”，{what}' for key, what in lacking.items())}",
        )


CHECK = Check(
    Code.LOW_RATE_UNEXPLAINED,
    Severity.WARNING,
    title="执行率低，没有写原因或者改进措施",
    rule="项目的执行率低于90%的，要写“未支出原因”和“改进措施”。有预算数、执行数的，按两数相除，没有的，按所填的执行率；正好90.00%的不算低。"
    "多少算低，文件没有给数，这里以90%为界。原因写得充不充分，不由这条规则看。",
    source="财预〔2020〕10号第二十六条（预算执行率偏低的项目，单独说明原因，提出整改措施）",
    mend="在项目文件里补写“未支出原因”和“改进措施”；措施写明做什么、谁来做、什么时候做完。",
    find=_find,
)
