"""`chengwen build --jobs` broken off: what is written is whole, and a second run goes on."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import pytest

from compiler import interrupts
from compiler.batch.pool import Pool
from compiler.batch.task import clear_after_worker, lost
from tests.batch_samples import (
    begun,
    departments,
    seconds_taken_out,
    stop_in_the_middle,
    task,
    without_records,
    workers_of,
)
from tests.command_line import call, tree_bytes

_ROOT = Path(__file__).parents[1]
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


def building(root: Path, *more: str, ready: Callable[[], bool] | None = None) -> subprocess.Popen[str]:
    """A build of many reports that has written some of them."""

    def some_written() -> bool:
        return len(list(root.glob("build/*/2024/.built.json"))) >= 3

    return begun(_SLOW, root, "build", "content", "--jobs", "2", *more, ready=ready or some_written)


def all_whole(root: Path) -> int:
    """How many reports are written, each of them wholly."""
    drafts = sorted((root / "build").rglob("draft"))
    for draft in drafts:
        assert {path.suffix for path in draft.iterdir()} == {".docx", ".html", ".json"}
    return len(drafts)


@pytest.fixture
def long_district(tmp_path: Path) -> Path:
    departments(tmp_path, [f"第{number:02}局" for number in range(24)])
    return tmp_path


@pytest.mark.skipif(sys.platform == "win32", reason="signals")
def test_an_interrupt_leaves_whole_reports_and_a_second_run_goes_on(long_district: Path) -> None:
    process = building(long_district)
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
    process = building(long_district)
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
    process = building(long_district, "--force", ready=record.exists)
    os.killpg(process.pid, signal.SIGINT)
    _, err = process.communicate(timeout=60)
    assert "因为有 --force，每一份又从头做；去掉 --force，就只做有变化的" in err
    assert "接着做其余的" not in err
    again = call(["build", "content", "--jobs", "2"], long_district)
    assert again.out.startswith("√ 没有变化，24 份都不用重新生成，用时 ")


@pytest.mark.skipif(sys.platform == "win32", reason="signals")
def test_a_worker_that_is_told_to_end_puts_all_outputs_in_place(tmp_path: Path) -> None:
    """Or none: it is told so between two of them."""
    departments(tmp_path, ["磨蹭局"])
    asked = task(tmp_path, "content/磨蹭局/2024")
    pool = Pool(1, stop_in_the_middle, lost, clear_after_worker)
    running = pool.run(iter([(0, asked)]), waiting=lambda: _break_off_when(tmp_path / "in-the-middle"))
    with pytest.raises(KeyboardInterrupt):
        next(running)
    pool.close()
    assert all_whole(tmp_path) == 1
    assert not list(tmp_path.rglob(".staging-*"))
    assert not list(tmp_path.rglob(".built.json"))


def _break_off_when(mark: Path) -> None:
    if mark.exists():
        raise KeyboardInterrupt


@pytest.mark.skipif(sys.platform == "win32", reason="signals")
def test_workers_end_with_who_started_them(long_district: Path) -> None:
    """Killed outright: no worker goes on for ever, and a second run mends what there is."""
    process = building(long_district)
    workers = workers_of(process)
    assert len(workers) >= 2
    process.kill()
    process.communicate()
    deadline = time.monotonic() + 30
    while any(Path("/proc", worker, "exe").exists() for worker in workers):
        assert time.monotonic() < deadline, "a worker outlives its parent"
        time.sleep(0.05)
    assert call(["build", "content", "--jobs", "2"], long_district).exit_code == 0
    assert all_whole(long_district) == 24
