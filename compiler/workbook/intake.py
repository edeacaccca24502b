"""The rows of a workbook against the rows of the data: what is different, and what is wrong with it.

Lines with a key are compared with the record that the key names, lines without one are new records, records without
a line are removed. What a list consists of, and in what order, the lines of the sheet say.
"""

from __future__ import annotations

from collections.abc import Mapping as Contents
from decimal import Decimal
from typing import Any

from compiler.data_edit.changes import Change, Drop, Put
from compiler.data_edit.notation import Plain
from compiler.figures import EXACT, UNITS
from compiler.gaps import is_unfilled
from compiler.named import NamedTuple
from compiler.rawdata import Mapping, Node, Scalar
from compiler.workbook.baseline import NOTHING, OPEN, Baseline
from compiler.workbook.derivation import Derivation
from compiler.workbook.grid import Line, Problem
from compiler.workbook.layout import (
    ABSENT,
    LIST,
    PROJECTS,
    UNFILLED,
    Column,
    Content,
    Key,
    Path,
    Role,
    RowKind,
    Values,
)
from compiler.workbook.rows import Book, node_at
from compiler.workbook.sheets import SHEETS
from compiler.workbook.values import BadCell, as_typed, check_plausible, content_of, same, shown


class Difference(NamedTuple):
    """Something that the import changes, as the table of changes has it."""

    owner: str
    """The project, or the part of the data."""
    name: str
    old: str
    new: str
    difference: str
    percent: str
    sheet: str
    place: str
    """The cell that says so; empty for a line that is gone."""
    file: str
    """In `data`."""
    record: dict[str, Plain] | None = None
    """Of a new record, what it holds: the listing says that too."""


class NewProject(NamedTuple):
    """A project that the data do not have yet."""

    name: str
    stem: str
    """As the workbook has it; empty when it leaves it to us."""
    content: dict[str, Plain]
    sheet: str
    place: str


class Intake:
    """What is found on the way through a workbook."""

    def __init__(self, book: Book, unit: str) -> None:
        self.book, self.unit = book, unit
        """The unit in which amounts are compared."""
        self.baseline: Baseline | None = None
        """What the rows were when the workbook was made; None when it does not say."""
        self.stale: frozenset[str] = frozenset()
        """Data files that were changed, added or removed since."""
        self.changed: frozenset[str] = frozenset()
        """The same, also when the workbook does not say what its rows were."""
        self.shuffled: list[Problem] = []
        """Sheets whose cells were moved without the keys: nothing else on them can be believed."""
        self.looked: set[str] = set()
        """The files that the table is about: what the program computes in them is left to it."""
        self.derivation: Derivation | None = None
        """Computes what is left open; None where it is to stay so."""
        self.left: list[str] = []
        """Cells that say what they said at the export, while the data say something else now: each in words, empty for those
        that were blank then.
        """
        self.ignored: list[str] = []
        """Other things that the workbook says and that are not taken in, in words."""
        self.changes: dict[str, list[Change]] = {}
        """By file in `data`."""
        self.new: dict[str, NewProject] = {}
        """By name."""
        self.removed: list[str] = []
        """Files of projects that have no line any more."""
        self.lost: set[str] = set()
        """Files that lines of the workbook are from, and that are not there; each is told of once."""
        self.differences: list[Difference] = []
        self.problems: list[Problem] = []
        self.notices: list[str] = []
        self.project_files = {project.name: name for name, project in book.projects}
        """By the names that projects have, and are given."""
        self.renamed: dict[str, str] = {}
        """By file, the names that the sheet of projects gives."""
        self.ambiguous: set[str] = set()
        """Names that one project had and another has now."""
        self.shifted: dict[tuple[str, str], None] = {}
        """Lists of which entries have another number now: file (empty for the projects themselves) and name."""
        self.names = {name: project.name for name, project in book.projects}
        self.lines: dict[str, dict[str, int]] = {}
        """By file, how many lines each sheet has of it."""
        self.moved: dict[str, str] = {}
        """By file of the export, the one that it is now, of those that got another name."""
        self.names_before: dict[str, str] = {}
        """By file, the tokens of the names that projects of `stale` files had at the export."""

    def resolve_names(self) -> None:
        """Find projects by the names that they are given, once all are known; to be called after their sheet."""
        old = dict(self.project_files)
        for file, name in self.renamed.items():
            if self.names.get(file) != name:
                if old.get(name, file) != file and old[name] not in self.removed:
                    self.ambiguous.add(name)
                self.project_files[name] = file

    def problem(self, sheet: str, place: str, message: str, hint: str) -> None:
        """Note what keeps a workbook from being taken in."""
        self.problems.append(Problem(sheet, place, message, hint))

    def change(self, file: str, change: Change) -> None:
        """Note a change to a file."""
        self.changes.setdefault(file, []).append(change)

    def owner_of(self, file: str) -> str:
        """What the table of changes calls a file."""
        return self.names.get(file) or {"budget.yaml": "预算", "scorecard.yaml": "评分表"}.get(file, "单位")

    def tell(
        self,
        file: str,
        name: str,
        old: str,
        new: str,
        sheet: str,
        place: str = "",
        record: dict[str, Plain] | None = None,
    ) -> None:
        """Note a difference that is no figure's; `record` is what a new record holds."""
        self.differences.append(
            Difference(self.owner_of(file), name, old, new, "", "", sheet, place, file, record)
        )

    def content(
        self,
        line: Line,
        column: Column,
        sheet: str,
        header_unit: str = "",
        old: Content = None,
        absent: Content = None,
    ) -> tuple[Content, bool]:
        """What a cell of a line says, amounts in `unit`, and whether that is sound; if not it is noted.

        `old` is what the file says: what it has already, however odd, may stay. `absent` is given for a figure's cell in
        which is written that there is none.
        """
        cell = line.cells.get(column.header)
        unit = header_unit or self.unit
        try:
            content = content_of(cell, column.values, column.header, unit)
            if column.values is Values.AMOUNT and isinstance(content, Decimal) and unit != self.unit:
                content = content.scaleb(UNITS[unit] - UNITS[self.unit], EXACT)
            if not same(content, old):
                check_plausible(content, column.values, self.unit)
        except BadCell as bad:
            self.problem(sheet, cell.place if cell is not None else "", bad.message, bad.hint)
            return None, False
        return (absent if content is ABSENT else content), True

    def compare(
        self,
        key: Key,
        path: Path,
        values: Values,
        old: Content,
        new: Content,
        where: tuple[str, str, str],
        needed: bool,
    ) -> None:
        """Note the change of a value of a record; `where` is its sheet, its cell, and what it is called."""
        if same(new, old):
            return
        sheet, place, name = where
        whole = (*key.path, *path)
        typed = text_at(self.book, key.file, whole)
        if new is None or new is ABSENT:
            if needed:
                said = "空着，它是必填的" if new is None else "是必填的，不能写没有"
                self.problems.append(Problem(sheet, place, f"{name}{said}", "填上；整条不要了的，删去整行"))
                return
            self.change(key.file, Drop(whole))
        else:
            text = as_typed(new, values, typed, self.unit, self.book.report.unit)
            self.change(key.file, Put(whole, text))
        self.differences.append(
            Difference(
                self.owner_of(key.file),
                name,
                shown(old, values),
                "（删去）" if new is None or (new is ABSENT and old is not UNFILLED) else shown(new, values),
                *_difference(old, new, values),
                sheet,
                place,
                key.file,
            )
        )

    def leave(self, file: str, name: str, before: str, new: str, now: str) -> None:
        """Note that a cell says what it said at the export (the token `before`), and the data something else."""
        words = f"{self.owner_of(file)} {name}（表里“{new}”，数据里“{now}”）".replace("  ", " ")
        self.left.append(words if before not in (NOTHING, OPEN) else "")

    def conflict(self, file: str, name: str, new: str, now: str, sheet: str, place: str) -> None:
        """Note that a workbook and the data were both changed since the export, and differ."""
        hint = (
            "数据里的对，把这一格改成和它一样；表里的对，重新导出一份，填在新的里"
            if place
            else "重新导出一份，在新的里改"
        )
        self.problem(
            sheet,
            place,
            f"{self.owner_of(file)} {name}：表里是“{new}”，数据里现在是“{now}”，导出以后改过".replace(
                "  ", " "
            ),
            f"不知道哪个是新的，没有盖掉。{hint}",
        )


def _difference(old: Content, new: Content, values: Values) -> tuple[str, str]:
    """By how much, and by how many percent of the old."""
    if not (isinstance(old, Decimal) and isinstance(new, Decimal)):
        return "", ""
    by = EXACT.subtract(new, old)
    if values is Values.RATE:
        return f"{by.scaleb(2, EXACT).normalize():+f}个百分点", ""
    percent = f"{(by / old * 100).quantize(Decimal('0.01')):+f}%" if old else ""
    return f"{by.normalize():+f}", percent


def text_at(book: Book, file: str, path: Path) -> str:
    """The text of a value as typed; empty where there is none."""
    held = book.files.get(file)
    node = node_at(held.raw.root, path) if held is not None else None
    return node.text if isinstance(node, Scalar) else ""


def nested(content: dict[str, Plain], path: Path, text: str) -> None:
    """Put a value into a new record, at a path of names."""
    owner: Any = content
    for step in path[:-1]:
        owner = owner.setdefault(step, {})
    owner[path[-1]] = text


def called(kind: RowKind, key: Key, column: Column, contents: Contents[str, Content]) -> str:
    """What the table of changes calls a value: the record's own name, then the column."""
    return " ".join(filter(None, (record_name(kind, key, contents), column.header)))


def record_name(kind: RowKind, key: Key, contents: Contents[str, Content]) -> str:
    """What a record is called within its file."""
    if kind.facts:
        return "补充数据 " + " ".join(
            str(step + 1) if isinstance(step, int) else str(step) for step in key.path[len(kind.path) :]
        )
    if LIST in kind.path:
        given = (contents.get(at) for at in ("三级", "二级", "一级", "名称"))
        name = next((str(it) for it in given if it and it is not UNFILLED and it is not ABSENT), "")
        number = key.path[-1]
        return (
            f"{kind.name}“{name}”"
            if name
            else f"{kind.name}{f'第{number + 1}项' if isinstance(number, int) else ''}"
        )
    return kind.name if kind.path else ""


def name_of(file: str, path: Path, root: Node) -> tuple[str, str]:
    """The sheet that has a value of a file, and what the table of changes calls the value; `root` is the file's."""
    for sheet in SHEETS:
        for kind in sheet.kinds:
            key, rest = Key(file, path[: len(kind.path)]), path[len(kind.path) :]
            if kind.facts or not kind.fits(key):
                continue
            for column in sheet.columns:
                if column.role is Role.DATUM and column.keys.get(kind.name) == rest:
                    record = node_at(root, key.path)
                    names = record.entries if isinstance(record, Mapping) else {}
                    given = {name: node.text for name, node in names.items() if isinstance(node, Scalar)}
                    contents = {name: text for name, text in given.items() if not is_unfilled(text)}
                    return sheet.title, called(kind, key, column, contents)
    return "", " ".join(map(str, path))


def is_project(kind: RowKind) -> bool:
    """Whether a row is a project itself."""
    return kind.file == PROJECTS and not kind.path
