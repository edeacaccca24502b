"""The narratives of new projects, and the list of what is to be filled in: what an import writes besides the data."""

from __future__ import annotations

from collections.abc import Iterator
from collections.abc import Sequence as Items
from pathlib import Path as FilePath

from compiler.data_edit.changes import Arrange, Drop, Path
from compiler.data_edit.line_ends import with_line_ends
from compiler.diagnostics import Diagnostics
from compiler.evaluation.project import Project
from compiler.gaps import Gap, gaps_in_prose, holds_mark, is_unfilled
from compiler.named import NamedTuple
from compiler.needed import PROJECT_PROSE, project_folders, prose_for
from compiler.outline import Outline
from compiler.rawdata import Mapping, Node, Scalar, Sequence
from compiler.readers.yaml_data import read_yaml
from compiler.schema import read_file
from compiler.source import Source, line_and_column
from compiler.workbook.intake import Intake, text_at
from compiler.workbook.rows import node_at
from compiler.workbook.sheets import FILES
from compiler.worklist import NAME, appended
from compiler.workspace import Workspace

ToWrite = tuple[FilePath, bytes | None, bytes | None]
"""A file, what it holds, what it is to hold: as `rewriting.rewrite` takes it."""


class Prose(NamedTuple):
    """The narrative of a new project."""

    project: str
    """Its name."""
    path: FilePath
    file: str
    """By its path in the report, as messages name it."""
    there: bool
    """It was there already, and stays as it is."""


def prose_of(workspace: Workspace, folder: FilePath, kind: str, name: str, stem: str) -> list[Prose]:
    """The narratives that a project of a report is to have; nothing where its kind has none, or no sound outline."""
    sink = Diagnostics()
    source = workspace.read_text(workspace.root / "templates" / kind / "outline.yaml", sink)
    raw = read_yaml(source, sink) if source else None
    outline = read_file(Outline, raw, sink) if raw else None
    out = []
    for inner in project_folders(outline) if outline is not None else ():
        base = folder / "narrative"
        file = f"{inner}/{stem}.md"
        path = workspace.inside(base, file, workspace.start_of(base), sink)
        if path is not None:
            out.append(Prose(name, path, f"narrative/{file}", path.exists()))
    return out


def unwritten(prose: Items[Prose]) -> list[ToWrite]:
    """The files of narratives that are not there, to be written by somebody."""
    text = prose_for(PROJECT_PROSE).encode()
    return [(item.path, None, text) for item in prose if not item.there]


def new_gaps(workspace: Workspace, folder: FilePath, intake: Intake, files: Items[ToWrite]) -> list[Gap]:
    """What is to be filled in of the files to be written and was not before, or was not there."""
    gaps: list[Gap] = []
    for path, _, after in files:
        if after is None:
            continue
        source = Source(workspace.shown(path), after.decode("utf-8-sig").replace("\r\n", "\n"))
        if path.suffix == ".md":
            gaps += gaps_in_prose(source)
            continue
        file = path.relative_to(folder / "data").as_posix()
        raw = read_yaml(source, Diagnostics())
        found: list[Gap] = []
        if raw is None or read_file(FILES.get(file, Project), raw, Diagnostics(), gaps=found) is None:
            continue
        gaps += [gap for gap in found if not _was_open(intake, file, _value_of(gap, raw.root))]
    return gaps


def closed_gaps(intake: Intake) -> int:
    """How much was still to be filled in of the entries and the records that go as a whole, of files that stay."""
    count = 0
    for file, changes in intake.changes.items():
        root = intake.book.files[file].raw.root
        for change in changes if file not in intake.removed else ():
            node = node_at(root, change.path)
            if isinstance(change, Arrange) and isinstance(node, Sequence):
                left = [item for number, item in enumerate(node.items) if number not in change.items]
            else:
                left = [node] if isinstance(change, Drop) and isinstance(node, Mapping | Sequence) else []
            count += sum(_open_in(item) for item in left)
    return count


def _open_in(node: Node) -> int:
    if isinstance(node, Scalar):
        return is_unfilled(node.text) or holds_mark(node.text)
    inner = node.entries.values() if isinstance(node, Mapping) else node.items
    return sum(_open_in(child) for child in inner)


def _value_of(gap: Gap, root: Node) -> Path:
    """Where in its file the value stands that a gap is in."""
    start = (gap.span.line, gap.span.column)
    return max((place, path) for place, path in _scalars(root, ()) if place <= start)[1]


def _scalars(node: Node, path: Path) -> Iterator[tuple[tuple[int, int], Path]]:
    """Every value of a file with the line and the column where it starts."""
    if isinstance(node, Scalar):
        yield line_and_column(node.place), path
    elif isinstance(node, Mapping):
        for key, child in node.entries.items():
            yield from _scalars(child, (*path, key))
    else:
        for number, child in enumerate(node.items):
            yield from _scalars(child, (*path, number))


def _was_open(intake: Intake, file: str, path: Path) -> bool:
    """Whether a value of the file to be written was to be filled in before."""
    if file not in intake.book.files:
        return False
    lists = {
        change.path: change.items for change in intake.changes.get(file, ()) if isinstance(change, Arrange)
    }
    old: Path = ()
    for step in path:
        item = lists[old][step] if isinstance(step, int) and old in lists else step
        if not isinstance(item, str | int):
            return False  # in a new entry
        old = (*old, item)
    text = text_at(intake.book, file, old)
    return is_unfilled(text) or holds_mark(text)


def with_list(workspace: Workspace, folder: FilePath, gaps: Items[Gap], notices: list[str]) -> ToWrite | None:
    """待办.md with what is to be filled in from now on; None when the report has none, or nothing came."""
    path = folder / NAME
    if not gaps or not path.exists():
        return None
    source = workspace.read_text(path, Diagnostics())
    if source is None:
        notices.append(f"{workspace.shown(path)} 读不了，新的待填没有补进去。")
        return None
    before = workspace.read_whole(path)
    text = source.text + appended(source.text, workspace.shown(folder), gaps)
    return path, before, with_line_ends(before, source.text, text)
