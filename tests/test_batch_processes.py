"""What the processes of a batch are like: how they start, and what a report leaves behind in one."""

from __future__ import annotations

import gc
import multiprocessing
import os
import sys
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TypeVar

import pytest

from compiler.batch.pool import Pool, _context
from compiler.batch.task import Outcome, Status, Task, clear_after_worker, lost, make
from compiler.publishing import staging
from tests.batch_samples import departments, die_at_the_rename, make_or_die, slowly, task

T = TypeVar("T")


def test_a_report_leaves_little_to_the_collector(tmp_path: Path) -> None:
    """Its projects, whose scores refer to them, and nothing that is as large as the report."""
    names = ["甲局", "乙局", "丙局"]
    departments(tmp_path, names)
    for name in names[:2]:  # what reports share is there
        assert make(task(tmp_path, f"content/{name}/2024")).status is Status.BUILT
    gc.collect()
    gc.freeze()
    gc.disable()
    try:
        assert make(task(tmp_path, "content/丙局/2024")).status is Status.BUILT
        gc.set_debug(gc.DEBUG_SAVEALL)
        gc.collect()
        left = Counter(type(each).__name__ for each in gc.garbage)
    finally:
        gc.set_debug(0)
        gc.garbage.clear()
        gc.enable()
        gc.unfreeze()
    assert not left.keys() & {"Document", "Paragraph", "Draft", "Scope", "HtmlWriter", "Workspace"}, left


# How they start --------------------------------------------------------------------------


@pytest.fixture(params=["fork", "spawn"])
def start_method(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """Copies of this process, or processes from nothing."""
    method: str = request.param
    if method not in multiprocessing.get_all_start_methods():
        pytest.skip("not on this system")
    monkeypatch.setattr("compiler.batch.pool._context", lambda: multiprocessing.get_context(method))
    return method


def test_workers_write_the_same_however_they_start(start_method: str, tmp_path: Path) -> None:
    departments(tmp_path, ["甲局", "乙局", "丙局"])
    tasks = [task(tmp_path, f"content/{name}/2024") for name in ("甲局", "乙局", "丙局")]
    made = []
    for out in ("here", "there"):
        asked = [each._replace(out=str(tmp_path / out)) for each in tasks]
        outcomes = [make(each) for each in asked] if out == "here" else ran([*enumerate(asked)], 2, make)
        assert {outcome.status for outcome in outcomes} == {Status.BUILT}
        draft = (tmp_path / out).glob("*/2024/draft/*")
        made.append({path.relative_to(tmp_path / out): path.read_bytes() for path in draft})
    assert made[0] == made[1]
    assert len(made[0]) == 9


def test_workers_that_die_however_they_start(start_method: str, tmp_path: Path) -> None:
    names = ["害群局", "甲局", "倒霉局", "乙局"]
    departments(tmp_path, names)
    outcomes = ran(
        [(each, task(tmp_path, f"content/{name}/2024")) for each, name in enumerate(names)], 2, make_or_die
    )
    built = Status.BUILT
    assert [outcome.status for outcome in outcomes] == [Status.FAILED, built, built, built]


def test_no_worker_holds_another_one_open(start_method: str, tmp_path: Path) -> None:
    """A worker ends when who started it lets go of its end, also the first of several, whose end later ones were started beside."""
    departments(tmp_path, ["甲局", "乙局", "丙局"])
    pool: Pool[Task, Outcome] = Pool(3, slowly, lost)
    running = pool.run((each, task(tmp_path, f"content/{name}局/2024")) for each, name in enumerate("甲乙丙"))
    next(running)
    workers = [*pool._busy.values(), *pool._idle]
    assert len(workers) == 3
    for worker in workers:
        worker.connection.close()
    for worker in workers:
        worker.process.join(10)
    assert [worker.process.exitcode for worker in workers] == [0, 0, 0]
    pool._busy.clear()
    pool._idle.clear()


def test_beside_threads_workers_start_from_nothing() -> None:
    assert in_a_thread(_context).get_start_method() == "spawn"


def in_a_thread(work: Callable[[], T]) -> T:
    with ThreadPoolExecutor(1) as threads:
        return threads.submit(work).result()


@pytest.mark.skipif(sys.platform == "win32", reason="signals")
def test_a_first_set_is_there_wholly_or_not_at_all(tmp_path: Path) -> None:
    """Of a report that was never made the outputs come with their folder."""
    names = ["害群局", "倒霉局", "甲局"]
    departments(tmp_path, names)
    tasks = [task(tmp_path, f"content/{name}/2024") for name in names]
    outcomes = ran([*enumerate(tasks)], 1, die_at_the_rename)
    assert [outcome.status for outcome in outcomes] == [Status.FAILED, Status.BUILT, Status.BUILT]
    made = Counter(path.parts[-4] for path in (tmp_path / "build").glob("*/2024/draft/*"))
    assert made == {"倒霉局": 3, "甲局": 3}
    assert not list((tmp_path / "build").rglob(".staging-*"))
    assert not (tmp_path / "build/害群局").exists()
    assert make(tasks[0]).status is Status.BUILT


def test_two_runs_that_make_a_report_for_the_first_time(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The other one puts its folder in place just before."""
    target = tmp_path / "甲局/2024/draft"
    rename = os.rename

    def late(source: Path, place: Path) -> None:
        monkeypatch.setattr("compiler.publishing.os.rename", rename)
        with staging(target) as other:
            other.open("a").write(b"theirs")
            other.open("b").write(b"theirs")
            other.publish()
        rename(source, place)

    monkeypatch.setattr("compiler.publishing.os.rename", late)
    with staging(target) as place:
        place.open("a").write(b"ours")
        assert place.publish() == [target / "a"]
    assert [(path.name, path.read_bytes()) for path in sorted(target.iterdir())] == [
        ("a", b"ours"),
        ("b", b"theirs"),
    ]
    assert [path.name for path in target.parent.iterdir()] == ["draft"]


def ran(tasks: list[tuple[int, Task]], jobs: int, work: Callable[[Task], Outcome]) -> list[Outcome]:
    """What came of tasks, in their order."""
    pool = Pool(jobs, work, lost, clear_after_worker)
    try:
        return [done.outcome for done in sorted(pool.run(iter(tasks)))]
    finally:
        pool.close()
