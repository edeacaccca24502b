"""The table of another system -> what taking it in would change, by a mapping of its columns.

A table says what it says: an empty cell changes nothing, a project or an indicator that it lacks stays.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path as FilePath

from compiler.data_edit.changes import Arrange
from compiler.data_edit.notation import Plain
from compiler.diagnostics import Diagnostics
from compiler.figures import UNITS, half_width
from compiler.named import NamedTuple
from compiler.rawdata import Sequence
from compiler.workbook.cells import Cell, Workbook
from compiler.workbook.cells import Sheet as CellSheet
from compiler.workbook.column_map import ColumnMap, MappedColumn, read_maps
from compiler.workbook.derivation import Derivation
from compiler.workbook.grid import LOOKED_AT, Line, Problem, header_of
from compiler.workbook.importing import Plan, finished
from compiler.workbook.intake import Intake, NewProject, nested, text_at
from compiler.workbook.layout import Column, Content, Key, Path, Role, Values
from compiler.workbook.map_choice import WHERE, exported, map_name, several
from compiler.workbook.rows import Book, node_at
from compiler.workbook.values import as_typed, typed_content
from compiler.workspace import Workspace

_NAMES = ("一级", "二级", "三级")


class _Found(NamedTuple):
    """A sheet in which the headings of a mapping are."""

    map: ColumnMap
    sheet: CellSheet
    row: int
    project: int
    """The number of the column with the projects."""
    columns: dict[int, tuple[MappedColumn, str]]
    """By number: what the column gives, and the unit of its amounts."""
    stated: dict[int, str]
    """By number: the unit that the table itself gives, in the heading or above it."""


def plan_foreign(workspace: Workspace, folder: FilePath, book: Book, workbook: Workbook, name: str) -> Plan:
    """What a table changes by the mapping `name` (or the path of its file), or by the one whose headings it has.

    Raises `WorkbookError` when it cannot be read, `WorkspaceError` when a data file cannot.
    """
    sink = Diagnostics()
    known = read_maps(workspace, sink)
    intake = Intake(book, book.report.unit)
    intake.derivation = Derivation(workspace, book, intake.unit)
    for item in sink:
        intake.problems.append(Problem("", "", f"{item.span} {item.message}", item.hint))
    chosen = map_name(workspace.root, name, known.names) if name else ""
    unfit = exported(workbook, bool(name)) or (chosen if isinstance(chosen, Problem) else None)
    if unfit is not None:
        intake.problems.append(unfit)
    elif not sink.has_errors and isinstance(chosen, str):
        found = _found(intake, workbook, known.maps, known.names, chosen)
        if found is not None:
            intake.notices.append(
                f"“{found.sheet.name}”照 {WHERE}/{found.map.name}.yaml 对上，从第 {found.row + 1} 行读起。"
            )
            _Reader(intake, found).read()
    return finished(workspace, folder, intake, frozenset())


def _found(
    intake: Intake, workbook: Workbook, maps: dict[str, ColumnMap], names: tuple[str, ...], name: str
) -> _Found | None:
    """The sheet and the mapping to read it by; None is a problem, noted."""

    def refuse(message: str, hint: str) -> None:
        intake.problems.append(Problem("", "", message, hint))

    wanted = {name: maps[name]} if name else maps
    found = [hit for each in wanted.values() for sheet in workbook.sheets if (hit := _headings(each, sheet))]
    if len(found) == 1:
        _check_units(intake, found[0])
        return found[0]
    if len(found) > 1:
        intake.problems.append(several((hit.map.name, hit.sheet.name) for hit in found))
    elif name:
        refuse(
            f"表里没有“{name}”要的列名：{'、'.join(_wanted(maps[name]))}",
            f"核对表格和 {WHERE}/{name}.yaml 里的列名，要一字不差",
        )
    else:
        refuse(
            "这不是 chengwen export 写出的表格，列名也和哪一个对照都对不上",
            f"先用 chengwen export 导出来填；别的系统的表，在 {WHERE} 里写一个对照（有：{'、'.join(names) or '（空的）'}）",
        )
    return None


def _wanted(each: ColumnMap) -> list[str]:
    return [each.project[0], *(column.headings[0] for column in each.columns)]


def _headings(each: ColumnMap, sheet: CellSheet) -> _Found | None:
    """Where the headings of a mapping are on a sheet; None when one of them is not there, or is there twice."""
    if each.sheet is not None and sheet.name.strip() != each.sheet:
        return None
    above: dict[int, str] = {}
    above_units: dict[int, str] = {}
    said: list[str] = []
    for row in sheet.rows():
        if row.number > LOOKED_AT:
            return None
        places: dict[str, list[int]] = {}
        units: dict[int, str] = {}
        for cell in row.cells:
            name, units[cell.column] = header_of(cell.shown)
            places.setdefault(name, []).append(cell.column)
            if above.get(cell.column):
                places.setdefault(f"{above[cell.column]}/{name}", []).append(cell.column)
            units[cell.column] = units[cell.column] or above_units.get(cell.column, "")
        above = {cell.column: header_of(cell.shown)[0] for cell in row.cells}
        project = _column(each.project, places)
        columns = {_column(column.headings, places): column for column in each.columns}
        if project and 0 not in columns and len(columns) == len(each.columns):
            line = "、".join(dict.fromkeys(said))
            stated = {number: units.get(number) or line for number in columns}
            found = {number: (column, column.unit or stated[number]) for number, column in columns.items()}
            return _Found(each, sheet, row.number, project, found, stated)
        above_units = units
        said += _UNIT_LINE.findall(half_width(" ".join(cell.shown for cell in row.cells)))
    return None


_UNIT_LINE = re.compile(r"单位\s*[:：]?\s*(?:人民币)?\s*([百千十]?万?亿?元)")


def _column(headings: tuple[str, ...], places: dict[str, list[int]]) -> int:
    """The number of the column that has one of the headings; 0 when none has, or several."""
    for heading in headings:
        numbers = places.get("/".join(header_of(part)[0] for part in heading.split("/")), [])
        if len(numbers) == 1:
            return numbers[0]
    return 0


def _check_units(intake: Intake, found: _Found) -> None:
    where = f"{WHERE}/{found.map.name}.yaml"
    for number, (column, unit) in found.columns.items():
        if column.values is not Values.AMOUNT:
            continue
        stated, name = found.stated[number], column.headings[0]
        if not unit:
            message = f"不知道“{name}”一列的金额是元还是万元"
            hint = f"在 {where} 里这一列加上“单位: 元”或“单位: 万元”"
        elif stated and stated != unit:
            message = f"“{name}”一列，表里写的单位是{stated}，{where} 里写的是{unit}"
            hint = f"核对是哪一个，把 {where} 或者表格改成一样的"
        elif unit not in UNITS:
            message = f"“{name}”一列的单位是{unit}，不是元、万元、亿元中的一个"
            hint = "表格里只写一个单位，换算成元或万元"
        else:
            continue
        intake.problems.append(Problem(found.sheet.name, "", message, hint))


class _Reader:
    """Takes the rows of a table in."""

    def __init__(self, intake: Intake, found: _Found) -> None:
        self.intake, self.found, self.map = intake, found, found.map
        self.title = found.sheet.name
        self.seen: dict[str, int] = {}
        self.unknown: list[str] = []
        self.added: dict[str, list[Plain]] = {}
        self.known: dict[str, list[tuple[str, str]]] = {}
        """By name without a year: the year, and the file."""
        for file, project in intake.book.projects:
            year, name = _parted(project.name)
            self.known.setdefault(name, []).append((year, file))
        self.met = False
        """Whether the table has a project that the data have, or get."""

    def read(self) -> None:
        for number, cells in self._rows():
            cell = cells.get(self.found.project)
            name = cell.shown.strip() if cell is not None else ""
            if not name or any(_name(name) == _name(word) for word in self.map.skipped or ()):
                if not name and any(column in cells for column in self.found.columns):
                    self.intake.notices.append(f"“{self.title}”第 {number} 行没有写项目，没有收。")
                continue
            file = self._file(cell, name)
            if file is None:
                continue
            self.met = True
            if isinstance(file, str):
                self.intake.looked.add(file)
            if self.map.of_indicators:
                self._indicator(file, cells, number)
            else:
                self._project(file, cells, name, number)
        for file, items in self.added.items():
            held = node_at(self.intake.book.files[file].raw.root, ("绩效指标",))
            count = len(held.items) if isinstance(held, Sequence) else 0
            self.intake.change(file, Arrange(("绩效指标",), (*range(count), *items)))
        if not self.met and not self.intake.problems:
            words = "、".join(self.unknown[:5]) + ("等" if len(self.unknown) > 5 else "")
            self.intake.problem(
                self.title,
                "",
                f"表里的 {len(self.unknown)} 个项目，数据里一个都没有：{words}"
                if self.unknown
                else "列名下面没有读到一个项目",
                "核对是不是拿错了表；项目名称不一样的，改成一样",
            )
        elif self.unknown:
            words = "、".join(self.unknown[:5]) + ("等" if len(self.unknown) > 5 else "")
            self.intake.notices.append(
                f"表里有 {len(self.unknown)} 个项目，数据里没有，没有收：{words}。要收的，先加上这个项目。"
            )

    def _rows(self) -> Iterator[tuple[int, dict[int, Cell]]]:
        hidden = 0
        for row in self.found.sheet.rows():
            if row.number > self.found.row:
                hidden += row.hidden
                yield row.number, {cell.column: cell for cell in row.cells}
        if hidden:
            self.intake.notices.append(f"“{self.title}”隐藏的 {hidden} 行也读了。")

    def _file(self, cell: Cell | None, name: str) -> str | NewProject | None:
        """The file of a project; a new one where the mapping adds them; None else, and when it is not clear which."""
        year, bare = _parted(name)
        known = self.known.get(bare, [])
        files = [file for own, file in known if own == year] if year else []
        files = files or [file for own, file in known if not own or not year]
        if known and not files:
            owner = self.intake.owner_of(known[0][1])
            self.intake.problem(
                self.title,
                _place(cell),
                f"“{name}”和数据里的“{owner}”不是一年的",
                "核对是不是拿错了年度的表；是这一年的，改正名称里的年份；不收的，删去这一行",
            )
            return None
        if len(files) == 1:
            return files[0]
        if files:
            names = "、".join(self.intake.owner_of(file) for file in files)
            self.intake.problem(self.title, _place(cell), f"“{name}”可能是几个项目：{names}", "写全项目名称")
            return None
        if self.map.adds and not self.map.of_indicators:
            place = _place(cell)
            return self.intake.new.setdefault(name, NewProject(name, "", {"名称": name}, self.title, place))
        if name not in self.unknown:
            self.unknown.append(name)
        return None

    def _project(self, file: str | NewProject, cells: dict[int, Cell], name: str, number: int) -> None:
        called = file if isinstance(file, str) else file.name
        if called in self.seen:
            self.intake.problem(
                self.title,
                _place(cells.get(self.found.project)),
                f"项目“{name}”有两行，另一行是第 {self.seen[called]} 行",
                "一个项目只留一行；是小计的，在对照的“跳过”里写上",
            )
            return
        self.seen[called] = number
        for column, path, cell, content_unit in self._values(cells):
            self._value(file, (), column, path, cell, content_unit)

    def _indicator(self, file: str | NewProject, cells: dict[int, Cell], number: int) -> None:
        if not isinstance(file, str):
            return
        names = {
            column.path[0]: cells[at].shown.strip()
            for at, (column, _) in self.found.columns.items()
            if column.path[0] in _NAMES and at in cells
        }
        if not names.get(
            "三级" if any(c.path[0] == "三级" for c, _ in self.found.columns.values()) else "一级"
        ):
            return
        root = self.intake.book.files[file].raw.root
        held = node_at(root, ("绩效指标",))
        for index in range(len(held.items) if isinstance(held, Sequence) else 0):
            texts = {key: text_at(self.intake.book, file, ("绩效指标", index, key)) for key in names}
            if all(_name(texts[key]) == _name(text) for key, text in names.items()):
                key = f"{file}#{index}"
                if key in self.seen:
                    self.intake.problem(
                        self.title,
                        _place(cells.get(self.found.project)),
                        f"第 {self.seen[key]} 行是同一个指标（{names.get('三级') or names.get('一级')}）",
                        "一个指标只留一行",
                    )
                    return
                self.seen[key] = number
                for column, path, cell, unit in self._values(cells):
                    self._value(file, ("绩效指标", index), column, path, cell, unit)
                return
        self._new_indicator(file, cells, names, number)

    def _new_indicator(self, file: str, cells: dict[int, Cell], names: dict[str, str], number: int) -> None:
        content: dict[str, Plain] = {}
        for column, path, cell, unit in self._values(cells):
            value, good = self._content(column, cell, unit)
            if good and value is not None:
                nested(
                    content,
                    path,
                    as_typed(value, column.values, "", self.intake.unit, self.intake.book.report.unit),
                )
        if "一级" not in content:
            self.intake.problem(
                self.title,
                _place(cells.get(self.found.project)),
                "新的指标没有“一级”",
                "补上；对照里也要有这一列",
            )
            return
        self.added.setdefault(file, []).append(content)
        place = next(iter(cells.values())).place
        self.intake.tell(
            file,
            f"绩效指标“{names.get('三级') or names['一级']}”",
            "（没有）",
            "（新增）",
            self.title,
            place,
            content,
        )

    def _values(self, cells: dict[int, Cell]) -> Iterator[tuple[MappedColumn, Path, Cell, str]]:
        unit = self.intake.unit
        for at, (column, own) in self.found.columns.items():
            if at in cells:
                yield column, column.path, cells[at], own or unit

    def _content(
        self, column: MappedColumn, cell: Cell, unit: str, old: Content = None
    ) -> tuple[Content, bool]:
        layout = Column(column.headings[0], Role.DATUM, column.values)
        return self.intake.content(Line(cell.row, {layout.header: cell}), layout, self.title, unit, old)

    def _value(
        self, file: str | NewProject, base: Path, column: MappedColumn, path: Path, cell: Cell, unit: str
    ) -> None:
        """Compare a cell with the datum it is mapped to; an empty one changes nothing."""
        report_unit = self.intake.book.report.unit
        old: Content = None
        if isinstance(file, str):
            typed = text_at(self.intake.book, file, (*base, *path))
            old = typed_content(typed, column.values, report_unit, self.intake.unit)
        new, good = self._content(column, cell, unit, old)
        if not good or new is None:
            return
        if isinstance(file, NewProject):
            nested(file.content, path, as_typed(new, column.values, "", self.intake.unit, report_unit))
            return
        where = (self.title, cell.place, " ".join(map(str, path)))
        self.intake.compare(Key(file, base), path, column.values, old, new, where, False)


def _place(cell: Cell | None) -> str:
    return cell.place if cell is not None else ""


def _name(text: str) -> str:
    """A name as it is compared: blanks and quotation marks aside."""
    return re.sub(r"[\s“”\"'‘’]", "", half_width(text)).casefold()


def _parted(text: str) -> tuple[str, str]:
    """The year that a name starts with, empty without one, and the rest, as they are compared."""
    name = _name(text)
    found = re.match(r"((?:19|20)\d\d)年?度?", name)
    return (found[1], name[found.end() :]) if found else ("", name)
