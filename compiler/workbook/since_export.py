"""What became of the data files since a workbook was made: changed, gone, come, or under another name."""

from __future__ import annotations

from compiler.workbook.baseline import NOTHING, Baseline, token
from compiler.workbook.cells import Workbook
from compiler.workbook.intake import Intake
from compiler.workbook.layout import Key, Origin
from compiler.workbook.rows import Book


def remember(intake: Intake, workbook: Workbook, origin: Origin) -> Origin:
    """Give the intake what the rows were when the workbook was made, if it says so.

    Gives the origin back with the names that files have now.
    """
    intake.baseline = Baseline.read(workbook)
    intake.moved = _moved(intake, origin)
    if intake.baseline is not None:
        intake.baseline.moved = intake.moved
    intake.notices += [
        f"data/{old} 在导出以后改名为 {new.removeprefix('projects/')}，表里它的行收进改了名的文件。"
        for old, new in intake.moved.items()
    ]
    origin = origin._replace(
        digests={intake.moved.get(file, file): it for file, it in origin.digests.items()}
    )
    intake.changed = stale_files(origin, intake.book)
    if intake.baseline is not None:
        intake.stale = intake.changed
        for file, exported in intake.baseline.rows("项目", intake.stale).items():
            name = exported.token(Key(file), "名称")
            if name:
                intake.names_before[file] = name
    return origin


def stale_files(origin: Origin, book: Book) -> frozenset[str]:
    """The data files that were changed, added or removed since a workbook was made."""
    files = {**origin.digests, **book.files}
    return frozenset(file for file in files if origin.digests.get(file) != book.origin.digests.get(file))


def _moved(intake: Intake, origin: Origin) -> dict[str, str]:
    """Projects' files that got another name since, with it: known by all that they say, or by the project's name."""
    book = intake.book
    gone = [file for file in origin.digests if file not in book.files and file.startswith("projects/")]
    came = [file for file, _ in book.projects if file not in origin.digests]
    if not gone or not came:
        return {}
    by_digest = {book.origin.digests[file]: file for file in came}
    by_name = {token(intake.names[file]): file for file in came}
    rows = intake.baseline.rows("项目", frozenset(gone)) if intake.baseline is not None else {}
    found: dict[str, str] = {}
    for file in gone:
        name = rows[file].token(Key(file), "名称") if file in rows else None
        new = by_digest.get(origin.digests[file]) or by_name.get(name or NOTHING)
        if new is not None and new not in found.values():
            found[file] = new
    return found
