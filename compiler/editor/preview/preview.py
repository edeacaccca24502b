"""A report that is compiled again and again while it is written: only what depends on a change is made anew."""

from __future__ import annotations

import gc
import os
from collections import OrderedDict
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import date
from decimal import localcontext
from functools import partial
from hashlib import blake2b
from pathlib import Path

from compiler.archive.environment import program_digest
from compiler.checks.check import Previous
from compiler.compilation import Layout, complete, fill_in, lay_out
from compiler.diagnostics import Diagnostic, Diagnostics
from compiler.editor.preview.chips import Chips, chips_of
from compiler.editor.preview.files import Changes, Files
from compiler.editor.preview.origins import Origins, reads_in_table
from compiler.editor.preview.page import Chip, FigureOrigin, Page, Section, Slot, Value
from compiler.editor.preview.places import Place, places, stretches_of, title_of
from compiler.editor.preview.printing import Kept, Printer, find_figure, id_of, with_tables
from compiler.editor.preview.reading import KeptNarratives, Memory
from compiler.editor.preview.values import find_values
from compiler.figures import EXACT
from compiler.named import NamedTuple
from compiler.passes.context import Context, Memo
from compiler.passes.tables import table_to_print
from compiler.pipeline import draft_of, judged, spans_of_names
from compiler.previous import read_previous
from compiler.publishing import WorkspaceError, reason
from compiler.source import Source
from compiler.tree import Block, Document, TableSlot
from compiler.tree import Slot as TreeSlot
from compiler.waivers import read_waivers
from compiler.worklist import progress
from compiler.workspace import Workspace
from compiler.writers.html.sections import page_style

_SHOWN = 6
"""Pages whose figures may still be asked about: several windows show different ones, and judging makes one more."""
_MADE_FROM = ("report.yaml", "data")
"""What of a report's folder decides more than its prose."""


class _Laid(NamedTuple):
    """A report without its prose, and what was said of it."""

    layout: Layout | None
    problems: Diagnostics
    places: tuple[Place, ...]
    digest: bytes
    """Of the files it was made from."""


class _Made(NamedTuple):
    """What a compilation came to."""

    workspace: Workspace
    layout: Layout
    narratives: KeptNarratives
    context: Context
    filled: Document
    """Its prose read, before the passes."""
    document: Document
    passed: bool
    """Whether nothing stood in the way up to the tables."""


class _Shown(NamedTuple):
    """What the ids of a page's figures mean."""

    made: _Made
    printed: Mapping[str, Kept]


class Preview:
    """One report, kept compiled. Not for two threads at once: the caller holds a lock.

    `WorkspaceError` is raised when a folder cannot be read; the next compilation tries again.
    """

    def __init__(self, root: Path, folder: Path, today: date | None = None) -> None:
        """`root` is the workspace's, `folder` the report's; `today` is the date by which waivers lapse, the clock's when None."""
        self._today = today
        self._root, self._folder = root.resolve(), folder.resolve()
        self._shown = Workspace(self._root).shown(self._folder)
        above = [path for path in self._folder.parents if path.is_relative_to(self._root)]
        self._files = Files([self._root / "templates", self._folder], above)
        self._prose = f"{self._folder / 'narrative'}{os.sep}"
        self._memory, self._memo = Memory(), Memo()
        self._printer = Printer(f"{self._shown}/narrative")
        self._laid: _Laid | None = None
        self._made: _Made | None = None
        self._problems = Diagnostics()
        self._origins: tuple[_Made, Origins] | None = None
        self._shown_pages: OrderedDict[str, _Shown] = OrderedDict()
        self._before: tuple[Path, Files] | None = None
        self._last: tuple[Previous | None] | None = None

    # The page ----------------------------------------------------------------------------

    def compile(self, instead: Mapping[str, str] | None = None) -> Page:
        """The page of what the files hold now; `instead` are unsaved narratives, by name.

        Every file is looked at. Raises `WorkspaceError` when a folder cannot be read.
        """
        texts = dict(instead or {})
        try:
            with localcontext(EXACT), _no_collector():
                return self._compile(texts)
        except OSError as error:  # a folder went while it was read
            raise WorkspaceError(
                f"读不了这份报告：{reason(error)}。请检查文件夹在不在、能不能打开。"
            ) from error

    def _compile(self, texts: dict[str, str]) -> Page:
        self._note(self._files.look())
        narrative = self._folder / "narrative"
        encoded = {self._path_of(name): text.encode("utf-8", "surrogatepass") for name, text in texts.items()}
        workspace = Workspace(self._root, instead=encoded)
        workspace.kept = self._files.kept
        self._made = None
        # What was printed of another title or data is not gone on with.
        printed = self._printer.kept if self._laid is not None else {}
        self._printer.kept = {}
        laid = self._laid or self._lay_out(workspace)
        self._laid = laid
        sink = Diagnostics()
        for problem in laid.problems:
            sink.add(problem)
        self._problems = sink
        narratives = KeptNarratives(workspace, narrative, sink, self._memory, texts)
        if laid.layout is None:
            narratives.check_all()
            return Page(self._version(laid, {}, (), sink), (), (), {}, sink, "", "", "")
        self._memo.begin()
        context = Context(sink, laid.layout.rule, self._memo)
        filled = fill_in(laid.layout, narratives, context)
        document = complete(filled, context)
        made = _Made(workspace, laid.layout, narratives, context, filled, document, not sink.has_errors)
        stretches = [
            (place, document.parts[place.part].blocks[start:end])
            for place, (start, end) in zip(laid.places, stretches_of(laid.places, filled), strict=True)
        ]
        style = laid.layout.inputs.style
        sections: tuple[Section, ...] = ()
        if style is not None:
            self._printer.kept = printed
            stretch = [(place.key, place.part, blocks) for place, blocks in stretches]
            sections = self._printer.print(document, style, stretch, context)
        else:
            for _, blocks in stretches:
                with_tables(blocks, context)
        self._made = made
        names = [place.name for place in laid.places if place.name]
        version = self._version(laid, narratives.sources, sections, sink)
        self._shown_pages[version] = _Shown(made, self._printer.kept)
        self._shown_pages.move_to_end(version)
        while len(self._shown_pages) > _SHOWN:
            self._shown_pages.popitem(last=False)
        return Page(
            version,
            sections,
            tuple(self._slots(stretches, narratives)),
            Chips(names, partial(_chips, made, laid.places, self._printer.kept, tuple(sink))),
            sink,
            document.metadata.title,
            page_style(style) if style is not None else "",
            self._printer.head if style is not None else "",
        )

    def _path_of(self, name: str) -> Path:
        return self._folder / "narrative" / f"{name}.md"

    def _note(self, changes: Changes) -> None:
        """Forget what was made from what changed."""
        narratives: set[str] = set()
        moved = pictures = False
        inside, prose = f"{self._folder}{os.sep}", self._prose
        for path in changes.all:
            if path.startswith(prose):
                came = path in changes.moved
                moved |= came
                if path.endswith(".md"):
                    narratives.add(path[len(prose) : -3].replace(os.sep, "/"))
                else:
                    pictures = True
            elif path.startswith(inside):
                if path[len(inside) :].split(os.sep)[0] in _MADE_FROM:
                    self._laid = None
            else:  # a template, or what a folder above is
                self._laid = None
                moved = pictures = True
        self._memory.note(narratives, moved=moved, pictures=pictures)

    def _lay_out(self, workspace: Workspace) -> _Laid:
        self._memory.forget_places()
        self._files.forget(self._prose)
        sink = Diagnostics()
        layout = lay_out(workspace, self._folder, sink, lambda stage, done, whole: None, traced=True)
        found = places(layout.document) if layout is not None else ()
        digest = self._files.digest(self._root, beside=self._prose)
        return _Laid(layout, sink, found, digest)

    def _slots(
        self, stretches: list[tuple[Place, tuple[Block, ...]]], narratives: KeptNarratives
    ) -> Iterator[Slot]:
        for place, blocks in stretches:
            if not place.level:
                continue
            number, title = title_of(blocks)
            name = place.name
            source = narratives.sources.get(name) if name else None
            yield Slot(
                number,
                title or name.rpartition("/")[2],
                place.level,
                name,
                f"{self._shown}/narrative/{name}.md" if name else "",
                source is not None or narratives.is_there(name),
                self._memory.marks(name, source),
                place.key,
            )

    def _version(
        self, laid: _Laid, sources: Mapping[str, Source], sections: tuple[Section, ...], sink: Diagnostics
    ) -> str:
        """A digest over the program, the files, the texts, and what came of them (in which pictures are)."""
        whole = blake2b(program_digest().encode(), digest_size=12)
        whole.update(laid.digest + self._files.listing(self._root))
        for name, source in sorted(sources.items()):
            whole.update(_digest(name) + self._memory.digest(name, source))
        whole.update("".join([section.digest for section in sections]).encode())
        for problem in sink:
            whole.update(_digest(f"{problem.span} {problem.code} {problem.message}"))
        return whole.hexdigest()

    # Beside the page ---------------------------------------------------------------------

    def judging(self) -> Callable[[], tuple[Diagnostics, ...]]:
        """What finds all that stands in the way of a document and all that the rules find, of the state last compiled.

        It is slow, and needs no lock: what it looks at no later compilation changes, and files it reads for itself.
        """
        workspace = Workspace(self._root, self._today)
        problems, folder, made = self._problems, self._folder, self._made
        with localcontext(EXACT):
            waiving = read_waivers(workspace, folder)
            draft = None
            if made is not None and made.passed:
                draft = draft_of(
                    workspace, folder, made.layout.inputs, made.document, made.narratives, self._previous
                )

        def judge() -> tuple[Diagnostics, ...]:
            if draft is None:
                return problems, waiving.problems
            with localcontext(EXACT):
                return problems, judged(workspace, folder, draft, waiving)

        return judge

    def progress(self) -> str:
        """How far the state last compiled is filled in, in words; empty when nothing was ever left open."""
        made = self._made
        if made is None:
            return ""
        gaps = (*made.layout.inputs.gaps, *made.narratives.gaps())
        return progress(made.workspace, self._folder, gaps, self._problems.faulty).words

    def _previous(self) -> Previous | None:
        """Last year's report, read again when a file of it changed."""
        if self._made is None:
            return None
        report = self._made.layout.inputs.report
        before = self._folder.parent / str(report.year - 1)
        if self._before is None or self._before[0] != before:
            self._before = before, Files([before])
            self._last = None
        changes = self._before[1].look()
        if changes.all or self._last is None:
            self._last = (read_previous(Workspace(self._root), self._folder, report),)
        return self._last[0]

    def figure(self, id: str, version: str | None = None, text: str | None = None) -> FigureOrigin | None:
        """Where a figure comes from, of the page with a version; without it, of the one last compiled.

        None for an id that the page has not, where `text` is given and the figure is printed as something else, and for a page that is
        too old: the data are others now, or many pages were made since.
        """
        shown = self._page_shown(version)
        found = find_figure(shown.printed, id) if shown is not None else None
        if shown is None or found is None:
            return None
        made = shown.made
        figure, place, number = found
        whole, reads = figure.text, figure.reads
        with localcontext(EXACT):
            for block in place:
                if type(block) is TableSlot and (table := table_to_print(block, made.context)) is not None:
                    whole, reads = reads_in_table(table, number, made.context.cells)
            if text is not None and "".join(text.split()) not in {
                "".join(each.split()) for each in (figure.text, whole)
            }:
                return None
            if self._origins is None or self._origins[0] is not made:
                inputs = made.layout.inputs
                spans = spans_of_names(made.workspace, self._folder, inputs)
                origins = Origins(inputs.scope, spans, made.layout.rule, self._previous)
                self._origins = made, origins
            return self._origins[1].of(id, figure, whole, reads)

    def _page_shown(self, version: str | None) -> _Shown | None:
        if self._made is None:
            return None
        if version is None:
            return _Shown(self._made, self._printer.kept)
        shown = self._shown_pages.get(version)
        # Of other data neither values nor lines are known any more.
        return shown if shown is not None and shown.made.layout is self._made.layout else None

    def values(self, slot: str, query: str, most: int = 50) -> list[Value]:
        """What may be put into a narrative of the page last compiled, of what `query` finds; nothing for one that it has not."""
        made = self._made
        place = _slot_of(made.filled, slot) if made is not None else None
        if made is None or place is None:
            return []
        with localcontext(EXACT):
            return find_values(place.scope, made.layout.rule, query, most)


@contextmanager
def _no_collector() -> Iterator[None]:
    """Without the cycle collector: what a compilation makes is kept, and looking at all of a large report takes longer than compiling it."""
    on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if on:
            gc.enable()


def _digest(words: str) -> bytes:
    return blake2b(words.encode("utf-8", "surrogatepass"), digest_size=16).digest()


def _slot_of(filled: Document, name: str) -> TreeSlot | None:
    """The first place that a narrative is wanted for."""
    for part in filled.parts:
        for block in part.blocks:
            if type(block) is TreeSlot and block.prose is not None and block.prose.name == name:
                return block
    return None


def _chips(
    made: _Made,
    found: tuple[Place, ...],
    printed: Mapping[str, Kept],
    problems: tuple[Diagnostic, ...],
    name: str,
) -> tuple[Chip, ...]:
    """The chips of a narrative, with the ids that its figures have on the page."""
    source, slot = made.narratives.sources.get(name), _slot_of(made.filled, name)
    if source is None or slot is None:
        return ()
    key = next(place.key for place in found if place.name == name)
    kept = printed.get(key)
    figures = enumerate(kept.figures) if kept is not None else ()
    return chips_of(source, slot.blocks, [(f"{id_of(key)}.{n}", figure) for n, figure in figures], problems)
