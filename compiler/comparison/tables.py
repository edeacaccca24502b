"""Two tables as one, cell by cell.

Rows tied by a cell that spans them are a band. Bands are matched by what they say, then by their labels, then by
likeness; in matched bands of the same shape the words of the cells are compared. Every other band is deleted or
inserted whole, so that a row of one document never shares a cell with a row of both.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence

from compiler.comparison.alignment import align, alike, gaps, pair_similar, profile
from compiler.comparison.fingerprints import cell_words, print_of, row_print
from compiler.comparison.ledger import Ledger, excerpt
from compiler.comparison.results import CellChange
from compiler.comparison.words import Piece, marked, merge_words
from compiler.named import NamedTuple
from compiler.source import Span
from compiler.tree import Cell, Change, Inline, Row, Table, plain_text, replace

_LEAST_ALIKE = 0.5
_LONGEST_LABEL = 40
_LONGEST_NAME = 20
"""Characters up to which a cell after the headers of a row may name it."""
Lines = tuple[tuple[Inline, ...], ...]


class _Band:
    """Rows that cells tie together."""

    def __init__(self, rows: Sequence[Row], first: int) -> None:
        self.rows, self.first = rows, first
        """The rows, and the place of the first among those of the head or body."""
        self.print: Hashable = tuple(map(row_print, rows))
        self.shape = tuple(tuple((cell.rowspan, cell.colspan) for cell in row.cells) for row in rows)
        said = [(cell.header, cell_words(cell)) for cell in rows[0].cells]
        named = [words for header, words in said if header == "row" and not _is_number(words)]
        self.label = tuple(named) or tuple(words for _, words in said if words and not _is_number(words))[:1]

    def words(self) -> str:
        """All it says."""
        return "".join(cell_words(cell) for row in self.rows for cell in row.cells)


def _bands(rows: Sequence[Row]) -> list[_Band]:
    out, start, reach = [], 0, 0
    for index, row in enumerate(rows):
        reach = max([reach, *(index + cell.rowspan for cell in row.cells)])
        if reach <= index + 1:
            out.append(_Band(rows[start : index + 1], start))
            start = index + 1
    if start < len(rows):  # no complete grid; such rows stay together
        out.append(_Band(rows[start:], start))
    return out


class _Grid:
    """What heads the cells of a table's body: the labels of a row, the words above a column."""

    def __init__(self, table: Table) -> None:
        self._columns = len(table.columns)
        named: list[dict[str, None]] = [{} for _ in range(self._columns)]
        for line in self._places(table.head):
            for column, cell in enumerate(line):
                if cell is not None and (words := _short(cell_words(cell))):
                    named[column][words] = None
        heads = ["／".join(words) for words in named]
        self.body = self._places(table.body)
        self._heads: list[list[str]] = []
        for line in self.body:
            self._heads.append(list(heads))
            for column, cell in enumerate(line):
                if cell is not None and cell.header == "col":
                    heads[column] = _short(cell_words(cell))

    def _places(self, rows: Sequence[Row]) -> list[list[Cell | None]]:
        grid: list[list[Cell | None]] = [[None] * self._columns for _ in rows]
        for index, row in enumerate(rows):
            column = 0
            for cell in row.cells:
                while column < self._columns and grid[index][column] is not None:
                    column += 1
                for line in grid[index : index + cell.rowspan]:
                    line[column : column + cell.colspan] = [cell] * len(line[column : column + cell.colspan])
                column += cell.colspan
        return grid

    def row(self, index: int, cell: Cell | None = None) -> str:
        """The label of a row: its first header cells, and of a list also the words after them."""
        labels: list[str] = []
        leading, more = True, 0
        before: Cell | None = None
        for column, other in enumerate(self.body[index]):
            if other is None or other is before:
                continue
            before, words = other, cell_words(other)
            leading = leading and other.header == "row"
            if not labels and _is_number(words):
                continue  # 序号
            if not leading:
                more += 1
                most = 2 if labels else 1
                if more > most or len(words) > _LONGEST_NAME or not self._heads[index][column]:
                    break
                if _is_number(words) or other.header:
                    break
            if words and other is not cell:
                labels.append(_short(words))
        return "／".join(labels[-3:])

    def column(self, index: int, cell: Cell) -> str:
        """What heads the column of a cell."""
        return self._heads[index][self._at(index, cell)]

    def before(self, index: int, cell: Cell) -> str:
        """The row header left of a cell: a form has several pairs in a row."""
        headers = [
            _short(cell_words(other))
            for other in self.body[index][: self._at(index, cell)]
            if other is not None and other.header == "row"
        ]
        return headers[-1] if headers else ""

    def _at(self, index: int, cell: Cell) -> int:
        return next((column for column, other in enumerate(self.body[index]) if other is cell), 0)


def _is_number(words: str) -> bool:
    return bool(words) and words[0] in "0123456789-−≥≤—"


def _short(words: str) -> str:
    return words if len(words) <= _LONGEST_LABEL else f"{words[:_LONGEST_LABEL]}…"


class _Rows(NamedTuple):
    rows: tuple[Row, ...]
    cells: list[CellChange]
    inserted: list[str]
    deleted: list[str]


def merge_tables(older: Table, newer: Table, chapter: str, name: str, ledger: Ledger) -> Table:
    """Two tables with as many columns as one; what changed goes to the ledger."""
    old_grid, new_grid = _Grid(older), _Grid(newer)
    head = _merge_rows(older.head, newer.head, None, None)
    body = _merge_rows(older.body, newer.body, old_grid, new_grid)
    caption = ledger.merged(older.caption, newer.caption, chapter)
    notes, pieces = merge_lines(newer.span, older.notes, newer.notes)
    for changed in pieces:
        if any(piece.tag != "same" for piece in changed):
            ledger.words(changed, chapter)
    ledger.table(
        chapter,
        name,
        [*head.cells, *body.cells],
        [*head.inserted, *body.inserted],
        [*head.deleted, *body.deleted],
    )
    return replace(newer, head=head.rows, body=body.rows, caption=caption, notes=notes)


def _merge_rows(
    older: Sequence[Row], newer: Sequence[Row], old_grid: _Grid | None, new_grid: _Grid | None
) -> _Rows:
    a, b = _bands(older), _bands(newer)
    out = _Rows((), [], [], [])
    rows: list[Row] = []
    for here, there, end in gaps(_matched(a, b), len(a), len(b)):
        for places, bands, grid, change, labels in (
            (here, a, old_grid, "deleted", out.deleted),
            (there, b, new_grid, "inserted", out.inserted),
        ):
            for place in places:
                band = bands[place]
                rows += [replace(row, change=change) for row in band.rows]
                labels += [_row_label(grid, band, index) for index in range(len(band.rows))]
        if end is None:
            continue
        old, new = a[end[0]], b[end[1]]
        if old.print == new.print:
            rows += new.rows
        elif old.shape == new.shape:
            rows += _merge_band(old, new, new_grid, out.cells)
        else:
            rows += [replace(row, change="deleted") for row in old.rows]
            rows += [replace(row, change="inserted") for row in new.rows]
            _tell_inner(old, new, old_grid, new_grid, out)
    return out._replace(rows=tuple(rows))


def _matched(a: list[_Band], b: list[_Band]) -> list[tuple[int, int]]:
    """Bands that are the same in both tables: equal ones, then those with one label, then alike ones."""
    pairs = align([band.print for band in a], [band.print for band in b])
    for key in ("label", "likeness"):
        more: list[tuple[int, int]] = []
        for here, there, _ in gaps(pairs, len(a), len(b)):
            if key == "label":
                found = align([a[i].label for i in here], [b[j].label for j in there])
            else:
                here_words = [profile(a[i].words()) for i in here]
                there_words = [profile(b[j].words()) for j in there]
                found = pair_similar(
                    len(here),
                    len(there),
                    lambda i, j, x=here_words, y=there_words: alike(x[i], y[j]),  # type: ignore[misc]
                    _LEAST_ALIKE,
                )
            more += [(here[i], there[j]) for i, j in found]
        pairs = sorted(pairs + more)
    return pairs


def _merge_band(old: _Band, new: _Band, grid: _Grid | None, told: list[CellChange]) -> list[Row]:
    rows = []
    for number, (before, after) in enumerate(zip(old.rows, new.rows, strict=True)):
        cells = []
        for was, now in zip(before.cells, after.cells, strict=True):
            if tuple(map(print_of, was.paragraphs)) == tuple(map(print_of, now.paragraphs)):
                cells.append(now)
                continue
            paragraphs, pieces = merge_lines(now.span, was.paragraphs, now.paragraphs)
            cells.append(replace(now, paragraphs=paragraphs))
            told.append(_cell(grid, new.first + number, was, now, pieces))
        rows.append(replace(after, cells=tuple(cells)))
    return rows


def _cell(grid: _Grid | None, row: int, was: Cell, now: Cell, pieces: list[tuple[Piece, ...]]) -> CellChange:
    joined: list[Piece] = []
    for line in pieces:
        joined += line
    label = column = ""
    if grid is None:
        label = "表头"
    elif now.header == "col":
        label = "栏名"
    else:
        label, column = grid.row(row, now), grid.column(row, now)
        if not column and (left := grid.before(row, now)):
            label = left
    return CellChange(label, column, cell_words(was), cell_words(now), excerpt(joined))


def _tell_inner(old: _Band, new: _Band, old_grid: _Grid | None, new_grid: _Grid | None, out: _Rows) -> None:
    """Tell what changed within two bands of another shape: their rows are printed anew, but not all are new."""
    if old_grid is None or new_grid is None:
        out.deleted.extend(["表头"])
        out.inserted.extend(["表头"])
        return
    before = [old_grid.body[old.first + index] for index in range(len(old.rows))]
    after = [new_grid.body[new.first + index] for index in range(len(new.rows))]
    says = [tuple(cell_words(cell) if cell else "" for cell in line) for line in before]
    now = [tuple(cell_words(cell) if cell else "" for cell in line) for line in after]
    pairs = align(says, now)
    rest = []
    for here, there, _ in gaps(pairs, len(says), len(now)):
        labels = [old_grid.row(old.first + i) for i in here]
        others = [new_grid.row(new.first + j) for j in there]
        rest += [(here[i], there[j]) for i, j in align(labels, others)]
    for here, there, end in gaps(sorted(pairs + rest), len(says), len(now)):
        out.deleted.extend(old_grid.row(old.first + i) for i in here)
        out.inserted.extend(new_grid.row(new.first + j) for j in there)
        if end is None:
            continue
        seen: set[tuple[int, int]] = set()
        for was, cell in zip(before[end[0]], after[end[1]], strict=True):
            if was is None or cell is None or (id(was), id(cell)) in seen:
                continue
            seen.add((id(was), id(cell)))
            if cell_words(was) != cell_words(cell):
                _, pieces = merge_lines(cell.span, was.paragraphs, cell.paragraphs)
                out.cells.append(_cell(new_grid, new.first + end[1], was, cell, pieces))


def _row_label(grid: _Grid | None, band: _Band, index: int) -> str:
    if grid is None:
        return "表头"
    return grid.row(band.first + index) or _short("".join(map(cell_words, band.rows[index].cells)))


def merge_lines(span: Span, older: Lines, newer: Lines) -> tuple[Lines, list[tuple[Piece, ...]]]:
    """Paragraphs of a cell, or notes, as one; of each also the words that differ."""
    pairs = align(list(map(print_of, older)), list(map(print_of, newer)))
    before, after = ([profile(plain_text(line)) for line in lines] for lines in (older, newer))
    rest: list[tuple[int, int]] = []
    for here, there, _ in gaps(pairs, len(older), len(newer)):
        if len(here) == len(there) == 1:
            rest.append((here[0], there[0]))
            continue
        found = pair_similar(
            len(here),
            len(there),
            lambda i, j, x=here, y=there: alike(before[x[i]], after[y[j]]),  # type: ignore[misc]
            0.3,
        )
        rest += [(here[i], there[j]) for i, j in found]
    out: list[tuple[Inline, ...]] = []
    told: list[tuple[Piece, ...]] = []
    for here, there, end in gaps(sorted(pairs + rest), len(older), len(newer)):
        changes: tuple[tuple[range, Lines, Change], ...] = (
            (here, older, "deleted"),
            (there, newer, "inserted"),
        )
        for places, lines, change in changes:
            for place in places:
                out.append((marked(span, change, lines[place]),))
                told.append((Piece(change, plain_text(lines[place])),))
        if end is not None:
            merged = merge_words(older[end[0]], newer[end[1]])
            out.append(merged.children)
            told.append(merged.pieces)
    return tuple(out), told
