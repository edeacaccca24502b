"""A high execution rate does not owe itself to a budget that was cut to what was spent."""

from __future__ import annotations

from collections.abc import Iterator

from compiler.checks.amounts.adjustment import unexplained
from compiler.checks.amounts.known_amounts import amount_of, place_of, place_of_rate, typed_rate
from compiler.checks.amounts.low_rate import below_ninety, is_low
from compiler.checks.amounts.written_rates import as_typed, share
from compiler.checks.check import Check, Draft, Finding
from compiler.checks.wording import percent, wan
from compiler.diagnostics import Code, Severity


def _find(draft: Draft) -> Iterator[Finding]:
    for project, initial, annual in unexplained(draft):
        spent = amount_of(project, "expenditure")
        if spent is None or not initial.yuan or not annual.yuan:
            continue
        if is_low(spent, annual) or not is_low(spent, initial):
            continue
        typed = typed_rate(project)
        shown = f"写{as_typed(typed)}" if typed else f"是{percent(share(spent.yuan, annual.yuan), 2)}"
        yield Finding(
            place_of_rate(project),
            f"{project.title}的全年执行数{wan(spent)}÷年初预算数{wan(initial)}={below_ninety(share(spent.yuan, initial.yuan))}，"
            f"而执行率{shown}，是对调减以后的全年预算数{wan(annual)}算的",
            "与 A017 同一处，说明了调整原因就不再提示；执行率照规定对全年预算数算，不用改",
            ((place_of(project, "initial_budget"), "年初预算数"),),
        )


CHECK = Check(
    Code.RATE_HIDES_ADJUSTMENT,
    Severity.WARNING,
    title="执行率高，是因为年中调减了预算",
    rule="年中把预算调减10%（含）以上又没有写“调整原因”的项目，执行率（对全年预算数）在90%以上、全年执行数除以年初预算数却不到90%的，"
    "高执行率掩盖了年初预算没有用完。两个比率按金额正好相比，不四舍五入；90%、10%都是这里定的界，文件没有给数。年初预算数是0的，算不出来，不看。",
    source="财预〔2020〕10号附1（执行率=全年执行数÷全年预算数）、第二十六条（预算执行率偏低的单独说明原因）",
    mend="写明“调整原因”。执行率本身不改。",
    find=_find,
)
