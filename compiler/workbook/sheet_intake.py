"""One sheet of a workbook, line by line, against the data."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from compiler.data_edit.notation import Plain
from compiler.gaps import is_unfilled
from compiler.schema import shape_of
from compiler.workbook.baseline import NOTHING, OPEN, Exported, is_untouched, token
from compiler.workbook.grid import Grid, Line, Problem
from compiler.workbook.intake import Intake, called, is_project
from compiler.workbook.layout import (
    ABSENT,
    LIST,
    SECTION,
    UNFILLED,
    Content,
    Key,
    Path,
    Role,
    RowKind,
    Values,
)
from compiler.workbook.matching import Since
from compiler.workbook.new_lines import NewLines
from compiler.workbook.remains import Remains
from compiler.workbook.rows import Row, rows_of
from compiler.workbook.shuffled import HINT, Told, exchanged, message, shuffled
from compiler.workbook.values import is_stroke, same, shown

_Parent = tuple[str, Path]
"""The file and the path of a list."""


class SheetIntake:
    """Reads the lines of a sheet into an intake."""

    def __init__(self, intake: Intake, grid: Grid, before: frozenset[str]) -> None:
        """`before`: the data files that the workbook was made from."""
        self.intake, self.grid, self.layout, self.before = intake, grid, grid.layout, before
        self.title = self.layout.title
        self.rows: dict[Key, Row] = {row.key: row for row in rows_of(self.layout, intake.book, intake.unit)}
        self.since = self._since()
        """Of the files that were changed since the export: which row is which."""
        self.seen: dict[Key, int] = {}
        """The rows that have a line, with its number."""
        self.read_keys: dict[Key, int] = {}
        """The same by the keys that the lines have, which are those of the export."""
        self.claimed: set[Key] = set()
        """Entries that came since the export, and that a line without a key has been found to be."""
        self.absent: set[Key] = set()
        """Facts of which the workbook says that there are none."""
        self.lists: dict[_Parent, list[int | Plain]] = {}
        self.added: dict[_Parent, int] = {}
        """How many new entries a list has got."""
        self.current: dict[str, Path | dict[str, Plain]] = {}
        """Of every level of a sheet of several, the record that the lines are under: its path, or a new one."""
        self.facts: dict[tuple[str, Path, str], str | dict[int, str]] = {}
        """New facts, by file, or by name of a new project: a value, or those of a list by their numbers."""
        self.funded: dict[tuple[str, Path], int] = {}
        """Of new projects, by name: the lines of what there is once at most."""
        self.keyed: dict[Key, Line] = {}
        """The first line of each key that lines have."""
        self.contents: dict[int, dict[str, Content]] = {}
        """Of lines that were read, by number: what they say."""
        self.exported: Mapping[str, Exported] = {}
        """By file, the rows of the export."""
        self.fronts: dict[int, tuple[Problem, str, str]] = {}
        """Lines that say otherwise where they belong, by number: with what it was, and what it is."""
        self.headers = {role: self._header(role) for role in Role}
        self.data = [
            (index, column)
            for index, column in enumerate(self.layout.columns)
            if column.role is Role.DATUM and column.header in grid.present
        ]

    def _since(self) -> dict[str, Since]:
        baseline, stale = self.intake.baseline, self.intake.stale
        if baseline is None or not stale:
            return {}
        rows: dict[str, dict[Key, Row]] = {file: {} for file in stale}
        for key, row in self.rows.items():
            if key.file in stale:
                rows[key.file][key] = row
        exported = baseline.rows(self.title, stale)
        return {file: Since(self.layout, exported[file], rows[file]) for file in stale}

    def _header(self, role: Role) -> str | None:
        index = self.layout.column(role)
        return None if index is None else self.layout.columns[index].header

    def read(self) -> None:
        """Take every line in, then what has none."""
        for line in self.grid.lines():
            self._line(line)
        self._refuse_shuffled()
        Remains(self).take()
        self.intake.problems += self.grid.problems
        self.intake.notices += self.grid.notices

    def _refuse_shuffled(self) -> None:
        """Refuse lines whose cells were moved without their keys."""
        if self.intake.baseline is not None:
            files = frozenset(key.file for key in self.keyed)
            self.exported = self.intake.baseline.rows(self.title, files)
        lines = {key: told for key, line in self.keyed.items() if (told := self._told(key, line)) is not None}
        if found := shuffled(lines):
            self.intake.shuffled.append(Problem(self.title, "", message(found, lines), HINT))
        elif exchanged([(old, new) for _, old, new in self.fronts.values()]):
            some = list(self.fronts.values())[:3]
            words = "；".join(f"{problem.place} {problem.message}" for problem, _, _ in some)
            more = f"；等 {len(self.fronts)} 行" if len(self.fronts) > 3 else ""
            self.intake.shuffled.append(
                Problem(self.title, "", f"{words}{more}。像是排序、移动的时候没有带上隐藏的第一列", HINT)
            )
        else:
            self.intake.problems += [problem for problem, _, _ in self.fronts.values()]

    def _told(self, key: Key, line: Line) -> Told | None:
        """What a line says beside what its row said at the export; None where that is not known, or nothing is left in it."""
        kind = self.layout.kind_of(key)
        contents = self.contents.get(line.number)
        if kind is None or kind.facts or not contents or all(it is None for it in contents.values()):
            return None
        was = self._exported(key, contents)
        if was is None:
            return None
        now = {
            header: was[header]
            if is_untouched(content, was[header])
            else token(None if content is ABSENT else content)
            for header, content in contents.items()
            if header in was
        }
        return Told(line.number, was, now, {header: str(content) for header, content in contents.items()})

    def _exported(self, key: Key, headers: Iterable[str]) -> dict[str, str] | None:
        """The tokens of a row at the export."""
        exported = self.exported.get(key.file)
        if exported is not None:
            found = (
                {header: exported.token(key, header) for header in headers} if key in exported.rows else {}
            )
            return {header: was for header, was in found.items() if was is not None} or None
        row = self.rows.get(key)
        if row is None or self.intake.baseline is not None or key.file in self.intake.changed:
            return None
        return {column.header: token(row.contents[index]) for index, column in self.data}

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
            return
        key = key._replace(file=self.intake.moved.get(key.file, key.file))
        self.keyed.setdefault(key, line)
        if key in self.read_keys:
            if not self.layout.grows:
                self.problem(line, header, f"和第 {self.read_keys[key]} 行是同一条", "删去多的一行")
                return
            self.intake.notices.append(
                f"“{self.title}”表第 {line.number} 行是从第 {self.read_keys[key]} 行复制的，当作新加的一行。"
            )
            NewLines(self).take(line)
        elif (now := self._now(line, key, kind)) in self.rows:
            self.known(line, now, kind)
            if now in self.seen:
                self.read_keys[key] = line.number
        elif key.file in self.since:
            self.read_keys[key] = line.number
            self.current.pop(kind.name, None)
            self._gone_since(line, key, kind)
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

    def _now(self, line: Line, key: Key, kind: RowKind) -> Key:
        """Where the row of a line is in the data; a key that they do not have when it is gone."""
        since = self.since.get(key.file)
        if since is None:
            return key
        found = since.now.get(key) or since.renamed(key, self.said(line, kind), self.claimed)
        return found or Key("", key.path)

    def said(self, line: Line, kind: RowKind) -> dict[str, Content]:
        """What a line says, whatever is wrong with it being left out."""
        known = len(self.intake.problems)
        out = {
            column.header: self.intake.content(
                line, column, self.title, self.grid.units.get(column.header, "")
            )[0]
            for _, column in self.data
            if kind.name in column.keys
        }
        del self.intake.problems[known:]
        self.contents[line.number] = out
        return out

    def _gone_since(self, line: Line, key: Key, kind: RowKind) -> None:
        """A line of a row that the data do not have any more: what was typed in it is refused, else it stays away."""
        was = self.since[key.file].exported
        for header, content in self.said(line, kind).items():
            before = was.token(key, header)
            if (
                content is None
                or is_stroke(content)
                or (before is not None and is_untouched(content, before))
            ):
                continue
            gone = (
                f"{self.intake.owner_of(key.file)}：这一行在数据里已经没有了，导出以后删去了，或者改了名称"
                if key.file in self.intake.book.files
                else f"这一行的文件 data/{key.file} 已经没有了"
            )
            hint = "重新导出一份，把填的数粘贴过去；不要这一行了的，删去它"
            if key.file not in self.intake.book.files:
                hint += "；是改了文件名的，先改回去"
            self.problem(line, header, f"{gone}；表里改过的没有地方写", hint)
            return
        if key.file not in self.intake.book.files:
            self.intake.lost.add(key.file)

    def known(self, line: Line, key: Key, kind: RowKind) -> None:
        """Take in a line of a record that the data have."""
        row = self.rows[key]
        since = self.since.get(key.file)
        contents: dict[str, Content] = {}
        sound = True
        for index, column in self.data:
            if kind.name in column.keys:
                contents[column.header], good = self.intake.content(
                    line,
                    column,
                    self.title,
                    self.grid.units.get(column.header, ""),
                    row.contents[index],
                    ABSENT,
                )
                sound = sound and good
        self.contents[line.number] = contents
        for index, column in self.data:
            content = contents.get(column.header)
            if is_stroke(content) and column.values in (Values.TEXT, Values.OPEN):
                before = since.token(key, column.header) if since else None
                if not same(content, row.contents[index]) and token(content) != before:
                    contents[column.header] = ABSENT
        if kind.facts and ABSENT in contents.values():
            self.absent.add(key)
            return
        emptied = sound and all(content is None for content in contents.values())
        # A line with nothing left in it is one that was removed; one that only waits to be filled had nothing in it before.
        # What a column says that is not there, nobody knows.
        emptied = emptied and all(
            column.header in contents
            for column in self.layout.columns
            if column.role is Role.DATUM and kind.name in column.keys
        )
        if since is None:
            had = any(row.contents[index] not in (None, UNFILLED) for index, _ in self.data)
        else:
            had = any(since.token(key, column.header) not in (NOTHING, OPEN) for _, column in self.data)
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
            if same(new, old):
                continue
            where = (self.title, self.grid.place(line, column.header), called(kind, key, column, contents))
            if since is not None:
                before = since.token(key, column.header)
                if before is not None and is_untouched(new, before):
                    self.intake.leave(
                        key.file, where[2], before, shown(new, column.values), shown(old, column.values)
                    )
                    continue
                if before is None or not self._may_replace(since, key, path, old, before):
                    words = "（空）" if new is None else shown(new, column.values)
                    self.intake.conflict(key.file, where[2], words, shown(old, column.values), *where[:2])
                    continue
            must = (len(path) == 1 and path[0] in needed) or (
                not path and LIST in kind.path and not kind.facts
            )
            self.intake.compare(key, path, column.values, old, new, where, must)
        if is_project(kind) and isinstance(name := contents.get("名称"), str):
            self.intake.renamed[key.file] = name

    def _may_replace(self, since: Since, key: Key, path: Path, old: Content, before: str) -> bool:
        """Whether a datum is what it was, or nothing that anybody has typed: it was to be filled in, and is computed now."""
        if key in since.unclear:
            return False
        whole = (*key.path, *path)
        computed = self.intake.derivation
        return token(old) == before or (
            before == OPEN and old is None and computed is not None and computed.computes(key.file, whole)
        )

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
                and not (role is Role.OWNER and self._was_owner(new, key.file))
                and not (role is Role.FILE and self.intake.moved.get(f"projects/{new}.yaml") == key.file)
            ):
                message = f"“{header}”不能改，原来是“{old}”，表里是“{new}”"
                problem = Problem(self.title, self.grid.place(line, header), message, hint)
                self.fronts.setdefault(line.number, (problem, old, new))

    def _was_owner(self, name: str, file: str) -> bool:
        """Whether a file, or a section in it, was called so at the export: 待填 stands there until it has a name."""
        return token(name) == self.intake.names_before.get(file) or is_unfilled(name.removeprefix(SECTION))

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
        self.begin(kind, key.path)
        if isinstance(number, int):
            self.lists.setdefault((key.file, key.path[:-1]), []).append(number)

    def begin(self, kind: RowKind, record: Path | dict[str, Plain]) -> None:
        """Take a record for the one that lines of the levels below are under, until the next of its level."""
        self.current[kind.name] = record
        for other in self.layout.kinds:
            if len(other.path) > len(kind.path) and other.path[: len(kind.path)] == kind.path:
                self.current.pop(other.name, None)

    def above(self, kind: RowKind) -> RowKind | None:
        """The kind of row that rows of a kind stand under, on a sheet of several levels."""
        path = kind.path[:-2]
        return next((other for other in self.layout.kinds if other.path == path and LIST in path), None)

    def problem(self, line: Line, header: str, message: str, hint: str) -> None:
        """Note what is wrong with a cell of a line."""
        self.intake.problem(self.title, self.grid.place(line, header), message, hint)
