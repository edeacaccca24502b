"""Years in names and words: what moves on by itself, what a person has to look at."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from compiler.gaps import STALE

_FIGURE = re.compile(r"(?<![\d.])\d[\d,]*(?:\.\d+)?\s?[%％‰\u4e00-\u9fff]")
_YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d年")
_MASKED = re.compile(
    r"<!--.*?-->|\{\{.*?\}\}|〔[^〔〕\n]*〕(?:第?\d+号)?|《[^《》\n]*》|\{#[^}\n]*\}|\]\([^)\n]*\)", re.DOTALL
)
"""What is not judged by its digits: notes, placeholders, numbers and names of documents, marks, addresses."""
_LEAD = re.compile(r"[ \t\u3000]*(?:(?:#{1,6}|[-*+]|\d+[.)])[ \t]+|>[ \t]*|<!--.*?-->\s*|表：|注：|!\[)*")
_STARTS = re.compile(r"[ \t\u3000]*(?:$|#|[-*+][ \t]|\d+[.)][ \t]|>|\||表：|注：|!\[)")


class Years(NamedTuple):
    """The year of a report and that of the one made from it."""

    old: int
    new: int

    @property
    def follows(self) -> bool:
        """Whether the new report is that of the very next year, so that its last year is the old one."""
        return self.new == self.old + 1

    def named(self, name: str) -> str:
        """A name with the report's own year moved on: 2024年培训费 is 2025年培训费."""
        return re.sub(rf"(?<![\d〔\[]){self.old}(?![\d〕\]])", str(self.new), name)

    def moved(self, words: str) -> str:
        """Words in which 2024年度 and 2023年度 are the report's year and the one before: certain enough to move on."""
        if not self.follows:
            return words
        return re.sub(
            rf"(?<!\d)({self.old}|{self.old - 1})(?=年度)", lambda found: str(int(found[1]) + 1), words
        )

    def shifted(self, words: str) -> str:
        """Words in which the own year and the one before are moved on, whatever stands behind them."""
        return re.sub(
            rf"(?<![\d〔\[])({self.old}|{self.old - 1})(?![\d〕\]])",
            lambda found: str(int(found[1]) + self.new - self.old),
            words,
        )

    def names_year(self, words: str) -> bool:
        """Whether words speak of the report's own year or of the one before."""
        return bool(re.search(rf"(?<!\d)(?:{self.old}|{self.old - 1})(?!\d)", _masked(words)))

    def is_of_the_year(self, words: str) -> bool:
        """Whether words speak of the year, or hold a figure that somebody typed."""
        if self.names_year(words):
            return True
        return bool(_FIGURE.search(_YEAR.sub(lambda found: " " * len(found[0]), _masked(words))))

    def prose(self, text: str, names: Mapping[str, str], *, all_stale: bool = False) -> str:
        """A file of prose for the new year.

        Names of projects move on as in the data (`names`), 2024年度 becomes a placeholder; every other paragraph, list
        entry, row or title that speaks of the year or holds a typed figure gets a mark, with `all_stale` whatever it says.
        """
        for old, new in names.items():
            text = text.replace(old, new)
        if self.follows:
            for year, name in ((self.old, "年度"), (self.old - 1, "上年")):
                text = _outside(text, re.compile(rf"(?<!\d){year}(?=年度)"), f"{{{{ {name} }}}}")
        masked = _masked(text)
        for start, end in reversed(list(_units(text))):
            kept = masked[start:end]
            for name in names.values():
                kept = kept.replace(name, " " * len(name))
            told = all_stale and kept.strip() and not kept.lstrip().startswith(("|", "#"))
            if STALE not in text[start:end] and (told or self.is_of_the_year(kept)):
                place = self._place(text, kept, start)
                text = text[:place] + STALE + text[place:]
        return text

    def _place(self, text: str, kept: str, start: int) -> int:
        """Where the mark of a unit goes: behind what makes it a title or an entry, into the cell that is meant."""
        if not kept.lstrip().startswith("|"):
            found = _LEAD.match(text, start)
            return found.end() if found else start
        at = 0
        for cell in re.split(r"(?<!\\)\|", kept):
            if self.is_of_the_year(cell):
                return start + at + len(cell) - len(cell.lstrip())
            at += len(cell) + 1
        return start + kept.index("|") + 1


def _masked(text: str) -> str:
    return _MASKED.sub(lambda found: "".join("\n" if char == "\n" else " " for char in found[0]), text)


def _outside(text: str, wanted: re.Pattern[str], words: str) -> str:
    """The text with what is wanted replaced where it is no part of a note, a placeholder or a name."""
    masked = _masked(text)
    for found in reversed(list(wanted.finditer(masked))):
        text = text[: found.start()] + words + text[found.end() :]
    return text


def _units(text: str) -> Iterator[tuple[int, int]]:
    """The paragraphs, list entries, rows and titles of a file of prose."""
    start, at = 0, 0
    for line in text.splitlines(keepends=True):
        if _STARTS.match(line.rstrip("\r\n")) and at > start:
            yield start, at
            start = at
        at += len(line)
        if not line.strip() or line.lstrip().startswith(("|", "#")):
            yield start, at
            start = at
    if at > start:
        yield start, at
