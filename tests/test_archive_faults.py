"""Whatever goes wrong while a version is made: earlier versions verify, no half version is listed, nothing is left behind."""

from __future__ import annotations

import errno
import json
import multiprocessing
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from compiler.archive import store
from tests.archive_samples import ARCHIVE, NARRATIVE, freeze, writable_again
from tests.command_line import Ran, call, tree_bytes
from tests.test_checks import REPORT, copy_clean

_ROOT = Path(__file__).parents[1]
_posix = pytest.mark.skipif(sys.platform == "win32", reason="no fork, no SIGKILL")


@pytest.fixture
def workspace(tmp_path: Path) -> Iterator[Path]:
    """The clean department with one version."""
    root = tmp_path / "workspace"
    copy_clean(root)
    assert freeze(root, "初稿").exit_code == 0
    yield root
    writable_again(root)


def numbers(root: Path) -> list[int]:
    """The versions that are listed."""
    ran = call(["versions", str(REPORT), "--format", "json"], root)
    assert ran.exit_code == 0, ran
    return [each["version"] for each in json.loads(ran.out)]


def assert_sound(root: Path) -> None:
    """Every version there is verifies, and they are numbered without a gap."""
    ran = call(["verify", str(REPORT)], root)
    assert (ran.exit_code, ran.err) == (0, ""), ran
    there = numbers(root)
    assert there == list(range(1, len(there) + 1))


def leftovers(root: Path) -> list[Path]:
    return [path for path in (root / ARCHIVE.parent).iterdir() if path.name.startswith(store.STAGING)]


def failing_leaves_all_as_it_was(root: Path, act: Callable[[], Ran]) -> Ran:
    before = tree_bytes(root)
    ran = act()
    assert ran.exit_code == 1, ran
    assert tree_bytes(root) == before
    assert leftovers(root) == []
    assert_sound(root)
    return ran


# Two at once, one killed ------------------------------------------------------------------


def _archive(root: Path, message: str) -> None:
    os._exit(freeze(root, message).exit_code)


@_posix
def test_two_archivers_and_one_is_killed(tmp_path: Path) -> None:
    """A hundred rounds: `kill -9` at a random moment, from the first file to after the last rename."""
    chance = random.Random(4)
    fork = multiprocessing.get_context("fork")
    killed = completed = left = 0
    for block in range(10):
        root = tmp_path / str(block)
        copy_clean(root)
        assert freeze(root, "初稿").exit_code == 0
        lasts, versions = 0.3, 1
        for turn in range(10):
            archivers = [fork.Process(target=_archive, args=(root, f"{turn}-{name}")) for name in "甲乙"]
            start = time.monotonic()
            for archiver in archivers:
                archiver.start()
            time.sleep(chance.uniform(0, lasts))
            victim, other = chance.sample(archivers, 2)
            if victim.is_alive():
                os.kill(victim.pid or 0, signal.SIGKILL)
            for archiver in archivers:
                archiver.join(60)
            lasts = (
                time.monotonic() - start
            )  # the machine may be busy: the next moment is drawn from how long this round took
            assert other.exitcode == 0, "the other one was harmed"
            killed += victim.exitcode == -signal.SIGKILL
            completed += victim.exitcode == 0
            assert_sound(root)
            now = len(numbers(root))
            # A killed process may have put its version in place already.
            assert versions + 1 <= now <= versions + 2
            assert victim.exitcode != 0 or now == versions + 2
            versions = now
            left += len(leftovers(root))
            assert len(leftovers(root)) <= 1, "the next one removes what a killed one left"
        assert freeze(root, "最后").exit_code == 0
        assert leftovers(root) == []
        assert_sound(root)
        writable_again(root)
        shutil.rmtree(root)
    print(f"killed {killed}, done before {completed}, staging folders left {left}")
    assert killed >= 20, "the rounds did not try what they are for"


_KILLED = """
import os, signal, sys
from compiler.archive import linking, store
from compiler.cli import main
real = {where}
calls = []
def die(*arguments, **named):
    calls.append(1)
    if len(calls) == {call}:
        os.kill(os.getpid(), signal.SIGKILL)
    return real(*arguments, **named)
{where} = die
sys.argv = ["chengwen", "archive", "{report}", "-m", "二稿"]
main()
"""


@_posix
@pytest.mark.parametrize(
    ("where", "call", "placed"),
    [
        ("store.write", 1, False),
        ("store.write", 40, False),
        ("store.make_durable", 1, False),
        ("store.put_in_place", 1, False),
        ("os.rename", 4, False),  # into place: three documents and the number come before
        ("linking.sync_folder", 1, True),
        ("store.replace", 1, True),
        ("store.replace", 3, True),
    ],
)
def test_killed_at_a_certain_step(where: str, call: int, placed: bool, workspace: Path) -> None:
    """Where the random moments may miss: what a killed process leaves is gone after the next, its version is there or not."""
    script = _KILLED.format(where=where, call=call, report=REPORT.as_posix())
    ran = subprocess.run(
        [sys.executable, "-c", script],
        cwd=workspace,
        env={**os.environ, "PYTHONPATH": str(_ROOT)},
        capture_output=True,
    )
    assert ran.returncode == -signal.SIGKILL, ran.stderr.decode()
    assert len(leftovers(workspace)) == 1
    assert_sound(workspace)
    assert numbers(workspace) == ([1, 2] if placed else [1])
    assert freeze(workspace, "三稿").exit_code == 0
    assert leftovers(workspace) == []
    assert_sound(workspace)
    assert numbers(workspace) == ([1, 2, 3] if placed else [1, 2])


@_posix
def test_a_second_archiver_waits(workspace: Path) -> None:
    fork = multiprocessing.get_context("fork")
    receive, send = fork.Pipe(False)

    def hold() -> None:
        with store.locked(workspace / ARCHIVE.parent, lambda: None):
            send.send("held")
            time.sleep(0.8)

    holder = fork.Process(target=hold)
    holder.start()
    assert receive.recv() == "held"
    ran = freeze(workspace, "二稿")
    holder.join()
    assert (ran.exit_code, "另一个程序正在归档这份报告，等它做完……" in ran.err) == (0, True)


def test_a_second_archiver_does_not_wait_for_ever(workspace: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(store, "_PATIENCE", 0.1)
    with store.locked(workspace / ARCHIVE.parent, lambda: None):
        ran = failing_leaves_all_as_it_was(workspace, lambda: freeze(workspace, "二稿"))
    assert "另一个程序一直在归档这份报告" in ran.err


def test_where_locks_do_nothing(workspace: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """On some network drives two may hold the lock: neither removes the other's work, the second finds its number taken."""

    class NoLock:
        def __init__(self, path: Path) -> None:
            self.path = path

        def acquire(self, timeout: float = 0) -> None:
            """Anybody may have it."""

        def release(self) -> None:
            """Nobody had it."""

    monkeypatch.setattr("filelock.FileLock", NoLock)
    real, tries = store.put_in_place, []

    def put_in_place(folder: Path, target: Path) -> bool:
        tries.append(target.name)
        if len(tries) == 1:  # the other one is faster
            path = workspace / NARRATIVE
            path.write_text(path.read_text(encoding="utf-8").rstrip() + "另一位写的。\n", encoding="utf-8")
            assert freeze(workspace, "另一位").exit_code == 0
        return real(folder, target)

    monkeypatch.setattr(store, "put_in_place", put_in_place)
    assert freeze(workspace, "慢的").exit_code == 0
    assert tries == ["v2", "v2", "v3"]
    told = json.loads(call(["versions", "--format", "json"], workspace).out)
    assert [each["made"]["message"] for each in told] == ["初稿", "另一位", "慢的"]
    assert_sound(workspace)


# The disk ---------------------------------------------------------------------------------


class _Refusing:
    """Lets the n-th call of the system that changes something fail."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, error: int) -> None:
        self.left = -1
        self.calls = 0
        self.error = error
        self.refused = ""
        for name in ("fsync", "rename", "replace", "mkdir"):
            monkeypatch.setattr(os, name, self._refusing(getattr(os, name)))
        monkeypatch.setattr(store, "open", self._refusing(open), raising=False)

    def _refusing(self, real: Callable[..., Any]) -> Callable[..., Any]:
        def act(*arguments: Any, **named: Any) -> Any:
            self.calls += 1
            self.left -= 1
            if self.left == 0:
                self.refused = real.__name__
                raise OSError(self.error, os.strerror(self.error))
            return real(*arguments, **named)

        return act


def test_a_disk_that_fills_up_anywhere(workspace: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each kind of call refused once, early and late: nothing new, or the new version whole."""
    with monkeypatch.context() as patch:
        counting = _Refusing(patch, errno.ENOSPC)
        assert freeze(workspace, "二稿").exit_code == 0
    assert counting.calls > 150
    late = range(counting.calls - 12, counting.calls + 1)
    frozen = 2
    for point in sorted({1, 2, 3, *range(5, counting.calls, 9), *late}):
        with monkeypatch.context() as patch:
            refusing = _Refusing(patch, errno.ENOSPC)
            refusing.left = point
            ran = freeze(workspace, "三稿")
        assert leftovers(workspace) == []
        assert_sound(workspace)
        there = len(numbers(workspace))
        if ran.exit_code == 0:  # what points to the newest was refused, or nothing was
            frozen += 1
            if refusing.refused not in ("", "mkdir"):  # a folder that is there already is not asked for again
                assert "最后一步（总清单）没有做完：磁盘满了" in ran.err, (point, ran)
        else:
            assert "磁盘满了" in ran.err and "Traceback" not in ran.err, (point, ran)
        assert there == frozen, (point, ran)


def _in_a_namespace(script: str, folder: Path) -> subprocess.CompletedProcess[str]:
    """A shell script that may mount; skips where the system does not let us."""
    tried = subprocess.run(
        ["unshare", "-rm", "true"] if shutil.which("unshare") else ["false"], capture_output=True
    )
    if tried.returncode:
        pytest.skip("这台机器不让建挂载的命名空间")
    return subprocess.run(
        ["unshare", "-rm", "bash", "-euc", script],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(_ROOT), "PY": sys.executable},
        capture_output=True,
        text=True,
        encoding="utf-8",
    )


@_posix
@pytest.mark.parametrize("free", ["100k", "420k", "900k"])
def test_a_disk_that_is_full_in_earnest(free: str, workspace: Path) -> None:
    """A small disk of memory: the first version fits where there is room, then no more do."""
    script = f"""
    mkdir disk; mount -t tmpfs -o size={free} none disk
    for turn in 1 2 3; do "$PY" -m compiler archive {REPORT} -m 稿 -o disk || echo "exit $?"; done
    ls -A disk/*/*; "$PY" -m compiler verify disk || true
    """
    ran = _in_a_namespace(script, workspace)
    assert ran.returncode == 0, ran.stderr
    assert "磁盘满了" in ran.stderr and "Traceback" not in ran.stderr
    assert "exit 1" in ran.stdout and ".staging" not in ran.stdout and "×" not in ran.stdout
    if free == "900k":
        assert "已冻结为第1版" in ran.stdout and "版都与归档时一样" in ran.stdout


@_posix
def test_a_folder_that_is_read_only(workspace: Path) -> None:
    script = f"""
    mount --bind build build; mount -o remount,bind,ro build
    "$PY" -m compiler archive {REPORT} -m 稿 || echo "exit $?"
    "$PY" -m compiler verify; "$PY" -m compiler versions; "$PY" -m compiler restore {REPORT}@1 取出
    """
    before = tree_bytes(workspace / "build")
    ran = _in_a_namespace(script, workspace)
    assert ran.returncode == 0, ran.stderr
    assert "磁盘是只读的。没有冻结新的一版" in ran.stderr and "Traceback" not in ran.stderr
    assert "exit 1" in ran.stdout and "1 版都与归档时一样" in ran.stdout and "已写到“取出”" in ran.stdout
    assert tree_bytes(workspace / "build") == before


def test_a_file_that_another_program_holds(workspace: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """On Windows a folder with an open file in it cannot be renamed."""
    real = os.rename

    def held(source: Any, target: Any) -> None:
        if Path(target).parent.name == "archive":
            raise PermissionError(errno.EACCES, "denied")
        real(source, target)

    monkeypatch.setattr(os, "rename", held)
    monkeypatch.setattr(time, "sleep", lambda seconds: None)
    ran = failing_leaves_all_as_it_was(workspace, lambda: freeze(workspace, "二稿"))
    assert "有别的程序占着里面的文件" in ran.err and "关闭 Word、WPS" in ran.err


def test_a_scanner_that_holds_a_file_for_a_moment(workspace: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real, refused = os.rename, [PermissionError(errno.EACCES, "denied")] * 3

    def rename(source: Any, target: Any) -> None:
        if Path(target).parent.name == "archive" and refused:
            raise refused.pop()
        real(source, target)

    monkeypatch.setattr(os, "rename", rename)
    monkeypatch.setattr(time, "sleep", lambda seconds: None)
    assert freeze(workspace, "二稿").exit_code == 0
    assert_sound(workspace)


def test_latest_is_open_elsewhere(workspace: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The version is frozen; what points to it comes with the next."""
    real = os.replace

    def held(source: Any, target: Any) -> None:
        if Path(target).name == "latest.json":
            raise PermissionError(errno.EACCES, "denied")
        real(source, target)

    with monkeypatch.context() as patch:
        patch.setattr(os, "replace", held)
        patch.setattr(time, "sleep", lambda seconds: None)
        ran = freeze(workspace, "二稿")
    assert (ran.exit_code, "已冻结为第2版" in ran.out, "下一次归档会补上" in ran.err) == (0, True, True)
    assert leftovers(workspace) == []
    assert "latest.json 停在以前的一版" in call(["verify"], workspace).out
    assert freeze(workspace, "三稿").exit_code == 0
    assert "停在" not in call(["verify"], workspace).out


def test_an_interrupt(workspace: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupt(folder: Path) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(store, "make_durable", interrupt)
        ran = failing_leaves_all_as_it_was(workspace, lambda: freeze(workspace, "二稿"))
    assert "已中断，原来的文件没有改动。" in ran.err
    monkeypatch.setattr(store, "replace", lambda path, data, place: interrupt(path))
    ran = freeze(workspace, "二稿")
    assert (ran.exit_code, "最后一步（总清单）没有做完：中断了" in ran.err) == (0, True), (
        "the version was in place"
    )
    assert_sound(workspace)


# Power ------------------------------------------------------------------------------------


class _Calls:
    """What was asked of the disk, in order: (call, path)."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.made: list[tuple[str, str]] = []
        fsync, rename, replace = os.fsync, os.rename, os.replace

        def record_fsync(handle: int) -> None:
            self.made.append(("fsync", os.readlink(f"/proc/self/fd/{handle}")))
            fsync(handle)

        def recording(name: str, real: Callable[..., None]) -> Callable[..., None]:
            def act(source: Any, target: Any) -> None:
                self.made.append((name, f"{source}\0{target}"))
                real(source, target)

            return act

        monkeypatch.setattr(os, "fsync", record_fsync)
        monkeypatch.setattr(os, "rename", recording("rename", rename))
        monkeypatch.setattr(os, "replace", recording("replace", replace))


def faults_of_order(made: list[tuple[str, str]], archive: Path, first: bool) -> list[str]:
    """Why a power cut could leave half a version: what was not on the disk when its name was put in place."""
    faults = []
    placed = archive if first else archive / f"v{max(int(path.name[1:]) for path in archive.glob('v*'))}"
    at = next(
        (
            index
            for index, (call, paths) in enumerate(made)
            if call == "rename" and paths.endswith(f"\0{placed}")
        ),
        None,
    )
    if at is None:
        return ["the version was not put in place by a rename"]
    staged = made[at][1].split("\0")[0]
    durable = {path: index for index, (call, path) in enumerate(made[:at]) if call == "fsync"}
    for path in (placed, *placed.rglob("*")):
        then = staged + str(path).removeprefix(str(placed))
        if then not in durable:
            faults.append(f"{path.name} was not durable")
        elif path.is_dir() and any(
            durable.get(f"{then}/{inner.name}", at) > durable[then] for inner in path.iterdir()
        ):
            faults.append(f"{path.name}/ was durable before what is in it")
    if made[at + 1 :][:1] != [("fsync", str(placed.parent))]:
        faults.append("the rename was not made durable")
    for name in ("latest.json",) if first else ("latest.json", "inventory.json", "inventory.json.sha256"):
        where = archive.parent if name == "latest.json" else archive
        index = next(
            (
                i
                for i, (call, paths) in enumerate(made)
                if call == "replace" and paths.endswith(f"\0{where / name}")
            ),
            None,
        )
        if index is None or index < at:
            faults.append(f"{name} was written before the version was in place")
        elif ("fsync", made[index][1].split("\0")[0]) not in made[at:index]:
            faults.append(f"{name} was not durable before it was put in place")
        elif made[index + 1 :][:1] != [("fsync", str(where))]:
            faults.append(f"the name {name} was not made durable")
    return faults


@pytest.mark.skipif(not Path("/proc/self/fd").exists(), reason="no /proc to name what is synced")
@pytest.mark.parametrize("first", [True, False])
def test_what_a_power_cut_could_undo(first: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """fsync of every file, then its folder, then the rename, then the folder it is renamed into; the pointers after that."""
    copy_clean(tmp_path)
    if not first:
        assert freeze(tmp_path, "初稿").exit_code == 0
    with monkeypatch.context() as patch:
        calls = _Calls(patch)
        assert freeze(tmp_path, "一稿").exit_code == 0
    archive = tmp_path / ARCHIVE
    assert faults_of_order(calls.made, archive, first) == []
    # The same with any one step left out is found.
    placed = archive if first else archive / "v2"
    staged = next(
        paths.split("\0")[0]
        for call, paths in calls.made
        if call == "rename" and paths.endswith(f"\0{placed}")
    )
    steps = [
        index for index, (call, path) in enumerate(calls.made) if call == "fsync" and path.startswith(staged)
    ]
    assert len(steps) > 60
    for index in [*steps[::5], steps[-1] + 2]:
        fewer = calls.made[:index] + calls.made[index + 1 :]
        assert faults_of_order(fewer, archive, first), calls.made[index]
    writable_again(tmp_path)
