"""The projects' expenditures make up what was spent of 项目支出."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from compiler.checks.amounts.known_amounts import place_of_rate
from compiler.checks.amounts.sums import exact_sum, expenditures, sole_suspect
from compiler.checks.check import Check, Draft, Finding
from compiler.checks.wording import wan
from compiler.diagnostics import Code, Severity
from compiler.figures import Amount, agree

_SHOWN = 5


def _find(draft: Draft) -> Iterator[Finding]:
    whole = draft.budget and draft.budget.projects
    if not whole or whole.expenditure is None or not draft.projects:
        return
    stated = whole.expenditure.yuan
    found = expenditures(draft.projects)
    written = exact_sum(found.written)
    if not found.inferred and not found.unknown:
        if not agree(written, stated):
            yield Finding(
                whole.span_of("expenditure"),
                f"{len(found.written)}个项目的全年执行数合计{wan(written)}，{_against(whole.expenditure, written)}",
                "核对各项目的全年执行数有没有重复、遗漏或单位写错，再核对项目支出",
            )
        return
    if written > stated and not agree(written, stated):
        lacking = len(found.inferred) + found.unknown
        yield Finding(
            whole.span_of("expenditure"),
            f"写了全年执行数的{len(found.written)}个项目合计{wan(written)}（另有{lacking}个没写），"
            f"{_against(whole.expenditure, written)}",
            "核对各项目的全年执行数有没有重复或单位写错，再核对项目支出",
        )
        return
    if found.unknown or sole_suspect(found, stated - written):
        return
    by_rate = exact_sum(each.yuan for each in found.inferred)
    listed = written + by_rate
    # The digits of a product are no digits typed: the rates' rounding is what it may be off by.
    if abs(listed - stated) <= found.slack or agree(written, stated - by_rate):
        return
    yield Finding(
        whole.span_of("expenditure"),
        f"{len(draft.projects)}个项目的全年执行数合计{wan(listed)}（写明的{len(found.written)}个{wan(written)}，"
        f"没写、按执行率推算的{len(found.inferred)}个{wan(by_rate)}），{_against(whole.expenditure, listed)}",
        "先按凭证补上没写的全年执行数，再逐个核对写明的数；项目支出的数写错的，改 budget.yaml",
        tuple(
            (place_of_rate(each.project), f"{each.project.title}按执行率推算，支出{wan(each.yuan)}")
            for each in found.inferred[:_SHOWN]
        ),
    )


def _against(stated: Amount, listed: Decimal) -> str:
    more = "多" if listed > stated.yuan else "少"
    return f"项目支出的全年执行数是{wan(stated)}，{more}{wan(abs(listed - stated.yuan))}"


CHECK = Check(
    Code.PROJECT_EXPENDITURES_SUM,
    Severity.ERROR,
    title="各项目支出之和不等于项目支出的执行数",
    rule="各项目全年执行数之和，应当等于 budget.yaml 里项目支出的全年执行数。没写执行数、写了全年预算数和执行率的项目，"
    "按“全年预算数×执行率”推算。允许的误差是两边末位数字的半个单位之和；推算的，再加执行率末位半个单位所合的钱。"
    "有项目推算不出的，只在写明的已经超出时才报；只差一个项目没写的，由 A003 报它的执行率。",
    source="勾稽关系；财预〔2020〕10号第二十五条（数据真实）",
    mend="对着凭证逐个核对项目的全年执行数和单位，没写的补上；项目支出的数写错的，改 budget.yaml。",
    find=_find,
)
