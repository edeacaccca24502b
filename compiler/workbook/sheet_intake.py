"""One sheet of a workbook, line by line, against the data."""

from __future__ import annotations

from compiler.data_edit.changes import Arrange, Drop, Put
from compiler.data_edit.notation import Plain
from compiler.rawdata import Sequence
from compiler.schema import shape_of
from compiler.workbook.grid import Grid, Line
from compiler.workbook.intake import Intake, called, is_project, node_at, record_name
from compiler.workbook.layout import (
    LIST,
    UNFILLED,
    Content,
    Key,
    Path,
    Role,
    RowKind,
    Sheet,
)
from compiler.workbook.new_lines import NewLines
from compiler.workbook.rows import Row, rows_of

_Parent = tuple[str, Path]
"""The file and the path of a list."""
_MOST_NUMBERS = 5
"""Entries that are named by number when a list has another order."""


class SheetIntake:
    """Reads the lines of a sheet into an intake."""

    def __init__(self, intake: Intake, grid: Grid, before: frozenset[str]) -> None:
        """`before`: the data files that the workbook was made from."""
        self.intake, self.grid, self.layout, self.before = intake, grid, grid.layout, before
        self.title = self.layout.title
        self.rows: dict[Key, Row] = {row.key: row for row in rows_of(self.layout, intake.book, intake.unit)}
        self.seen: dict[Key, int] = {}
        self.lists: dict[_Parent, list[int | Plain]] = {}
        self.added: dict[_Parent, int] = {}
        """How many new entries a list has got."""
        self.current: dict[str, Path | dict[str, Plain]] = {}
        """Of every level of a sheet of several, the record that the lines are under: its path, or a new one."""
        self.facts: dict[tuple[str, Path, str], str | dict[int, str]] = {}
        """New facts, by file, or by name of a new project: a value, or those of a list by their numbers."""
        self.funded: dict[tuple[str, Path], int] = {}
        """Of new projects, by name: the lines of what there is once at most."""
        self.headers = {role: self._header(role) for role in Role}
        self.data = [
            (index, column)
            for index, column in enumerate(self.layout.columns)
            if column.role is Role.DATUM and column.header in grid.present
        ]

    def _header(self, role: Role) -> str | None:
        index = self.layout.column(role)
        return None if index is None else self.layout.columns[index].header

    def read(self) -> None:
        """Take every line in, then what has none."""
        for line in self.grid.lines():
            self._line(line)
        self._finish()
        self.intake.problems += self.grid.problems
        self.intake.notices += self.grid.notices

    # Lines

    def _line(self, line: Line) -> None:
        words = line.text(self.headers[Role.KEY])
        if not words:
            NewLines(self).take(line)
            return
        key = Key.parse(words)
        kind = self.layout.kind_of(key) if key is not None else None
        header = self.headers[Role.KEY] or ""
        if key is None or kind is None:
            self.problem(line, header, "隐藏的行标识不认识", "重新导出一份，把填的数粘贴过去")
        elif key in self.seen:
            if not self.layout.grows:
                self.problem(line, header, f"和第 {self.seen[key]} 行是同一条", "删去多的一行")
                return
            self.intake.notices.append(
                f"“{self.title}”表第 {line.number} 行是从第 {self.seen[key]} 行复制的，当作新加的一行。"
            )
            NewLines(self).take(line)
        elif key in self.rows:
            self.known(line, key, kind)
        elif key.file in self.intake.book.files:
            self.problem(
                line,
                header,
                f"{self.intake.owner_of(key.file)}：这一行在数据里已经没有了，导出以后删去了",
                "重新导出一份，把填的数粘贴过去；不要这一行了的，删去它",
            )
        elif key.file not in self.intake.lost:
            self.intake.lost.add(key.file)
            self.problem(
                line,
                header,
                f"这一行的文件 data/{key.file} 已经没有了",
                "重新导出一份，把填的数粘贴过去；是改了文件名的，先改回去",
            )

    def known(self, line: Line, key: Key, kind: RowKind) -> None:
        """Take in a line of a record that the data have."""
        row = self.rows[key]
        contents: dict[str, Content] = {}
        sound = True
        for index, column in self.data:
            if kind.name in column.keys:
                contents[column.header], good = self.intake.content(
                    line, column, self.title, self.grid.units.get(column.header, ""), row.contents[index]
                )
                sound = sound and good
        emptied = sound and all(content is None for content in contents.values())
        # A line with nothing left in it is one that was removed; one that only waits to be filled had nothing in it before.
        # What a column says that is not there, nobody knows.
        emptied = emptied and all(
            column.header in contents
            for column in self.layout.columns
            if column.role is Role.DATUM and kind.name in column.keys
        )
        had = any(row.contents[index] not in (None, UNFILLED) for index, _ in self.data)
        if emptied and had and self._may_go(kind):
            return
        self.seen[key] = line.number
        self._place(line, key, kind)
        self._check_front(line, key, kind, row)
        if not sound:
            return
        needed = {name for name, _ in shape_of(kind.record).needed} if kind.record is not None else set()
        for index, column in self.data:
            path = column.keys.get(kind.name)
            if path is None:
                continue
            old, new = row.contents[index], contents[column.header]
            where = (self.title, self.grid.place(line, column.header), called(kind, key, column, contents))
            must = (len(path) == 1 and path[0] in needed) or (
                not path and LIST in kind.path and not kind.facts
            )
            self.intake.compare(key, path, column.values, old, new, where, must)
        if is_project(kind) and isinstance(name := contents.get("名称"), str):
            self.intake.renamed[key.file] = name

    def _may_go(self, kind: RowKind) -> bool:
        return self.layout.grows and (LIST in kind.path or kind.facts or is_project(kind))

    def _check_front(self, line: Line, key: Key, kind: RowKind, row: Row) -> None:
        """Whether what says where a row belongs is still what it was; taking no notice of a change would mislead."""
        for role, hint in (
            (Role.FILE, "改回来；要改文件名，在文件夹里连同它的叙述一起改"),
            (Role.OWNER, "改回来；要换到别处，删去这一行，在那里加一行"),
            (Role.KIND, "改回来；要换的，删去这一行，另加一行"),
            (Role.FACT, "改回来；要改名称，删去这一行，另加一行，叙述里的名称也要改"),
        ):
            header = self.headers[role]
            index = self.layout.column(role)
            if header is None or index is None or header not in line.cells:
                continue
            old, new = str(row.contents[index] or ""), line.text(header)
            if (
                new
                and new != old.strip()
                and not (role is Role.OWNER and self.intake.project_files.get(new) == key.file)
            ):
                self.problem(line, header, f"“{header}”不能改，原来是“{old}”，表里是“{new}”", hint)

    def _place(self, line: Line, key: Key, kind: RowKind) -> None:
        """Where the line stands among those of its list."""
        number = key.path[-1] if key.path else None
        if kind.facts or LIST not in kind.path:
            if isinstance(number, int):
                self.lists.setdefault((key.file, key.path[:-1]), []).append(number)
            return
        above = self.above(kind)
        if above is not None and self.current.get(above.name) != key.path[:-2]:
            self.problem(
                line,
                self.headers[Role.KIND] or "",
                f"这一行原来不在上面那个“{above.name}”里",
                "移回原来的位置；要换地方，删去这一行，在那里另加一行",
            )
            return
        self.current[kind.name] = key.path
        if isinstance(number, int):
            self.lists.setdefault((key.file, key.path[:-1]), []).append(number)

    def above(self, kind: RowKind) -> RowKind | None:
        """The kind of row that rows of a kind stand under, on a sheet of several levels."""
        path = kind.path[:-2]
        return next((other for other in self.layout.kinds if other.path == path and LIST in path), None)

    # What has no line

    def _finish(self) -> None:
        for key in self.seen:
            lines = self.intake.lines.setdefault(key.file, {})
            lines[self.title] = lines.get(self.title, 0) + 1
        gone = [row for key, row in self.rows.items() if key not in self.seen]
        for (owner, base, name), content in self.facts.items():
            fact: Plain = [content[at] for at in sorted(content)] if isinstance(content, dict) else content
            if owner in self.intake.new:
                held = self.intake.new[owner].content.setdefault("补充数据", {})
                if isinstance(held, dict):
                    held[name] = fact
            else:
                self.intake.change(owner, Put((*base, name), fact))
        dropped: set[Key] = set()
        if self.layout.grows:
            for row in gone:
                self._gone(row, dropped)
        for (file, path), items in self.lists.items():
            self._arrange(file, path, items)
        if any(is_project(kind) for kind in self.layout.kinds):
            self.intake.resolve_names()

    def _gone(self, row: Row, dropped: set[Key]) -> None:
        """A record that has no line any more."""
        key, kind = row.key, row.kind
        there = any(
            content is not None
            for content, column in zip(row.contents, self.layout.columns, strict=True)
            if column.role is Role.DATUM
        )
        if is_project(kind):
            if key.file in self.before:
                self.intake.removed.append(key.file)
            else:
                name = self.intake.owner_of(key.file)
                self.intake.notices.append(f"项目“{name}”是导出以后新加的，表里没有，不动它。")
            return
        if key.file in self.intake.removed or not there or not kind.path:
            return
        contents = {column.header: row.contents[index] for index, column in self.data}
        if any(Key(key.file, key.path[:length]) in dropped for length in range(len(key.path))):
            return  # with what it stands in
        dropped.add(key)
        self.intake.tell(
            key.file, record_name(kind, key, contents), _summary(row, self.layout), "（删去）", self.title
        )
        if isinstance(key.path[-1], int):
            self.lists.setdefault((key.file, key.path[:-1]), [])
        else:
            self.intake.change(key.file, Drop(key.path))

    def _arrange(self, file: str, path: Path, items: list[int | Plain]) -> None:
        held = self.intake.book.files.get(file)
        node = node_at(held.raw.root, path) if held is not None else None
        count = len(node.items) if isinstance(node, Sequence) else 0
        if items == list(range(count)):
            return
        if isinstance(node, Sequence) and any(isinstance(item, Sequence) for item in node.items):
            self.intake.problem(
                self.title, "", f"“{path[-1]}”是几层的列表，不能在表格里增减", "在数据文件里改"
            )
            return
        kept = [item for item in items if isinstance(item, int)]
        if items[: len(kept)] != kept or kept != list(range(len(kept))) or len(kept) < count:
            self.intake.shifted[file, str(path[-1])] = None
        if not items and not self._is_needed(path):
            self.intake.change(file, Drop(path))
            return
        self.intake.change(file, Arrange(path, tuple(items)))
        if kept != sorted(kept):
            order = "、".join(str(item + 1) for item in kept[:_MOST_NUMBERS])
            more = f" 等 {len(kept)}" if len(kept) > _MOST_NUMBERS else ""
            self.intake.tell(
                file, f"{path[-1]}的次序", "原来的次序", f"改为原来的第 {order}{more} 项", self.title
            )

    def _is_needed(self, path: Path) -> bool:
        return any(isinstance(step, int) for step in path) or path[0] == "部分"

    def problem(self, line: Line, header: str, message: str, hint: str) -> None:
        """Note what is wrong with a cell of a line."""
        self.intake.problem(self.title, self.grid.place(line, header), message, hint)


def _summary(row: Row, sheet: Sheet) -> str:
    """The values of a record that goes, in short."""
    from compiler.workbook.values import shown

    words = [
        shown(content, column.values)
        for content, column in zip(row.contents, sheet.columns, strict=True)
        if column.role is Role.DATUM and content is not None
    ]
    return " ".join(words)
