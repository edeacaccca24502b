"""Worker processes of this machine: each takes one report after the other, and one that dies takes no other with it.

What is done with a report, and what comes of it, is up to who asks: a build, a summary.

Not `concurrent.futures`: there a worker's death breaks the whole pool and leaves in the dark which report it was.
"""

from __future__ import annotations

import gc
import multiprocessing
import os
import signal
import sys
import threading
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from itertools import chain
from multiprocessing.connection import Connection, wait
from typing import TYPE_CHECKING, Generic, TypeVar

from compiler.batch import warm
from compiler.caches import forget
from compiler.kept_patterns import KEPT
from compiler.named import NamedTuple
from compiler.publishing import WorkspaceError
from compiler.signals import handling

if TYPE_CHECKING:
    from multiprocessing.context import ForkContext, SpawnContext
    from multiprocessing.process import BaseProcess

MOST_WORKERS = 60
"""Windows waits for no more than 63 things at once."""
_LOOK = 0.2
"""Seconds after which one looks whether the user wants to break off."""
_SECONDS_TO_END = 5.0
_QUICK = 0.1
"""Seconds: a worker that has done a report in less is given the next one before it ends the present one, so that it does not wait
while this process has something else to do. Of longer ones, another worker may be free before.
"""
_NO_MEMORY = 77
"""Exit code of a worker whose memory is used up."""


TaskT = TypeVar("TaskT")
OutcomeT = TypeVar("OutcomeT")


class Done(NamedTuple, Generic[OutcomeT]):
    """A task that is done."""

    number: int
    outcome: OutcomeT


class Pool(Generic[TaskT, OutcomeT]):
    """Up to `jobs` processes, started when there is something for them to do; the first sooner (`start`), where there is sure to be."""

    def __init__(
        self,
        jobs: int,
        work: Callable[[TaskT], OutcomeT],
        lost: Callable[[TaskT, str], OutcomeT],
        clear: Callable[[TaskT, int], None] = lambda task, pid: None,
    ) -> None:
        """`work`: what is done with a task, raising nothing but `MemoryError`; a function of a module, as it goes to other processes by
        its name, and so do tasks and outcomes. `lost`: what came of a task whose worker dies each time, told why. `clear` removes what a process, by its number, left behind that ended while at a task.
        """
        self._most = self._jobs = min(jobs, MOST_WORKERS)
        self._work, self._lost, self._clear = work, lost, clear
        self._idle: list[_Worker[TaskT, OutcomeT]] = []
        self._busy: dict[Connection, _Worker[TaskT, OutcomeT]] = {}
        self._some_began = False
        self.stopping = False
        """Set to have nothing more given out; what was is done."""

    def start(self) -> None:
        """Start the first process, which imports what a report needs while who asks is still looking for tasks. Where that cannot be done,
        it is tried again, and told, when there is a task.
        """
        with suppress(WorkspaceError):
            self._idle.append(_Worker(self._work, self._busy, ahead=True))

    def run(
        self, tasks: Iterator[tuple[int, TaskT]], waiting: Callable[[], None] = lambda: None
    ) -> Iterator[Done[OutcomeT]]:
        """Do the tasks, each with its number, and give what came of them as they are done, in whatever order.

        A task whose worker dies is done once more when all others are, alone; when its worker dies again, it is lost. `waiting` is
        called now and then. Raises `WorkspaceError` when no worker can be started; when some can, they do it all.
        """
        killers: list[tuple[int, TaskT]] = []
        more = True
        while True:
            while more and not self.stopping and self._has_room():
                following = next(tasks, None)
                more = following is not None
                if following is None:
                    break
                try:
                    self._give(*following)
                except WorkspaceError:
                    if not self._busy:
                        raise
                    self._jobs = len(self._busy)  # as many as the machine bears
                    tasks = chain([following], tasks)
            if not self._busy:
                break
            for worker in self._ready(waiting):
                done = worker.answer()
                if done is None:
                    self._clear_after(worker)
                    killers.append(worker.tasks.popleft())
                    tasks, more = chain(worker.tasks, tasks), True  # these it had not begun
                else:
                    self._rest(worker)
                    yield done
        self._end_idle()
        for number, task in killers:
            if self.stopping:
                break
            yield self._alone(number, task, waiting)

    def close(self) -> None:
        """End the processes: those that have nothing to do end by themselves, the others are told to, and killed when they do not.

        Nothing of what they were at is left.
        """
        for worker in self._busy.values():
            worker.process.terminate()
        until = time.monotonic() + _SECONDS_TO_END
        for worker in list(self._busy.values()):
            worker.process.join(max(0.0, until - time.monotonic()))
            if worker.process.is_alive():
                worker.process.kill()
            worker.connection.close()
            self._clear_after(worker)
        self._end_idle()

    def _clear_after(self, worker: _Worker[TaskT, OutcomeT]) -> None:
        """Of what a worker is given it may have done more than was heard of."""
        self._busy.pop(worker.connection, None)
        worker.process.join()
        for _, task in worker.tasks:
            self._clear(task, worker.process.pid or 0)

    def _has_room(self) -> bool:
        """Whether a task more can be given."""
        return len(self._busy) < self._jobs or any(worker.wants_more for worker in self._busy.values())

    def _give(self, number: int, task: TaskT) -> None:
        """To a worker that does nothing, or else to one that soon will."""
        if len(self._busy) >= self._jobs:
            wanting = (worker for worker in self._busy.values() if worker.wants_more)
            worker = min(wanting, key=lambda worker: worker.since)  # who is done first, as far as one knows
        else:
            self._bury()
            worker = self._idle.pop() if self._idle else _Worker(self._work, self._busy)
        worker.take(number, task)
        self._busy[worker.connection] = worker

    def _bury(self) -> None:
        """Do not count on those that died while they had nothing to do."""
        for worker in [each for each in self._idle if not each.process.is_alive()]:
            self._idle.remove(worker)
            worker.connection.close()

    def _rest(self, worker: _Worker[TaskT, OutcomeT]) -> None:
        """Count a worker that has answered among those that have nothing to do, if it has not."""
        if not worker.tasks:
            del self._busy[worker.connection]
            self._idle.append(worker)

    def _ready(self, waiting: Callable[[], None]) -> Iterator[_Worker[TaskT, OutcomeT]]:
        """Workers that have answered, or died; one at least. Each is to be asked what."""
        ready: list[_Worker[TaskT, OutcomeT]] = []
        while not ready:
            heard = wait(list(self._busy), timeout=_LOOK)
            ready = [self._busy[each] for each in heard if not self._begins(self._busy[each])]  # type: ignore[index]
            if not heard:
                waiting()
        yield from ready

    def _begins(self, worker: _Worker[TaskT, OutcomeT]) -> bool:
        """Whether what was heard of a worker is that it can begin.

        Raises `WorkspaceError` when it died before it could, as all others did; else that is one that died like any other. As
        long as none has begun, no more are started than are still about to.
        """
        try:
            begins = worker.begins()
        except WorkspaceError:
            others = sum(not other.is_lost for other in self._busy.values())
            if self._some_began:
                return False
            if not others:
                raise
            self._jobs = others
            return False
        if begins and not self._some_began:
            self._some_began, self._jobs = True, self._most
        return begins

    def _alone(self, number: int, task: TaskT, waiting: Callable[[], None]) -> Done[OutcomeT]:
        try:
            self._give(number, task)
        except WorkspaceError:
            return Done(number, self._lost(task, _NO_OTHER))
        worker = next(self._ready(waiting))
        done = worker.answer()
        if done is not None:
            self._rest(worker)
            return done
        self._clear_after(worker)
        return Done(number, self._lost(task, _death(worker.process.exitcode)))

    def _end_idle(self) -> None:
        for worker in self._idle:
            worker.connection.close()
        for worker in self._idle:
            worker.process.join(_SECONDS_TO_END)
            if worker.process.is_alive():
                worker.process.kill()
        self._idle.clear()


class _Worker(Generic[TaskT, OutcomeT]):
    """One process, seen from here."""

    def __init__(
        self, work: Callable[[TaskT], OutcomeT], others: Iterable[Connection], *, ahead: bool = False
    ) -> None:
        """`others`: where the workers are heard that there are already. `ahead`: it has time to import what a report needs by itself."""
        context = _context()
        if context.get_start_method() == "fork" and not ahead:
            warm.up()  # once for all that follow
        self.connection, theirs = context.Pipe()
        ends_copied = (self.connection, *others) if context.get_start_method() == "fork" else ()
        self.process: BaseProcess = context.Process(
            target=_serve, args=(theirs, work, *ends_copied), daemon=True
        )
        self.tasks: deque[tuple[int, TaskT]] = deque()
        """What it is given: what it does, and what comes next."""
        self.since: float
        """When it began what it does, by the clock that only runs on."""
        self._is_quick = False
        self._began = False
        self.is_lost = False
        """It died before it could begin."""
        try:
            # What is started does not hear Ctrl-C, not even before it can say so itself.
            with handling(signal.SIGINT, signal.SIG_IGN):
                self.process.start()
        except OSError as error:
            raise WorkspaceError(_NOT_STARTED) from error
        finally:
            theirs.close()

    @property
    def wants_more(self) -> bool:
        """Whether it may be given a task beside the one that it does."""
        return self._is_quick and len(self.tasks) == 1

    def take(self, number: int, task: TaskT) -> None:
        if not self.tasks:
            self.since = time.monotonic()
        self.tasks.append((number, task))
        with suppress(OSError):  # dead already: the answer will tell
            self.connection.send(task)

    def begins(self) -> bool:
        """Whether what was heard of it is that it can begin. Raises `WorkspaceError` when it died before it could."""
        if self._began:
            return False
        try:
            self.connection.recv()
        except (EOFError, OSError):
            self.is_lost = True
            raise WorkspaceError(_NOT_STARTED) from None
        self._began, self.since = True, time.monotonic()
        return True

    def answer(self) -> Done[OutcomeT] | None:
        """What came of its first task; None when the process died."""
        try:
            outcome = self.connection.recv()
            now = time.monotonic()
            self._is_quick, self.since = now - self.since < _QUICK, now
            return Done(self.tasks.popleft()[0], outcome)
        except (EOFError, OSError):
            self.connection.close()
            self.process.join(_SECONDS_TO_END)
            if self.process.is_alive():  # nobody hears it any more
                self.process.kill()
            return None


_NOT_STARTED = "这台电脑不让启动别的进程（可能是内存不够，也可能被杀毒软件拦住了）。不加 --jobs 再运行一次，一份一份地做。"

_NO_OTHER = "做它的进程中途没有了，再启动一个也不成（多半是内存不够）"


def _death(exitcode: int | None) -> str:
    """Why there is nothing of a report that ends its worker."""
    if exitcode == _NO_MEMORY or exitcode == -getattr(signal, "SIGKILL", 9):
        why = "多半是内存不够"
    else:
        why = f"退出码 {exitcode}"
    return f"做它的进程中途没有了（{why}），单独又试了一次也一样"


class _Ended(BaseException):
    """This process is told to end."""


def _end(number: int, _frame: object) -> None:
    """What is being done is left undone, nothing of it staying behind."""
    signal.signal(number, signal.SIG_IGN)
    raise _Ended


def _context() -> ForkContext | SpawnContext:
    """How a worker starts: on Linux as a copy of this process, with all that it has imported; elsewhere, and beside threads, whose locks
    would be copied as they happen to be, from nothing.
    """
    if sys.platform == "linux" and threading.active_count() == 1:
        return multiprocessing.get_context("fork")
    return multiprocessing.get_context("spawn")


def _serve(connection: Connection, work: Callable[[TaskT], OutcomeT], *ends_copied: Connection) -> None:
    """What a worker does until nobody asks any more, which it hears when who asks closes the other end of its connection.

    `ends_copied`: such ends, its own and those of other workers, that came along when this process was copied from who asks. They are
    closed first, as a worker does not hear that nobody asks any more while a copy keeps its other end open.
    """
    for end in ends_copied:
        end.close()
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the terminal interrupts all of us; who asks decides
    gc.disable()
    with suppress(EOFError, OSError, _Ended):
        signal.signal(signal.SIGTERM, _end)
        warm.up()
        gc.freeze()  # what is imported stays; only what a report leaves behind is looked at
        connection.send(None)
        is_first = True
        while True:
            task = connection.recv()
            try:
                outcome = work(task)
            except MemoryError:
                os._exit(_NO_MEMORY)
            connection.send(outcome)
            del task, outcome
            forget()
            if is_first:  # templates and patterns stay, too
                gc.collect()
                gc.freeze()
                is_first = False
            KEPT.keep()
