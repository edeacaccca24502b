"""`chengwen build --jobs`, `--scheduler`: many reports in one run, and what is said of it."""

from __future__ import annotations

import os
import signal
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

import click

from compiler.cli_output import Bar
from compiler.cli_reports import reports
from compiler.cli_words import Interrupted

if TYPE_CHECKING:
    from compiler.batch.pool import Done
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


def jobs_option(words: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """--jobs, with its help: in how many processes of this machine; None when it is not given."""
    return click.option("--jobs", metavar="份数", callback=_jobs, help=words)


def _jobs(_context: click.Context, _option: click.Parameter, jobs: str | None) -> int | None:
    """What --jobs gives. Raises `UsageError` when it is no number of processes."""
    if jobs is None:
        return None
    from compiler.batch.pool import MOST_WORKERS
    from compiler.figures import half_width

    text = half_width(jobs).strip()
    if not (text.isascii() and text.isdigit() and 1 <= int(text) <= MOST_WORKERS):
        raise click.UsageError(
            f"--jobs 后面写同时做几份，1 到 {MOST_WORKERS}，不能是“{jobs}”。一般写这台电脑的处理器个数。"
        )
    return int(text)


def batch_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """The options of a batch."""
    for option in (
        click.option(
            "--shared",
            metavar="地址",
            help="和 --scheduler 一起用：别的计算机在哪里看见放着 content 的文件夹；不写，和这里一样。",
        ),
        click.option(
            "--scheduler",
            metavar="地址",
            help="在 Dask 集群上做，写它的地址，见手册“成批生成”。",
        ),
        click.option("--force", is_flag=True, help="和 --jobs 一起用：没有变化的也重新生成。"),
        jobs_option("成批生成，同时做几份；没有变化的跳过，只说没有写出的和总数。"),
    ):
        command = option(command)
    return command


def check_batch(batch: Batch, formats: Sequence[str]) -> None:
    """Raise `UsageError` when options do not go together."""
    if batch.scheduler is not None and "pdf" in formats:
        raise click.UsageError(
            "集群上不出 PDF：各台计算机的字体不一样。去掉 pdf，或者用 --jobs 在这台电脑上做。"
        )
    if batch.jobs is not None and batch.scheduler is not None:
        raise click.UsageError("--jobs 是在这台电脑上做，--scheduler 是在别的计算机上做，只能写一个。")
    if batch.force and not batch.wanted:
        raise click.UsageError("--force 要和 --jobs 一起用：不写 --jobs，本来就每次都重新生成。")
    if batch.shared is not None and batch.scheduler is None:
        raise click.UsageError("--shared 要和 --scheduler 一起用。")


def build_batch(
    folders: Sequence[Path], out: Path | None, formats: tuple[str, ...], strict: bool, batch: Batch
) -> int:
    """Make the reports in these folders, all there are when there is none, print a line for each that fails and a summary,
    and give the exit code.

    Raises `UsageError` when two of them would be written to the same place, `Interrupted` when the user breaks off.
    """
    from compiler.publishing import WorkspaceError

    told = _Told()
    stopped = False
    try:
        if batch.shared is not None and _is_address(batch.shared):
            tasks = _tasks_at(batch.shared, folders, out, formats, strict)
        else:
            tasks = [_task(folder, out, formats, strict) for folder in reports(folders)]
        _refuse_doubles(tasks)
        told.whole = len(tasks)
        with _executor(batch, tasks) as executor, _stopped_by_interrupt(executor):
            try:
                for done in _outcomes(tasks, executor, batch.force, told):
                    told.take(*done)
                stopped = executor.stopping
            except KeyboardInterrupt:
                stopped = True
    except WorkspaceError as error:
        if told.done:
            told.end()
        click.echo(str(error), err=True)
        return 1
    told.end()
    if stopped and told.done < len(tasks):
        raise Interrupted(f"已停下，还有 {len(tasks) - told.done} 份没有做。{_GO_ON}")
    return int(told.failed > 0)


_GO_ON = "写好的都是完整的，其余的没有改动。再运行一次同样的命令，接着做其余的。"


class _Executor(Protocol):
    """Does tasks, somewhere."""

    stopping: bool

    def run(
        self, tasks: Iterator[tuple[int, Task]], waiting: Callable[[], None]
    ) -> Iterator[Done[Outcome]]: ...

    def close(self) -> None: ...


@contextmanager
def _executor(batch: Batch, tasks: Sequence[Task | Outcome]) -> Iterator[_Executor]:
    from compiler.batch.task import Task

    if batch.scheduler is not None:
        executor = _cluster(batch.scheduler, batch, [task for task in tasks if isinstance(task, Task)])
    else:
        from compiler.batch.pool import Pool
        from compiler.batch.task import clear_after_worker, lost, make

        executor = Pool(min(batch.jobs or 1, len(tasks)), make, lost, clear_after_worker)
    try:
        yield executor
    finally:
        executor.close()


def _cluster(address: str, batch: Batch, tasks: Sequence[Task]) -> _Executor:
    """The cluster at an address, told where to find the workspace of the tasks."""
    from compiler.batch.cluster import Cluster, Place
    from compiler.publishing import WorkspaceError, reason

    places = {(task.root, task.out) for task in tasks}
    if len(places) != 1:
        raise click.UsageError("用 --scheduler，报告要在同一个放着 content 和 templates 的文件夹里。")
    root, out = places.pop()
    if _is_address(batch.shared):
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
            raise WorkspaceError(f"不能在“{out}”里写文件：{reason(error)}。") from error
        return file

    return Cluster(address, Place(*there, False, batch.force), probe)


def _is_address(shared: str | None) -> bool:
    """Whether it is an address for fsspec and no folder."""
    return shared is not None and "://" in shared


@contextmanager
def _stopped_by_interrupt(executor: _Executor) -> Iterator[None]:
    """The first Ctrl-C has nothing more begun, the second is one as ever."""

    def stop(_number: int, _frame: object) -> None:
        if executor.stopping:
            raise KeyboardInterrupt
        executor.stopping = True

    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGINT, stop)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


def _outcomes(
    tasks: Sequence[Task | Outcome], executor: _Executor, force: bool, told: _Told
) -> Iterator[tuple[int, Outcome]]:
    """What came of each, as they are done; of fewer when the user breaks off."""
    from compiler.batch.sources import Sources
    from compiler.batch.task import Outcome, is_unchanged

    known: list[tuple[int, Outcome]] = []
    sources: dict[str, Sources] = {}

    def to_be_made() -> Iterator[tuple[int, Task]]:
        for number, task in enumerate(tasks):
            if executor.stopping:
                return
            if isinstance(task, Outcome):
                known.append((number, task))
                continue
            seen = sources.setdefault(task.root, Sources(Path(task.root)))
            if not force and not _is_address(task.root) and (unchanged := is_unchanged(task, seen)):
                known.append((number, unchanged))
                told.show(len(known))
                continue
            yield number, task

    for done in executor.run(to_be_made(), lambda: told.show(len(known), executor.stopping)):
        yield from known
        known.clear()
        yield done
    yield from known


def _task(folder: Path, out: Path | None, formats: tuple[str, ...], strict: bool) -> Task | Outcome:
    """What is to be done for the report in `folder`; what came of it already when it belongs to no workspace."""
    from compiler.batch.program import office_key, this_program
    from compiler.batch.task import Outcome, Status, Task
    from compiler.publishing import WorkspaceError
    from compiler.workspace import Workspace

    folder = folder.resolve()
    try:
        workspace = Workspace.around(folder)
    except WorkspaceError as error:
        return Outcome(str(folder), Status.FAILED, str(error))
    place = out.resolve() if out is not None else workspace.root / "build"
    return Task(
        str(workspace.root),
        workspace.shown(folder),
        str(place),
        tuple(sorted(formats)),
        strict,
        this_program().key + office_key(formats),
        workspace.today().isoformat(),
    )


def _tasks_at(
    address: str, folders: Sequence[Path], out: Path | None, formats: tuple[str, ...], strict: bool
) -> list[Task | Outcome]:
    """What is to be done for the reports in the workspace at an address, all paths being from there.

    Raises `UsageError` for a path that leads elsewhere, `WorkspaceError` when the address cannot be read.
    """
    from datetime import date

    from compiler.batch.program import this_program
    from compiler.batch.remote import reports_at
    from compiler.batch.task import Task

    place = out or Path("build")
    for path in (*folders, place):
        if path.is_absolute() or ".." in path.parts:
            raise click.UsageError(
                f"--shared 是地址的，文件夹从那里写起，如 content/丰台区金融办，不能是“{path}”。"
            )
    names = [folder.as_posix() for folder in folders] or ["content"]
    program, day = this_program().key, date.today().isoformat()
    return [
        Task(address, folder, place.as_posix(), tuple(sorted(formats)), strict, program, day)
        for folder in reports_at(address, names)
    ]


def _refuse_doubles(tasks: Sequence[Task | Outcome]) -> None:
    """Raise `UsageError` when two reports would be written to the same place: at once, either could win."""
    from compiler.batch.task import Task

    taken: dict[Path, str] = {}
    for task in tasks:
        if isinstance(task, Task):
            place = Path(task.out, *Path(task.folder).parts[-2:])
            if place in taken:
                raise click.UsageError(
                    f"“{taken[place]}”和“{task.folder}”会写到同一个文件夹“{place}”。分两次生成，用 -o 写到两个文件夹。"
                )
            taken[place] = task.folder


class _Told:
    """What was said of a batch so far."""

    def __init__(self) -> None:
        from compiler.batch.warned import Warnings

        self.whole = 0
        """How many reports there are."""
        self._began = time.monotonic()
        self._bar = Bar("成批")
        self._kept: dict[int, Outcome] = {}
        self._next = 0
        self._counts: Counter[str] = Counter()
        self._findings: Counter[int] = Counter()
        self._warnings = Warnings()
        self._stopping = False

    @property
    def done(self) -> int:
        """How many reports are done."""
        return self._counts.total()

    @property
    def failed(self) -> int:
        """How many of them failed."""
        return self._counts["failed"]

    def take(self, number: int, outcome: Outcome) -> None:
        """Count what came of a report, and say of all whose turn it is why they failed, in the order of the reports."""
        self._counts[outcome.status.value] += 1
        self._findings.update(dict(enumerate(outcome.findings)))
        self._warnings.take(number, outcome.warned)
        self._kept[number] = outcome
        while self._next in self._kept:
            self._say(self._kept.pop(self._next))
            self._next += 1
        self.show()

    def show(self, more: int = 0, stopping: bool = False) -> None:
        """Show how far it is; `more` are done and not yet counted. Says once that it is stopping."""
        if stopping and not self._stopping:
            self._stopping = True
            self._bar.clear()
            click.echo("正在停下：做着的几份做完就停。要马上停，再按一次 Ctrl+C。", err=True)
        self._bar.show("生成报告", self.done + more, self.whole)

    def end(self) -> None:
        """Say what is left to say: of reports behind one that was not done, and the summary."""
        self._bar.clear()
        for number in sorted(self._kept):
            self._say(self._kept.pop(number))
        built, same, failed = (self._counts[name] for name in ("built", "unchanged", "failed"))
        parts = [click.style("√", fg="green") + f" {built} 份"]
        parts += [click.style("×", fg="red") + f" {failed} 份"] if failed else []
        parts += [f"没有变化 {same} 份"] if same else []
        click.echo("，".join(parts) + f"，用时 {time.monotonic() - self._began:.1f} 秒。")
        for warned in self._warnings.lines():
            click.echo(f"  {warned}")
        said = self._found()
        if said:
            click.echo(f"  检查查出{said}。看一份的明细，运行 chengwen check 加它的文件夹。")
        elif failed:
            click.echo("  看一份的明细，运行 chengwen check 加它的文件夹。")

    def _say(self, outcome: Outcome) -> None:
        if outcome.status.value == "failed":
            self._bar.clear()
            click.echo(click.style("× ", fg="red") + f"{outcome.folder}：{outcome.message}")

    def _found(self) -> str:
        from compiler.diagnostics import Severity

        return "，".join(
            f"{severity.value} {self._findings[number]} 处"
            for number, severity in enumerate(Severity)
            if self._findings[number]
        )
