"""Run one build in this process and say which part of the compiler had the time.

    python benchmarks/sampler.py REPORT build FOLDER -o OUT …
    python benchmarks/sampler.py REPORT worker OUT FOLDER …      (of a batch: what a worker does for each report)

A timer interrupts every two milliseconds of wall time; the time since the last interrupt goes to the stage of the
innermost frame on the stack that belongs to one. So a library's time counts for the part that called it, a
generator's for itself and not for who pulls it, and a long call into C, which cannot be interrupted, still
counts in full.
What is imported counts for the package that asked for it.
A tracing profiler would treble the time of small functions and leave that of C code as it is.
"""

from __future__ import annotations

# Nothing else is imported up here: it would be missing from the imports of the compiler.
import gc
import os
import signal
import sys
import time

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import FrameType

INTERVAL = 0.002
IMPORTS, GARBAGE, OTHER = "imports", "garbage collection", "the rest"

STAGES: tuple[tuple[str, str], ...] = (
    ("/zipfile", "deflate"),
    ("/compiler/checks/", "checks"),
    ("/compiler/previous", "checks"),
    ("/compiler/trace", "trace"),
    ("/compiler/writers/docx/", "DOCX XML"),
    ("/compiler/writers/html/", "HTML"),
    ("/compiler/readers/yaml", "YAML"),
    ("/compiler/readers/plain_yaml", "YAML"),
    ("/compiler/readers/markdown", "Markdown"),
    ("/compiler/readers/table", "tables"),
    ("/compiler/outline", "outline and style"),
    ("/compiler/readers/style", "outline and style"),
    ("/compiler/table_program", "tables"),
    ("/compiler/table_grid", "tables"),
    ("/compiler/passes/tables", "tables"),
    ("/compiler/expressions", "expressions"),
    ("/compiler/plain_expressions", "expressions"),
    ("/compiler/evaluator", "expressions"),
    ("/compiler/filters", "expressions"),
    ("/compiler/figures", "expressions"),
    ("/compiler/passes/substitute", "expressions"),
    ("/compiler/passes/", "other passes"),
    ("/compiler/schema", "schema"),
    ("/compiler/kinds", "schema"),
    ("/compiler/record", "schema"),
    ("/compiler/rawdata", "schema"),
    ("/compiler/evaluation/", "schema"),
    ("/compiler/workspace", "files and publishing"),
    ("/compiler/publishing", "files and publishing"),
    ("/compiler/batch/pool", GARBAGE),  # all that a worker does between two reports
    ("/compiler/batch/task", OTHER),
    ("/compiler/batch/", "what was made from what"),
)
"""What a file's path holds, and the stage it stands for; the first that fits. Libraries fit none."""


class Sampler:
    """Time by stage, in seconds, while it runs."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}
        self._stage_of: dict[str, str] = {}
        self._last = 0.0

    def start(self) -> None:
        """Begin; only the main thread can."""
        signal.signal(signal.SIGALRM, self._sample)
        self._last = time.perf_counter()
        signal.setitimer(signal.ITIMER_REAL, INTERVAL, INTERVAL)
        # Else its time would go to whoever happened to ask for memory.
        gc.callbacks.append(self._collecting)

    def stop(self) -> None:
        """End, and account for the time since the last interrupt."""
        gc.callbacks.remove(self._collecting)
        signal.setitimer(signal.ITIMER_REAL, 0)
        self._sample(0, sys._getframe())

    def _collecting(self, phase: str, _info: dict[str, int]) -> None:
        self._give(self._stage(sys._getframe(1)) if phase == "start" else GARBAGE)

    def _sample(self, _signal: int, frame: FrameType | None) -> None:
        self._give(self._stage(frame))

    def _give(self, stage: str) -> None:
        now = time.perf_counter()
        self.seconds[stage] = self.seconds.get(stage, 0.0) + now - self._last
        self._last = now

    def _stage(self, frame: FrameType | None) -> str:
        stage = package = ""
        importing = False
        while frame is not None:
            name = frame.f_code.co_filename
            if name.startswith("<frozen importlib"):
                importing = True
            elif importing and not package:
                package = _package(name)
            elif not stage:
                known = self._stage_of.get(name)
                if known is None:
                    known = self._stage_of[name] = _stage_of_file(name)
                stage = known
            frame = frame.f_back
        return f"{IMPORTS}: {package or 'the standard library'}" if importing else stage or OTHER


def _package(name: str) -> str:
    """The package that a file belongs to; empty for the standard library."""
    path = name.replace("\\", "/")
    _, found, rest = path.partition("/site-packages/")
    if found:
        return rest.split("/")[0].removesuffix(".py")
    return "the compiler" if "/compiler/" in path else ""


def _stage_of_file(name: str) -> str:
    path = name.replace("\\", "/")
    return next((stage for part, stage in STAGES if part in path), "")


WARM = 20
"""Reports that a worker makes before its time counts."""


class _Asked:
    """In the place of the connection to a pool's worker: asks for the reports in these folders, then for nothing more."""

    def __init__(self, sampler: Sampler, out: str, folders: list[str]) -> None:
        from pathlib import Path

        from compiler.cli_batch import _tasks

        self._sampler = sampler
        self._tasks = _tasks(folders, Path(out), ("docx", "html"), False)
        self._given = 0

    def send(self, _answer: object) -> None:
        """An answer, which nobody reads."""

    def recv(self) -> object:
        """The next task. Raises `EOFError` when there is none."""
        if self._given == WARM:
            self._sampler.seconds.clear()
        if self._given == len(self._tasks):
            raise EOFError
        self._given += 1
        return self._tasks[self._given - 1]


def main() -> None:
    """The command: the file to write, then the build's own arguments; its exit code is the build's."""
    report, *arguments = sys.argv[1:]
    sys.argv = ["chengwen", *arguments]
    # The repository instead of this folder, whose profile.py is not the standard library's.
    sys.path[0] = __file__.rpartition("benchmarks")[0] or "."
    sampler = Sampler()
    leave = os._exit

    def end(code: int) -> None:
        """The command line leaves by this door, past every `finally`."""
        sampler.stop()
        with open(report, "w", encoding="utf-8") as file:
            file.writelines(f"{stage}\t{seconds}\n" for stage, seconds in sampler.seconds.items())
        leave(code)

    os._exit = end  # type: ignore[assignment]
    sampler.start()
    if arguments[0] == "worker":
        from compiler.batch.pool import _serve
        from compiler.batch.task import make

        _serve(_Asked(sampler, arguments[1], arguments[2:]), make)  # type: ignore[arg-type]
        os._exit(0)
    from compiler.cli import main as build

    build()


if __name__ == "__main__":
    main()
