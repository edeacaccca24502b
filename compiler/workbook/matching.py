"""What became of the rows of a data file since a workbook was made from it: which row is which, and what came between.

Entries of a list are known by what they are called, for their numbers change when others come and go.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence

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
        self.called_before: set[tuple[Path, tuple[str, ...]]] = set()
        """The names that entries of lists had, each with the list as it is now."""
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
        """Match the entries of a list: by name, by all they say, by what they said where something was open.

        What is left is nobody's: an entry with the name of another may be either.
        """
        kind = self.layout.kind_of(before[0])
        if kind is not None and kind.facts and len(before) == len(now):
            # The entries of a fact are called by what they say: as many as there were are the same ones.
            for key, place in zip(before, now, strict=True):
                self._pair(key, place)
            return
        names = {key: self._name_before(key) for key in before}, {key: self.name(key) for key in now}
        self._pair_unique(names[0], names[1])
        alike = (
            {key: self._all_before(key) for key in before},
            {key: self._all_now(key) for key in now},
        )
        for said in dict.fromkeys(alike[0].values()):
            old = [key for key in before if key not in self.now and alike[0][key] == said]
            new = [key for key in now if key not in self.before and alike[1][key] == said]
            if len(old) == len(new):
                for key, place in zip(old, new, strict=True):
                    self._pair(key, place)
        self._pair_filled(before, now)
        counts = Counter(names[0].values()), Counter(names[1].values())
        self.called_before.update((now[0].path[:-1], name) for name in names[0].values() if now)
        for name in counts[0]:
            old = [key for key in before if key not in self.now and names[0][key] == name]
            new = [key for key in now if key not in self.before and names[1][key] == name]
            if len(old) == len(new) == 1 and counts[0][name] == counts[1][name]:
                self._pair(old[0], new[0])
                self.unclear.add(new[0])

    def _pair(self, key: Key, place: Key) -> None:
        self.now[key], self.before[place] = place, key

    def _pair_unique(self, old: Mapping[Key, object], new: Mapping[Key, object]) -> None:
        """Pair entries of names that come once on either side; those without a name by what is in them."""
        counts, new_counts = Counter(old.values()), Counter(new.values())
        places = {name: key for key, name in new.items()}
        for key, name in old.items():
            if counts[name] == new_counts[name] == 1:
                self._pair(key, places[name])
        inner = {key: self._names_in(key, self.exported.rows, self._tokens_before) for key in old}
        others = {key: self._names_in(key, self.rows, lambda at: self._called(self.rows[at])) for key in new}
        for key in (key for key in old if key not in self.now and inner[key]):
            found = [at for at in new if at not in self.before and others[at] & inner[key]]
            if len(found) == 1 and sum(bool(others[found[0]] & inner[at]) for at in old) == 1:
                self._pair(key, found[0])

    def _pair_filled(self, before: Sequence[Key], now: Sequence[Key]) -> None:
        """Pair entries that say what they said but for what was still open then."""
        left = [key for key in before if key not in self.now]
        free = [key for key in now if key not in self.before]
        fits = {key: [at for at in free if self._was_filled(key, at)] for key in left}
        if len(before) == len(now) and all(
            before[now.index(at)] == key for key, at in zip(left, free, strict=False)
        ):
            # None came or went: where two are alike, each is where it was.
            fits = {key: [at] if at in fits[key] else fits[key] for key, at in zip(left, free, strict=False)}
        for key, places in fits.items():
            if len(places) == 1 and sum(places[0] in other for other in fits.values()) == 1:
                self._pair(key, places[0])

    def _was_filled(self, key: Key, place: Key) -> bool:
        old, new = self._all_before(key), self._all_now(place)
        return OPEN in old and all(was in (OPEN, is_) for was, is_ in zip(old, new, strict=True))

    def _all_before(self, key: Key) -> tuple[str, ...]:
        return tuple(self.exported.token(key, header) or NOTHING for _, header in self._columns)

    def _all_now(self, key: Key) -> tuple[str, ...]:
        return tuple(token(self.rows[key].contents[index]) for index, _ in self._columns)

    def _names_in(
        self, key: Key, rows: Collection[Key], name: Callable[[Key], tuple[str, ...]]
    ) -> frozenset[tuple[str, ...]]:
        """The names of what is in an entry, where it has none itself."""
        first = self._first_in(key)
        if first == key or any(name(key)):
            return frozenset()
        found = (at for at in rows if at.path[:-1] == first.path[:-1])
        return frozenset(called for at in found if any(called := name(at)))

    def _name_before(self, key: Key) -> tuple[str, ...]:
        name = self._tokens_before(key)
        if any(name) or (inner := self._first_in(key)) not in self.exported.rows:
            return name
        return self._tokens_before(inner)

    def _tokens_before(self, key: Key) -> tuple[str, ...]:
        return tuple(_known(self.exported.token(key, header)) for header in (*NAMES, _VALUE))

    def name_said(self, key: Key) -> str:
        """What a row of the export was called, as far as the workbook says it."""
        words = [each[1:] for each in self._tokens_before(key) if each.startswith("'")]
        return words[-1] if words else ""

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

    def renamed(self, key: Key, contents: Mapping[str, Content], claimed: Collection[Key]) -> Key | None:
        """Where a row of the export is that has changed, when what its line says was taken in before.

        It is an entry that says all that the line says, with no other of the name too many; or the one that came since and
        has the name that the clerk gave the line, which no row of the list had. None that is in `claimed`.
        """
        path = key.path[:-1]
        owner = self._owner(key, path) if path else None
        kind = self.layout.kind_of(key)
        name = called(contents)
        if owner is None or kind is None or kind.facts or LIST not in kind.path:
            return None
        found = [at for at in self._came((*owner, path[-1]), key.file, name) if at not in claimed]
        alike = [at for at in found if self.says(at, contents)]
        gone = [
            other
            for other in self.exported.rows
            if other.path[:-1] == path and other not in self.now and self._name_before(other) == name
        ]
        covering = [
            at for at in self._unmatched((*owner, path[-1]), key.file) if self._covers(key, at, contents)
        ]
        if alike and len(found) <= len({*gone, key}):
            found = alike[:1]
        elif len(covering) == 1 and covering[0] not in claimed:
            found = covering
        elif (
            name == self._tokens_before(key)
            or ((*owner, path[-1]), name) in self.called_before
            or not self._kept(key, contents, found)
        ):
            return None
        if len(found) != 1:
            return None
        self._pair(key, found[0])
        self.origins[found[0].path[:-1]][int(found[0].path[-1])] = _number(key)
        return found[0]

    def came_since(
        self, path: Path, file: str, contents: Mapping[str, Content], claimed: Collection[Key]
    ) -> Key | None:
        """The entry of a list, as it is now, that a new line has become: one that says the same, else the first that came
        since and is called so; none that is in `claimed`. None when there is none.
        """
        count = len(self.origins.get(path, ()))
        free = [key for number in range(count) if (key := Key(file, (*path, number))) not in claimed]
        came = [key for key in self._came(path, file, called(contents)) if key in free]
        # What is called like a row of the export may have been taken for that.
        said = frozenset(map(self._all_before, self.exported.rows))
        there = (key for key in free if self._all_now(key) not in said and self.says(key, contents))
        alike = next((key for key in came if self.says(key, contents)), None) or next(there, None)
        return alike or next(iter(came), None)

    def may_be_another(self, key: Key, contents: Mapping[str, Content]) -> bool:
        """Whether the entry that `came_since` gave may be one of the export instead."""
        return (key.path[:-1], called(contents)) in self.called_before and not self.says(key, contents)

    def says(self, key: Key, contents: Mapping[str, Content]) -> bool:
        """Whether an entry, as it is now, says all that a line says, and nothing where that is blank."""
        return all(
            _known(token(contents[header])) == _known(token(self.rows[key].contents[index]))
            for index, header in self._columns
            if header in contents
        )

    def _came(self, path: Path, file: str, name: tuple[str, ...]) -> list[Key]:
        return [key for key in self._unmatched(path, file) if self.name(key) == name]

    def _unmatched(self, path: Path, file: str) -> list[Key]:
        return [
            Key(file, (*path, number))
            for number, origin in enumerate(self.origins.get(path, ()))
            if origin is None
        ]

    def _kept(self, key: Key, contents: Mapping[str, Content], found: Sequence[Key]) -> bool:
        """Whether the first of some entries still has half of what the line left as it was, its names aside."""
        if not found:
            return False
        same = [
            token(self.rows[found[0]].contents[index]) == was
            for index, header in self._columns
            if header not in NAMES
            and (was := self.exported.token(key, header)) not in (None, NOTHING, OPEN)
            and token(contents.get(header)) == was
        ]
        return 2 * sum(same) >= len(same)

    def _covers(self, key: Key, place: Key, contents: Mapping[str, Content]) -> bool:
        """Whether an entry has a name by now, where that was open, and says all else that the line says."""
        open_ = {header for _, header in self._columns if self.exported.token(key, header) == OPEN}
        filled = {header: content for header, content in contents.items() if content is not None}
        rest = {header: content for header, content in contents.items() if header not in open_}
        return bool(open_.intersection(NAMES)) and self.says(place, {**rest, **filled})

    def gone(self, lines: Collection[Key]) -> list[Key]:
        """Entries of the export that have no line, and may be one of the unmatched entries of their list."""
        return [
            key
            for key in self.exported.rows
            if key not in lines
            and key not in self.now
            and isinstance(key.path[-1] if key.path else None, int)
            and (owner := self._owner(key, key.path[:-1])) is not None
            and None in self.origins.get((*owner, key.path[-2]), ())
        ]


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
