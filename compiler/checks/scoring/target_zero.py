"""Nothing can be divided by a target of 0."""

from __future__ import annotations

from collections.abc import Iterator

from compiler.checks.check import Check, Draft, Finding
from compiler.checks.scoring.rows import Row, card_rows, execution_row, form_row, points, typed_form_rows
from compiler.diagnostics import Code, Severity
from compiler.evaluation.project import Project
from compiler.evaluation.scoring import FORWARD, REVERSE


def _find(draft: Draft) -> Iterator[Finding]:
    scheme = draft.project_scheme
    if scheme is not None:
        for project, indicator in typed_form_rows(draft):
            pair = indicator.pair
            if pair is not None and not pair.target:
                yield from _judged(form_row(project, indicator, scheme))
        for project in draft.projects:
            yield from _execution(project)
    for row in card_rows(draft):
        yield from _judged(row)


def _judged(row: Row) -> Iterator[Finding]:
    record, pair, score = row.record, row.record.pair, row.record.typed_score
    if pair is None or pair.target or not pair.actual or pair.direction == REVERSE or score is None:
        return
    if not score and pair.direction != FORWARD:
        return  # none was wanted, there was one, and it has no marks
    yield Finding(
        record.span_of("target"),
        f"{row.called}：指标值是{record.target}，完成值{record.actual}，不能用0去除，得分{points(score)}没有算法",
        "不应当发生的事，写成“≤0”加单位；要做的事，写上要做多少",
        ((record.span_of("typed_score"), "得分写在这里"),),
    )


def _execution(project: Project) -> Iterator[Finding]:
    """A rate that is typed, or money spent without a budget, is another finding (A020)."""
    funds = execution_row(project)
    if (
        funds is None
        or funds.typed_score is None
        or project.annual_budget is None
        or project.annual_budget.yuan
    ):
        return
    if project.rate is None and not (project.expenditure and project.expenditure.yuan):
        yield Finding(
            funds.span_of("typed_score"),
            f"{project.title}的全年预算数是0，执行率不能算，执行率却得了{points(funds.typed_score)}",
            "预算数写错的，改正；确实是0的，这一行不计分",
        )


CHECK = Check(
    Code.TARGET_ZERO,
    Severity.ERROR,
    title="指标值或预算数是0，得分没有算法",
    rule="指标值是0、完成值不是0的定量指标，不能按完成值÷指标值计分；反向指标（≤0）除外，没有比较符的得了0分的也除外。"
    "全年预算数是0的项目，执行率不能得分。",
    source="财预〔2020〕10号第十六条（按完成值与指标值的比例记分）、附1（执行率=全年执行数÷全年预算数）",
    mend="不应当发生的事（投诉、事故），指标值写“≤0”加单位；要做的事，写上要做多少。预算数是0的，不填执行率的得分。",
    find=_find,
)
