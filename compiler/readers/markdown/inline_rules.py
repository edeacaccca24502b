"""The inline rules of our dialect, as markdown-it runs them.

Beside finding its mark, each rule notes on its token where in the passage it was found: `map` is
`[start, end)`, which markdown-it leaves empty on inlines. None is ever run silently: looking ahead is
what markdown-it does for the labels of links, which are found otherwise here.
"""

from __future__ import annotations

import re

from markdown_it import MarkdownIt
from markdown_it.rules_inline import StateInline, emphasis, link_pairs
from markdown_it.rules_inline.state_inline import Delimiter
from markdown_it.token import Token

from compiler.readers.markdown.marks import PLACEHOLDER, flanks

STOPS = re.compile(r"[\n*\[\]\\]|\{(?=\{)|!(?=\[)|<(?=!--)")
"""Where plain text stops because a rule may apply."""

_SPACE = " \t\u3000"
_ESCAPABLE = frozenset("!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~")
_LONGEST_RUN = 3
_BRACKET = re.compile(rf"\\.|{PLACEHOLDER.text}|[\[\]]")
_DESTINATION = re.compile(
    r"""\([ \t]*
    (?:<(?P<bracketed>[^<>\n]*)>|(?P<bare>(?:[^\s()<>]|\([^\s()]*\))*))
    (?:[ \t]+(?P<title>"[^"\n]*"|'[^'\n]*'))?
    [ \t]*\)""",
    re.VERBOSE,
)


class MappedInline(StateInline):
    """A state whose plain text tokens know their place too."""

    _pairs: dict[int, int] | None = None

    def bracket_pairs(self) -> dict[int, int]:
        """Which `]` belongs to which `[`. Found once for the passage; markdown-it looks anew from every
        `[`, in all the ways brackets may nest."""
        if self._pairs is None:
            self._pairs, opened = {}, []
            for match in _BRACKET.finditer(self.src):
                if match[0] == "[":
                    opened.append(match.start())
                elif match[0] == "]" and opened:
                    self._pairs[opened.pop()] = match.start()
        return self._pairs

    def pushPending(self) -> Token:
        """Turn the text up to the current position into a token."""
        start = self.pos - len(self.pending)
        token = super().pushPending()
        token.map = [start, self.pos]
        return token

    def mark(self, kind: str, end: int, nesting: int = 0) -> Token:
        """Push a token for `src[pos:end]`."""
        token = self.push(kind, "", nesting)  # type: ignore[arg-type]
        token.map = [self.pos, end]
        return token


def parse_inline(parser: MarkdownIt, text: str) -> list[Token]:
    """The tokens of a passage; every one has its `map`."""
    state = MappedInline(text, parser, {}, [])
    parser.inline.tokenize(state)
    link_pairs(state)
    emphasis.postProcess(state)
    return state.tokens


def placeholder(state: MappedInline, silent: bool) -> bool:
    """`{{ … }}` within one line; comes first, so that no other rule sees what is inside."""
    if not state.src.startswith("{{", state.pos):
        return False
    match = PLACEHOLDER.match(state.src, state.pos, state.posMax)
    end = match.end() if match else state.pos + 2
    state.mark("placeholder" if match else "unclosed_placeholder", end)
    state.pos = end
    return True


def comment(state: MappedInline, silent: bool) -> bool:
    """`<!-- … -->`: a note among colleagues, not printed."""
    if not state.src.startswith("<!--", state.pos):
        return False
    # The last index is cached: a thousand unclosed comments do not search the text a thousand times.
    closed = state.pos + 4 <= state.html_terminator_last("-->") <= state.posMax - 3
    end = state.src.index("-->", state.pos + 4) + 3 if closed else state.pos + 4
    state.mark("comment" if closed else "unclosed_comment", end)
    state.pos = end
    return True


def newline(state: MappedInline, silent: bool) -> bool:
    """A line end and the indent of the next line; whether it is a hard break shows before it."""
    if state.src[state.pos] != "\n":
        return False
    end = state.pos + 1
    while end < state.posMax and state.src[end] in _SPACE:
        end += 1
    state.mark("line_end", end)
    state.pos = end
    return True


def escape(state: MappedInline, silent: bool) -> bool:
    r"""`\*` and the like print the second character; `\` at a line's end is a hard break."""
    if state.src[state.pos] != "\\" or state.pos + 1 >= state.posMax:
        return False
    following = state.src[state.pos + 1]
    if following == "\n":
        state.mark("hard_break", state.pos + 1)
        state.pos += 1
        return True
    if following not in _ESCAPABLE:
        return False
    state.mark("escape", state.pos + 2)
    state.pos += 2
    return True


def star(state: MappedInline, silent: bool) -> bool:
    """`*` and `**`, flanked as Chinese writers type them (`flanks`).

    `_` is no mark at all: offices type rows of it for blanks to be filled in.
    """
    source, start = state.src, state.pos
    if source[start] != "*":
        return False
    end = start
    while end < state.posMax and source[end] == "*":
        end += 1
    before = source[start - 1] if start else ""
    after = source[end] if end < state.posMax else ""
    flanked = flanks(before, after)
    if end - start > _LONGEST_RUN or flanked is None:
        state.append_pending(source[start:end])
        state.pos = end
        return True
    opens, closes = flanked
    for position in range(start, end):
        token = state.push("star", "", 0)
        token.map = [position, position + 1]
        token.content = "*"
        state.delimiters.append(
            Delimiter(
                marker=ord("*"),
                length=end - start,
                token=len(state.tokens) - 1,
                end=-1,
                open=opens,
                close=closes,
            )
        )
    state.pos = end
    return True


def bracket(state: MappedInline, silent: bool) -> bool:
    """`[words](address)` and `![words](path)`; the address is judged later, so that it can be refused.

    A link inside a link is left as words, which the search for slips then reports.
    """
    source, start = state.src, state.pos
    is_image = source[start] == "!"
    label = start + is_image
    label_end = state.bracket_pairs().get(label, 0) if source[label : label + 1] == "[" else 0
    match = _DESTINATION.match(source, label_end + 1, state.posMax) if label_end else None
    if match is None or state.linkLevel:
        return False
    token = state.mark("image" if is_image else "link_open", match.end(), 0 if is_image else 1)
    token.content = source[label + 1 : label_end]
    token.attrs = {"address": match["bracketed"] or match["bare"] or "", "title": match["title"] or ""}
    if not is_image:
        end = state.posMax
        state.pos, state.posMax = label + 1, label_end
        state.linkLevel += 1
        state.md.inline.tokenize(state)
        state.linkLevel -= 1
        state.pos, state.posMax = label_end, end
        state.push("link_close", "", -1).map = [label_end, match.end()]
    state.pos = match.end()
    return True
