"""A budget that was much changed within the year says why."""

from __future__ import annotations

from collections.abc import Iterator

from compiler.checks.amounts.known_amounts import amount_of, place_of
from compiler.checks.amounts.unit_slips import suspect_adjustment
from compiler.checks.amounts.written_rates import share
from compiler.checks.check import Check, Draft, Finding
from compiler.checks.reasons import gives_reason, lacking
from compiler.checks.wording import percent, wan
from compiler.diagnostics import Code, Severity
from compiler.evaluation.project import Project
from compiler.figures import Amount
from compiler.named import NamedTuple


class Adjustment(NamedTuple):
    """年初预算数 and what became of it."""

    project: Project
    initial: Amount
    annual: Amount


def unexplained(draft: Draft) -> Iterator[Adjustment]:
    """The projects whose budget was changed by a tenth or more, without a reason."""
    for project in draft.projects:
        initial, annual = amount_of(project, "initial_budget"), amount_of(project, "annual_budget")
        if initial is None or annual is None or initial.yuan == annual.yuan:
            continue
        if abs(annual.yuan - initial.yuan) * 10 < initial.yuan or gives_reason(project.adjustment_reason):
            continue
        if suspect_adjustment(project, initial, annual):
            continue
        yield Adjustment(project, initial, annual)


def _find(draft: Draft) -> Iterator[Finding]:
    for project, initial, annual in unexplained(draft):
        change = annual.yuan - initial.yuan
        word = "增加" if change > 0 else "减少"
        if initial.yuan:
            by = f"，{word}{wan(abs(change))}（{percent(share(abs(change), initial.yuan), 2)}）"
        else:
            by = "，全部是年中追加的"
        place, before = place_of(project, "annual_budget"), place_of(project, "initial_budget")
        yield Finding(
            place,
            f"{project.title}的年初预算数是{wan(initial) if initial.yuan else 0}，全年预算数是{wan(annual)}{by}，{lacking('调整原因', project.adjustment_reason)}",
            "在项目文件里补上“调整原因”：为什么调、哪一级什么时候批的；没有调整过的，核对两个数",
            ((before, "年初预算数"),) if before != place else (),
        )


CHECK = Check(
    Code.ADJUSTMENT_UNEXPLAINED,
    Severity.ERROR,
    title="年中调整预算较多，没有写调整原因",
    rule="项目的全年预算数比年初预算数增减达到年初预算数的10%（含），或者年初是0、全年不是0的，要写“调整原因”；写“无”“同上”“已说明”不算。"
    "调整多少要说明，文件没有给数，这里以10%为界。按来源写资金、有来源没写齐的，不比较；相差一千倍以上的，由 A023 报单位。",
    source="财预〔2020〕10号附1（年初预算数、全年预算数分列）；公开的项目支出绩效自评表要求年中调整单独说明",
    mend="在项目文件里补写“调整原因”，写明调整的依据、批准的机关和日期；数写错了的，改数。",
    find=_find,
)
