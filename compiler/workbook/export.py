"""A report's data -> a workbook on the disk, whole or not at all."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from compiler.diagnostics import Diagnostics
from compiler.evaluation.scheme import DEPARTMENT, PROJECT, Scheme
from compiler.inputs import Progress
from compiler.named import NamedTuple
from compiler.publishing import staging
from compiler.remaining import remaining
from compiler.schemes import read_other_schemes, read_schemes
from compiler.workbook.body import TooLong
from compiler.workbook.guards import Choices
from compiler.workbook.last_year import read_last_year
from compiler.workbook.rows import Book, read_book
from compiler.workbook.writing import write_workbook
from compiler.workspace import Workspace


class ExportError(Exception):
    """A workbook that is not written; the message is for the user."""


class Exported(NamedTuple):
    """What came of it."""

    path: Path | None
    """None when the data is not sound."""
    diagnostics: Diagnostics
    with_last: bool = False
    """Whether last year's figures are in it."""
    unfilled: int = 0
    """Cells that are still to be filled in."""
    stale: int = 0
    """Cells with words of another year."""
    elsewhere: Mapping[str, tuple[int, int]] = {}
    """What else is open, by where it is in words (report.yaml, 叙述): how much is to be filled in, how much brought up to date."""


def export_report(
    workspace: Workspace, folder: Path, target: Path, force: bool, progress: Progress
) -> Exported:
    """Write the data of a report to `target`.

    A file that is there may hold a clerk's typing: it is replaced only with `force`. Raises `ExportError` for that and
    for what a workbook cannot hold, `WorkspaceError` when the disk refuses or the file is open elsewhere.
    """
    if target.is_dir():
        raise ExportError(f"“{target}”是一个文件夹，没有写出。用 -o 写一个文件名，如 数据.xlsx。")
    if target.exists() and not force:
        raise ExportError(
            f"已经有“{target}”，没有写出：里面可能有填好还没有收回的数。"
            "先用 chengwen import 收回来，或者用 -o 换一个文件名；确定不要了，加 --force。"
        )
    sink = Diagnostics()
    book = read_book(workspace, folder, sink, progress)
    if book is None:
        return Exported(None, sink)
    last = read_last_year(workspace, folder, book)
    progress("写表格", 0, 1)
    choices = Choices(book, *_schemes(workspace, book))
    with staging(target.parent) as place:
        file = place.open(target.name)
        try:
            unfilled = write_workbook(file, book, last, choices)
        except TooLong as error:
            raise ExportError(str(error)) from None
        (path,) = place.publish()
    stale, elsewhere = _beside(workspace, folder, unfilled)
    return Exported(path, sink, last is not None, unfilled, stale, elsewhere)


def _beside(workspace: Workspace, folder: Path, cells: int) -> tuple[int, dict[str, tuple[int, int]]]:
    """Beside the cells to be filled in: those with words of another year, and what no cell has (`Exported.elsewhere`)."""
    prefix = f"{workspace.shown(folder)}/"
    places: dict[str, list[int]] = {}
    for gap in remaining(workspace, folder)[0]:
        file = gap.span.source.path.removeprefix(prefix)
        places.setdefault(_WHERE.get(file.partition("/")[0], file), [0, 0])[gap.stale] += 1
    unfilled, stale = places.pop(_WHERE["data"], (0, 0))
    if unfilled > cells:
        places["data 里表格没有的"] = [unfilled - cells, 0]
    return stale, {where: (counts[0], counts[1]) for where, counts in places.items()}


_WHERE = {"data": "数据", "narrative": "叙述"}


def _schemes(workspace: Workspace, book: Book) -> tuple[list[Scheme], list[Scheme]]:
    """The schemes whose words the drop-downs offer, for projects and for departments: the declared, else any."""
    declared = read_schemes(workspace, book.report, Diagnostics())
    others = read_other_schemes(workspace, declared)
    forms = [declared.project] if declared.project else [other for other in others if other.use == PROJECT]
    cards = [
        declared.department or declared.project,
        *(other for other in others if other.use == DEPARTMENT),
    ][:1]
    return forms, [card for card in cards if card is not None]
