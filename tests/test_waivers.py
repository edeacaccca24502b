"""waivers.yaml: which findings it lets stand, until when. What is wrong with one is in `cases/checks/W00…`."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest

from compiler.checks.waivers import _says, accept
from compiler.diagnostics import Accepted, Code, Diagnostic, Diagnostics, Severity
from compiler.evaluation.waivers import says_something
from compiler.pipeline import build
from compiler.waivers import read_waivers
from compiler.workspace import Workspace
from tests.command_line import call
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
    workspace, sink = Workspace(broken), Diagnostics()
    waivers = read_waivers(workspace, broken / REPORT).entries
    source = workspace.read_text(broken / outline, sink)
    assert source is not None
    findings = Diagnostics()
    findings.add(Diagnostic(Code.ATTACHMENT_NUMBER, Severity.ERROR, source.span(0), "序号不一致", "改"))
    (item,) = accept(findings, waivers, REPORT.as_posix(), date(2025, 6, 1))
    assert item.accepted is not None


def test_the_clock_is_the_worlds_unless_a_test_gives_one(tmp_path: Path) -> None:
    assert Workspace(tmp_path, date(2025, 6, 1)).today() == date(2025, 6, 1)
    assert abs((Workspace(tmp_path).today() - date.today()).days) <= 1


# Slips in the file -----------------------------------------------------------------------


def test_a_slip_in_one_entry_leaves_the_findings_and_the_others(broken: Path) -> None:
    waive(broken, "A001")
    waive(broken, "A011", more="    事实: 少\n")
    result = build(Workspace(broken, date(2025, 6, 1)), broken / REPORT, broken / "out")
    assert result.outputs, "nothing is wrong with the report"
    assert not result.diagnostics.has_errors
    found = {item.code.value: item for item in result.findings}
    assert found["A001"].accepted is not None
    assert found["A011"].accepted is None
    assert found["D003"].severity is Severity.ERROR
    assert result.findings.has_errors and result.fails(strict=False)


@pytest.mark.parametrize(
    "text", ["放行:\n  - 代码：A001\n", "放行: [\n", "- 代码: A001\n", "放行:\n  代码: A001\n"]
)
def test_a_file_that_cannot_be_read_hides_nothing_and_stops_nothing(broken: Path, text: str) -> None:
    (broken / REPORT / "waivers.yaml").write_text(text, encoding="utf-8")
    result = build(Workspace(broken), broken / REPORT, broken / "out")
    assert result.outputs
    assert {item.code.value[0] for item in result.findings} - {"A"} <= {"Y", "D"}
    assert {"A001", "A011"} < {item.code.value for item in result.findings}
    assert build(Workspace(broken), broken / REPORT, broken / "strict", strict=True).outputs == ()
    assert not (broken / "strict").exists()


def test_a_slip_is_told_beside_what_keeps_a_report_from_being_made(broken: Path) -> None:
    (broken / REPORT / "waivers.yaml").write_text("放行: 无\n", encoding="utf-8")
    (broken / REPORT / "report.yaml").unlink()
    result = build(Workspace(broken), broken / REPORT, None)
    assert [item.code.value for item in result.findings] == ["D003"]


@pytest.mark.parametrize(
    "file",
    [
        "./data/budget.yaml",
        "././data//budget.yaml",
        r"data\budget.yaml",
        f"{REPORT}/data/budget.yaml",
        "【data/budget.yaml】",
        str(REPORT).replace("/", "\\") + r"\data\budget.yaml",
    ],
)
def test_places_copied_from_elsewhere_are_understood(broken: Path, file: str) -> None:
    waive(broken, "A001", file)
    assert found(broken)["A001"] is not None


@pytest.mark.parametrize(
    "file", ["../2023/data/budget.yaml", "/etc/passwd", "data/budget.yaml:2:15", "C:\\data"]
)
def test_other_places_are_refused(broken: Path, file: str) -> None:
    waive(broken, "A001", f"'{file}'")
    assert found(broken) == {"A001": None, "A011": None, "F003": None}


@pytest.mark.parametrize(
    ("text", "something"),
    [
        *(
            (text, False)
            for text in (
                "无",
                "同上",
                "—",
                "略",
                "待补",
                "待补充",
                "……",
                "/",
                "x",
                "N/A",
                "1",
                "暂无。",
                "原因",
            )
        ),
        *((text, False) for text in ("没有理由", "（无）", "写明为什么可以不改", "无 原因", "ＸＸ", "12")),
        *(
            (text, True)
            for text in (
                "批复的数如此",
                "分管领导",
                "王五",
                "局长办公会",
                "见附件2",
                "无法追溯的历史数据",
                "略有差异，已说明",
            )
        ),
    ],
)
def test_words_that_say_nothing(text: str, something: bool) -> None:
    assert says_something(text) is something


def test_a_date_to_come_is_not_in_force(broken: Path) -> None:
    waive(broken, "A001")
    assert found(broken, date(2025, 2, 28)) == {"A001": None, "A011": None, "W002": None}
    assert found(broken, date(2025, 3, 1))["A001"] is not None


@pytest.mark.parametrize(
    ("fact", "holds"),
    [
        ("多9万元", True),
        ("9万元", False),
        ("401.26万元", True),
        ("01.26万元", False),
        ("合计410", False),
        ("合计410.26", True),
    ],
)
def test_a_fact_has_its_numbers_whole(fact: str, holds: bool) -> None:
    message = "4个项目合计410.26万元，项目支出是401.26万元，多9万元，上年多99万元"
    if fact == "9万元":  # it stands there whole, too: 多9万元
        message = message.replace("多9万元，", "")
    assert _says(message, fact) is holds


def test_the_last_day_is_kept_and_listed(broken: Path) -> None:
    waive(broken, "A001", more="    有效期至: 2035年12月31日\n")
    said = call(["check", str(REPORT)], broken).out
    assert "分管领导2025年3月1日放行，有效期至2035年12月31日：批复的数如此" in said
    listed = json.loads(call(["check", str(REPORT), "--format", "json"], broken).out)
    assert [item["accepted"]["until"] for item in listed if item["accepted"]] == ["2035-12-31"]
