"""`chengwen build --jobs`: many reports at once come to what they come to one by one, whatever happens to some."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from multiprocessing.connection import Connection
from multiprocessing.context import SpawnProcess
from pathlib import Path
from types import SimpleNamespace

import pytest

from compiler import interrupts
from compiler.batch.pool import Pool
from compiler.batch.sources import Sources
from compiler.batch.task import Outcome, Status, Task, clear_after_worker, is_unchanged, lost, make
from compiler.caches import forget
from compiler.expressions import _compiled
from compiler.publishing import WorkspaceError
from tests import overlay
from tests.batch_samples import departments, make_or_die, slowly, spoil, stop_in_the_middle, task, with_chart
from tests.command_line import call, tree_bytes

_ROOT = Path(__file__).parents[1]
_NAMES = ["丙局", "乙局", "丁局", "甲局"]


@pytest.fixture
def district(tmp_path: Path) -> Path:
    departments(tmp_path, _NAMES)
    return tmp_path


def without_records(files: dict[str, bytes]) -> dict[str, bytes]:
    return {name: data for name, data in files.items() if not name.endswith(".built.json")}


def seconds_taken_out(text: str) -> str:
    return re.sub(r"用时 \d+\.\d 秒", "用时 … 秒", text)


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
        "  检查" if "检查查出" in ran.out else "  看一",
    ]
    assert lines[0].startswith("× content/丙局/2024：错误 ")
    assert "没有写出。先看 data/budget.yaml:1:1：" in lines[0]
    assert lines[1].startswith("× content/乙局/2024：")
    assert seconds_taken_out(lines[2]) == "√ 2 份，× 2 份，用时 … 秒。"
    assert {path.parent.parent.name for path in (district / "build").rglob("draft")} == {"甲局", "丁局"}


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
        (["--force"], "--force 要和 --jobs 一起用"),
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
    assert ran.exit_code == 2
    assert "会写到同一个文件夹" in ran.err
    assert not (district / "out").exists()


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
    assert "× content/甲局/2024：不能在“" in ran.out
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


# Workers that die ------------------------------------------------------------------------


def ran_in_pool(
    root: Path, names: list[str], jobs: int, work: Callable[[Task], Outcome]
) -> dict[str, Outcome]:
    pool = Pool(jobs, work, lost, clear_after_worker)
    tasks = [task(root, f"content/{name}/2024") for name in names]
    try:
        done = list(pool.run(enumerate(tasks)))
    finally:
        pool.close()
    assert sorted(each.number for each in done) == list(range(len(names)))
    return {names[each.number]: each.outcome for each in done}


@pytest.mark.parametrize("jobs", [1, 2])
def test_a_report_that_ends_its_worker_is_alone_in_failing(jobs: int, tmp_path: Path) -> None:
    names = ["害群局", "甲局", "倒霉局", "大户局", "乙局"]
    departments(tmp_path, names)
    outcomes = ran_in_pool(tmp_path, names, jobs, make_or_die)
    assert {name: outcome.status for name, outcome in outcomes.items()} == {
        "害群局": Status.FAILED,
        "大户局": Status.FAILED,
        "甲局": Status.BUILT,
        "乙局": Status.BUILT,
        "倒霉局": Status.BUILT,
    }
    assert "退出码 3" in outcomes["害群局"].message
    assert "内存不够" in outcomes["大户局"].message
    assert {path.parent.parent.name for path in (tmp_path / "build").rglob("draft")} == {
        "甲局",
        "乙局",
        "倒霉局",
    }


def _not_there(asked: Task) -> Outcome:
    raise AssertionError


def test_workers_that_cannot_begin(district: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As where something on the machine ends every process that is started: it is told once, not for each report."""
    monkeypatch.setattr("compiler.batch.pool._serve", _ends_at_once)
    ran = call(["build", "content", "--jobs", "2"], district)
    assert ran.exit_code == 1
    assert ran.err.startswith("这台电脑不让启动别的进程")
    assert ran.out == ""


def _ends_at_once(*arguments: object) -> None:
    os._exit(9)


def compile_a_pattern(asked: Task) -> Outcome:
    """A worker meets a pattern that no run had met; it is kept in the workspace."""
    from compiler.batch import pool
    from compiler.kept_patterns import KeptPatterns

    sys.dont_write_bytecode = False  # in this process, the worker's, only
    pool.KEPT = KeptPatterns(str(Path(asked.root, "patterns.kept")))
    pool.KEPT.compiled("一个新的", 0)
    return Outcome(asked.folder, Status.BUILT)


def test_a_worker_keeps_the_patterns_that_it_compiled(tmp_path: Path) -> None:
    ran_in_pool(tmp_path, ["甲局"], 1, compile_a_pattern)
    assert (tmp_path / "patterns.kept").exists()


def serve_with_gaps(connection: Connection, work: Callable[[Task], Outcome]) -> None:
    """The second process of a run ends before it can begin, as where memory runs short for a moment."""
    from compiler.batch.pool import _serve

    with open(os.environ["CHENGWEN_TEST_STARTS"], "ab", buffering=0) as file:
        file.write(b"x")
        if file.tell() == 2:
            os._exit(9)
    _serve(connection, work)


def test_a_worker_that_cannot_begin_stops_no_other(
    district: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = ran_in_pool(district, _NAMES, 1, make)
    monkeypatch.setenv("CHENGWEN_TEST_STARTS", str(tmp_path / "starts"))
    monkeypatch.setattr("compiler.batch.pool._serve", serve_with_gaps)
    pool = Pool(2, make, lost)
    first = ran_by(pool, [task(district, f"content/{_NAMES[0]}/2024")])
    assert first == [real[_NAMES[0]]], "the first process has begun"
    others = [task(district, f"content/{name}/2024") for name in _NAMES[1:]]
    try:
        assert ran_by(pool, others) == [real[name] for name in _NAMES[1:]]
    finally:
        pool.close()
    assert len((tmp_path / "starts").read_bytes()) >= 4


def serve_but_the_first(connection: Connection, work: Callable[[Task], Outcome]) -> None:
    """The first process of a run ends before it can begin, while others are about to."""
    from compiler.batch.pool import _serve

    with open(os.environ["CHENGWEN_TEST_STARTS"], "ab", buffering=0) as file:
        file.write(b"x")
        if file.tell() == 1:
            os._exit(9)
    _serve(connection, work)


def test_the_first_worker_that_cannot_begin_stops_no_other(
    district: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CHENGWEN_TEST_STARTS", str(tmp_path / "starts"))
    monkeypatch.setattr("compiler.batch.pool._serve", serve_but_the_first)
    outcomes = ran_in_pool(district, _NAMES, 2, make)
    assert {outcome.status for outcome in outcomes.values()} == {Status.BUILT}


def test_no_process_for_the_last_report(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The machine starts none where a report is tried once more: that one is lost, and the others are told of."""
    departments(tmp_path, ["害群局", "甲局"])
    start, started = SpawnProcess.start, []

    def refuse_the_third(self: SpawnProcess) -> None:
        started.append(self)
        if len(started) == 3:
            raise OSError(12, "Cannot allocate memory")
        start(self)

    monkeypatch.setattr(SpawnProcess, "start", refuse_the_third)
    outcomes = ran_in_pool(tmp_path, ["害群局", "甲局"], 1, make_or_die)
    assert outcomes["甲局"].status is Status.BUILT
    assert outcomes["害群局"].status is Status.FAILED
    assert "再启动一个也不成" in outcomes["害群局"].message


def ran_by(pool: Pool[Task, Outcome], tasks: list[Task]) -> list[Outcome]:
    return [each.outcome for each in sorted(pool.run(enumerate(tasks)))]


def test_as_many_workers_as_can_be_started(district: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    start, started = SpawnProcess.start, []

    def refuse_more(self: SpawnProcess) -> None:
        if started:
            raise OSError(12, "Cannot allocate memory")
        started.append(self)
        start(self)

    monkeypatch.setattr(SpawnProcess, "start", refuse_more)
    ran = call(["build", "content", "--jobs", "3"], district)
    assert (ran.exit_code, ran.err) == (0, "")
    assert "√ 4 份，" in ran.out


# Breaking off ----------------------------------------------------------------------------

_SLOW = """
import sys
from compiler.batch import pool
from tests.batch_samples import slowly

made = pool.Pool.__init__
pool.Pool.__init__ = lambda self, jobs, work, *others: made(self, jobs, slowly, *others)
if __name__ == "__main__":
    from compiler.cli import main
    main()
"""


def begun(root: Path, *more: str, ready: Callable[[], bool] | None = None) -> subprocess.Popen[str]:
    """A build of many reports that has written some of them."""
    script = root / "slow.py"
    script.write_text(_SLOW, encoding="utf-8")
    process = subprocess.Popen(
        [sys.executable, str(script), "build", "content", "--jobs", "2", *more],
        cwd=root,
        env={**os.environ, "PYTHONPATH": str(_ROOT)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        encoding="utf-8",
        start_new_session=True,
    )
    deadline = time.monotonic() + 60
    while not ready() if ready else len(list(root.glob("build/*/2024/.built.json"))) < 3:
        assert process.poll() is None
        assert time.monotonic() < deadline
        time.sleep(0.02)
    return process


@pytest.fixture
def long_district(tmp_path: Path) -> Path:
    departments(tmp_path, [f"第{number:02}局" for number in range(24)])
    return tmp_path


def all_whole(root: Path) -> int:
    """How many reports are written, each of them wholly."""
    drafts = sorted((root / "build").rglob("draft"))
    for draft in drafts:
        assert {path.suffix for path in draft.iterdir()} == {".docx", ".html", ".json"}
    return len(drafts)


@pytest.mark.skipif(sys.platform == "win32", reason="signals")
def test_an_interrupt_leaves_whole_reports_and_a_second_run_goes_on(long_district: Path) -> None:
    process = begun(long_district)
    os.killpg(process.pid, signal.SIGINT)  # as a terminal does: to all of us
    out, err = process.communicate(timeout=60)
    assert process.returncode == 1
    done = all_whole(long_district)
    assert 3 <= done < 24
    assert seconds_taken_out(out).startswith(f"√ {done} 份，用时 … 秒。\n")
    # What is being done may be done before one could say that it is waited for.
    assert err.removeprefix("正在停下：做着的几份做完就停。要马上停，再按一次 Ctrl+C。\n") == (
        f"已停下，还有 {24 - done} 份没有做。写好的都是完整的，其余的没有改动。再运行一次同样的命令，接着做其余的。\n"
    )
    assert not list(long_district.rglob(".staging-*"))
    again = call(["build", "content", "--jobs", "2"], long_district)
    assert f"√ {24 - done} 份，没有变化 {done} 份，用时" in again.out
    assert call(["build", "content", "-o", "一"], long_district).exit_code == 0
    assert without_records(tree_bytes(long_district / "build")) == tree_bytes(long_district / "一")


@pytest.mark.skipif(sys.platform == "win32", reason="signals")
def test_a_second_interrupt_stops_at_once(long_district: Path) -> None:
    process = begun(long_district)
    os.killpg(process.pid, signal.SIGINT)
    time.sleep(0.05)
    os.killpg(process.pid, signal.SIGINT)
    _, err = process.communicate(timeout=60)
    assert process.returncode == 1
    assert "Traceback" not in err
    assert "已停下，还有" in err
    assert not list(long_district.rglob(".staging-*"))
    assert 3 <= all_whole(long_district) < 24
    assert "√ " in call(["build", "content", "--jobs", "2"], long_district).out
    assert all_whole(long_district) == 24


def pressed_twice(root: Path, after: float, *more: str) -> tuple[int, str]:
    """Ctrl-C twice, a tenth of a second apart, so many seconds after a build began: its exit code and stderr."""
    process = subprocess.Popen(
        [sys.executable, "-m", "compiler", "build", *more],
        cwd=root,
        env={**os.environ, "PYTHONPATH": str(_ROOT)},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        encoding="utf-8",
        start_new_session=True,
    )
    for pause in (after, 0.1):
        time.sleep(pause)
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGINT)
    _, err = process.communicate(timeout=60)
    return process.returncode, err


@pytest.mark.skipif(sys.platform == "win32", reason="signals")
@pytest.mark.parametrize("more", [("content", "--jobs", "2", "--force"), ("content",)], ids=["jobs", "plain"])
def test_two_interrupts_are_never_a_traceback(more: tuple[str, ...], long_district: Path) -> None:
    """Whenever they come: while the program is read, while workers start, among reports, in the end."""
    for step in range(8):
        code, err = pressed_twice(long_district, 0.15 + step * 0.33, *more)
        assert code in (0, 1), err
        assert "Traceback" not in err and "Exception" not in err and "Error" not in err, err
        if code:
            assert "已停下" in err or "已中断" in err


def test_an_interrupt_where_nothing_can_be_raised_is_not_told() -> None:
    told: list[object] = []
    hook = interrupts.but_interrupts(told.append)
    hook(SimpleNamespace(exc_type=KeyboardInterrupt))
    assert told == []
    other = SimpleNamespace(exc_type=ValueError)
    hook(other)
    assert told == [other]


@pytest.mark.skipif(sys.platform == "win32", reason="signals")
def test_a_forced_build_that_was_broken_off_says_how_to_go_on(long_district: Path) -> None:
    assert call(["build", "content", "--jobs", "2"], long_district).exit_code == 0
    record = long_district / "build/第00局/2024/.built.json"
    record.unlink()
    process = begun(long_district, "--force", ready=record.exists)
    os.killpg(process.pid, signal.SIGINT)
    _, err = process.communicate(timeout=60)
    assert "因为有 --force，每一份又从头做；去掉 --force，就只做有变化的" in err
    assert "接着做其余的" not in err
    again = call(["build", "content", "--jobs", "2"], long_district)
    assert again.out.startswith("√ 没有变化，24 份都不用重新生成，用时 ")


@pytest.mark.skipif(sys.platform == "win32", reason="signals")
def test_a_worker_that_is_told_to_end_puts_all_outputs_in_place(district: Path) -> None:
    """Or none: it is told so between two of them."""
    departments(district / "磨蹭", ["磨蹭局"])
    asked = task(district / "磨蹭", "content/磨蹭局/2024")
    pool = Pool(1, stop_in_the_middle, lost, clear_after_worker)
    running = pool.run(iter([(0, asked)]), waiting=lambda: _break_off_when(district / "磨蹭/in-the-middle"))
    with pytest.raises(KeyboardInterrupt):
        next(running)
    pool.close()
    assert all_whole(district / "磨蹭") == 1
    assert not list((district / "磨蹭").rglob(".staging-*"))
    assert not list((district / "磨蹭").rglob(".built.json"))


def _break_off_when(mark: Path) -> None:
    if mark.exists():
        raise KeyboardInterrupt


@pytest.mark.skipif(sys.platform == "win32", reason="signals")
@pytest.mark.parametrize("before", [True, False])
def test_a_worker_killed_between_two_outputs_leaves_nothing_unfinished(before: bool, tmp_path: Path) -> None:
    departments(tmp_path, ["害群局", "甲局"])
    asked = task(tmp_path, "content/害群局/2024")
    if before:
        assert make(asked).status is Status.BUILT
    old = tree_bytes(tmp_path / "build") if before else {}
    narrative = tmp_path / "content/害群局/2024/narrative/概况.md"
    narrative.write_text(narrative.read_text(encoding="utf-8") + "\n又一段。\n", encoding="utf-8")
    outcomes = ran_in_pool(tmp_path, ["害群局", "甲局"], 1, stop_in_the_middle)
    assert outcomes["害群局"].status is Status.FAILED
    assert outcomes["甲局"].status is Status.BUILT
    made = {name: data for name, data in tree_bytes(tmp_path / "build").items() if "害群局" in name}
    if before:
        assert made == old
    assert not list(tmp_path.rglob(".staging-*"))
    assert is_unchanged(asked, Sources(tmp_path)) is None
    assert make(asked).status is Status.BUILT
    assert is_unchanged(asked, Sources(tmp_path)) is not None


@pytest.mark.skipif(sys.platform == "win32", reason="signals")
def test_workers_end_with_who_started_them(long_district: Path) -> None:
    """Killed outright: no worker goes on for ever, and a second run mends what there is."""
    process = begun(long_district)
    workers = subprocess.run(
        ["ps", "-o", "pid=", "--ppid", str(process.pid)], capture_output=True, text=True
    ).stdout.split()
    assert len(workers) >= 2
    process.kill()
    process.communicate()
    deadline = time.monotonic() + 30
    while any(Path("/proc", worker, "exe").exists() for worker in workers):
        assert time.monotonic() < deadline, "a worker outlives its parent"
        time.sleep(0.05)
    assert call(["build", "content", "--jobs", "2"], long_district).exit_code == 0
    assert all_whole(long_district) == 24


# Memory ----------------------------------------------------------------------------------


def resident(pool: Pool[Task, Outcome]) -> int:
    """Bytes that the one worker of a pool has in memory."""
    (worker,) = (*pool._idle, *pool._busy.values())
    return int(Path(f"/proc/{worker.process.pid}/statm").read_text().split()[1]) * 4096


def ever_other_reports(root: Path, whole: int) -> Iterator[tuple[int, Task]]:
    """Other words, other expressions and other charts in each, as other offices have."""
    narrative = root / "content/示例局/2024/narrative/概况.md"
    project = root / "content/示例局/2024/data/projects/01-设备更新.yaml"
    text, data = narrative.read_text(encoding="utf-8"), project.read_text(encoding="utf-8")
    for number in range(1, whole + 1):
        own = "".join(
            f"第{number}局第{line}件事用了{{{{ {number}.{line:02} * 1.0{line} }}}}元。" for line in range(20)
        )
        narrative.write_text(f"{text}\n\n{own}", encoding="utf-8")
        marks = f"{chr(0x4E00 + number * 3)}{chr(0x4E01 + number * 7)}"
        project.write_text(data.replace("设备更新", f"设备更新{marks}第{number}期"), encoding="utf-8")
        yield number, task(root)


@pytest.mark.skipif(not Path("/proc/self/statm").exists(), reason="Linux counts pages there")
@pytest.mark.parametrize("charts", [False, True], ids=["no charts", "charts"])
def test_memory_of_a_worker_is_flat(charts: bool, tmp_path: Path) -> None:
    overlay.copy_sample(tmp_path)
    if charts:
        pytest.importorskip("matplotlib", reason="pip install -e '.[charts]'")
        with_chart(tmp_path)
    pool = Pool(1, make, lost)
    sizes = []
    try:
        for done in pool.run(ever_other_reports(tmp_path, 300)):
            assert done.outcome.status is Status.BUILT, done.outcome
            sizes.append(resident(pool))
    finally:
        pool.close()
    assert max(sizes[-40:]) < 1.1 * max(sizes[60:100])


def test_what_reports_do_not_share_is_forgotten(tmp_path: Path) -> None:
    from compiler.diagnostics import Diagnostics
    from compiler.evaluation.measure import _parse
    from compiler.expressions import compile_expression
    from compiler.source import Source

    for number in range(600):
        text = f"{number} + 1"
        assert compile_expression(text, Source("甲.md", text).span(0), Diagnostics())
        _parse(f"≥{number}次")
    assert len(_compiled) >= 600
    assert _parse.cache_info().currsize >= 600
    forget()
    assert len(_compiled) == 0
    assert _parse.cache_info().currsize == 0


def test_nothing_can_be_started(district: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(self: object) -> None:
        raise OSError(12, "Cannot allocate memory")

    monkeypatch.setattr("multiprocessing.context.SpawnProcess.start", refuse)
    with pytest.raises(WorkspaceError, match="不让启动别的进程"):
        ran_in_pool(district, ["甲局"], 1, slowly)
