"""What stands in the way of outputs is named, before anything is compiled where it can be; what was there stays as it was."""

from __future__ import annotations

import errno
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from compiler import publishing
from compiler.faults import told
from compiler.publishing import clear_after, in_the_way
from tests import overlay
from tests.command_line import call, tree_bytes

_ROOT = Path(__file__).parents[1]
_BUILDS = [["build"], ["build", "--jobs", "1"]]


@pytest.fixture
def workspace(tmp_path: Path) -> Path:
    overlay.copy_sample(tmp_path)
    return tmp_path


@pytest.mark.parametrize("arguments", _BUILDS)
@pytest.mark.parametrize("file", ["build", "build/示例局", "build/示例局/2024", "build/示例局/2024/draft"])
def test_a_file_where_a_folder_should_be(file: str, arguments: list[str], workspace: Path) -> None:
    (workspace / file).parent.mkdir(parents=True, exist_ok=True)
    (workspace / file).write_text("别的", encoding="utf-8")
    ran = call(arguments, workspace)
    assert ran.exit_code == 1
    said = f"“{workspace / file}”是一个文件，这里要放文件夹。请把它移走或改名，或用 -o 换一个文件夹。"
    assert said in ran.out + ran.err
    assert (workspace / file).read_text(encoding="utf-8") == "别的"


@pytest.mark.parametrize("arguments", _BUILDS)
def test_a_link_to_a_folder_that_is_gone(arguments: list[str], workspace: Path) -> None:
    """As one to a share that is not mounted."""
    (workspace / "build").mkdir()
    _link(workspace / "build/示例局", workspace / "盘" / "稿")
    ran = call(arguments, workspace)
    assert ran.exit_code == 1
    said = f"“{workspace / 'build/示例局'}”是一个链接，它指的文件夹找不到，或者没有权限。看看网络盘、移动盘连上没有，或用 -o"
    assert said in ran.out + ran.err
    (workspace / "盘" / "稿").mkdir(parents=True)
    assert call(arguments, workspace).exit_code == 0
    assert (workspace / "盘/稿/2024/draft/绩效报告.docx").exists()


@pytest.mark.skipif(sys.platform == "win32", reason="permissions of POSIX")
def test_a_link_into_a_folder_that_one_may_not_enter() -> None:
    with TemporaryDirectory() as temporary:
        shared, link = Path(temporary, "共享"), Path(temporary, "build")
        (shared / "稿").mkdir(parents=True)
        link.symlink_to(shared / "稿")
        Path(temporary).chmod(0o755)
        shared.chmod(0)
        try:
            with _nobody():
                assert in_the_way(link / "示例局").startswith(f"“{link}”是一个链接，")
                assert in_the_way(shared / "稿" / "示例局") == "", "the system says why"
        finally:
            shared.chmod(0o755)
        assert in_the_way(link / "示例局") == ""


@contextmanager
def _nobody() -> Iterator[None]:
    """As a user whom permissions hold for, where the tests run as root."""
    if os.geteuid() != 0:
        yield
        return
    os.seteuid(65534)
    try:
        yield
    finally:
        os.seteuid(0)


@pytest.mark.parametrize("arguments", _BUILDS)
@pytest.mark.parametrize("built", [True, False])
@pytest.mark.parametrize("name", ["绩效报告.docx", "trace.json"])
def test_a_folder_where_a_file_should_be(
    name: str, built: bool, arguments: list[str], workspace: Path
) -> None:
    target = workspace / "build/示例局/2024/draft" / name
    if built:
        assert call(["build"], workspace).exit_code == 0
        target.unlink()
    (target / "别的").mkdir(parents=True)
    before = tree_bytes(workspace)
    ran = call(arguments, workspace)
    assert ran.exit_code == 1
    said = (
        f"“{target}”是一个文件夹，这里要放文件。没有写入，原来的文件没有改动。请把它移走或改名，再运行一次。"
    )
    assert said in ran.out + ran.err
    assert tree_bytes(workspace) == before
    assert (target / "别的").is_dir()


@pytest.mark.parametrize("first", [True, False])
def test_a_disk_that_refuses_once_they_are_in_place(
    first: bool, workspace: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if not first:
        assert call(["build"], workspace).exit_code == 0

    def refuse(folder: Path) -> None:
        raise OSError(errno.EIO, "Input/output error")

    monkeypatch.setattr(publishing, "sync_folder", refuse)
    ran = call(["build"], workspace)
    assert ran.exit_code == 1
    assert "里的文件换成了新的，但磁盘没有答应存住：磁盘读写出错。请检查磁盘，再运行一次。" in ran.err
    assert "没有改动" not in ran.err
    assert (workspace / "build/示例局/2024/draft/绩效报告.docx").exists()


_KILLED = """
import os, signal, sys
from pathlib import Path
from compiler import publishing

real, left = publishing.replace_file, int(sys.argv[2])

def replace(source, target):
    global left
    if not left:
        os.kill(os.getpid(), signal.SIGKILL)
    left -= 1
    real(source, target)

publishing.replace_file = replace
with publishing.staging(Path(sys.argv[1])) as place:
    for name in ("旧.docx", "新.html", "trace.json"):
        place.open(name).write("后来".encode())
    place.publish()
"""


@pytest.mark.skipif(sys.platform == "win32", reason="no SIGKILL")
@pytest.mark.parametrize("placed", [0, 1, 2])
def test_of_a_set_that_was_put_in_place_in_part_nothing_stays(placed: int, tmp_path: Path) -> None:
    target = tmp_path / "draft"
    target.mkdir()
    for name in ("旧.docx", "trace.json", "别的.txt"):
        (target / name).write_text("先前", encoding="utf-8")
    before = tree_bytes(tmp_path)
    process = subprocess.Popen(
        [sys.executable, "-c", _KILLED, str(target), str(placed)],
        env={**os.environ, "PYTHONPATH": str(_ROOT)},
    )
    assert process.wait() == -signal.SIGKILL
    assert tree_bytes(tmp_path) != before
    clear_after(process.pid, target)
    assert tree_bytes(tmp_path) == before


@pytest.mark.parametrize(
    ("name", "named"),
    [
        ("/盘/表.docx", "“/盘/表.docx”"),
        ("/盘/表\n\x1b[2J.docx", "“/盘/表??[2J.docx”"),
        (b"\xff", "文件"),
        (7, "文件"),
    ],
)
def test_the_file_that_the_system_refused_is_named(name: object, named: str) -> None:
    assert told(OSError(errno.EIO, "broken", name)) == f"读写{named}时出错：磁盘读写出错。"


def _link(link: Path, to: Path) -> None:
    try:
        link.symlink_to(to, target_is_directory=True)
    except OSError:
        pytest.skip("no links may be made here")
