"""Lines of a workbook without a key: new projects, sources, indicators, facts."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from compiler.data_edit.changes import Path, Put
from compiler.data_edit.notation import Plain, is_key
from compiler.figures import half_width
from compiler.rawdata import Mapping, Sequence
from compiler.schema import shape_of
from compiler.workbook.grid import Line
from compiler.workbook.intake import NewProject, is_project, nested, record_name
from compiler.workbook.layout import (
    BUDGET,
    LIST,
    OFFICE,
    PROJECTS,
    SECTION,
    Content,
    Key,
    Role,
    RowKind,
    Values,
)
from compiler.workbook.matching import called
from compiler.workbook.rows import node_at
from compiler.workbook.sheets import BUDGET_FILE, DEPARTMENT_FILE
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
            self._new_fact(line, kind)
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
        if self._came(line, kind, owner, content):
            return
        above = self.sheet.above(kind)
        parent: Path | dict[str, Plain] | None = () if above is None else self.sheet.current.get(above.name)
        self.sheet.current[kind.name] = content
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

    def _came(self, line: Line, kind: RowKind, file: str, content: dict[str, Plain]) -> bool:
        """Whether the data have got an entry called so since the export; one that says something else is refused."""
        since = self.sheet.since.get(file)
        above = self.sheet.above(kind)
        parent = () if above is None else self.sheet.current.get(above.name)
        if since is None or not isinstance(parent, tuple):
            return False
        name = called({header: entry for header, entry in content.items() if isinstance(entry, str)})
        key = since.came_since((*parent, str(kind.path[-2])), file, name, self.sheet.claimed)
        if key is None:
            return False
        self.sheet.claimed.add(key)
        self.sheet.current[kind.name] = key.path
        row = self.sheet.rows[key]
        names = {column.header: row.contents[index] for index, column in self.sheet.data}
        for index, column in self.sheet.data:
            new, good = self.sheet.intake.content(
                line, column, self.sheet.title, self.sheet.grid.units.get(column.header, "")
            )
            old = row.contents[index]
            if good and new is not None and not same(new, old) and kind.name in column.keys:
                place = self.sheet.grid.place(line, column.header)
                self.sheet.intake.conflict(
                    file,
                    " ".join((record_name(kind, key, names), column.header)),
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

    def _new_fact(self, line: Line, kind: RowKind) -> None:
        owner = line.text(self.sheet.headers[Role.OWNER])
        base: Path = tuple(step for step in kind.path if step is not None)
        place: str | NewProject | None
        if kind.file == DEPARTMENT_FILE and LIST in kind.path:
            place, base = DEPARTMENT_FILE, self._section(owner)
            if not base:
                self.sheet.problem(
                    line, self.sheet.headers[Role.OWNER] or "", f"没有“{owner}”", "核对内设机构的名称"
                )
                return
        else:
            place = {OFFICE: DEPARTMENT_FILE, BUDGET: BUDGET_FILE}.get(owner) or self._file(line, kind)
        name, item = line.text(self.sheet.headers[Role.FACT]), line.text(self.sheet.headers[Role.ITEM])
        column = next(column for _, column in self.sheet.data)
        value, good = self.sheet.intake.content(line, column, self.sheet.title)
        if place is None or not good:
            return
        if not is_key(name) or value is None:
            lacking = self.sheet.headers[Role.FACT] if not is_key(name) else column.header
            self.sheet.problem(
                line,
                lacking or "",
                f"新加的行，“{lacking}”空着，或不能这样写",
                "填上；不要这一行的，整行清空",
            )
            return
        text = str(value)
        if isinstance(place, NewProject):
            self._keep(line, (place.name, base, name), item, text)
            return
        file = self.sheet.intake.book.files.get(place)
        if file is None:
            self.sheet.problem(
                line, self.sheet.headers[Role.OWNER] or "", f"没有 data/{place} 这个文件", "先建好它"
            )
            return
        known = node_at(file.raw.root, (*base, name))
        if known is not None and self._fact_came(line, Key(place, (*base, name)), item, value):
            return
        if isinstance(known, Sequence):
            at = (place, (*base, name))
            self.sheet.lists.setdefault(at, []).append(text)
            self.sheet.added[at] = self.sheet.added.get(at, 0) + 1
        elif known is not None:
            self._taken(line, name)
            return
        elif not self._keep(line, (place, base, name), item, text):
            return
        cell = line.cells[column.header]
        self.sheet.intake.tell(place, f"补充数据 {name}", "（没有）", text, self.sheet.title, cell.place)

    def _fact_came(self, line: Line, key: Key, item: str, value: Content) -> bool:
        """Whether the data have got a fact called so, or an entry of it, since the export; another value is refused."""
        since = self.sheet.since.get(key.file)
        if since is None or key in since.before:
            return False
        origins = since.origins.get(key.path)
        number = int(half_width(item)) - 1 if re.fullmatch("[1-9][0-9]{0,4}", half_width(item)) else -1
        if origins is None:
            found = key if not item else None
        elif any(origin is not None for origin in origins):  # of one that was there, entries may have come
            entries = [key.at(at) for at, origin in enumerate(origins) if origin is None]
            found = next(
                (
                    each
                    for each in entries
                    if each not in self.sheet.claimed and same(value, self._value(each))
                ),
                None,
            )
        else:
            found = key.at(number) if 0 <= number < len(origins) else None
        if found is None or found not in self.sheet.rows:
            return False
        self.sheet.claimed.add(found)
        if not same(value, self._value(found)):
            at = self.sheet.grid.place(line, next(column.header for _, column in self.sheet.data))
            name = record_name(self.sheet.rows[found].kind, found, {})
            words = shown(value, Values.OPEN), shown(self._value(found), Values.OPEN)
            self.sheet.intake.conflict(key.file, name, *words, self.sheet.title, at)
        return True

    def _value(self, key: Key) -> Content:
        """What a fact says now."""
        return self.sheet.rows[key].contents[next(index for index, _ in self.sheet.data)]

    def _keep(self, line: Line, at: tuple[str, Path, str], item: str, text: str) -> bool:
        """Keep a new fact, or an entry of one; False when it was there before, which is noted."""
        facts = self.sheet.facts
        if not item:
            if at in facts:
                self._taken(line, at[2])
                return False
            facts[at] = text
            return True
        if not re.fullmatch("[1-9][0-9]{0,4}", half_width(item)):
            self.sheet.problem(
                line, self.sheet.headers[Role.ITEM] or "", f"“第几项”不能是“{item}”", "写 1、2、3"
            )
            return False
        number = int(half_width(item))
        entries = facts.setdefault(at, {})
        if not isinstance(entries, dict):
            self._taken(line, at[2])
            return False
        if number in entries:
            self.sheet.problem(
                line,
                self.sheet.headers[Role.ITEM] or "",
                f"“{at[2]}”已经有第 {number} 项",
                "改“第几项”，或删去多的一行",
            )
            return False
        entries[number] = text
        return True

    def _taken(self, line: Line, name: str) -> None:
        self.sheet.problem(
            line,
            self.sheet.headers[Role.FACT] or "",
            f"已经有叫“{name}”的",
            "改一个名称；是列表的，每行都写“第几项”",
        )

    def _section(self, owner: str) -> Path:
        root = self.sheet.intake.book.files[DEPARTMENT_FILE].raw.root
        sections = node_at(root, ("内设机构",))
        for number, section in enumerate(sections.items if isinstance(sections, Sequence) else ()):
            name = node_at(section, ("名称",)) if isinstance(section, Mapping) else None
            if name is not None and getattr(name, "text", "") == owner.removeprefix(SECTION):
                return ("内设机构", number, "补充数据")
        return ()
