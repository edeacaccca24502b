"""What a comparison of two reports found, for programs: everything here can be written as JSON by `as_json`."""

from __future__ import annotations

from compiler.comparison.words import Piece
from compiler.named import NamedTuple
from compiler.tree import Change, Document


class FigureChange(NamedTuple):
    """A value from the data that is printed in both, or in one; told once, however often it is printed."""

    project: str
    """The name of the project it is of; empty for the report's own."""
    name: str
    """What it is, in the words of the data: 资金总体·全年预算数."""
    key: str
    """The newer's key in the data, as trace.json has it; the older's when only that has it."""
    old: str
    """As printed, with its unit; empty when only the newer has it."""
    new: str
    difference: str
    """Newer less older with a sign and the newer's unit, exact; of rates in 个百分点; empty when there is none."""
    percent: str
    """The difference as a part of the older; empty when that is zero, or for rates."""
    numeric: bool
    """Whether both are numbers that can be compared."""
    place: str
    """Where it is printed first."""
    places: int
    """How often it is printed, in the newer; in the older when only that has it."""


class TextChange(NamedTuple):
    """Words of a paragraph, list, caption or note that changed, with some words around."""

    chapter: str
    pieces: tuple[Piece, ...]


class CellChange(NamedTuple):
    """A cell of a table that changed."""

    row: str
    column: str
    old: str
    new: str
    pieces: tuple[Piece, ...]


class TableChange(NamedTuple):
    """A table that changed, or that only one report has."""

    chapter: str
    table: str
    whole: Change | None
    """When only one report has it, or its columns are others."""
    cells: tuple[CellChange, ...] = ()
    inserted: tuple[str, ...] = ()
    """Rows that only the newer has, by their labels."""
    deleted: tuple[str, ...] = ()


class Moved(NamedTuple):
    """A chapter that stands elsewhere."""

    title: str
    from_: str
    """What it stood in, and behind."""
    to: str
    changed: bool
    """Whether its content changed as well; what changed is among the texts and tables."""


class Renamed(NamedTuple):
    """A chapter with another title."""

    old: str
    new: str


class Chapter(NamedTuple):
    """A chapter that only one report has."""

    title: str
    parent: str
    """What it stands in."""
    inner: int
    """Chapters in it."""


class Counts(NamedTuple):
    """How much changed."""

    figures: int
    """Values that both have and that changed."""
    figures_added: int
    figures_removed: int
    cells: int
    rows_inserted: int
    rows_deleted: int
    tables_inserted: int
    tables_deleted: int
    texts: int
    characters_inserted: int
    """Of words in what both have: paragraphs, captions, notes, lists; not of cells."""
    characters_deleted: int
    moved: int
    renamed: int
    added: int
    removed: int
    renumbered: int
    """Titles in which only the number changed."""
    unchanged: int
    """Blocks that are the same in both."""


class Comparison(NamedTuple):
    """What changed from an older report to a newer."""

    older: str
    """What the sides are called."""
    newer: str
    kinds: tuple[str, str]
    """文种 of both."""
    years: tuple[int, int]
    """年度 of both."""
    figures: tuple[FigureChange, ...]
    figures_added: tuple[FigureChange, ...]
    figures_removed: tuple[FigureChange, ...]
    projects_added: tuple[str, ...]
    projects_removed: tuple[str, ...]
    tables: tuple[TableChange, ...]
    texts: tuple[TextChange, ...]
    moved: tuple[Moved, ...]
    renamed: tuple[Renamed, ...]
    added: tuple[Chapter, ...]
    removed: tuple[Chapter, ...]
    counts: Counts
    document: Document
    """Both in one, to be printed."""

    @property
    def same(self) -> bool:
        """Whether nothing differs."""
        return not any(self.counts[:-1])

    def as_json(self) -> dict[str, object]:
        """Everything but the document, of dicts, lists, text, numbers and None."""
        out: dict[str, object] = {
            name: _plain(value)
            for name, value in zip(self._fields, self, strict=True)
            if name not in ("document",)
        }
        return {"same": self.same, **out}


def _plain(value: object) -> object:
    if isinstance(value, Piece):
        return [value.tag, value.text]
    if isinstance(value, tuple) and hasattr(value, "_fields"):
        return {name.rstrip("_"): _plain(inner) for name, inner in zip(value._fields, value, strict=True)}
    if isinstance(value, tuple):
        return [_plain(inner) for inner in value]
    return value
