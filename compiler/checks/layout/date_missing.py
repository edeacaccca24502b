"""A report has its date."""

from __future__ import annotations

from collections.abc import Iterator

from compiler.checks.check import Check, Draft, Finding
from compiler.diagnostics import Code, Severity
from compiler.tree import Heading, Paragraph


def _find(draft: Draft) -> Iterator[Finding]:
    if draft.report.date is None and _is_report(draft):
        yield Finding(
            draft.report.span,
            "报告没有成文日期",
            "在 report.yaml 里加一行，写成文的那一天，年月日写全，月和日前面不补 0，"
            f"如“日期: {draft.report.year + 1}年3月20日”",
        )


def _is_report(draft: Draft) -> bool:
    """Whether it says something besides forms: a form carries the date of what it is handed in with."""
    for block in draft.document.parts[0].blocks if draft.document.parts else ():
        if type(block) is Heading and block.role == "heading":
            return True
        if type(block) is Paragraph and block.role in ("body", "title"):
            return True
    return False


CHECK = Check(
    Code.DATE_MISSING,
    Severity.WARNING,
    title="报告没有成文日期",
    rule="有正文的报告，report.yaml 里应当有日期。只有自评表的文件不看：表随报告报送，日期写在报告上。",
    source="《党政机关公文处理工作条例》（中办发〔2012〕14号）第九条；GB/T 9704—2012 7.3.5",
    mend="在 report.yaml 里写上成文日期，例如“日期: 2025年3月10日”。",
    find=_find,
)
