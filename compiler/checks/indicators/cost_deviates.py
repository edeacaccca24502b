"""A cost far below its target has a reason."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from compiler.checks.check import Check, Draft, Finding
from compiler.checks.indicators.rows import indicators, is_budget, is_cost
from compiler.checks.reasons import gives_reason, lacking
from compiler.checks.wording import percent
from compiler.diagnostics import Code, Severity
from compiler.evaluation.measure import Measure, parse_measure
from compiler.evaluation.project import Project
from compiler.figures import EXACT, Rate, agree

_FAR = Decimal("0.3")


def _find(draft: Draft) -> Iterator[Finding]:
    for project, indicator in indicators(draft):
        target, actual = indicator.target, indicator.actual
        if target is None or actual is None or not is_cost(indicator):
            continue
        below = _below(parse_measure(target), parse_measure(actual), project)
        if below is None or below < _FAR or gives_reason(project.unspent_reason):
            continue
        if not gives_reason(indicator.deviation_reason):
            yield Finding(
                indicator.span_of("actual"),
                f"{indicator.called}的指标值是“{target}”，完成值是“{actual}”，低{percent(Rate(below), 2)}，{lacking('偏差原因', indicator.deviation_reason)}",
                "在这一行写偏差原因：是预算定高了、任务减少了，还是确实节约了；完成值填错的，改完成值",
                ((indicator.span_of("target"), "指标值在这里"),),
            )


def _below(asked: Measure | None, reached: Measure | None, project: Project) -> Decimal | None:
    """By what part of the target the cost lies below it; None when that is not to be asked."""
    if asked is None or reached is None or asked.sign in ("≥", ">"):
        return None
    a, b = asked.yuan, reached.yuan
    if a is None or b is None:
        if asked.unit != reached.unit:
            return None
        a, b = asked.number, reached.number
    elif _is_the_budgets_story(a, b, project):
        return None
    return EXACT.divide(a - b, a) if 0 <= b < a else None


def _is_the_budgets_story(target: Decimal, actual: Decimal, project: Project) -> bool:
    """Whether the two are but the project's budget and expenditure: rules on amounts ask for that reason."""
    spent = project.expenditure
    return spent is not None and agree(actual, spent.yuan) and is_budget(target, project)


CHECK = Check(
    Code.COST_DEVIATES,
    Severity.WARNING,
    title="成本完成值远低于指标值，没有说明",
    rule=(
        "成本指标的完成值比指标值低30%以上（含30%）的，应当写偏差原因。"
        "两个数就是项目的预算数和全年执行数的，由执行率、预算调整的规则去查，这里不再报。"
        "项目写了未支出原因的，也不再报；写“无”“同上”“无偏差”不算写了。低多少要说明，文件没有给数，这里以30%为界。指标值带“≥”的，不看。"
    ),
    source="财预〔2020〕10号附1（自评表“偏差原因分析及改进措施”一栏）",
    mend="写明偏差原因；指标值定得太宽的，下一年度按实际需要定。",
    find=_find,
)
