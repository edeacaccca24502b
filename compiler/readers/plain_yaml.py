"""Plain YAML without PyYAML: what nearly all data files are written in.

Names and values of one line, lists, and flow mappings and lists (`{…}`, `[…]`) of one line. PyYAML makes
two objects with two marks each of every word, which takes three times as long as all of this. Anything else, and whatever
is wrong, is left to it: `tests/test_plain_yaml.py` holds the two against each other.
"""

from __future__ import annotations

import re
from re import Pattern
from sys import intern
from typing import TypeAlias

from compiler.patterns import pattern
from compiler.rawdata import RECURRING, Mapping, Node, Scalar, Sequence
from compiler.source import PLACE_BITS

_DEPTH = 12
"""Blocks in each other; fewer than are allowed."""

# What a plain value may start with, and what it may hold: more than this is plain to YAML.
_START = r"(?!-(?![0-9]))[^\s?:,\[\]{}#&*!|>'\"%@`]"
_SEEMS_ODD = frozenset(" \u3000-?:,[]{}#&*!|>'\"%@`")
"""What starts a value that is plain only if `_START` finds it so."""
_FLOW = r"[^,\[\]{}:?#]"
_FLOW_NAME = rf"\w{_FLOW}{{0,99}}(?<!\s)"
_FLOW_VALUE = rf"{_START}{_FLOW}*(?<!\s)"
_PAIRS = pattern(rf"{_FLOW_NAME}: {_FLOW_VALUE}(?:, {_FLOW_NAME}: {_FLOW_VALUE})*")
_ITEMS = pattern(rf"{_FLOW_VALUE}(?:, {_FLOW_VALUE})*")
_FLOW_KEY = pattern(rf"({_FLOW_NAME}): ")
_FLOW_WORDS = pattern(_FLOW_VALUE)
_NAME = pattern(r"\w(?:[^:]{0,98}[^:\s])?")
_PLAIN = pattern(rf"{_START}[^:]*(?::(?=\S)[^:]*)*")


def read_plain(text: str, printable: bool = False) -> Mapping | None:
    """The root of a text; None when there is anything in it that is not plain. `printable`: as of a `Source`."""
    notes = " #" in text
    if not printable and not text.replace("\n", "").replace("\u3000", "").isprintable():
        return None
    root: Mapping | None = None
    open_: list[tuple[int, Mapping | Sequence]] = []
    """What is open, each with its indent."""
    waiting = ""
    """The name that nothing stands behind in its line: its value may follow."""
    empty = 0
    """Where its value would stand."""
    for number, line in enumerate(text.split("\n")):
        colon = line.find(": ")
        lead = line[: colon + 1] or line
        head = _heads.get(lead) or _head(lead)
        if head is None:
            if _is_note(line):
                continue
            return None
        if notes and " #" in line:  # there is something to be said of it
            return None
        indent, dash, name = head
        value = line[indent + 2 :] if not name else line[colon + 2 :] if colon >= 0 else ""
        place = number << 2 * PLACE_BITS
        if root is None:
            if indent or dash:
                return None
            root = Mapping(place | 1)
            open_.append((0, root))
        inner, node = open_[-1]
        if waiting and (indent > inner or (dash and indent == inner)):
            start = place | indent << PLACE_BITS | 1
            block = Sequence(start) if dash else Mapping(start)
            node.entries[waiting] = block  # type: ignore[union-attr]
            waiting, inner, node = "", indent, block
            open_.append((indent, block))
            if len(open_) > _DEPTH:
                return None
        elif waiting:
            node.entries[waiting] = Scalar("", empty)  # type: ignore[union-attr]
            waiting = ""
        while inner > indent or (inner == indent and not dash and type(node) is Sequence):
            open_.pop()
            inner, node = open_[-1]
        if inner != indent:
            return None
        if dash:
            if type(node) is not Sequence:
                return None
            indent += 2
            if name:
                item = Mapping(place | indent << PLACE_BITS | 1)
                node.items.append(item)
                node = item
                open_.append((indent, item))
        if name:
            if type(node) is not Mapping or name in node.entries:
                return None
            length = len(name)
            node.key_places[name] = place | indent << PLACE_BITS | length
            if not value:
                waiting, empty = name, place | indent + length + 1 << PLACE_BITS
                node.entries[name] = _NOTHING
                continue
            read = _value(value, place, indent + length + 2)
            if read is None:
                return None
            node.entries[name] = read
        else:
            read = _value(value, place, indent)
            if read is None:
                return None
            node.items.append(read)  # type: ignore[union-attr]
    if waiting:
        open_[-1][1].entries[waiting] = Scalar("", empty)  # type: ignore[union-attr]
    return root


_Head: TypeAlias = "tuple[int, bool, str]"
"""How a line starts: its indent, whether with a dash, and the name of a value; no name where the value itself comes next."""
_heads: dict[str, _Head] = {}
"""What lines start with up to their first colon: files of a kind start theirs alike."""
_MOST_NAMES = 1000


def _is_note(line: str) -> bool:
    """Whether nothing is in a line, or what is only for people."""
    return line.lstrip(" ")[:1] in ("", "#")


def _head(start: str) -> _Head | None:
    """How a line starts that has `start` up to its first colon, or altogether; None when that is not plain, or says nothing."""
    words = start.lstrip(" ")
    indent = len(start) - len(words)
    dash = words[:2] == "- "
    if dash:
        words = words[2:]
    name = ""
    if words[:1] not in ("{", "["):
        if words[-1:] == ":":
            name = words[:-1]
            if not _NAME.fullmatch(name):
                return None
        elif not words:
            return None
    if not dash and not name:
        return None
    head = indent, dash, name
    if words[-1:] == ":":
        if len(_heads) >= _MOST_NAMES:
            _heads.clear()
        _heads[start] = head
    return head


_NOTHING = Scalar("", 0)
"""Keeps the place of a value in its mapping."""


def _value(words: str, place: int, column: int) -> Node | None:
    """What stands behind a name or a dash, from that column of the line at `place` on; None when it is not plain."""
    first = words[0]
    if first == "{":
        if words[-1] != "}":
            return None
        return _row(words[1:-1], place | column << PLACE_BITS | 1) or _nested(words, place, column)
    if first == "[":
        inner = words[1:-1]
        if words[-1] != "]" or not _ITEMS.compiled.fullmatch(inner):
            return _nested(words, place, column)
        node = Sequence(place | column << PLACE_BITS | 1)
        column += 1
        for item in inner.split(", "):
            length = len(item)
            text = intern(item) if length <= RECURRING else item
            node.items.append(Scalar(text, place | column << PLACE_BITS | length))
            column += length + 2
        return node
    if first == '"' or first == "'":
        inner = words[1:-1]
        if len(words) < 2 or words[-1] != first or first in inner or "\\" in inner or not inner.isprintable():
            return None
        return Scalar(inner, place | column + 1 << PLACE_BITS | len(inner))
    if words[-1] == " ":
        words = words.rstrip(" ")
    # With no colon in it nearly everything is plain: only its first character says otherwise.
    if (":" in words or first in _SEEMS_ODD) and not _PLAIN.compiled.fullmatch(words):
        return None
    length = len(words)
    return Scalar(intern(words) if length <= RECURRING else words, place | column << PLACE_BITS | length)


def _nested(words: str, place: int, column: int) -> Node | None:
    """A flow mapping or list in which others stand, or quoted words, as in templates; None when it is not plain."""
    found = _flow(words, 0, place, column, 1)
    return found[0] if found is not None and found[1] == len(words) else None


def _flow(words: str, start: int, place: int, column: int, depth: int) -> tuple[Node, int] | None:
    """What starts at `words[start]`, and where it ends; `words` start at a column of the line at `place`. None when it is not plain."""
    first = words[start]
    at = place | column + start << PLACE_BITS
    if first == '"' or first == "'":
        end = words.find(first, start + 1)
        text = words[start + 1 : end]
        if end < 0 or "\\" in text or not text.isprintable():
            return None
        return Scalar(text, at + (1 << PLACE_BITS) + len(text)), end + 1
    if first != "{" and first != "[":
        plain = _FLOW_WORDS.match(words, start)
        if plain is None:
            return None
        text = plain[0]
        return Scalar(intern(text) if len(text) <= RECURRING else text, at | len(text)), plain.end()
    if depth > _DEPTH:
        return None
    named = first == "{"
    node = Mapping(at | 1) if named else Sequence(at | 1)
    position = start + 1
    while True:
        name = ""
        if named:
            key = _FLOW_KEY.match(words, position)
            if key is None or key[1] in node.entries:  # type: ignore[union-attr]
                return None
            name = key[1]
            node.key_places[name] = place | column + position << PLACE_BITS | len(name)  # type: ignore[union-attr]
            position = key.end()
        found = _flow(words, position, place, column, depth + 1) if position < len(words) else None
        if found is None:
            return None
        inner, position = found
        if named:
            node.entries[name] = inner  # type: ignore[union-attr]
        else:
            node.items.append(inner)  # type: ignore[union-attr]
        if words.startswith("}" if named else "]", position):
            return node, position + 1
        if not words.startswith(", ", position):
            return None
        position += 2


_rows: dict[int, list[tuple[Pattern[str], tuple[str, ...]]]] = {}
"""What rows are like that have come often, by how many names they have."""
_seen: dict[tuple[str, ...], int] = {}
"""How often rows of these names have come that are not known yet."""
_OFTEN = 200
"""Making a pattern takes as long as it saves in twice as many rows."""


def _row(inner: str, place: int) -> Mapping | None:
    """A flow mapping at a place, from what stands between its braces; None when it is not plain, or a name stands in it twice."""
    count = inner.count(":")
    for like, names in _rows.get(count, ()):
        found = like.fullmatch(inner)
        if found:
            return Mapping.of_row(names, found.groups(), place)
    if not _PAIRS.compiled.fullmatch(inner):
        return None
    pairs = [pair.partition(": ") for pair in inner.split(", ")]
    names = tuple([pair[0] for pair in pairs])
    if len(set(names)) != len(names):
        return None
    times = _seen[names] = _seen.get(names, 0) + 1
    if times == _OFTEN:
        like = re.compile(", ".join(f"{re.escape(name)}: ({_FLOW_VALUE})" for name in names))
        _rows.setdefault(count, []).append((like, names))
    if len(_seen) > _MOST_NAMES:
        _seen.clear()
        _rows.clear()
    return Mapping.of_row(names, tuple([pair[2] for pair in pairs]), place)
