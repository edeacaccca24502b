"""`chengwen build --jobs`, `--scheduler`: many reports in one run, and what is said of it."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from compiler import interrupts
from compiler.cli_batch_told import Told
from compiler.cli_executors import Batch, Executor, executor_of, is_address, pool_of
from compiler.cli_reports import report_places, shown_here, was_built
from compiler.cli_words import Interrupted
from compiler.signals import handling

if TYPE_CHECKING:
    from compiler.batch.task import Outcome, Task


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
        click.option("--force", is_flag=True, help="和 --jobs、--scheduler 一起用：没有变化的也重新生成。"),
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
        raise click.UsageError(
            "--force 要和 --jobs 或 --scheduler 一起用：两样都不写，本来就每次都重新生成。"
        )
    if batch.shared is not None and batch.scheduler is None:
        raise click.UsageError("--shared 要和 --scheduler 一起用。")


def build_batch(
    folders: Sequence[Path], out: Path | None, formats: tuple[str, ...], strict: bool, batch: Batch
) -> int:
    """Make the reports in these folders, all there are when there is none, print a line for each that fails and a summary,
    and give the exit code.

    Raises `Interrupted` when the user breaks off.
    """
    from compiler.publishing import WorkspaceError

    stopped = False
    with _counted_interrupts() as presses, pool_of(batch) as pool:
        told = Told()
        try:
            if batch.shared is not None and is_address(batch.shared):
                tasks = _tasks_at(batch.shared, folders, out, formats, strict)
            else:
                places = report_places(folders)
                if batch.jobs is not None:
                    pool.start()
                tasks = _tasks(places, out, formats, strict)
                del places
            _refuse_doubles(tasks)
            told.whole = len(tasks)
            told.place = _place_of(tasks)
            with executor_of(batch, tasks, pool) as executor:
                presses.executor = executor
                try:
                    for number, outcome in _outcomes(tasks, executor, batch.force, told, presses):
                        seen, has_earlier = _as_seen_from_here(tasks[number], outcome)
                        told.take(number, seen, has_earlier)
                        presses.heed()
                    stopped = executor.stopping
                except KeyboardInterrupt:
                    stopped = True
        except WorkspaceError as error:
            if told.done:
                told.end()
            click.echo(str(error), err=True)
            return 1
        told.end()
        left = len(tasks) - told.done
        if stopped and left:
            again = _ANEW.format(left) if batch.force else _GO_ON
            raise Interrupted(f"已停下，还有 {left} 份没有做。写好的都是完整的，其余的没有改动。{again}")
    return int(told.failed > 0)


def _place_of(tasks: Sequence[Task | Outcome]) -> str:
    """The folder that builds go to, as one would type it here; empty where there are several, or it is in a storage."""
    from compiler.batch.task import Task

    places = {task.out for task in tasks if isinstance(task, Task)}
    if len(places) != 1 or any(isinstance(task, Task) and is_address(task.root) for task in tasks):
        return ""
    return shown_here(Path(places.pop()))


_GO_ON = "再运行一次同样的命令，接着做其余的。"
_ANEW = (
    "再运行一次同样的命令，因为有 --force，每一份又从头做；去掉 --force，就只做有变化的，这 {} 份里没有变化的会跳过。"
    "要接着重做其余的，在命令里写上它们的文件夹。"
)


_SECONDS_TO_LEAVE = 2.0
"""After the second Ctrl-C; then one more ends the process whatever it is doing."""


class _Presses:
    """Ctrl-C, counted: raised where it comes it could come in the middle of anything, and a second one in what the first had done."""

    def __init__(self) -> None:
        self.executor: Executor | None = None
        """What works; None before, when nothing was begun and the first is one as ever."""
        self._count = 0
        self._second = 0.0

    def press(self, _number: int, _frame: object) -> None:
        """The first has nothing more begun, the second has all left as it is."""
        self._count += 1
        if self.executor is not None:
            self.executor.stopping = True
        elif self._count == 1:
            raise KeyboardInterrupt
        if self._count == 2:
            self._second = time.monotonic()
        elif self._count > 2 and time.monotonic() - self._second > _SECONDS_TO_LEAVE:
            os._exit(1)

    def heed(self) -> None:
        """Raise `KeyboardInterrupt` when there were two."""
        if self._count > 1:
            raise KeyboardInterrupt


@contextmanager
def _counted_interrupts() -> Iterator[_Presses]:
    """Within, Ctrl-C is counted; behind, where only the exit code is left to give, it does nothing."""
    presses = _Presses()
    with handling(signal.SIGINT, presses.press) as counted:
        try:
            yield presses
        finally:
            if counted:
                interrupts.end()


def _as_seen_from_here(task: Task | Outcome, outcome: Outcome) -> tuple[Outcome, bool]:
    """The same with the report's folder, where that will be told, as one would type it in the folder where the command runs; and of what
    failed whether there are documents of an earlier build.
    """
    from compiler.batch.task import Status, Task

    if outcome.status is not Status.FAILED or not isinstance(task, Task) or is_address(task.root):
        return outcome, False
    try:
        folder = Path(os.path.relpath(task.path)).as_posix()
    except ValueError:  # another drive
        folder = str(task.path)
    return outcome._replace(folder=folder), was_built(Path(task.out), task.path)


def _outcomes(
    tasks: Sequence[Task | Outcome], executor: Executor, force: bool, told: Told, presses: _Presses
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
            if not force and not is_address(task.root) and (unchanged := is_unchanged(task, seen)):
                known.append((number, unchanged))
                told.show(len(known))
                continue
            yield number, task

    def waiting() -> None:
        told.show(len(known), executor.stopping)
        presses.heed()

    for done in executor.run(to_be_made(), waiting):
        yield from known
        known.clear()
        yield done
    yield from known


def _tasks(
    places: Sequence[str], out: Path | None, formats: tuple[str, ...], strict: bool
) -> list[Task | Outcome]:
    """What is to be done for the reports in these places; what came of one already when it belongs to no workspace."""
    from datetime import date

    from compiler.batch.program import office_key, this_program
    from compiler.batch.task import Outcome, Status, Task
    from compiler.publishing import WorkspaceError
    from compiler.workspace import Workspace, root_above

    program, day = this_program().key + office_key(formats), date.today().isoformat()
    formats = tuple(sorted(formats))
    roots: dict[str, str] = {}
    workspaces: dict[str, tuple[Workspace, str]] = {}
    tasks: list[Task | Outcome] = []
    for place in places:
        if not os.path.isabs(place):  # `report_places` has followed the links on the way to the others
            place = os.path.realpath(place)
        try:
            root = root_above(place, roots)
        except WorkspaceError as error:
            tasks.append(Outcome(shown_here(Path(place)), Status.FAILED, str(error)))
            continue
        if root not in workspaces:
            workspaces[root] = (
                Workspace(Path(root)),
                str(out.resolve() if out is not None else Path(root, "build")),
            )
        workspace, builds = workspaces[root]
        tasks.append(Task(root, workspace.shown(place), builds, formats, strict, program, day))
    return tasks


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


def _refuse_doubles(tasks: list[Task | Outcome]) -> None:
    """Let reports fail that would be written to the same place: at once, any of them could win. The others are made."""
    from compiler.batch.task import Outcome, Status, Task

    taken: dict[str, dict[str, int]] = {}
    doubles: dict[int, int] = {}
    for number, task in enumerate(tasks):
        if isinstance(task, Task):
            inner = "/".join(task.folder.rsplit("/", 2)[-2:])
            there = taken.setdefault(os.path.normcase(task.out), {})
            other = there.setdefault(os.path.normcase(inner), number)
            if other != number:
                doubles[number] = other
                doubles.setdefault(other, number)
    named = {number: _named(tasks[number]) for number in doubles}
    for number, other in doubles.items():
        why = f"和“{named[other]}”会写到同一个文件夹。多出来的、备份的，移到 content 外面；都要的，分两次生成，用 -o 写到两个文件夹。"
        tasks[number] = Outcome(named[number], Status.FAILED, why)


def _named(task: Task | Outcome) -> str:
    from compiler.batch.task import Task

    if not isinstance(task, Task):
        return task.folder
    return task.folder if is_address(task.root) else shown_here(task.path)
