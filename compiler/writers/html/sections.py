"""The page in sections, each printed on its own: what is printed again is only what has changed."""

from __future__ import annotations

from collections.abc import Sequence
from io import BytesIO

from compiler import tree
from compiler.named import NamedTuple
from compiler.style import Style, made_of
from compiler.writers.html.frame import page_rules
from compiler.writers.html.marks import Marks
from compiler.writers.html.stylesheet import stylesheet
from compiler.writers.html.writer import HtmlWriter


def page_style(style: Style) -> str:
    """The CSS of a page."""
    return made_of(style, stylesheet) + page_rules()


class State(NamedTuple):
    """What of the page before it a section is printed by."""

    in_sheet: bool
    landscape: bool
    begun: bool
    has_title: bool
    after_contents: bool
    has_contents: bool
    levels: tuple[int, ...]
    heading: str
    attachment: tuple[str, str]


class Printed(NamedTuple):
    """A section."""

    above: str
    """What stands above the sheets, when it is the first."""
    html: str
    sheet: str | None
    """The class of the sheet that it starts; None when it goes on in the one before."""
    headings: tuple[tree.ContentsEntry, ...]
    """For the contents list of a document that has none of its own."""
    state: State
    """What the next one is printed by."""


class SectionWriter(HtmlWriter):
    """Prints the sections of a document, in their order; those printed before are passed by with `go_on`."""

    def __init__(self, document: tree.Document, style: Style, marks: Marks | None = None) -> None:
        super().__init__(document, style, BytesIO(), marks)
        self.head = self._taken()
        """The page up to what stands above its sheets."""
        self._above = ""
        self._sheet_opened: str | None = None

    @property
    def state(self) -> State:
        return State(
            self._in_sheet,
            self._landscape,
            self._begun,
            self._has_title,
            self._after_contents,
            self._has_contents,
            tuple(self._levels),
            self._heading,
            self._attachment,
        )

    def section(self, blocks: Sequence[tree.Block]) -> Printed:
        """Print blocks, of which only the first may start a new sheet; of a document without any, what stands above."""
        self._above, self._sheet_opened, self._headings = "", None, []
        if not blocks:
            self._begin_main(None)
        for block in blocks:
            self.write(block)
        return Printed(self._above, self._taken(), self._sheet_opened, tuple(self._headings), self.state)

    def go_on(self, state: State) -> None:
        """Go on as after a section that was printed earlier."""
        (
            self._in_sheet,
            self._landscape,
            self._begun,
            self._has_title,
            self._after_contents,
            self._has_contents,
            levels,
            self._heading,
            self._attachment,
        ) = state
        self._levels = list(levels)

    def outline(self, headings: Sequence[tree.ContentsEntry]) -> str:
        """The way about a page without a contents list; nothing when it has one, or has one heading."""
        self._headings = list(headings)
        return "".join(self._outline())

    # What the whole page has around its blocks

    def _begin_main(self, first: tree.Block | None) -> None:
        super()._begin_main(first)
        self._above = self._taken().removesuffix(self.MAIN)

    def _open_sheet(self, first: tree.Block) -> None:
        self._sheet_opened = self._sheet(first)
        self._in_sheet = True

    def _close_sheet(self) -> None:
        self._in_sheet = False

    def _print(self, text: str) -> None:
        self._buffer.append(text)

    def _taken(self) -> str:
        text = "".join(self._buffer)
        self._buffer.clear()
        return text
