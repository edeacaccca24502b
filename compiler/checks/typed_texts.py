"""All that was typed, to be looked through many texts at a time (`compiler.checks.signs`).

A large report has thousands of files, nearly all of them sound, and their data say the same few things again and again.
So a search that seldom finds anything is not made file by file: it is made over the files of prose, each once, or over
the different texts that data files give.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from itertools import chain, groupby
from operator import attrgetter
from typing import Any

from compiler.checks.check import Draft, once
from compiler.checks.signs import Texts
from compiler.kinds import AMOUNT, FLAG, NUMBER, RATE, YEAR
from compiler.named import NamedTuple
from compiler.record import Facts, Record
from compiler.schema import fields_of
from compiler.source import Source
from compiler.tree import Block, ChartSlot, Figure, Heading, TableSlot


@once
def prose_blocks(draft: Draft) -> tuple[Block, ...]:
    """The blocks of the document in which something may have been typed, in order.

    Tables of templates are not made yet. Of titles that the outline has for every project, and that are printed alike, the
    first; none that is a value and nothing else.
    """
    found: list[Block] = []
    titles: set[tuple[object, ...]] = set()
    for part in draft.document.parts:
        for block in part.blocks:
            kind = type(block)
            if kind is TableSlot or kind is ChartSlot:
                continue
            if isinstance(block, Heading):
                key = tuple([child.text if type(child) is Figure else id(child) for child in block.children])
                if key in titles or not any(type(piece) is int for piece in key):
                    continue
                titles.add(key)
            found.append(block)
    return tuple(found)


@once
def prose_files(draft: Draft) -> tuple[Source, ...]:
    """The files that these blocks come from, each once."""
    files: dict[str, Source] = {}
    for block in prose_blocks(draft):
        source = block.span.source
        if source.path not in files:
            files[source.path] = source
    return tuple(files.values())


def data_files(draft: Draft) -> Iterator[Record]:
    """What was read of every data file, in the order of the files."""
    for record in (draft.report, draft.department, draft.budget, draft.scorecard, *draft.projects):
        if record is not None:
            yield record


@once
def data_texts(draft: Draft) -> tuple[str, ...]:
    """Every text that data files give, those in 补充数据 and 参数 too; each once."""
    found: set[Any] = set()
    _collect(data_files(draft), found.update)
    return tuple(text for text in found if type(text) is str)


@once
def prose_together(draft: Draft) -> Texts:
    """The texts of `prose_files`."""
    return Texts(source.text for source in prose_files(draft))


@once
def data_together(draft: Draft) -> Texts:
    """The texts of `data_texts`."""
    return Texts(data_texts(draft))


def holding(draft: Draft, texts: set[str]) -> Iterator[Record]:
    """The records of those data files that give one of the texts."""
    for record in data_files(draft) if texts else ():
        found: list[Any] = []
        _collect((record,), found.extend)
        if not texts.isdisjoint(found):
            yield record


class _Ways(NamedTuple):
    """How to get at the texts of the records of a class."""

    values: Callable[[Record], Iterable[Any]] | None
    """Those that may be texts; None when there are none."""
    holders: tuple[str, ...]
    """The attributes that may hold records or facts."""


_NO_TEXTS = (AMOUNT, RATE, NUMBER, YEAR, FLAG)
_ways: dict[type[Record], _Ways] = {}


def _ways_of(cls: type[Record]) -> _Ways:
    kinds = fields_of(cls)
    holders = tuple(attribute for key, attribute in cls.KEYS.items() if kinds[key].holds_others)
    plain = [
        attribute
        for key, attribute in cls.KEYS.items()
        if attribute not in holders and kinds[key] not in _NO_TEXTS
    ]
    # Of one attribute twice, as that gives no tuple for once.
    values = attrgetter(*(plain if len(plain) > 1 else plain * 2)) if plain else None
    ways = _ways[cls] = _Ways(values, holders)
    return ways


def _collect(records: Iterable[Record], add: Callable[[Iterable[Any]], object]) -> None:
    """Add the values of records and of what is in them that may be texts, those of records of one class together."""
    waiting = _alike(records)
    while waiting:
        some = waiting.pop()
        ways = _ways.get(type(some[0]))
        if ways is None:
            if not isinstance(some[0], Record):
                continue
            ways = _ways_of(type(some[0]))
        values, holders = ways
        if values is not None:
            add(chain.from_iterable(map(values, some)))
        for attribute in holders:
            for inner in _alike(value for one in some if (value := getattr(one, attribute)) is not None):
                if type(inner[0]) is tuple:
                    waiting += _alike(chain.from_iterable(inner))
                elif type(inner[0]) is Facts:
                    add(text for facts in inner for value in facts.values() for text in strings(value))
                else:
                    waiting.append(inner)


def _alike(values: Iterable[Any]) -> list[list[Any]]:
    """Values in order, those of one class that follow one another together."""
    return [list(some) for _, some in groupby(values, type)]


def strings(value: object) -> Iterator[str]:
    """The texts in a value of 补充数据."""
    if type(value) is str:
        yield value
    elif type(value) is tuple:
        for inner in value:
            yield from strings(inner)
