"""Workspaces with many departments, and what worker processes do to them in tests."""

from __future__ import annotations

import os
import shutil
import signal
import time
from collections.abc import Sequence
from datetime import date
from pathlib import Path

from compiler import publishing
from compiler.batch.program import this_program
from compiler.batch.task import Outcome, Task, make
from compiler.summary.lines import Line, line_of
from tests import overlay

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


def slowly(asked: Task) -> Outcome:
    """As `make`, and takes so long that one can break it off."""
    time.sleep(0.3)
    return make(asked)


def stop_in_the_middle(asked: Task) -> Outcome:
    """As `make`; of 害群局 the process is killed between two outputs that are put in place, of 磨蹭局 it takes its time there."""
    name = Path(asked.folder).parent.name
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
