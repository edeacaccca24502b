"""The data files of a report as the rows of the workbook: what each cell shows, before any spreadsheet."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Iterator
from pathlib import Path as FilePath

from compiler.diagnostics import Code, Diagnostics
from compiler.evaluation.project import Project
from compiler.evaluation.report import Report
from compiler.figures import EXACT, UNITS
from compiler.gaps import is_unfilled
from compiler.inputs import Progress, read_report
from compiler.kinds import AMOUNT, NUMBER, RATE, Context
from compiler.named import NamedTuple
from compiler.rawdata import Mapping, Node, RawFile, Scalar, Sequence
from compiler.readers.yaml_data import read_yaml
from compiler.reading import unbracketed
from compiler.record import Record
from compiler.schema import read_file
from compiler.source import Source, Span
from compiler.workbook.layout import (
    BUDGET,
    LIST,
    OFFICE,
    PROJECTS,
    SECTION,
    UNFILLED,
    Content,
    Key,
    Origin,
    Path,
    Role,
    RowKind,
    Sheet,
    Values,
)
from compiler.workbook.sheets import BUDGET_FILE, DEPARTMENT_FILE, FILES, GROUP, PART, ROW, WHOLE
from compiler.workspace import Workspace


class DataFile(NamedTuple):
    """A data file, as typed and as the schema reads it."""

    raw: RawFile
    record: Record


class Book(NamedTuple):
    """The sound data of a report."""

    report: Report
    origin: Origin
    files: dict[str, DataFile]
    """By path in `data`: department, budget and scorecard, then the projects in their order."""

    @property
    def projects(self) -> list[tuple[str, Project]]:
        """The projects in the order of the report, with their files."""
        return [(name, file.record) for name, file in self.files.items() if isinstance(file.record, Project)]


class Row(NamedTuple):
    """A row of a sheet."""

    key: Key
    kind: RowKind
    contents: tuple[Content, ...]
    """One for each column; of COMPUTED and LAST None."""


def read_book(workspace: Workspace, folder: FilePath, sink: Diagnostics, progress: Progress) -> Book | None:
    """The data of a report; None when something is wrong with it, which is reported."""
    kept = workspace.keeping()
    report = read_report(kept, folder, sink)
    if report is None:
        return None
    data = folder / "data"
    paths = [
        data / name for name in (DEPARTMENT_FILE, *(n for n in FILES if n not in (PROJECTS, DEPARTMENT_FILE)))
    ]
    paths = [path for path in paths if path.name == DEPARTMENT_FILE or os.path.lexists(path)]
    paths += [path for path in kept.files(data / "projects", ".yaml") if path.parent == data / "projects"]
    files: dict[str, DataFile] = {}
    digests: dict[str, str] = {}
    named: dict[str, Span] = {}
    for number, path in enumerate(paths):
        if not number % 50:
            progress("读数据", number, len(paths))
        source = kept.read_text(path, sink)
        raw = read_yaml(source, sink) if source else None
        name = path.relative_to(data).as_posix()
        record = read_file(FILES.get(name, Project), raw, sink, report.unit, []) if raw else None
        if raw is None or record is None:
            continue
        if isinstance(record, Project):
            record.id = path.stem
            if record.name in named:
                sink.error(
                    Code.DUPLICATE_ENTRY,
                    record.span_of("name"),
                    f"项目“{record.name}”有两个文件",
                    "删去重复的一个，或改正名称",
                    ((named[record.name], "另一个在这里"),),
                )
            named.setdefault(record.name, record.span_of("name"))
        files[name] = DataFile(raw, record)
        digests[name] = hashlib.sha256((kept.kept or {})[str(path)]).hexdigest()
    if sink.has_errors:
        return None
    return Book(report, Origin(report.department, report.year, report.unit, digests), files)


def rows_of(sheet: Sheet, book: Book, unit: str = "") -> Iterator[Row]:
    """The rows of a sheet from the top, amounts in `unit`, or in the report's."""
    show = _shower(book, unit or book.report.unit)
    for key, kind, node, owner in _places(sheet, book):
        contents: list[Content] = []
        for column in sheet.columns:
            role = column.role
            content: Content = None
            if role is Role.DATUM:
                path = column.keys.get(kind.name)
                if path is not None and node is not None:
                    content = show(node_at(node, path), column.values)
            elif role is Role.KEY:
                content = str(key)
            elif role is Role.OWNER:
                content = owner
            elif role is Role.KIND:
                content = kind.name
            elif role is Role.FILE:
                content = key.file.removeprefix("projects/").removesuffix(".yaml")
            elif role is Role.FACT:
                content = str(key.path[len(kind.path)])
            elif role is Role.ITEM:
                content = ".".join(str(int(step) + 1) for step in key.path[len(kind.path) + 1 :]) or None
            contents.append(content)
        yield Row(key, kind, tuple(contents))


def node_at(node: Node, path: Path) -> Node | None:
    """What stands at a path of a file; None when nothing does."""
    for step in path:
        found: Node | None = None
        if isinstance(node, Mapping) and isinstance(step, str):
            found = node.entries.get(step)
        elif isinstance(node, Sequence) and isinstance(step, int) and step < len(node.items):
            found = node.items[step]
        if found is None:
            return None
        node = found
    return node


_NOWHERE = Source("", "")


def _shower(book: Book, unit: str) -> Callable[[Node | None, Values], Content]:
    """What a cell shows of a scalar: sound by now, so that whatever reading it again reports was told."""
    context, power = Context(_NOWHERE, Diagnostics(), book.report.unit), -UNITS[unit]

    def show(node: Node | None, values: Values) -> Content:
        if type(node) is Sequence:
            node = unbracketed(node)
        if type(node) is not Scalar or not node.text:
            return None
        text = node.text
        if is_unfilled(text):
            return UNFILLED
        if values is Values.TEXT:
            return text.strip("\n").rstrip()
        if values is Values.AMOUNT:
            amount = AMOUNT.read(node, context, "")
            return None if amount is None else amount.yuan.scaleb(power, EXACT)
        if values is Values.RATE:
            rate = RATE.read(node, context, "")
            return None if rate is None else rate.ratio
        if values is Values.NUMBER:
            return NUMBER.read(node, context, "")
        return text.strip()

    return show


_Place = tuple[Key, RowKind, "Node | None", str]
"""Where a row stands, what kind it is, what is there, and whose it is."""


def _places(sheet: Sheet, book: Book) -> Iterator[_Place]:
    for name, file in book.files.items():
        kinds = [
            kind
            for kind in sheet.kinds
            if kind.file == name or (kind.file == PROJECTS and isinstance(file.record, Project))
        ]
        if not kinds:
            continue
        start, root = Key(name), file.raw.root
        if any(kind.facts for kind in kinds):
            for kind in kinds:
                yield from _facts(start, kind, root)
        elif {PART, GROUP, ROW, WHOLE} <= {kind.name for kind in kinds}:
            yield from _levels(start, {kind.name: kind for kind in kinds}, root)
        else:
            owner = _owner(start, root)
            for kind in kinds:
                for key, node in _entries(start, kind.path, root):
                    # Sources of funds have rows for what is not there yet, where a project has any.
                    if node is not None or not key.path[:-1] or node_at(root, key.path[:-1]) is not None:
                        yield key, kind, node, owner


def _entries(start: Key, path: tuple[str | None, ...], root: Node) -> Iterator[tuple[Key, Node | None]]:
    """Whatever stands at a path with `LIST` in it; a last step that is not there, all the same."""
    if LIST not in path:
        whole = tuple(step for step in path if step is not None)
        yield start.at(*whole), node_at(root, whole)
        return
    index = path.index(LIST)
    way = tuple(step for step in path[:index] if step is not None)
    node = node_at(root, way)
    for number, item in enumerate(node.items if isinstance(node, Sequence) else ()):
        yield from _entries(start.at(*way, number), path[index + 1 :], item)


def _levels(start: Key, kinds: dict[str, RowKind], root: Node) -> Iterator[_Place]:
    """The rows of the scoring table: what is above, then what is in it."""
    yield start, kinds[WHOLE], root, ""
    for part, part_node in _entries(start, (*kinds[PART].path,), root):
        yield part, kinds[PART], part_node, ""
        for group, group_node in _entries(part, ("分组", LIST), part_node or root):
            yield group, kinds[GROUP], group_node, ""
            for row, row_node in _entries(group, ("指标", LIST), group_node or root):
                yield row, kinds[ROW], row_node, ""


def _facts(start: Key, kind: RowKind, root: Node) -> Iterator[_Place]:
    for key, node in _entries(start, kind.path, root):
        if isinstance(node, Mapping):
            section = node_at(root, key.path[:-1]) if LIST in kind.path else None
            owner = _owner(start, root) if section is None else f"{SECTION}{_name(section)}"
            for name, value in node.entries.items():
                for place, item in _items(key.at(name), value):
                    yield place, kind, item, owner


def _items(key: Key, node: Node) -> Iterator[tuple[Key, Node]]:
    """A value, or each of the values of a list."""
    if isinstance(node, Sequence):
        for number, item in enumerate(node.items):
            yield from _items(key.at(number), item)
    else:
        yield key, node


def _owner(start: Key, root: Node) -> str:
    """Whose the rows of a file are, in words."""
    return {BUDGET_FILE: BUDGET, DEPARTMENT_FILE: OFFICE}.get(start.file) or _name(root)


def _name(node: Node) -> str:
    name = node_at(node, ("名称",))
    return name.text.strip("\n").rstrip() if isinstance(name, Scalar) else ""
