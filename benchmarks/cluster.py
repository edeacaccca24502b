"""A Dask cluster on this machine: a scheduler and workers with one thread each, as processes."""

from __future__ import annotations

import os
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from benchmarks.layout import REPOSITORY, Bench
from benchmarks.measure import ProgramFailed, children

_SECONDS_TO_START = 60.0


class LocalCluster:
    """A cluster that runs."""

    def __init__(self, address: str, nannies: list[int]) -> None:
        self.address = address
        self._nannies = nannies

    @property
    def workers(self) -> list[str]:
        """The ids of the processes that work."""
        return [child for nanny in self._nannies for child in children(nanny)]


def has_dask(bench: Bench) -> bool:
    """Whether the compiler's environment can start a cluster."""
    asked = subprocess.run([bench.python, "-c", "import distributed"], capture_output=True, check=False)
    return asked.returncode == 0


@contextmanager
def local_cluster(bench: Bench, workers: int) -> Iterator[LocalCluster]:
    """Start a cluster, and end it. Raises `ProgramFailed` when it does not come up within a minute."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
    address = f"tcp://127.0.0.1:{port}"
    settings = {**os.environ, "DASK_DISTRIBUTED__WORKER__PROFILE__ENABLED": "false"}
    if bench.script() is None:
        settings["PYTHONPATH"] = str(REPOSITORY)
    folder = bench.work / "out" / "dask"
    folder.mkdir(parents=True, exist_ok=True)
    dask = [bench.python, "-m", "dask"]
    here = ["--host", "127.0.0.1", "--no-dashboard"]
    worker = [*dask, "worker", address, *here, "--nthreads", "1", "--local-directory", str(folder)]
    log = folder / "log"
    running: list[subprocess.Popen[bytes]] = []
    with log.open("wb") as written:

        def start(command: list[str]) -> None:
            running.append(
                subprocess.Popen(command, cwd=folder, env=settings, stdout=written, stderr=written)
            )

        try:
            start([*dask, "scheduler", *here, "--port", str(port)])
            _wait_for(log, b"Scheduler at", 1)
            for _ in range(workers):
                start(worker)
            _wait_for(log, b"Register worker", workers)
            yield LocalCluster(address, [process.pid for process in running[1:]])
        finally:
            for process in running:
                process.terminate()
            for process in running:
                process.wait(20)


def _wait_for(log: Path, words: bytes, times: int) -> None:
    deadline = time.monotonic() + _SECONDS_TO_START
    while log.read_bytes().count(words) < times:
        if time.monotonic() > deadline:
            raise ProgramFailed(f"Dask did not start:\n{log.read_text(encoding='utf-8')[-2000:]}")
        time.sleep(0.05)
