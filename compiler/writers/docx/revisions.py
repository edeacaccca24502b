"""Tracked changes: what only one of two compared documents has, marked so that Word can accept or reject it.

The marks are put into XML that the other modules have printed as usual: they print every run as `<w:r>`, every
paragraph with `w:pPr`, every row with `w:trPr`. So an ordinary document pays nothing, and whatever a run may
hold is marked alike. Accepting all gives the newer document, rejecting all the older.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from typing import TypeAlias

from compiler import tree
from compiler.comparison.sides import only_change, whole_table, words_of
from compiler.writers.docx.markup import attribute, paragraph, run

_RUNS = re.compile(r"<w:r>.*?</w:r>(?:<w:r>.*?</w:r>)*", re.DOTALL)
_DELETED_TEXT = re.compile(r"(</?w:)(?:t|(instrT)ext)(?=[ >])")
_BODY = re.compile(r"<w:p>.*?</w:p>|<w:tbl>.*?</w:tbl>|<w:bookmark(?:Start|End) [^>]*/>", re.DOTALL)
_ROW = re.compile(r"<w:trPr>.*?</w:trPr>")
_SEPARATOR = re.compile(r'<w:p><w:pPr><w:pStyle w:val="Separator"/>(?:<w:rPr>.*?</w:rPr>)?</w:pPr></w:p>')
_NUMBER = re.compile(r'(?<=<w:(?:ins|del) w:id=")(?=")')
_SPACE = run(" ")

# Bookmarks count from 0, and the numbers of all annotations are one series.
_FIRST = 1_000_001

Marks: TypeAlias = frozenset[tree.Change]
"""The changes that a paragraph mark or a table row is part of; with both, it is in neither document."""

_NONE: Marks = frozenset()
_CHANGES: tuple[tree.Change, tree.Change] = ("inserted", "deleted")
_ELEMENTS: dict[tree.Change, str] = {"inserted": "w:ins", "deleted": "w:del"}


class Revisions:
    """Marks the changes of one comparison."""

    def __init__(self, comparison: tree.Comparison, parts: Sequence[tree.Part]) -> None:
        said = f'w:author="{attribute(comparison.author)}" w:date="{attribute(comparison.date)}"'
        self._openings = {change: f'<{name} w:id="" {said}' for change, name in _ELEMENTS.items()}
        self._count = _FIRST
        # By what a document lacks, whether the last thing that it has is a table.
        self._after_table = dict.fromkeys(_CHANGES, False)
        self._touching = False
        self._breaks = list(_section_breaks(parts))

    # What a tree says of itself --------------------------------------------------------------

    @staticmethod
    def newer(children: Sequence[tree.Inline]) -> tuple[tree.Inline, ...]:
        """The inlines that the newer document has."""
        return words_of(children, "newer")

    @staticmethod
    def whole(table: tree.Table) -> tree.ChangedBlock | None:
        """The table as a changed block, when all its rows are of one change."""
        return whole_table(table)

    @staticmethod
    def starts_item(before: Sequence[tree.Block], block: tree.Block) -> bool:
        """Whether nothing of a list's item comes before `block` in the document that has it, the newer first."""
        deleted = isinstance(block, tree.ChangedBlock) and block.change == "deleted"
        other = "inserted" if deleted else "deleted"
        return all(isinstance(each, tree.ChangedBlock) and each.change == other for each in before)

    # Marks -------------------------------------------------------------------------------

    def runs(self, xml: str, change: tree.Change) -> str:
        """Printed inlines with their runs inserted or deleted; links and bookmarks stay around them."""
        if change == "deleted":
            xml = _DELETED_TEXT.sub(lambda found: f"{found[1]}{'delInstrT' if found[2] else 'delT'}ext", xml)
        name = _ELEMENTS[change]
        return _RUNS.sub(lambda found: f"{self._openings[change]}>{found[0]}</{name}>", xml)

    def paragraphs(self, xml: str, marks: Iterable[tree.Change]) -> str:
        """Printed paragraphs with the marks at their ends inserted or deleted; nothing is done to their words."""
        elements = self._elements(marks)
        return xml.replace("</w:pPr>", f"<w:rPr>{elements}</w:rPr></w:pPr>") if elements else xml

    def block(self, xml: str, change: tree.Change) -> str:
        """A printed block, with all its paragraphs and tables, inserted or deleted; or the rows of a table."""
        marked = self.paragraphs(self.runs(xml, change), (change,))
        return marked.replace("</w:trPr>", f"{self._elements((change,))}</w:trPr>")

    def cell(self, printed: Sequence[str], paragraphs: Sequence[Sequence[tree.Inline]]) -> list[str]:
        """The printed paragraphs of a cell, with the marks of those that are in one document only.

        The last mark of a cell cannot go. So, as when somebody deletes the end of a cell, a paragraph after the
        first one that stays takes the mark before it away and leaves its own.
        """
        changes = [only_change(children) for children in paragraphs]
        marks: list[Marks] = [frozenset((change,)) if change else _NONE for change in changes]
        if "" in changes:
            stays = changes.index("")
            marks = [*marks[:stays], *marks[stays + 1 :], _NONE]
        else:
            marks = [
                frozenset(
                    lacked
                    for lacked in _CHANGES
                    if changes[index] == lacked or all(change == lacked for change in changes[index + 1 :])
                )
                for index in range(len(changes) - 1)
            ]
            marks.append(_NONE)
        return [self.paragraphs(xml, mark) for xml, mark in zip(printed, marks, strict=True)]

    def numbered(self, xml: str) -> str:
        """The XML, about to be written, with numbers for its changes, in the order of the text."""
        pieces = _NUMBER.split(xml)
        out = [pieces[0]]
        for piece in pieces[1:]:
            out.append(f"{self._count}{piece}")
            self._count += 1
        return "".join(out)

    def row(self, xml: str, row: tree.Row) -> str:
        """A printed row of a table, marked when it changed."""
        return self.block(xml, row.change) if row.change else xml

    def with_words(self, xml: str, children: Sequence[tree.Inline]) -> str:
        """A printed paragraph that is there for its words: when all of them changed, its mark changed too."""
        change = only_change(children)
        return self.paragraphs(xml, (change,)) if change else xml

    def _elements(self, marks: Iterable[tree.Change]) -> str:
        given = frozenset(marks)
        return "".join(f"{self._openings[change]}/>" for change in _CHANGES if change in given)

    # Between tables ----------------------------------------------------------------------

    def spaced(self, xml: str) -> str:
        """Printed blocks with the paragraphs between tables that either document needs, and no others.

        Word makes one table of two that touch. A paragraph that is in one document only keeps them apart
        there only.
        """
        out: list[str] = []
        for found in _BODY.finditer(xml):
            piece = found[0]
            if piece.startswith("<w:tbl>"):
                out += (self._before_table(marks := _table_marks(piece)), piece)
                for lacked in _CHANGES:
                    if lacked not in marks:
                        self._after_table[lacked] = True
                self._touching = True
            elif piece.startswith("<w:p>"):
                if _SEPARATOR.fullmatch(piece):
                    continue
                out.append(piece)
                self._paragraph_comes(_paragraph_marks(piece))
            else:
                out.append(piece)
        return "".join(out)

    def _before_table(self, marks: Marks) -> str:
        apart = {lacked for lacked in _CHANGES if lacked not in marks and self._after_table[lacked]}
        if not apart and not self._touching:
            return ""
        separator = self._separator(frozenset(_CHANGES) - apart)
        self._paragraph_comes(frozenset(_CHANGES) - apart)
        return separator

    def _separator(self, marks: Marks) -> str:
        return self.paragraphs(paragraph("Separator", ""), marks)

    def _paragraph_comes(self, marks: Marks) -> None:
        self._touching = False
        for lacked in _CHANGES:
            if lacked not in marks:
                self._after_table[lacked] = False

    # Ends of parts -----------------------------------------------------------------------

    def end_of_part(self, index: int, last: str) -> str:
        """The paragraph to put after `last` to hold the section's properties; empty when its last one will do.

        That is so when it stays as long as the section break must. A part that is in one document only takes
        its break along.
        """
        marks = self._breaks[index]
        if last.endswith("</w:p>") and _paragraph_marks(last[last.rindex("<w:p>") :]) == marks:
            return ""
        self._paragraph_comes(marks)
        # LibreOffice drops an empty last paragraph of a section, and what was deleted before it takes the
        # break along.
        held = paragraph("Separator", _SPACE if len(marks) < 2 else "")
        for change in marks:
            held = self.runs(held, change)
        return self.paragraphs(held, marks)


def _marks(properties: str) -> Marks:
    return frozenset(change for change, name in _ELEMENTS.items() if f"<{name} " in properties)


def _paragraph_marks(xml: str) -> Marks:
    return _marks(xml[: xml.index("</w:pPr>")])


def _table_marks(xml: str) -> Marks:
    rows = [_marks(found[0]) for found in _ROW.finditer(xml)]
    return rows[0].intersection(*rows[1:]) if rows else _NONE


def _part_change(part: tree.Part) -> str:
    """The change that every block of a part is; empty when there is no such."""
    changes = {block.change if isinstance(block, tree.ChangedBlock) else "" for block in part.blocks}
    return changes.pop() if len(changes) == 1 else ""


def _section_breaks(parts: Sequence[tree.Part]) -> Iterator[Marks]:
    """The marks of the break at the end of each part.

    A document has the break when it has the part and another part follows. But a break between upright and
    landscape pages always stays, and may leave an empty page: what comes before it would lie otherwise.
    """
    changes = [_part_change(part) for part in parts]
    for index, (part, following) in enumerate(pairwise(parts), start=1):
        if part.orientation != following.orientation:
            yield _NONE
            continue
        yield frozenset(
            lacked
            for lacked in _CHANGES
            if changes[index - 1] == lacked or all(change == lacked for change in changes[index:])
        )
    yield _NONE
