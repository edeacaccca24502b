"""A workbook and a report -> what taking the workbook in would write; nothing is written here."""

from __future__ import annotations

import hashlib
import re
import stat
from collections.abc import Sequence
from pathlib import Path as FilePath

from compiler.data_edit.changes import Order, order_of
from compiler.data_edit.line_ends import with_line_ends
from compiler.data_edit.notation import Plain, mapping
from compiler.diagnostics import Diagnostics
from compiler.evaluation.project import Project
from compiler.named import NamedTuple
from compiler.publishing import WorkspaceError
from compiler.workbook.baseline import OPEN, token
from compiler.workbook.cells import Workbook
from compiler.workbook.derivation import Derivation
from compiler.workbook.edits import edited_text, in_order, sound
from compiler.workbook.filled_on import settle_new
from compiler.workbook.grid import Grid, Problem, has_keys
from compiler.workbook.intake import Difference, Intake, NewProject
from compiler.workbook.layout import BASELINE_SHEET, FORMAT, ORIGIN_SHEET, Origin, Sheet
from compiler.workbook.new_prose import Prose, closed_gaps, new_gaps, prose_of, unwritten, with_list
from compiler.workbook.new_records import leave_open
from compiler.workbook.removals import lines_left, refuse_filled_in
from compiler.workbook.rows import Book, rows_of
from compiler.workbook.sheet_intake import SheetIntake
from compiler.workbook.sheets import DEPARTMENT_FILE, NEEDED_FILES, SHEETS
from compiler.workbook.since_export import remember
from compiler.workspace import Workspace


class Removal(NamedTuple):
    """A project that the workbook does not have any more."""

    name: str
    file: str
    """In `data`."""
    narrative: str
    """Its narrative, which stays; empty when there is none."""
    lines: str
    """The lines that other sheets still have of it, in words; empty when there are none."""


class Plan(NamedTuple):
    """What an import would do, or why it cannot."""

    differences: tuple[Difference, ...]
    new: tuple[tuple[NewProject, str], ...]
    """New projects, each with its file in `data`."""
    removed: tuple[Removal, ...]
    notices: tuple[str, ...]
    problems: tuple[Problem, ...]
    """Nothing may be written while there is one."""
    files: tuple[tuple[FilePath, bytes | None, bytes | None], ...]
    """What to write, as `rewriting.rewrite` takes it."""
    unit: str = ""
    """Of the amounts among the differences."""
    prose: tuple[Prose, ...] = ()
    """The narratives of new projects."""
    closed: int = 0
    """How much was still to be filled in of what is removed from files that stay."""
    apart: bool = False
    """Whether the workbook says something else than the data all the same, of which notices speak."""
    book: Book | None = None
    """The data as they are; not of a plan that was refused at once."""
    opened: int = 0
    """How much is to be filled in that was not before; the list of it, where there is one, is among the files."""


def read_origin(workbook: Workbook) -> Origin | None:
    """What a workbook was made from; None when it is not one of ours."""
    sheet = workbook.sheet(ORIGIN_SHEET)
    if sheet is None:
        return None
    found: dict[str, str] = {}
    for row in sheet.rows():
        words = {cell.column: cell.shown for cell in row.cells}
        found[words.get(1, "")] = words.get(2, "")
    return Origin.parse(found)


def plan_import(workspace: Workspace, folder: FilePath, book: Book, workbook: Workbook) -> Plan:
    """What taking the workbook in would change. Raises `WorkbookError` when it cannot be read, `WorkspaceError` when a data
    file cannot.
    """
    origin = read_origin(workbook)
    refusal = _refusal(origin, book)
    if origin is None or refusal is not None:
        return Plan((), (), (), (), (refusal or _FOREIGN,), ())
    intake = Intake(book, origin.unit)
    intake.derivation = Derivation(workspace, book, origin.unit)
    intake.looked.update(book.files)
    origin = remember(intake, workbook, origin)
    known = {title.casefold() for title in (*(sheet.title for sheet in SHEETS), ORIGIN_SHEET, BASELINE_SHEET)}
    for layout in SHEETS:
        _take_sheet(intake, workbook, layout, origin)
    if intake.shuffled:
        return Plan((), (), (), tuple(intake.notices), tuple(intake.shuffled), ())
    if _refuse_renamed(intake, workbook, known):
        return Plan((), (), (), (), tuple(intake.problems), ())
    intake.notices += [
        f"工作表“{sheet.name}”不是导出的，没有看。"
        for sheet in workbook.sheets
        if sheet.name.strip().casefold() not in known and not sheet.hidden
    ]
    _tell_left(intake)
    return finished(workspace, folder, intake, intake.changed if intake.baseline is None else frozenset())


def _tell_left(intake: Intake) -> None:
    """Speak of what the data say now and the workbook, in which it was not touched, does not."""
    if intake.left:
        given = [words for words in intake.left if words]
        some = "；".join(given[:_MOST_LEFT]) + ("；等" if len(given) > _MOST_LEFT else "")
        intake.notices.append(
            f"导出以后数据里改过的 {len(intake.left)} 格，表里和导出时一样，照数据里的，不改回去"
            f"{f'：{some}' if some else ''}。"
        )
    intake.notices += intake.ignored
    lost = intake.lost if intake.baseline is not None else ()
    intake.notices += [f"data/{file} 在导出以后移走了，表里没有动过它，不放回去。" for file in sorted(lost)]
    for file, name in intake.names_before.items():
        now = intake.names.get(file)
        renamed = {item.file for item in intake.differences if item.name == "名称"}
        if now is None or name in (token(now), OPEN) or now == intake.renamed.get(file):
            continue
        if intake.changes.get(file) and file not in renamed:
            before = f"“{name[1:]}”" if name.startswith("'") else "另一个名称"
            intake.notices.append(
                f"data/{file} 的项目在导出以后改了名称：导出时是{before}，现在是“{now}”。"
                "表里填的收进现在的这个，核对是不是同一个项目。"
            )


_MOST_LEFT = 3


def _refuse_renamed(intake: Intake, workbook: Workbook, known: set[str]) -> bool:
    """Whether a sheet of ours has another name, which is noted: it has what the clerk filled in."""
    missing = [
        layout.title
        for layout in SHEETS
        if workbook.sheet(layout.title) is None
        and NEEDED_FILES.get(layout.title, DEPARTMENT_FILE) in intake.book.files
    ]
    found = False
    for sheet in workbook.sheets if missing else ():
        if sheet.name.strip().casefold() not in known and has_keys(sheet):
            found = True
            titles = "”“".join(missing)
            intake.problem(
                sheet.name,
                "",
                f"这张表里有导出的行，名称却不是导出的；又少了“{titles}”这张表",
                "改过名称的，改回来；是另存的副本，移到别的文件里",
            )
    return found


def _take_sheet(intake: Intake, workbook: Workbook, layout: Sheet, origin: Origin) -> None:
    sheet = workbook.sheet(layout.title)
    if sheet is None:
        if next(rows_of(layout, intake.book), None) is not None:
            intake.notices.append(f"没有“{layout.title}”这张表，这部分数据不改。")
        return
    grid = Grid(sheet, layout)
    if not grid.begin():
        intake.problems += grid.problems
        return
    SheetIntake(intake, grid, frozenset(origin.digests)).read()


_FOREIGN = Problem(
    "",
    "",
    "这个工作簿不是 chengwen export 写出的，或者里面隐藏的表删掉了，不知道每一行是哪一条数据",
    "先用 chengwen export 导出，填在导出的表里；别的系统导出的表，加 --map 说明怎样对上",
)


def _refusal(origin: Origin | None, book: Book) -> Problem | None:
    """Why a workbook is not this report's."""
    if origin is None:
        return _FOREIGN
    report = book.report
    if origin.format > FORMAT:
        return Problem("", "", "这个工作簿是更新版本的成文写出的，读不了", "升级成文，或者用这一版重新导出")
    if (origin.department, origin.year) != (report.department, report.year):
        return Problem(
            "",
            "",
            f"这是{origin.department}{origin.year}年的表格，要写进的是{report.department}{report.year}年的报告",
            "核对文件和报告文件夹是不是拿错了",
        )
    if origin.unit != report.unit:
        return Problem(
            "",
            "",
            f"这个表格导出时的金额单位是{origin.unit}，报告现在的金额单位是{report.unit}",
            "重新导出一份，填在新的里",
        )
    return None


def finished(workspace: Workspace, folder: FilePath, intake: Intake, stale: frozenset[str]) -> Plan:
    """The plan of what was found: the text of every file, read back and held against the schema.

    `stale`: the files of which every difference is refused, for the workbook does not say what its rows were.
    """
    _refuse_stale(intake, stale)
    settle_new(intake)
    _refuse_twins(intake)
    refuse_filled_in(intake)
    leave_open(intake)
    data = folder / "data"
    files: list[tuple[FilePath, bytes | None, bytes | None]] = []
    for file in in_order(intake):
        source = intake.book.files[file].raw.source
        text = edited_text(intake, file)
        if text is not None and text != source.text:
            before = _bytes(workspace, data / file, intake.book.origin.digests[file])
            files.append((data / file, before, with_line_ends(before, source.text, text)))
    new = _new_files(intake, data, files, workspace)
    prose = [
        item
        for project, file in new
        for item in prose_of(workspace, folder, intake.book.report.kind, project.name, FilePath(file).stem)
    ]
    files += unwritten(prose)
    gaps = new_gaps(workspace, folder, intake, files)
    if (listed_gaps := with_list(workspace, folder, gaps, intake.notices)) is not None:
        files.append(listed_gaps)
    removed = _removals(workspace, folder, intake, files)
    _tell_shifted(workspace, folder, intake)
    return Plan(
        tuple(item for item in intake.differences if item.file not in intake.removed),
        new,
        removed,
        tuple(intake.notices),
        tuple(intake.problems),
        () if intake.problems else tuple(files),
        intake.unit,
        tuple(prose),
        closed_gaps(intake),
        bool(intake.left or intake.ignored or intake.lost),
        intake.book,
        len(gaps),
    )


def _tell_shifted(workspace: Workspace, folder: FilePath, intake: Intake) -> None:
    """Speak of narratives that take an entry by a number which is another's now."""
    shifted = [at for at in intake.shifted if at[0] not in intake.removed]
    if intake.removed:
        shifted.append(("", "项目"))
    if not shifted:
        return
    from compiler.workbook.pointers import pointing

    for file, name in shifted:
        if found := pointing(workspace, folder, file, name):
            owner = f"{intake.owner_of(file)}：" if file else ""
            intake.notices.append(
                f"{owner}“{name}”的先后变了，这些叙述按号码取“{name}”的一项，号码不会跟着变，逐处核对：{'、'.join(found)}"
            )


def _refuse_stale(intake: Intake, stale: frozenset[str]) -> None:
    for item in intake.differences:
        if item.file in stale and item.file not in intake.removed:
            intake.problems.append(
                Problem(
                    item.sheet,
                    item.place,
                    f"{item.owner} {item.name}：表里是“{item.new}”，数据里现在是“{item.old}”；这个文件在导出以后改过",
                    "不知道哪个是新的，没有盖掉。重新导出一份，把要改的填进去",
                )
            )
    for file in intake.removed:
        if file in stale | intake.stale:
            intake.problems.append(
                Problem(
                    "项目",
                    "",
                    f"表里没有项目“{intake.owner_of(file)}”，它的文件在导出以后改过",
                    "重新导出一份再删",
                )
            )


def _refuse_twins(intake: Intake) -> None:
    """Two projects must not have one name, whichever of them got it now."""
    names = dict(intake.names)
    for item in intake.differences:
        if item.name == "名称" and item.file in names and item.sheet == "项目":
            names[item.file] = item.new
    left = [name for file, name in names.items() if file not in intake.removed]
    for name in sorted({name for name in left if left.count(name) + (name in intake.new) > 1}):
        intake.problems.append(Problem("项目", "", f"有两个项目都叫“{name}”", "改正其中一个的名称"))


def _bytes(workspace: Workspace, path: FilePath, digest: str) -> bytes:
    data = workspace.read_whole(path)
    # The owner's mark, not what this user may do: whoever set it does not want the file changed.
    if not path.stat().st_mode & stat.S_IWUSR:
        raise WorkspaceError(f"“{workspace.shown(path)}”是只读的，没有改动任何文件。去掉只读再运行一次。")
    if hashlib.sha256(data).hexdigest() != digest:
        raise WorkspaceError(f"“{path.name}”刚刚又改过，没有改动任何文件。请再运行一次。")
    return data


def _new_files(
    intake: Intake,
    data: FilePath,
    files: list[tuple[FilePath, bytes | None, bytes | None]],
    workspace: Workspace,
) -> tuple[tuple[NewProject, str], ...]:
    """The files of new projects, each with its text."""
    taken = {file.removeprefix("projects/").removesuffix(".yaml").casefold() for file in intake.names}
    out = []
    for project in intake.new.values():
        stem = project.stem or _stem(project.name, taken)
        if not _STEM.fullmatch(stem) or stem.casefold() in taken:
            said = "已经有了" if stem.casefold() in taken else "里有不能用的字"
            intake.problems.append(
                Problem(project.sheet, project.place, f"文件名“{stem}”{said}", "“文件”一栏改成别的，或者空着")
            )
            continue
        taken.add(stem.casefold())
        file = f"projects/{stem}.yaml"
        sink = Diagnostics()
        path = workspace.inside(data, file, workspace.start_of(data / file), sink)
        if path is None:
            intake.problems += [
                Problem(project.sheet, project.place, item.message, item.hint) for item in sink
            ]
            continue
        content = ordered(project.content, order_of(Project))
        text = mapping(content, 0) + "\n"
        if sound(intake, file, workspace.shown(path), text) is not None:
            files.append((path, None, text.encode("utf-8")))
        out.append((project._replace(content=content), file))
    return tuple(out)


_STEM = re.compile(r"(?!\.)[^\\/:*?\"<>|\x00-\x1f#%]{1,60}(?<![. ])")
_LONGEST_STEM = 12


def _stem(name: str, taken: set[str]) -> str:
    """The name of a new project's file: the next number, and the name without its year."""
    numbers = [int(found[1]) for stem in taken if (found := re.match(r"(\d{1,4})-", stem))]
    short = re.sub(r"^(19|20)\d\d年?度?", "", name)
    short = re.sub(r"[\W_]", "", short)[:_LONGEST_STEM] or "项目"
    return f"{max(numbers, default=0) + 1:02}-{short}"


def ordered(content: dict[str, Plain], order: Order, path: tuple[str | int, ...] = ()) -> dict[str, Plain]:
    """A new record with its names in the order of the schema."""
    rank = {name: number for number, name in enumerate(order(path))}
    out: dict[str, Plain] = {}
    for name in sorted(content, key=lambda name: rank.get(name, len(rank))):
        entry = content[name]
        if isinstance(entry, dict):
            entry = ordered(entry, order, (*path, name))
        elif isinstance(entry, list):
            entry = [
                ordered(item, order, (*path, name, 0)) if isinstance(item, dict) else item for item in entry
            ]
        out[name] = entry
    return out


def _removals(
    workspace: Workspace,
    folder: FilePath,
    intake: Intake,
    files: list[tuple[FilePath, bytes | None, bytes | None]],
) -> tuple[Removal, ...]:
    out = []
    for file in intake.removed:
        path = folder / "data" / file
        files.append((path, _bytes(workspace, path, intake.book.origin.digests[file]), None))
        name = intake.owner_of(file)
        prose = prose_of(workspace, folder, intake.book.report.kind, name, path.stem)
        shown = "、".join(workspace.shown(item.path) for item in prose if item.there)
        out.append(Removal(name, file, shown, lines_left(intake, file)))
    return tuple(out)


def by_owner(differences: Sequence[Difference]) -> list[tuple[str, list[Difference]]]:
    """The differences of each project together, in the order in which they came first."""
    out: dict[str, list[Difference]] = {}
    for item in differences:
        out.setdefault(item.owner, []).append(item)
    return list(out.items())
