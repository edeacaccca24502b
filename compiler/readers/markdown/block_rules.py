"""The block rules of our dialect, as markdown-it runs them.

Quotes and lists are markdown-it's own. Leaf blocks are one token each, made here, with the place of
every line in `meta["starts"]`: (offset in the content, line from 1, column from 1).
"""

from __future__ import annotations

import re

from markdown_it.rules_block import StateBlock

from compiler.readers.markdown.marks import bars

_TRIMMED = " \t\u3000"
_HEADING = re.compile(r"(#{1,6})([ \t\u3000]+|$)")
_DELIMITER_ROW = re.compile(r"[-|: \t]+")
_REFUSED_START = ("---", "***", "===", "```", "~~~", "- ", "* ")
_REFUSED = (
    ("fence", re.compile(r"`{3,}|~{3,}")),
    ("rule", re.compile(r"(?:(?:-[ \t]*){3,}|(?:\*[ \t]*){3,})$")),
    ("underline", re.compile(r"={3,}[ \t]*$")),
)


def _line(state: StateBlock, number: int) -> str:
    return state.src[state.bMarks[number] + state.tShift[number] : state.eMarks[number]]


def _push(state: StateBlock, kind: str, first: int, end: int, pieces: list[tuple[int, int]]) -> None:
    """A leaf token for lines `[first, end)`; `pieces` are the stretches of the source, one a line."""
    token = state.push(kind, "", 0)
    token.map = [first, end]
    source = state.src
    token.content = "\n".join([source[start:stop] for start, stop in pieces])
    starts, offset = [], 0
    for number, (start, stop) in enumerate(pieces, first + 1):
        starts.append((offset, number, start - source.rfind("\n", 0, start)))
        offset += stop - start + 1
    token.meta = {"starts": starts}
    state.line = end


def _piece(state: StateBlock, number: int) -> tuple[int, int]:
    """A line without the space around it; at the end one kind of space matters and stays."""
    start, end = state.bMarks[number] + state.tShift[number], state.eMarks[number]
    text = state.src[start:end]
    return start + len(text) - len(text.lstrip(_TRIMMED)), end


def comment(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """`<!-- … -->` on lines of its own; one that stands among words is left to the inline rule."""
    position = state.bMarks[start] + state.tShift[start]
    if silent or not state.src.startswith("<!--", position):
        return False
    close = state.src.find("-->", position + 4)
    last = start + state.src.count("\n", position, close) if close >= 0 else end
    if last >= end:
        _push(state, "unclosed_comment", start, end, [(position, position + 4)])
        return True
    if state.src[close + 3 : state.eMarks[last]].strip(_TRIMMED):
        return False
    _push(state, "comment", start, last + 1, [])
    return True


def refused(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """Lines that are markup elsewhere and have no meaning in a report."""
    offset = state.bMarks[start] + state.tShift[start]
    if not state.src.startswith(_REFUSED_START, offset):
        return False
    line = state.src[offset : state.eMarks[start]]
    for kind, pattern in _REFUSED:
        if pattern.match(line):
            if not silent:
                _push(state, f"refused_{kind}", start, start + 1, [_piece(state, start)])
            return True
    return False


def table(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """Lines with bars, the second of them made of bars and dashes only. Cells are cut out later."""
    if start + 1 >= end or state.sCount[start + 1] < state.blkIndent or state.isEmpty(start + 1):
        return False
    delimiter = _line(state, start + 1)
    if "|" not in delimiter or "-" not in delimiter or not _DELIMITER_ROW.fullmatch(delimiter):
        return False
    if not bars(_line(state, start)):
        return False
    if silent:
        return True
    last = start + 2
    while last < end and state.sCount[last] >= state.blkIndent and bars(_line(state, last)):
        last += 1
    _push(state, "table", start, last, [_piece(state, start)])
    return True


def heading(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """`# …` to `###### …`."""
    offset = state.bMarks[start] + state.tShift[start]
    if not state.src.startswith("#", offset):
        return False
    line = state.src[offset : state.eMarks[start]]
    match = _HEADING.match(line)
    if match is None:
        return False
    if not silent:
        words = line[match.end() :].rstrip(_TRIMMED)
        unhashed = words.rstrip("#")
        if not unhashed or unhashed[-1] in _TRIMMED:  # `# words ##`, as some write it
            words = unhashed.rstrip(_TRIMMED)
        first = offset + match.end()
        _push(state, "heading", start, start + 1, [(first, first + len(words))])
        state.tokens[-1].markup = match[1]
    return True


def paragraph(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """Everything else, up to an empty line, another block, or a line indented like a new paragraph."""
    terminators = state.md.block.ruler.getRules("paragraph")
    outer, state.parentType = state.parentType, "paragraph"
    last = start + 1
    while last < state.lineMax and not state.isEmpty(last) and not indented(state, last, state.lineMax, True):
        indent = state.sCount[last]
        # Deeply indented lines continue a list item; a quote marks its lines with negative indents.
        continues = indent < 0 or indent > state.blkIndent + 3
        if not continues and any(rule(state, last, state.lineMax, True) for rule in terminators):
            break
        last += 1
    state.parentType = outer
    pieces = [_piece(state, number) for number in range(start, last)]
    begin, stop = pieces[-1]
    pieces[-1] = begin, begin + len(state.src[begin:stop].rstrip(_TRIMMED))
    _push(state, "paragraph", start, last, pieces)
    return True


def indented(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """Ends a quote or paragraph before a line indented like a new one; makes nothing itself.

    People who indent Chinese paragraphs leave no empty lines between them.
    """
    if not silent:
        return False
    if state.src.startswith("\u3000", state.bMarks[start] + state.tShift[start]):
        return True
    return state.sCount[start] >= 4 and state.level == 0
