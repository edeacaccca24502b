"""Lines whose cells were sorted or moved without the hidden key: each says what another row of the export said.

Taken at their word they would put one record's figures under the name of another, and back again the next time.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence

from compiler.named import NamedTuple
from compiler.workbook.baseline import NOTHING, OPEN
from compiler.workbook.layout import Key
from compiler.workbook.matching import NAMES

_FEWEST_CELLS = 3
"""Cells that a line has of another row, where its name is its own; and lines, where there are only figures in them."""
_TOLD = 3
HINT = (
    "撤销这次排序、移动，或者重新导出一份再填。要换先后的，整行剪切；要排序的，先取消隐藏第一列，连它一起排。"
    "真要对换的，在数据文件里改"
)

Tokens = Mapping[str, str]
"""By header, as `baseline.token` makes them."""
_Edges = dict[Key, list[Key]]


class Told(NamedTuple):
    """A line of a row of the export."""

    number: int
    was: Tokens
    now: Tokens
    words: Mapping[str, str]
    """What the line says, as shown."""


def shuffled(lines: Mapping[Key, Told]) -> list[Key]:
    """The lines that have the name, or most of the cells, of another row of which the line has changed as well.

    In one list such a chain is enough (cells pushed down); else it has to come back to where it started.
    """
    by_name = _edges_by_name(lines)
    near = [key for key, others in by_name.items() if any(_list_of(key) == _list_of(it) for it in others)]
    found = dict.fromkeys((*near, *_circling(by_name)))
    found.update(dict.fromkeys(_by_cells(lines)))
    return sorted(found, key=lambda key: lines[key].number)


def message(keys: Sequence[Key], lines: Mapping[Key, Told]) -> str:
    """What is wrong with the lines, a few of them by name."""
    words = {
        token: line.words[header]
        for line in lines.values()
        for header, token in line.now.items()
        if header in NAMES
    }
    told = []
    for key in keys[:_TOLD]:
        line = lines[key]
        (_, was), (_, now) = _name(line.was), _name(line.now)
        old = words.get(was) or was.removeprefix("'")
        new = words.get(now, "")
        told.append(
            f"第 {line.number} 行原来是“{old}”，现在是“{new}”"
            if was != now
            else f"第 {line.number} 行{f'“{new}”' if new else ''}"
        )
    more = f"；等 {len(keys)} 行" if len(keys) > _TOLD else ""
    return (
        f"有 {len(keys)} 行的内容是导出时别的行的（{'；'.join(told)}{more}），像是只排了几列，"
        "或者移动的时候没有带上隐藏的第一列，照着收会张冠李戴"
    )


def exchanged(pairs: Collection[tuple[str, str]]) -> bool:
    """Whether old and new words, of lines in which they differ, are the same ones in another order."""
    return len(pairs) > 1 and Counter(old for old, _ in pairs) == Counter(new for _, new in pairs)


def _name(tokens: Tokens) -> tuple[str, str]:
    """The header and the token of what an entry is called: the last of the names that it has."""
    found = [(header, tokens[header]) for header in NAMES if tokens.get(header) not in (None, NOTHING, OPEN)]
    return found[-1] if found else ("", NOTHING)


def _list_of(key: Key) -> Key:
    return Key(key.file, key.path[:-1]) if key.path else Key("")


def _kind(key: Key) -> tuple[str, ...]:
    return tuple(step for step in key.path if isinstance(step, str))


def _edges_by_name(lines: Mapping[Key, Told]) -> _Edges:
    """From each line that is called what another row was called: to that row, if its own line is called otherwise now."""
    renamed = {
        key: now
        for key, line in lines.items()
        if (now := _name(line.now)) != (was := _name(line.was)) and was[1]
    }
    given_up: dict[tuple[object, ...], list[Key]] = {}
    for key in renamed:
        given_up.setdefault((_kind(key), *_name(lines[key].was)), []).append(key)
    return {
        key: others for key, now in renamed.items() if now[1] and (others := given_up.get((_kind(key), *now)))
    }


def _by_cells(lines: Mapping[Key, Told]) -> list[Key]:
    """The lines most of whose cells, all those that have changed, are another row's."""
    changed: dict[Key, tuple[str, ...]] = {}
    for key, line in lines.items():
        given = [header for header, was in line.was.items() if was not in (NOTHING, OPEN)]
        other = tuple(
            header for header, was in line.was.items() if was != OPEN and line.now.get(header, NOTHING) != was
        )
        if len(other) >= max(_FEWEST_CELLS, len(given) / 2):
            changed[key] = other
    edges: _Edges = {}
    known: dict[tuple[str, ...], dict[tuple[object, ...], list[Key]]] = {}
    for key, headers in changed.items():
        if headers not in known:
            known[headers] = {}
            for row in changed:
                was = tuple(lines[row].was.get(header, NOTHING) for header in headers)
                known[headers].setdefault(was, []).append(row)
        now = tuple(lines[key].now.get(header, NOTHING) for header in headers)
        others = [row for row in known[headers].get(now, ()) if row != key] if any(now) else []
        if others:
            edges[key] = others
    found = list(_circling(edges))
    if any(lines[key].was[header][:1] in ("'", "#") for key in found for header in changed[key]):
        return found
    # Figures alone may have been entered beside the wrong one of two, or in the wrong row of a project; many are a sort.
    away = [key for key, others in edges.items() if all(row.file != key.file for row in others)]
    return away if len(away) >= _FEWEST_CELLS else []


def _circling(edges: _Edges) -> Iterator[Key]:
    """The lines from which one comes back to a line that one has been at."""
    left = dict(edges)
    while gone := [key for key, others in left.items() if not any(other in left for other in others)]:
        for key in gone:
            del left[key]
    yield from left
