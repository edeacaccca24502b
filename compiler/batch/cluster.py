"""The same on a Dask cluster: its workers compile, from a folder they share with this machine or from a storage (`remote`).

Nothing is sent before every worker was asked which program it runs: the same program writes the same bytes, another one may not.
Dask runs again elsewhere what a worker was doing that died. What ends several workers in turn it gives up (`allowed-failures` of the
scheduler), and with it what was waiting on the same workers; each of these is tried once more, alone, so that only the culprit fails.
Quick reports are given several at a time: what Dask does for one it is given takes as long as half a small report.
"""

from __future__ import annotations

import asyncio
import gc
import logging
import os
import re
import socket
import struct
import sys
import threading
import time
import warnings
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import CancelledError, Future
from contextlib import contextmanager
from importlib.util import find_spec
from itertools import islice
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import Any

from compiler.batch.pool import Done
from compiler.batch.program import Program, differences, this_program
from compiler.batch.task import Outcome, Status, Task
from compiler.batch.there import Made, make_some_there, who_is_there
from compiler.charts.drawing import drawn_with
from compiler.faults import said_by
from compiler.named import NamedTuple
from compiler.publishing import WorkspaceError

_SECONDS_TO_CONNECT = 12.0
_SECONDS_FOR_WORKERS = 12.0
_LONGEST_GREETING = 1 << 20
"""Bytes of the message that Dask opens a connection with; it is some hundreds."""
_SECONDS_WITHOUT_WORKERS = 60.0
_AHEAD = 3
"""What is given to each worker: one it does, and some that wait there, so that it never waits itself."""
_AT_ONCE, _QUICK = 8, 0.1
"""Reports given as one, when a report takes fewer seconds than that: what Dask does for each thing that it is given takes long beside it."""
_LOOK = 0.2
"""Seconds after which one looks whether the user wants to break off."""


_Coming = Future[Made | BaseException]
"""What came of reports that were given as one."""


class Place(NamedTuple):
    """Where the workers find the workspace, and where they put what they make."""

    root: str
    """A folder, or an address of a storage."""
    out: str
    """A folder; in a storage its path there."""
    is_storage: bool
    """It is an address."""
    force: bool
    """Also what is unchanged is made; in a storage the workers look, in a folder it was looked at here."""


class Cluster:
    """A cluster that is ready to work. Close it in the end."""

    stopping = False
    """Set to have nothing more begun; what was begun is done."""

    def __init__(self, address: str, place: Place, probe: Callable[[], Path] | None = None) -> None:
        """Connect, and make sure that every worker has this program and sees the workspace: the file that `probe` makes, too.

        Raises `WorkspaceError` when anything of it is not so.
        """
        client = _connected(address)
        try:
            _check_workers(client, address, place, probe)
        except BaseException:
            client.close()
            raise
        self._client = client
        self._address, self._place = address, place
        self._token = f"{os.getpid()}-{time.time_ns()}"
        self._given: dict[_Coming, list[tuple[int, Task]]] = {}
        self._at_once = 1
        self._ended: SimpleQueue[_Coming] = SimpleQueue()
        self._workers, self._looked = 1, 0.0
        self._alone_since: float | None = None

    def close(self) -> None:
        """Leave the cluster; what nobody waits for any more is given up there."""
        for coming in self._given:
            coming.cancel()
        self._client.close()

    def run(self, tasks: Iterator[tuple[int, Task]], waiting: Callable[[], None]) -> Iterator[Done[Outcome]]:
        """As `Pool.run`. Raises `WorkspaceError` when the cluster is gone."""
        killers: list[tuple[int, Task]] = []
        more = True
        while True:
            while more and not self.stopping and len(self._given) < _AHEAD * self._count():
                following = list(islice(tasks, self._at_once))
                more = bool(following)
                if following:
                    self._give(following)
            if not self._given:
                break
            yield from self._done(killers, waiting)
        for number, task in killers:
            if self.stopping:
                break
            again: list[tuple[int, Task]] = []
            self._give([(number, task)], "again")
            while self._given:
                yield from self._done(again, waiting)
            if again:
                yield Done(number, Outcome(task.folder, Status.FAILED, _KILLER))

    @property
    def _go_on(self) -> str:
        how = "每一份又从头做：有 --force" if self._place.force else "接着做其余的"
        return f"写好的都是完整的。修好了再运行一次同样的命令，{how}。"

    @contextmanager
    def _connection(self) -> Iterator[None]:
        """Where the scheduler is talked to. Raises `WorkspaceError` when the connection is gone.

        Dask then raises one of many things, and anything at all once its client has closed itself, after some seconds without a scheduler.
        """
        try:
            yield
        except WorkspaceError:
            raise
        except Exception as error:
            gone = self._client.status != "running"
            if gone or isinstance(error, OSError | ValueError | RuntimeError | CancelledError):
                raise WorkspaceError(f"和 {self._address} 的连接断了。{self._go_on}") from error
            raise

    def _give(self, tasks: list[tuple[int, Task]], word: str = "") -> None:
        place = self._place
        with self._connection():
            future = self._client.submit(
                make_some_there,
                [task._replace(root=place.root, out=place.out, charts=drawn_with()) for _, task in tasks],
                this_program(),
                place.is_storage,
                place.force,
                self._token,
                key=f"chengwen-{self._token}-{tasks[0][0]}{word}",
                pure=False,
            )
            coming = asyncio.run_coroutine_threadsafe(self._fetched(future), self._client.loop.asyncio_loop)
        self._given[coming] = tasks
        coming.add_done_callback(self._ended.put)

    async def _fetched(self, future: Any) -> Made | BaseException:
        """What a worker made, or why it made nothing, when that is here.

        The worker that keeps what it made may die before it is fetched: Dask has it made again then, and it is waited for here, beside
        the others, as long as there are workers.
        """
        found = await self._client.gather([future], errors="skip", asynchronous=True)
        if not found and future.status == "error":
            error: BaseException = await future.exception(asynchronous=True)
            return error
        if not found or type(found[0]) is not Made:  # so it is when the client was closed meanwhile
            raise ConnectionError
        return found[0]

    def _done(self, killers: list[tuple[int, Task]], waiting: Callable[[], None]) -> Iterator[Done[Outcome]]:
        """What is done by now, or soon. What a worker has ended over is put among the `killers`, all that was given as one."""
        from distributed.scheduler import KilledWorker

        ended = self._ended_now()
        waiting()
        for coming in ended:
            tasks = self._given.pop(coming)
            with self._connection():
                made = coming.result()
            if isinstance(made, Made):
                self._at_once = _AT_ONCE if made.seconds < _QUICK * len(tasks) else 1
                for (number, _), outcome in zip(tasks, made.outcomes, strict=True):
                    yield Done(number, outcome)
            elif isinstance(made, KilledWorker) or len(tasks) > 1:
                killers += tasks
            else:
                number, task = tasks[0]
                yield Done(number, Outcome(task.folder, Status.FAILED, _refusal(made)))

    def _ended_now(self) -> list[_Coming]:
        """What came since this was asked last; nothing when nothing does for a moment."""
        ended = []
        try:
            ended.append(self._ended.get(timeout=_LOOK))
            while True:
                ended.append(self._ended.get_nowait())
        except Empty:
            pass
        if not ended:
            self._count()
        return ended

    def _count(self) -> int:
        """How many workers there are. Raises `WorkspaceError` when there have been none for a minute."""
        if time.monotonic() - self._looked < 1:
            return self._workers
        with self._connection():
            found = len(self._client.nthreads())
        self._looked = time.monotonic()
        if found:
            self._workers, self._alone_since = found, None
        elif self._alone_since is None:
            self._alone_since = time.monotonic()
        elif time.monotonic() - self._alone_since > _SECONDS_WITHOUT_WORKERS:
            raise WorkspaceError(
                f"{self._address} 上干活的程序（dask worker）一个也没有了，等了 {_SECONDS_WITHOUT_WORKERS:.0f} 秒。{self._go_on}"
            )
        return self._workers


_KILLER = "生成它的程序（dask worker）中途没有了（多半是内存不够），单独又试了一次也一样，没有写出。其他报告不受影响。"


def _refusal(error: BaseException) -> str:
    return f"那台计算机没有做成，没有写出：{said_by(error)}。"


# Before anything is sent ---------------------------------------------------------------


def is_installed() -> bool:
    """Whether this machine has Dask; cheap, nothing is imported."""
    try:
        return find_spec("distributed") is not None
    except ValueError:  # as `sys.modules` has it where somebody forbade it
        return False


def _connected(address: str) -> Any:
    """A client of the scheduler at the address. Raises `WorkspaceError`, within `_SECONDS_TO_CONNECT`, whatever is there instead of one."""
    if not is_installed():
        raise WorkspaceError(
            "用 --scheduler 要先装上 Dask：pip install 'chengwen[cluster]'。只用这台电脑的，写 --jobs。"
        )
    unreachable = WorkspaceError(
        f"连不上 {address}：看看地址和端口对不对（如 tcp://10.0.0.5:8786，不是看网页的 8787），那里的 dask scheduler 有没有在运行，"
        "中间的防火墙、代理放不放行，这台电脑和它装的 Dask 是不是同一版。"
    )
    whole = re.fullmatch(r"(?:(tcp|tls|wss?)://)?\[?([^/\s\[\]]+)\]?:(\d{1,5})/?", address)
    if whole is None:
        raise unreachable  # Dask would wait for ever for a kind of address that it does not know
    scheme, host, port = whole.groups()
    came: SimpleQueue[Any] = SimpleQueue()

    def connect() -> None:
        # In a thread of its own: what answers instead of a scheduler can make Dask raise anything, or wait for ever.
        try:
            _ask_for_greeting(host, int(port), speaks=scheme in (None, "tcp"))
            came.put(_client(address))
        except BaseException:
            came.put(None)

    with _silent():
        threading.Thread(target=connect, daemon=True).start()
        try:
            client = came.get(timeout=_SECONDS_TO_CONNECT)
        except Empty:
            client = None
    if client is None:
        raise unreachable
    gc.enable()  # the client makes cycles all the time
    return client


def _ask_for_greeting(host: str, port: int, *, speaks: bool) -> None:
    """Raise `OSError` unless somebody takes a connection there and, where it is plain TCP, greets as Dask does.

    A Dask listener `speaks` first: the length of its message, then the number of frames in it. Another server waits to be asked, or
    says something whose first bytes would be the length of a message that no memory can hold.
    """
    with socket.create_connection((host, port), _SECONDS_TO_CONNECT / 3) as connection:
        if not speaks:
            return
        greeting = b""
        while len(greeting) < 16:
            more = connection.recv(16 - len(greeting))
            if not more:
                raise ConnectionError
            greeting += more
    length, frames = struct.unpack("<QQ", greeting)
    if length > _LONGEST_GREETING or not 0 < frames < 100:
        raise ConnectionError


def _client(address: str) -> Any:
    from distributed import Client

    return Client(address, timeout=_SECONDS_TO_CONNECT, set_as_default=False)


@contextmanager
def _silent() -> Iterator[None]:
    """Nothing that Dask or a thread of it has to say of a failure is printed: what matters is told by us."""
    for name in ("distributed", "distributed.client", "distributed.core", "tornado.application", "asyncio"):
        logging.getLogger(name).setLevel(logging.CRITICAL + 1)
    before = threading.excepthook, sys.unraisablehook
    threading.excepthook = lambda _: None
    sys.unraisablehook = lambda _: None
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        threading.excepthook, sys.unraisablehook = before


def _check_workers(client: Any, address: str, place: Place, probe: Callable[[], Path] | None) -> None:
    from distributed import TimeoutError as NotYet

    try:
        client.wait_for_workers(1, timeout=_SECONDS_FOR_WORKERS)
    except NotYet:
        raise WorkspaceError(
            f"{address} 上还没有干活的程序。在每台计算机上运行 dask worker {address} --nthreads 1。"
        ) from None
    file = probe() if probe is not None else None
    try:
        name = file.name if file is not None else ""
        answers = client.run(who_is_there, place.root, place.out, name, place.is_storage, on_error="return")
    finally:
        if file is not None:
            file.unlink(missing_ok=True)
    for worker, answer in sorted(answers.items()):
        fault = _fault_of(answer, place)
        if fault:
            raise WorkspaceError(f"{worker} {fault}一份也没有送出。")


def _fault_of(answer: object, place: Place) -> str:
    """Why a worker that answered so cannot be used; empty when it can."""
    if not isinstance(answer, Mapping):
        return f"上没有装成文，或者是没有成批生成的旧版：装上和这里同一版的成文，再运行 dask worker（{said_by(answer)}）。"
    here, there = this_program(), Program(*answer["program"])
    if here != there:
        return f"上的成文和这里的不一样：{differences(here, there)}。装成同一版，再运行 dask worker。"
    if answer["sees"]:
        return f"看不见要用的文件夹：{answer['sees']}。用 --shared 写明它在哪里看见“{place.root}”。"
    return ""
