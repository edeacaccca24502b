"""What no line of a sheet is about: records to be removed, and what lists consist of when all lines are known."""

from __future__ import annotations

from typing import TYPE_CHECKING

from compiler.data_edit.changes import Arrange, Drop, Put
from compiler.data_edit.notation import Plain
from compiler.rawdata import Sequence
from compiler.workbook.intake import is_project, record_name
from compiler.workbook.layout import ABSENT, Key, Path, Role, Sheet, Values
from compiler.workbook.matching import Since, merged
from compiler.workbook.rows import Row, node_at
from compiler.workbook.values import shown

if TYPE_CHECKING:
    from compiler.workbook.sheet_intake import SheetIntake

_MOST_NUMBERS = 5
"""Entries that are named by number when a list has another order."""


class Remains:
    """Takes in what a sheet does not have, or has in another order."""

    def __init__(self, sheet: SheetIntake) -> None:
        self.sheet = sheet

    def take(self) -> None:
        """Take all of it in."""
        for key in self.sheet.seen:
            lines = self.sheet.intake.lines.setdefault(key.file, {})
            lines[self.sheet.title] = lines.get(self.sheet.title, 0) + 1
        gone = [row for key, row in self.sheet.rows.items() if key not in self.sheet.seen]
        for (owner, base, name), content in self.sheet.facts.items():
            fact: Plain = [content[at] for at in sorted(content)] if isinstance(content, dict) else content
            if owner in self.sheet.intake.new:
                held = self.sheet.intake.new[owner].content.setdefault("补充数据", {})
                if isinstance(held, dict):
                    held[name] = fact
            else:
                self.sheet.intake.change(owner, Put((*base, name), fact))
        dropped: set[Key] = set()
        for since in self.sheet.since.values():
            self._gone_unknown(since)
        if self.sheet.layout.grows:
            for row in gone:
                self._gone(row, dropped)
        for (file, path), items in self.sheet.lists.items():
            self._arrange(file, path, items)
        if any(is_project(kind) for kind in self.sheet.layout.kinds):
            self.sheet.intake.resolve_names()

    def _gone_unknown(self, since: Since) -> None:
        """Speak of rows that were removed in the workbook, and are not found in the data under the name that they had."""
        intake = self.sheet.intake
        for key in since.gone(self.sheet.keyed):
            if key.file not in intake.removed:
                name = since.name_said(key)
                intake.ignored.append(
                    f"“{self.sheet.title}”表里删去的{f'“{name}”' if name else '一行'}（{intake.owner_of(key.file)}），"
                    "数据里没有叫这个名称的了，没有删别的：它改了名称的，在数据文件里删，或者重新导出一份再删。"
                )

    def _gone(self, row: Row, dropped: set[Key]) -> None:
        """A record that has no line any more."""
        key, kind = row.key, row.kind
        there = any(
            content is not None
            for content, column in zip(row.contents, self.sheet.layout.columns, strict=True)
            if column.role is Role.DATUM
        )
        since = self.sheet.since.get(key.file)
        if is_project(kind):
            if key.file in self.sheet.before:
                self.sheet.intake.removed.append(key.file)
            elif (name := self.sheet.intake.owner_of(key.file)) not in self.sheet.intake.new:
                self.sheet.intake.notices.append(f"项目“{name}”是导出以后新加的，表里没有，不动它。")
            return
        if key.file in self.sheet.intake.removed or not there or not kind.path:
            return
        if since is not None and key not in since.before and key not in self.sheet.absent:
            return  # it came since
        contents = {column.header: row.contents[index] for index, column in self.sheet.data}
        if any(Key(key.file, key.path[:length]) in dropped for length in range(len(key.path))):
            return  # with what it stands in
        dropped.add(key)
        name, words = record_name(kind, key, contents), _summary(row, self.sheet.layout)
        if since is not None and not since.is_unchanged(key):
            self.sheet.intake.conflict(key.file, name, "（删去）", words, self.sheet.title, "")
            return
        new = shown(ABSENT, Values.TEXT) if key in self.sheet.absent else "（删去）"
        self.sheet.intake.tell(key.file, name, words, new, self.sheet.title)
        if isinstance(key.path[-1], int):
            self.sheet.lists.setdefault((key.file, key.path[:-1]), [])
        else:
            self.sheet.intake.change(key.file, Drop(key.path))

    def _arrange(self, file: str, path: Path, items: list[int | Plain]) -> None:
        held = self.sheet.intake.book.files.get(file)
        node = node_at(held.raw.root, path) if held is not None else None
        count = len(node.items) if isinstance(node, Sequence) else 0
        since = self.sheet.since.get(file)
        if since is not None:
            items = self._merged(since, file, path, items)
        if items == list(range(count)):
            return
        if isinstance(node, Sequence) and any(isinstance(item, Sequence) for item in node.items):
            self.sheet.intake.problem(
                self.sheet.title, "", f"“{path[-1]}”是几层的列表，不能在表格里增减", "在数据文件里改"
            )
            return
        kept = [item for item in items if isinstance(item, int)]
        if items[: len(kept)] != kept or kept != list(range(len(kept))) or len(kept) < count:
            self.sheet.intake.shifted[file, str(path[-1])] = None
        if not items and not self._is_needed(path):
            self.sheet.intake.change(file, Drop(path))
            return
        self.sheet.intake.change(file, Arrange(path, tuple(items)))
        if kept != sorted(kept):
            order = "、".join(str(item + 1) for item in kept[:_MOST_NUMBERS])
            more = f" 等 {len(kept)}" if len(kept) > _MOST_NUMBERS else ""
            self.sheet.intake.tell(
                file, f"{path[-1]}的次序", "原来的次序", f"改为原来的第 {order}{more} 项", self.sheet.title
            )

    def _merged(self, since: Since, file: str, path: Path, items: list[int | Plain]) -> list[int | Plain]:
        origins = since.origins.get(path, [])
        found = merged(items, origins)
        if found is not None:
            return found
        self.sheet.intake.conflict(
            file, f"{path[-1]}的次序", "换了次序", "另外换过的次序", self.sheet.title, ""
        )
        return list(range(len(origins)))

    def _is_needed(self, path: Path) -> bool:
        return any(isinstance(step, int) for step in path) or path[0] == "部分"


def _summary(row: Row, sheet: Sheet) -> str:
    """The values of a record that goes, in short."""
    words = [
        shown(content, column.values)
        for content, column in zip(row.contents, sheet.columns, strict=True)
        if column.role is Role.DATUM and content is not None
    ]
    return " ".join(words)
