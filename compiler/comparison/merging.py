"""Two documents as one: chapters first, then what stands under them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from compiler.comparison.alignment import alike, gaps, in_order
from compiler.comparison.blocks import merge_blocks
from compiler.comparison.fingerprints import print_of
from compiler.comparison.ledger import Ledger
from compiler.comparison.results import Chapter, Moved, Renamed
from compiler.comparison.sections import Section, match, sections, without_year
from compiler.comparison.words import merge_words
from compiler.named import NamedTuple
from compiler.tree import Block, Change, ChangedBlock, Document, Heading, Part, plain_text, replace

_LEAST_MOVED = 0.7
"""How alike the content of a chapter must be to that of one elsewhere to be the same, moved."""
_MOST_NAMESAKES = 20
"""Chapters of one title that are looked at for one that is gone."""


class Merge(NamedTuple):
    """Two documents in one, and what was found on the way."""

    document: Document
    ledger: Ledger
    moved: tuple[Moved, ...]
    renamed: tuple[Renamed, ...]
    added: tuple[Chapter, ...]
    removed: tuple[Chapter, ...]


def merge_documents(older: Document, newer: Document) -> Merge:
    """The newer document with what only the older has put in as deleted, and what only it has marked as inserted.

    Layout (metadata, number formats, page breaks, widths, alignment) is the newer's.
    """
    return _Merger().documents(older, newer)


class _Merger:
    def __init__(self) -> None:
        self.ledger = Ledger()
        self.moved: list[tuple[Section, Section]] = []
        self.renamed: list[Renamed] = []
        self.added: list[Section] = []
        self.removed: list[Section] = []
        self.anchors = 0

    def documents(self, older: Document, newer: Document) -> Merge:
        a, b = sections(older), sections(newer)
        pairs = in_order(match([top for _, top in a], [top for _, top in b]))
        parts: list[Part] = []
        for here, there, end in gaps(pairs, len(a), len(b)):
            for i in here:
                part, top = a[i]
                self.removed.append(top)
                parts.append(replace(part, blocks=tuple(self.only(top, "deleted"))))
            for j in there:
                part, top = b[j]
                self.added.append(top)
                parts.append(replace(part, blocks=tuple(self.only(top, "inserted"))))
            if end is not None:
                blocks = self.section(a[end[0]][1], b[end[1]][1])
                parts.append(replace(b[end[1]][0], blocks=tuple(blocks)))
        self.look_into_moved(0)
        known = len(self.moved)
        self.find_moved()
        self.look_into_moved(known)
        return Merge(
            replace(newer, parts=tuple(parts)),
            self.ledger,
            tuple(
                Moved(new.title, _whereabouts(old), _whereabouts(new), old.content != new.content)
                for old, new in self.moved
            ),
            tuple(self.renamed),
            tuple(map(_chapter, self.added)),
            tuple(map(_chapter, self.removed)),
        )

    def section(self, old: Section, new: Section) -> Iterator[Block]:
        """A chapter that both have, and all in it."""
        yield from self.heading(old, new)
        yield from merge_blocks(old.blocks, new.blocks, new.path, self.ledger, (old.prints, new.prints))
        pairs = match(old.children, new.children)
        stayed = in_order(pairs)
        kept = set(stayed)
        self.moved += [(old.children[i], new.children[j]) for i, j in pairs if (i, j) not in kept]
        movers = {i for i, j in pairs if (i, j) not in kept}, {j for i, j in pairs if (i, j) not in kept}
        for here, there, end in gaps(stayed, len(old.children), len(new.children)):
            for i in here:
                if i not in movers[0]:
                    self.removed.append(old.children[i])
                yield from self.only(old.children[i], "deleted")
            for j in there:
                if j not in movers[1]:
                    self.added.append(new.children[j])
                yield from self.only(new.children[j], "inserted")
            if end is not None:
                yield from self.section(old.children[end[0]], new.children[end[1]])

    def heading(self, old: Section, new: Section) -> Iterator[Block]:
        was, now = old.heading, new.heading
        if not isinstance(was, Heading) or not isinstance(now, Heading):
            if new.title and old.title != new.title:
                self.renamed.append(Renamed(old.title, new.title))
            return
        if old.title != new.title:
            self.renamed.append(Renamed(old.title, new.title))
        same = print_of(was.children) == print_of(now.children)
        if (was.level, was.role) != (now.level, now.role):
            self.ledger.renumbered += 1
            yield ChangedBlock(was.span, "deleted", was)
            yield ChangedBlock(now.span, "inserted", self.anchored(now))
        elif same:
            self.ledger.unchanged += 1
            yield self.anchored(now)
        else:
            if old.title == new.title:
                self.ledger.renumbered += 1
            merged = merge_words(was.children, now.children)
            # What lists the titles prints the newer's, and not both.
            said = now.contents_text or plain_text(now.children)
            yield self.anchored(replace(now, children=merged.children, contents_text=said))

    def anchored(self, heading: Heading) -> Heading:
        """The heading with an anchor of its own."""
        self.anchors += 1
        return replace(heading, anchor=f"sec{self.anchors}")

    def only(self, section: Section, change: Change) -> Iterator[Block]:
        """All blocks of a chapter that stands in one document only, or elsewhere."""
        for block in section.everything():
            if isinstance(block, Heading) and change == "inserted":
                block = self.anchored(block)
            yield ChangedBlock(block.span, change, block)

    # Chapters that stand elsewhere

    def find_moved(self) -> None:
        """Those of the removed chapters, and of the chapters in them, that are among the added ones."""
        there: defaultdict[str, list[Section]] = defaultdict(list)
        for top in self.added:
            for section in top.whole():
                for name in {without_year(section.title), section.key}:
                    there[name].append(section)
        gone: set[int] = set()

        def find(section: Section) -> Section | None:
            for name in filter(None, (without_year(section.title), section.key)):
                for other in there.get(name, ())[:_MOST_NAMESAKES]:
                    if id(other) not in gone and _same_content(section, other):
                        return other
            return None

        for top in self.removed:
            for section in top.whole():
                if section.parent is not None and id(section.parent) in gone:
                    gone.add(id(section))
                elif (found := find(section)) is not None:
                    self.moved.append((section, found))
                    gone.add(id(section))
                    gone.update(map(id, found.whole()))
        self.added = [section for section in self.added if id(section) not in gone]
        self.removed = [section for section in self.removed if id(section) not in gone]

    def look_into_moved(self, first: int) -> None:
        """Tell what changed within the chapters that moved, from the `first` on; they are printed whole in both places."""
        while first < len(self.moved):
            old, new = self.moved[first]
            first += 1
            if old.content == new.content and old.title == new.title:
                continue
            inner = _Merger()
            for _ in inner.section(old, new):
                pass
            self.ledger.texts += inner.ledger.texts
            self.ledger.tables += inner.ledger.tables
            self.moved += inner.moved
            self.renamed += inner.renamed
            self.added += inner.added
            self.removed += inner.removed


def _same_content(a: Section, b: Section) -> bool:
    if bool(a.blocks) != bool(b.blocks):
        return False
    return a.content == b.content or alike(a.words, b.words) >= _LEAST_MOVED


def _whereabouts(section: Section) -> str:
    """What a chapter stands in, and behind which other."""
    parent = section.parent
    if parent is None:
        return ""
    inside = parent.path
    before = parent.children[section.place - 1].name if section.place else ""
    behind = f"“{before}”之后" if before else "最前面"
    return f"{inside} / {behind}" if inside else behind


def _chapter(section: Section) -> Chapter:
    parent = section.parent.path if section.parent is not None else ""
    return Chapter(section.name, parent, sum(1 for _ in section.whole()) - 1)
