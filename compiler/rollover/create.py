"""The folder of a new year, from the report of another: whole, or not at all."""

from __future__ import annotations

import os
from collections.abc import Mapping
from decimal import localcontext
from pathlib import Path, PurePosixPath

from compiler.checks.years.copied_texts import FRESH
from compiler.diagnostics import Diagnostics
from compiler.evaluation.funds import Budget
from compiler.evaluation.project import Project
from compiler.evaluation.report import Department, Report
from compiler.evaluation.scorecard import Scorecard
from compiler.figures import EXACT, NumberRule, format_rate
from compiler.gaps import Gap, gaps_in_prose
from compiler.inputs import read_data
from compiler.named import NamedTuple
from compiler.publishing import WorkspaceError, new_folder
from compiler.readers.yaml_data import read_yaml
from compiler.record import Record
from compiler.rollover.carried import Carrier
from compiler.rollover.values import edited, read_values
from compiler.rollover.years import Years
from compiler.schema import read_file
from compiler.source import Source
from compiler.worklist import NAME, written
from compiler.workspace import Workspace

_DATA: Mapping[str, type[Record]] = {
    "report.yaml": Report,
    "data/department.yaml": Department,
    "data/budget.yaml": Budget,
    "data/scorecard.yaml": Scorecard,
}
_PROJECTS = "data/projects"


class Made(NamedTuple):
    """A folder that was made."""

    folder: Path
    gaps: tuple[Gap, ...]
    """What is to be filled in."""
    notes: tuple[str, ...]
    """What a person should look at besides."""


class Unreadable(Exception):
    """The report to start from cannot be read; why is in the diagnostics."""

    def __init__(self, problems: Diagnostics) -> None:
        super().__init__()
        self.problems = problems


class YearsSkipped(Exception):
    """The new year is not the one after the report to start from; the message is for the user, who is to be asked."""


def record_class(file: str) -> type[Record] | None:
    """The schema of a data file, by its path in the report; None for what is no data file."""
    path = PurePosixPath(file)
    if path.parent.as_posix() == _PROJECTS and path.suffix == ".yaml":
        return Project
    return _DATA.get(file)


def roll_over(workspace: Workspace, old: Path, year: int, *, skip: bool = False) -> Made:
    """Make the folder of `year` beside the report in `old`, with what is standing of it.

    Raises `Unreadable` when a file cannot be read, `YearsSkipped` when there are years between the two, unless `skip` says
    that this is meant, `WorkspaceError` when there is a folder of that year, when `year` is not after the old report's or
    too far from it, when a later report should be started from, when there is a link among the files, or when the disk
    refuses.
    """
    target = old.parent / str(year)
    texts, others = _read(workspace, old)
    with localcontext(EXACT):
        _check_order(workspace, old, _report(workspace, old, texts).year, year, skip)
        years, carrier, left = _carrier(workspace, old, texts, year)
    files: dict[str, bytes] = {}
    moved: dict[str, str] = {}
    names = carrier.names
    stems = {PurePosixPath(file).stem for file in texts if record_class(file) is Project}
    for file, text in texts.items():
        if (cls := record_class(file)) is not None:
            text = edited(text, carrier.edits(cls, read_values(text), text))
        else:
            text = years.prose(text, names, all_stale=PurePosixPath(file).stem in FRESH)
        new = _renamed(file, stems, years)
        if new != file:
            moved[file] = new
        files[new] = text.encode()
    moved.update(carrier.moved)
    files.update({file: data for file, data in others.items() if file not in left})
    notes = [*_notes(years, old), *(f"没有带过来，报告用不到它：{file}" for file in left)]
    return write_folder(workspace, target, files, notes, moved)


def write_folder(
    workspace: Workspace,
    target: Path,
    files: Mapping[str, bytes],
    notes: list[str],
    moved: Mapping[str, str] | None = None,
) -> Made:
    """Put the files of a report, and the list of what is to be filled in, into a new folder.

    `moved`: names and paths of files in which the year moved on, as they were and as they are.
    Raises `WorkspaceError` when there is one, or when the disk refuses.
    """
    if os.path.lexists(target):
        raise WorkspaceError(f"“{workspace.shown(target)}”已经有了，没有改动。要重做，先把它移走或改名。")
    gaps = tuple(_gaps(workspace.shown(target), files))
    title = f"{target.parent.name}{target.name}年度"
    listed = written(title, workspace.shown(target), gaps, notes, moved or {})
    with new_folder(target) as folder:
        for file, data in {**files, NAME: listed.encode()}.items():
            path = folder / PurePosixPath(file)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)
    if moved:
        notes = [
            *notes,
            f"{len(moved)} 个名称里的年份改成了{target.name}年，看看今年是不是还这样叫，列在 {NAME} 末尾",
        ]
    return Made(target, gaps, tuple(notes))


def _read(workspace: Workspace, old: Path) -> tuple[dict[str, str], dict[str, bytes]]:
    """The files of a report by their paths in it: data and prose as text, line ends as they are; others as bytes."""
    problems = Diagnostics()
    texts: dict[str, str] = {}
    others: dict[str, bytes] = {}
    paths = [
        old / "report.yaml",
        *(path for folder in ("data", "narrative") for path in workspace.files(old / folder)),
    ]
    for path in paths:
        file = path.relative_to(old).as_posix()
        if record_class(file) is None and not (file.startswith("narrative/") and path.suffix == ".md"):
            others[file] = workspace.read_whole(path)
            continue
        source = workspace.read_text(path, problems)
        if source is not None and (path.suffix == ".md" or read_yaml(source, problems) is not None):
            texts[file] = workspace.read_whole(path).decode("utf-8-sig")
    if problems.has_errors:
        raise Unreadable(problems)
    return texts, others


def _report(workspace: Workspace, old: Path, texts: Mapping[str, str]) -> Report:
    problems = Diagnostics()
    raw = read_yaml(_source(workspace.shown(old / "report.yaml"), texts["report.yaml"]), problems)
    report = read_file(Report, raw, problems, gaps=[]) if raw else None
    if report is None:
        raise Unreadable(problems)
    return report


_FARTHEST = 5
"""Years after the old report's; a later one is a slip of the fingers."""


def _check_order(workspace: Workspace, old: Path, last: int, year: int, skip: bool) -> None:
    """Raise when the report of the year `last`, in `old`, is not the one that `year` follows."""
    shown = workspace.shown(old)
    if year <= last:
        raise WorkspaceError(
            f"“{shown}”是{last}年的，只能用来新建后面的年度，不能新建{year}年的。前面的年度写成 {last + 1}。"
        )
    if os.path.lexists(old.parent / str(year)):
        return  # which is told when it is to be made
    between = [other for other in range(last + 1, year) if (old.parent / str(other) / "report.yaml").exists()]
    nearer = workspace.shown(old.parent / str(between[-1])) if between else shown
    newest = between[-1] if between else last
    if year - newest > _FARTHEST:
        raise WorkspaceError(
            f"{year}年比上年的报告“{nearer}”晚{year - newest}年，年度写错了。下一年是{newest + 1}年"
            + (f"，--from 写成 {nearer}。" if between else "。")
        )
    if between:
        raise WorkspaceError(
            f"已经有“{nearer}”了，{year}年的不从{last}年带：上年的数会不对。--from 改写成 {nearer}。"
        )
    if year > last + 1 and not skip:
        skipped = f"{last + 1}年" if year == last + 2 else f"{last + 1}年到{year - 1}年"
        raise YearsSkipped(
            f"“{shown}”的下一年是{last + 1}年。直接做{year}年的，中间缺{skipped}的报告，上年的数一个也带不过来。"
        )


def _carrier(
    workspace: Workspace, old: Path, texts: Mapping[str, str], year: int
) -> tuple[Years, Carrier, list[str]]:
    """What carries the data over, and the files that are not."""
    report = _report(workspace, old, texts)
    years = Years(report.year, year)
    data = read_data(workspace, old, report, Diagnostics(), lambda stage, done, whole: None)
    # As typed, also in files of which something else is wrong.
    values = {file: read_values(text) for file, text in texts.items() if record_class(file) is not None}
    typed = [
        value.entries["名称"].text
        for file, value in values.items()
        if record_class(file) is Project and "名称" in value.entries
    ]
    names = {name: years.named(name) for name in typed if years.named(name) != name}
    rate = ""
    if (budget := values.get("data/budget.yaml")) is not None:
        last = budget.entries.get("结转结余率")
        rate = texts["data/budget.yaml"][last.start : last.end] if last and last.text else ""
        if (data.budget is None or data.budget.carryover is None) or not rate:
            known = data.budget.carryover if data.budget is not None else None
            rate = f"{format_rate(known, NumberRule())}%" if known is not None else ""
    given = values["report.yaml"].entries.get("参数")
    parameters = tuple(value.text for value in given.entries.values()) if given else ()
    left = [
        path.relative_to(old).as_posix()
        for path in workspace.files(old / "data")
        if record_class(path.relative_to(old).as_posix()) is None
    ]
    return years, Carrier(years, names, rate, parameters), left


def _renamed(file: str, stems: set[str], years: Years) -> str:
    """The path of a file in the new folder: a year in the name of a project's files moves on."""
    path = PurePosixPath(file)
    return path.with_stem(years.named(path.stem)).as_posix() if path.stem in stems else file


def _notes(years: Years, old: Path) -> list[str]:
    waived = (old / "waivers.yaml").exists()
    notes = [
        *(["上年的 waivers.yaml 没有带过来：那是上年的理由"] if waived else []),
        "没有了的项目，把 data/projects 和 narrative/projects 里的两个文件都移走；新的项目，照着加",
        f"指标值、评分标准、叙述里没有数的话，都是{'上年' if years.follows else f'{years.old}年'}的，看看今年变没变",
    ]
    if not years.follows:
        notes.insert(
            0,
            f"从{years.old}年的报告带来，不是上一年的：上年值、上年结转结余率要自己填，填{years.new - 1}年的",
        )
    return notes


def _gaps(shown: str, files: Mapping[str, bytes]) -> list[Gap]:
    """What is to be filled in of new files; `shown` is their folder as messages name it."""
    gaps: list[Gap] = []
    problems = Diagnostics()
    for file, data in sorted(files.items()):
        cls = record_class(file)
        if cls is None and not file.endswith(".md"):
            continue
        source = _source(f"{shown}/{file}", data.decode())
        if cls is None:
            gaps += gaps_in_prose(source)
        elif (raw := read_yaml(source, problems)) is not None:
            read_file(cls, raw, Diagnostics(), gaps=gaps)
    if problems.has_errors:  # an edit has broken a file: rather nothing than that
        raise Unreadable(problems)
    return gaps


def _source(shown: str, text: str) -> Source:
    return Source(shown, text.replace("\r\n", "\n").replace("\r", "\n"))
