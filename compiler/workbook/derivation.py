"""What is still to be filled in and the program can compute by itself: rates, totals, scores by a scheme."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from decimal import Decimal, localcontext
from typing import Any

from compiler.data_edit.changes import Path
from compiler.diagnostics import Diagnostics
from compiler.evaluation.funds import AMOUNTS, Budget
from compiler.evaluation.project import Project
from compiler.evaluation.scorecard import Scorecard
from compiler.figures import EXACT, UNITS, Amount, NumberRule, Rate, format_number, format_rate
from compiler.named import NamedTuple
from compiler.rawdata import Mapping, Node, RawFile, Sequence
from compiler.record import Record
from compiler.schema import read_file
from compiler.schemes import Declared, read_schemes
from compiler.workbook.rows import Book, node_at
from compiler.workbook.sheets import BUDGET_FILE, FILES
from compiler.workspace import Workspace

_SHOWN = NumberRule()
_DIGITS = 8


class _Place(NamedTuple):
    """A record of a file."""

    path: Path
    record: Record
    acting: Record
    """The one whose values are printed: of a typed total, with what it lacks summed."""

    def attribute(self, key: str) -> str:
        """The property that gives the value of a key that is not typed; empty when none does."""
        derived = type(self.record).DERIVED.get(key)
        if derived is not None and derived.typed and derived.typed == type(self.record).KEYS.get(key):
            return derived.attribute
        return AMOUNTS.get(key, "") if self.path[-1:] in _TOTALS else ""


_TOTALS = (("年度资金总额",), ("资金总体",))
_ACTING = ("typed_whole", "typed_total")
"""Records of which there is one all the same when the file has none."""


class Derivation:
    """Computes what a data file leaves open, by the schemes of the report."""

    def __init__(self, workspace: Workspace, book: Book, unit: str) -> None:
        """`unit`: the one in which amounts are shown."""
        self._workspace, self._book, self._unit = workspace, book, unit
        self.budget: RawFile | None = book.files[BUDGET_FILE].raw if BUDGET_FILE in book.files else None
        """The budget as it is to be, from which the scoring table takes figures."""
        self._declared: Declared | None = None

    def settled(self, file: str, raw: RawFile) -> list[tuple[Path, str]]:
        """The values of a sound file that say 待填 and that the program computes once they are gone; each with its path and as shown."""
        with localcontext(EXACT):
            record = self._read(file, raw)
            dropped = [
                (*place.path, key)
                for place in _places(record)
                for key, attribute in type(place.record).KEYS.items()
                if attribute in place.record.unfilled
                and place.attribute(key)
                and node_at(raw.root, (*place.path, key)) is not None
            ]
            # What one value is computed from may be another of them.
            while dropped:
                found = self._computed(file, _without(raw, dropped), dropped)
                if len(found) == len(dropped):
                    return [(path, found[path]) for path in dropped]
                dropped = [path for path in dropped if path in found]
        return []

    def computes(self, file: str, path: Path) -> bool:
        """Whether the program computes a value that the book's file does not give."""
        with localcontext(EXACT):
            return bool(self._computed(file, self._book.files[file].raw, {path}))

    def _computed(self, file: str, raw: RawFile, paths: Collection[Path]) -> dict[Path, str]:
        """Those of the paths at which there is a computed value, with what it is."""
        out = {}
        for place in _places(self._read(file, raw)):
            for key in type(place.record).KEYS:
                path = (*place.path, key)
                if path in paths and (attribute := place.attribute(key)):
                    value = getattr(place.acting, attribute)
                    if value is not None:
                        out[path] = self._shown(value)
        return out

    def _read(self, file: str, raw: RawFile) -> Any:
        """The record of a sound file, its scores computed by the declared schemes."""
        cls = FILES.get(file, Project)
        record = read_file(cls, raw, Diagnostics(), self._book.report.unit, [])
        if self._declared is None:
            self._declared = read_schemes(self._workspace, self._book.report, Diagnostics())
        if isinstance(record, Project) and self._declared.project is not None:
            record.score_by(self._declared.project)
        if isinstance(record, Scorecard) and self._declared.department is not None:
            budget = self.budget
            money = (
                None
                if budget is None
                else read_file(Budget, budget, Diagnostics(), self._book.report.unit, [])
            )
            record.score_by(self._declared.department, money, self._book.report.parameters)
        return record

    def _shown(self, value: object) -> str:
        if isinstance(value, Amount):
            return format_number(value.yuan.scaleb(-UNITS[self._unit]), _DIGITS, _SHOWN)
        if isinstance(value, Rate):
            return f"{format_rate(value, _SHOWN)}%"
        return format_number(value, _DIGITS, _SHOWN) if isinstance(value, Decimal) else str(value)


def _places(record: Record, path: Path = (), acting: Record | None = None) -> Iterator[_Place]:
    """A record and all in it."""
    yield _Place(path, record, acting or record)
    for key, attribute in type(record).KEYS.items():
        value: Any = getattr(record, attribute)
        printed = getattr(record, attribute.removeprefix("typed_")) if attribute in _ACTING else None
        if isinstance(value, Record):
            yield from _places(value, (*path, key), printed)
        elif printed is not None:
            yield from _places(printed, (*path, key))
        elif isinstance(value, tuple):
            for number, item in enumerate(value):
                if isinstance(item, Record):
                    yield from _places(item, (*path, key, number))


def _without(raw: RawFile, paths: Collection[Path]) -> RawFile:
    """A file without the names at some paths, and without the records that hold nothing then."""
    return RawFile(raw.source, _pruned(raw.root, (), frozenset(collapsed(raw.root, paths, ()))))


def _pruned(node: Mapping, path: Path, gone: frozenset[Path]) -> Mapping:
    mapping = Mapping(node.place)
    mapping.key_places = node.key_places
    mapping.entries = {
        name: _pruned_in(child, (*path, name), gone)
        for name, child in node.entries.items()
        if (*path, name) not in gone
    }
    return mapping


def _pruned_in(node: Node, path: Path, gone: frozenset[Path]) -> Node:
    if isinstance(node, Mapping):
        return _pruned(node, path, gone)
    if isinstance(node, Sequence):
        sequence = Sequence(node.place)
        sequence.items = [_pruned_in(item, (*path, number), gone) for number, item in enumerate(node.items)]
        return sequence
    return node


def collapsed(root: Node, gone: Collection[Path], kept: Collection[Path]) -> list[Path]:
    """Paths of names that go, the whole record instead of each where nothing of it is left.

    `kept`: where something is put at the same time. The entries of lists and the file itself stay, empty as they are.
    """
    paths = dict.fromkeys(sorted(gone, key=str))
    for path in sorted(gone, key=lambda path: (-len(path), str(path))):
        while path in paths and len(path) > 1 and isinstance(path[-2], str):
            owner = path[:-1]
            node = node_at(root, owner)
            if not isinstance(node, Mapping):
                break
            names = [(*owner, name) for name in node.entries]
            if any(name not in paths for name in names) or any(put[: len(owner)] == owner for put in kept):
                break
            for name in names:
                del paths[name]
            paths[owner] = None
            path = owner
    return list(paths)
