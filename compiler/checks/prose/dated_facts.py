"""Dates among the facts that are of an earlier year: last year's file was copied."""

from __future__ import annotations

from collections.abc import Iterator

from compiler.checks.check import Draft, Finding
from compiler.patterns import pattern
from compiler.record import Facts

_DATE = pattern(r"(\d{4})年(?:\d{1,2}月(?:\d{1,2}日)?)?[初中末底]?")
_PAST = pattern(
    "合同|协议|签|开始|起|开工|启动|批准|批复|立项|成立|设立|组建|印发|发布|出台|施行|首|上年|去年|往年|历年|政策|依据|文件|"
    "获|评|注册|投用|建成|购置|采购|中标|入职|聘|任|到岗|认定|备案|登记|基期|基准|对比|原"
)
"""What a name says of a date that may well be of an earlier year."""


def old_dates(draft: Draft) -> Iterator[Finding]:
    """The dates of an earlier year, but for those whose name says why."""
    last = {project.id: project.facts for project in draft.previous.projects} if draft.previous else {}
    for project in draft.projects:
        if project.facts:
            yield from _of(project.facts, draft.report.year, last.get(project.id))
    budget = draft.budget
    for facts in (
        draft.department.facts,
        draft.report.parameters,
        budget.facts if budget is not None else None,
    ):
        if facts:
            yield from _of(facts, draft.report.year, None)


def _of(facts: Facts, year: int, last: Facts | None) -> Iterator[Finding]:
    for key, value in facts.items():
        if type(value) is not str or value[4:5] != "年":
            continue
        match = _DATE.fullmatch(value)
        span = facts.span_of(key)
        if match is None or int(match[1]) >= year or _PAST.search(key) or span is None:
            continue
        before = last.span_of(key) if last is not None and last.get(key) == value else None
        yield Finding(
            span,
            f"“{key}”是{value}，早于报告的年度（{year}年）",
            "核对是不是上年留下的；没有写错的，名称里写明是什么日期，如“合同签订时间”",
            ((before, "上年写的也是这个"),) if before is not None else (),
        )
