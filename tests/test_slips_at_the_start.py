"""What a hurried clerk types first: the wrong folder, the wrong order, an empty report where there is one to go on from."""

from __future__ import annotations

from pathlib import Path

import pytest

from compiler.gaps import Gap
from compiler.source import Source
from compiler.worklist import written
from tests.command_line import call
from tests.test_checks import copy_clean

OLD = "content/晴川区档案局/2024"
_KIND = "整体绩效评价报告"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    copy_clean(tmp_path)
    return tmp_path


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        (["check", "2024"], "是不是“content/晴川区档案局/2024”？"),
        (["import", "a.xlsx", "content/晴川区档案局/2O24"], "是不是“content/晴川区档案局/2024”？"),
        (["import", OLD, "a.xlsx"], f"次序反了，先写表格，再写报告：chengwen import a.xlsx {OLD}"),
        (["import", "a.xlsx", "content/晴川区档案局"], f"写到年度那一层，如 {OLD}。"),
        (["new", "2024", "--from", OLD], "不能新建2024年的。前面的年度写成 2025。"),
        (
            ["new", "2052", "--from", "content/晴川区档案局/2023"],
            "年度写错了。下一年是2025年，--from 写成 content/晴川区档案局/2024。",
        ),
    ],
)
def test_what_is_meant_is_told(root: Path, typed: list[str], said: str) -> None:
    ran = call(typed, root)
    assert ran.exit_code != 0 and said in ran.out + ran.err, ran


def test_without_any_report_one_is_told_how_to_begin(
    root: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    empty = tmp_path_factory.mktemp("空")
    (empty / "content").mkdir()
    (empty / "templates").mkdir()
    assert "还没有报告。新建一份：chengwen new" in call(["check"], empty).err


@pytest.mark.parametrize(
    ("office", "said"),
    [
        ("晴川区档案局", f"{OLD} 是这个单位以前的{_KIND}，从它带过来：chengwen new 2025 --from {OLD}"),
        ("晴川档案局", "content 里没有“晴川档案局”这个单位，有“晴川区档案局”。"),
        ("晴川区统计局", ""),
    ],
)
def test_an_empty_report_is_made_when_it_is_meant(
    root: Path, office: str, said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    typed = ["new", "2025", "--dept", office, "--kind", _KIND]
    with monkeypatch.context() as patch:
        patch.setattr("click.prompt", lambda *words, **more: "n")
        ran = call(typed, root)
    assert (said in ran.out) and (root / "content" / office / "2025").exists() == (not said), ran
    if said:
        assert call([*typed, "--yes"], root).exit_code == 0
        assert (root / "content" / office / "2025").exists()


def test_a_draft_to_start_from_is_told_of(root: Path) -> None:
    said = call(["new", "2025", "--from", OLD], root).out
    assert "自己还没有填完" not in said
    said = call(["new", "2026", "--from", "content/晴川区档案局/2025"], root).out
    assert "注意：content/晴川区档案局/2025 自己还没有填完：0/" in said


_DATA = """\
名称: 待填
补充数据:
  时间: 待填
部分:
  - 名称: 产出
    得分: 待填
    分组:
      # 一组
      - 分值: 20
        得分: 待填
      - 名称: 待填
        得分: 待填
        指标:
        - {名称: 场次, 得分: 待填}
绩效指标:
  - {一级: 产出指标, 二级: 数量指标, 三级: 待填}
  - {三级: 待填}
资金:
  当年财政拨款: {全年预算数: 待填}
"""


def test_the_list_says_which_entry_it_is_about() -> None:
    source = Source("甲/data/a.yaml", _DATA)
    gaps = []
    for found in range(1, len(source.lines) + 1):
        if "待填" in source.line(found):
            span = source.span(sum(len(line) + 1 for line in source.lines[: found - 1]))
            gaps.append(Gap(span, "数", False, (found, 1), (found, 9)))
    told = [
        line.partition("行 ")[2] for line in written("甲", "甲", gaps, [], {}).splitlines() if "- [ ]" in line
    ]
    assert told == [
        *("数", "数", "产出：数", "产出 分组第1项：数", "产出 分组第2项：数", "产出 分组第2项：数"),
        *("场次：数", "绩效指标第1项（数量指标）：数", "绩效指标第2项：数", "当年财政拨款：数"),
    ]
