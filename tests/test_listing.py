"""What `check` lists and `explain` says: for people, in lines that fit a terminal, and for programs."""

from __future__ import annotations

import io
import json
import re
from datetime import date
from pathlib import Path

import pytest

from compiler import cli_output
from compiler.checks import CHECKS
from compiler.checks.check import Check
from compiler.diagnostics import Accepted, Code, Diagnostic, Diagnostics, Severity, counts, display_width
from compiler.explain import example
from compiler.explanations import EXPLANATIONS
from compiler.listing import TITLES, difference, listed, wrapped
from compiler.source import Source
from tests import overlay
from tests.case_files import CASES
from tests.command_line import call, tree_bytes
from tests.test_checks import REPORT, copy_clean

_FOLDER = "content/示例局/2024"


@pytest.fixture
def clean(tmp_path: Path) -> Path:
    """The department in which nothing is found, but for one sum."""
    copy_clean(tmp_path)
    return tmp_path


def break_sum(root: Path) -> None:
    """项目支出 loses nine 万元 of its 年初预算数: A001, and A011 with it."""
    budget = root / REPORT / "data" / "budget.yaml"
    text = budget.read_text(encoding="utf-8")
    budget.write_text(text.replace("年初预算数: 410.26", "年初预算数: 401.26"), encoding="utf-8")


def waive(root: Path, code: str, file: str = "data/budget.yaml", more: str = "") -> None:
    path = root / REPORT / "waivers.yaml"
    text = path.read_text(encoding="utf-8") if path.exists() else "放行:\n"
    path.write_text(
        f"{text}  - 代码: {code}\n    位置: {file}\n    原因: 批复的数如此\n    放行人: 分管领导\n    日期: 2025年3月1日\n{more}",
        encoding="utf-8",
    )


# Lines -----------------------------------------------------------------------------------


def test_lines_are_broken_between_words_and_never_before_a_closing_mark() -> None:
    text = "项目“甲”的全年预算数合计14888.23万元，表内是14875.56万元，多12.67万元（核对以后改正）。"
    for width in range(20, 100):
        lines = wrapped(text, width, 4).split("\n")
        assert max(map(display_width, lines)) <= width
        assert "".join(line.strip() for line in lines) == text
        assert all(line.startswith("    ") for line in lines[1:])
        assert not any(line.strip()[0] in "，。”）" for line in lines)
        assert not any(line[-1] in "“（" for line in lines)
        assert all(figure in " ".join(lines) for figure in ("14888.23", "14875.56", "12.67"))


def test_without_a_terminal_lines_are_not_broken() -> None:
    assert wrapped("很长" * 100, None) == "很长" * 100


def test_a_word_longer_than_the_line_is_not_lost() -> None:
    text = f"见{'a' * 60}处"
    assert "".join(line.strip() for line in wrapped(text, 20, 2).split("\n")) == text


def test_a_change_is_cut_to_what_differs() -> None:
    long = "前" * 50
    assert difference(f"{long}甲{long}", f"{long}乙丙{long}", 3) == ("…前前前甲前前前…", "…前前前乙丙前前前…")
    assert difference("甲,乙", "甲，乙") == ("甲,乙", "甲，乙")
    assert difference("aa", "aaa", 9) == ("aa", "aaa")
    assert difference("", "甲") == ("", "甲")


def _many(count: int) -> Diagnostics:
    sink = Diagnostics()
    for number in range(count):
        source = Source(f"{_FOLDER}/data/projects/{number % 7:02}.yaml", "名称: 甲\n" * 20)
        other = Source("content/示例局/2023/data/budget.yaml", "全年预算数: 12\n")
        span, place = source.span(4 + number // 7 * 6), other.span(7, 9)
        accepted = Accepted("批复的数如此", "分管领导", "2025-03-01") if not number % 6 else None
        sink.add(
            Diagnostic(
                Code.PROJECT_BUDGETS_SUM,
                list(Severity)[number % 3],
                span,
                f"第{number}项与上年的数对不上，" + "多了一些话" * (number % 5 * 4),
                "核对后改正",
                ((place, "上年的数"),) * (number % 8),
                "乙" if number % 2 else "",
                accepted,
            )
        )
    return sink


@pytest.mark.parametrize("width", [60, 80, 100, 160])
def test_sixty_findings_fit_a_terminal(width: int) -> None:
    blocks = list(listed(_FOLDER, [_many(60)], width))
    lines = [line for block in blocks for line in block.split("\n")]
    plain = [_uncoloured(line) for line in lines]
    assert max(map(display_width, plain)) <= width
    heads = [line for line in plain if line.startswith("【")]
    assert [head.split("】")[0] for head in heads] == [
        *(f"【data/projects/{number:02}.yaml" for number in range(7)),
        "【已放行",
    ]
    assert sum(int(head.split("】")[1].removesuffix(" 处")) for head in heads) == 60
    assert sum("分管领导2025年3月1日放行：批复的数如此" in line for line in plain) == 10
    assert any("../2023/data/budget.yaml:1:8 上年的数" in line for line in plain)
    assert "  还有 2 处" in plain, "of seven other places five are shown"


def _uncoloured(line: str) -> str:
    import click

    return click.unstyle(line)


def test_counts_leave_out_what_is_let_stand() -> None:
    assert counts(_many(60)) == "错误 10 处，警告 20 处，提示 20 处，已放行 10 处"
    assert counts(Diagnostics()) == ""


# The commands ----------------------------------------------------------------------------


def test_a_clean_report_is_one_line(clean: Path) -> None:
    ran = call(["check", "content/晴川区档案局/2024"], clean)
    assert (ran.exit_code, ran.err) == (0, "")
    (line,) = ran.out.splitlines()
    assert line.startswith("√ content/晴川区档案局/2024：检查通过，填入数据 ")


def test_findings_do_not_stop_a_build_but_are_counted(clean: Path) -> None:
    break_sum(clean)
    ran = call(["build", str(REPORT)], clean)
    assert (ran.exit_code, ran.err) == (0, "")
    assert ran.out.splitlines()[-1] == "  检查查出错误 2 处。运行 chengwen check 看明细。"
    assert "A001" not in ran.out
    assert list((clean / "build").rglob("*.docx"))
    waive(clean, "A001")
    ran = call(["build", str(REPORT)], clean)
    assert ran.out.splitlines()[-1] == "  检查查出错误 1 处，已放行 1 处。运行 chengwen check 看明细。"


def test_strict_builds_nothing_until_all_is_mended_or_accepted(clean: Path) -> None:
    break_sum(clean)
    ran = call(["build", str(REPORT), "--strict"], clean)
    assert (ran.exit_code, ran.err) == (1, "")
    assert ran.out.splitlines() == [
        "× content/晴川区档案局/2024：没有写出。",
        "  检查查出错误 2 处。运行 chengwen check 看明细。",
    ]
    assert not (clean / "build").exists(), "no empty folders"
    assert call(["build", str(REPORT)], clean).exit_code == 0
    before = tree_bytes(clean)
    ran = call(["build", str(REPORT), "--strict"], clean)
    assert "没有写出，上一次的文件原样保留。" in ran.out
    assert tree_bytes(clean) == before
    waive(clean, "A001")
    waive(clean, "A011")
    assert call(["build", str(REPORT), "--strict"], clean).exit_code == 0


def test_check_fails_for_errors_and_strictly_for_warnings(clean: Path) -> None:
    break_sum(clean)
    assert call(["check", str(REPORT)], clean).exit_code == 1
    waive(clean, "A001")
    waive(clean, "A011")
    assert call(["check", str(REPORT), "--strict"], clean).exit_code == 0
    waive(clean, "A020")  # matches nothing: W001, a warning
    ran = call(["check", str(REPORT)], clean)
    assert ran.exit_code == 0
    assert "警告 1 处，已放行 2 处" in ran.out
    assert call(["check", str(REPORT), "--strict"], clean).exit_code == 1
    assert call(["build", str(REPORT), "--strict"], clean).exit_code == 1


def test_advice_never_counts(clean: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    break_sum(clean)
    from compiler import checks

    mild = tuple(check._replace(severity=Severity.INFO) for check in CHECKS)
    monkeypatch.setattr(checks, "_rules", lambda *, compared: mild)
    assert call(["check", str(REPORT), "--strict"], clean).exit_code == 0
    assert call(["build", str(REPORT), "--strict"], clean).exit_code == 0


def test_json_is_for_programs(clean: Path) -> None:
    assert json.loads(call(["check", str(REPORT), "--format", "json"], clean).out) == []
    break_sum(clean)
    waive(clean, "A011")
    ran = call(["check", str(REPORT), "--format", "json"], clean)
    assert (ran.exit_code, ran.err) == (1, "")
    first, second = json.loads(ran.out)
    file = "content/晴川区档案局/2024/data/budget.yaml"
    assert first == {
        "report": "content/晴川区档案局/2024",
        "code": "A001",
        "severity": "错误",
        "title": "各项目预算之和不等于项目支出预算",
        "file": file,
        "line": 2,
        "column": 15,
        "end": 21,
        "message": "4个项目的年初预算数合计410.26万元，项目支出的年初预算数是401.26万元，多9万元",
        "hint": "核对各项目的年初预算数有没有重复、遗漏或单位写错，再核对项目支出",
        "related": [],
        "fix": None,
        "accepted": None,
    }
    assert second["accepted"] == {
        "reason": "批复的数如此",
        "by": "分管领导",
        "date": "2025-03-01",
        "until": None,
    }
    assert [place["file"] for place in second["related"]] == [file] * 3
    assert set(second["related"][0]) == {"file", "line", "column", "end", "message"}


def test_json_has_compile_problems_too(tmp_path: Path) -> None:
    overlay.copy_sample(tmp_path)
    budget = tmp_path / overlay.REPORT / "data" / "budget.yaml"
    budget.write_text(budget.read_text(encoding="utf-8").replace(" 350", " -350"), encoding="utf-8")
    (item,) = json.loads(call(["check", "--format", "json"], tmp_path).out)
    assert (item["code"], item["title"], item["fix"]) == ("D005", "金额是负数", None)


def test_on_a_terminal_lines_are_broken(clean: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    break_sum(clean)
    monkeypatch.setattr(cli_output, "columns", lambda: 60)
    ran = call(["check", str(REPORT)], clean)
    listing = ran.out.split("\n× ")[0]
    assert max(map(display_width, listing.splitlines())) <= 60


# Explaining ------------------------------------------------------------------------------


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.code.value)
def test_every_rule_can_be_explained(check: object, tmp_path: Path) -> None:
    code = check.code.value
    ran = call(["explain", code.lower()], tmp_path)
    assert (ran.exit_code, ran.err) == (0, "")
    assert ran.out.startswith(f"{code} {check.title}（{check.severity.value}）\n")
    for words in (check.rule, check.source, check.mend):
        assert words in ran.out
    assert (f"代码: {code}" in ran.out) == (code == "B003" or code[0] not in "WB"), (
        "what is said of waivers, or of blanks, cannot be waived; what may be a blank can"
    )


def test_every_compile_problem_can_be_explained(tmp_path: Path) -> None:
    for code in EXPLANATIONS:
        ran = call(["explain", code.value], tmp_path)
        assert ran.exit_code == 0
        assert ran.out.startswith(f"{code.value} {TITLES[code]}\n")
        assert "](" not in ran.out and "`" not in ran.out


def test_several_codes_and_all_rules(tmp_path: Path) -> None:
    ran = call(["explain", "a001", "D005", "Ａ００１"], tmp_path)
    assert ran.exit_code == 0
    assert ran.out.count("A001 各项目预算之和") == 2
    listing = call(["explain"], tmp_path).out
    for check in CHECKS:
        assert f"  {check.code.value} {check.severity.value} {check.title}\n" in listing
    assert listing.index("\nW 放行\n") > listing.index("A 金额和比率\n")


def test_the_example_of_a_waiver_can_be_copied(clean: Path) -> None:
    """What `explain` prints, put into waivers.yaml, is read."""
    break_sum(clean)
    said = call(["explain", "A001"], clean).out
    entry = said[said.index("    放行:") :]
    lines = [line[4:] for line in entry.splitlines()]
    (clean / REPORT / "waivers.yaml").write_text("\n".join(lines) + "\n", encoding="utf-8")
    ran = call(["check", str(REPORT)], clean)
    assert "“原因”写的是“写明为什么可以不改”，等于没有写" in ran.out, "nobody's reason is to be printed"
    lines = [line.replace("写明为什么可以不改", "批复的数如此") for line in lines]
    (clean / REPORT / "waivers.yaml").write_text("\n".join(lines) + "\n", encoding="utf-8")
    ran = call(["check", str(REPORT)], clean)
    assert "W001" in ran.out and "现在查出的是：4个项目" in ran.out
    assert "W002" not in ran.out and "D0" not in ran.out and "F0" not in ran.out
    lines = [line for line in lines if "事实" not in line]
    (clean / REPORT / "waivers.yaml").write_text("\n".join(lines) + "\n", encoding="utf-8")
    ran = call(["check", str(REPORT)], clean)
    assert "错误 1 处，已放行 1 处" in ran.out, "A011 stays"


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.code.value)
def test_the_example_names_a_file_in_which_the_rule_finds_something(check: Check) -> None:
    code = check.code.value
    said = "".join(
        path.read_text(encoding="utf-8") for path in (CASES / "checks" / code).glob("fails-*.case")
    )
    places = re.findall(rf"^(\S+?):\d+:\d+: \S+ {code} ", said, re.MULTILINE)
    short = {re.sub(r"^content/[^/]+/\d+/", "", place) for place in places}
    kinds = {re.sub(r"(?<=projects/).*|(?<=narrative/).*", "", place) for place in short}
    if code[0] != "W":
        place = example(code, date(2026, 11, 22)).split("位置: ")[1].split("\n")[0]
        assert re.sub(r"(?<=projects/).*|(?<=narrative/).*", "", place) in kinds


def test_the_example_is_of_today() -> None:
    words = example("A001", date(2026, 12, 31))
    assert "日期: 2026年12月31日" in words and "有效期至: 2026年12月31日" in words


# Mending ---------------------------------------------------------------------------------


def _half_width(root: Path, report: Path = REPORT) -> Path:
    """A narrative with a half-width comma, which one rule offers to write anew."""
    path = root / report / "narrative" / "绩效目标.md"
    text = path.read_text(encoding="utf-8")
    at = text.index("，")
    path.write_text(text[:at] + "," + text[at + 1 :], encoding="utf-8")
    return path


def test_fix_shows_asks_and_writes(clean: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = _half_width(clean)
    broken, before = path.read_text(encoding="utf-8"), tree_bytes(clean)
    monkeypatch.setattr("click.prompt", lambda *words, **settings: "n")
    ran = call(["check", str(REPORT), "--fix"], clean)
    assert "没有写入。" in ran.out and "G005" in ran.out
    assert tree_bytes(clean) == before
    monkeypatch.setattr("click.prompt", lambda *words, **settings: "y")
    ran = call(["check", str(REPORT), "--fix"], clean)
    assert "\n  - " in ran.out and "\n  + " in ran.out and "已写入 1 处。" in ran.out
    assert " G005 中文里用了半角标点\n  - " in ran.out
    left = ran.out.split("已写入 1 处。")[1]
    assert ran.exit_code == 0 and "G005" not in left, "what is listed after it is what is left"
    fixed = path.read_text(encoding="utf-8")
    assert fixed != broken and fixed.count("，") == broken.count("，") + 1


def test_fix_without_asking(clean: Path) -> None:
    _half_width(clean)
    ran = call(["check", str(REPORT), "--fix", "--yes"], clean)
    assert ran.exit_code == 0 and "已写入 1 处。" in ran.out
    ran = call(["check", str(REPORT), "--fix", "--yes"], clean)
    assert "没有能照着改的。" in ran.out


def test_a_question_nobody_answers_changes_nothing(clean: Path) -> None:
    _half_width(clean)
    before = tree_bytes(clean)
    import sys

    stdin, sys.stdin = sys.stdin, io.StringIO("")
    try:
        ran = call(["check", str(REPORT), "--fix"], clean)
    finally:
        sys.stdin = stdin
    assert ran.exit_code == 1 and "已中断，原来的文件没有改动" in ran.err
    assert tree_bytes(clean) == before


def test_what_was_fixed_before_the_questions_end_is_said(
    clean: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two reports, one answer."""
    first, second = _half_width(clean), _half_width(clean, REPORT.parent / "2023")
    before = second.read_text(encoding="utf-8")
    monkeypatch.setattr("sys.stdin", io.StringIO("y\n"))
    ran = call(["check", str(REPORT), str(REPORT.parent / "2023"), "--fix"], clean)
    assert ran.exit_code == 1
    assert "在这以前已经写好的：content/晴川区档案局/2024（改了 1 处）；其余的没有改动。" in ran.err
    assert "，" in first.read_text(encoding="utf-8") and second.read_text(encoding="utf-8") == before


def test_one_run_mends_what_one_remedy_leaves_to_another(clean: Path) -> None:
    """A thousands separator in the prose: first it goes, then the figure becomes a placeholder."""
    path = clean / REPORT / "narrative" / "预算管理.md"
    path.write_text("全年支出1,037.86万元，执行率97.93%。\n", encoding="utf-8")
    ran = call(["check", str(REPORT), "--fix", "--yes"], clean)
    assert "一并改" in ran.out or ran.out.count("已写入") == 1
    again = call(["check", str(REPORT), "--fix", "--yes"], clean)
    assert "没有能照着改的" in again.out


def test_a_check_report_takes_the_place_of_the_listing(clean: Path) -> None:
    break_sum(clean)
    ran = call(["check", str(REPORT), "--to", "html"], clean)
    summary, file = ran.out.splitlines()
    assert summary.endswith("没有通过，填入数据 420 处，错误 2 处。")
    assert file.startswith("  build/晴川区档案局/2024/draft/检查报告.html（")
