"""What the projects without an expenditure must have spent together can be, by their rates and budgets."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from compiler.checks.amounts.known_amounts import amount_of, place_of_rate
from compiler.checks.amounts.sums import Expenditures, exact_sum, expenditures, sole_suspect
from compiler.checks.amounts.written_rates import as_typed, share
from compiler.checks.check import Check, Draft, Finding
from compiler.checks.wording import percent, wan
from compiler.diagnostics import Code, Severity
from compiler.evaluation.funds import Funds
from compiler.figures import agree, half_unit

_HINT = "对着凭证核对这个项目的执行率，补上全年执行数；率没写错的，回头核对写明的执行数"


def _find(draft: Draft) -> Iterator[Finding]:
    whole = draft.budget and draft.budget.projects
    if not whole or whole.expenditure is None or not draft.projects:
        return
    found = expenditures(draft.projects)
    count = len(found.inferred) + found.unknown
    if not count:
        return
    stated, written = whole.expenditure, exact_sum(found.written)
    lacking = stated.yuan - written
    if lacking < 0 and not agree(written, stated.yuan):
        return  # what is written is too much already: A002
    caps = _caps(draft, found)
    slack = half_unit(stated.yuan) + half_unit(written)
    minus = f"项目支出{wan(stated)}减去写明的{wan(written)}"
    they = f"没写全年执行数的{count}个项目，合计应当支出{wan(lacking)}（{minus}）"
    if caps is not None and lacking > caps + slack:
        if found.unknown:  # else it is the sum by rates that A002 speaks of
            yield Finding(
                whole.span_of("expenditure"),
                f"{they}，它们的全年预算数一共只有{wan(caps)}",
                "核对写明的全年执行数有没有漏算、单位写错，再核对项目支出",
            )
        return
    if count == 1 and not sole_suspect(found, lacking):
        return
    yield from _refuted(whole, found, lacking, caps, slack, they, minus)


def _refuted(
    whole: Funds,
    found: Expenditures,
    lacking: Decimal,
    caps: Decimal | None,
    slack: Decimal,
    they: str,
    minus: str,
) -> Iterator[Finding]:
    """The projects whose own rate cannot be, whatever the others that are lacking have spent."""
    related = ((whole.span_of("expenditure"), "项目支出的全年执行数"),)
    alone = len(found.inferred) + found.unknown == 1
    for each in found.inferred:
        budget, project = each.budget.yuan, each.project
        others = None if caps is None else caps - max(budget, each.yuan)
        least = None if others is None else lacking - others
        too_little = least is not None and bool(budget) and least > each.most + slack
        too_much = each.least > lacking + slack
        if alone and (too_little or too_much) and budget:
            fact = (
                f"只有{project.title}没写全年执行数，它应当支出{wan(lacking)}（{minus}），"
                f"执行率应当是{percent(share(lacking, budget), 2)}，写的是{as_typed(each.rate)}"
            )
        elif too_little and least is not None and others is not None:
            fact = (
                f"{they}；其余的全部花完也只有{wan(others)}，{project.title}至少要支出{wan(least)}，"
                f"执行率至少{percent(share(least, budget), 2)}，写的是{as_typed(each.rate)}"
            )
        elif too_much:
            fact = f"{they}，{project.title}按执行率{as_typed(each.rate)}却要支出{wan(each.yuan)}"
        else:
            continue
        yield Finding(place_of_rate(project), fact, _HINT, related)


def _caps(draft: Draft, found: Expenditures) -> Decimal | None:
    """The most that the projects without an expenditure can have spent; None when one has no budget either."""
    caps = exact_sum(max(each.budget.yuan, each.yuan) for each in found.inferred)
    if not found.unknown:
        return caps
    inferred = {id(each.project) for each in found.inferred}
    for project in draft.projects:
        if id(project) in inferred or amount_of(project, "expenditure") is not None:
            continue
        budget = amount_of(project, "annual_budget")
        if budget is None:
            return None
        caps += budget.yuan
    return caps


CHECK = Check(
    Code.MISSING_AMOUNTS_IMPOSSIBLE,
    Severity.ERROR,
    title="没写的执行数，与所写的执行率对不上",
    rule="项目支出的全年执行数减去各项目写明的，就是没写执行数的项目合计应当支出的数。每个项目最多支出全年预算数；"
    "其余没写的都花完，某个项目还要支出的数，不应当超过它的执行率所容许的；各项目的全年预算数一共也要放得下。"
    "执行率按末位数字上下半个单位算，金额按末位数字半个单位算。",
    source="勾稽关系；财预〔2020〕10号第二十五条（数据真实）",
    mend="对着凭证补上没写的全年执行数，改正写错的执行率；率没有错的，核对其他项目的执行数和项目支出。",
    find=_find,
)
