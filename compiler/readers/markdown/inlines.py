"""From markdown-it's inline tokens to the tree.

A `Text` is always a stretch of one source line, so that a check can point at any character in it;
only a space that stands for a line end may follow. Two stretches stay two texts.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from compiler import tree
from compiler.diagnostics import Code, Diagnostics
from compiler.expressions import compile_expression
from compiler.marking import text_inlines
from compiler.patterns import pattern
from compiler.readers.markdown.marks import ADDRESS, REFERENCE
from compiler.readers.markdown.passage import Passage
from compiler.readers.markdown.slips import report_words
from compiler.source import Span

if TYPE_CHECKING:
    from markdown_it.token import Token

    from compiler.readers.markdown.tokens import Piece

MAX_DEPTH = 8
"""How deep bold, emphasis and links may stand in one another."""

_SPACE = " \t\u3000"
_WIDE = pattern("[\u2e80-\u9fff\uf900-\ufaff\ufe30-\ufe4f\uff00-\uffef\U00020000-\U0003ffff“”‘’—…·]")
_CHINESE = "字"
"""Stands for what a value or a reference will print."""
# Marks and notes between a line's end and the next printed character.
_MARKS = pattern(r"(?:[\s*!\\]|\[(?!\])|<!--.*?-->)*", re.DOTALL)
_VALUE = ("{{", "[]")
_LINE_REST = pattern(r"[ \t\u3000]*(?:\n|$)")


def read_inlines(passage: Passage, pieces: Sequence[Piece], sink: Diagnostics) -> tuple[tree.Inline, ...]:
    """The inlines of a passage; `pieces` are what `inline_pieces` made of its text."""
    return _InlineReader(passage, sink).read(pieces)


class _InlineReader:
    __slots__ = ("_before", "_children", "_end", "_open", "_passage", "_sink", "_start", "_text")

    def __init__(self, passage: Passage, sink: Diagnostics) -> None:
        self._passage = passage
        self._text = passage.text
        self._sink = sink
        self._children: list[tree.Inline] = []
        # What encloses the current place: where its mark starts, markdown-it's token of that, and what came before it.
        self._open: list[tuple[int, Token | None, list[tree.Inline]]] = []
        # The stretch of plain text read and not yet among the children.
        self._start = self._end = 0
        self._before = ""
        # The last character printed; empty where a space would be the first.

    def read(self, pieces: Sequence[Piece]) -> tuple[tree.Inline, ...]:
        for kind, start, end, token in pieces:
            match kind:
                case "text":
                    self._plain(start, end)
                case "placeholder":
                    self._placeholder(start, end)
                case "line_end":
                    self._line_end(start, end)
                case "star":
                    self._star(token, start, end)
                case "strong_open" | "em_open" | "link_open":
                    self._enter(token, start, end)
                case "strong_close" | "em_close" | "link_close":
                    self._leave(kind, end)
                case "escape":
                    self._alone(start + 1, end)
                case "hard_break":
                    self._break(start, end)
                case "image":
                    self._error(
                        Code.MARKDOWN_UNSUPPORTED,
                        start,
                        end,
                        "图片不能和文字写在同一段里",
                        "图片单独成段，前后各空一行",
                    )
                case "unclosed_placeholder":
                    self._error(
                        Code.PLACEHOLDER_UNCLOSED,
                        start,
                        end,
                        "“{{”后面没有“}}”",
                        "在同一行里补上“}}”；如果就是要印出来，写成 \\{\\{",
                    )
                    self._alone(start, end)
                case "unclosed_comment":
                    self._error(
                        Code.MARKDOWN_UNSUPPORTED,
                        start,
                        end,
                        "备注“<!--”没有结束",
                        "在备注的末尾补上“-->”；备注里有空行时，“-->”后面不要再写文字",
                    )
                case "comment":
                    if _LINE_REST.match(self._text, end):  # the space before a note goes with it
                        self._trim(start)
                case _:
                    raise ValueError(kind)
        self._flush()
        return tuple(self._children)

    def _error(self, code: Code, start: int, end: int, message: str, hint: str) -> None:
        self._sink.error(code, self._passage.span(start, end), message, hint)

    # Words ------------------------------------------------------------------------------------

    def _plain(self, start: int, end: int) -> None:
        if start != self._end:
            self._flush()
            self._start = start
        self._end = end

    def _flush(self, space: str = "") -> None:
        """Put the stretch of plain text among the children, and after it the space."""
        start, end = self._start, self._end
        self._start = end
        while start < end and not self._before and self._text[start] in _SPACE:
            start += 1  # nothing stands before it on the line but a note
        if start == end:
            return
        report_words(self._passage, start, end, self._sink)
        words = self._text[start:end]
        self._before = words[-1]
        self._children.extend(text_inlines(self._passage.span(start, end), words + space))

    def _alone(self, start: int, end: int) -> None:
        """A text of its own, so that the search for slips does not see `\\{` or `{{` once more."""
        self._flush()
        self._start = self._end = end
        self._before = self._text[end - 1]
        self._children.append(tree.Text(self._passage.span(start, end), self._text[start:end]))

    def _placeholder(self, start: int, end: int) -> None:
        self._flush()
        self._start = self._end = end
        self._before = _CHINESE
        # In a table the filter's bar may be written `\|`; a space keeps the columns right.
        inside = self._text[start + 2 : end - 2].replace("\\|", " |")
        text = inside.strip()
        first = start + 2 + inside.find(text)
        span = self._passage.span(first, first + len(text)) if text else self._passage.span(start, end)
        expression = compile_expression(text, span, self._sink)
        if expression is None:
            self._children.append(tree.Text(self._passage.span(start, end), self._text[start:end]))
        else:
            self._children.append(tree.Placeholder(span, expression))

    # Line ends --------------------------------------------------------------------------------

    def _line_end(self, start: int, end: int) -> None:
        """A space between Latin words, nothing in Chinese; a break after two spaces."""
        trailing = self._trim(start)
        if trailing.endswith("  "):
            self._break(start, start + 1)
            return
        before = self._text[self._end - 1] if self._start < self._end else self._before
        if not before or not _parted(before, self._text, end):
            self._flush()
        elif self._start < self._end:
            self._flush(" ")
            self._before = ""
        else:
            self._children.append(tree.Text(self._passage.span(start, start + 1), " "))
            self._before = ""
        self._start = self._end = end

    def _break(self, start: int, end: int) -> None:
        self._trim(start)
        self._flush()
        self._children.append(tree.LineBreak(self._passage.span(start, end)))
        self._start = self._end = end
        self._before = ""

    def _trim(self, end: int) -> str:
        """Take the spaces that end the stretch off it, if it reaches to `end`; returns them."""
        if self._end != end:
            return ""
        words = self._text[self._start : end]
        kept = words.rstrip(_SPACE)
        self._end = self._start + len(kept)
        return words[len(kept) :]

    # Marks ------------------------------------------------------------------------------------

    def _star(self, token: Token | None, start: int, end: int) -> None:
        if token is None or not token.content:  # the second star of a pair that became one mark
            return
        text = self._text
        stop = end
        while stop < len(text) and text[stop] == "*":
            stop += 1
        first = self._start == self._end or self._end != start or text[start - 1] != "*"
        spaced = text[start - 1 : start].strip() == "" == text[stop : stop + 1].strip()
        if first and not (spaced and stop - start == 1):
            stars = text[start:stop]
            self._sink.warning(
                Code.UNMATCHED_MARK,
                self._passage.span(start, stop),
                f"“{stars}”没有成对，会原样印出来",
                f"补上另一半“{stars}”，或者删去；如果就是要印出来，写成 " + "\\*" * len(stars),
            )
        self._plain(start, end)

    def _enter(self, token: Token | None, start: int, end: int) -> None:
        self._flush()
        self._start = self._end = end
        self._open.append((start, token, self._children))
        self._children = []
        if len(self._open) == MAX_DEPTH + 1:
            self._error(
                Code.MARKDOWN_TOO_DEEP,
                start,
                end,
                f"加粗、强调和链接套了超过 {MAX_DEPTH} 层",
                "去掉多余的标记",
            )

    def _leave(self, kind: str, end: int) -> None:
        self._flush()
        start, token, outer = self._open.pop()
        inner, self._children = tuple(self._children), outer
        if kind == "link_close" and token is not None:
            outer.extend(self._link(token, inner, self._passage.span(start, end)))
        elif len(self._open) >= MAX_DEPTH:
            outer.extend(inner)
        elif kind == "strong_close":
            # markdown-it keeps the inner star of each pair.
            outer.append(tree.Strong(self._passage.span(start - 1, end + 1), inner))
        else:
            outer.append(tree.Emphasis(self._passage.span(start, end), inner))
        self._start = self._end = end

    def _link(self, token: Token, words: tuple[tree.Inline, ...], span: Span) -> tuple[tree.Inline, ...]:
        address = str(token.attrs["address"])
        if token.attrs["title"]:
            self._sink.error(
                Code.MARKDOWN_UNSUPPORTED, span, "链接的括号里只能有网址", "删去网址后面引号里的文字"
            )
        reference = REFERENCE.fullmatch(address)
        if reference:
            self._before = self._before if words else _CHINESE
            return (tree.Reference(span, words, reference[1]),)
        if not ADDRESS.fullmatch(address):
            self._sink.error(
                Code.UNSAFE_LINK,
                span,
                f"不能链接到“{address}”",
                "只能链接 http://、https://、mailto: 开头的网址，或用 #编号 指向本文的标题、表、图；"
                "如果不是链接，在“[”前加反斜杠",
            )
            return words
        if not words:
            self._sink.error(Code.MARKDOWN_UNSUPPORTED, span, "链接没有文字", "在方括号里写上要印出来的文字")
        return (tree.Link(span, words, _quoted(address)),)


def _parted(before: str, text: str, end: int) -> bool:
    """Whether a line end between `before` and `text[end:]` stands for a space.

    It does between Latin words, and between a Latin word and Chinese; it does not within Chinese,
    nor between Chinese and a number, which is set without a space: 全年预算 / 100万元.
    """
    match = _MARKS.match(text, end)
    first = match.end() if match else end
    after = _CHINESE if text.startswith(_VALUE, first) else text[first : first + 1]
    if not after:
        return False
    wide = bool(_WIDE.match(before)), bool(_WIDE.match(after))
    if wide == (True, True):
        return False
    if wide == (False, False):
        return True
    return (after if wide[0] else before).isalpha()


def _quoted(address: str) -> str:
    """The address with everything but ASCII percent-encoded, as both outputs need it."""
    if address.isascii():
        return address
    from urllib.parse import quote

    return quote(address, safe="%/:?#[]@!$&'()*+,;=~-._")
