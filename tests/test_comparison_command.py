"""`chengwen diff`: what it prints, what it writes, and how it ends."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from tests import overlay
from tests.command_line import call, tree_bytes
from tests.html_checks import programs
from tests.html_checks.structure import problems

OLDER, NEWER = "content/示例局/2024", "content/示例局/2025"
_MADE = "比较（2024年度现在的内容与2025年度现在的内容）"


@pytest.fixture
def two_years(tmp_path: Path) -> Path:
    overlay.copy_sample(tmp_path)
    shutil.copytree(tmp_path / OLDER, tmp_path / NEWER)
    edits = [
        ("edit report.yaml", "-年度: 2024\n+年度: 2025\n"),
        ("edit data/budget.yaml", "-  全年预算数: 350\n+  全年预算数: 400\n"),
        ("edit narrative/projects/01-设备更新.md", "+\n另购<备件>一批。\n".replace("\n另", "\n+另")),
    ]
    overlay.apply(tmp_path, edits, Path(NEWER))
    return tmp_path


def test_the_listing(two_years: Path) -> None:
    ran = call(["diff", OLDER, NEWER], two_years)
    assert (ran.exit_code, ran.err) == (0, "")
    assert ran.out.startswith("2024年度现在的内容 → 2025年度现在的内容\n")
    assert "【数变了的】" in ran.out and "+50万元" in ran.out
    assert "{+另购<备件>一批。+}" in ran.out
    assert not (two_years / "build").exists()


def test_json(two_years: Path) -> None:
    ran = call(["diff", OLDER, NEWER, "--format", "json"], two_years)
    found = json.loads(ran.out)
    assert (ran.exit_code, found["same"], found["older"], found["years"]) == (
        0,
        False,
        "2024年度现在的内容",
        [2024, 2025],
    )
    names = {item["name"]: item for item in found["figures"]}
    assert names["预算·资金总体·全年预算数"]["difference"] == "+50万元"
    assert found["counts"]["texts"] == len(found["texts"])


def test_with_itself(two_years: Path) -> None:
    ran = call(["diff", OLDER, OLDER], two_years)
    assert (ran.exit_code, ran.err) == (0, "两边写的是同一份。\n")
    assert ran.out == "2024年度现在的内容 → 2024年度现在的内容\n两份没有不同。\n"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["没有的", NEWER], "没有“没有的”这个文件夹"),
        ([OLDER, "templates"], "不是报告文件夹"),
        ([OLDER, NEWER, "--to", "pdf"], "不能写成“pdf”格式"),
        ([OLDER], "少了“新”"),
    ],
)
def test_wrong_calls(two_years: Path, arguments: list[str], said: str) -> None:
    before = tree_bytes(two_years)
    ran = call(["diff", *arguments], two_years)
    assert (ran.exit_code, ran.out) == (2, "")
    assert said in ran.err
    assert tree_bytes(two_years) == before


def test_a_side_that_does_not_compile(two_years: Path) -> None:
    (two_years / NEWER / "data" / "budget.yaml").write_text(
        "基本支出: {全年预算数: 一百}\n", encoding="utf-8"
    )
    before = tree_bytes(two_years)
    ran = call(["diff", OLDER, NEWER, "--to", "html"], two_years)
    assert (ran.exit_code, ran.out) == (1, "")
    assert "budget.yaml" in ran.err and "2025年度现在的内容：" in ran.err and "没有比较" in ran.err
    assert tree_bytes(two_years) == before


def test_a_long_listing_is_cut(two_years: Path) -> None:
    path = two_years / NEWER / "narrative" / "概况.md"
    lines = "\n\n".join(f"第{number}段，从前没有写过。" for number in range(100))
    path.write_text(path.read_text(encoding="utf-8") + f"\n{lines}\n", encoding="utf-8")
    ran = call(["diff", OLDER, NEWER], two_years)
    assert "行没有列出，加 --to html 看全部。" in ran.out
    assert len(ran.out.splitlines()) < 120


def test_the_page_and_the_document(two_years: Path) -> None:
    ran = call(["diff", OLDER, NEWER, "--to", "html,docx"], two_years)
    assert (ran.exit_code, ran.err) == (0, "")
    folder = two_years / "build" / "示例局" / "2025" / "diff"
    assert sorted(path.name for path in folder.iterdir()) == [f"{_MADE}.docx", f"{_MADE}.html"]
    page = (folder / f"{_MADE}.html").read_text(encoding="utf-8")
    assert problems(page) == []
    assert "<script" not in page and "另购&lt;备件&gt;一批" in page
    assert page.index("数变了的") < page.index("全文对照") < page.index("<del>2024</del>")
    first = tree_bytes(folder)
    call(["diff", OLDER, NEWER, "--to", "html,docx"], two_years)
    assert tree_bytes(folder) == first


def test_elsewhere(two_years: Path) -> None:
    ran = call(["diff", OLDER, NEWER, "--to", "html", "-o", "别处"], two_years)
    assert ran.exit_code == 0
    assert (two_years / "别处" / "示例局" / "2025" / "diff" / f"{_MADE}.html").exists()


@pytest.fixture
def page(two_years: Path) -> Path:
    call(["diff", OLDER, NEWER, "--to", "html"], two_years)
    return two_years / "build" / "示例局" / "2025" / "diff" / f"{_MADE}.html"


@pytest.mark.htmlcheck
@pytest.mark.skipif(bool(programs.NO_HTML_VALIDATE), reason=programs.NO_HTML_VALIDATE)
def test_html_validate_accepts_the_page(page: Path) -> None:
    assert programs.html_validate([page]) == []


@pytest.mark.htmlcheck
@pytest.mark.chromium
@pytest.mark.skipif(bool(programs.NO_AXE), reason=programs.NO_AXE)
def test_axe_accepts_the_page(page: Path, tmp_path: Path) -> None:
    for width in (1280, 390):
        assert programs.axe(page, tmp_path, width) == []
