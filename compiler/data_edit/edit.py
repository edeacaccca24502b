"""A data file and changes to it -> its text with the changes, and nothing else, in it.

    edited(source, [Put(("资金", "当年财政拨款", "全年执行数"), "98.3925")], order_of(Project))

Notes stay, over or beside the same entry: one above an entry of a list moves with it. What is removed takes the notes
in it and beside it along; one above it stays. A change that would do otherwise is refused.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from compiler.data_edit.changes import (
    Change,
    Drop,
    EditError,
    Order,
    Path,
    Put,
    applied,
    in_order,
    plain,
    same,
)
from compiler.data_edit.notation import Plain, inline, literal, mapping, scalar, value
from compiler.data_edit.notes import lost_note, note_in
from compiler.diagnostics import Diagnostics
from compiler.readers.yaml_data import read_yaml
from compiler.source import Source

# Editing ----------------------------------------------------------------------------------


def read_plain(source: Source) -> Plain | None:
    """What a file says; None when it cannot be read."""
    raw = read_yaml(source, Diagnostics())
    return None if raw is None else plain(raw.root)


def edited(source: Source, changes: Sequence[Change], order: Order) -> str:
    """The text of a file with the changes in it, read back and found to be what was wanted.

    The file must be sound. Raises `EditError` when a change cannot be made without touching more, or would lose a
    note of what stays or leave it with another entry; a record given whole in the place of another loses those in it.
    """
    before = read_plain(source)
    if before is None:
        raise EditError(source.path)
    try:
        wanted = applied(before, changes)
    except (LookupError, TypeError) as error:
        raise EditError(source.path) from error
    for change in changes:
        if isinstance(change, Put) and not isinstance(change.value, str):
            lost = note_in(source.text, change.path)
            if lost is not None:
                raise EditError(source.path, lost.words, lost.line)
    text = _with_values(source.text, [change for change in changes if isinstance(change, Put)])
    root: Any = None
    for change in in_order(changes):
        if root is None:
            root = _composed(text)
        if isinstance(change, Put) and _at(root, change.path) == change.value:
            continue
        try:
            text, root = _Editor(text, root, order).changed(change), None
        except (LookupError, TypeError, AttributeError) as error:
            raise _refused(source, changes) from error
    after = read_plain(Source(source.path, text))
    if after is None or not same(after, wanted):
        raise _refused(source, changes)
    lost = lost_note(source.text, text, changes)
    if lost is not None:
        raise EditError(source.path, lost.words, lost.line)
    return text


def _refused(source: Source, changes: Sequence[Change]) -> EditError:
    """Why a change could not be made: a note in or beside what it is about, where there is one."""
    for change in changes:
        for path in (change.path, change.path[:-1]):
            note = note_in(source.text, path, beside=True) if path else None
            if note is not None:
                return EditError(source.path, note.words, note.line)
    return EditError(source.path)


def _composed(text: str) -> Any:
    import yaml

    root: Any = yaml.compose(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))
    return root


def _at(root: Any, path: Path) -> Any:
    """The text of the scalar at a path; None where there is none."""
    node = _found(root, path)
    return node.value if _is_scalar(node) else None


def _found(node: Any, path: Path) -> Any:
    for step in path:
        if isinstance(step, int):
            node = node.value[step] if _is_sequence(node) and step < len(node.value) else None
        else:
            node = (
                next((child for key, child in node.value if key.value == step), None)
                if _is_mapping(node)
                else None
            )
    return node


def _is_scalar(node: Any) -> bool:
    return node is not None and node.id == "scalar"


def _is_sequence(node: Any) -> bool:
    return node is not None and node.id == "sequence"


def _is_mapping(node: Any) -> bool:
    return node is not None and node.id == "mapping"


def _with_values(text: str, changes: Sequence[Put]) -> str:
    """The text with the values that stand on one line, and do so again, replaced; all at once."""
    if not changes:
        return text
    root = _composed(text)
    edits: list[tuple[int, int, str]] = []
    for change in changes:
        node = _found(root, change.path)
        new = change.value
        if not (_is_scalar(node) and node.value and isinstance(new, str) and new and "\n" not in new):
            continue
        if node.style in ("|", ">") or node.start_mark.line != node.end_mark.line:
            continue
        edits.append(
            (
                node.start_mark.index,
                node.end_mark.index,
                scalar(new, _in_flow(root, change.path), node.style or ""),
            )
        )
    for start, end, words in sorted(edits, reverse=True):
        text = text[:start] + words + text[end:]
    return text


def _in_flow(root: Any, path: Path) -> bool:
    return any(_found(root, path[:length]).flow_style for length in range(len(path)))


class _Editor:
    """One change to a text; `root` is what it is composed to."""

    def __init__(self, text: str, root: Any, order: Order) -> None:
        self.text, self.root, self.order = text, root, order

    def changed(self, change: Change) -> str:
        if isinstance(change, Put):
            return self._put(change.path, change.value)
        if isinstance(change, Drop):
            return self._drop(change.path)
        node = _found(self.root, change.path)
        if not _is_sequence(node):
            return self._put(change.path, [item for item in change.items if not isinstance(item, int)])
        return self._arranged(change.path, node, change.items)

    # Places

    def _end(self, node: Any) -> int:
        """Where the words of a node end: before the notes and the empty lines that follow."""
        if _is_scalar(node):
            if node.style in ("|", ">"):
                words = self.text[node.start_mark.index : node.end_mark.index]
                return int(node.start_mark.index) + len(words.rstrip())
            return int(node.end_mark.index)
        if node.flow_style or not node.value:
            return int(node.end_mark.index)
        last = node.value[-1]
        if _is_mapping(node):
            return max(self._colon(last[0]) + 1, self._end(last[1]))
        return self._end(last)

    def _colon(self, key: Any) -> int:
        return self.text.index(":", key.end_mark.index)

    def _line_start(self, at: int) -> int:
        return self.text.rfind("\n", 0, at) + 1

    def _line_end(self, at: int) -> int:
        """The end of the line, without its line end."""
        end = self.text.find("\n", at)
        return len(self.text) if end < 0 else end

    def _below(self, end: int, column: int) -> int:
        """Where the line after an entry begins, and after the notes that stand further in than the entry does."""
        stop = min(self._line_end(end) + 1, len(self.text))
        inner = re.compile(rf"(?:[ ]*\n)*[ ]{{{column + 1},}}#[^\n]*(?:\n|\Z)")
        while match := inner.match(self.text, stop):
            stop = match.end()
        return stop

    def _above(self, path: Path, first: int, column: int) -> int:
        """Where the notes over the first entry of a list begin, whose line begins at `first`."""
        _, holder, _ = self._entry(path)
        top = first
        while (line := self._line_start(top - 1)) > self._colon(holder):
            words = self.text[line:top]
            if words.strip() and len(words) - len(words.lstrip(" ")) > column:
                break
            top = line
            first = top if words.strip() else first
        return first

    def _replaced(self, start: int, end: int, words: str) -> str:
        return self.text[:start] + words + self.text[end:]

    def _entry(self, path: Path) -> tuple[Any, Any, Any]:
        """The mapping, the name and the value at a path that ends with a name."""
        owner = _found(self.root, path[:-1])
        key, node = next((key, node) for key, node in owner.value if key.value == path[-1])
        return owner, key, node

    # Values

    def _put(self, path: Path, new: Plain) -> str:
        depth = len(path)
        while depth and _found(self.root, path[:depth]) is None:
            depth -= 1
        held = _found(self.root, path[:depth])
        if depth < len(path) and _is_mapping(held):
            return self._inserted(path[:depth], held, str(path[depth]), _nested(path[depth + 1 :], new))
        return self._given(path[:depth], held, _nested(path[depth:], new))

    def _given(self, path: Path, node: Any, new: Plain) -> str:
        """Another value in the place of one that is there, or of a blank."""
        flow = _in_flow(self.root, path)
        owner = _found(self.root, path[:-1])
        if _is_mapping(owner):
            _, key, _ = self._entry(path)
            start, indent, item = self._colon(key) + 1, key.start_mark.column, False
        else:
            start, indent, item = node.start_mark.index, owner.start_mark.column, True
        if _is_scalar(node) and isinstance(new, str) and node.value:
            words = (
                literal(new, indent)[1:]
                if not flow and "\n" in new and value(new, indent).startswith(" |-")
                else scalar(new, flow, node.style if node.style in ("'", '"') and "\n" not in new else "")
            )
            return self._replaced(node.start_mark.index, self._end(node), words)
        end = (
            max(start, self._end(node))
            if not (_is_scalar(node) and not node.value and not node.style)
            else start
        )
        words = value(new, indent, flow, item=item)
        stop = self._line_end(end)
        if words.startswith("\n") and self.text[end:stop].strip().startswith("#"):
            return self._replaced(stop, stop, words)  # behind the note of a blank
        return self._replaced(start, end, words[1:] if item else words)

    def _inserted(self, path: Path, owner: Any, name: str, new: Plain) -> str:
        """A name that the mapping does not have yet, where the schema has it."""
        order = list(self.order(path))
        rank = {key: number for number, key in enumerate(order)}
        mine = rank.get(name, len(order))
        before = [entry for entry in owner.value if rank.get(entry[0].value, len(order)) <= mine]
        flow = bool(owner.flow_style) or _in_flow(self.root, path)
        if flow:
            words = f"{scalar(name, True)}:{value(new, 0, flow=True)}"
            if before:
                key, node = before[-1]
                at = max(self._colon(key) + 1, self._end(node))
                return self._replaced(at, at, f", {words}")
            at = owner.start_mark.index + 1
            return self._replaced(at, at, words + (", " if owner.value else ""))
        column = owner.value[0][0].start_mark.column
        words = scalar(name, False) + ":" + value(new, column)
        if before:
            key, node = before[-1]
            at = self._line_end(max(self._colon(key) + 1, self._end(node)))
            return self._replaced(at, at, "\n" + " " * column + words)
        at = owner.value[0][0].start_mark.index
        return self._replaced(at, at, words + "\n" + " " * column)

    def _drop(self, path: Path) -> str:
        owner, key, node = self._entry(path)
        entries = owner.value
        number = next(index for index, entry in enumerate(entries) if entry[0] is key)
        start, end = key.start_mark.index, max(self._colon(key) + 1, self._end(node))
        following = entries[number + 1][0].start_mark.index if number + 1 < len(entries) else None
        if owner.flow_style:
            if following is not None:
                return self._replaced(start, following, "")
            if number:
                last_key, last = entries[number - 1]
                return self._replaced(max(self._colon(last_key) + 1, self._end(last)), end, "")
            return self._replaced(start, end, "")
        first = self._line_start(start)
        if self.text[first:start].strip(" "):  # behind a dash
            if following is None:
                return self._replaced(start, self._line_end(end), "{}")
            stop = self._line_end(end)
            if not self.text[stop:following].strip():
                return self._replaced(start, following, "")
            return self._replaced(len(self.text[:start].rstrip(" ")), stop, "")
        text = self._replaced(first, self._below(end, start - first), "")
        if len(entries) > 1:
            return text
        if len(path) == 1:
            raise LookupError  # a file that says nothing
        _, holder, _ = self._entry(path[:-1])
        at = self._colon(holder) + 1
        return text[:at] + " {}" + text[at:]

    # Lists

    def _arranged(self, path: Path, node: Any, items: Sequence[int | Plain]) -> str:
        entries = node.value
        if node.flow_style:
            pieces = [
                self.text[entries[item].start_mark.index : self._end(entries[item])]
                if isinstance(item, int)
                else inline(item)
                for item in items
            ]
            return self._replaced(node.start_mark.index, node.end_mark.index, "[" + ", ".join(pieces) + "]")
        column = node.start_mark.column
        first = self._line_start(node.start_mark.index)
        if self.text[first : node.start_mark.index].strip():
            raise LookupError  # a list behind the dash of another
        first = self._above(path, first, column)
        chunks = self._chunks(node, first)
        stop = sum(map(len, chunks)) + first
        chunks[-1] = chunks[-1].rstrip("\n") + "\n"
        notes = [_notes_above(chunk, column) for chunk in chunks]
        like = next((entry for entry in entries), None)
        out: list[str] = []
        kept = {item for item in items if isinstance(item, int)}
        told = 0
        for item in items:
            if not isinstance(item, int):
                out.append(" " * column + "-" + _entry_like(item, column, like) + "\n")
                continue
            while told < item:  # notes of entries that are gone stay where they are
                out.append("" if told in kept else notes[told])
                told += 1
            told = max(told, item + 1)
            out.append(chunks[item])
        out += [notes[number] for number in range(told, len(chunks)) if number not in kept]
        text = "".join(out)
        if not items:
            _, holder, _ = self._entry(path)
            at = self._colon(holder) + 1
            return self.text[:at] + " []" + self.text[at:first] + text + self.text[stop:]
        if not self.text[:stop].endswith("\n"):
            text = text[:-1]
        return self.text[:first] + text + self.text[stop:]

    def _chunks(self, node: Any, first: int) -> list[str]:
        """The lines of each entry of a block list, with those between it and the entry before."""
        chunks = []
        at = first
        for entry in node.value:
            end = self._end(entry)
            if not end or end < entry.start_mark.index:
                end = entry.start_mark.index
            stop = self._below(end, node.start_mark.column)
            chunks.append(self.text[at:stop])
            at = stop
        return chunks


def _notes_above(chunk: str, column: int) -> str:
    """The lines of a chunk before its dash."""
    dash = re.search(rf"^ {{{column}}}-(?=\s|$)", chunk, re.MULTILINE)
    return chunk[: dash.start()] if dash else ""


def _entry_like(item: Plain, column: int, like: Any) -> str:
    """A new entry in the notation of another: on one line, or a line for each name."""
    if isinstance(item, dict) and item and _is_mapping(like) and not like.flow_style:
        return " " + mapping(item, column + 2).lstrip(" ")
    return value(item, column, item=True)


def _nested(path: Path, new: Plain) -> Plain:
    for step in reversed(path):
        if isinstance(step, int):
            raise LookupError
        new = {step: new}
    return new
