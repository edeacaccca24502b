"""Years in names and words: what moves on by itself, what a person has to look at."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping

from compiler.gaps import STALE
from compiler.named import NamedTuple
from compiler.rollover.figures import holds_figure, is_year_named

_NOTES = (
    r"<!--.*?-->|\{\{.*?\}\}|〔[^〔〕\n]*〕(?:第?\d+号)?|\{#[^}\n]*\}|\]\([^)\n]*\)|\[\^[^\]\n]*\]"
    r"|https?://[^\s）)>\u4e00-\u9fff]+"
)
_MASKED = re.compile(
    _NOTES + r"|第[\d０-９]+[条款项章节编]"
    r"|^[ \t\u3000]*(?:#{1,6}[ \t]*)?(?:[（(]\d{1,2}[）)]|\d{1,2}(?:\.\d{1,2})*[.、)）](?!\d)|\d{1,2}(?:\.\d{1,2})+[ \t])",
    re.DOTALL | re.MULTILINE,
)
"""What is not judged by its digits: notes, placeholders, numbers of documents, articles and lists, marks, addresses."""
_TITLE = re.compile(r"《[^《》\n]*》")
_OTHERS_WORDS = re.compile(
    _NOTES + r"|《[^《》\n]*》|“[^“”]*”|「[^「」]*」|`[^`\n]*`|^[ \t]*>.*$", re.DOTALL | re.MULTILINE
)
"""What is never rewritten: besides notes and the like the titles of documents, and quotations."""
_SINCE = re.compile(
    r"自(?![评筹查行身主动觉然我有治愿贸])|从(?![严事业而])|起(?![草重到来])|首[次届批个创]|以来|截[至止]|至今|早在|始于"
    r"|设立|成立|建成|启用"
)
"""Words of a sentence that tells when something began or how it stood: its years are history."""
_SENTENCE_END = re.compile(r"[。！？；!?;|]|\n[ \t]*\n")
_COUNTED = r"人(?![民才大力社])|[家个项件份次名户场台套间处卷册元万亿米平吨]"
"""What follows a number that is no year."""
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
        """A name with the report's own year moved on: 2024年培训费 is 2025年培训费.

        The year counts before 年 or as part of a full date, and as the first word (2024人民银行支持资金), not before what is
        counted (2024家). 自2024年, 2024年起, ranges of years, quotations and titles stay.
        """
        own = rf"(?:(?<=\A\d-)|(?<=\A\d\d-)|(?<![\d.〔\[自从由至到—–~～-])){self._own}"
        first = rf"""(?:\A|(?<=\A["'])){self.old}(?=[\u4e00-\u9fff])(?!年|{_COUNTED})"""
        wanted = re.compile(rf"{own}(?!年(?:度|\d+月(?:\d+日)?)?(?:起(?!重)|以来))|{first}")
        return _replaced(name, ((*found.span(), str(self.new)) for found in _own_words(name, wanted)))

    def moved(self, words: str) -> str:
        """Words in which 2024年度 is the report's year and tells of no beginning: certain enough to move on."""
        if not self.follows:
            return words
        return _replaced(words, ((*span, str(self.new)) for span in self._terms(words)))

    def shifted(self, words: str) -> str:
        """Words in which the own year moves on before 年 or in a full date, where they tell of no beginning."""
        wanted = re.compile(rf"(?<![\d.〔\[])(?<![—–~～至到-]){self._own}")
        found = (item for item in _own_words(words, wanted) if not _is_history(words, item.start()))
        return _replaced(words, ((*item.span(), str(self.new)) for item in found))

    @property
    def _own(self) -> str:
        date = r"([-/.])(?:1[0-2]|0?[1-9])\1(?:3[01]|[12]\d|0?[1-9])(?![\d.])"
        return rf"{self.old}(?:(?=年)(?!年(?:度)?[—–~～至到-])|(?={date}))"

    def _terms(self, text: str) -> Iterator[tuple[int, int]]:
        """Where 2024年度 stands for the report's year."""
        wanted = re.compile(rf"(?<![\d.])(?<![—–~～至到-]){self.old}(?=年度)(?!年度[—–~～至到-])")
        for found in _own_words(text, wanted):
            if not _is_history(text, found.start()):
                yield found.span()

    def names_year(self, words: str) -> bool:
        """Whether words name a year, whichever it is."""
        return is_year_named(self._judged(words))

    def is_of_the_year(self, words: str) -> bool:
        """Whether words name a year, or hold a figure that somebody typed."""
        return holds_figure(self._judged(words))

    def _judged(self, words: str) -> str:
        """Words without what is not judged by its digits; of titles of documents only those of these two years are."""
        kept = (str(self.old), str(self.old - 1))
        blank = _TITLE.sub(
            lambda found: found[0] if any(year in found[0] for year in kept) else _blank(found), words
        )
        return _MASKED.sub(_blank, blank)

    def prose(self, text: str, names: Mapping[str, str], *, all_stale: bool = False) -> str:
        """A file of prose for the new year.

        Names of projects move on as in the data (`names`), 2024年度 becomes a placeholder; every paragraph, list entry or
        title that was rewritten, names a year or holds a typed figure gets a mark, with `all_stale` whatever it says; so
        does a table, in its first cell.
        """
        edits: list[tuple[int, int, str]] = []
        if names:
            longest = sorted(names, key=len, reverse=True)
            wanted = re.compile("|".join(rf"(?<!\d){re.escape(name)}" for name in longest))
            edits += [(*found.span(), names[found[0]]) for found in _own_words(text, wanted)]
        if self.follows:
            inside = [(start, end) for start, end, _ in edits]
            edits += [
                (*span, "{{ 年度 }}")
                for span in self._terms(text)
                if not any(start <= span[0] < end for start, end in inside)
            ]
        judged = self._judged(text)
        for start, end in list(_units(text)):
            kept = judged[start:end]
            rewritten = any(start <= at < end for at, _, _ in edits)
            told = all_stale and kept.strip() and not kept.lstrip().startswith("#")
            if STALE not in text[start:end] and (told or rewritten or holds_figure(kept)):
                place = self._place(text, start)
                edits.append((place, place, STALE))
        return _replaced(text, edits)

    def _place(self, text: str, start: int) -> int:
        """Where the mark of a unit goes: behind what makes it a title or an entry, into the first cell of a table."""
        cell = re.compile(r"\s*\|[ \t]*").match(text, start)
        if cell:
            return cell.end()
        found = _LEAD.match(text, start)
        return found.end() if found else start


def _blank(found: re.Match[str]) -> str:
    return "".join(char if char in "\r\n" else " " for char in found[0])


def _own_words(text: str, wanted: re.Pattern[str]) -> Iterator[re.Match[str]]:
    """What is wanted, where it is no part of a note, a placeholder, an address, a title of a document or a quotation."""
    return wanted.finditer(_OTHERS_WORDS.sub(_blank, text))


def _is_history(text: str, at: int) -> bool:
    """Whether the sentence around a place tells of a beginning."""
    start = 0
    for found in _SENTENCE_END.finditer(text):
        if found.start() >= at:
            return bool(_SINCE.search(text, start, found.start()))
        start = found.end()
    return bool(_SINCE.search(text, start))


def _replaced(text: str, edits: Iterable[tuple[int, int, str]]) -> str:
    """The text with edits that do not overlap; at one place a mark, which replaces nothing, goes before the words."""
    for start, end, words in sorted(edits, reverse=True):
        text = text[:start] + words + text[end:]
    return text


def _units(text: str) -> Iterator[tuple[int, int]]:
    """The paragraphs, list entries, tables and titles of a file of prose."""
    start, at = 0, 0
    table = False
    for line in text.splitlines(keepends=True):
        row = line.lstrip().startswith("|")
        begins = not (row and table) if _STARTS.match(line.rstrip("\r\n")) else table
        if begins and at > start:
            yield start, at
            start = at
        table = row
        at += len(line)
        if not line.strip() or line.lstrip().startswith("#"):
            yield start, at
            start = at
    if at > start:
        yield start, at
