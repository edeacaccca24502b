"""Full marks everywhere, and nothing to explain, is hardly believed."""

from __future__ import annotations

from collections.abc import Iterator

from compiler.checks.check import Check, Draft, Finding
from compiler.checks.reasons import gives_reason
from compiler.diagnostics import Code, Severity
from compiler.evaluation.project import Project
from compiler.source import Span


def _find(draft: Draft) -> Iterator[Finding]:
    forms = []
    for project in draft.projects:
        if project.indicators and project.scored_rows:
            if not _is_full(project):
                return
            forms.append(project)
    if len(forms) < 2:
        return
    said = any(row.deviation_reason for form in forms for row in form.indicators or ())
    blank = "没有写出一个原因" if said else "全空"
    shown = forms[:5]
    first, *others = [_place_of_total(project) for project in shown]
    yield Finding(
        first,
        f"{len(forms)}张自评表各行都是满分，“偏差原因”一栏{blank}",
        "逐行核对完成值：与指标值有出入的如实扣分、写原因；确实全部完成的，备好佐证材料",
        tuple((place, f"{project.title}也是满分") for place, project in zip(others, shown[1:], strict=True)),
    )


def _is_full(project: Project) -> bool:
    for indicator in project.indicators or ():
        if indicator.score is None or indicator.score != indicator.weight:
            return False
        if gives_reason(indicator.deviation_reason):
            return False
    return all(row.score == row.weight for row in project.scored_rows)


def _place_of_total(project: Project) -> Span:
    total = project.typed_total
    return project.span_of("indicators") if total is None else total.span_of("typed_score")


CHECK = Check(
    Code.ALL_FULL,
    Severity.WARNING,
    title="各张自评表全部满分，一处偏差也没有",
    rule="一份报告有两张以上自评表的，不应当每一行都是满分、每一个偏差原因都空着。有一行没有得满分，或者写了一处偏差原因（“无”“同上”不算），就不提。",
    source="财预〔2020〕10号第二十五条（数据真实、结果客观）",
    mend="逐行核对指标值和完成值，如实打分，写明偏差原因；确实全部完成的，在存档里放好佐证材料。",
    find=_find,
)
