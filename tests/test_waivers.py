"""waivers.yaml: which findings it lets stand, until when. What is wrong with one is in `cases/checks/W00…`."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from compiler.checks.waivers import accept
from compiler.diagnostics import Accepted, Code, Diagnostic, Diagnostics, Severity
from compiler.pipeline import build
from compiler.workspace import Workspace
from tests.test_checks import REPORT, copy_clean
from tests.test_listing import break_sum, waive

BUDGET = "data/budget.yaml"


@pytest.fixture
def broken(tmp_path: Path) -> Path:
    """The clean department with one figure mistyped: A001 and A011 in budget.yaml."""
    copy_clean(tmp_path)
    break_sum(tmp_path)
    return tmp_path


def found(root: Path, today: date = date(2025, 6, 1)) -> dict[str, Accepted | None]:
    """What is found, by code, with who let it stand."""
    result = build(Workspace(root, today), root / REPORT, None)
    assert not result.diagnostics.has_errors
    return {item.code.value: item.accepted for item in result.findings}


def test_without_waivers_nothing_is_accepted(broken: Path) -> None:
    assert found(broken) == {"A001": None, "A011": None}


def test_a_waiver_is_kept_with_its_finding(broken: Path) -> None:
    waive(broken, "A001")
    assert found(broken) == {"A001": Accepted("批复的数如此", "分管领导", "2025-03-01"), "A011": None}


def test_lower_case_and_full_width_codes_are_the_same(broken: Path) -> None:
    waive(broken, "a001")
    waive(broken, "Ａ０１１")
    assert None not in found(broken).values()


@pytest.mark.parametrize(
    ("fact", "accepted"),
    [
        ("4个项目的年初预算数合计410.26万元，项目支出的年初预算数是401.26万元，多9万元", True),
        ("多9万元", True),
        ("多 9 万元", True),
        ("多9.5万元", False),
        ("401.26万元，多9万元，", False),
    ],
)
def test_a_fact_is_the_message_or_a_part_of_it(broken: Path, fact: str, accepted: bool) -> None:
    waive(broken, "A001", more=f"    事实: {fact}\n")
    codes = found(broken)
    assert (codes["A001"] is not None) == accepted
    assert ("W001" in codes) == (not accepted)


@pytest.mark.parametrize(
    ("today", "accepted"),
    [(date(2025, 12, 30), True), (date(2025, 12, 31), True), (date(2026, 1, 1), False)],
)
def test_it_ends_after_its_last_day(broken: Path, today: date, accepted: bool) -> None:
    waive(broken, "A001", more="    有效期至: 2025年12月31日\n")
    codes = found(broken, today)
    assert (codes["A001"] is not None) == accepted
    assert ("W002" in codes) == (not accepted)


def test_one_renewed_beside_the_expired_one_is_in_force(broken: Path) -> None:
    waive(broken, "A001", more="    有效期至: 2025年5月31日\n")
    waive(broken, "A001")
    codes = found(broken)
    assert codes["A001"] is not None
    assert "W002" in codes, "the old entry is to go"


def test_no_entries_is_no_fault(broken: Path) -> None:
    for text in ("放行:\n", "放行: []\n", "说明: 暂无\n"):
        (broken / REPORT / "waivers.yaml").write_text(text, encoding="utf-8")
        assert found(broken) == {"A001": None, "A011": None}


def test_a_finding_in_a_template_is_waived_by_its_path_from_the_workspace(broken: Path) -> None:
    outline = "templates/整体绩效评价报告/outline.yaml"
    waive(broken, "G001", outline)
    result = build(Workspace(broken, date(2025, 6, 1)), broken / REPORT, None)
    assert not result.diagnostics.has_errors
    from compiler.inputs import read_inputs

    workspace, sink = Workspace(broken), Diagnostics()
    inputs = read_inputs(workspace, broken / REPORT, sink, lambda *words: None)
    assert inputs is not None
    source = workspace.read_text(broken / outline, sink)
    assert source is not None
    findings = Diagnostics()
    findings.add(Diagnostic(Code.ATTACHMENT_NUMBER, Severity.ERROR, source.span(0), "序号不一致", "改"))
    (item,) = accept(findings, inputs.waivers, REPORT.as_posix(), date(2025, 6, 1))
    assert item.accepted is not None


def test_the_clock_is_the_worlds_unless_a_test_gives_one(tmp_path: Path) -> None:
    assert Workspace(tmp_path, date(2025, 6, 1)).today() == date(2025, 6, 1)
    assert abs((Workspace(tmp_path).today() - date.today()).days) <= 1
