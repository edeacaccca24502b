"""An amount that is given in two places is the same in both."""

from __future__ import annotations

from collections.abc import Iterator

from compiler.checks.amounts.department_rows import budget_row_of, rows_of_amounts
from compiler.checks.amounts.written_rates import as_typed, points
from compiler.checks.check import Check, Draft, Finding
from compiler.checks.wording import wan
from compiler.diagnostics import Code, Severity
from compiler.evaluation.funds import AMOUNTS, Funds
from compiler.figures import Amount, Rate, agree

_OF_PROJECT = (
    *((key, f"typed_{name}", name) for key, name in AMOUNTS.items()),
    ("执行率", "execution_rate", "execution_rate"),
)
_OF_ROW = (
    ("预算数", "budget", "的全年预算数", "annual_budget"),
    ("执行数", "expenditure", "的全年执行数", "expenditure"),
    ("执行率", "execution_rate", "", "execution_rate"),
)


def _find(draft: Draft) -> Iterator[Finding]:
    yield from _in_scorecard(draft)
    for project in draft.projects:
        whole = project.funds.typed_whole if project.funds is not None else None
        if whole is None:
            continue
        for key, typed, name in _OF_PROJECT:
            shown = _apart(getattr(project, typed), getattr(whole, name))
            if shown:
                here, there, by = shown
                yield Finding(
                    project.span_of(typed),
                    f"{project.title}的{key}写了两次：这里是{here}，年度资金总额里是{there}，相差{by}",
                    "留下对的一个，删去另一个；印出来的是这里的",
                    ((whole.span_of(name), "年度资金总额里写的"),),
                )


def _in_scorecard(draft: Draft) -> Iterator[Finding]:
    """Rows of 当年预算执行情况 that repeat what budget.yaml says."""
    for row in rows_of_amounts(draft) if draft.budget is not None else ():
        attribute = budget_row_of(row)
        funds: Funds | None = getattr(draft.budget, attribute) if attribute else None
        for key, typed, other, name in _OF_ROW if funds is not None else ():
            shown = _apart(getattr(row, typed), getattr(funds, name))
            if shown and funds is not None:
                here, there, by = shown
                yield Finding(
                    row.span_of(typed),
                    f"评分表里{row.name}的{key}是{here}，budget.yaml 里{other}是{there}，相差{by}",
                    "改正错的一处；评分表里这个数可以不填，用 budget.yaml 的",
                    ((funds.span_of(name), "budget.yaml 里写的"),),
                )


def _apart(here: Amount | Rate | None, there: Amount | Rate | None) -> tuple[str, str, str] | None:
    """Two amounts, or two rates, that are not the same, and how far they are apart, all as messages print them."""
    if isinstance(here, Amount) and isinstance(there, Amount) and not agree(here.yuan, there.yuan):
        return wan(here), wan(there), wan(abs(here.yuan - there.yuan))
    if isinstance(here, Rate) and isinstance(there, Rate) and not agree(here.ratio, there.ratio):
        return as_typed(here), as_typed(there), points(here, there)
    return None


CHECK = Check(
    Code.AMOUNT_TYPED_TWICE,
    Severity.ERROR,
    title="同一个数写了两次，两次不同",
    rule="项目的年初预算数、全年预算数、全年执行数、执行率，既单独写、又写在“资金”的“年度资金总额”里的，两处应当相同；"
    "评分表评执行率的部分里资金总体、基本支出、项目支出、其他几行填了预算数、执行数、执行率的，应当与 budget.yaml 填的相同。"
    "允许的误差是两边末位数字的半个单位之和。",
    source="勾稽关系",
    mend="一个数只写一处：自评表按来源写资金的，只写在“资金”里；评分表的这几行不填，程序用 budget.yaml 的。",
    find=_find,
)
