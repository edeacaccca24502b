"""Two runs of words as one: what is deleted, what inserted, in units a Chinese reader sees.

A number with its sign, separators and unit is one unit, a Latin word one, a Chinese character one. Edits with less
between them than they are long are told as one, so that they read as phrases.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from difflib import SequenceMatcher
from itertools import groupby
from typing import Literal

from compiler.comparison.alignment import align
from compiler.named import NamedTuple
from compiler.patterns import pattern
from compiler.source import Span
from compiler.tree import (
    Change,
    Changed,
    Emphasis,
    Figure,
    Inline,
    LineBreak,
    Link,
    Marked,
    Reference,
    Strong,
    Text,
    replace,
)

_UNITS = (
    "个百分点|百分点|[万亿]?元|[万亿]|%|％|‰|平方米|平方公里|公里|公顷|年度|年|个月|月份|月|日|天|小时|分钟|"
    "[个家人名项次场户件份分期批种条款处所辆台套届号位笔章]"
)
_UNIT = pattern(
    rf"[+\-−±≥≤＞＜><=]?[0-9０-９](?:[0-9０-９]|[,，](?=[0-9]{{3}}(?![0-9])))*(?:[.．][0-9０-９]+)*(?:{_UNITS})?"
    r"|[A-Za-zＡ-Ｚａ-ｚ]+(?:[-'’][A-Za-z]+)*|[\s\S]"
)
_NUMERIC = re.compile(r"[+\-−±≥≤＞＜><=]?[0-9０-９]")
_SENTENCE_END = "。！？；\n"
_MARKS = frozenset("，。、；：！？,.;:!?（）()《》“”‘’〔〕\n ")
_MOST_UNITS = 4_000_000
"""Comparisons that a stretch of words is worth, above which it is deleted and inserted whole."""
_LEAST_EQUAL = 0.25
"""Of the units, what two runs must share to be told word by word; of less the whole is deleted and inserted."""
_WHOLE_FIGURE = 12
"""Characters up to which a value from the data changes as a whole; a longer one is prose."""

Wrap = tuple[tuple[str, str], ...]


class Token(NamedTuple):
    """A unit of words, with what it stands in and the node it is of."""

    text: str
    wrap: Wrap
    node: Inline

    @property
    def key(self) -> tuple[str, Wrap]:
        """What makes it equal to another: what a reader sees, whether typed or filled in."""
        return self.text, self.wrap


Tag = Literal["same", "deleted", "inserted"]


class Piece(NamedTuple):
    """Words that are in both documents or in one of them."""

    tag: Tag
    text: str


def units(text: str) -> list[str]:
    """The text cut into what is never split."""
    return _UNIT.findall(text)


def tokens(children: Sequence[Inline], wrap: Wrap = ()) -> list[Token]:
    """Inlines as units."""
    out: list[Token] = []
    for child in children:
        match child:
            case Text():
                out += [Token(unit, wrap, child) for unit in units(child.text)]
            case Figure():
                whole = len(child.text) <= _WHOLE_FIGURE
                out += [Token(unit, wrap, child) for unit in ([child.text] if whole else units(child.text))]
            case LineBreak():
                out.append(Token("\n", wrap, child))
            case Strong():
                out += tokens(child.children, (*wrap, ("strong", "")))
            case Emphasis():
                out += tokens(child.children, (*wrap, ("emphasis", "")))
            case Link():
                out += tokens(child.children, (*wrap, ("link", child.address)))
            case Marked():
                out += tokens(child.children, (*wrap, ("marked", "")))
            case Reference() | Changed():
                out += tokens(child.children, wrap)
    return out


def inlines(run: Sequence[Token], depth: int = 0) -> list[Inline]:
    """Units as inlines again, neighbours of one kind joined."""
    out: list[Inline] = []
    for around, inner in groupby(run, key=lambda token: token.wrap[depth : depth + 1]):
        group = list(inner)
        if not around:
            out += _joined(group)
            continue
        children, span = tuple(inlines(group, depth + 1)), group[0].node.span
        kind, address = around[0]
        if kind == "link":
            out.append(Link(span, children, address))
        else:
            out.append(_WRAPPERS[kind](span, children))
    return out


_WRAPPERS: dict[str, type[Strong | Emphasis | Marked]] = {
    "strong": Strong,
    "emphasis": Emphasis,
    "marked": Marked,
}


def _joined(run: Sequence[Token]) -> list[Inline]:
    out: list[Inline] = []
    for (kind, which), inner in groupby(run, key=lambda token: (type(token.node), _which(token.node))):
        group = list(inner)
        node = group[0].node
        if kind is LineBreak:
            out += [token.node for token in group]
        elif isinstance(node, (Text, Figure)):
            text = "".join(token.text for token in group)
            out.append(node if which and text == node.text else replace(node, text=text))
    return out


def _which(node: Inline) -> int:
    """Texts run together, figures stay apart."""
    return id(node) if isinstance(node, Figure) else 0


class Merged(NamedTuple):
    """Two runs of words in one."""

    children: tuple[Inline, ...]
    pieces: tuple[Piece, ...]
    """The same as plain words; a single one when nothing differs."""

    @property
    def changed(self) -> bool:
        """Whether they differ."""
        return any(piece.tag != "same" for piece in self.pieces)


def merge_words(older: Sequence[Inline], newer: Sequence[Inline]) -> Merged:
    """Two runs of inlines as one, with the words of only one of them in `Changed`."""
    a, b = tokens(older), tokens(newer)
    children: list[Inline] = []
    pieces: list[Piece] = []
    for same, i, i_end, j, j_end in _opcodes(a, b):
        if same:
            children += inlines(b[j:j_end])
            pieces.append(Piece("same", _text(b[j:j_end])))
            continue
        for change, run in (("deleted", a[i:i_end]), ("inserted", b[j:j_end])):
            if run:
                children.append(marked(run[0].node.span, change, inlines(run)))  # type: ignore[arg-type]
                pieces.append(Piece(change, _text(run)))  # type: ignore[arg-type]
    return Merged(tuple(children), tuple(pieces))


def marked(span: Span, change: Change, children: Sequence[Inline]) -> Changed:
    """Words that one document only has."""
    return Changed(span, change, tuple(children))


def _text(run: Sequence[Token]) -> str:
    return "".join(token.text for token in run)


# Edits -----------------------------------------------------------------------------------

_Op = tuple[bool, int, int, int, int]
"""Whether the units are the same, and the stretch of the older and of the newer run."""


def _opcodes(a: Sequence[Token], b: Sequence[Token]) -> list[_Op]:
    old, new = [token.key for token in a], [token.key for token in b]
    if old == new:
        return [(True, 0, len(a), 0, len(b))] if a else []
    ops = _slid(_joined_edits(_ops(_pairs(old, new), len(a), len(b)), a, b), old, new, a, b)
    if sum(i_end - i for same, i, i_end, _, _ in ops if same) < _LEAST_EQUAL * max(len(a), len(b)):
        return [(False, 0, len(a), 0, len(b))]
    return ops


def _pairs(old: list[tuple[str, Wrap]], new: list[tuple[str, Wrap]]) -> list[tuple[int, int]]:
    """Units that stayed: those of sentences that stayed, then those in the sentences between."""
    starts, others = _sentences(old), _sentences(new)
    kept = align(
        [tuple(old[i:end]) for i, end in starts],
        [tuple(new[j:end]) for j, end in others],
    )
    out: list[tuple[int, int]] = []
    i = j = 0
    for place, other in [*kept, (len(starts), len(others))]:
        here = starts[place] if place < len(starts) else (len(old), len(old))
        there = others[other] if other < len(others) else (len(new), len(new))
        if (here[0] - i) * (there[0] - j) <= _MOST_UNITS:
            matcher = SequenceMatcher(None, old[i : here[0]], new[j : there[0]], autojunk=False)
            for at, to, length in matcher.get_matching_blocks():
                out += [(i + at + step, j + to + step) for step in range(length)]
        out += list(zip(range(*here), range(*there), strict=True))
        i, j = here[1], there[1]
    return out


def _sentences(run: list[tuple[str, Wrap]]) -> list[tuple[int, int]]:
    ends = [index + 1 for index, (text, _) in enumerate(run) if text in _SENTENCE_END]
    if not ends or ends[-1] != len(run):
        ends.append(len(run))
    return list(zip([0, *ends[:-1]], ends, strict=True))


def _ops(pairs: list[tuple[int, int]], size: int, other: int) -> list[_Op]:
    out: list[_Op] = []
    i = j = 0
    for at, to in [*pairs, (size, other)]:
        if at > i or to > j:
            out.append((False, i, at, j, to))
        if at < size and to < other:
            if out and out[-1][0]:
                out[-1] = (True, out[-1][1], at + 1, out[-1][3], to + 1)
            else:
                out.append((True, at, at + 1, to, to + 1))
        i, j = at + 1, to + 1
    return out


def _joined_edits(ops: list[_Op], a: Sequence[Token], b: Sequence[Token]) -> list[_Op]:
    """Edits with less between them than either is long become one edit.

    A number that changed to another counts nothing: two figures of a sentence stay two edits.
    """
    done: list[_Op] = []
    for op in ops:
        done.append(op)
        while len(done) >= 3 and not done[-1][0] and done[-2][0]:
            left, between, right = done[-3:]
            edit = min(_weight(left, a, b), _weight(right, a, b))
            kept = _length(a, between[1], between[2])
            if kept >= edit and not (kept == edit == 1 and a[between[1]].text not in _MARKS):
                break
            done[-3:] = [(False, left[1], right[2], left[3], right[4])]
    return done


def _weight(op: _Op, a: Sequence[Token], b: Sequence[Token]) -> int:
    _, i, i_end, j, j_end = op
    run = [*a[i:i_end], *b[j:j_end]]
    if len(run) <= 2 and all(_NUMERIC.match(token.text) for token in run):
        return 0
    return max(_length(a, i, i_end), _length(b, j, j_end))


def _length(run: Sequence[Token], start: int, end: int) -> int:
    return sum(len(token.text) for token in run[start:end])


def _slid(
    ops: list[_Op],
    old: list[tuple[str, Wrap]],
    new: list[tuple[str, Wrap]],
    a: Sequence[Token],
    b: Sequence[Token],
) -> list[_Op]:
    """What is only deleted or only inserted, put where it begins or ends with a mark, if it can be."""
    out = list(ops)
    for index in range(1, len(out) - 1):
        same, i, i_end, j, j_end = out[index]
        before, after = out[index - 1], out[index + 1]
        if same or not before[0] or not after[0] or (i < i_end and j < j_end):
            continue
        run, keys, start, end = (a, old, i, i_end) if i < i_end else (b, new, j, j_end)
        reach = before[2] - before[1] - 1  # one unit stays, so that edits do not run together
        back = 0
        while back < reach and keys[start - back - 1] == keys[end - back - 1]:
            back += 1
        reach = after[2] - after[1] - 1
        on = 0
        while on < reach and keys[start + on] == keys[end + on]:
            on += 1
        best = max(range(-back, on + 1), key=lambda by: (_seam(run, start + by, end + by), -abs(by)))
        if best:
            out[index - 1] = (True, before[1], before[2] + best, before[3], before[4] + best)
            out[index] = (False, i + best, i_end + best, j + best, j_end + best)
            out[index + 1] = (True, after[1] + best, after[2], after[3] + best, after[4])
    return out


def _seam(run: Sequence[Token], start: int, end: int) -> int:
    """How well a reader can bear a cut here: after a sentence best, then at a mark."""
    last, first = run[start - 1].text if start else "\n", run[end - 1].text
    return 2 * ((last in _SENTENCE_END) + (first in _SENTENCE_END)) + (last in _MARKS) + (first in _MARKS)
