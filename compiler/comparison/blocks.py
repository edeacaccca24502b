"""The blocks under one heading, of two documents, as one run of blocks."""

from __future__ import annotations

from collections.abc import Hashable, Sequence

from compiler.comparison.alignment import Profile, align, alike, gaps, pair_similar, profile
from compiler.comparison.fingerprints import fingerprint, words_of
from compiler.comparison.ledger import Ledger
from compiler.comparison.results import TableChange
from compiler.comparison.tables import merge_tables
from compiler.tree import (
    Block,
    Change,
    ChangedBlock,
    List,
    ListItem,
    Paragraph,
    Picture,
    Table,
    plain_text,
    replace,
)

_LEAST_ALIKE = 0.4
_LEAST_ALONE = 0.2
"""Of two paragraphs that stand alone in the same place."""


def merge_blocks(
    older: Sequence[Block],
    newer: Sequence[Block],
    chapter: str,
    ledger: Ledger,
    prints: tuple[list[Hashable], list[Hashable]] | None = None,
) -> list[Block]:
    """The blocks of both, in order; equal ones are the newer's. `prints` are their fingerprints, where known."""
    before, after = prints or (list(map(fingerprint, older)), list(map(fingerprint, newer)))
    if before == after:
        ledger.unchanged += len(newer)
        return list(newer)
    pairs = align(before, after)
    similar: list[tuple[int, int]] = []
    for here, there, _ in gaps(pairs, len(older), len(newer)):
        similar += _similar([older[i] for i in here], [newer[j] for j in there], here.start, there.start)
    out: list[Block] = []
    for here, there, end in gaps(sorted(pairs + similar), len(older), len(newer)):
        for i in here:
            out.append(only(older[i], "deleted", chapter, ledger))
        for j in there:
            out.append(only(newer[j], "inserted", chapter, ledger))
        if end is None:
            continue
        if before[end[0]] == after[end[1]]:
            ledger.unchanged += 1
            out.append(newer[end[1]])
        else:
            out += _merged(older[end[0]], newer[end[1]], chapter, ledger)
    return out


def only(block: Block, change: Change, chapter: str, ledger: Ledger) -> ChangedBlock:
    """A block that one document only has, told."""
    if isinstance(block, Table):
        ledger.tables.append(TableChange(chapter, table_name(block, chapter), change))
    else:
        nothing = "（图）" if isinstance(block, Picture) else "（空段）"
        ledger.only(words_of(block) or nothing, change, chapter)
    return ChangedBlock(block.span, change, block)


def table_name(table: Table, chapter: str) -> str:
    """What a table is called: its caption, else 表 of the chapter it is in."""
    return plain_text(table.caption) or chapter.rpartition(" / ")[2] or "表"


def _similar(older: list[Block], newer: list[Block], start: int, other: int) -> list[tuple[int, int]]:
    known: dict[int, Profile] = {}

    def words(block: Block) -> Profile:
        if id(block) not in known:
            known[id(block)] = profile(words_of(block))
        return known[id(block)]

    alone = len(older) == len(newer) == 1

    def likeness(i: int, j: int) -> float:
        a, b = older[i], newer[j]
        match a, b:
            case (Paragraph(), Paragraph()) if a.role == b.role:
                least = _LEAST_ALONE if alone or a.role != "body" else _LEAST_ALIKE
            case (Table(), Table()) if len(a.columns) == len(b.columns):
                if a.caption and plain_text(a.caption) == plain_text(b.caption):
                    return 1.0
                same = a.span.source.path == b.span.source.path and a.span.line == b.span.line
                least = 0.0 if same and (a.form or alone) else _LEAST_ALIKE
            case (List(), List()) if a.ordered == b.ordered and a.start == b.start:
                least = _LEAST_ALONE
            case (Picture(), Picture()) if a.data == b.data:
                return 1.0
            case _:
                return 0.0
        found = max(alike(words(a), words(b)), 0.01)
        return found if found >= least else 0.0

    found = pair_similar(len(older), len(newer), likeness, 0.01)
    return [(start + i, other + j) for i, j in found]


def _merged(older: Block, newer: Block, chapter: str, ledger: Ledger) -> list[Block]:
    match older, newer:
        case Paragraph(), Paragraph():
            children = ledger.merged(older.children, newer.children, chapter)
            return [replace(newer, children=children)]
        case Table(), Table():
            return [merge_tables(older, newer, chapter, table_name(newer, chapter), ledger)]
        case Picture(), Picture():
            return [replace(newer, caption=ledger.merged(older.caption, newer.caption, chapter))]
        case List(), List():
            return [_merge_lists(older, newer, chapter, ledger)]
    raise TypeError(f"{type(older).__name__} and {type(newer).__name__} are not alike")


def _merge_lists(older: List, newer: List, chapter: str, ledger: Ledger) -> List:
    """The items of both; an item that one only has holds nothing but blocks that one only has."""
    before, after = (
        [tuple(map(fingerprint, item.blocks)) for item in items.items] for items in (older, newer)
    )
    pairs = align(before, after)
    words, others = (
        [profile("".join(map(words_of, item.blocks))) for item in items.items] for items in (older, newer)
    )
    similar: list[tuple[int, int]] = []
    for here, there, _ in gaps(pairs, len(before), len(after)):
        found = pair_similar(
            len(here),
            len(there),
            lambda i, j, x=here, y=there: alike(words[x[i]], others[y[j]]),  # type: ignore[misc]
            _LEAST_ALIKE,
        )
        similar += [(here[i], there[j]) for i, j in found]
    out: list[ListItem] = []
    for here, there, end in gaps(sorted(pairs + similar), len(before), len(after)):
        for i in here:
            out.append(_only_item(older.items[i], "deleted", chapter, ledger))
        for j in there:
            out.append(_only_item(newer.items[j], "inserted", chapter, ledger))
        if end is not None:
            item, now = older.items[end[0]], newer.items[end[1]]
            out.append(ListItem(now.span, tuple(merge_blocks(item.blocks, now.blocks, chapter, ledger))))
    return replace(newer, items=tuple(out))


def _only_item(item: ListItem, change: Change, chapter: str, ledger: Ledger) -> ListItem:
    return ListItem(item.span, tuple(only(block, change, chapter, ledger) for block in item.blocks))
