"""What takes long and is done beside the editing, one after the other: build, check report, comparison, freezing."""

from __future__ import annotations

import secrets
import sys
import threading
import traceback
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from compiler.archive.layout import ArchiveError
from compiler.editor.server.refusals import Refused
from compiler.inputs import Progress
from compiler.named import NamedTuple
from compiler.pdf import PdfError
from compiler.publishing import WorkspaceError, reason

_WAITING = 8
"""Jobs that may wait."""
_KEPT = 200
"""Jobs, and files made, that are still known."""


class Done(NamedTuple):
    """What came of a job."""

    message: str
    files: tuple[Path, ...] = ()
    sound: bool = True
    """Whether it was done; when not, the message says why."""


Work = Callable[[Progress], Done]


class Job:
    """One job; its fields are read while it is at work."""

    def __init__(self) -> None:
        self.state = "waiting"
        """waiting, running, done or failed."""
        self.stage, self.done, self.whole = "", 0, 0
        self.message = ""
        self.files: list[dict[str, Any]] = []

    def show(self, stage: str, done: int, whole: int) -> None:
        """How far it is."""
        self.stage, self.done, self.whole = stage, done, whole

    def as_json(self) -> dict[str, Any]:
        """What the page gets."""
        return {
            "state": self.state,
            "stage": self.stage,
            "done": self.done,
            "whole": self.whole,
            "message": self.message,
            "files": self.files,
        }


class Jobs:
    """The jobs of a server, and the files they made."""

    def __init__(self) -> None:
        self._pool = ThreadPoolExecutor(1, "job")
        self._lock = threading.Lock()
        self._jobs: dict[str, Job] = {}
        self._files: dict[str, Path] = {}

    def start(self, work: Work) -> str:
        """Do it when those before are done; gives the job's id. Raises `Refused` when too many wait."""
        with self._lock:
            if sum(job.state in ("waiting", "running") for job in self._jobs.values()) >= _WAITING:
                raise Refused(429, "前面还有几件事没有做完。", "等它们做完再来。")
            job, id = Job(), secrets.token_urlsafe(12)
            self._jobs[id] = job
            _forget(self._jobs)
        self._pool.submit(self._run, job, work)
        return id

    def find(self, id: str) -> Job:
        """A job by its id. Raises `Refused` when there is none."""
        job = self._jobs.get(id)
        if job is None:
            raise Refused(404, "没有这件事的记录，可能是程序重新启动过。", "再做一次。")
        return job

    def file(self, id: str) -> Path:
        """A file that a job made. Raises `Refused` when there is none, or not any more."""
        path = self._files.get(id)
        if path is None or not path.is_file():
            raise Refused(404, "没有这个文件，可能已经移走，或者程序重新启动过。", "再生成一次。")
        return path

    @property
    def busy(self) -> bool:
        """Whether one is at work."""
        return any(job.state == "running" for job in list(self._jobs.values()))

    def close(self) -> None:
        """Wait for the job at work; those that wait are given up."""
        self._pool.shutdown(wait=True, cancel_futures=True)

    def _run(self, job: Job, work: Work) -> None:
        job.state = "running"
        try:
            done = work(job.show)
            job.files = [self._offer(path) for path in done.files]
            job.message = done.message
            job.state = "done" if done.sound else "failed"
        except Refused as refused:
            job.message = refused.message + refused.hint
        except (ArchiveError, PdfError, WorkspaceError) as error:
            job.message = str(error)
        except OSError as error:
            job.message = f"没有做成：{reason(error)}。"
        except Exception:  # whatever is wrong with one report, the others go on
            traceback.print_exc(file=sys.stderr)
            job.message = "没有做成，是程序出了毛病；详细情况写在启动窗口里，请发给管程序的人。"
        finally:
            if job.state == "running":
                job.state = "failed"

    def _offer(self, path: Path) -> dict[str, Any]:
        id = secrets.token_urlsafe(12)
        with self._lock:
            self._files[id] = path
            _forget(self._files)
        return {"name": path.name, "id": id, "size": path.stat().st_size}


def _forget(known: dict[str, Any]) -> None:
    """Those that are long past."""
    for id in list(known)[:-_KEPT]:
        del known[id]
