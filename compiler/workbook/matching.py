"""What became of the rows of a data file since a workbook was made from it: which row is which, and what came between.

Entries of a list are known by what they are called, for their numbers change when others come and go.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence

from compiler.data_edit.notation import Plain
from compiler.figures import half_width
from compiler.workbook.baseline import NOTHING, OPEN, Exported, token
from compiler.workbook.layout import LIST, Content, Key, Path, Role, Sheet
from compiler.workbook.rows import Row

NAMES = ("一级", "二级", "三级", "名称")
"""The headers of what entries are called by."""
_VALUE = "值"
"""That of a fact."""


class Since:
    """The rows of one file on one sheet, at the export and now."""

    def __init__(self, layout: Sheet, exported: Exported, rows: Mapping[Key, Row]) -> None:
        """`rows`: those of the file as they are now."""
        self.layout, self.exported, self.rows = layout, exported, rows
        self.now: dict[Key, Key] = {}
        """Where a row of the export is; those that are gone lack."""
        self.before: dict[Key, Key] = {}
        """The other way round; rows that came since lack."""
        self.unclear: set[Key] = set()
        """Rows, as they are now, that have changed and of which another has the name."""
        self.origins: dict[Path, list[int | None]] = {}
        """Of each list, as it is now: the number that each entry had; None for those that came since."""
        self._columns = [
            (index, column.header)
            for index, column in enumerate(layout.columns)
            if column.role is Role.DATUM and column.header in exported.headers
        ]
        self._match()

    def token(self, key: Key, header: str) -> str | None:
        """What a datum of a row, as it is now, was; None for a column that the workbook was made without."""
        return self.exported.token(self.before.get(key, _NOWHERE), header)

    def is_unchanged(self, key: Key) -> bool:
        """Whether a row, and all in it, says what it said."""
        inner = [other for other in self.rows if other.path[: len(key.path)] == key.path]
        return all(other in self.before and self._same(other) for other in inner)

    def _same(self, key: Key) -> bool:
        contents = self.rows[key].contents
        return all(token(contents[index]) == self.token(key, header) for index, header in self._columns)

    # Which is which

    def _match(self) -> None:
        entries: dict[Path, list[Key]] = {}
        for key in self.rows:
            kind = self.layout.kind_of(key)
            if kind is not None and isinstance(key.path[-1] if key.path else None, int):
                entries.setdefault(key.path[:-1], []).append(key)
        lists: dict[Path, list[Key]] = {}
        for key in self.exported.rows:
            kind = self.layout.kind_of(key)
            if kind is None:
                continue
            fact_list = kind.facts and [type(step) for step in key.path[len(kind.path) :]] == [str, int]
            if fact_list or (LIST in kind.path and not kind.facts):
                lists.setdefault(key.path[:-1], []).append(key)
            elif key in self.rows:
                self.now[key], self.before[key] = key, key
        # Records come before what is in them, and so do the lists that they are in.
        for path, keys in sorted(lists.items(), key=lambda item: len(item[0])):
            owner = self._owner(keys[0], path)
            if owner is not None:
                self._match_list(keys, entries.get((*owner, path[-1]), []))
        for path, keys in entries.items():
            self.origins[path] = [_number(self.before.get(key)) for key in keys]

    def _owner(self, key: Key, path: Path) -> Path | None:
        """Where the record that holds a list of the export is now; None when it is gone."""
        kind = self.layout.kind_of(key)
        if (kind is not None and kind.facts) or not any(isinstance(step, int) for step in path):
            return path[:-1]
        now = self.now.get(Key(key.file, path[:-1]))
        return now.path if now is not None else None

    def _match_list(self, before: Sequence[Key], now: Sequence[Key]) -> None:
        kind = self.layout.kind_of(before[0])
        facts = kind is not None and kind.facts
        old = [self._name_before(key) for key in before]
        new = [self.name(key) for key in now]
        counts, new_counts = Counter(old), Counter(new)
        # The entries of a fact are called by what they say: as many as there were are the same ones.
        nothing_moved = new[: len(old)] == old or (facts and len(new) == len(old))
        places = dict(zip(new, now, strict=True))
        for number, (key, name) in enumerate(zip(before, old, strict=True)):
            unique = counts[name] == new_counts[name] == 1
            if not unique and not nothing_moved:
                continue
            place = now[number] if nothing_moved else places[name]
            self.now[key], self.before[place] = place, key
            if not unique and not facts and not self._same(place):
                self.unclear.add(place)

    def _name_before(self, key: Key) -> tuple[str, ...]:
        name = self._tokens_before(key)
        if any(name) or (inner := self._first_in(key)) not in self.exported.rows:
            return name
        return self._tokens_before(inner)

    def _tokens_before(self, key: Key) -> tuple[str, ...]:
        return tuple(_known(self.exported.token(key, header)) for header in (*NAMES, _VALUE))

    def name(self, key: Key) -> tuple[str, ...]:
        """What an entry is called now; one without a name by the first in it."""
        name = self._called(self.rows[key])
        return (
            name
            if any(name) or (inner := self._first_in(key)) not in self.rows
            else self._called(self.rows[inner])
        )

    def _called(self, row: Row) -> tuple[str, ...]:
        contents = {header: row.contents[index] for index, header in self._columns}
        return called(contents)

    def _first_in(self, key: Key) -> Key:
        kind = self.layout.kind_of(key)
        below = next(
            (other for other in self.layout.kinds if kind is not None and other.path[:-2] == kind.path), None
        )
        return key if below is None else key.at(str(below.path[-2]), 0)

    def renamed(self, key: Key, contents: Mapping[str, Content]) -> Key | None:
        """Where a row of the export is that is gone by its name: an entry that came since has the name that its line gives it."""
        path = key.path[:-1]
        owner = self._owner(key, path) if path else None
        kind = self.layout.kind_of(key)
        if owner is None or kind is None or kind.facts or LIST not in kind.path:
            return None
        place = self.came_since((*owner, path[-1]), key.file, called(contents))
        if place is not None:
            self.now[key], self.before[place] = place, key
            self.origins[place.path[:-1]][int(place.path[-1])] = _number(key)
        return place

    def came_since(
        self, path: Path, file: str, name: tuple[str, ...], claimed: Collection[Key] = ()
    ) -> Key | None:
        """The first entry of a list, as it is now, that came since, is called so and is not claimed; None when none is."""
        found = [
            Key(file, (*path, number))
            for number, origin in enumerate(self.origins.get(path, ()))
            if origin is None and self.name(Key(file, (*path, number))) == name
        ]
        return next((key for key in found if key not in claimed), None)


_NOWHERE = Key("")


def called(contents: Mapping[str, Content]) -> tuple[str, ...]:
    """What an entry is called, of the contents of its row by header; what is still to be filled in is no part of a name."""
    return tuple(_known(token(contents.get(header))) for header in (*NAMES, _VALUE))


def _known(found: str | None) -> str:
    return NOTHING if found is None or found == OPEN else found


def _number(key: Key | None) -> int | None:
    last = key.path[-1] if key is not None else None
    return last if isinstance(last, int) else None


def merged(items: Sequence[int | Plain], origins: Sequence[int | None]) -> list[int | Plain] | None:
    """What a list is to be: as it is now, with what the workbook added to it, removed from it and moved.

    `items`: as the workbook has it, entries by their numbers now. `origins`: of the entries now, their numbers at the
    export, None for those that came since; these stay. None when both have another order than at the export.
    """
    kept = [item for item in items if isinstance(item, int)]
    mine = frozenset(kept)
    there = [number for number, origin in enumerate(origins) if origin is not None and number in mine]
    exported = sorted(there, key=lambda number: origins[number] or 0)
    out: list[int | Plain]
    if kept in (exported, there):
        out = [number for number, origin in enumerate(origins) if origin is None or number in mine]
    elif there == exported:
        out = list(kept)
        for number, origin in enumerate(origins):
            if origin is None:
                above = next((other for other in range(number - 1, -1, -1) if other in out), None)
                out.insert(0 if above is None else out.index(above) + 1, number)
    else:
        return None
    for index, item in enumerate(items):
        if isinstance(item, int):
            continue
        last = next((other for other in reversed(items[:index]) if isinstance(other, int)), None)
        if not any(isinstance(other, int) for other in items[index:]):
            out.append(item)
        else:
            at = 0 if last is None else out.index(last) + 1
            while at < len(out) and not isinstance(out[at], int):
                at += 1
            out.insert(at, item)
    return out


def lacking(content: Plain, held: Plain | None, name: str = "") -> list[str]:
    """What new content says and what is there does not, a line each with both; nothing when all of it is there."""
    if isinstance(content, str):
        there = held if isinstance(held, str) else ""
        if _folded(content) == _folded(there):
            return []
        return [
            f"{name}：表里是“{content}”，数据里是“{there}”"
            if there
            else f"{name}：表里是“{content}”，数据里没有"
        ]
    out: list[str] = []
    if isinstance(content, dict):
        for key, entry in content.items():
            inner = held.get(key) if isinstance(held, dict) else None
            out += lacking(entry, inner, f"{name} {key}" if name else key)
        return out
    left = list(held) if isinstance(held, list) else []
    for number, entry in enumerate(content, 1):
        found = next((other for other in left if not lacking(entry, other)), None)
        if found is None:
            out.append(f"{name}：表里的第 {number} 项，数据里没有一样的")
        else:
            left.remove(found)
    return out


def _folded(text: str) -> str:
    return half_width(text).replace(",", "").strip()
