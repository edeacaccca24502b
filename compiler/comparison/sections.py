"""The chapters of a document, and which of two documents' chapters are the same chapter.

A chapter is a heading with what stands under it; a form by its project's name, an attachment by its title.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Hashable, Iterator, Sequence

from compiler.comparison.alignment import Pairs, Profile, alike, pair_similar, profile
from compiler.comparison.fingerprints import cell_words, fingerprint, words_of
from compiler.comparison.folding import folded_block
from compiler.computed import computed
from compiler.tree import Block, Contents, Document, Heading, Paragraph, Part, Table, plain_text

_LEAST_ALIKE = 0.55
"""How alike two chapters must be that have other titles."""
_LEAST_TITLE = 0.5
_MOST_WORDS = 600
_YEAR = re.compile(r"(?:19|20)\d\d年?度?|〔(?:19|20)\d\d〕")
_NUMBER = re.compile(r"\d[\d,.]*|第[一二三四五六七八九十百]+")
_GAPS = re.compile(r"[\s\u3000]+")


def title_key(title: str) -> str:
    """A title as it is in any year: 2023年度…10家 and 2024年度…12家 are one."""
    return _NUMBER.sub("#", without_year(title))


def without_year(title: str) -> str:
    """A title without the year, and without gaps."""
    return _YEAR.sub("", _GAPS.sub("", title))


class Section:
    """A chapter: its heading, what stands under it before the first inner chapter, and those."""

    def __init__(self, block: Block | None, title: str, number: str, id: str, level: int) -> None:
        self.heading = block
        """In printed words; None for the top of a part."""
        self.title, self.number, self.id, self.level = title, number, id, level
        self.blocks: list[Block] = []
        self.children: list[Section] = []
        self.parent: Section | None = None
        self.place = 0
        """Among its parent's chapters."""

    @computed
    def key(self) -> str:
        """The title as it is in any year."""
        return title_key(self.title)

    @property
    def name(self) -> str:
        """Its title with its number."""
        return self.number + self.title

    @computed
    def path(self) -> str:
        """Its name, and those it stands in: 三、整体绩效目标实现情况 / 1.…"""
        above = self.parent.path if self.parent is not None else ""
        return f"{above} / {self.name}" if above and self.name else above or self.name

    def whole(self) -> Iterator[Section]:
        """The chapter and all in it, in order."""
        yield self
        for child in self.children:
            yield from child.whole()

    def everything(self) -> Iterator[Block]:
        """All blocks of it, in order."""
        for section in self.whole():
            if section.heading is not None:
                yield section.heading
            yield from section.blocks

    @computed
    def prints(self) -> list[Hashable]:
        """Its blocks by what is printed."""
        return list(map(fingerprint, self.blocks))

    @computed
    def content(self) -> Hashable:
        """What is printed under its title."""
        return tuple(self.prints), tuple((child.title, child.content) for child in self.children)

    @computed
    def words(self) -> Profile:
        """What its own text is made of."""
        text = ""
        for section in self.whole():
            for block in section.blocks:
                text += words_of(block)
                if len(text) > _MOST_WORDS:
                    return profile(text[:_MOST_WORDS])
        return profile(text)

    @computed
    def title_words(self) -> Profile:
        """What its title is made of."""
        return profile(self.key)


def sections(document: Document) -> list[tuple[Part, Section]]:
    """The top section of every part, with all in it."""
    out: list[tuple[Part, Section]] = []
    for number, part in enumerate(document.parts):
        top = _top(part, number)
        out.append((part, top))
        open_ = [top]
        for block in part.blocks:
            if isinstance(block, Contents):
                continue
            if not isinstance(block, Heading):
                open_[-1].blocks.append(folded_block(block))
                continue
            while len(open_) > 1 and open_[-1].level >= block.level:
                open_.pop()
            title = block.contents_text or plain_text(block.children)
            section = Section(folded_block(block), title, block.number, block.id, block.level)
            section.parent, section.place = open_[-1], len(open_[-1].children)
            open_[-1].children.append(section)
            open_.append(section)
        for section in top.whole():
            if isinstance(section.heading, Heading) and section.heading.role == "form-title":
                section.title = _form_title(section)
    return out


def _form_title(section: Section) -> str:
    """What tells a form from the others: its project, in the contents list or in the first row."""
    table = next((block for block in section.blocks if isinstance(block, Table)), None)
    heading = section.heading
    if table is None or not table.body or not isinstance(heading, Heading) or heading.contents_text:
        return section.title
    named = (words for cell in table.body[0].cells if not cell.header and (words := cell_words(cell)))
    return f"{section.title}：{name}" if (name := next(named, "")) else section.title


def _top(part: Part, number: int) -> Section:
    label = title = id = ""
    for block in part.blocks[:4]:
        if isinstance(block, Paragraph) and block.role == "attachment-label":
            label, id = plain_text(block.children), block.id
        elif isinstance(block, Paragraph) and block.role == "attachment-title":
            title = plain_text(block.children)
    if not label:
        return Section(None, "", "", f"part{number}" if number else "main", 0)
    return Section(None, title or label, f"{label} " if title else "", id, 0)


def match(older: Sequence[Section], newer: Sequence[Section]) -> Pairs:
    """Which chapters are the same, in the order of the older; each is in one pair at most.

    By title, then by the name that the outline gives it, by title without year and numbers, and at last by
    likeness of title and content.
    """
    pairs: dict[int, int] = {}
    taken: set[int] = set()

    def pair(key: Callable[[Section], Hashable]) -> None:
        there: defaultdict[Hashable, list[int]] = defaultdict(list)
        for place, section in enumerate(newer):
            if place not in taken and (found := key(section)):
                there[found].append(place)
        for queue in there.values():
            queue.reverse()
        for place, section in enumerate(older):
            if place not in pairs and (queue := there.get(key(section), [])):
                pairs[place] = queue.pop()
                taken.add(pairs[place])

    pair(lambda section: (section.title, section.content) if section.title else None)
    pair(lambda section: section.title)
    pair(lambda section: section.id)
    pair(lambda section: without_year(section.title))
    pair(lambda section: section.key.strip("#"))
    rest = [place for place in range(len(older)) if place not in pairs]
    others = [place for place in range(len(newer)) if place not in taken]

    def likeness(i: int, j: int) -> float:
        a, b = older[rest[i]], newer[others[j]]
        if a.level != b.level or bool(a.title) != bool(b.title):
            return 0.0
        titles, words = alike(a.title_words, b.title_words), alike(a.words, b.words)
        return max(titles * 0.4 + words * 0.6, titles if titles > _LEAST_TITLE else 0.0)

    for i, j in pair_similar(len(rest), len(others), likeness, _LEAST_ALIKE):
        pairs[rest[i]] = others[j]
    return sorted(pairs.items())
