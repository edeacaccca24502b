"""Workspaces with many departments, and what worker processes do to them in tests."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from datetime import date
from multiprocessing.connection import Connection
from pathlib import Path

from compiler import publishing
from compiler.batch.pool import Pool, _serve
from compiler.batch.program import this_program
from compiler.batch.task import Outcome, Task, clear_after_worker, lost, make
from compiler.pipeline import draft_folder
from compiler.summary.lines import Line, line_of
from tests import overlay

NAMES = ["丙局", "乙局", "丁局", "甲局"]
DAY = "2025-06-01"
BROKEN = "金额: 一百\n"


def departments(root: Path, names: Sequence[str]) -> None:
    """The sample report, once for each department."""
    overlay.copy_sample(root)
    sample = root / "content" / "示例局"
    for name in names:
        shutil.copytree(sample, root / "content" / name)
        for file in ("report.yaml", "data/department.yaml"):
            path = root / "content" / name / "2024" / file
            path.write_text(path.read_text(encoding="utf-8").replace("示例局", name), encoding="utf-8")
    shutil.rmtree(sample)


def with_chart(root: Path) -> None:
    """Give every report a chart, by their template."""
    template = root / "templates" / "绩效报告"
    (template / "charts").mkdir()
    (template / "charts" / "预算.yaml").write_text(
        '题: "{{ 年度 }}年各项目预算"\n形式: 条形\n逐项: 项目\n名称: "{{ 本项.名称 }}"\n数列:\n  - {名称: 预算, 值: 本项.全年预算数|万元}\n',
        encoding="utf-8",
    )
    outline = template / "outline.yaml"
    text = outline.read_text(encoding="utf-8")
    outline.write_text(text.replace("叙述: 概况}", "叙述: 概况, 图: 预算}"), encoding="utf-8")


def spoil(root: Path, name: str) -> None:
    """Make the report of a department one that does not compile."""
    (root / "content" / name / "2024" / "data" / "budget.yaml").write_text(BROKEN, encoding="utf-8")


def task(root: Path, folder: str = "content/示例局/2024", **other: object) -> Task:
    """What the command line asks for."""
    asked = Task(str(root), folder, str(root / "build"), ("docx", "html"), False, this_program().key, DAY)
    return asked._replace(**other)  # type: ignore[arg-type]


# Runs, and what came of them ------------------------------------------------------------

_ROOT = Path(__file__).parents[1]


def ran_in_pool(
    root: Path, names: list[str], jobs: int, work: Callable[[Task], Outcome]
) -> dict[str, Outcome]:
    """What came of the reports of departments, by name; each of them was told of once."""
    pool = Pool(jobs, work, lost, clear_after_worker)
    tasks = [task(root, f"content/{name}/2024") for name in names]
    try:
        done = list(pool.run(enumerate(tasks)))
    finally:
        pool.close()
    assert sorted(each.number for each in done) == list(range(len(names)))
    return {names[each.number]: each.outcome for each in done}


def begun(program: str, root: Path, *arguments: str, ready: Callable[[], bool]) -> subprocess.Popen[str]:
    """The command line, by a program that changes something before, in a group of processes as of a terminal, once it is `ready`."""
    script = root / "slow.py"
    script.write_text(program, encoding="utf-8")
    process = subprocess.Popen(
        [sys.executable, str(script), *arguments],
        cwd=root,
        env={**os.environ, "PYTHONPATH": str(_ROOT)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        encoding="utf-8",
        start_new_session=True,
    )
    deadline = time.monotonic() + 60
    while not ready():
        assert process.poll() is None
        assert time.monotonic() < deadline
        time.sleep(0.02)
    return process


def workers_of(process: subprocess.Popen[str]) -> list[str]:
    """The processes that it started and that are there, by number."""
    listed = subprocess.run(
        ["ps", "-o", "pid=", "--ppid", str(process.pid)], capture_output=True, text=True
    ).stdout
    return listed.split()


def without_records(files: dict[str, bytes]) -> dict[str, bytes]:
    return {name: data for name, data in files.items() if not name.endswith(".built.json")}


def seconds_taken_out(text: str) -> str:
    return re.sub(r"用时 \d+\.\d 秒", "用时 … 秒", text)


# Work for a pool; a worker finds it by its name -----------------------------------------


def make_or_die(asked: Task) -> Outcome:
    """A report of 害群局 ends the process that makes it, always; of 倒霉局 the first time; of 大户局 by running out of memory; of
    慌张局 it raises.
    """
    name = Path(asked.folder).parent.name
    if name == "害群局":
        os._exit(3)
    if name == "大户局":
        raise MemoryError
    if name == "倒霉局":
        mark = Path(asked.root, "once")
        if not mark.exists():
            mark.touch()
            os._exit(3)
    return make(asked)


def serve_but(
    number: int,
    starts: Path,
    connection: Connection,
    work: Callable[[Task], Outcome],
    *ends_copied: Connection,
) -> None:
    """What a worker does; the process of a run that is started as the `number`-th ends before it can begin. `starts` counts them."""
    with open(starts, "ab", buffering=0) as file:
        file.write(b"x")
        if file.tell() == number:
            os._exit(9)
    _serve(connection, work, *ends_copied)


def slowly(asked: Task) -> Outcome:
    """As `make`, and takes so long that one can break it off."""
    time.sleep(0.3)
    return make(asked)


def stop_in_the_middle(asked: Task) -> Outcome:
    """As `make`; of 害群局 the process is killed between two outputs that are put in place, of 磨蹭局 it takes its time there."""
    name = Path(asked.folder).parent.name
    draft_folder(Path(asked.out), asked.path).mkdir(parents=True, exist_ok=True)  # else there is one rename
    replace, replaced = publishing.replace_file, []

    def slowly_replaced(source: Path, target: Path) -> None:
        if replaced and name == "害群局":
            os.kill(os.getpid(), signal.SIGKILL)
        replace(source, target)
        replaced.append(target)
        Path(asked.root, "in-the-middle").touch()
        time.sleep(0.3 if name == "磨蹭局" else 0)

    publishing.replace_file = slowly_replaced
    try:
        return make(asked)
    finally:
        publishing.replace_file = replace


def die_at_the_rename(asked: Task) -> Outcome:
    """As `make`, for a report that was never made; of 害群局 the process is killed before its folder is put in place, of 倒霉局 after it."""
    name = Path(asked.folder).parent.name
    become = publishing.Staging._become_target

    def become_or_die(self: publishing.Staging) -> bool:
        if name == "害群局":
            os.kill(os.getpid(), signal.SIGKILL)
        became = become(self)
        if became and name == "倒霉局":
            os.kill(os.getpid(), signal.SIGKILL)
        return became

    publishing.Staging._become_target = become_or_die  # type: ignore[method-assign]
    try:
        return make(asked)
    finally:
        publishing.Staging._become_target = become  # type: ignore[method-assign]


def read_or_die(folder: Path, today: date | None = None) -> Line:
    """As `line_of`; a report of 害群局 ends the process that reads it, always."""
    if folder.parent.name == "害群局":
        os._exit(3)
    return line_of(folder, today)


def read_slowly(folder: Path, today: date | None = None) -> Line:
    """As `line_of`, and takes so long that one can break it off; leaves a mark in the workspace that it began."""
    (folder.parents[2] / f"begun-{folder.parent.name}").touch()
    time.sleep(0.5)
    return line_of(folder, today)
