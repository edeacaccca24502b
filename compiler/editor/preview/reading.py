"""Narratives that are read and parsed again only when they changed."""

from __future__ import annotations

from collections.abc import Collection, Hashable, Mapping
from hashlib import blake2b
from pathlib import Path

from compiler.diagnostics import Diagnostic, Diagnostics
from compiler.gaps import gaps_in_prose
from compiler.named import NamedTuple
from compiler.narratives import Narratives
from compiler.source import Source, Span
from compiler.tree import Block
from compiler.workspace import Workspace


class _Read(NamedTuple):
    """A narrative as it was read for a place."""

    state: Hashable
    """What it was read from."""
    path: str | None
    source: Source | None
    blocks: tuple[Block, ...]
    reported: tuple[Diagnostic, ...]


class _Parsed(NamedTuple):
    """What the words of a narrative come to."""

    source: Source
    blocks: tuple[Block, ...]
    reported: tuple[Diagnostic, ...]
    pictures: bool
    """Whether it refers to pictures, so that other files have a part in it."""


class Memory:
    """What is known of the narratives of a report."""

    def __init__(self) -> None:
        self.read: dict[tuple[str, int, Span], _Read] = {}
        self.parsed: dict[tuple[str, int], _Parsed] = {}
        self.unused: tuple[Hashable, tuple[Diagnostic, ...]] | None = None
        self.gaps: dict[str, tuple[Source, int]] = {}
        self._digests: dict[str, tuple[Source, bytes]] = {}
        self._changes: dict[str, int] = {}
        self._moves = 0

    def forget_places(self) -> None:
        """The outline is another: what was read for its places is not asked for again."""
        self.read.clear()

    def note(self, changed: Collection[str], *, moved: bool, pictures: bool) -> None:
        """Narratives changed, by name; files came or went; pictures changed."""
        for name in changed:
            self._changes[name] = self._changes.get(name, 0) + 1
        if moved:
            self._moves += 1
        if pictures:
            self._moves += 1
            self.parsed = {key: parsed for key, parsed in self.parsed.items() if not parsed.pictures}

    def state(self, name: str = "") -> tuple[int, int]:
        """What changes whenever something on disk does that the narrative is read from."""
        return self._moves, self._changes.get(name, 0)

    def digest(self, name: str, source: Source) -> bytes:
        """Of the text of a narrative."""
        known = self._digests.get(name)
        if known is None or known[0] is not source:
            text = source.text.encode("utf-8", "surrogatepass")
            known = self._digests[name] = source, blake2b(text, digest_size=16).digest()
        return known[1]

    def marks(self, name: str, source: Source | None) -> int:
        """The marks in a narrative that something is still to be done."""
        if source is None or "待" not in source.text:
            return 0
        known = self.gaps.get(name)
        if known is None or known[0] is not source:
            known = self.gaps[name] = source, sum(1 for _ in gaps_in_prose(source))
        return known[1]


class KeptNarratives(Narratives):
    """The narratives of one compilation; what the memory holds of them is not read again.

    `texts` are unsaved ones, by name: the workspace has them in the place of the files.
    """

    def __init__(
        self, workspace: Workspace, folder: Path, sink: Diagnostics, memory: Memory, texts: Mapping[str, str]
    ) -> None:
        super().__init__(workspace, folder, sink)
        self._memory, self._texts = memory, texts
        self._pictures = False

    def read(self, name: str, level: int, wanted: Span) -> tuple[Block, ...]:
        state = (*self._memory.state(name), self._texts.get(name))
        known = self._memory.read.get((name, level, wanted))
        if known is None or known.state != state:
            used, sink = self.used, self.sink
            self.used, self.sink = set(), Diagnostics()
            self.sources.pop(name, None)
            try:
                blocks = super().read(name, level, wanted)
                path = next(iter(self.used), None)
                known = _Read(state, path, self.sources.get(name), blocks, tuple(self.sink))
            finally:
                self.used, self.sink = used, sink
            self._memory.read[name, level, wanted] = known
        if known.path is not None:
            self.used.add(known.path)
        if known.source is not None:
            self.sources[name] = known.source
        for diagnostic in known.reported:
            self.sink.add(diagnostic)
        return known.blocks

    def is_there(self, name: str) -> bool:
        """Whether there is a file, or a text, of a narrative that was read."""
        path = str(self.folder / f"{name}.md")
        return path in self.used and self.workspace.has(path)

    def parse(self, source: Source, level: int) -> tuple[Block, ...]:
        known = self._memory.parsed.get((source.path, level))
        if known is None or known.source.text != source.text:
            sink = self.sink
            self.sink, self._pictures = Diagnostics(), False
            try:
                blocks = super().parse(source, level)
                known = _Parsed(source, blocks, tuple(self.sink), self._pictures)
            finally:
                self.sink = sink
            self._memory.parsed[source.path, level] = known
        for diagnostic in known.reported:
            self.sink.add(diagnostic)
        return known.blocks

    def picture(self, reference: str, span: Span) -> bytes | None:
        self._pictures = True
        return super().picture(reference, span)

    def report_unused(self, unlisted: Collection[str]) -> None:
        state = (self._memory.state()[0], frozenset(unlisted), frozenset(self.used), frozenset(self._texts))
        known = self._memory.unused
        if known is None or known[0] != state:
            sink, self.sink = self.sink, Diagnostics()
            try:
                super().report_unused(unlisted)
                known = self._memory.unused = state, tuple(self.sink)
            finally:
                self.sink = sink
        for diagnostic in known[1]:
            self.sink.add(diagnostic)
