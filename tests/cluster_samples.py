"""A Dask cluster of real processes for tests, and builds on it."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from tests.command_line import Ran, call

ROOT = Path(__file__).parents[1]
NAMES = [f"第{number:02}局" for number in range(8)]


def free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])


@contextmanager
def running(logs: Path, *workers: Path, more: Sequence[str] = ()) -> Iterator[str]:
    """The address of a scheduler with one worker for each folder that a worker has the program from."""
    address = f"tcp://127.0.0.1:{free_port()}"
    settings = {
        **os.environ,
        "DASK_DISTRIBUTED__SCHEDULER__ALLOWED_FAILURES": "1",
        "DASK_DISTRIBUTED__WORKER__DAEMON": "false",
    }
    dask = [sys.executable, "-m", "dask"]
    here = ["--host", "127.0.0.1", "--no-dashboard"]
    worker = [*dask, "worker", address, *here, "--nthreads", "1", "--local-directory", str(logs)]
    worker += ["--preload", "tests.cluster_preload", *more]
    commands = [([*dask, "scheduler", *here, "--port", address.rpartition(":")[2]], ROOT)]
    commands += [(worker, program) for program in workers]
    processes = []
    with open(logs / "log", "wb") as log:
        try:
            for command, program in commands:
                if len(processes) == 1:
                    wait_for(lambda: port_answers(address))
                environment = {**settings, "PYTHONPATH": os.pathsep.join([str(program), str(ROOT)])}
                processes.append(subprocess.Popen(command, cwd=logs, env=environment, stdout=log, stderr=log))
            wait_for(lambda: port_answers(address))
            wait_for(lambda: (logs / "log").read_bytes().count(b"Register worker") >= len(workers))
            yield address
        finally:
            # Not asked to end: over that Dask takes eight seconds, and where it starts a worker again just then, it forgets it.
            for process in processes:
                process.kill()  # the worker that it started ends with it
            for process in processes:
                process.wait()


def wait_for(true: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 60
    while not true():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def port_answers(address: str) -> bool:
    try:
        socket.create_connection(("127.0.0.1", int(address.rpartition(":")[2])), 1).close()
    except OSError:
        return False
    return True


def built(root: Path, scheduler: str, *more: str) -> Ran:
    return call(["build", "content", "--scheduler", scheduler, *more], root)
