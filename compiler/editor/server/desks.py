"""The reports that are served, each with what is kept of it while the server runs."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path

from compiler.diagnostics import Diagnostic, Diagnostics
from compiler.editor.keeping import EVERY, NarrativeFiles, Other, Presence, Who
from compiler.editor.preview import Chip, Page, Preview
from compiler.editor.server.baselines import Baselines
from compiler.editor.server.refusals import Refused
from compiler.editor.server.sent import Sent
from compiler.editor.server.watching import Watcher
from compiler.inputs import read_report
from compiler.publishing import WorkspaceError
from compiler.workspace import Workspace

_PATIENCE = 60.0
"""Seconds to wait for whoever compiles the same report."""


class Desk:
    """One report that somebody works on."""

    def __init__(self, id: str, folder: Path, who: Who) -> None:
        """Raises `WorkspaceError` when the folder is in no workspace."""
        self.id, self.folder = id, folder.resolve()
        self.workspace = Workspace.around(self.folder)
        before = self.folder.parent / str(int(folder.name) - 1) if folder.name.isdecimal() else self.folder
        self.watcher = Watcher(self.folder, (self.workspace.root / "templates", before))
        self.narratives = NarrativeFiles(self.workspace, self.folder, self._names)
        self.baselines = Baselines(self.workspace, self.folder, self.narratives)
        self.sent = Sent()
        self._lock, self._judging = threading.Lock(), threading.Lock()
        self._preview: Preview | None = None
        self._page: Page | None = None
        self._revision = ""
        """Of the files, before they were last compiled as they are."""
        self._found: tuple[Diagnostic, ...] = ()
        self.progress = ""
        """How far the report is filled in, in words; empty when nothing was ever left open."""
        self._meeting = threading.Lock()
        self._presence = Presence(self.folder, who)
        self._slot, self._beaten = "", float("-inf")

    @cached_property
    def narrative_prefix(self) -> str:
        """What the paths of its narratives start with, as messages name them."""
        return self.workspace.shown(self.folder / "narrative") + "/"

    def slot_of(self, path: str) -> str:
        """The narrative that a file is, by its path as messages name it; empty for any other file."""
        if not path.startswith(self.narrative_prefix) or not path.endswith(".md"):
            return ""
        return path[len(self.narrative_prefix) : -len(".md")]

    @contextmanager
    def compiling(self) -> Iterator[Preview]:
        """The report's compiler, for one at a time.

        After anything unforeseen it starts anew, as nobody knows what state it is in. Raises `Refused` when another is at it for too long.
        """
        if not self._lock.acquire(timeout=_PATIENCE):
            raise Refused(503, "这份报告正忙着，等了一分钟还没有轮到。", "过一会儿再试。")
        try:
            if self._preview is None:
                self._preview = Preview(self.workspace.root, self.folder)
            yield self._preview
        except (Refused, WorkspaceError):
            raise
        except BaseException:
            self._preview = None
            raise
        finally:
            self._lock.release()

    @contextmanager
    def passing(self) -> Iterator[None]:
        """Whoever only passes by: what is compiled meanwhile is let go, when the report was not kept compiled before."""
        kept = self._preview is not None
        try:
            yield
        finally:
            if not kept:
                with self._lock:
                    self._preview = self._page = None

    def compiled(self) -> Page:
        """The report as it is on the disk."""
        revision = self.watcher.look("").revision
        with self.compiling() as preview:
            self._revision = revision
            self._page = preview.compile({})
            self.progress = preview.progress()
            return self._page

    def compiled_with(self, name: str, text: str | None) -> tuple[Page, tuple[Chip, ...]]:
        """The report, one narrative being `text`, where that is given, though not saved yet; and the figures in that narrative."""
        with self.compiling() as preview:
            page = self._page = preview.compile({} if text is None else {name: text})
            return page, page.chips.get(
                name, ()
            )  # they are made when asked for, from the state last compiled

    def judged(self) -> tuple[Page, tuple[Diagnostic, ...]]:
        """The report as it is on the disk, and all there is to say of it."""
        with self._judging:  # who asks meanwhile gets a newer answer
            with self.compiling() as preview:
                page = self._page = preview.compile({})
                judge = preview.judging()
                self.progress = preview.progress()
            self._found = _all(judge())
            return page, self._found

    @property
    def found(self) -> tuple[Diagnostic, ...]:
        """What was last found by `judged`."""
        return self._found

    def narrative(self, name: str) -> str:
        """The name, when it is that of a narrative the report has. Raises `Refused` for any other."""
        page = self._page or self.compiled()
        if self.watcher.look(self._revision).data:  # a project may have gone with its narrative
            page = self.compiled()
        if not name or all(slot.name != name for slot in page.slots):
            page = self.compiled()  # the outline may have changed since
            if not name or all(slot.name != name for slot in page.slots):
                raise Refused(404, "这份报告里没有这一段叙述。", "可能大纲改过：刷新网页再看。")
        return name

    def _names(self) -> tuple[str, ...]:
        """The narratives of the outline, as last compiled, in its order."""
        page = self._page or self.compiled()
        return tuple(dict.fromkeys(slot.name for slot in page.slots if slot.name))

    @cached_property
    def kind(self) -> str:
        """文种, empty when report.yaml does not say."""
        report = read_report(self.workspace, self.folder, Diagnostics())
        return report.kind if report else ""

    def beat(self, slot: str | None = None) -> None:
        """Let others know that somebody works on it, and at which narrative: None for the one last named."""
        with self._meeting:
            now = time.monotonic()
            if slot is None and now - self._beaten < EVERY:
                return
            self._slot = self._slot if slot is None else slot
            self._beaten = now
            self._presence.here(self._slot)

    def others(self) -> list[Other]:
        """Who else works on it."""
        with self._meeting:
            return self._presence.others()

    def leave(self) -> None:
        """Others see us no more."""
        with self._meeting:
            self._presence.leave()


class Desks:
    """All reports; those that came since the start are found."""

    def __init__(self, find: Callable[[], list[Path]], who: Who) -> None:
        """`find` gives the folders of the reports that may be edited."""
        self._find, self._who = find, who
        self._lock = threading.Lock()
        self._desks: dict[str, Desk] = {}
        self._folders: dict[str, Path] = {}

    def folders(self) -> dict[str, Path]:
        """Every report's folder by its id, looked for anew."""
        found: dict[str, Path] = {}
        for folder in self._find():
            folder = folder.resolve()
            id = f"{folder.parent.name}/{folder.name}"
            while id in found:  # the same department below two roots
                id += "′"
            found[id] = folder
        with self._lock:
            self._folders = found
        return found

    def open(self, id: str) -> Desk:
        """A report by its id. Raises `Refused` when there is none."""
        with self._lock:
            if id in self._desks:
                return self._desks[id]
        folder = self._folders.get(id) or self.folders().get(id)
        if folder is None:
            raise Refused(404, "没有这份报告，可能已经移走。", "刷新网页再看。")
        with self._lock:
            if id not in self._desks:
                self._desks[id] = Desk(id, folder, self._who)
            return self._desks[id]

    def close(self) -> None:
        """Leave every report."""
        for desk in list(self._desks.values()):
            desk.leave()


def _all(sinks: tuple[Diagnostics, ...]) -> tuple[Diagnostic, ...]:
    return tuple(item for sink in sinks for item in sink)
