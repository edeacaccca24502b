"""Workers of a Dask cluster that die, and a scheduler that does: nothing that was made is lost, only the culprit fails."""

from __future__ import annotations

import os
import signal
import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from queue import SimpleQueue
from typing import Any

import pytest

from compiler.batch import cluster
from compiler.batch.task import Outcome, Status, Task
from compiler.batch.there import Made
from tests.batch_samples import departments, seconds_taken_out, task, without_records
from tests.cluster_samples import NAMES, ROOT, built, running, wait_for
from tests.command_line import call, tree_bytes

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


def test_a_worker_killed_in_the_middle_loses_nothing(tmp_path: Path, scheduler: str) -> None:
    names = [f"慢局{number}" for number in range(12)]
    departments(tmp_path, names)
    victims: list[int] = []

    def kill() -> None:
        wait_for(lambda: len(list(tmp_path.glob("pid-*"))) == 2)
        victims.append(int(min(tmp_path.glob("pid-*")).name.removeprefix("pid-")))
        os.kill(victims[0], signal.SIGKILL)

    killing = threading.Thread(target=kill)
    killing.start()
    ran = built(tmp_path, scheduler)
    killing.join()
    assert victims
    assert (ran.exit_code, ran.err) == (0, f"正在连 {scheduler} …\n")
    assert "√ 12 份，用时" in ran.out
    assert call(["build", "content", "-o", "一"], tmp_path).exit_code == 0
    assert without_records(tree_bytes(tmp_path / "build")) == tree_bytes(tmp_path / "一")


def test_a_report_that_ends_its_worker_is_alone_in_failing(tmp_path: Path, scheduler: str) -> None:
    departments(tmp_path, ["害群局", *NAMES])
    ran = built(tmp_path, scheduler)
    assert ran.exit_code == 1
    first, second, *_ = ran.out.splitlines()
    assert first.startswith("× content/害群局/2024：生成它的程序（dask worker）中途没有了")
    assert seconds_taken_out(second) == "√ 8 份，× 1 份，用时 … 秒。"
    assert {path.parent.parent.name for path in (tmp_path / "build").rglob("draft")} == set(NAMES)


@pytest.mark.parametrize("status", ["finished", "lost", "pending"])
def test_what_was_made_and_lost_with_its_worker_is_made_alone(status: str, tmp_path: Path) -> None:
    """The worker that had made some dies before that is fetched, heard of by then or not, and so does the one that makes them again."""
    from distributed.scheduler import KilledWorker

    class Future:
        def __init__(self, made: Made | None) -> None:
            self.made, self.status = made, status

        def exception(self) -> Exception:
            return KilledWorker("乙", None, 1)

    def gathered(futures: Sequence[Future]) -> list[Made]:
        for future in futures:
            future.status = "finished" if future.made else "error"
        return [future.made for future in futures if future.made]

    gone, whole = Future(None), Future(Made(0.1, [Outcome("甲", Status.BUILT)]))
    tasks = [(number, task(tmp_path, f"content/{name}/2024")) for number, name in enumerate("甲乙丙")]
    crowd = cluster.Cluster.__new__(cluster.Cluster)
    crowd._gathered, crowd._given = gathered, {gone: tasks[1:], whole: tasks[:1]}  # type: ignore[method-assign]
    crowd._ended = SimpleQueue()
    for future in (gone, whole):
        crowd._ended.put(future)
    killers: list[tuple[int, Task]] = []
    assert [done.number for done in crowd._done(killers, lambda: None)] == [0]
    assert killers == tasks[1:]
    assert not crowd._given


def test_of_reports_given_as_one_the_culprit_alone_fails(
    tmp_path: Path, scheduler: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    before, after = ([f"{word}{number:02}" for number in range(20)] for word in ("乙局", "龙局"))
    departments(tmp_path, [*before, "害群局", *after])
    given: list[list[str]] = []
    give = cluster.Cluster._give

    def noted(self: cluster.Cluster, tasks: list[tuple[int, Task]], word: str = "") -> None:
        given.append([task.folder for _, task in tasks])
        give(self, tasks, word)

    monkeypatch.setattr(cluster.Cluster, "_give", noted)
    monkeypatch.setattr(cluster, "_QUICK", 60.0)  # however slow the machine is
    ran = built(tmp_path, scheduler)
    assert max(len(each) for each in given if "content/害群局/2024" in each) > 1
    first, second, *_ = ran.out.splitlines()
    assert first.startswith("× content/害群局/2024：生成它的程序（dask worker）中途没有了")
    assert seconds_taken_out(second) == "√ 40 份，× 1 份，用时 … 秒。"
    assert {path.parent.parent.name for path in (tmp_path / "build").rglob("draft")} == {*before, *after}


def test_no_workers_are_left(
    tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cluster, "_SECONDS_WITHOUT_WORKERS", 1.0)
    slow = tmp_path_factory.mktemp("慢")
    departments(slow, [f"慢局{number}" for number in range(4)])
    with running(tmp_path_factory.mktemp("cluster"), ROOT, more=["--no-nanny"]) as address:

        def end_worker() -> None:
            wait_for(lambda: bool(list(slow.glob("pid-*"))))
            os.kill(int(next(slow.glob("pid-*")).name.removeprefix("pid-")), signal.SIGKILL)

        ending = threading.Thread(target=end_worker)
        ending.start()
        ran = built(slow, address)
        ending.join()
    assert ran.exit_code == 1
    assert "干活的程序（dask worker）一个也没有了" in ran.err
    assert len(ran.err.splitlines()) == 2, "nothing but that it connected"


def test_no_workers_are_left_with_what_they_had_made(
    district: Path, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The only worker dies for good between the end of a task and its being fetched."""
    monkeypatch.setattr(cluster, "_SECONDS_WITHOUT_WORKERS", 1.0)
    ended_now = cluster.Cluster._ended_now

    def and_the_worker_dies(self: cluster.Cluster) -> list[Any]:
        if ended := ended_now(self):
            for pid in self._client.run(os.getpid).values():
                os.kill(pid, signal.SIGKILL)
        return ended

    monkeypatch.setattr(cluster.Cluster, "_ended_now", and_the_worker_dies)
    with running(tmp_path_factory.mktemp("cluster"), ROOT, more=["--no-nanny"]) as address:
        ran = built(district, address)
    assert ran.exit_code == 1
    assert "干活的程序（dask worker）一个也没有了" in ran.err


@pytest.mark.parametrize("moment", ["while reports are made", "before what was made is fetched"])
def test_the_scheduler_is_gone(
    moment: str, district: Path, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    ended_now = cluster.Cluster._ended_now

    def and_the_scheduler_dies(self: cluster.Cluster) -> list[Any]:
        ended = [] if moment == "while reports are made" else ended_now(self)
        if ended or moment == "while reports are made":
            with suppress(OSError, KeyError):  # it is dead
                os.kill(self._client.run_on_scheduler(os.getpid), signal.SIGKILL)
        return ended or ended_now(self)

    monkeypatch.setattr(cluster.Cluster, "_ended_now", and_the_scheduler_dies)
    with running(tmp_path_factory.mktemp("cluster"), ROOT) as address:
        ran = built(district, address)
        assert ran.exit_code == 1
        assert f"和 {address} 的连接断了。写好的都是完整的。" in ran.err
        assert len(ran.err.splitlines()) == 2, "nothing but that it connected"
