"""The blocks of a text as tokens, the inlines of a passage as pieces: by markdown-it, or where it is plain, the same without it.

Nearly all prose is paragraphs of one line, in them bold words and `{{ … }}`. Loading markdown-it takes longer than reading
a small report's prose, and running it longer than making the nodes. So what is plain is cut up here, just as the rules of
`dialect` would; anything else is left to them (`tests/test_markdown.py` holds the two against each other).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, TypeAlias

from compiler.patterns import pattern
from compiler.readers.markdown.marks import PLACEHOLDER, flanks
from compiler.readers.markdown.passage import extent

if TYPE_CHECKING:
    from markdown_it.token import Token as MarkdownItToken

# No mark of a block at its start, no space at its start or end.
_LINE = pattern(r"(?![0-9]+[.)](?:[ \t]|$)|\*(?!\*)|\*\*\*)[^\s#>+\-=~`<|](?:.*[^\s])?")
# Every alternative starts with one certain character: then `re` skips to the next of these, else it tries all at each character.
_MARK = pattern(rf"{PLACEHOLDER.text}|\{{\{{|\*\**|\[|\]|\\|\n|<!--")


class PlainToken:
    """What is used of markdown-it's `Token`, for what is plain."""

    __slots__ = ("content", "map", "meta", "type")

    content: str
    meta: dict[str, Any]

    attrs: dict[str, Any] = {}
    info = markup = ""
    nesting = 0

    def __init__(self, kind: str, start: int, end: int) -> None:
        self.type = kind
        self.map = [start, end]


Token: TypeAlias = "PlainToken | MarkdownItToken"  # noqa: S105 - no password
Piece: TypeAlias = "tuple[str, int, int, MarkdownItToken | None]"
"""An inline of a passage: its kind, where it was found, `[start, end)`, and markdown-it's token, which says more of what is not plain."""


def block_tokens(text: str) -> Sequence[Token]:
    """The blocks of a text, as `dialect.parse_blocks` gives them."""
    tokens = plain_blocks(text)
    if tokens is not None:
        return tokens
    from compiler.readers.markdown.dialect import parse_blocks

    return parse_blocks(text)


def inline_pieces(text: str) -> Sequence[Piece]:
    """The inlines of a passage, as `dialect.parse_inline` gives them."""
    pieces = plain_inlines(text)
    if pieces is not None:
        return pieces
    from compiler.readers.markdown.dialect import parse_inline

    return [(token.type, *extent(token), token) for token in parse_inline(text)]


def plain_blocks(text: str) -> list[PlainToken] | None:
    """The paragraphs of a text; None when it holds anything else."""
    tokens = []
    after = False
    for number, line in enumerate(text.split("\n")):
        if not line:
            after = False
        elif after or not _LINE.fullmatch(line):
            return None
        else:
            after = True
            token = PlainToken("paragraph", number, number + 1)
            token.content = line
            token.meta = {"starts": [(0, number + 1, 1)]}
            tokens.append(token)
    return tokens


def plain_inlines(text: str) -> list[Piece] | None:
    """The words, values and bold stretches of a passage; None when it holds anything else."""
    pieces: list[Piece] = []
    position = 0
    opened = False
    for mark in _MARK.compiled.finditer(text):
        start, end = mark.span()
        if start > position:
            pieces.append(("text", position, start, None))
        words = mark[0]
        if words[0] == "{":
            if end == start + 2:  # nothing closes it
                return None
            pieces.append(("placeholder", start, end, None))
        elif words == "**" and (flanked := flanks(text[start - 1 : start], text[end : end + 1])):
            if not flanked[opened]:
                return None
            # Of each pair the star inside counts, as markdown-it has it.
            if opened:
                pieces.append(("strong_close", start, start + 1, None))
            else:
                pieces.append(("strong_open", start + 1, end, None))
            opened = not opened
        else:
            return None
        position = end
    if opened:
        return None
    if position < len(text):
        pieces.append(("text", position, len(text), None))
    return pieces
