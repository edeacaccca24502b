"""`chengwen build --jobs`: many reports at once come to what they come to one by one, whatever happens to some."""

from __future__ import annotations

import errno
import os
import shutil
import sys
from pathlib import Path

import pytest

from compiler.batch.sources import Sources
from compiler.batch.task import Outcome, Status, Task, make
from compiler.cli_reports import reports
from tests.batch_samples import (
    NAMES,
    departments,
    ran_in_pool,
    seconds_taken_out,
    spoil,
    task,
    without_records,
)
from tests.command_line import call, tree_bytes


@pytest.fixture
def district(tmp_path: Path) -> Path:
    departments(tmp_path, NAMES)
    return tmp_path


def test_the_same_bytes_as_one_by_one(district: Path) -> None:
    assert call(["build", "-o", "一"], district).exit_code == 0
    ran = call(["build", "content", "--jobs", "2", "-o", "二"], district)
    assert (ran.exit_code, ran.err) == (0, "")
    assert seconds_taken_out(ran.out).startswith("√ 4 份，用时 … 秒。\n")
    made = tree_bytes(district / "二")
    assert without_records(made) == tree_bytes(district / "一")
    assert len([name for name in made if name.endswith(".built.json")]) == 4


def test_one_by_one_never_skips_and_leaves_no_record(district: Path) -> None:
    first = call(["build"], district)
    assert call(["build"], district) == first
    assert first.out.count("：已生成") == 4
    assert not list((district / "build").rglob(".built.json"))


def test_broken_reports_stop_no_other_and_are_told_in_order(district: Path) -> None:
    for name in ("乙局", "丙局"):
        spoil(district, name)
    ran = call(["build", "content", "--jobs", "2"], district)
    assert ran.exit_code == 1
    lines = ran.out.splitlines()
    assert [line[:4] for line in lines] == [
        "× co",
        "× co",
        "√ 2 ",
        "  文件",
        "  看一",
    ]
    assert lines[0].startswith("× content/丙局/2024：错误 ")
    assert "没有写出。先看 data/budget.yaml:1:1：" in lines[0]
    assert lines[1].startswith("× content/乙局/2024：")
    assert seconds_taken_out(lines[2]) == "√ 2 份，× 2 份，用时 … 秒。"
    assert {path.parent.parent.name for path in (district / "build").rglob("draft")} == {"甲局", "丁局"}


def test_what_failed_and_was_made_before_is_still_there(district: Path) -> None:
    """And is said to be, of those alone."""
    assert call(["build", "content/甲局", "content/乙局", "--jobs", "2"], district).exit_code == 0
    spoil(district, "甲局")
    made = tree_bytes(district / "build" / "甲局")
    ran = call(["build", "content", "--jobs", "2"], district)
    assert "\n  没有写出的，原来的文件没有动。\n" in ran.out
    spoil(district, "丙局")
    ran = call(["build", "content", "--jobs", "2", "--force"], district)
    assert "\n  没有写出的里，1 份以前做过，原来的文件没有动。\n" not in ran.out
    assert tree_bytes(district / "build" / "甲局") == made
    shutil.rmtree(district / "build" / "丙局")
    ran = call(["build", "content", "--jobs", "2", "--force"], district)
    assert "\n  没有写出的里，1 份以前做过，原来的文件没有动。\n" in ran.out


def test_hidden_folders_and_links_go_by_their_names(tmp_path: Path) -> None:
    """A link to a hidden folder is a report's; a hidden link is none's, wherever it leads."""
    departments(tmp_path, ["甲局"])
    content, elsewhere = tmp_path / "content", tmp_path / "别处"
    elsewhere.mkdir()
    shutil.copytree(content / "甲局", elsewhere / ".藏")
    shutil.copytree(content / "甲局", elsewhere / "乙局")
    (elsewhere / "templates").symlink_to(tmp_path / "templates")
    (content / "丁局").symlink_to(elsewhere / ".藏")
    (content / ".丙局").symlink_to(elsewhere / "乙局")
    found = reports([content])
    assert found == [elsewhere / ".藏" / "2024", content / "甲局" / "2024"]


def test_drafts_that_are_not_filled_in_are_counted_and_counted_again(district: Path) -> None:
    """As a build of one says it; also of those that are skipped."""
    for name in ("甲局", "乙局"):
        path = district / "content" / name / "2024/narrative/概况.md"
        path.write_text(path.read_text(encoding="utf-8") + "\n还有〔待填：概况〕。\n", encoding="utf-8")
    told = "  草稿没有填完的有 2 份，里面还有待填、待更新的地方。"
    built = call(["build", "content", "--jobs", "2", "-o", "产出"], district).out.splitlines()
    assert built[1:3] == ["  文件在 产出，一份一个文件夹：单位/年度/draft。", told]
    same = call(["build", "content", "--jobs", "2", "-o", "产出"], district).out.splitlines()
    assert same[1] == told


def test_warnings_are_added_up_and_told_again(district: Path) -> None:
    """Those of what was written, which nobody would see else."""
    for name, text in (("甲局", "正\u200b文。"), ("乙局", "正\u200b文。\n\n又\u200b一段。")):
        path = district / "content" / name / "2024/narrative/概况.md"
        path.write_text(path.read_text(encoding="utf-8") + f"\n{text}\n", encoding="utf-8")
    for _ in range(2):
        lines = call(["build", "content", "--jobs", "2"], district).out.splitlines()
        assert [line for line in lines if "F007" in line] == [
            "  2 份：有看不见的字符 U+200B（F007，共 3 处）。"
        ]
    assert "没有变化，4 份" in lines[0]


def test_a_second_run_does_what_is_left(district: Path) -> None:
    spoil(district, "乙局")
    call(["build", "content", "--jobs", "2"], district)
    before = without_records(tree_bytes(district / "build"))
    again = call(["build", "content", "--jobs", "1"], district)
    assert "√ 0 份，× 1 份，没有变化 3 份" in again.out
    assert without_records(tree_bytes(district / "build")) == before
    forced = call(["build", "content", "--jobs", "2", "--force"], district)
    assert "√ 3 份，× 1 份，用时" in forced.out
    assert without_records(tree_bytes(district / "build")) == before


def test_what_was_not_checked_is_told(district: Path) -> None:
    """The findings are those of the reports that compile: as many as `check` has, without the errors of the others."""
    budget = district / "content" / "甲局" / "2024" / "data" / "budget.yaml"
    budget.write_text(budget.read_text(encoding="utf-8").replace("0.14%", "9.14%"), encoding="utf-8")
    assert "没有检查" not in call(["build", "content", "--jobs", "2"], district).out
    spoil(district, "乙局")
    spoil(district, "丙局")
    ran = call(["build", "content", "--jobs", "2"], district)
    assert "处（没有写出的 2 份没有检查）。看一份的明细" in ran.out


def test_nothing_changed_is_said_plainly(district: Path) -> None:
    call(["build", "content", "--jobs", "2"], district)
    again = call(["build", "content", "--jobs", "2"], district)
    assert again.out.startswith("√ 没有变化，4 份都不用重新生成，用时 ")


def test_paths_lead_there_from_where_the_command_runs(district: Path) -> None:
    spoil(district, "乙局")
    here = district / "content" / "甲局"
    ran = call(["build", "..", "--jobs", "2"], here)
    named = ran.out.splitlines()[0].removeprefix("× ").split("：")[0]
    assert named == "../乙局/2024"
    assert (here / named).is_dir()


def test_a_folder_that_cannot_be_looked_into_is_told(district: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (closed := district / "content" / "戊局").mkdir()
    scandir = os.scandir

    # The modes of a file hold nobody who runs tests as root.
    def refuse(folder: str | os.PathLike[str]) -> object:
        if Path(folder).name == closed.name:
            raise PermissionError(errno.EACCES, "Permission denied")
        return scandir(folder)

    monkeypatch.setattr(os, "scandir", refuse)
    commands = (["build", "--jobs", "1"], ["build"], ["check"], ["summary", "-o", "汇总.html"])
    for command in (*commands, *([command[0], "content", *command[1:]] for command in commands)):
        ran = call(command, district)
        assert ran.exit_code == 1
        assert "戊局" in ran.out + ran.err, "a department that nobody can read is not left out in silence"


def test_all_of_content_is_all_that_is_found_there(district: Path) -> None:
    """Whether or not one says `content`; a folder more on the way to a department is none too many."""
    (district / "content" / "街道").mkdir()
    (district / "content" / "甲局").rename(district / "content" / "街道" / "甲局")
    ran = call(["build", "content", "--jobs", "2"], district)
    assert ran.out.startswith("√ 4 份")
    assert call(["build", "--jobs", "2"], district).out.startswith("√ 没有变化，4 份")


def test_the_earlier_output_of_a_broken_report_stays(district: Path) -> None:
    call(["build", "content", "--jobs", "2"], district)
    before = without_records(tree_bytes(district / "build"))
    spoil(district, "甲局")
    assert call(["build", "content", "--jobs", "2"], district).exit_code == 1
    assert without_records(tree_bytes(district / "build")) == before


def test_strict(district: Path) -> None:
    """A finding that stops a strict build is told, and what was made without it does not count."""
    budget = district / "content" / "甲局" / "2024" / "data" / "budget.yaml"
    budget.write_text(budget.read_text(encoding="utf-8").replace("0.14%", "9.14%"), encoding="utf-8")
    assert call(["build", "content", "--jobs", "2"], district).exit_code == 0
    ran = call(["build", "content", "--jobs", "2", "--strict"], district)
    alone = call(["build", "content", "--strict"], district)
    assert ran.exit_code == alone.exit_code == 1
    assert ran.out.count("× content/") == alone.out.count("× content/") > 0


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--jobs", "0"], "--jobs 后面写同时做几份，1 到 60，不能是“0”。"),
        (["--jobs", "两个"], "--jobs 后面写同时做几份，1 到 60，不能是“两个”。"),
        (["--jobs", "2.5"], "--jobs 后面写同时做几份"),
        (
            ["--jobs"],
            "选项 --jobs 后面少了一个值，要写成 --jobs 份数。\n提示：运行 chengwen build --help 看用法。",
        ),
        (["--force"], "--force 要和 --jobs 或 --scheduler 一起用"),
        (["--shared", "x"], "--shared 要和 --scheduler 一起用。"),
        (["--jobs", "2", "--scheduler", "tcp://127.0.0.1:1"], "只能写一个"),
        (["content/没有局", "--jobs", "2"], "没有“content/没有局”这个文件夹。"),
    ],
)
def test_a_wrong_call(arguments: list[str], said: str, district: Path) -> None:
    ran = call(["build", *arguments], district)
    assert ran.exit_code == 2
    assert said in ran.err
    assert not (district / "build").exists()


def test_full_width_digits_will_do(district: Path) -> None:
    assert call(["build", "content/甲局", "--jobs", "２"], district).exit_code == 0


def test_two_reports_for_one_place(district: Path) -> None:
    departments(district / "另一处", ["甲局"])
    ran = call(["build", "content", "另一处/content", "--jobs", "2", "-o", "out"], district)
    assert (ran.exit_code, ran.err) == (1, "")
    assert "× content/甲局/2024：和“另一处/content/甲局/2024”会写到同一个文件夹。" in ran.out
    assert "× 另一处/content/甲局/2024：和“content/甲局/2024”会写到同一个文件夹。" in ran.out
    assert not (district / "out" / "甲局").exists()
    assert (district / "out" / "乙局").is_dir(), "one does not stop the others"


def test_reports_that_are_all_in_no_workspace(district: Path) -> None:
    """Whoever would make them: no cluster is asked to."""
    shutil.rmtree(district / "templates")
    here, there = (
        call(["build", "content/甲局", "content/乙局", *where], district)
        for where in (["--jobs", "2"], ["--scheduler", "tcp://127.0.0.1:1"])
    )
    for ran in (here, there):
        assert (ran.exit_code, ran.err) == (1, "")
        first, second, summary, *_ = ran.out.splitlines()
        for line, name in ((first, "甲局"), (second, "乙局")):
            assert line.startswith("× ")
            assert f"content/{name}/2024：" in line
            assert line.endswith("都没有 templates 文件夹。请在放着 content 和 templates 的文件夹里运行。")
        assert seconds_taken_out(summary) == "√ 0 份，× 2 份，用时 … 秒。"


def test_a_folder_that_cannot_be_written(district: Path) -> None:
    (district / "build").mkdir()
    (district / "build" / "甲局").write_text("", encoding="utf-8")
    ran = call(["build", "content", "--jobs", "2"], district)
    assert ran.exit_code == 1
    assert f"× content/甲局/2024：“{district / 'build' / '甲局'}”是一个文件" in ran.out
    assert "√ 3 份，× 1 份" in ran.out


def test_a_fault_of_the_program_is_one_line(district: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*arguments: object, **settings: object) -> None:
        raise KeyError("键\n第二行")

    monkeypatch.setattr("compiler.pipeline.build", fail)
    outcome = make(task(district, "content/甲局/2024"))
    assert outcome.status is Status.FAILED
    assert "程序自己出了错" in outcome.message
    assert "KeyError" in outcome.message
    assert "\n" not in outcome.message


def test_a_report_behind_a_link_is_made_once(tmp_path: Path) -> None:
    departments(tmp_path, ["甲局"])
    (tmp_path / "content" / "乙局").symlink_to("甲局")
    ran = call(["build", "--jobs", "2"], tmp_path)
    assert (ran.exit_code, ran.err) == (0, "")
    assert "√ 1 份，" in ran.out
    assert call(["build"], tmp_path).out.count("已生成") == 1


def test_years_below_a_department_with_a_report_of_its_own_are_made_too(tmp_path: Path) -> None:
    """A report.yaml that was put a folder too high is told of, and hides nothing."""
    departments(tmp_path, ["甲局"])
    department = tmp_path / "content" / "甲局"
    shutil.copy(department / "2024" / "report.yaml", department)
    ran = call(["build", "content", "--jobs", "2"], tmp_path)
    assert "× content/甲局：" in ran.out
    assert "√ 1 份，× 1 份" in ran.out
    assert (
        call(["build", "content/甲局", "--jobs", "2", "-o", "又"], tmp_path).out.count("× content/甲局：")
        == 1
    )
    assert (tmp_path / "又" / "甲局" / "2024" / "draft").is_dir()


@pytest.mark.parametrize("out", ["content", "content/甲局", "templates", "是文件"])
def test_where_nothing_is_written(out: str, district: Path) -> None:
    (district / "是文件").touch()
    before = tree_bytes(district)
    ran = call(["build", "content", "--jobs", "2", "-o", out], district)
    assert (ran.exit_code, ran.out) == (2, "")
    assert ran.err.startswith(("content 里放的是", "templates 里放的是", "“是文件”是一个文件"))
    assert tree_bytes(district) == before


def test_a_folder_that_may_not_be_read_is_told_in_chinese(
    district: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "access", lambda path, mode: False)
    ran = call(["build", "content/甲局", "--jobs", "2"], district)
    assert (ran.exit_code, ran.err.splitlines()[0]) == (2, "打不开“content/甲局”：没有权限。请检查权限。")


def test_from_inside_content_it_says_where_to_go(district: Path) -> None:
    ran = call(["build", "content", "--jobs", "2"], district / "content")
    assert ran.err.startswith("没有“content”这个文件夹。请先进入放着 content 和 templates 的文件夹")


def test_a_record_that_cannot_be_written_costs_time_alone(
    district: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The outputs are in their place by then."""

    def refuse(*arguments: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("compiler.batch.task.write_record", refuse)
    assert make(task(district, "content/甲局/2024")).status is Status.BUILT
    assert (district / "build/甲局/2024/draft/绩效报告.docx").exists()


def test_a_workspace_at_the_top_of_the_disk() -> None:
    """As a container has it."""
    assert Sources(Path("/"))._name("/content/甲局/2024/report.yaml") == "content/甲局/2024/report.yaml"


def make_on_a_full_disk(asked: Task) -> Outcome:
    """As `make`, where no file may have more than a few bytes."""
    import resource

    resource.setrlimit(resource.RLIMIT_FSIZE, (5_000, 5_000))
    return make(asked)


@pytest.mark.skipif(sys.platform == "win32", reason="limits")
def test_a_full_disk_is_one_line(district: Path, capfd: pytest.CaptureFixture[str]) -> None:
    outcomes = ran_in_pool(district, ["甲局", "乙局"], 1, make_on_a_full_disk)
    assert {outcome.message for outcome in outcomes.values()} == {
        "写文件时出错：文件太大。原来的文件没有改动。请检查磁盘空间后再试。"
    }
    assert capfd.readouterr() == ("", ""), "no traceback of a worker either"
    assert not [path for path in (district / "build").rglob("*") if path.is_file()]
