"""The page in sections, printed with marks that lead to the sources; what has not changed is not printed again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from hashlib import blake2b
from itertools import pairwise
from operator import is_

from compiler.editor.preview.page import Section
from compiler.named import NamedTuple
from compiler.passes.context import Context
from compiler.passes.tables import to_print
from compiler.style import Style
from compiler.tree import (
    Block,
    ChartSlot,
    ContentsEntry,
    Document,
    Figure,
    Heading,
    Inline,
    List,
    ListItem,
    Paragraph,
    Picture,
    Table,
    TableSlot,
)
from compiler.writers.html.inlines import attribute, escape
from compiler.writers.html.sections import Printed, SectionWriter, State


def id_of(key: str) -> str:
    """What the ids of a section's figures start with."""
    return blake2b(key.encode("utf-8", "surrogatepass"), digest_size=5).hexdigest()


class SourceMarks:
    """Says of each block which narrative and lines it comes from, and gives each figure an id."""

    def __init__(self, folder: str) -> None:
        """`folder`: narrative/, as messages name it."""
        self._folder = f"{folder}/"
        self._id = ""
        self.figures: list[Figure] = []
        """Those printed since `start`; the number of one is the end of its id."""

    def start(self, key: str) -> None:
        """A section starts."""
        self._id, self.figures = id_of(key), []

    def block(self, block: Block | ListItem) -> str:
        name = getattr(block, "id", "")  # what a reference calls it
        out = f' data-name="{attribute(name)}"' if name else ""
        path = block.span.source.path
        if path.startswith(self._folder) and path.endswith(".md"):
            slot = attribute(path[len(self._folder) : -3])
            out += f' data-slot="{slot}" data-line="{block.span.line}" data-end="{last_line(block)}"'
        return out

    def __call__(self, figure: Figure) -> str:
        self.figures.append(figure)
        number = len(self.figures) - 1
        return f'<span class="figure" data-figure="{self._id}.{number}">{escape(figure.text)}</span>'


def last_line(block: Block | ListItem) -> int:
    """The last line of its file that a block has something of."""
    line = block.span.line
    match block:
        case Paragraph() | Heading():
            line = max(line, _last(block.children))
        case List():
            line = max([line, *map(last_line, block.items)])
        case ListItem():
            line = max([line, *map(last_line, block.blocks)])
        case Picture():
            line = max(line, _last(block.caption))
        case Table():
            rows = [row.span.line for row in (*block.head, *block.body)]
            line = max([line, *rows, *map(_last, block.notes)])
    return line


def _last(children: Sequence[Inline]) -> int:
    line = 0
    for child in children:
        line = max(line, child.span.line, _last(getattr(child, "children", ())))
    return line


class Kept(NamedTuple):
    """A section as it was printed last."""

    place: tuple[Block, ...]
    """The blocks of its place, tables still to be made."""
    blocks: tuple[Block, ...]
    before: State
    printed: Printed
    figures: tuple[Figure, ...]
    section: Section


class Printer:
    """Prints one report again and again."""

    def __init__(self, folder: str) -> None:
        """`folder`: narrative/, as messages name it."""
        self._marks = SourceMarks(folder)
        self.kept: Mapping[str, Kept] = {}
        """The sections printed last, by key; another one after each printing."""
        self.head = ""

    def print(
        self,
        document: Document,
        style: Style,
        stretches: Sequence[tuple[str, int, tuple[Block, ...]]],
        context: Context,
    ) -> tuple[Section, ...]:
        """The sections of a document; `stretches` are the key, the number of the part and the blocks of each place.

        Every table is made; one that cannot be made is reported and left out.
        """
        writer = SectionWriter(document, style, self._marks)
        self.head = writer.head
        now: dict[str, Kept] = {}
        headings: list[ContentsEntry] = []
        part, state = -1, writer.state
        for name, number, blocks in stretches:
            while part < number:
                part += 1
                writer.go_on(state)
                writer.begin(document.parts[part])
                state = writer.state
            for key, piece in _pieces(name, with_tables(blocks, context)):
                kept = self.kept.get(key)
                if kept is None or not _same(kept.blocks, piece) or not _goes_on(kept.before, state):
                    writer.go_on(state)
                    kept = self._printed(key, blocks, piece, state, writer)
                now[key] = kept
                state = kept.printed.state
                headings += kept.printed.headings
        writer.go_on(state)
        if not now:
            now[""] = self._printed("", (), (), writer.state, writer)
        outline = writer.outline(headings)
        self.kept = now
        above = next(iter(now.values())).printed.above
        return (
            *((_section("抬头", above, None),) if above else ()),
            *(kept.section for kept in now.values() if kept.section.key),
            *((_section("页外目录", outline, None),) if outline else ()),
        )

    def _printed(
        self,
        key: str,
        place: tuple[Block, ...],
        blocks: tuple[Block, ...],
        before: State,
        writer: SectionWriter,
    ) -> Kept:
        self._marks.start(key)
        printed = writer.section(blocks)
        section = _section(key, printed.html, printed.sheet or "")
        return Kept(place, blocks, before, printed, tuple(self._marks.figures), section)


def find_figure(printed: Mapping[str, Kept], id: str) -> tuple[Figure, tuple[Block, ...], int] | None:
    """A figure of what was printed, the blocks of its place, tables still to be made, and which figure of the section it is.

    None for an id that is none.
    """
    start, _, number = id.partition(".")
    kept = next((kept for key, kept in printed.items() if id_of(key) == start), None)
    if kept is None or len(number) > 9 or not (number.isascii() and number.isdecimal()):
        return None
    if number != str(int(number)) or int(number) >= len(kept.figures):
        return None
    return kept.figures[int(number)], kept.place, int(number)


def _same(one: tuple[Block, ...], other: tuple[Block, ...]) -> bool:
    return len(one) == len(other) and all(map(is_, one, other))


def _goes_on(before: State, state: State) -> bool:
    return before is state or before == state


def _section(key: str, html: str, sheet: str | None) -> Section:
    digest = blake2b(f"{sheet}\n{html}".encode("utf-8", "surrogatepass"), digest_size=9).hexdigest()
    return Section(key, digest, html, sheet)


def with_tables(blocks: tuple[Block, ...], context: Context) -> tuple[Block, ...]:
    """The blocks with every table and chart made; one that cannot be made is reported and left out."""
    if not any(type(block) is TableSlot or type(block) is ChartSlot for block in blocks):
        return blocks
    made = (to_print(block, context) for block in blocks)
    return tuple(block for block in made if block is not None)


def _pieces(key: str, blocks: tuple[Block, ...]) -> list[tuple[str, tuple[Block, ...]]]:
    """The blocks, parted where one of them starts a new sheet: a section lies in one."""
    starts = [
        index
        for index, block in enumerate(blocks)
        if index and isinstance(block, (Heading, Paragraph)) and block.page_break
    ]
    if not starts:
        return [(key, blocks)] if blocks else []
    bounds = [0, *starts, len(blocks)]
    return [
        (f"{key}^{number}" if number else key, blocks[start:end])
        for number, (start, end) in enumerate(pairwise(bounds))
    ]
