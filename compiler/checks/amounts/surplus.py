"""What is carried over and what is handed back can be told apart in 结转结余率."""

from __future__ import annotations

from collections.abc import Iterator

from compiler.checks.amounts.known_amounts import amount_of
from compiler.checks.amounts.written_rates import as_typed
from compiler.checks.check import Check, Draft, Finding
from compiler.diagnostics import Code, Severity
from compiler.evaluation.project import Project
from compiler.patterns import pattern

_NOUN = pattern("上年结转(?:资金)?|结转结余|结转资金|结余资金|结余去向")
_CARRIED = ("结转", "继续支付", "继续使用", "下年支付", "下年使用", "次年支付", "次年使用", "明年支付")
_RETURNED = ("收回", "上缴", "交回", "缴回", "缴还", "退回", "核减", "结余注销")
_AMOUNT = pattern(r"\d[\d.,]*\s*(?:亿|万)?元")


def _find(draft: Draft) -> Iterator[Finding]:
    budget = draft.budget
    if budget is None or budget.carryover_rate is None:
        return
    if budget.facts and any(key.startswith(("结转", "结余")) for key in budget.facts):
        return  # the amounts are given apart
    carried: list[Project] = []
    returned: list[Project] = []
    parted = True
    for project in draft.projects:
        kinds = _kinds(project.surplus_use) if project.surplus_use else (False, False)
        if kinds[0]:
            carried.append(project)
        if kinds[1]:
            returned.append(project)
        parted = parted and _is_parted(project, kinds)
    if parted or not carried or not returned:
        return
    yield Finding(
        budget.span_of("carryover_rate"),
        f"结转结余率{as_typed(budget.carryover_rate)}把结转和结余合在一起算：{_names(carried)}的余款结转，{_names(returned)}的余款收回，"
        "各是多少分不出来",
        "给有余款的项目写明“结余去向”和全年执行数；或者在 budget.yaml 的补充数据里分别写明“结转资金”“结余资金”",
        (
            (carried[0].span_of("surplus_use"), "下年继续支付，是结转"),
            (returned[0].span_of("surplus_use"), "财政收回，是结余"),
        ),
    )


def _kinds(words: str) -> tuple[bool, bool]:
    """Whether money is carried over, and whether it is handed back."""
    said = _NOUN.sub("", words)
    return any(word in said for word in _CARRIED), any(word in said for word in _RETURNED)


def _is_parted(project: Project, kinds: tuple[bool, bool]) -> bool:
    """Whether it is known how much of a project's rest is carried over, and how much handed back."""
    annual, spent = amount_of(project, "annual_budget"), amount_of(project, "expenditure")
    if annual is None or spent is None:
        return project.rate is not None and project.rate.ratio == 1
    if spent.yuan >= annual.yuan:
        return True
    if all(kinds):
        return bool(_AMOUNT.search(project.surplus_use or ""))
    return any(kinds)


def _names(projects: list[Project]) -> str:
    return projects[0].title if len(projects) == 1 else f"{projects[0].title}等{len(projects)}个"


CHECK = Check(
    Code.SURPLUS_MIXED,
    Severity.INFO,
    title="结转和结余混在一个结转结余率里",
    rule="下年继续支付的是结转，财政收回的是结余。各项目的“结余去向”两样都有，而 budget.yaml 只填一个结转结余率的，应当分得出结转、结余各是多少："
    "有余款的项目都写了执行数和去向，两样都有的项目在去向里写明金额；或者在 budget.yaml 的补充数据里写明“结转资金”“结余资金”。",
    source="部门整体绩效评价指标体系评分表（结转结余总额是结转资金与结余资金之和）",
    mend="补写有余款的项目的“结余去向”和全年执行数，或者在 budget.yaml 的补充数据里分别写明两个数。",
    find=_find,
)
