"""What the cost indicator says was spent is what the funds say was spent."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from compiler.checks.check import Check, Draft, Finding
from compiler.checks.indicators.rows import is_budget, is_cost
from compiler.checks.wording import wan
from compiler.diagnostics import Code, Severity
from compiler.evaluation.measure import parse_measure
from compiler.evaluation.project import Indicator, Project
from compiler.figures import Amount, agree


def _find(draft: Draft) -> Iterator[Finding]:
    for project in draft.projects:
        costs = [indicator for indicator in project.indicators or () if is_cost(indicator)]
        if costs and project.expenditure is not None:
            yield from _differing(project, project.expenditure, costs)


def _differing(project: Project, spent: Amount, costs: list[Indicator]) -> Iterator[Finding]:
    rows = [
        (indicator, target, actual)
        for indicator in costs
        if (target := _yuan(indicator.target)) is not None and (actual := _yuan(indicator.actual)) is not None
    ]
    if all(row[2] == spent.yuan for row in rows):
        return  # the sound case
    # A cost may be that of a part of the project. It is the whole's when its target is the whole's budget, or when it
    # is more than all that was spent.
    whole = [row for row in rows if is_budget(row[1], project)]
    if not whole and len(rows) == 1 and rows[0][2] > spent.yuan:
        whole = rows
    for indicator, _, actual in whole:
        if not agree(actual, spent.yuan):
            yield _finding(project, spent, indicator, f"{indicator.called}的完成值是{wan(actual)}", actual)
    if not whole and len(rows) > 1 and len(rows) == len(costs):
        actual = sum((row[2] for row in rows), Decimal(0))
        if is_budget(sum((row[1] for row in rows), Decimal(0)), project) and not agree(actual, spent.yuan):
            yield _finding(
                project, spent, rows[0][0], f"{len(rows)}个成本指标的完成值合计{wan(actual)}", actual
            )


def _finding(project: Project, spent: Amount, indicator: Indicator, fact: str, actual: Decimal) -> Finding:
    more = "多" if actual > spent.yuan else "少"
    place = project.span_of("typed_expenditure")
    if "typed_expenditure" not in project.places and project.funds is not None:
        place = project.funds.whole.span_of("expenditure")
    return Finding(
        indicator.span_of("actual"),
        f"{fact}，项目的全年执行数是{wan(spent)}，{more}{wan(abs(actual - spent.yuan))}",
        "成本指标的完成值按实际支出填，不要照抄指标值；全年执行数填错的，改资金",
        ((place, "全年执行数在这里"),),
    )


def _yuan(text: str | None) -> Decimal | None:
    measure = None if text is None else parse_measure(text)
    return None if measure is None else measure.yuan


CHECK = Check(
    Code.COST_DIFFERS,
    Severity.ERROR,
    title="成本指标的完成值与全年执行数不一致",
    rule=(
        "成本指标以金额为指标值、指标值就是项目的年初预算数或全年预算数的，完成值应当等于项目的全年执行数；"
        "几个成本指标的指标值合起来是预算数的，比合计。只有一个成本指标的，完成值不能比全年执行数大。"
        "允许的误差是两边末位数字的半个单位之和。单价、分项的成本，社会成本和生态环境成本，不比较。"
    ),
    source="勾稽关系；财预〔2020〕10号第二十五条（数据真实）",
    mend="查实际支出，改成本指标的完成值；全年执行数错的，改资金。",
    find=_find,
)
