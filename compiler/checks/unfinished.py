"""What is still to be filled in or brought up to date: a draft may hold it, a report that is handed in may not."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import groupby

from compiler.checks.check import Check, Draft, Finding
from compiler.diagnostics import Code, Severity
from compiler.gaps import Gap

_OWN = frozenset({Code.UNFILLED, Code.STALE, Code.STAND_IN})
_ALONE = frozenset({Code.SCORE_OVER_WEIGHT})
"""Rules that hold two typed values of a record against each other, whatever else it still waits for."""
_TOLD = 6
"""Places told one by one in a message."""


_NEEDS_FILE = frozenset(
    {
        *(Code.AMOUNT_MISSING, Code.SOURCES_SUM, Code.BUDGET_PARTS_SUM),
        *(Code.EXECUTION_SCORE, Code.WEIGHTS_SUM, Code.SCHEME_ROW_MISSING),
        *(Code.EXPLANATION_WITHOUT_ROW, Code.VALUE_MISSING, Code.FIGURE_COPIED),
    }
)
"""Rules that look at a file as a whole, for what it has not or what is its sum."""
_NEEDS_REPORT = frozenset(
    {
        *(Code.SURPLUS_MIXED, Code.SCORES_UNVERIFIABLE, Code.FIGURE_UNKNOWN),
        *(Code.ATTACHMENT_NUMBER, Code.TITLE_INCOMPLETE),
    }
)
"""Rules that look through all the data for something, or at titles that are made from it."""


class Unfinished:
    """What of a report is still to be filled in, by file: a draft of a large one has as many gaps as findings."""

    def __init__(self, gaps: Iterable[Gap]) -> None:
        self._by_file: dict[str, list[Gap]] = {}
        self._open = False
        """Whether there is more to be filled in than words of another year."""
        for gap in gaps:
            self._by_file.setdefault(gap.span.source.path, []).append(gap)
            self._open = self._open or not gap.stale

    def passes_over(self, code: Code, finding: Finding) -> bool:
        """Whether a finding is not to be told yet, as it depends on what is still to be filled in.

        As a rule that is what stands in one record, or one paragraph, with a gap; nobody is told twice to fill it in.
        """
        if not self._by_file or code in _OWN or code in _ALONE:
            return False
        if code in _NEEDS_REPORT and self._open:
            return True
        for place in (finding.span, *(place for place, _ in finding.related)):
            gaps = self._by_file.get(place.source.path, ())
            if (gaps and code in _NEEDS_FILE) or any(gap.covers(place) for gap in gaps):
                return True
        return False


def _by_file(draft: Draft, *, stale: bool) -> Iterator[list[Gap]]:
    found = sorted(
        (gap for gap in draft.gaps if gap.stale is stale),
        key=lambda gap: (gap.span.source.path, gap.span.line, gap.span.column),
    )
    for _, group in groupby(found, key=lambda gap: gap.span.source.path):
        yield list(group)


def _places(gaps: list[Gap]) -> str:
    told = [
        f"{gap.key}（第{gap.span.line}行）" if gap.key else f"第{gap.span.line}行" for gap in gaps[:_TOLD]
    ]
    return "、".join(told) + ("等" if len(gaps) > _TOLD else "")


def _unfilled(draft: Draft) -> Iterator[Finding]:
    for gaps in _by_file(draft, stale=False):
        yield Finding(
            gaps[0].span,
            f"还有 {len(gaps)} 处待填：{_places(gaps)}",
            "把“待填”换成数或文字；确实没有的，连名称一起删去",
        )


def _stale(draft: Draft) -> Iterator[Finding]:
    for gaps in _by_file(draft, stale=True):
        yield Finding(
            gaps[0].span,
            f"还有 {len(gaps)} 处待更新：{_places(gaps)}",
            "照今年的情况改好，再删去〔待更新〕这几个字",
        )


CHECKS: tuple[Check, ...] = (
    Check(
        Code.UNFILLED,
        Severity.ERROR,
        title="还有待填的",
        rule="数据里写着“待填”的、叙述里写着〔待填：…〕的，都要填上；写成【待填】（待填）、“待填：…”的也一样，值只写了“待更新”的也算。草稿照样生成，印成〔待填：…〕；归档、定稿以前要填完。"
        "一条数据里还有待填的，别的规则先不查这一条（得分超过分值的照报）。每个文件报一次。",
        source="财预〔2020〕10号第二十五条（内容完整）",
        mend="把“待填”换成数或文字；确实没有的，连名称一起删去。不能放行。",
        find=_unfilled,
    ),
    Check(
        Code.STALE,
        Severity.ERROR,
        title="还有待更新的",
        rule="从上年带过来、写着年份或数的文字，前面有〔待更新〕；看过、改好以后删去它。写成【待更新】（待更新）、段首“待更新：”的也一样。草稿照样生成，〔待更新〕照样印出来；归档、定稿以前要删完。"
        "有〔待更新〕的一段，别的规则先不查。每个文件报一次。",
        source="财预〔2020〕10号第二十五条（内容完整、数据真实）",
        mend="照今年的情况改好这一段，再删去〔待更新〕。不能放行。",
        find=_stale,
    ),
)
