"""Lines of a workbook without a key: new projects, sources, indicators, facts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from compiler.data_edit.changes import Path, Put
from compiler.data_edit.notation import Plain
from compiler.schema import shape_of
from compiler.workbook.grid import Line
from compiler.workbook.intake import NewProject, is_project, nested, record_name
from compiler.workbook.layout import (
    BUDGET,
    LIST,
    OFFICE,
    PROJECTS,
    SECTION,
    UNFILLED,
    Key,
    Role,
    RowKind,
)
from compiler.workbook.new_facts import NewFacts
from compiler.workbook.values import as_typed, is_stroke, same, shown

if TYPE_CHECKING:
    from compiler.workbook.sheet_intake import SheetIntake


class NewLines:
    """Takes the new lines of a sheet in."""

    def __init__(self, sheet: SheetIntake) -> None:
        self.sheet = sheet

    def take(self, line: Line) -> None:
        """Take in a line without a key."""
        kind = self._kind(line)
        if kind is None:
            return
        if kind.facts:
            NewFacts(self.sheet, self._file).take(line, kind)
            return
        if is_project(kind):
            content = self._record(line, kind)
            name = content.get("名称") if content is not None else None
            if content is not None and isinstance(name, str):
                self._new_project(line, name, content)
            return
        owner = self._file(line, kind)
        if owner is None:
            return
        if LIST not in kind.path:
            self._new_fixed(line, kind, owner)
            return
        content = self._record(line, kind)
        if content is None:
            return
        if isinstance(owner, NewProject):
            held = owner.content.setdefault(str(kind.path[0]), [])
            if isinstance(held, list):
                held.append(content)
            return
        if self._came(line, kind, owner):
            return
        above = self.sheet.above(kind)
        parent: Path | dict[str, Plain] | None = () if above is None else self.sheet.current.get(above.name)
        self.sheet.begin(kind, content)
        if parent is None:
            self.sheet.problem(
                line,
                self.sheet.headers[Role.KIND] or "",
                f"上面没有“{above.name if above else ''}”",
                "把这一行移到它所属的那一行下面",
            )
            return
        step = str(kind.path[-2])
        if isinstance(parent, dict):
            entries = parent.setdefault(step, [])
            if isinstance(entries, list):
                entries.append(content)
        else:
            at = (owner, (*parent, step))
            self.sheet.lists.setdefault(at, []).append(content)
            self.sheet.added[at] = self.sheet.added.get(at, 0) + 1
        name = record_name(
            kind, Key(owner, (step, 0)), {key: text for key, text in content.items() if isinstance(text, str)}
        )
        first = next(iter(line.cells.values()))
        self.sheet.intake.tell(owner, name, "（没有）", "（新增）", self.sheet.title, first.place, content)

    def _came(self, line: Line, kind: RowKind, file: str) -> bool:
        """Whether the data have got an entry called so since the export; one that says something else is refused."""
        since = self.sheet.since.get(file)
        above = self.sheet.above(kind)
        parent = () if above is None else self.sheet.current.get(above.name)
        if since is None or not isinstance(parent, tuple):
            return False
        said = self.sheet.said(line, kind)
        key = since.came_since((*parent, str(kind.path[-2])), file, said, self.sheet.claimed)
        if key is None:
            return False
        self.sheet.claimed.add(key)
        if since.may_be_another(key, said):
            self.sheet.problem(
                line,
                "",
                f"{self.sheet.intake.owner_of(file)}：同名的不止一行，导出以后又改过，分不清这一行收过没有",
                "重新导出一份，填在新的里",
            )
            return True
        self.sheet.begin(kind, key.path)
        row = self.sheet.rows[key]
        names = {column.header: row.contents[index] for index, column in self.sheet.data}
        for index, column in self.sheet.data:
            new, good = self.sheet.intake.content(
                line, column, self.sheet.title, self.sheet.grid.units.get(column.header, "")
            )
            old = row.contents[index]
            if not good or new is None or same(new, old) or kind.name not in column.keys:
                continue
            place = self.sheet.grid.place(line, column.header)
            words = " ".join((record_name(kind, key, names), column.header))
            if old is UNFILLED:  # left open when the line came, and filled in since
                where = (self.sheet.title, place, words)
                self.sheet.intake.compare(key, column.keys[kind.name], column.values, old, new, where, False)
                continue
            self.sheet.intake.conflict(
                file,
                words,
                shown(new, column.values),
                shown(old, column.values),
                self.sheet.title,
                place,
            )
        return True

    def _kind(self, line: Line) -> RowKind | None:
        """What kind of row a new line is; None is a problem, noted."""
        kinds = self.sheet.layout.kinds
        header = self.sheet.headers[Role.KIND]
        if header is not None:
            name = line.text(header)
            found = next((kind for kind in kinds if kind.name == name), None)
            if found is None:
                words = "、".join(kind.name for kind in kinds)
                self.sheet.problem(
                    line,
                    header,
                    f"新加的行，“{header}”{f'不能是“{name}”' if name else '空着'}",
                    f"写上：{words}",
                )
            return found
        if len(kinds) == 1:
            return kinds[0]
        owner = line.text(self.sheet.headers[Role.OWNER])
        word = {BUDGET: "预算", OFFICE: "单位"}.get(
            owner, "内设机构" if owner.startswith(SECTION) else "项目"
        )
        return next((kind for kind in kinds if kind.name == word), None)

    def _file(self, line: Line, kind: RowKind) -> str | NewProject | None:
        """The file, or the new project, that a new line belongs to; None is a problem, noted."""
        if kind.file != PROJECTS:
            return kind.file
        header = self.sheet.headers[Role.OWNER] or ""
        name = line.text(header)
        if name in self.sheet.intake.ambiguous:
            self.sheet.problem(
                line,
                header,
                f"“{name}”原来是一个项目的名称，现在是另一个的，不知道这一行是哪一个的",
                "先只改名称，收一次，重新导出一份，再加行",
            )
            return None
        found = self.sheet.intake.new.get(name) or self.sheet.intake.project_files.get(name)
        if found is None:
            said = f"没有叫“{name}”的项目" if name else f"新加的行，“{header}”空着"
            self.sheet.problem(
                line, header, said, "写“项目”表里的一个项目名称，一字不差；新项目先在“项目”表里加一行"
            )
        return found

    def _record(self, line: Line, kind: RowKind) -> dict[str, Plain] | None:
        """A new record from a line; None when something is wrong with it, which is noted."""
        content: dict[str, Plain] = {}
        sound = True
        for _, column in self.sheet.data:
            path = column.keys.get(kind.name)
            value, good = self.sheet.intake.content(
                line, column, self.sheet.title, self.sheet.grid.units.get(column.header, "")
            )
            sound = sound and good
            if value is None or is_stroke(value):
                continue
            if path is None:
                self.sheet.problem(
                    line, column.header, f"“{kind.name}”的行没有“{column.header}”", "清空这一格"
                )
                sound = False
                continue
            nested(
                content,
                path,
                as_typed(
                    value, column.values, "", self.sheet.intake.unit, self.sheet.intake.book.report.unit
                ),
            )
        for name, _ in shape_of(kind.record).needed if kind.record is not None else ():
            header = next(
                (column.header for _, column in self.sheet.data if column.keys.get(kind.name) == (name,)),
                None,
            )
            if header is not None and name not in content:
                self.sheet.problem(
                    line, header, f"新加的行，“{header}”空着，它是必填的", "填上；不要这一行的，整行清空"
                )
                sound = False
        return content if sound else None

    def _new_project(self, line: Line, name: str, content: dict[str, Plain]) -> None:
        # One that came since the export may have come from this workbook: what it is to be is seen when all is known.
        known = self.sheet.intake.project_files.get(name)
        came = self.sheet.intake.baseline is not None and known is not None and known not in self.sheet.before
        if (known is not None and not came) or name in self.sheet.intake.new:
            self.sheet.problem(
                line, "名称", f"已经有叫“{name}”的项目", "两个项目不能同名：改正名称，或删去多的一行"
            )
            return
        header = self.sheet.headers[Role.FILE]
        copied = line.text(self.sheet.headers[Role.KEY])
        stem = "" if copied else line.text(header)
        place = line.cells["名称"].place
        self.sheet.intake.new[name] = NewProject(
            name, stem.removesuffix(".yaml"), content, self.sheet.title, place
        )

    def _new_fixed(self, line: Line, kind: RowKind, owner: str | NewProject) -> None:
        """A line of a record of which a file has one at most."""
        path = tuple(step for step in kind.path if step is not None)
        if isinstance(owner, str):
            key = Key(owner, path)
            if key in self.sheet.seen:
                self._again(line, self.sheet.seen[key])
            elif key in self.sheet.rows:
                self.sheet.known(line, key, kind)
            elif (content := self._record(line, kind)) is not None:
                self.sheet.seen[key] = line.number
                self.sheet.intake.change(owner, Put(path, content))
                place = next(iter(line.cells.values())).place
                self.sheet.intake.tell(
                    owner, kind.name, "（没有）", "（新增）", self.sheet.title, place, content
                )
        elif (owner.name, path) in self.sheet.funded:
            self._again(line, self.sheet.funded[owner.name, path])
        elif (content := self._record(line, kind)) is not None:
            self.sheet.funded[owner.name, path] = line.number
            held = owner.content
            for step in path[:-1]:
                inner = held.setdefault(str(step), {})
                held = inner if isinstance(inner, dict) else {}
            held[str(path[-1])] = content

    def _again(self, line: Line, number: int) -> None:
        self.sheet.problem(
            line,
            self.sheet.headers[Role.KIND] or "",
            f"和第 {number} 行重复",
            "一种只写一行，删去多的一行",
        )
