"""A source that gives no money is written in the same way in every project."""

from __future__ import annotations

from collections.abc import Iterator

from compiler.checks.check import Check, Draft, Finding
from compiler.diagnostics import Code, Severity
from compiler.evaluation.funds import AMOUNTS, SOURCES, Funds, FundsBySource
from compiler.evaluation.project import Project
from compiler.named import NamedTuple

_AMOUNTS = tuple(AMOUNTS.values())


class _Row(NamedTuple):
    """A source of one project that gives no money."""

    project: Project
    funds: FundsBySource


def _find(draft: Draft) -> Iterator[Finding]:
    zeros: dict[str, list[_Row]] = {key: [] for key in SOURCES}
    blanks: dict[str, list[_Row]] = {key: [] for key in SOURCES}
    for project in draft.projects:
        funds = project.funds
        if funds is None or not funds.sources:
            continue
        for key, attribute in SOURCES.items():
            source: Funds | None = getattr(funds, attribute)
            given = [getattr(source, name) for name in _AMOUNTS] if source is not None else ()
            if any(amount is not None and amount.yuan for amount in given):
                continue
            empty = all(amount is None for amount in given)
            (blanks if empty else zeros)[key].append(_Row(project, funds))
    for key, attribute in SOURCES.items():
        zero, blank = zeros[key], blanks[key]
        if zero and blank:
            yield Finding(
                zero[0].funds.span_of(attribute),
                f"{key}没有钱的，{_count(zero)}写0，{_count(blank)}留空",
                "全报告用一种写法：都写0，或者都不写",
                ((blank[0].funds.span_of(attribute), f"{blank[0].project.title}的{key}留空"),),
            )


def _count(rows: list[_Row]) -> str:
    return rows[0].project.title if len(rows) == 1 else f"{len(rows)}个项目"


CHECK = Check(
    Code.BLANKS_MIXED,
    Severity.INFO,
    title="没有钱的资金来源写法不一",
    rule="同一份报告里，各项目按来源写资金的，某个来源没有钱，要么都写0，要么都不写。没有按来源写资金的项目不看。",
    source="财预〔2020〕10号附1（项目资金各行）；版面前后一致",
    mend="统一写法。一般写0：0是没有，空着也可能是漏填。",
    find=_find,
)
