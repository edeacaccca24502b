"""`chengwen new`: what is carried over, what is left open, and that nothing is lost or half made.

Cases in `cases/new_year` give years and a file (or prose) and show what becomes of it.
"""

from __future__ import annotations

import os
import re
import shutil
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml

from compiler import pipeline
from compiler.evaluation import funds, project, report, scorecard
from compiler.gaps import MARK
from compiler.record import Record
from compiler.rollover.carried import FATES, Carrier
from compiler.rollover.create import record_class
from compiler.rollover.values import edited, read_values
from compiler.rollover.years import Years
from compiler.schema import shape_of
from compiler.workspace import Workspace
from tests.case_files import case_files, run_case
from tests.command_line import call, tree_bytes
from tests.rollover_samples import data_files, fill_in, values_of
from tests.texts import html_text

HERE = Path(__file__).parent
ROOT = HERE.parent
REPORTS = [
    ("丰台区金融办/2023", 2024),
    ("丰台区金融办/2024", 2025),
    ("晴川区档案局/2024", 2025),
    ("示例局/2024", 2025),
]
OLD, NEW = "content/晴川区档案局/2024", "content/晴川区档案局/2025"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """The real reports, the department without faults and the sample, with all templates."""
    for source in (ROOT / "content", HERE / "checked" / "content", HERE / "reports"):
        shutil.copytree(source, tmp_path / "content", dirs_exist_ok=True)
    for source in (ROOT / "templates", HERE / "templates"):
        shutil.copytree(source, tmp_path / "templates", dirs_exist_ok=True)
    return tmp_path


# What becomes of each file ---------------------------------------------------------------


@pytest.mark.parametrize("path", case_files("new_year"), ids=lambda path: path.stem)
def test_file(path: Path, accept: bool) -> None:
    def run(sections: dict[str, str]) -> str:
        old, new = map(int, sections["years"].split())
        names = dict([sections["names"].split()]) if "names" in sections else {}
        if "prose" in sections:
            return Years(old, new).prose(sections["prose"], names)
        (name,) = (name for name in sections if name.startswith("file "))
        text, cls = sections[name], record_class(name.removeprefix("file "))
        assert cls is not None
        parameters = tuple(sections.get("parameters", "").split())
        names = names or {"2024年政策宣传费": "2025年政策宣传费"}
        carrier = Carrier(Years(old, new), names, sections.get("rate", "").strip(), parameters)
        made = edited(text, carrier.edits(cls, read_values(text), text))
        assert yaml.safe_load(made)
        return made

    run_case(path, run, accept)


def record_classes() -> list[type[Record]]:
    """Every record of report.yaml and of data/."""
    found = []
    for module in (report, funds, project, scorecard):
        for cls in vars(module).values():
            if isinstance(cls, type) and issubclass(cls, Record) and cls.__module__ == module.__name__:
                shape_of(cls)
                found.append(cls)
    return found


@pytest.mark.parametrize("cls", record_classes(), ids=lambda cls: cls.__name__)
def test_every_key_has_its_fate(cls: type[Record]) -> None:
    assert FATES[cls].keys() == cls.KEYS.keys()


# Whole reports ---------------------------------------------------------------------------


@pytest.mark.parametrize(("old", "year"), REPORTS)
def test_a_new_folder_compiles_at_once(root: Path, old: str, year: int) -> None:
    source = root / "content" / old
    if (source.parent / str(year)).exists():
        shutil.rmtree(source.parent / str(year))
    before = tree_bytes(source)
    ran = call(["new", str(year), "--from", f"content/{old}"], root)
    assert (ran.exit_code, ran.err) == (0, ""), ran
    new = f"content/{source.parent.name}/{year}"
    assert tree_bytes(source) == before
    assert not list(source.parent.glob(".*"))

    listed = (root / new / "待办.md").read_text(encoding="utf-8")
    entries = re.findall(r"^- \[ \] 第(\d+)行 ", listed, re.MULTILINE)
    told = re.match(rf"√ 新建了 {new}，(\d+) 处要填：", ran.out)
    assert told and int(told[1]) == len(entries) > 0

    built = call(["build", new], root)
    assert built.exit_code == 0, built
    assert f"0/{told[1]} 已填" in built.out
    page = next((root / "build").glob(f"*/{year}/draft/*.html"))
    marks = set(MARK.findall(html_text(page)))
    assert marks & {"〔待填：全年执行数〕", "〔待填：实际完成情况〕"}
    assert "<mark>待填</mark>" in page.read_text(encoding="utf-8")
    checked = call(["check", new], root)
    assert checked.exit_code == 1
    assert f"0/{told[1]} 已填，还有 " in checked.out


@pytest.mark.parametrize(("old", "year"), REPORTS)
def test_what_is_not_of_the_year_stays_as_it_was_typed(root: Path, old: str, year: int) -> None:
    source = root / "content" / old
    shutil.rmtree(source.parent / str(year), ignore_errors=True)
    assert call(["new", str(year), "--from", f"content/{old}"], root).exit_code == 0
    made = source.parent / str(year)
    assert data_files(made) == data_files(source)
    for file in data_files(source):
        before, after = ((folder / file).read_text(encoding="utf-8") for folder in (source, made))
        notes = re.compile(r"^\s*#.*$|\s#.*$", re.MULTILINE)
        assert notes.findall(after) == notes.findall(before)
        paths = [path for path, _ in values_of(file, before)]
        assert [path for path, _ in values_of(file, after)] == paths
    narratives = [path.relative_to(source) for path in source.glob("narrative/**/*") if path.is_file()]
    assert all((made / path).is_file() for path in narratives)
    for path in narratives:
        if path.suffix == ".md":
            before, after = ((folder / path).read_text(encoding="utf-8") for folder in (source, made))
            assert after.replace("〔待更新〕", "") == before
        else:
            assert (made / path).read_bytes() == (source / path).read_bytes()
    assert not (made / "waivers.yaml").exists()


@pytest.mark.parametrize(("old", "year"), REPORTS)
def test_filled_in_again_it_is_as_sound_as_the_old_one(root: Path, old: str, year: int) -> None:
    """With the old report's own values, its years moved on: the same findings, and none of what is open."""
    source = root / "content" / old
    for other in source.parent.iterdir():
        if other != source:
            shutil.rmtree(other)
    codes = found(Workspace(root), source)
    assert call(["new", str(year), "--from", f"content/{old}"], root).exit_code == 0
    made = source.parent / str(year)
    assert fill_in(made, source) > 0
    source.rename(root / "上年")  # copied figures are findings
    assert found(Workspace(root), made) == codes
    total = (made / "待办.md").read_text(encoding="utf-8").count("- [ ] ")
    assert f"\n  {total}/{total} 已填。\n" in call(["check", str(made)], root).out
    assert "没有填完" not in call(["build", str(made)], root).out


def found(workspace: Workspace, folder: Path) -> Counter[str]:
    """How many findings of each code."""
    result = pipeline.build(workspace, folder, None)
    assert not result.diagnostics.has_errors
    return Counter(item.code.value for sink in result.sinks for item in sink)


def test_the_count_goes_down_and_what_is_removed_leaves_the_whole(root: Path) -> None:
    assert call(["new", "2025", "--from", OLD], root).exit_code == 0
    assert "0/325 已填" in call(["check", NEW], root).out
    budget = root / NEW / "data" / "budget.yaml"
    budget.write_text(
        budget.read_text(encoding="utf-8").replace("年初预算数: 待填", "年初预算数: 1", 2), encoding="utf-8"
    )
    assert "2/325 已填" in call(["check", NEW], root).out
    for folder in ("data", "narrative"):
        next((root / NEW / folder / "projects").glob("04*")).unlink()
    assert "2/269 已填，还有 " in call(["check", NEW], root).out
    (root / NEW / "待办.md").unlink()
    assert re.search(r"\n  还有 \d+ 处待填、\d+ 处待更新。\n", call(["check", NEW], root).out)


def progress(root: Path) -> str:
    found = re.search(r"^  (.*(?:已填|待填|待更新).*)。$", call(["check", NEW], root).out, re.MULTILINE)
    assert found
    return found[1]


def test_a_file_that_cannot_be_read_counts_as_not_filled_in(root: Path) -> None:
    assert call(["new", "2025", "--from", OLD], root).exit_code == 0
    whole = "0/325 已填，还有 "
    assert progress(root).startswith(whole)
    listed = (root / NEW / "待办.md").read_text(encoding="utf-8")
    (name,) = (path.name for path in (root / NEW / "data" / "projects").glob("01*"))
    count = listed.partition(f"## data/projects/{name}\n")[2].partition("\n## ")[0].count("- [ ]")
    project = root / NEW / "data" / "projects" / name
    sound = project.read_bytes()
    for broken in (sound.replace("资金:".encode(), "资金：".encode()), sound.decode().encode("gb18030"), b""):
        project.write_bytes(broken)
        said = progress(root)
        assert said.startswith(whole) and said.endswith(
            f"，data/projects/{name} 读不出来，它的 {count} 处按没有填算"
        )
        left = sum(map(int, re.findall(r"(\d+) 处待", said)))
        assert left + count == 325
    # What is only wrong in a value hides nothing that waits beside it.
    project.write_text(sound.decode().replace("资金:", "资金来源:"), encoding="utf-8")
    assert progress(root).startswith(whole) and "读不出来" not in progress(root)
    project.write_bytes(sound)
    prose = root / NEW / "narrative" / "措施建议.md"
    kept = prose.read_text(encoding="utf-8")
    prose.write_bytes(kept.encode("gb18030"))
    assert progress(root).endswith(
        f"，narrative/措施建议.md 读不出来，它的 {kept.count('〔待更新〕')} 处按没有填算"
    )


def _ticked(text: str) -> str:
    return text.replace("- [ ]", "- [√]", 40).replace("- [ ]", " *[X]", 40).replace("- [ ]", "- 【】", 20)


@pytest.mark.parametrize(
    "saved",
    [
        lambda text: _ticked(text).encode(),
        lambda text: text.encode("gb18030"),
        lambda text: text.encode("utf-8-sig"),
        lambda text: text.encode("utf-16"),
        lambda text: text.replace("\n", "\r\n").encode(),
        lambda text: (
            f"{text}\n## 领导交代的\n\n- [ ] 问问财务\n\n## ../2024/report.yaml\n- [ ] 别的\n".encode()
        ),
        lambda text: text.replace("## data/", "##  data\\").replace(".yaml\n", ".yaml（小王）\n").encode(),
    ],
)
def test_the_list_is_read_however_people_left_it(root: Path, saved: Callable[[str], bytes]) -> None:
    assert call(["new", "2025", "--from", OLD], root).exit_code == 0
    path = root / NEW / "待办.md"
    path.write_bytes(saved(path.read_text(encoding="utf-8")))
    budget = root / NEW / "data" / "budget.yaml"
    text = budget.read_text(encoding="utf-8")
    budget.write_text(text.replace("年初预算数: 待填", "年初预算数: 1", 2), encoding="utf-8")
    assert progress(root).startswith("2/325 已填，还有 ")


@pytest.mark.parametrize("data", [b"", b"\xff\xfe\x00", bytes(range(256)), b"## \0.yaml\n- [ ] 1"])
def test_a_list_that_says_nothing_breaks_nothing(root: Path, data: bytes) -> None:
    assert call(["new", "2025", "--from", OLD], root).exit_code == 0
    (root / NEW / "待办.md").write_bytes(data)
    assert re.fullmatch(r"(0/325 已填，)?还有 \d+ 处待填、\d+ 处待更新", progress(root))
    (root / NEW / "待办.md").unlink()
    (root / NEW / "待办.md").mkdir()
    assert re.fullmatch(r"还有 \d+ 处待填、\d+ 处待更新", progress(root))


def test_last_years_own_rate_is_computed_where_it_was_not_typed(root: Path) -> None:
    budget = root / OLD / "data" / "budget.yaml"
    text = budget.read_text(encoding="utf-8")
    budget.write_text(text.replace("\n结转结余率: 2.07%", ""), encoding="utf-8")
    assert call(["new", "2025", "--from", OLD], root).exit_code == 0
    assert "上年结转结余率: 2.07%" in (root / NEW / "data" / "budget.yaml").read_text(encoding="utf-8")


def test_line_ends_stay(root: Path) -> None:
    for path in (*(root / OLD).glob("**/*.yaml"), *(root / OLD).glob("**/*.md")):
        path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))
    assert call(["new", "2025", "--from", OLD], root).exit_code == 0
    for path in (*(root / NEW).glob("data/**/*.yaml"), *(root / NEW).glob("narrative/**/*.md")):
        data = path.read_bytes()
        assert data.count(b"\n") == data.count(b"\r\n")
    assert call(["build", NEW], root).exit_code == 0


def test_a_year_in_a_file_name_moves_on_for_data_and_prose_alike(root: Path) -> None:
    for file in ("data/projects/01-馆藏档案数字化加工.yaml", "narrative/projects/01-馆藏档案数字化加工.md"):
        path = root / OLD / file
        path.rename(path.with_stem("01-2024年加工"))
    assert call(["new", "2025", "--from", OLD], root).exit_code == 0
    assert (root / NEW / "narrative" / "projects" / "01-2025年加工.md").exists()
    assert call(["build", NEW], root).exit_code == 0


def test_names_in_which_a_year_moved_are_listed_to_look_at(root: Path) -> None:
    for file in ("data/projects/01-馆藏档案数字化加工.yaml", "narrative/projects/01-馆藏档案数字化加工.md"):
        path = root / OLD / file
        path.rename(path.with_stem("01-2024年加工"))
    ran = call(["new", "2025", "--from", OLD], root)
    listed = (root / NEW / "待办.md").read_text(encoding="utf-8").partition("## 另外看一看\n")[2]
    moved = dict(line[4:].split(" → ") for line in listed.splitlines() if line.startswith("  - "))
    assert moved["2024年馆藏档案数字化加工费"] == "2025年馆藏档案数字化加工费"
    assert moved["2024年部门整体绩效评价指标体系评分表"] == "2025年部门整体绩效评价指标体系评分表"
    assert moved["data/projects/01-2024年加工.yaml"] == "data/projects/01-2025年加工.yaml"
    assert f"  {len(moved)} 个名称里的年份改成了2025年，" in ran.out
    assert progress(root).startswith("0/325 已填")  # they are looked at, not counted
    assert all(old not in text for text in _data(root) for old in moved)


def _data(root: Path) -> list[str]:
    return [path.read_text(encoding="utf-8") for path in (root / NEW / "data").rglob("*.yaml")]


# Slips -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["new"], "少了“年度”"),
        (["new", "25", "--from", OLD], "年度写成四位数字"),
        (["new", "二〇二五", "--from", OLD], "年度写成四位数字"),
        (["new", "2024", "--from", OLD], "只能用来新建后面的年度"),
        (["new", "2019", "--from", OLD], "只能用来新建后面的年度"),
        (["new", "2025", "--from", "content/晴川区档案局"], "写到年度那一层"),
        (["new", "2025", "--from", "content/没有"], "没有“content/没有”这个文件夹"),
        (["new", "2025", "--from", "templates"], "不是报告文件夹"),
        (["new", "2025", "--from", OLD, "--dept", "某某局"], "--dept、--kind、--unit 不用写"),
        (["new", "2025"], "文种有：整体绩效评价报告"),
        (
            ["new", "2025", "--dept", "晴川区档案局"],
            "从它带过来：chengwen new 2025 --from content/晴川区档案局/2024",
        ),
        (["new", "2025", "--dept", "某某局", "--kind", "整体绩效评价"], "是不是“整体绩效评价报告”？"),
        (["new", "2025", "--dept", "../某某局", "--kind", "整体绩效评价报告"], "不能作文件夹的名称"),
        (["new", "2025", "--dept", "某局 #1", "--kind", "整体绩效评价报告"], "不能作文件夹的名称"),
        (
            ["new", "2025", "--dept", "某某局", "--kind", "整体绩效评价报告", "--unit", "角"],
            "金额单位不能是“角”",
        ),
        (["new", "2024", "--dept", "晴川区档案局", "--kind", "整体绩效评价报告"], "已经有了，没有改动"),
    ],
)
def test_slips_are_told_and_nothing_is_made(root: Path, arguments: list[str], words: str) -> None:
    before = tree_bytes(root)
    ran = call(arguments, root)
    assert ran.exit_code in (1, 2)
    assert words in ran.err
    assert tree_bytes(root) == before
    assert not list(root.glob("content/*/.*"))


@pytest.mark.parametrize("year", ["2025", "2025年", "２０２５", "2025年度"])
def test_a_year_as_people_type_it(root: Path, year: str) -> None:
    assert call(["new", year, "--from", f"{OLD}/"], root).exit_code == 0
    assert (root / NEW / "report.yaml").exists()


def test_nothing_is_overwritten(root: Path) -> None:
    (root / NEW).mkdir()
    ran = call(["new", "2025", "--from", OLD], root)
    assert ran.exit_code == 1 and "已经有了，没有改动" in ran.err
    assert list((root / NEW).iterdir()) == []
    (root / NEW).rmdir()
    (root / NEW).symlink_to("没有")  # also not what leads nowhere
    assert call(["new", "2025", "--from", OLD], root).exit_code == 1


def test_links_are_refused(root: Path) -> None:
    (root / OLD).rename(root / "别处")
    (root / OLD).symlink_to(root / "别处")
    ran = call(["new", "2025", "--from", OLD], root)
    assert ran.exit_code == 1 and "快捷方式" in ran.err
    (root / OLD).unlink()
    (root / "别处").rename(root / OLD)
    for file in ("data/budget.yaml", "narrative/存在问题.md", "narrative/图.png"):
        path = root / OLD / file
        kept = path.read_bytes() if path.exists() else None
        path.unlink(missing_ok=True)
        path.symlink_to(root / "templates" / "整体绩效评价报告" / "style.yaml")
        ran = call(["new", "2025", "--from", OLD], root)
        assert ran.exit_code == 1 and "快捷方式" in ran.err, file
        assert not (root / NEW).exists()
        path.unlink()
        if kept is not None:
            path.write_bytes(kept)


def test_a_report_that_cannot_be_read_is_told_of(root: Path) -> None:
    path = root / OLD / "data" / "budget.yaml"
    path.write_text("基本支出: {全年预算数: 1\n", encoding="utf-8")
    ran = call(["new", "2025", "--from", OLD], root)
    assert ran.exit_code == 1
    assert "data/budget.yaml:1:" in ran.err and "没有新建" in ran.out
    assert not (root / NEW).exists()


def test_a_report_that_does_not_compile_is_carried_over_all_the_same(root: Path) -> None:
    path = root / OLD / "data" / "budget.yaml"
    path.write_text(
        path.read_text(encoding="utf-8").replace("641.56", "641.5b") + "没有: 1\n", encoding="utf-8"
    )
    (root / OLD / "data" / "附表.xls").write_bytes(b"x")
    ran = call(["new", "2025", "--from", OLD], root)
    assert ran.exit_code == 0
    assert "有写错的，也带过来了" in ran.out
    assert "没有带过来，报告用不到它：data/附表.xls" in ran.out
    text = (root / NEW / "data" / "budget.yaml").read_text(encoding="utf-8")
    assert "641.5b" not in text and text.endswith("没有: 1\n")


@pytest.mark.parametrize("call_name", ["rename", "fsync", "mkdir"])
def test_a_disk_that_refuses_leaves_nothing(
    root: Path, monkeypatch: pytest.MonkeyPatch, call_name: str
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise OSError(28, "")

    before = tree_bytes(root)
    monkeypatch.setattr(os, call_name, refuse)
    ran = call(["new", "2025", "--from", OLD], root)
    monkeypatch.undo()
    assert ran.exit_code == 1 and "磁盘满了" in ran.err
    assert tree_bytes(root) == before
    assert not list(root.glob("content/*/.*"))


def test_what_a_killed_run_left_is_no_report(root: Path) -> None:
    left = root / "content" / "晴川区档案局" / ".staging-1-1"
    shutil.copytree(root / OLD, left)
    assert ".staging" not in call(["check"], root).out
    assert ".staging" not in call(["check", "content"], root).out


# The first report ------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["整体绩效评价报告", "项目支出绩效自评表", "绩效报告"])
def test_a_first_report_compiles_at_once(root: Path, kind: str) -> None:
    ran = call(["new", "2025", "--dept", "某某（筹）局", "--kind", kind, "--unit", "元"], root)
    assert (ran.exit_code, ran.err) == (0, "")
    new = "content/某某（筹）局/2025"
    built = call(["build", new], root)
    assert built.exit_code == 0, built.err
    result = pipeline.build(Workspace(root), root / new, None)
    codes = {item.code.value for sink in result.sinks for item in sink}
    assert codes <= {"B001", "B003", "G004"}
    assert "金额单位: 元\n" in (root / new / "report.yaml").read_text(encoding="utf-8")
    assert "⟦" not in "".join(path.read_text(encoding="utf-8") for path in (root / new).rglob("*.*"))


_SAMPLES = {
    "report.yaml": (report.Report, report.Schemes, report.Filing),
    "department.yaml": (report.Department, report.Section),
    "budget.yaml": (funds.Budget, funds.Funds),
    "project.yaml": (
        *(project.Project, funds.FundsBySource, funds.Funds, project.Goal),
        *(project.Indicator, project.Total, project.Basis),
    ),
    "scorecard.yaml": (
        *(scorecard.Scorecard, scorecard.ScorePart, scorecard.ScoreGroup, scorecard.ScoreRow),
    ),
}


@pytest.mark.parametrize("file", _SAMPLES)
def test_every_key_is_in_the_samples(file: str) -> None:
    """As a value, or in a comment that says what it is."""
    text = (ROOT / "compiler" / "rollover" / "first" / file).read_text(encoding="utf-8")
    for cls in _SAMPLES[file]:
        shape_of(cls)
        for key in cls.KEYS:
            assert re.search(rf"(?<!\w){key}(?:: |:$|、得分: )", text, re.MULTILINE), (cls.__name__, key)
