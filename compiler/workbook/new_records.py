"""What a workbook left blank of a new record, left open (待填) in it: so that drafts show it, and the countdown knows.

A key is left open when it is one that a new record needs (`needed.NEEDED`), and half of the records like it in the
report, or more, have it: a report whose scores are computed has no 得分 to be filled in. A required key always is.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Any

from compiler.data_edit.changes import Arrange, Change, Path, Put, class_at, order_of
from compiler.data_edit.notation import Plain
from compiler.evaluation.funds import AMOUNTS, Funds, FundsBySource
from compiler.evaluation.project import Project
from compiler.evaluation.scorecard import ScoreGroup, ScorePart, ScoreRow
from compiler.gaps import UNFILLED
from compiler.kinds import Kind
from compiler.needed import NEEDED, WHOLE_OF_FUNDS
from compiler.rawdata import Mapping, Node, Scalar, Sequence
from compiler.record import Record
from compiler.schema import fields_of, shape_of
from compiler.workbook.intake import Intake
from compiler.workbook.rows import Book, node_at
from compiler.workbook.sheets import FILES

_NESTED = (ScorePart, ScoreGroup, ScoreRow)
"""Of these, the records of the same list are the ones alike: rows of another group have other columns."""


def leave_open(intake: Intake) -> None:
    """Put 待填 into the new records of an intake where something that they need was left blank.

    What is added to records that are not listed with all they hold is told of as a difference.
    """
    peers = _Peers(intake.book)
    for project in intake.new.values():
        _Filling(peers, "", project.content).fill(Project, project.content, ())
    told = {id(item.record) for item in intake.differences if item.record is not None}
    for file, changes in intake.changes.items():
        if file not in intake.removed:
            intake.changes[file] = _filled(intake, peers, file, changes, told)


def _filled(
    intake: Intake, peers: _Peers, file: str, changes: list[Change], told: Collection[int]
) -> list[Change]:
    """The changes to a file, those that make a new record with all that it needs."""
    root = intake.book.files[file].raw.root
    filling = _Filling(peers, file, root.entries, told)
    out: list[Change] = []
    made: dict[Path, dict[str, Plain]] = {}
    for change in changes:
        if isinstance(change, Arrange):
            for item in change.items:
                if isinstance(item, dict) and (cls := _class_at(file, (*change.path, 0))) is not None:
                    filling.fill(cls, item, (*change.path, 0))
        elif isinstance(change, Put) and (at := _new_at(root, file, change)) is not None:
            if at not in made:
                made[at] = {}
                out.append(Put(at, made[at]))
            _merge(made[at], change.path[len(at) :], change.value)
            continue
        out.append(change)
    for at, content in made.items():
        if (cls := _class_at(file, at)) is not None:
            filling.fill(cls, content, at)
    for path in filling.opened:
        _tell(intake, file, path)
    return out


def _tell(intake: Intake, file: str, path: Path) -> None:
    """Note as a difference that a value is left open, behind what else is told of its record."""
    record, name = str(path[-2]), " ".join(str(step) for step in path[-2:])
    beside = [
        number
        for number, item in enumerate(intake.differences)
        if item.file == file and item.name.startswith(record)
    ]
    at = beside[-1] if beside else len(intake.differences) - 1
    intake.tell(file, name, "（空）", "（待填）", intake.differences[at].sheet)
    intake.differences.insert(at + 1, intake.differences.pop())


def _new_at(root: Node, file: str, change: Put) -> Path | None:
    """The outermost record that a value makes; None when all that it stands in is there."""
    most = len(change.path) + isinstance(change.value, dict)
    for length in range(1, most):
        at = change.path[:length]
        if not isinstance(node_at(root, at), Mapping | Sequence):
            return at if _class_at(file, at) is not None else None
    return None


def _merge(content: dict[str, Plain], path: Path, value: Plain) -> None:
    """Put a value into a new record; one that is a record itself becomes a part of it, or the whole."""
    held: Any = content
    for step in path[:-1]:
        held = held.setdefault(step, {})
    if path:
        held[path[-1]] = value
    elif isinstance(value, dict):
        content.update(value)


def _class_at(file: str, path: Path) -> type[Record] | None:
    return class_at(FILES.get(file, Project), path)


class _Peers:
    """The records of a report by what they are."""

    def __init__(self, book: Book) -> None:
        self.book = book
        self.known: dict[object, list[tuple[Path, Mapping]]] = {}
        for file, held in book.files.items():
            self._walk(FILES.get(file, Project), held.raw.root, file, ())

    def _walk(self, cls: type[Record], node: Node, file: str, path: Path) -> None:
        if not isinstance(node, Mapping):
            return
        self.known.setdefault(_like(cls, file, path), []).append((path, node))
        for key, kind in fields_of(cls).items():
            child = node.entries.get(key)
            if child is None:
                continue
            if isinstance(kind.of, type) and issubclass(kind.of, Record):
                self._walk(kind.of, child, file, (*path, key))
            entry = kind.of.of if isinstance(kind.of, Kind) else None
            if isinstance(entry, type) and issubclass(entry, Record) and isinstance(child, Sequence):
                for number, item in enumerate(child.items):
                    self._walk(entry, item, file, (*path, key, number))

    def have(self, cls: type[Record], key: str, file: str, path: Path) -> bool:
        """Whether half of the records like one have a key; also when there is none like it."""
        found = self.known.get(_like(cls, file, path), [])
        if cls in _NESTED:
            found = [item for item in found if item[0][:-1] == path[:-1]] or found
        return _most(_is_given(node, key) for _, node in found)

    def projects_have_amount(self, key: str) -> bool:
        """Whether half of the projects have an amount, their own or that of a source."""
        return _most(
            _is_given(node, key)
            or any(
                _is_given(source, key)
                for source in getattr(node.entries.get("资金"), "entries", {}).values()
                if isinstance(source, Mapping)
            )
            for _, node in self.known.get(_like(Project, "", ()), [])
        )


def _like(cls: type[Record], file: str, path: Path) -> object:
    return cls, file in FILES, bool(path) and path[-1] == WHOLE_OF_FUNDS


def _most(given: Iterable[bool]) -> bool:
    answers = list(given)
    return 2 * sum(answers) >= len(answers)


def _is_given(node: Mapping, key: str) -> bool:
    child = node.entries.get(key)
    return child is not None and not (isinstance(child, Scalar) and not child.text)


class _Filling:
    """Fills the new records of a file, or a new project."""

    def __init__(
        self, peers: _Peers, file: str, project: Collection[str], told: Collection[int] = ()
    ) -> None:
        """`project`: the keys of the project that the file is; `told`: the records that are listed whole, by `id`."""
        self.peers, self.file, self.project, self.told = peers, file, project, told
        self.opened: list[Path] = []
        """The values left open in records that are not."""

    def fill(self, cls: type[Record], content: dict[str, Plain], path: Path, *, told: bool = False) -> None:
        """Leave open what a new record needs and lacks, and bring its keys into the order of the schema."""
        told = told or id(content) in self.told
        fields = fields_of(cls)
        lacking = [key for key in self._needed(cls, content, path) if key not in content]
        for key in lacking:
            of = fields[key].of
            if isinstance(of, type):
                content[key] = {}
            elif isinstance(of, Kind):
                content[key] = [{}]
            else:
                content[key] = UNFILLED
                if not told:
                    self.opened.append((*path, key))
        for key, entry in list(content.items()):
            of = fields[key].of if key in fields else None
            inner = of.of if isinstance(of, Kind) else of
            if not (isinstance(inner, type) and issubclass(inner, Record)):
                continue
            for item in entry if isinstance(entry, list) else [entry]:
                if isinstance(item, dict):
                    at = (*path, key, 0) if isinstance(entry, list) else (*path, key)
                    self.fill(inner, item, at, told=told)
            if key in lacking and entry in ({}, [{}]):
                del content[key]
        rank = {name: number for number, name in enumerate(order_of(cls)(()))}
        items = sorted(content.items(), key=lambda item: rank.get(item[0], len(rank)))
        content.clear()
        content.update(items)

    def _needed(self, cls: type[Record], content: dict[str, Plain], path: Path) -> list[str]:
        """The keys that a new record is to have."""
        wanted = [name for name, _ in shape_of(cls).needed]
        if cls is Project:
            return wanted + self._of_project(content)
        if cls is FundsBySource:
            return wanted + self._of_funds(content)
        keys: Collection[str] = NEEDED.get(cls, ())
        if cls is Funds:
            # What is the sum of others, and scored, has no amounts of its own.
            keys = [key for key in keys if (key in AMOUNTS) != (path[-1] == WHOLE_OF_FUNDS)]
        return wanted + [key for key in keys if self.peers.have(cls, key, self.file, path)]

    def _of_project(self, content: Collection[str]) -> list[str]:
        """The keys of a project: its money by source, as the others have it, unless it has amounts of its own."""
        keys = [key for key in NEEDED[Project] if key not in AMOUNTS]
        keys = [key for key in keys if self.peers.have(Project, key, self.file, ())]
        if "资金" in content or ("资金" in keys and not _has_amounts(content)):
            return keys
        return keys + [key for key in AMOUNTS if self.peers.projects_have_amount(key)]

    def _of_funds(self, content: dict[str, Plain]) -> list[str]:
        """The rows of 资金: the sum, and a source where nothing else says how much it is."""
        whole = content.get(WHOLE_OF_FUNDS, "")
        known = content.keys() - {WHOLE_OF_FUNDS} or _has_amounts(self.project) or _has_amounts(whole)
        keys = [key for key in NEEDED[FundsBySource] if key == WHOLE_OF_FUNDS or not known]
        return [key for key in keys if self.peers.have(FundsBySource, key, self.file, ("资金",))]


def _has_amounts(content: Collection[str] | Plain) -> bool:
    return any(key in content for key in AMOUNTS)
