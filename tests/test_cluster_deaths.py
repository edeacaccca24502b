"""Workers of a Dask cluster that die, and a scheduler that does: nothing that was made is lost, only the culprit fails."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
import threading
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from compiler.batch import cluster
from compiler.batch.task import Task
from tests.batch_samples import departments, seconds_taken_out, without_records
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


@pytest.mark.parametrize("name", ["第08局", "重做局"])
def test_what_was_made_and_lost_with_its_worker_is_made_again(
    name: str, tmp_path: Path, scheduler: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The worker that made it dies before that is fetched; of 重做局, each dies that makes it again."""
    departments(tmp_path, [*NAMES, name])
    killed: list[int] = []

    async def and_its_worker_dies(self: cluster.Cluster, future: Any) -> None:
        if f"content/{name}/2024" in given[future.key] and not killed:
            (holders,) = (await self._client.who_has([future])).values()
            await kill_workers(self, killed, list(holders))

    given = noting_what_is_given(monkeypatch)
    when_made(and_its_worker_dies, monkeypatch)
    ran = built(tmp_path, scheduler)
    assert len(killed) == 1
    if name == "重做局":
        assert f"× content/{name}/2024：生成它的程序（dask worker）中途没有了" in ran.out
        assert "√ 8 份，× 1 份，用时" in ran.out
    else:
        assert "√ 9 份，用时" in ran.out
        assert call(["build", "content", "-o", "一"], tmp_path).exit_code == 0
        assert without_records(tree_bytes(tmp_path / "build")) == tree_bytes(tmp_path / "一")


def test_of_reports_given_as_one_the_culprit_alone_fails(
    tmp_path: Path, scheduler: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    before, after = ([f"{word}{number:02}" for number in range(20)] for word in ("乙局", "龙局"))
    departments(tmp_path, [*before, "害群局", *after])
    given = noting_what_is_given(monkeypatch)
    monkeypatch.setattr(cluster, "_QUICK", 60.0)  # however slow the machine is
    ran = built(tmp_path, scheduler)
    assert max(len(each) for each in given.values() if "content/害群局/2024" in each) > 1
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

    async def and_the_worker_dies(self: cluster.Cluster, _: object) -> None:
        await kill_workers(self, [])

    when_made(and_the_worker_dies, monkeypatch)
    with running(tmp_path_factory.mktemp("cluster"), ROOT, more=["--no-nanny"]) as address:
        ran = built(district, address)
    assert ran.exit_code == 1
    assert "干活的程序（dask worker）一个也没有了" in ran.err


def test_an_interrupt_while_what_was_lost_is_waited_for(
    district: Path, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    lost: list[int] = []

    async def and_the_worker_dies(self: cluster.Cluster, _: object) -> None:
        await kill_workers(self, lost)

    def press() -> None:
        wait_for(lambda: bool(lost))
        for _ in range(2):
            time.sleep(1.0)
            signal.raise_signal(signal.SIGINT)

    when_made(and_the_worker_dies, monkeypatch)
    pressing = threading.Thread(target=press)
    with running(tmp_path_factory.mktemp("cluster"), ROOT, more=["--no-nanny"]) as address:
        pressing.start()
        begin = time.monotonic()
        ran = built(district, address)
        took = time.monotonic() - begin
        pressing.join()
    assert ran.exit_code == 1
    assert "正在停下" in ran.err
    assert "已停下，还有 8 份没有做。" in ran.err
    assert took < cluster._SECONDS_WITHOUT_WORKERS


@pytest.mark.parametrize("moment", ["giving", "giving, closed", "making", "fetching", "counting, closed"])
def test_the_scheduler_is_gone(
    moment: str, district: Path, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It dies before something is given to it, while reports are made, or when they are fetched; the client is closed by then, or not."""
    monkeypatch.setattr(cluster, "_SECONDS_TO_CONNECT", 4.0)
    give, count, ended_now = cluster.Cluster._give, cluster.Cluster._count, cluster.Cluster._ended_now

    def end(self: cluster.Cluster) -> None:
        with suppress(OSError, KeyError):  # it is dead
            os.kill(self._client.run_on_scheduler(os.getpid), signal.SIGKILL)
        if moment.endswith("closed"):
            wait_for(lambda: self._client.status == "closed")

    def given(self: cluster.Cluster, tasks: list[tuple[int, Task]], word: str = "") -> None:
        if moment.startswith("giving"):
            end(self)
        give(self, tasks, word)

    def counted(self: cluster.Cluster) -> int:
        if moment.startswith("counting") and self._given:
            end(self)
            self._looked = 0.0
        return count(self)

    def waited(self: cluster.Cluster) -> list[Any]:
        if moment == "making":
            end(self)
        return ended_now(self)

    async def fetched(self: cluster.Cluster, _: object) -> None:
        if moment == "fetching":
            with suppress(OSError, KeyError):
                os.kill(await self._client.run_on_scheduler(os.getpid), signal.SIGKILL)

    for name, at in (("_give", given), ("_count", counted), ("_ended_now", waited)):
        monkeypatch.setattr(cluster.Cluster, name, at)
    when_made(fetched, monkeypatch)
    with running(tmp_path_factory.mktemp("cluster"), ROOT) as address:
        ran = built(district, address)
        assert ran.exit_code == 1
        assert f"和 {address} 的连接断了。写好的都是完整的。" in ran.err
        assert len(ran.err.splitlines()) == 2, "nothing but that it connected"


def noting_what_is_given(monkeypatch: pytest.MonkeyPatch) -> dict[str, list[str]]:
    """What will be given as one, by its key."""
    given: dict[str, list[str]] = {}
    give = cluster.Cluster._give

    def noted(self: cluster.Cluster, tasks: list[tuple[int, Task]], word: str = "") -> None:
        given[f"chengwen-{self._token}-{tasks[0][0]}{word}"] = [task.folder for _, task in tasks]
        give(self, tasks, word)

    monkeypatch.setattr(cluster.Cluster, "_give", noted)
    return given


def when_made(
    happens: Callable[[cluster.Cluster, Any], Awaitable[None]], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Have something happen each time that a task has ended, before what came of it is fetched."""
    fetched = cluster.Cluster._fetched

    async def later(self: cluster.Cluster, future: Any) -> Any:
        while future.status == "pending":
            await asyncio.sleep(0.01)
        await happens(self, future)
        return await fetched(self, future)

    monkeypatch.setattr(cluster.Cluster, "_fetched", later)


async def kill_workers(crowd: cluster.Cluster, killed: list[int], addresses: list[str] | None = None) -> None:
    """Kill these workers, or all there are, and note which. Of several that are told so at once, a worker that is dead cannot answer."""
    for pid in (await crowd._client.run(os.getpid, workers=addresses, on_error="ignore")).values():
        killed.append(pid)
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
