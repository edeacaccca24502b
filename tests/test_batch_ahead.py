"""Workers that are quick have the next task before they are done with the present one, and the first starts before there is any."""

from __future__ import annotations

import multiprocessing
import os
import sys
import time
from collections.abc import Iterator
from multiprocessing.process import BaseProcess
from multiprocessing.util import Finalize
from pathlib import Path
from typing import NamedTuple

import pytest

import compiler.batch.pool
from compiler.batch.pool import Pool
from tests.batch_samples import departments
from tests.command_line import call


class Step(NamedTuple):
    """What a worker leaves: a file with its number, once it has done it."""

    folder: Path
    number: int
    seconds: float = 0.0
    deadly: bool = False


def step(task: Step) -> int:
    time.sleep(task.seconds)
    if task.deadly:
        os._exit(9)
    task.folder.joinpath(str(task.number)).touch(exist_ok=False)
    return task.number


def lost(task: Step, why: str) -> int:
    return -task.number


def steps(folder: Path, count: int, seconds: float = 0.0) -> Iterator[tuple[int, Step]]:
    return ((number, Step(folder, number, seconds)) for number in range(count))


def done_by_itself(pool: Pool[Step, int], folder: Path, seconds: float) -> int:
    """How many more a worker does when three were heard of and nobody asks any more, until the pool is closed."""
    running = pool.run(steps(folder, 9, seconds))
    heard = [next(running) for _ in range(3)]
    time.sleep(seconds + 0.5)
    done = len(list(folder.iterdir())) - len(heard)
    pool.close()
    return done


@pytest.mark.parametrize(("seconds", "ahead"), [(0.0, 1), (0.15, 0)])
def test_only_the_quick_have_one_ahead(seconds: float, ahead: int, tmp_path: Path) -> None:
    assert done_by_itself(Pool(1, step, lost), tmp_path, seconds) == ahead


def test_what_was_ahead_of_a_worker_that_dies_is_done(tmp_path: Path) -> None:
    """Only what ends its worker is lost; what it left is removed, also of what was done unheard."""
    cleared: list[int] = []
    pool = Pool(1, step, lost, lambda task, pid: cleared.append(task.number))
    tasks = [(number, Step(tmp_path, number, deadly=number in (3, 6))) for number in range(1, 8)]
    try:
        done = list(pool.run(iter(tasks)))
    finally:
        pool.close()
    assert sorted(each.outcome for each in done) == [-6, -3, 1, 2, 4, 5, 7]
    assert {each.number: abs(each.outcome) for each in done} == {number: number for number in range(1, 8)}
    assert sorted(int(path.name) for path in tmp_path.iterdir()) == [1, 2, 4, 5, 7]
    assert {3, 6} <= set(cleared)


def test_a_stop_ends_what_was_given_out(tmp_path: Path) -> None:
    pool = Pool(2, step, lost)
    heard = 0
    try:
        for _ in pool.run(steps(tmp_path, 50)):
            heard += 1
            pool.stopping |= heard == 5
    finally:
        pool.close()
    assert 5 <= heard <= 5 + 4
    assert heard == len(list(tmp_path.iterdir()))


def who(_: Step) -> int:
    return os.getpid()


def started(pool: Pool[Step, int]) -> BaseProcess:
    pool.start()
    return pool._idle[0].process


@pytest.mark.parametrize("method", ["fork", "spawn"])
def test_the_first_worker_waits_for_tasks(
    method: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if method not in multiprocessing.get_all_start_methods():
        pytest.skip("this system starts no process in this way")
    monkeypatch.setattr("compiler.batch.pool._context", lambda: multiprocessing.get_context(method))
    pool = Pool(1, who, lost)
    first = started(pool)
    try:
        assert {each.outcome for each in pool.run(steps(tmp_path, 3))} == {first.pid}
    finally:
        pool.close()


def test_the_first_worker_ends_where_there_are_no_tasks(tmp_path: Path) -> None:
    pool = Pool(2, step, lost)
    first = started(pool)
    assert list(pool.run(steps(tmp_path, 0))) == []
    pool.close()
    assert not first.is_alive()


@pytest.mark.skipif(
    sys.platform != "linux", reason="the worker is made slow to leave in a copy of this process"
)
def test_the_first_worker_ends_in_silence(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    """Also where it is told to end while it is leaving by itself."""
    monkeypatch.setattr("compiler.batch.warm.up", slow_to_leave)
    pool = Pool(1, step, lost)
    pool.start()
    worker = pool._idle[0]
    assert worker.connection.poll(9)  # it can begin
    close = worker.connection.close
    monkeypatch.setattr(worker.connection, "close", lambda: (close(), time.sleep(0.1)))
    pool.close()
    assert capfd.readouterr() == ("", "")
    assert not worker.process.is_alive()


def slow_to_leave() -> None:
    Finalize(None, time.sleep, args=(0.5,), exitpriority=0)


def test_a_batch_has_it_start(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    departments(tmp_path, ["甲局"])
    seen: list[int] = []
    start = Pool.start

    def noted(self: Pool[Step, int]) -> None:
        start(self)
        seen.append(len(self._idle))

    monkeypatch.setattr(Pool, "start", noted)
    assert call(["build", "--jobs", "1"], tmp_path).exit_code == 0
    assert seen == [1]


@pytest.mark.parametrize("jobs", [1, 2])
def test_the_first_worker_that_cannot_begin_stops_nothing(
    jobs: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is gone before there is a task."""
    serve = compiler.batch.pool._serve
    monkeypatch.setattr("compiler.batch.pool._serve", gone)
    pool = Pool(jobs, step, lost)
    started(pool).join()
    monkeypatch.setattr("compiler.batch.pool._serve", serve)
    try:
        assert sorted(each.outcome for each in pool.run(steps(tmp_path, 5))) == [0, 1, 2, 3, 4]
    finally:
        pool.close()


def gone(*_: object) -> None:
    os._exit(1)
