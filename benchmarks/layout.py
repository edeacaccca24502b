"""Where everything is, and the commands that are weighed."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.measure import Program
from benchmarks.workload import SIZES

REPOSITORY = Path(__file__).parents[1]
YARDSTICK = "limit_own"
"""The peers' program that does the same work with every technique that pays, and checks nothing."""
_WORK = REPOSITORY / "build" / "benchmarks"
_RESULTS = Path(__file__).parent / "RESULTS.md"
_BOTH = "DOCX + HTML"


@dataclass(frozen=True, slots=True)
class Bench:
    """The folders and interpreters of one call."""

    work: Path
    """Generated content and data, and what the programs write."""
    python: str
    """The interpreter of the environment that the compiler is installed in."""
    peers: Path | None
    """A working copy of the peers' scripts; None leaves them out."""
    peers_python: str

    @classmethod
    def of(cls, arguments: argparse.Namespace) -> Bench:
        """From the options that `add_options` adds; makes the scratch folder."""
        peers = arguments.peers.resolve() if arguments.peers else None
        beside = str(peers.parent / "venv" / "bin" / "python") if peers else sys.executable
        work = arguments.work.resolve()
        (work / "out").mkdir(parents=True, exist_ok=True)
        return cls(work, _absolute(arguments.python), peers, _absolute(arguments.peers_python or beside))

    def options(self, results: Path) -> list[str]:
        """The options that stand for this, for a command of the benchmark that writes to that page."""
        peers = ["--peers", str(self.peers), "--peers-python", self.peers_python] if self.peers else []
        return [
            "--work",
            str(self.work),
            "--python",
            self.python,
            "--results",
            str(results.resolve()),
            *peers,
        ]

    def compiler(self, size: str) -> Program:
        """`chengwen build` of a size: the console script where there is one."""
        command = self.command()
        report = next((self.work / size / "content").glob("*/*"))
        name = f"chengwen {size}"
        argv = (*command, "build", str(report), "-o", str(self.work / "out" / name), "--to", "docx,html")
        return Program(name, argv, _BOTH, REPOSITORY, inputs=(self.work / size,))

    def compiler_without(self, stages: str, size: str) -> Program:
        """The same build with some stages taken out: `checks`, or `checks,trace`."""
        whole = self.compiler(size)
        name = f"chengwen without {stages.replace(',', ' and ')} {size}"
        build = whole.argv[whole.argv.index("build") :]
        argv = (self.python, str(Path(__file__).with_name("without.py")), stages, *build)
        named = tuple(str(self.work / "out" / name) if word.endswith(whole.name) else word for word in argv)
        return Program(name, named, _BOTH, REPOSITORY, inputs=whole.inputs)

    def command(self) -> tuple[str, ...]:
        """What starts the compiler: the console script where there is one."""
        script = self.script()
        return (str(script),) if script else (self.python, "-m", "compiler")

    def script(self) -> Path | None:
        """The console script; None when the compiler is not installed."""
        script = Path(self.python).parent / "chengwen"
        return script if script.exists() else None

    def yardstick(self, size: str, *options: str) -> Iterator[Program]:
        """The yardstick; a small report starts from the smaller of its two packages."""
        lean = ("--base", "base_lean") if size == "S" else ()
        return self._peer(YARDSTICK, _BOTH, "limit.py", size, *lean, *options)

    def programs(self, size: str, *, slow: bool) -> list[Program]:
        """Everything that takes its turn at a size, the yardstick first.

        `slow`: also what takes ten seconds a run.
        """
        programs = [*self.yardstick(size), self.compiler(size)]
        if size == "L":
            # Beside L, so that both sides of the ratio saw the same machine.
            return [*programs, self.compiler("M")]
        programs += [self.compiler_without(stages, size) for stages in ("checks", "checks,trace")]
        if size == "S" or slow:
            programs += self._peer("pandoc 3, from HTML", _BOTH, "peer_pandoc.py", size, "--from", "html")
        if size == "S":
            programs += self._peer("pandoc 3, from Markdown", _BOTH, "peer_pandoc.py", size)
            programs.append(Program("Python, doing nothing", (self.python, "-c", "pass"), "", REPOSITORY))
        programs += self._peer("docxtpl", "DOCX", "peer_docxtpl.py", size)
        return programs

    def slow_peers(self, size: str) -> Iterator[Program]:
        """Those that take much longer than the compiler at a large size."""
        yield from self._peer("docxtpl", "DOCX", "peer_docxtpl.py", size)
        yield from self._peer("pandoc 3, from HTML", _BOTH, "peer_pandoc.py", size, "--from", "html")

    def _peer(self, name: str, outputs: str, script: str, size: str, *options: str) -> Iterator[Program]:
        """A peer's script over the data of a size; nothing when it is not there."""
        if self.peers is None or not (self.peers / script).exists():
            return
        full = f"{name} {size}"
        stem = self.work / "out" / full
        files = [f"{stem}.docx"] + ([f"{stem}.html"] if "HTML" in outputs else [])
        data = self.work / f"{size}.yaml"
        argv = (self.peers_python, script, str(data), *files, *options)
        yield Program(full, argv, outputs, self.peers, inputs=(data,))


def add_options(parser: argparse.ArgumentParser, sizes: Sequence[str]) -> None:
    """The options that every command of the benchmark has."""
    parser.add_argument("--peers", type=Path, help="a working copy of the peers' scripts")
    parser.add_argument("--peers-python", help="their interpreter (default: ../venv/bin/python beside them)")
    parser.add_argument("--python", default=sys.executable, help="the compiler's (default: this one)")
    parser.add_argument("--sizes", nargs="+", choices=list(SIZES), default=list(sizes))
    parser.add_argument("--work", type=Path, default=_WORK, help="a scratch folder")
    parser.add_argument("--results", type=Path, default=_RESULTS, help="the page to write")


def _absolute(python: str) -> str:
    # Not resolve(): the link in a virtual environment is what tells Python which environment it is in.
    return os.path.abspath(python) if os.sep in python else python
