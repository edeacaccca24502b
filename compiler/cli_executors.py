"""Who makes the reports of a batch: processes of this machine, or a cluster."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import click

from compiler.named import NamedTuple

if TYPE_CHECKING:
    from compiler.batch.pool import Done, Pool
    from compiler.batch.task import Outcome, Task


class Batch(NamedTuple):
    """How many reports are to be made."""

    jobs: int | None
    """In how many processes of this machine."""
    force: bool
    """Also those that are unchanged."""
    scheduler: str | None
    """The address of a Dask scheduler."""
    shared: str | None
    """Where its workers see the workspace: a folder, or an address for fsspec."""

    @property
    def wanted(self) -> bool:
        """Whether it is a batch at all."""
        return self.jobs is not None or self.scheduler is not None


class Executor(Protocol):
    """Does tasks, somewhere."""

    stopping: bool

    def run(
        self, tasks: Iterator[tuple[int, Task]], waiting: Callable[[], None]
    ) -> Iterator[Done[Outcome]]: ...

    def close(self) -> None: ...


@contextmanager
def pool_of(batch: Batch) -> Iterator[Pool[Task, Outcome]]:
    """The processes of this machine, none of which is started yet."""
    from compiler.batch.pool import Pool
    from compiler.batch.task import clear_after_worker, lost, make

    pool = Pool(batch.jobs or 1, make, lost, clear_after_worker)
    try:
        yield pool
    finally:
        pool.close()


@contextmanager
def executor_of(
    batch: Batch, tasks: Sequence[Task | Outcome], pool: Pool[Task, Outcome]
) -> Iterator[Executor]:
    """The cluster where one is asked for and there is something to do, else the pool."""
    from compiler.batch.task import Task

    to_do = [task for task in tasks if isinstance(task, Task)]
    if batch.scheduler is None or not to_do:
        try:
            yield pool
        finally:
            pool.close()
        return
    cluster = _cluster(batch.scheduler, batch, to_do)
    try:
        yield cluster
    finally:
        cluster.close()


def _cluster(address: str, batch: Batch, tasks: Sequence[Task]) -> Executor:
    """The cluster at an address, told where to find the workspace of the tasks, of which there is one at least.

    Raises `UsageError` when they are of several workspaces, `WorkspaceError` when the cluster cannot be used.
    """
    from compiler.batch.cluster import Cluster, Place, is_installed
    from compiler.publishing import WorkspaceError, in_the_way, reason

    if is_installed():
        click.echo(f"正在连 {address} …", err=True)  # at once: it may take some seconds
    places = {(task.root, task.out) for task in tasks}
    if len(places) != 1:
        raise click.UsageError("用 --scheduler，报告要在同一个放着 content 和 templates 的文件夹里。")
    root, out = places.pop()
    if is_address(batch.shared):
        return Cluster(address, Place(root, out, True, batch.force))
    there = root, out
    if batch.shared is not None:
        if not Path(out).is_relative_to(root):
            raise click.UsageError(f"用 --shared，-o 的文件夹要在“{root}”里面，别的计算机才写得到。")
        shared = batch.shared.rstrip("/\\")
        there = shared, f"{shared}/{Path(out).relative_to(root).as_posix()}"

    def probe() -> Path:
        file = Path(out, f".probe-{os.getpid()}-{time.time_ns()}")
        try:
            file.parent.mkdir(parents=True, exist_ok=True)
            file.touch()
        except OSError as error:
            said = in_the_way(file.parent) or f"不能在“{out}”里写文件：{reason(error)}。"
            raise WorkspaceError(said) from error
        return file

    return Cluster(address, Place(*there, False, batch.force), probe)


def is_address(shared: str | None) -> bool:
    """Whether it is an address for fsspec and no folder."""
    return shared is not None and "://" in shared
