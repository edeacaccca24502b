"""`chengwen new` with a year or a report that is not meant: one clear message, and nothing is made."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.command_line import call, tree_bytes
from tests.test_checks import copy_clean

DEPARTMENT = "content/晴川区档案局"
OLD = f"{DEPARTMENT}/2024"
KIND = ["--kind", "整体绩效评价报告"]


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """The department without faults: its reports of 2023 and 2024."""
    copy_clean(tmp_path)
    return tmp_path


def test_the_sample_has_two_years(root: Path) -> None:
    assert sorted(path.name for path in (root / DEPARTMENT).iterdir()) == ["2023", "2024"]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["2052", "--from", OLD], f"2052年比上年的报告“{OLD}”晚28年，年度写错了。下一年是2025年。"),
        (["205", "--from", OLD], "年度写成四位数字，如 2025；写的是“205”。"),
        ([f"{DEPARTMENT}/2025", "--from", OLD], f"前面只写年度，如 2025；写的是“{DEPARTMENT}/2025”。"),
        (["2023", "--from", OLD], f"“{OLD}”是2024年的，只能用来新建后面的年度"),
        (["2026", "--from", f"{DEPARTMENT}/2023"], f"已经有“{OLD}”了，2026年的不从2023年带"),
        (["2052", "--from", f"{DEPARTMENT}/2023"], f"年度写错了。下一年是2025年，--from 写成 {OLD}。"),
        (["2024", "--from", f"{DEPARTMENT}/2023"], f"“{OLD}”已经有了，没有改动。"),
        (["2025", "--from", f"{DEPARTMENT}/2042"], f"这个文件夹。是不是“{OLD}”？"),
        (["2025", "--from", "content/晴川档案局/2024"], f"这个文件夹。是不是“{OLD}”？"),
        (["2025", "--from", "晴川区档案局/2024"], f"这个文件夹。是不是“{OLD}”？"),
        (["2025", "--from", "2024"], f"这个文件夹。是不是“{OLD}”？"),
        (["2025", "--from", DEPARTMENT], f"--from 要写到年度那一层，如 {OLD}。"),
        (["2099", "--dept", "某某局", *KIND], "还不到做2099年报告的时候"),
        (["2024", "--dept", "晴川区档案局", *KIND], f"“{OLD}”已经有了，没有改动。要重做"),
        (
            ["2024", "--dept", "晴川区档案局", "--kind", "项目支出绩效自评表"],
            "另放一个文件夹：--dept 晴川区档案局-项目支出绩效自评表。",
        ),
    ],
)
def test_a_slip(root: Path, arguments: list[str], words: str) -> None:
    before = tree_bytes(root)
    ran = call(["new", *arguments], root)
    assert ran.exit_code in (1, 2) and ran.out == ""
    assert words in ran.err
    assert len(ran.err.splitlines()) == 1 + ran.err.count("提示："), "one message"
    assert str(root) not in ran.err
    assert tree_bytes(root) == before


def test_a_year_that_is_skipped_is_asked_about(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = tree_bytes(root)
    monkeypatch.setattr("click.prompt", lambda *words, **settings: "")
    ran = call(["new", "2026", "--from", OLD], root)
    assert ran.exit_code == 0 and "没有新建" in ran.out
    assert f"“{OLD}”的下一年是2025年。直接做2026年的，中间缺2025年的报告" in ran.out
    assert tree_bytes(root) == before
    monkeypatch.setattr("click.prompt", lambda *words, **settings: "ｙ")
    ran = call(["new", "2026", "--from", OLD], root)
    assert ran.exit_code == 0 and f"新建了 {DEPARTMENT}/2026" in ran.out
    assert "不是上一年的" in ran.out and "都是2024年的" in ran.out and "都是上年的" not in ran.out


def test_a_year_that_is_skipped_on_purpose(root: Path) -> None:
    ran = call(["new", "2027", "--from", OLD, "--yes"], root)
    assert ran.exit_code == 0 and f"新建了 {DEPARTMENT}/2027" in ran.out


def test_two_reports_of_a_year(root: Path) -> None:
    """As the manual has it: the other one under a name of its own, the office's name as its 全称."""
    new = "content/晴川区档案局-自评表/2024"
    ran = call(["new", "2024", "--dept", "晴川区档案局-自评表", "--kind", "项目支出绩效自评表"], root)
    assert ran.exit_code == 0
    file = root / new / "data" / "department.yaml"
    text = file.read_text(encoding="utf-8")
    file.write_text(text.replace("全称: 待填", "全称: 晴川区档案局"), encoding="utf-8")
    for report in (new, OLD):
        assert call(["build", report], root).exit_code == 0
    page = (root / "build/晴川区档案局-自评表/2024/draft/项目支出绩效自评表.html").read_text(encoding="utf-8")
    assert "<title>2024年度晴川区档案局项目支出绩效自评表</title>" in page
    assert list((root / "build/晴川区档案局/2024/draft").glob("*.docx"))
    assert call(["new", "2025", "--from", new], root).exit_code == 0
