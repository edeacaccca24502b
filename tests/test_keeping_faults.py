"""Whatever goes wrong while narratives are saved: what was confirmed is there, and nobody's words are gone."""

from __future__ import annotations

import errno
import multiprocessing
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import filelock
import pytest

from compiler.editor.keeping import Conflict, NarrativeFiles, Saved, narrative_files
from compiler.editor.keeping.disk import TEMPORARY
from compiler.publishing import WorkspaceError
from tests.keeping_samples import Clock, files_in, report

_ROOT = Path(__file__).parents[1]
_posix = pytest.mark.skipif(sys.platform == "win32", reason="no fork, no SIGKILL")
NAME = "机构职责"
ONE = "甲：0\n\n不变。\n\n乙：0\n"


def text_of(folder: Path, name: str = NAME) -> str:
    return (folder / "narrative" / f"{name}.md").read_text(encoding="utf-8")


def counters(text: str) -> dict[str, int]:
    """What each writer has counted to; fails for a text that nobody wrote."""
    first, still, second = text.rstrip("\n").split("\n\n")
    assert still == "不变。"
    return {line[0]: int(line.removeprefix(f"{line[0]}：")) for line in (first, second)}


def leftovers(folder: Path) -> list[Path]:
    return [path for path in (folder / "narrative").rglob("*") if path.name.startswith(TEMPORARY)]


# Killed ------------------------------------------------------------------------------------------


def _count(folder: Path, who: str, number: int, confirmed: Connection, seconds: float) -> None:
    """One server: its paragraph counts up, one save each, as fast as it goes."""
    files = files_in(folder, time.time)
    text, base, _ = files.read(NAME)
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        number += 1
        lines = [f"{who}：{number}" if line.startswith(who) else line for line in text.split("\n")]
        result = files.save(NAME, "\n".join(lines), base, who)
        if isinstance(result, Conflict):
            os._exit(3)
        text, base, _ = result
        confirmed.send(number)
    os._exit(0)


def _last(confirmed: Connection, before: int) -> int:
    last = before
    try:
        while confirmed.poll():
            last = confirmed.recv()
    except EOFError:
        pass
    return last


@_posix
def test_two_servers_and_one_is_killed(tmp_path: Path) -> None:
    """Forty rounds: `kill -9` at a random moment. Both count in their own paragraph, so that a lost save shows."""
    chance = random.Random(6)
    fork = multiprocessing.get_context("fork")
    folder = report(tmp_path, {NAME: ONE})
    last = {"甲": 0, "乙": 0}
    killed = saves = 0
    for turn in range(1, 41):
        start = turn * 10_000  # no number twice, also where one was not confirmed
        pipes = {who: fork.Pipe(False) for who in last}
        writers = {
            who: fork.Process(target=_count, args=(folder, who, start, send, 0.3))
            for who, (_, send) in pipes.items()
        }
        for writer in writers.values():
            writer.start()
        time.sleep(chance.uniform(0.02, 0.25))
        victim = chance.choice("甲乙")
        os.kill(writers[victim].pid or 0, signal.SIGKILL)
        for writer in writers.values():
            writer.join(60)
        killed += writers[victim].exitcode == -signal.SIGKILL
        other = "乙" if victim == "甲" else "甲"
        assert writers[other].exitcode == 0, "the other one was harmed"
        there = counters(text_of(folder))
        for who, (receive, send) in pipes.items():
            send.close()
            last[who] = _last(receive, last[who])
            # A killed one may have saved what it had no time to confirm.
            unconfirmed = {max(last[who], start) + 1} if who == victim else set()
            assert there[who] in {last[who], *unconfirmed}
            saves += max(0, there[who] - start)
            last[who] = there[who]
        assert len(leftovers(folder)) <= killed
    print(f"killed {killed}, saved {saves}, left {len(leftovers(folder))}")
    assert killed >= 30, "the rounds did not try what they are for"
    assert saves > 200, "the rounds did not try what they are for"
    for path in leftovers(folder):
        os.utime(path, (0, 0))
    files = files_in(folder, time.time)
    assert isinstance(files.save(NAME, "完。\n", files.read(NAME).digest, "丙"), Saved)
    assert leftovers(folder) == []
    for moment in files.history(NAME):
        counters(files.at(NAME, moment.id)) if moment.author != "丙" else None


_KILLED = """
import os, signal, sys
from pathlib import Path
from compiler.editor.keeping import NarrativeFiles, disk, folder, history, journal, narrative_files, replacing
from tests.keeping_samples import Clock, files_in
files = files_in(Path({folder!r}), Clock())
hits = [hit.place for hit in files.find("金融").hits]
real = {where}
calls = []
def die(*arguments, **named):
    calls.append(1)
    if len(calls) == {call}:
        os.kill(os.getpid(), signal.SIGKILL)
    return real(*arguments, **named)
{where} = die
{act}
"""
_SAVE = 'files.save("机构职责", "新的金融。\\n", files.read("机构职责").digest, "李四")'
_REPLACE = 'files.replace(hits, "财政", "李四")'
BEFORE = {"机构职责": "金融一。\n", "预算执行": "金融二。\r\n", "projects/01-甲": "金融三。\n"}


def _killed(folder: Path, where: str, nth: int, act: str) -> None:
    ran = subprocess.run(
        [sys.executable, "-c", _KILLED.format(folder=str(folder), where=where, call=nth, act=act)],
        cwd=_ROOT,
        capture_output=True,
    )
    assert ran.returncode == -signal.SIGKILL, ran.stderr.decode()


@_posix
@pytest.mark.parametrize(
    ("where", "nth", "placed"),
    [
        ("os.fsync", 1, False),
        ("os.replace", 1, False),  # the text before into the history
        ("os.replace", 2, False),  # the new one
        ("os.replace", 3, False),  # into place
        ("narrative_files.put", 1, False),
        ("history.History.settle", 1, True),
    ],
)
def test_killed_at_a_certain_step_of_a_save(where: str, nth: int, placed: bool, tmp_path: Path) -> None:
    folder = report(tmp_path, BEFORE)
    _killed(folder, where, nth, _SAVE)
    assert text_of(folder) == ("新的金融。\n" if placed else "金融一。\n")
    files = files_in(folder, Clock(1_700_000_100))
    assert isinstance(files.save(NAME, "后来。\n", files.read(NAME).digest, "李四"), Saved)
    texts = [files.at(NAME, moment.id) for moment in files.history(NAME)]
    assert texts[0] == "后来。\n" and texts[-1] == "金融一。\n"


@_posix
@pytest.mark.parametrize(
    ("where", "nth"),
    [
        *(("os.replace", nth) for nth in range(1, 11)),
        *(("replacing.put", nth) for nth in range(1, 4)),
        ("journal.write", 1),
        ("journal.remove", 1),
    ],
)
def test_killed_while_replacing_everywhere(where: str, nth: int, tmp_path: Path) -> None:
    """All narratives are replaced or none, once somebody has saved anything again."""
    folder = report(tmp_path, {**BEFORE, "存在问题": "无。\n"})
    _killed(folder, where, nth, _REPLACE)
    files = files_in(folder, Clock(1_700_000_001))
    assert isinstance(files.save("存在问题", "有。\n", files.read("存在问题").digest, "李四"), Saved)
    now = {name: (folder / "narrative" / f"{name}.md").read_bytes().decode() for name in BEFORE}
    assert now == BEFORE
    assert not (folder / "narrative/.history/.replacing.json").exists()


# A disk that is full -----------------------------------------------------------------------------


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of 256 kB, which only root can make."""
    disk = tmp_path / "disk"
    disk.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=256k", "none", str(disk)]
    if sys.platform != "linux" or subprocess.run(mount, capture_output=True).returncode:
        pytest.skip("may not mount")
    yield disk
    subprocess.run(["umount", "-l", str(disk)], check=True)


def test_a_full_disk(small_disk: Path) -> None:
    folder = report(small_disk, {NAME: ONE})
    clock = Clock()
    files = files_in(folder, clock)
    base, last = files.read(NAME).digest, ONE
    with pytest.raises(WorkspaceError, match=f"没有存上“{NAME}”：磁盘满了"):
        for number in range(100):
            clock.now += 130
            text = f"{number}" * 5000
            base = files.save(NAME, text, base, "李四").digest
            last = text
    assert last != ONE
    assert text_of(folder) == last
    assert leftovers(folder) == []
    with pytest.raises(WorkspaceError, match="磁盘满了"):
        files.save(NAME, "x" * 9000, base, "李四")
    assert text_of(folder) == last
    newest = files.history(NAME)[-1]
    assert files.at(NAME, newest.id) == ONE
    for path in list((folder / "narrative/.history" / f"{NAME}.md").iterdir())[:4]:  # somebody makes room
        path.unlink()
    assert isinstance(files.save(NAME, "又有地方了。\n", base, "李四"), Saved)


@_posix
def test_a_file_may_not_grow(tmp_path: Path) -> None:
    """What the system refuses in the midst of a file, wherever a test runs."""
    folder = report(tmp_path, {NAME: ONE})
    script = f"""
import resource, signal
from pathlib import Path
from compiler.publishing import WorkspaceError
from tests.keeping_samples import Clock, files_in
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (4096, 4096))
files = files_in(Path({str(folder)!r}), Clock())
try:
    files.save({NAME!r}, "字" * 9000, files.read({NAME!r}).digest, "李四")
except WorkspaceError as error:
    print(error)
"""
    ran = subprocess.run([sys.executable, "-c", script], cwd=_ROOT, capture_output=True, text=True)
    assert (ran.stderr, "文件太大" in ran.stdout) == ("", True)
    assert text_of(folder) == ONE
    assert leftovers(folder) == []


_FAILS: list[Callable[..., Any]] = [os.replace, os.fsync, os.mkdir, os.listdir, os.stat]


@pytest.mark.parametrize("error", [errno.ENOSPC, errno.EACCES, errno.EIO])
@pytest.mark.parametrize("call_", _FAILS, ids=lambda call_: str(call_.__name__))
def test_whatever_the_disk_refuses(
    call_: Callable[..., Any], error: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each call in turn: the file holds the old text when the save failed, the new one when it did not."""
    monkeypatch.setattr(time, "sleep", lambda seconds: None)
    failed, times = 0, 5 if call_ is os.replace and error == errno.EACCES else 1
    for nth in range(1, 40):
        folder = report(tmp_path / str(nth), {NAME: ONE})
        files = files_in(folder, Clock())
        base = files.read(NAME).digest
        calls: list[object] = []

        def refuse(*arguments: Any, nth: int = nth, calls: list[object] = calls, **named: Any) -> Any:
            # A rename that is refused is refused again: it is tried five times.
            calls.append(arguments)
            if nth <= len(calls) < nth + times:
                raise OSError(error, "refused")
            return call_(*arguments, **named)

        with monkeypatch.context() as patched:
            patched.setattr(os, call_.__name__, refuse)
            try:
                result: object = files.save(NAME, "新的。\n", base, "李四")
            except WorkspaceError as told:
                result = told
        if isinstance(result, WorkspaceError):
            failed += 1
            assert "没有存上" in str(result) and text_of(folder) == ONE, (nth, result)
        else:
            assert text_of(folder) == "新的。\n"
        assert leftovers(folder) == []
        assert isinstance(files.save(NAME, "再来。\n", files.read(NAME).digest, "李四"), Saved)
        if len(calls) < nth:
            break
    else:
        pytest.fail("the calls did not end")
    assert failed or call_ is os.listdir, "nothing was refused"


# Where locks do nothing ------------------------------------------------------------------------


class NoLock:
    def __init__(self, path: Path) -> None: ...
    def acquire(self, timeout: float = 0, poll_interval: float = 0) -> None: ...
    def release(self) -> None: ...


def overtaken(
    folder: Path, monkeypatch: pytest.MonkeyPatch, mine: str, theirs: str, wrong_by: float = 0
) -> tuple[Saved | Conflict, NarrativeFiles]:
    """Another server saves between the last look at the file and the rename."""
    monkeypatch.setattr(filelock, "FileLock", NoLock)
    files, other = files_in(folder, Clock()), files_in(folder, Clock(1_700_000_000 + wrong_by))
    base = files.read(NAME).digest
    put, done = narrative_files.put, list[int]()

    def late(aside: Path, path: Path) -> None:
        if not done:
            done.append(1)
            other.save(NAME, theirs, base, "王五")
        put(aside, path)

    monkeypatch.setattr(narrative_files, "put", late)
    return files.save(NAME, mine, base, "李四"), files


@pytest.mark.parametrize("wrong_by", [-600, 0, 600])
def test_overtaken_in_another_paragraph(
    wrong_by: float, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = report(tmp_path, {NAME: ONE})
    mine, theirs = ONE.replace("甲：0", "甲：1"), ONE.replace("乙：0", "乙：1")
    saved, _ = overtaken(folder, monkeypatch, mine, theirs, wrong_by)
    assert isinstance(saved, Saved) and saved.merged
    assert text_of(folder) == saved.text == "甲：1\n\n不变。\n\n乙：1\n"


def test_overtaken_in_the_same_paragraph(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = report(tmp_path, {NAME: ONE})
    mine, theirs = ONE.replace("甲：0", "甲：1"), ONE.replace("甲：0", "甲：2")
    conflict, files = overtaken(folder, monkeypatch, mine, theirs)
    assert isinstance(conflict, Conflict)
    assert (conflict.mine, conflict.theirs, conflict.base) == (mine, theirs, ONE)
    assert text_of(folder) == mine
    assert theirs in [files.at(NAME, moment.id) for moment in files.history(NAME)]
    assert isinstance(files.save(NAME, theirs, conflict.digest, "李四"), Saved)


def test_a_lock_that_nobody_gives_back(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The lock of a computer that was switched off: the first save waits for it, the others hardly."""
    folder = report(tmp_path, {NAME: ONE})
    files = files_in(folder, Clock())
    base = files.save(NAME, "一。\n", files.read(NAME).digest, "李四").digest
    with filelock.FileLock(folder / "narrative/.history/.lock"):
        start = time.monotonic()
        base = files.save(NAME, "二。\n", base, "李四").digest
        first = time.monotonic() - start
        files.save(NAME, "三。\n", base, "李四")
    assert 2.5 < first < 5
    assert time.monotonic() - start - first < 1
    assert text_of(folder) == "三。\n"
