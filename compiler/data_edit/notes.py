"""A data file's notes (YAML comments), and whether a change left each where it belongs.

A note belongs to the entry that it is beside, on its line; or that it is over, on the lines before; or that it is
in, below its names and further in than what follows. A note beside or in an entry goes with it when it is removed;
one over an entry stays in the file.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Sequence
from typing import Any, Literal, TypeAlias

from compiler.data_edit.changes import Arrange, Change, Drop, Path, Put
from compiler.named import NamedTuple

Relation: TypeAlias = Literal["beside", "over", "in", "at the end"]


class Note(NamedTuple):
    """A comment, and the entries that begin where it points: the outermost first."""

    words: str
    relation: Relation
    paths: tuple[Path, ...]
    line: int
    """From 1."""


class _Entry(NamedTuple):
    """A name with its value or an entry of a list; `end` is None where a block of lines ends it."""

    path: Path
    start: int
    line: int
    column: int
    end: int | None
    in_flow: bool


def notes_stay(before: str, after: str, changes: Sequence[Change]) -> bool:
    """Whether each note of what was not removed is there, with the same entry. Both texts must be sound."""
    return lost_note(before, after, changes) is None


def lost_note(before: str, after: str, changes: Sequence[Change]) -> Note | None:
    """A note of what was not removed that is not there with the same entry; None when all are. Both texts must be sound."""
    there = notes_of(after)
    anywhere: Counter[str] = Counter()
    over: dict[str, Note] = {}
    for note in notes_of(before):
        path = note.paths[0] if note.paths else ()
        now = _moved(path, changes)
        if now is None:
            if note.relation == "over" and _moved(path[:-1], changes) is not None:
                anywhere[note.words] += 1
                over[note.words] = note
            continue
        found = next(
            (
                other
                for other in there
                if (other.words, other.relation) == (note.words, note.relation)
                and (now in other.paths or note.relation == "at the end")
            ),
            None,
        )
        if found is None:
            return note
        there.remove(found)
    gone = anywhere - Counter(note.words for note in there)
    return next((note for words, note in over.items() if gone[words]), None)


def note_in(text: str, path: Path, beside: bool = False) -> Note | None:
    """The first note in what stands at a path of a sound file, or with `beside` at it too; None when there is none."""
    return next(
        (
            note
            for note in notes_of(text)
            if any(inner[: len(path)] == path and (beside or inner != path) for inner in note.paths)
        ),
        None,
    )


def _moved(path: Path, changes: Sequence[Change]) -> Path | None:
    """Where an entry is after the changes; None when it is removed."""
    lists = {change.path: change.items for change in changes if isinstance(change, Arrange)}
    dropped = {change.path for change in changes if isinstance(change, Drop)}
    given = {change.path for change in changes if isinstance(change, Put)}
    out: list[str | int] = []
    for length, step in enumerate(path):
        if path[:length] in given or path[: length + 1] in dropped:
            return None
        if isinstance(step, int) and path[:length] in lists:
            items = lists[path[:length]]
            if step not in items:
                return None
            step = items.index(step)
        out.append(step)
    return tuple(out)


def notes_of(text: str) -> list[Note]:
    """The notes of a sound file, in their order."""
    if "#" not in text:
        return []
    import yaml

    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    tokens = list(yaml.scan(text, Loader=loader))
    places = _comments(text, tokens)
    if not places:
        return []
    dashes = [token.start_mark for token in tokens if isinstance(token, yaml.BlockEntryToken)]
    entries: list[_Entry] = []
    flows: list[tuple[int, int]] = []
    _walk(yaml.compose(text, Loader=loader), (), dashes, entries, flows)
    entries.sort(key=lambda entry: (entry.start, len(entry.path)))
    marks = [token.start_mark for token in tokens if token.start_mark.index < token.end_mark.index]
    return [_note(text, at, entries, flows, marks) for at in places]


def _comments(text: str, tokens: Sequence[Any]) -> list[int]:
    """Where comments begin: between two tokens, and behind the sign of a block of text."""
    found: list[int] = []
    at = 0
    for token in tokens:
        start, end = token.start_mark.index, token.end_mark.index
        found += [at + match.start() for match in re.finditer(r"#[^\n]*", text[at:start])]
        if getattr(token, "style", None) in ("|", ">"):
            sign = re.compile(r"[|>][-+0-9]*[ \t]+(#)").match(text, start)
            found += [sign.start(1)] if sign else []
        at = max(at, end)
    found += [at + match.start() for match in re.finditer(r"#[^\n]*", text[at:])]
    return found


def _walk(
    node: Any, path: Path, dashes: Sequence[Any], entries: list[_Entry], flows: list[tuple[int, int]]
) -> None:
    """Collect the entries in a node, and where its braces and brackets begin and end."""
    if node.id == "scalar":
        return
    if node.flow_style:
        flows.append((node.start_mark.index, node.end_mark.index))
    starts = [mark.index for mark in dashes]
    for number, item in enumerate(node.value):
        key, child = item if node.id == "mapping" else (None, item)
        mark = child.start_mark if key is None else key.start_mark
        if key is None and not node.flow_style:
            mark = dashes[bisect_left(starts, child.start_mark.index) - 1]
        one_piece = child.style not in ("|", ">") if child.id == "scalar" else child.flow_style
        end = child.end_mark.index if one_piece else None
        inner: Path = (*path, number if key is None else key.value)
        entries.append(_Entry(inner, mark.index, mark.line, mark.column, end, bool(node.flow_style)))
        _walk(child, inner, dashes, entries, flows)


def _note(
    text: str, at: int, entries: Sequence[_Entry], flows: Sequence[tuple[int, int]], marks: Sequence[Any]
) -> Note:
    stop = text.find("\n", at)
    words = text[at : len(text) if stop < 0 else stop].rstrip()
    first = text.rfind("\n", 0, at) + 1
    line = text.count("\n", 0, at) + 1
    before = [entry for entry in entries if entry.start < at]
    if text[first:at].strip():
        begun = [entry for entry in before if entry.start >= first]
        whole = [entry for entry in begun if entry.end is not None and entry.end <= at]
        ended = [entry for entry in before if entry.end is not None and first < entry.end <= at]
        entry = (
            whole[0] if whole else begun[-1] if begun else max(ended, key=lambda e: len(e.path), default=None)
        )
        return Note(words, "beside", (entry.path if entry else (),), line)
    following = next((mark for mark in marks if mark.index > at), None)
    paths = tuple(entry.path for entry in entries if following and entry.line == following.line)
    if any(start < at < end for start, end in flows):
        around = [entry.path for entry in before if entry.end is not None and entry.end > at]
        if paths:
            return Note(words, "over", paths, line)
        return Note(words, "in", (around[-1] if around else (),), line)
    column = at - first
    if following is not None and following.column >= column:
        return Note(words, "over", paths, line)
    owner = next((e.path for e in reversed(before) if e.column < column and not e.in_flow), None)
    return Note(words, "in", (owner,), line) if owner else Note(words, "at the end", (), line)
