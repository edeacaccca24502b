"""One report of many: compiled, published and remembered, whatever may happen; the same here and on another machine."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from contextlib import suppress
from datetime import date, timedelta
from enum import Enum
from pathlib import Path
from typing import TYPE_CHECKING

from compiler.batch.record import (
    UNDRAWN,
    Asked,
    Record,
    Warned,
    held,
    record_path,
    unchanged,
    write_record,
)
from compiler.batch.sources import Sources, digest, digest_of_output, digests, now, of_kind, with_all_read
from compiler.diagnostics import Severity, counts
from compiler.faults import told
from compiler.named import NamedTuple
from compiler.pipeline import draft_folder
from compiler.publishing import clear_after
from compiler.reuse import Reuse

if TYPE_CHECKING:
    from compiler.evaluation.waivers import Waiver
    from compiler.pipeline import Result


_SHARED = Reuse()
"""The templates of the reports that this process has made."""


class Task(NamedTuple):
    """A report to be made. It goes to other processes and machines as it is."""

    root: str
    """The workspace's folder."""
    folder: str
    """The report's, from the root, with forward slashes."""
    out: str
    """Where builds go."""
    formats: tuple[str, ...]
    strict: bool
    program: str
    """`Program.key` of who asks, and which LibreOffice: for the record."""
    day: str
    """The date on which waivers are looked at, ISO 8601: one for all reports and machines."""
    charts: str = ""
    """What who asks draws charts with, as `drawn_with` has it; empty: whatever the maker has."""

    @property
    def asked(self) -> Asked:
        """What of it the outputs depend on."""
        return Asked(self.program, self.folder, self.formats, self.strict)

    @property
    def path(self) -> Path:
        """The report's folder."""
        return Path(self.root, self.folder)


class Status(Enum):
    """What became of a report."""

    BUILT = "built"
    UNCHANGED = "unchanged"
    FAILED = "failed"


class Outcome(NamedTuple):
    """What came of a task."""

    folder: str
    """The report's, as messages name it."""
    status: Status
    message: str = ""
    """Why it failed, in one line."""
    findings: tuple[int, ...] = ()
    """How many the rules found, by severity in the order of `Severity`; empty where it is not what it is made from that made it fail."""
    warned: tuple[Warned, ...] = ()
    """What was warned of in what was written."""
    is_open: bool = False
    """Whether something is still to be filled in there."""


def is_unchanged(task: Task, sources: Sources) -> Outcome | None:
    """That nothing is to be done, when what the report was made from and its outputs are as they were; else None."""
    record = unchanged(Path(task.root), task.path, Path(task.out), task.asked, task.day, sources)
    if record is None or (record.charts and record.charts != (task.charts or _drawn_with())):
        return None
    return Outcome(
        task.folder, Status.UNCHANGED, findings=record.findings, warned=record.warned, is_open=record.is_open
    )


def make(task: Task) -> Outcome:
    """Compile the report, publish it and remember what it was made from. Whatever goes wrong is told in the outcome.

    Raises `MemoryError`: there may be enough once other reports are done.
    """
    try:
        return _make(task)
    except MemoryError:
        raise
    except Exception as error:  # no reason to leave the other reports
        return Outcome(task.folder, Status.FAILED, told(error))


def lost(task: Task, why: str) -> Outcome:
    """What came of a task that ends whoever does it."""
    return Outcome(task.folder, Status.FAILED, f"{why}，没有写出。其他报告不受影响。")


def clear_after_worker(task: Task, pid: int) -> None:
    """Remove what a process that ended while it made the report left unfinished."""
    clear_after(pid, draft_folder(Path(task.out), task.path))


def _make(task: Task) -> Outcome:
    from compiler.pipeline import build
    from compiler.workspace import Workspace

    root, folder, out = Path(task.root), task.path, Path(task.out)
    at = now()
    # Looked at before anything is read: what is saved from here on makes the record differ from the disk.
    found = Sources(root).of(folder, None)
    workspace = Workspace(root, date.fromisoformat(task.day)).keeping(_SHARED)
    read: dict[str, str] = {}
    outputs: dict[str, list[str]] = {}

    def look(path: Path) -> None:
        if not outputs:  # while the disk takes what was written
            _digest_anew(workspace.kept, read)
        outputs[path.name] = [digest_of_output(path)]

    result = build(workspace, folder, out, task.formats, strict=task.strict, charts=task.charts, look=look)
    findings = result.findings.by_severity()
    if not result.outputs:
        return Outcome(task.folder, Status.FAILED, _failure(result, task.strict), findings)
    _digest_anew(workspace.kept, read)  # what was read for the findings alone
    found = with_all_read(root, of_kind(found, result.kind), read)
    record = Record(
        task.asked,
        result.kind,
        *days_in_force(result.waivers, task.day),
        findings,
        warned := _warned(result),
        result.is_open,
        _charts(result),
        held(found, digests(root, found, read), at),
        outputs,
    )
    with suppress(
        OSError
    ):  # the outputs are whole and in their place; without a record they are made again, no more
        write_record(record_path(out, folder), record)
    return Outcome(task.folder, Status.BUILT, findings=findings, warned=warned, is_open=result.is_open)


def _digest_anew(kept: Mapping[str, bytes] | None, known: dict[str, str]) -> None:
    """Add to the known digests those of what else was read and kept, by path."""
    for path, data in (kept or {}).items():
        if path not in known:
            known[path] = digest(data)


def _warned(result: Result) -> tuple[Warned, ...]:
    """What a clerk would have been told of a report that is made alone."""
    found: dict[str, Warned] = {}
    for item in result.diagnostics:
        if item.accepted is None:
            code = item.code.value
            places = found[code].places + 1 if code in found else 1
            found[code] = Warned(code, places, found[code].message if code in found else item.message)
    if result.pdf:
        from compiler.pdf import typefaces_told

        found |= {said: Warned("", 1, said) for said in typefaces_told(result.pdf)}
    return tuple(found.values())


def _charts(result: Result) -> str:
    """For the record: what the charts were drawn with."""
    if not result.charts:
        return ""
    from compiler.charts.drawing import can_draw

    key = _drawn_with()
    return key if result.drawn == result.charts or not can_draw(key) else UNDRAWN


def _drawn_with() -> str:
    from compiler.charts import drawing  # late: few reports have charts

    return drawing.drawn_with()


def days_in_force(waivers: Iterable[Waiver], day: str) -> tuple[str, str]:
    """The first day on which the same of the waivers are in force as on `day`, and the first on which they no longer are.

    Either is empty when there is no such day.
    """
    turns = []
    for waiver in waivers:
        turns.append(waiver.date)
        if waiver.until is not None and waiver.until < date.max.isoformat():
            turns.append((date.fromisoformat(waiver.until) + timedelta(1)).isoformat())
    return (
        max((turn for turn in turns if turn <= day), default=""),
        min((turn for turn in turns if turn > day), default=""),
    )


def _failure(result: Result, strict: bool) -> str:
    """Why nothing was written: how many problems there are, and the first of the worst with its place."""
    sinks = result.sinks if strict else (result.diagnostics,)  # findings stop nothing otherwise
    problems = [item for sink in sinks for item in sink if item.accepted is None]
    if not problems:
        return "没有写出。"
    order = list(Severity)
    worst = min(problems, key=lambda item: order.index(item.severity))
    place = str(worst.span).removeprefix(f"{result.folder}/")
    return f"{counts(*sinks)}，没有写出。先看 {place}：{worst.message}（{worst.code.value}）。"
