"""`chengwen build --scheduler` on a real Dask cluster: a scheduler and two workers, processes of this machine."""

from __future__ import annotations

import os
import shutil
import socket
import struct
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path, PurePosixPath, PureWindowsPath

import pytest

from compiler.batch import cluster
from compiler.batch.program import Program, differences, this_program
from compiler.batch.task import Outcome, Status
from compiler.batch.there import make_there
from tests.batch_samples import departments, seconds_taken_out, spoil, task, with_chart, without_records
from tests.cluster_samples import NAMES, ROOT, built, free_port, running
from tests.command_line import Ran, call, tree_bytes

pytest.importorskip("distributed", reason="pip install -e '.[cluster]'")
pytestmark = [
    pytest.mark.cluster,
    pytest.mark.skipif(sys.platform == "win32", reason="signals"),
]


@pytest.fixture(scope="module")
def scheduler(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with running(tmp_path_factory.mktemp("cluster"), ROOT, ROOT) as address:
        yield address


@pytest.fixture
def district(tmp_path: Path) -> Path:
    departments(tmp_path, NAMES)
    return tmp_path


@pytest.fixture
def expected(district: Path) -> dict[str, bytes]:
    """What a build one by one makes."""
    assert call(["build", "content", "-o", "一"], district).exit_code == 0
    return tree_bytes(district / "一")


# The same --------------------------------------------------------------------------------


def test_the_same_bytes(district: Path, expected: dict[str, bytes], scheduler: str) -> None:
    ran = built(district, scheduler)
    assert (ran.exit_code, ran.err) == (0, f"正在连 {scheduler} …\n")
    assert seconds_taken_out(ran.out).startswith("√ 8 份，用时 … 秒。\n")
    assert without_records(tree_bytes(district / "build")) == expected
    assert "√ 没有变化，8 份都不用重新生成" in built(district, scheduler).out
    assert "没有变化，8 份" in call(["build", "content", "--jobs", "2"], district).out, (
        "records are the same, too"
    )
    assert "√ 8 份，用时" in built(district, scheduler, "--force").out


def test_a_broken_report_is_told_as_here(district: Path, scheduler: str) -> None:
    spoil(district, "第03局")
    ran = built(district, scheduler)
    here = call(["build", "content", "--jobs", "1", "-o", "二"], district)
    assert ran.exit_code == here.exit_code == 1
    assert ran.out.splitlines()[0] == here.out.splitlines()[0]
    assert "√ 7 份，× 1 份" in ran.out


def test_a_folder_that_workers_see_elsewhere(
    district: Path, expected: dict[str, bytes], scheduler: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    elsewhere = tmp_path_factory.mktemp("别处") / "共享"
    elsewhere.symlink_to(district)
    ran = built(district, scheduler, "--shared", str(elsewhere))
    assert (ran.exit_code, ran.err) == (0, f"正在连 {scheduler} …\n")
    assert without_records(tree_bytes(district / "build")) == expected
    outside = built(district, scheduler, "--shared", str(elsewhere), "-o", str(elsewhere.parent / "外面"))
    assert outside.exit_code == 2
    assert "别的计算机才写得到" in outside.err


def test_an_address(
    district: Path, expected: dict[str, bytes], scheduler: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """All of it by fsspec, from a folder where there is nothing."""
    spoil(district, "第03局")
    nothing = tmp_path_factory.mktemp("空")
    ran = built(nothing, scheduler, "--shared", district.as_uri())
    assert ran.exit_code == 1
    assert "× content/第03局/2024：错误 " in ran.out
    assert "√ 7 份，× 1 份" in ran.out
    made = tree_bytes(district / "build")
    assert without_records(made) == {name: data for name, data in expected.items() if "第03局" not in name}
    assert not [name for name in made if Path(name).name.startswith(".") and not name.endswith(".built.json")]
    assert not list(nothing.iterdir())
    again = built(nothing, scheduler, "--shared", district.as_uri())
    assert "√ 0 份，× 1 份，没有变化 7 份" in again.out
    (district / "build/第05局/2024/draft/绩效报告.html").write_bytes(b"")
    (district / "content/第06局/2024/narrative/概况.md").write_text("改了。", encoding="utf-8")
    (district / "build/第07局/2024/draft/绩效报告.docx").unlink()
    third = built(nothing, scheduler, "--shared", district.as_uri())
    assert "√ 3 份，× 1 份，没有变化 4 份" in third.out
    one = built(nothing, scheduler, "content/第05局", "--force", "--shared", district.as_uri())
    assert one.exit_code == 1, "content and a folder in it are all of content"


@pytest.mark.parametrize(
    ("arguments", "said", "code"),
    [
        (["--shared", "nosuch://x/y"], "不会用“nosuch://x/y”这个地址", 1),
        (["--shared", "file:///没有这个文件夹"], "没有找到报告", 1),
        (["--shared", "file:///别处", "-o", "../外面"], "文件夹从那里写起", 2),
        (["--shared", "/没有这个文件夹"], "看不见要用的文件夹：没有“/没有这个文件夹/templates”", 1),
    ],
)
def test_a_place_that_cannot_be_used(
    arguments: list[str], said: str, code: int, district: Path, scheduler: str
) -> None:
    ran = built(district, scheduler, *arguments)
    assert (ran.exit_code, ran.out) == (code, "")
    assert said in ran.err
    assert not list((district / "build").rglob("*"))


def test_another_folder_of_the_same_name(
    district: Path, scheduler: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """A folder that is there on each machine and not the same one would be filled where nobody looks."""
    other = tmp_path_factory.mktemp("另一个")
    shutil.copytree(district / "templates", other / "templates")
    ran = built(district, scheduler, "--shared", str(other))
    assert ran.exit_code == 1
    assert "不是同一个文件夹" in ran.err
    assert "一份也没有送出" in ran.err


# Nothing is sent -------------------------------------------------------------------------


def test_another_program_on_a_worker(district: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    other = tmp_path_factory.mktemp("旧版")
    shutil.copytree(ROOT / "compiler", other / "compiler", ignore=shutil.ignore_patterns("__pycache__"))
    with (other / "compiler" / "style.py").open("a", encoding="utf-8") as file:
        file.write("# another\n")
    with running(tmp_path_factory.mktemp("cluster"), ROOT, other) as address:
        ran = built(district, address)
        assert (ran.exit_code, ran.out) == (1, "")
        assert "上的成文和这里的不一样：都叫 " in ran.err
        assert "一份也没有送出" in ran.err
        assert not list((district / "build").rglob("*"))


def test_a_worker_that_comes_later_with_another_program(district: Path) -> None:
    other = this_program()._replace(version="0.0.1", digest="0")
    outcome = make_there(task(district, "content/第00局/2024"), other, False, False, "")
    assert outcome.status is Status.FAILED
    assert "这里是 0.0.1 版，那里是" in outcome.message
    assert not (district / "build").exists()


def test_workers_that_draw_charts_with_something_else(
    district: Path, expected: dict[str, bytes], scheduler: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Reports without charts do not care; those with charts would be others than here, which is told."""
    monkeypatch.setattr(cluster, "drawn_with", lambda: "微软雅黑（0 0，matplotlib 0.1）")
    assert built(district, scheduler).exit_code == 0
    assert without_records(tree_bytes(district / "build")) == expected
    with_chart(district)
    ran = built(district, scheduler)
    assert ran.exit_code == 1
    assert "√ 0 份，× 8 份" in ran.out
    first = ran.out.splitlines()[0]
    assert first.startswith("× content/第00局/2024：这份报告有图，做它的计算机画图用的是")
    assert "这里是微软雅黑（0 0，matplotlib 0.1），画出来不一样，没有写出。" in first
    assert without_records(tree_bytes(district / "build")) == expected


def test_charts_are_drawn_as_here(district: Path, scheduler: str) -> None:
    with_chart(district)
    assert built(district, scheduler).exit_code == 0
    assert call(["build", "content", "-o", "一"], district).exit_code == 0
    assert without_records(tree_bytes(district / "build")) == tree_bytes(district / "一")


def test_what_differs_is_named() -> None:
    here = Program("1.0", "a", "3.11", "jinja2=3 zlib=1")
    assert differences(here, Program("1.0", "b", "3.12", "jinja2=4 zlib=1")) == (
        "都叫 1.0 版，程序的文件却不同；这里的 Python 是 3.11，那里是 3.12；用的库不同，这里 jinja2=3，那里 jinja2=4"
    )


def test_no_pdf_on_a_cluster(district: Path) -> None:
    """Machines have other typefaces, and nobody would see which."""
    ran = built(district, "tcp://127.0.0.1:1", "--to", "docx,pdf")
    assert ran.exit_code == 2
    assert "集群上不出 PDF" in ran.err


# A storage, without a cluster --------------------------------------------------------------


def made_remotely(root: Path, name: str) -> Outcome:
    from compiler.batch.remote import make_remotely

    asked = task(root, f"content/{name}/2024", out="build")._replace(root=root.as_uri())
    return make_remotely(asked, True, f"{os.getpid()}-{time.time_ns()}")


def test_what_a_killed_worker_put_aside_is_removed(district: Path) -> None:
    left = district / "build/第00局/2024/draft/.绩效报告.docx.12-345"
    left.parent.mkdir(parents=True)
    left.touch()
    assert made_remotely(district, "第00局").status is Status.BUILT
    assert not left.exists()
    assert len(list(left.parent.iterdir())) == 3


def test_a_file_that_is_too_large_is_not_fetched(district: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from fsspec.implementations.local import LocalFileSystem

    from compiler.workspace import MAX_PICTURE

    data = district / "content/第00局/2024"
    for large in (data / "录像.mp4", data / "data/budget.yaml"):
        with open(large, "ab") as file:
            file.truncate(MAX_PICTURE + 1)
    cat, fetched = LocalFileSystem.cat_file, []

    def counted(self: LocalFileSystem, path: str, **others: object) -> bytes:
        fetched.append(Path(path).name)
        return bytes(cat(self, path, **others))

    monkeypatch.setattr(LocalFileSystem, "cat_file", counted)
    outcome = made_remotely(district, "第00局")
    assert "report.yaml" in fetched
    assert not {"录像.mp4", "budget.yaml"} & set(fetched)
    assert outcome.status is Status.FAILED
    assert "（F006）" in outcome.message, "as where it is a folder"


@pytest.mark.parametrize("name", ["C:x", "图/C:x", "../x", ".x", "a\\x"])
def test_a_name_that_leads_elsewhere_is_not_fetched(name: str) -> None:
    from compiler.batch.remote import place_inside

    there = PureWindowsPath("D:/w")
    assert place_inside(there, PurePosixPath("图/x.png")) == there / "图" / "x.png"
    assert place_inside(there, PurePosixPath(name)) is None


def test_nothing_of_a_report_stays_with_the_worker(district: Path) -> None:
    """Wherever in the workspace it is."""
    from compiler.batch import remote

    (district / "content").rename(district / "报告")
    asked = task(district, "报告/第00局/2024", out="build")._replace(root=district.as_uri())
    assert remote.make_remotely(asked, True, "1-2").status is Status.BUILT
    (place,) = remote._places.values()
    assert [path.name for path in Path(place.name).iterdir()] == ["templates"]


def only_unreachable(ran: Ran, address: str) -> None:
    assert (ran.exit_code, ran.out) == (1, "")
    first, last = ran.err.splitlines()
    assert first == f"正在连 {address} …"
    assert last.startswith(f"连不上 {address}：看看地址和端口对不对")


def test_nobody_answers(district: Path) -> None:
    address = f"tcp://127.0.0.1:{free_port()}"
    began = time.monotonic()
    only_unreachable(built(district, address), address)
    assert time.monotonic() - began < 10, "a closed port is known at once"


@pytest.mark.parametrize("address", ["tcp//10.0.0.5", "nosuch://10.0.0.5:1", "tcp://10.0.0.5:99999"])
def test_no_address(address: str, district: Path) -> None:
    only_unreachable(built(district, address), address)


_STRANGERS = {
    "waits": b"",
    "http": b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n",
    "stops short": struct.pack("<QQ", 500, 2),
    "garbled": struct.pack("<QQ", 50, 2) + b"\xff" * 200,
}
"""What something that is no scheduler says to who connects."""


@pytest.mark.parametrize("stranger", _STRANGERS)
@pytest.mark.parametrize("scheme", ["tcp", "tls"])
def test_something_else_answers(
    scheme: str,
    stranger: str,
    district: Path,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr(cluster, "_SECONDS_TO_CONNECT", 3.0)
    taken: list[socket.socket] = []

    def answer() -> None:
        with suppress(OSError):
            while True:
                taken.append(server.accept()[0])
                taken[-1].sendall(_STRANGERS[stranger])

    with socket.create_server(("127.0.0.1", 0)) as server:
        threading.Thread(target=answer, daemon=True).start()
        address = f"{scheme}://127.0.0.1:{server.getsockname()[1]}"
        began = time.monotonic()
        ran = built(district, address)
        took = time.monotonic() - began
        server.shutdown(socket.SHUT_RDWR)
    for connection in taken:
        connection.close()
    only_unreachable(ran, address)
    assert took < 10
    assert capfd.readouterr() == ("", ""), "no thread of Dask's says anything"


def test_a_scheduler_without_workers(
    district: Path, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cluster, "_SECONDS_FOR_WORKERS", 1)
    with running(tmp_path_factory.mktemp("cluster")) as address:
        ran = built(district, address)
    assert ran.exit_code == 1
    assert f"{address} 上还没有干活的程序" in ran.err


def test_dask_is_not_installed(district: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "distributed", None)
    ran = built(district, "tcp://127.0.0.1:1")
    assert ran.exit_code == 1
    assert (
        ran.err
        == "用 --scheduler 要先装上 Dask：pip install 'chengwen[cluster]'。只用这台电脑的，写 --jobs。\n"
    )
