"""An amount that is given in two places is the same in both."""

from __future__ import annotations

from collections.abc import Iterator

from compiler.checks.amounts.department_rows import budget_row_of, rows_of_amounts
from compiler.checks.amounts.written_rates import as_typed, points
from compiler.checks.check import Check, Draft, Finding
from compiler.checks.wording import wan
from compiler.diagnostics import Code, Severity
from compiler.evaluation.funds import AMOUNTS, Funds
from compiler.figures import Amount, agree

_ROW_AMOUNTS = (
    ("预算数", "budget", "全年预算数", "annual_budget"),
    ("执行数", "expenditure", "全年执行数", "expenditure"),
)
_TWICE = tuple((key, f"typed_{name}", name) for key, name in AMOUNTS.items())


def _find(draft: Draft) -> Iterator[Finding]:
    yield from _in_scorecard(draft)
    for project in draft.projects:
        whole = project.funds.typed_whole if project.funds is not None else None
        if whole is None:
            continue
        for key, typed, name in _TWICE:
            here: Amount | None = getattr(project, typed)
            there: Amount | None = getattr(whole, name)
            if here is None or there is None or agree(here.yuan, there.yuan):
                continue
            yield Finding(
                project.span_of(typed),
                f"{project.title}的{key}写了两次：这里是{wan(here)}，年度资金总额里是{wan(there)}，相差{wan(abs(here.yuan - there.yuan))}",
                "留下对的一个，删去另一个；印出来的是这里的",
                ((whole.span_of(name), "年度资金总额里写的"),),
            )
        rate, other = project.execution_rate, whole.execution_rate
        if rate is not None and other is not None and not agree(rate.ratio, other.ratio):
            yield Finding(
                project.span_of("execution_rate"),
                f"{project.title}的执行率写了两次：这里是{as_typed(rate)}，年度资金总额里是{as_typed(other)}，相差{points(rate, other)}",
                "留下对的一个，删去另一个；印出来的是这里的",
                ((whole.span_of("execution_rate"), "年度资金总额里写的"),),
            )


def _in_scorecard(draft: Draft) -> Iterator[Finding]:
    """Rows of 当年预算执行情况 that repeat what budget.yaml says."""
    if draft.budget is None:
        return
    for row in rows_of_amounts(draft):
        attribute = budget_row_of(row)
        funds: Funds | None = getattr(draft.budget, attribute) if attribute else None
        if funds is not None:
            for row_key, row_name, key, name in _ROW_AMOUNTS:
                here: Amount | None = getattr(row, row_name)
                there: Amount | None = getattr(funds, name)
                if here is None or there is None or agree(here.yuan, there.yuan):
                    continue
                yield Finding(
                    row.span_of(row_name),
                    f"评分表里{row.name}的{row_key}是{wan(here)}，budget.yaml 里的{key}是{wan(there)}，"
                    f"相差{wan(abs(here.yuan - there.yuan))}",
                    "改正错的一处；评分表里这个数可以不填，用 budget.yaml 的",
                    ((funds.span_of(name), "budget.yaml 里写的"),),
                )
            rate, other = row.execution_rate, funds.execution_rate
            if rate is not None and other is not None and not agree(rate.ratio, other.ratio):
                yield Finding(
                    row.span_of("execution_rate"),
                    f"评分表里{row.name}的执行率是{as_typed(rate)}，budget.yaml 里是{as_typed(other)}，相差{points(rate, other)}",
                    "改正错的一处；评分表里这个数可以不填，用 budget.yaml 的",
                    ((funds.span_of("execution_rate"), "budget.yaml 里写的"),),
                )


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
