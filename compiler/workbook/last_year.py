"""Last year's figures beside this year's: which row of last year's workbook each of this year's is."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path as FilePath

from compiler.checks.years.matching import indicator_pairs, match
from compiler.diagnostics import Diagnostics
from compiler.evaluation.funds import AMOUNTS
from compiler.evaluation.scheme import row_key
from compiler.evaluation.scorecard import Scorecard
from compiler.figures import EXACT, UNITS, Amount
from compiler.publishing import WorkspaceError
from compiler.workbook.layout import UNFILLED, Content, Key, Path, Role, Sheet
from compiler.workbook.rows import Book, Row, read_book, rows_of
from compiler.workbook.sheets import DEPARTMENT_FILE, PROJECT, SCORECARD_FILE
from compiler.workspace import Workspace


def read_last_year(workspace: Workspace, folder: FilePath, book: Book) -> Book | None:
    """The data of the sibling folder of the year before; None without one, or when something is wrong with it."""
    before = folder.parent / str(book.report.year - 1)
    if not (before / "report.yaml").exists():
        return None
    try:
        last = read_book(workspace, before, Diagnostics(), lambda stage, done, whole: None)
    except WorkspaceError:
        return None
    return last if last is not None and last.report.year == book.report.year - 1 else None


class LastYear:
    """The data of two years, matched: projects by name without the year or by file, the rest by name."""

    def __init__(self, now: Book, last: Book) -> None:
        self._last, self._unit = last, now.report.unit
        pairs = match([project for _, project in now.projects], [project for _, project in last.projects])
        files = {id(project): name for book in (now, last) for name, project in book.projects}
        self._files = {files[id(pair.now)]: files[id(pair.last)] for pair in pairs.pairs}
        self._indicators: dict[Key, Key] = {}
        for pair in pairs.pairs:
            places = {
                id(row): Key(files[id(project)], ("绩效指标", index))
                for project in pair
                for index, row in enumerate(project.indicators or ())
            }
            self._indicators |= {places[id(a)]: places[id(b)] for a, b in indicator_pairs(pair)}
        before = {names: key for key, names in _named(last)}
        self._others = {key: before[names] for key, names in _named(now) if names in before}

    def contents(self, sheet: Sheet, rows: list[Row]) -> Iterator[tuple[Content, ...]]:
        """For each row what its columns of role LAST show, one for each column of the sheet; None elsewhere."""
        source = [_beside(sheet, index) for index in range(len(sheet.columns))]
        before = {row.key: row for row in rows_of(sheet, self._last, self._unit)}
        nothing: tuple[Content, ...] = (None,) * len(source)
        for row in rows:
            key = self._key(row)
            last = before.get(key) if key is not None else None
            if key is None or last is None:
                yield nothing
                continue
            yield tuple(
                None
                if index is None
                else self._whole(key, sheet.columns[index].keys[row.kind.name])
                if row.kind.name == PROJECT and not row.kind.facts
                else _known(last.contents[index])
                for index in source
            )

    def _key(self, row: Row) -> Key | None:
        key = row.key
        if key in self._others:
            return self._others[key]
        if row.kind.path[:1] == ("绩效指标",):
            return self._indicators.get(key)
        if key.file.startswith("projects/"):
            file = self._files.get(key.file)
            return Key(file, key.path) if file is not None else None
        if key.file == SCORECARD_FILE:
            return None
        if key.file == DEPARTMENT_FILE and key.path[:1] == ("内设机构",):
            section = self._others.get(Key(key.file, key.path[:2]))
            return None if section is None else section.at(*key.path[2:])
        return key

    def _whole(self, key: Key, path: Path) -> Content:
        """An amount of a project as reports print it: typed, or of all its sources."""
        value = getattr(self._last.files[key.file].record, AMOUNTS[str(path[0])])
        return value.yuan.scaleb(-UNITS[self._unit], EXACT) if isinstance(value, Amount) else None


def _beside(sheet: Sheet, index: int) -> int | None:
    """The column of this year that a column of last year stands beside."""
    return index - 1 if sheet.columns[index].role is Role.LAST else None


def _known(content: Content) -> Content:
    return None if content is UNFILLED else content


def _named(book: Book) -> Iterator[tuple[Key, tuple[str | None, ...]]]:
    """The rows of the scoring table, and the sections of the department, by their names; a name that comes twice counts once."""
    card = book.files.get(SCORECARD_FILE)
    if card is not None and isinstance(card.record, Scorecard):
        start = Key(SCORECARD_FILE)
        yield start, ("评分表",)
        for number, part in enumerate(card.record.parts):
            at, words = start.at("部分", number), ("评分表", row_key(part.name))
            yield at, words
            for index, group in enumerate(part.groups):
                inner, called = at.at("分组", index), (*words, group.name and row_key(group.name))
                yield inner, called
                for place, row in enumerate(group.rows):
                    yield inner.at("指标", place), (*called, row_key(row.name))
    office = book.files.get(DEPARTMENT_FILE)
    for number, section in enumerate(getattr(office.record, "sections", None) or () if office else ()):
        yield Key(DEPARTMENT_FILE, ("内设机构", number)), ("内设机构", section.name)
