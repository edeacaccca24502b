"""The text of a data file with all that a workbook changes in it, and with what the program computes left to it."""

from __future__ import annotations

from collections.abc import Sequence

from compiler.data_edit.changes import Change, Drop, EditError, order_of
from compiler.data_edit.edit import edited
from compiler.diagnostics import Diagnostics, Severity
from compiler.evaluation.funds import AMOUNTS
from compiler.evaluation.project import Project
from compiler.gaps import is_unfilled
from compiler.rawdata import Mapping, RawFile
from compiler.readers.yaml_data import read_yaml
from compiler.schema import read_file
from compiler.source import Source
from compiler.workbook.derivation import collapsed
from compiler.workbook.grid import Problem
from compiler.workbook.intake import Intake, name_of, text_at
from compiler.workbook.layout import ABSENT, UNFILLED, Values
from compiler.workbook.rows import node_at
from compiler.workbook.sheets import BUDGET_FILE, FILES
from compiler.workbook.values import shown


def in_order(intake: Intake) -> list[str]:
    """The files that change, or may: the scoring table takes figures from the budget, and comes after it."""
    changed = [file for file, changes in intake.changes.items() if changes]
    if intake.derivation is not None:
        open_ = (file for file, held in intake.book.files.items() if UNFILLED.value in held.raw.source.text)
        changed += [file for file in open_ if file in intake.looked and file not in changed]
    changed = [file for file in changed if file not in intake.removed]
    return sorted(changed, key=lambda file: file != BUDGET_FILE)


def edited_text(intake: Intake, file: str) -> str | None:
    """The text of a file with all changes, and without what the program computes; None is a problem, noted."""
    raw: RawFile | None = intake.book.files[file].raw
    source = intake.book.files[file].raw.source
    order = order_of(FILES.get(file, Project))
    text = source.text
    _drop_rates(intake, file)
    try:
        if changes := _whole_records(intake.book.files[file].raw, intake.changes.get(file, [])):
            text = edited(source, changes, order)
            raw = sound(intake, file, source.path, text)
    except EditError as error:
        message, hint = f"{source.path} 的写法特别，表格里的改动写不进去", "照表格直接改这个文件"
        if error.note:
            message = (
                f"{source.path} 第 {error.line} 行有备注“{error.note}”，照表格改，它会丢掉，或者跟错了地方"
            )
            hint = "照表格直接改这个文件；备注没有用了的，先删去它，再收"
        intake.problems.append(Problem("", "", message, hint))
        return None
    if raw is None or intake.derivation is None:
        return None if raw is None else text
    if file == BUDGET_FILE:
        intake.derivation.budget = raw
    if UNFILLED.value not in text:
        return text
    settled = intake.derivation.settled(file, raw)
    drops = [Drop(path) for path, _ in settled]
    try:
        computed = edited(raw.source, _whole_records(raw, drops), order) if drops else text
    except EditError:
        return text  # it stays to be filled in
    before = raw.root
    raw = sound(intake, file, source.path, computed)
    if raw is None:
        return None
    if file == BUDGET_FILE:
        intake.derivation.budget = raw
    for path, value in settled:
        sheet, name = name_of(file, path, before)
        intake.tell(file, name, shown(UNFILLED, Values.TEXT), f"程序算（{value}）", sheet)
    return computed


def _drop_rates(intake: Intake, file: str) -> None:
    """Drop what is still open of funds of which there is no amount: nobody can compute their 执行率."""
    changes = intake.changes.get(file, [])
    gone = {change.path for change in changes if isinstance(change, Drop)}
    kept = {change.path[:-1] for change in changes if not isinstance(change, Drop)}
    root = intake.book.files[file].raw.root
    for owner in dict.fromkeys(path[:-1] for path in gone if len(path) > 1 and path[-1] in AMOUNTS):
        node = node_at(root, owner)
        left = (
            [name for name in node.entries if (*owner, name) not in gone] if isinstance(node, Mapping) else []
        )
        path = (*owner, _RATE)
        if left == [_RATE] and owner not in kept and is_unfilled(text_at(intake.book, file, path)):
            intake.change(file, Drop(path))
            sheet, name = name_of(file, path, root)
            intake.tell(file, name, shown(UNFILLED, Values.TEXT), shown(ABSENT, Values.TEXT), sheet)


_RATE = "执行率"


def _whole_records(raw: RawFile, changes: Sequence[Change]) -> list[Change]:
    """The changes, a record of which nothing is left being dropped as a whole."""
    gone = [change.path for change in changes if isinstance(change, Drop)]
    others = [change for change in changes if not isinstance(change, Drop)]
    return [
        *others,
        *(Drop(path) for path in collapsed(raw.root, gone, [change.path for change in others])),
    ]


def sound(intake: Intake, file: str, path: str, text: str) -> RawFile | None:
    """A new text as read; None when it is not what the schema allows, which is noted."""
    sink = Diagnostics()
    raw = read_yaml(Source(path, text), sink)
    if raw is not None:
        read_file(FILES.get(file, Project), raw, sink, intake.book.report.unit, [])
    errors = [item for item in sink if item.severity is Severity.ERROR]
    for item in errors:
        intake.problems.append(Problem("", "", f"改了以后，{item.span} 会出错：{item.message}", item.hint))
    return raw if not errors else None
