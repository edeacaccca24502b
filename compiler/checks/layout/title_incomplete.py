"""The title names the year and the department."""

from __future__ import annotations

from collections.abc import Iterator

from compiler.checks.check import Check, Draft, Finding
from compiler.diagnostics import Code, Severity
from compiler.figures import half_width
from compiler.patterns import pattern
from compiler.source import Span
from compiler.tree import Paragraph

_SPACES = pattern(r"\s+")
_YEAR = pattern(r"(?<![0-9])(?:19|20)[0-9]{2}(?=年)")
_CHINESE_DIGITS = str.maketrans("0123456789", "〇一二三四五六七八九")


def _find(draft: Draft) -> Iterator[Finding]:
    span = _printed_title(draft)
    if span is None:
        return
    shown = draft.document.metadata.title
    title = _SPACES.sub("", half_width(shown)).replace("零", "〇")
    year = str(draft.report.year)
    lacking = []
    hints = []
    if year not in title and year.translate(_CHINESE_DIGITS) not in title:
        other = _YEAR.search(title)
        lacking.append(f"写的是{other[0]}年，不是{year}年" if other else f"没有年度（{year}年度）")
        hints.append("写上报告的年度")
    name = draft.department.full_name or draft.department.name
    if _SPACES.sub("", half_width(name)) not in title:
        lacking.append(f"没有单位{'全称' if draft.department.full_name else '名称'}“{name}”")
        hints.append("写上单位的全称")
    if lacking:
        yield Finding(span, f"题名“{shown}”{'，也'.join(lacking)}", "，".join(hints))


def _printed_title(draft: Draft) -> Span | None:
    """Where the printed title is given; None when none is printed."""
    for block in draft.document.parts[0].blocks[:1] if draft.document.parts else ():
        if type(block) is Paragraph and block.role == "title":
            return draft.report.span_of("report_title") if draft.report.report_title else block.span
    return None


CHECK = Check(
    Code.TITLE_INCOMPLETE,
    Severity.WARNING,
    title="题名里没有年度或者单位全称",
    rule="印出来的题名里应当有报告的年度，有单位的全称（department.yaml 没有填全称的，看名称）。不印题名的表单不看。",
    source="《党政机关公文处理工作条例》（中办发〔2012〕14号）第九条（标题由发文机关名称、事由和文种组成）；GB/T 15835—2011（年份用四位数字）",
    mend="在 report.yaml 的题名里写全，例如“2024年度某某区档案局整体绩效评价报告”；或者删去题名，用模板里的。",
    find=_find,
)
