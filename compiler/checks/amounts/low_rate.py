"""A low execution rate is explained, and something is done about it."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from compiler.checks.amounts.known_amounts import amount_of, place_of_rate, typed_rate
from compiler.checks.amounts.unit_slips import suspect_spending
from compiler.checks.amounts.written_rates import share
from compiler.checks.check import Check, Draft, Finding, Untold
from compiler.checks.reasons import gives_reason, lacking
from compiler.checks.wording import percent
from compiler.diagnostics import Code, Severity
from compiler.evaluation.project import Project
from compiler.figures import Amount, Rate

_ASKED = {"未支出原因": "写清哪一项没有支出、为什么", "改进措施": "写清下一步做什么、谁来做、什么时候做完"}

_LOW = Rate(Decimal("0.9"))


def is_low(spent: Amount, budget: Amount) -> bool:
    """Whether less than 90% of a budget was spent; nothing is rounded."""
    return spent.yuan * 10 < budget.yuan * 9


def _find(draft: Draft) -> Iterator[Untold]:
    for project in draft.projects:
        annual, spent = amount_of(project, "annual_budget"), amount_of(project, "expenditure")
        if annual is not None and spent is not None:
            if not is_low(spent, annual):
                continue
            rate = share(spent.yuan, annual.yuan)
        else:
            typed = typed_rate(project)
            if typed is None or typed.ratio >= _LOW.ratio or (annual is not None and not annual.yuan):
                continue
            rate = typed
        wanted = {key: text for key, text in _texts(project).items() if not gives_reason(text)}
        if not wanted or suspect_spending(project, annual, spent):
            continue
        yield Untold(_finding, (project, rate, wanted))


def _finding(project: Project, rate: Rate, wanted: dict[str, str | None]) -> Finding:
    blank = [key for key, text in wanted.items() if text is None]
    said = [lacking("和".join(blank), None)] if blank else []
    said += [lacking(key, text) for key, text in wanted.items() if text is not None]
    return Finding(
        place_of_rate(project),
        f"{project.title}的执行率是{below_ninety(rate)}，低于90%，{'，'.join(said)}",
        f"在项目文件里补上{'；'.join(f'“{key}”，{_ASKED[key]}' for key in wanted)}",
    )


def _texts(project: Project) -> dict[str, str | None]:
    return {"未支出原因": project.unspent_reason, "改进措施": project.improvement}


def below_ninety(rate: Rate) -> str:
    """A rate in two digits, or in as many as it takes to tell it from 90%."""
    for digits in (2, 4, 6, 9, 12):
        if (shown := percent(rate, digits)) != "90%":
            return shown
    return "89.99…%"


CHECK = Check(
    Code.LOW_RATE_UNEXPLAINED,
    Severity.WARNING,
    title="执行率低，没有写原因或者改进措施",
    rule="项目的执行率低于90%的，要写“未支出原因”和“改进措施”。有预算数、执行数的，按两个数正好相比，不四舍五入：89.996%也是低；"
    "没有的，按所填的执行率，填90%的不算低。写“无”“同上”“未完成”不算写了。多少算低，文件没有给数，这里以90%为界。原因写得充不充分，不由这条规则看。",
    source="财预〔2020〕10号第二十六条（预算执行率偏低的项目，单独说明原因，提出整改措施）",
    mend="在项目文件里补写“未支出原因”和“改进措施”；措施写明做什么、谁来做、什么时候做完。",
    find=_find,
)
