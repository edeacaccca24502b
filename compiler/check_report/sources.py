"""The lines that a 检查报告 speaks of, as they stand in their files."""

from __future__ import annotations

from collections.abc import Iterator

from compiler.listing import short
from compiler.named import NamedTuple
from compiler.source import Source, Span
from compiler.writers.html.inlines import escape

_AROUND = 1
"""Lines shown before and after a marked one."""
_LONGEST = 1500
"""Characters shown of a line, from a little before its first mark."""
_BESIDE = 80
"""Characters shown of a long line before the first mark and after the last; of a line without marks, twice as many."""


class _Mark(NamedTuple):
    start: int
    end: int
    number: int
    """Of the finding."""


class _File:
    def __init__(self, source: Source, anchor: str) -> None:
        self.source, self.anchor = source, anchor
        self.marks: dict[int, list[_Mark]] = {}


class Sources:
    """Collects the places that findings name, and prints the lines they stand in."""

    def __init__(self, folder: str) -> None:
        self._folder = folder
        self._files: dict[str, _File] = {}

    def link(self, span: Span, number: int) -> str:
        """A link to the place, for the finding of that number."""
        path = span.source.path
        file = self._files.setdefault(path, _File(span.source, f"file-{len(self._files) + 1}"))
        file.marks.setdefault(span.line, []).append(_Mark(span.column - 1, span.end - 1, number))
        return f'<a href="#{file.anchor}-{span.line}">{escape(self._name(path))} 第{span.line}行</a>'

    def _name(self, path: str) -> str:
        return short(path, self._folder)

    def titles(self) -> list[tuple[str, str]]:
        """Anchor and name of every file, in order of name."""
        return [(file.anchor, self._name(path)) for path, file in self._in_order()]

    def _in_order(self) -> list[tuple[str, _File]]:
        return sorted(self._files.items(), key=lambda item: self._name(item[0]))

    def printed(self) -> Iterator[str]:
        """Every file with its marked lines and some around them."""
        for path, file in self._in_order():
            yield f'<h3 id="{file.anchor}" class="file">{escape(self._name(path))}</h3>\n'
            yield '<div class="source">\n'
            yield from self._lines(file)
            yield "</div>\n"

    def _lines(self, file: _File) -> Iterator[str]:
        lines = file.source.lines
        count = len(lines) - (not lines[-1])  # what follows the last line end is no line to a reader
        shown = sorted(
            {
                number
                for line in file.marks
                for number in range(line - _AROUND, line + _AROUND + 1)
                if number in file.marks or 1 <= number <= count
            }
        )
        before = shown[0] - 1
        for number in shown:
            if number > before + 1:
                yield '<p class="gap">……</p>\n'
            before = number
            yield _line(file, number)


def _line(file: _File, number: int) -> str:
    text = _printable(file.source.line(number))
    marks = sorted(file.marks.get(number, ()))
    if not marks:
        words = escape(text if len(text) <= 2 * _BESIDE else f"{text[: 2 * _BESIDE]}…")
        return f'<p><span class="number">{number}</span><span class="words">{words}</span></p>\n'
    seen = "、".join(f'<a href="#finding-{one}">{one}</a>' for one in sorted({mark.number for mark in marks}))
    return (
        f'<p class="marked" id="{file.anchor}-{number}"><span class="number">{number}</span>'
        f'<span class="words">{_marked(text, marks)}</span><span class="seen">第{seen}条</span></p>\n'
    )


def _marked(text: str, marks: list[_Mark]) -> str:
    """The line with its places marked; those that overlap become one."""
    start, last = max(0, marks[0].start - _BESIDE), max(mark.end for mark in marks)
    if start < _BESIDE // 2:  # not worth the dots
        start = 0
    stop = min(len(text), start + _LONGEST, last + _BESIDE)
    out, done = ["…" if start else ""], start
    joined: list[list[int]] = []
    for mark in marks:
        if joined and mark.start <= joined[-1][1]:
            joined[-1][1] = max(joined[-1][1], mark.end)
        else:
            joined.append([mark.start, mark.end])
    for left, right in joined:
        left, right = min(left, stop), min(right, stop)
        if left < right:
            out.append(f"{escape(text[done:left])}<mark>{escape(text[left:right])}</mark>")
            done = right
    out.append(escape(text[done:stop]))
    return "".join(out) + ("…" if stop < len(text) else "")


def _printable(text: str) -> str:
    return "".join(
        char if char.isprintable() or char in "\u3000\t" else "\N{REPLACEMENT CHARACTER}" for char in text
    )
