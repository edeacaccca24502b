"""Processes that make the reports of `chengwen build --jobs`: one that dies takes no other report with it, and none grows."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from functools import partial
from multiprocessing.process import BaseProcess
from pathlib import Path

import pytest

from compiler.batch.pool import Pool
from compiler.batch.sources import Sources
from compiler.batch.task import Outcome, Status, Task, is_unchanged, lost, make
from compiler.caches import forget
from compiler.expressions import _compiled
from compiler.publishing import WorkspaceError
from tests import overlay
from tests.batch_samples import (
    NAMES,
    departments,
    make_or_die,
    ran_in_pool,
    serve_but,
    slowly,
    stop_in_the_middle,
    task,
    with_chart,
)
from tests.command_line import call, tree_bytes


@pytest.fixture
def district(tmp_path: Path) -> Path:
    departments(tmp_path, NAMES)
    return tmp_path


# Workers that die ------------------------------------------------------------------------


@pytest.mark.parametrize("jobs", [1, 2])
def test_a_report_that_ends_its_worker_is_alone_in_failing(jobs: int, tmp_path: Path) -> None:
    names = ["害群局", "甲局", "倒霉局", "大户局", "乙局"]
    departments(tmp_path, names)
    outcomes = ran_in_pool(tmp_path, names, jobs, make_or_die)
    assert {name: outcome.status for name, outcome in outcomes.items()} == {
        "害群局": Status.FAILED,
        "大户局": Status.FAILED,
        "甲局": Status.BUILT,
        "乙局": Status.BUILT,
        "倒霉局": Status.BUILT,
    }
    assert "退出码 3" in outcomes["害群局"].message
    assert "内存不够" in outcomes["大户局"].message
    assert {path.parent.parent.name for path in (tmp_path / "build").rglob("draft")} == {
        "甲局",
        "乙局",
        "倒霉局",
    }


def test_workers_that_cannot_begin(district: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As where something on the machine ends every process that is started: it is told once, not for each report."""
    monkeypatch.setattr("compiler.batch.pool._serve", _ends_at_once)
    ran = call(["build", "content", "--jobs", "2"], district)
    assert ran.exit_code == 1
    assert ran.err.startswith("这台电脑不让启动别的进程")
    assert ran.out == ""


def _ends_at_once(*arguments: object) -> None:
    os._exit(9)


def compile_a_pattern(asked: Task) -> Outcome:
    """A worker meets a pattern that no run had met; it is kept in the workspace."""
    from compiler.batch import pool
    from compiler.kept_patterns import KeptPatterns

    sys.dont_write_bytecode = False  # in this process, the worker's, only
    pool.KEPT = KeptPatterns(str(Path(asked.root, "patterns.kept")))
    pool.KEPT.compiled("一个新的", 0)
    return Outcome(asked.folder, Status.BUILT)


def test_a_worker_keeps_the_patterns_that_it_compiled(tmp_path: Path) -> None:
    ran_in_pool(tmp_path, ["甲局"], 1, compile_a_pattern)
    assert (tmp_path / "patterns.kept").exists()


def test_a_worker_that_cannot_begin_stops_no_other(
    district: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The second process of a run, as where memory runs short for a moment."""
    real = ran_in_pool(district, NAMES, 1, make)
    starts = tmp_path / "starts"
    monkeypatch.setattr("compiler.batch.pool._serve", partial(serve_but, 2, starts))
    pool = Pool(2, make, lost)
    first = ran_by(pool, [task(district, f"content/{NAMES[0]}/2024")])
    assert first == [real[NAMES[0]]], "the first process has begun"
    others = [task(district, f"content/{name}/2024") for name in NAMES[1:]]
    try:
        assert ran_by(pool, others) == [real[name] for name in NAMES[1:]]
    finally:
        pool.close()
    assert len(starts.read_bytes()) >= 4


def test_the_first_worker_that_cannot_begin_stops_no_other(
    district: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """While others are about to."""
    monkeypatch.setattr("compiler.batch.pool._serve", partial(serve_but, 1, tmp_path / "starts"))
    outcomes = ran_in_pool(district, NAMES, 2, make)
    assert {outcome.status for outcome in outcomes.values()} == {Status.BUILT}


def test_no_process_for_the_last_report(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The machine starts none where a report is tried once more: that one is lost, and the others are told of."""
    departments(tmp_path, ["害群局", "甲局"])
    start, started = BaseProcess.start, []

    def refuse_the_third(self: BaseProcess) -> None:
        started.append(self)
        if len(started) == 3:
            raise OSError(12, "Cannot allocate memory")
        start(self)

    monkeypatch.setattr(BaseProcess, "start", refuse_the_third)
    outcomes = ran_in_pool(tmp_path, ["害群局", "甲局"], 1, make_or_die)
    assert outcomes["甲局"].status is Status.BUILT
    assert outcomes["害群局"].status is Status.FAILED
    assert "再启动一个也不成" in outcomes["害群局"].message


def ran_by(pool: Pool[Task, Outcome], tasks: list[Task]) -> list[Outcome]:
    return [each.outcome for each in sorted(pool.run(enumerate(tasks)))]


def test_as_many_workers_as_can_be_started(district: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    start, started = BaseProcess.start, []

    def refuse_more(self: BaseProcess) -> None:
        if started:
            raise OSError(12, "Cannot allocate memory")
        started.append(self)
        start(self)

    monkeypatch.setattr(BaseProcess, "start", refuse_more)
    ran = call(["build", "content", "--jobs", "3"], district)
    assert (ran.exit_code, ran.err) == (0, "")
    assert "√ 4 份，" in ran.out


@pytest.mark.skipif(sys.platform == "win32", reason="signals")
@pytest.mark.parametrize("before", [True, False])
def test_a_worker_killed_between_two_outputs_leaves_nothing_unfinished(before: bool, tmp_path: Path) -> None:
    departments(tmp_path, ["害群局", "甲局"])
    asked = task(tmp_path, "content/害群局/2024")
    if before:
        assert make(asked).status is Status.BUILT
    old = tree_bytes(tmp_path / "build") if before else {}
    narrative = tmp_path / "content/害群局/2024/narrative/概况.md"
    narrative.write_text(narrative.read_text(encoding="utf-8") + "\n又一段。\n", encoding="utf-8")
    outcomes = ran_in_pool(tmp_path, ["害群局", "甲局"], 1, stop_in_the_middle)
    assert outcomes["害群局"].status is Status.FAILED
    assert outcomes["甲局"].status is Status.BUILT
    made = {name: data for name, data in tree_bytes(tmp_path / "build").items() if "害群局" in name}
    if before:
        assert made == old
    assert not list(tmp_path.rglob(".staging-*"))
    assert is_unchanged(asked, Sources(tmp_path)) is None
    assert make(asked).status is Status.BUILT
    assert is_unchanged(asked, Sources(tmp_path)) is not None


def test_nothing_can_be_started(district: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(self: object) -> None:
        raise OSError(12, "Cannot allocate memory")

    monkeypatch.setattr("multiprocessing.process.BaseProcess.start", refuse)
    with pytest.raises(WorkspaceError, match="不让启动别的进程"):
        ran_in_pool(district, ["甲局"], 1, slowly)


# Memory ----------------------------------------------------------------------------------


def resident(pool: Pool[Task, Outcome]) -> int:
    """Bytes that the one worker of a pool has in memory."""
    (worker,) = (*pool._idle, *pool._busy.values())
    return int(Path(f"/proc/{worker.process.pid}/statm").read_text().split()[1]) * 4096


def ever_other_reports(root: Path, whole: int) -> Iterator[tuple[int, Task]]:
    """Other words, other expressions and other charts in each, as other offices have."""
    narrative = root / "content/示例局/2024/narrative/概况.md"
    project = root / "content/示例局/2024/data/projects/01-设备更新.yaml"
    text, data = narrative.read_text(encoding="utf-8"), project.read_text(encoding="utf-8")
    for number in range(1, whole + 1):
        own = "".join(
            f"第{number}局第{line}件事用了{{{{ {number}.{line:02} * 1.0{line} }}}}元。" for line in range(20)
        )
        narrative.write_text(f"{text}\n\n{own}", encoding="utf-8")
        marks = f"{chr(0x4E00 + number * 3)}{chr(0x4E01 + number * 7)}"
        project.write_text(data.replace("设备更新", f"设备更新{marks}第{number}期"), encoding="utf-8")
        yield number, task(root)


@pytest.mark.skipif(not Path("/proc/self/statm").exists(), reason="Linux counts pages there")
@pytest.mark.parametrize("charts", [False, True], ids=["no charts", "charts"])
def test_memory_of_a_worker_is_flat(charts: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        "compiler.batch.pool._QUICK", 0.0
    )  # each is written where the one before was made from
    overlay.copy_sample(tmp_path)
    if charts:
        pytest.importorskip("matplotlib", reason="pip install -e '.[charts]'")
        with_chart(tmp_path)
    pool = Pool(1, make, lost)
    sizes = []
    try:
        for done in pool.run(ever_other_reports(tmp_path, 300)):
            assert done.outcome.status is Status.BUILT, done.outcome
            sizes.append(resident(pool))
    finally:
        pool.close()
    assert max(sizes[-40:]) < 1.1 * max(sizes[60:100])


def test_what_reports_do_not_share_is_forgotten(tmp_path: Path) -> None:
    from compiler.diagnostics import Diagnostics
    from compiler.evaluation.measure import _parse
    from compiler.expressions import compile_expression
    from compiler.kinds import AMOUNT
    from compiler.rawdata import Scalar
    from compiler.reading import Context, Kept
    from compiler.source import Source

    context = Context(Source("甲.yaml", "1\n"), Diagnostics(), "万元")
    assert isinstance(AMOUNT.read, Kept)
    amounts = AMOUNT.read.known(context.unit)
    for number in range(600):
        text = f"{number} + 1"
        assert compile_expression(text, Source("甲.md", text).span(0), Diagnostics())
        _parse(f"≥{number}次")
        assert AMOUNT.read(Scalar(f"{number}.5", 0), context, "预算数")
    assert len(_compiled) >= 600
    assert len(amounts) >= 600
    assert _parse.cache_info().currsize >= 600
    forget()
    assert len(_compiled) == 0
    assert _parse.cache_info().currsize == 0
    assert amounts == {} and amounts is AMOUNT.read.known(context.unit)
