"""Lines of a workbook without a key that are facts (补充数据), or entries of one."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING

from compiler.data_edit.changes import Path
from compiler.data_edit.notation import is_key
from compiler.figures import half_width
from compiler.rawdata import Mapping, Sequence
from compiler.workbook.grid import Line
from compiler.workbook.intake import NewProject, record_name
from compiler.workbook.layout import BUDGET, LIST, OFFICE, SECTION, Content, Key, Role, RowKind, Values
from compiler.workbook.rows import node_at
from compiler.workbook.sheets import BUDGET_FILE, DEPARTMENT_FILE
from compiler.workbook.values import same, shown

if TYPE_CHECKING:
    from compiler.workbook.sheet_intake import SheetIntake

Owner = str | NewProject | None


class NewFacts:
    """Takes the new facts of a sheet in."""

    def __init__(self, sheet: SheetIntake, owner_of: Callable[[Line, RowKind], Owner]) -> None:
        """`owner_of`: the file, or the new project, that a line belongs to; None is a problem, noted."""
        self.sheet, self._file = sheet, owner_of

    def take(self, line: Line, kind: RowKind) -> None:
        """Take in a line without a key."""
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
