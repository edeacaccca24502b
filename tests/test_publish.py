"""Whatever goes wrong while writing, the last good outputs stay, and nothing else is left behind."""

from __future__ import annotations

import errno
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, BinaryIO

import pytest

from compiler import publishing
from compiler.batch.task import make
from compiler.writers import WRITERS
from compiler.writers.docx import members
from tests import overlay
from tests.batch_samples import task
from tests.command_line import Ran, call, tree_bytes

_ROOT = Path(__file__).parents[1]
_DOCX, _HTML = "示例局/2024/draft/绩效报告.docx", "示例局/2024/draft/绩效报告.html"
_TRACE = "示例局/2024/draft/trace.json"


@pytest.fixture
def workspace(tmp_path: Path) -> Path:
    """The sample, built, then changed so that a next build would write other bytes."""
    overlay.copy_sample(tmp_path)
    assert call(["build"], tmp_path).exit_code == 0
    _change(tmp_path)
    return tmp_path


def _change(root: Path) -> None:
    budget = root / overlay.REPORT / "data" / "budget.yaml"
    budget.write_text(budget.read_text(encoding="utf-8").replace("349.99", "349.5"), encoding="utf-8")


def _unchanged(root: Path, act: Callable[[], Ran]) -> Ran:
    """Do something that must leave every output as it is, and no other file or folder."""
    before, folders = tree_bytes(root), sorted(path for path in root.rglob("*") if path.is_dir())
    ran = act()
    assert tree_bytes(root) == before
    assert sorted(path for path in root.rglob("*") if path.is_dir()) == folders
    return ran


def _failing(suffix: str, method: str, error: BaseException, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a writer's method raise, after it has written something."""
    make = WRITERS[suffix]

    def broken(document: Any, style: Any, out: BinaryIO) -> Any:
        writer = make(document, style, out)

        def fail(*arguments: Any) -> None:
            out.write("半个文件".encode())
            raise error

        class Broken:
            begin, write, finish = writer.begin, writer.write, writer.finish

        setattr(Broken, method, staticmethod(fail))
        return Broken

    monkeypatch.setitem(WRITERS, suffix, broken)


@pytest.mark.parametrize("suffix", ["docx", "html"])
@pytest.mark.parametrize("method", ["begin", "write", "finish"])
def test_an_error_in_a_writer(
    suffix: str, method: str, workspace: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _failing(suffix, method, RuntimeError("writer"), monkeypatch)

    ran = _unchanged(workspace, lambda: call(["build"], workspace))
    assert (ran.exit_code, ran.out) == (1, "")
    assert "程序自己出了错" in ran.err and "RuntimeError writer" in ran.err
    assert ran.err.endswith("这一份没有写出，原来的文件没有改动。\n")


def test_an_interrupt_in_a_writer(workspace: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _failing("html", "write", KeyboardInterrupt(), monkeypatch)
    ran = _unchanged(workspace, lambda: call(["build"], workspace))
    assert (ran.exit_code, ran.out, ran.err.strip()) == (1, "", "已中断，原来的文件没有改动。")


class _FullDisk:
    """A file on a disk with room for so many bytes; what is buffered fails when it is flushed or closed."""

    def __init__(self, file: BinaryIO, room: int, buffered: bool) -> None:
        self.file, self.room, self.buffered = file, room, buffered

    def write(self, data: bytes) -> int:
        self.room -= len(data)
        if self.room < 0 and not self.buffered:
            raise OSError(errno.ENOSPC, "No space left on device")
        return len(data)

    def flush(self) -> None:
        if self.room < 0:
            raise OSError(errno.ENOSPC, "No space left on device")

    def close(self) -> None:
        self.file.close()
        self.flush()

    def __getattr__(self, name: str) -> Any:
        return getattr(self.file, name)


@pytest.mark.parametrize("room", [0, 1000])
@pytest.mark.parametrize("buffered", [False, True])
def test_a_full_disk(room: int, buffered: bool, workspace: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real = publishing.Staging.open

    def opened(self: publishing.Staging, name: str) -> BinaryIO:
        file: Any = _FullDisk(real(self, name), room, buffered)
        self._files[name] = file  # what is buffered is flushed there
        return file

    monkeypatch.setattr(publishing.Staging, "open", opened)
    ran = _unchanged(workspace, lambda: call(["build"], workspace))
    assert (ran.exit_code, ran.out) == (1, "")
    assert "写文件时出错：磁盘满了。原来的文件没有改动。" in ran.err


@pytest.mark.skipif(sys.platform == "win32", reason="no limit on the size of files")
def test_a_limit_of_the_system(workspace: Path) -> None:
    """A true refusal, of a process of its own: one line, no traceback."""
    before = tree_bytes(workspace)
    ran = subprocess.run(
        ["bash", "-c", f"ulimit -f 4; exec '{sys.executable}' -m compiler build"],
        cwd=workspace,
        env={**os.environ, "PYTHONPATH": str(_ROOT), "PYTHONDONTWRITEBYTECODE": "1"},
        capture_output=True,
        text=True,
        encoding="utf-8",
    )
    assert (ran.returncode, ran.stdout) == (1, "")
    assert ran.stderr.endswith("写文件时出错：文件太大。原来的文件没有改动。请检查磁盘空间后再试。\n")
    assert len(ran.stderr.splitlines()) == 1
    assert tree_bytes(workspace) == before


def test_a_document_that_no_word_file_can_hold(workspace: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    said = (
        "这份报告太大，一个 Word 文件放不下（最多 2 GB，放到正文时超出），没有写出，"
        "原来的文件没有改动。请分成几份报告，或者少放、缩小图片。"
    )
    monkeypatch.setattr(members, "_MOST", 10_000)
    ran = _unchanged(workspace, lambda: call(["build"], workspace))
    assert (ran.exit_code, ran.err) == (1, f"× content/示例局/2024：{said}\n")
    assert make(task(workspace, "content/示例局/2024")).message == said  # as a worker of a batch does


def test_a_disk_that_refuses_to_make_it_durable(workspace: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(handle: int) -> None:
        raise OSError(errno.EIO, "Input/output error")

    monkeypatch.setattr(os, "fsync", refuse)
    ran = _unchanged(workspace, lambda: call(["build"], workspace))
    assert "写文件时出错：磁盘读写出错。" in ran.err


def _no_links(*_names: Path, **_how: bool) -> None:
    raise OSError(errno.EPERM, "no links here")


def _refusing(
    suffix: str, error: BaseException, monkeypatch: pytest.MonkeyPatch, after: bool = False
) -> None:
    """Let putting the output of that suffix in place raise, before or just after it is done."""
    real = os.replace

    def replace(source: Path, target: Path) -> None:
        mine = str(target).endswith(suffix) and not str(source).endswith(".old")
        if mine and not after:
            raise error
        real(source, target)
        if mine:
            raise error

    monkeypatch.setattr(os, "replace", replace)
    monkeypatch.setattr(time, "sleep", lambda seconds: None)


@pytest.mark.parametrize("suffix", [".docx", ".html"])
def test_an_output_that_word_holds_open(
    suffix: str, workspace: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The other output, already in place, goes back to what it was."""
    _refusing(suffix, PermissionError(errno.EACCES, "denied"), monkeypatch)
    ran = _unchanged(workspace, lambda: call(["build"], workspace))
    assert ran.exit_code == 1
    assert (
        f"“绩效报告{suffix}”不让改写，没有写入，原来的文件没有改动。多半是正在 Word 或 WPS 里打开着"
        in ran.err
    )


@pytest.mark.parametrize("suffix", [".docx", ".html"])
def test_nothing_stays_of_a_first_build_that_fails(
    suffix: str, workspace: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for path in (workspace / "build").rglob("*.*"):
        path.unlink()
    _refusing(suffix, PermissionError(errno.EACCES, "denied"), monkeypatch)
    _unchanged(workspace, lambda: call(["build"], workspace))


@pytest.mark.parametrize("links", [True, False])
@pytest.mark.parametrize("after", [False, True])
@pytest.mark.parametrize("suffix", [".docx", ".html"])
def test_an_interrupt_while_outputs_are_put_in_place(
    suffix: str, after: bool, links: bool, workspace: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also on a disk where a file has one name only."""
    if not links:
        monkeypatch.setattr(os, "link", _no_links)
    _refusing(suffix, KeyboardInterrupt(), monkeypatch, after)
    ran = _unchanged(workspace, lambda: call(["build"], workspace))
    assert ran.exit_code == 1


def test_a_scanner_that_holds_a_file_for_a_moment(workspace: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real, refused = os.replace, [PermissionError(errno.EACCES, "denied")] * 3

    def replace(source: Path, target: Path) -> None:
        if refused:
            raise refused.pop()
        real(source, target)

    monkeypatch.setattr(os, "replace", replace)
    monkeypatch.setattr(time, "sleep", lambda seconds: None)
    before = tree_bytes(workspace / "build")
    assert call(["build"], workspace).exit_code == 0
    assert tree_bytes(workspace / "build") != before


@pytest.mark.skipif(
    not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may read and write everything"
)
def test_folders_that_may_not_be_read_or_written(workspace: Path) -> None:
    projects, drafts = (
        workspace / overlay.REPORT / "data" / "projects",
        workspace / "build" / "示例局" / "2024",
    )
    for folder, mode, said in ((projects, 0, "没有权限"), (drafts, 0o500, "不能在“")):
        folder.chmod(mode)
        try:
            ran = call(["build"], workspace)
        finally:
            folder.chmod(0o755)
        assert ran.exit_code == 1
        assert said in ran.err


def test_files_that_may_not_be_read(workspace: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real = os.open

    def refuse(path: str | Path, flags: int, *more: Any, **named: Any) -> int:
        if str(path).endswith(".yaml"):
            raise PermissionError(errno.EACCES, "Permission denied")
        return real(path, flags, *more, **named)

    def act() -> Ran:
        with monkeypatch.context() as patch:
            patch.setattr(os, "open", refuse)
            return call(["build"], workspace)

    ran = _unchanged(workspace, act)
    assert "report.yaml:1:1: 错误 F008 打不开这个文件：没有权限\n  提示：" in ran.err


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes")
def test_a_pipe_is_not_waited_for(workspace: Path) -> None:
    os.mkfifo(workspace / overlay.REPORT / "data" / "scorecard.yaml")
    ran = call(["build"], workspace)
    assert "scorecard.yaml:1:1: 错误 F008 打不开这个文件：不是普通的文件" in ran.err


_KILLED = """
import os, signal, sys
from compiler import publishing
from compiler.batch.task import make
from compiler.cli import main
from compiler.writers import html
def die(*arguments): os.kill(os.getpid(), signal.SIGKILL)
{where} = die
sys.argv = ["chengwen", "build"]
main()
"""


@pytest.mark.skipif(sys.platform == "win32", reason="no SIGKILL")
@pytest.mark.parametrize("where", ["html.HtmlWriter.finish", "os.fsync", "publishing.replace_file"])
def test_leftovers_of_a_killed_run_are_removed_later(where: str, workspace: Path) -> None:
    before = tree_bytes(workspace / "build")
    ran = subprocess.run(
        [sys.executable, "-c", _KILLED.format(where=where)],
        cwd=workspace,
        env={**os.environ, "PYTHONPATH": str(_ROOT)},
        capture_output=True,
    )
    assert ran.returncode == -signal.SIGKILL, ran.stderr.decode()
    (left,) = (workspace / "build").rglob(".staging-*")
    outputs = {
        name: data for name, data in tree_bytes(workspace / "build").items() if ".staging-" not in name
    }
    assert outputs == before
    assert call(["build"], workspace).exit_code == 0
    assert left.exists(), "it may be another run that is still at work"
    os.utime(left, (time.time() - 7200,) * 2)
    assert call(["build"], workspace).exit_code == 0
    assert not left.exists()
    after = tree_bytes(workspace / "build")
    assert after.keys() == before.keys() and after != before


def test_a_staging_folder_that_goes_while_it_is_looked_at(
    workspace: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another run puts its own in place between the listing and the look."""
    there: list[Path] = []

    class Entry:
        name = ".staging-1-1"

        def stat(self) -> Any:
            there.append(workspace)
            raise FileNotFoundError

    class Disk:
        def __getattr__(self, name: str) -> Any:
            return (lambda folder: [Entry()]) if name == "scandir" else getattr(os, name)

    monkeypatch.setattr("compiler.publishing.os", Disk())
    assert call(["build"], workspace).exit_code == 0
    assert there


def test_a_first_set_is_made_durable_with_its_place(workspace: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its names stand in its folder, that of the folder in the one above."""
    drafts = workspace / "build" / "示例局" / "2024" / "draft"
    synced: list[tuple[Path, bool]] = []
    real = publishing.sync_folder
    monkeypatch.setattr(
        publishing, "sync_folder", lambda folder: (synced.append((folder, drafts.exists())), real(folder))
    )
    assert call(["build"], workspace).exit_code == 0
    assert synced == [(drafts, True)], "replaced file by file"
    shutil.rmtree(workspace / "build")
    synced.clear()
    assert call(["build"], workspace).exit_code == 0
    assert synced == [(drafts, True), (drafts.parent, True)]


def test_a_file_that_goes_with_the_staging_folder(workspace: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As a scanner's own, that it made and took away."""
    real = os.listdir

    def listdir(path: Any = ".") -> list[str]:
        names = real(path)
        return ["gone.tmp", *names] if publishing._STAGING in str(path) else names

    monkeypatch.setattr(os, "listdir", listdir)
    assert call(["build"], workspace).exit_code == 0
    assert not list((workspace / "build").rglob(f"{publishing._STAGING}*"))


def test_two_runs_at_once(workspace: Path) -> None:
    command = [sys.executable, "-m", "compiler", "build"]
    environment = {**os.environ, "PYTHONPATH": str(_ROOT)}
    runs = [
        subprocess.Popen(
            command, cwd=workspace, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE
        )
        for _ in range(3)
    ]
    for run in runs:
        _, err = run.communicate()
        assert (run.returncode, err) == (0, b"")
    built = tree_bytes(workspace / "build")
    assert set(built) == {_DOCX, _HTML, _TRACE}
    assert call(["build"], workspace).exit_code == 0
    assert tree_bytes(workspace / "build") == built
