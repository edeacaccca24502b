"""Which narratives changed: since the newest version, or where there is none, since this morning."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path

from compiler.archive.history import chosen, read_history
from compiler.archive.layout import ARCHIVE, CONTENT, INPUT, ArchiveError, report_builds, version_number
from compiler.editor.keeping import NarrativeFiles
from compiler.publishing import WorkspaceError
from compiler.workspace import Workspace

_APART = 1.0
"""Seconds for which an answer holds: a large report has a thousand files, and is asked about at every key."""
_Stat = tuple[int, int, int]


class Baselines:
    """What the narratives of one report are held against; may be asked by many threads at once."""

    def __init__(self, workspace: Workspace, folder: Path, narratives: NarrativeFiles) -> None:
        self._folder = folder
        self._archive = report_builds(workspace.root / "build", folder) / ARCHIVE
        self._narratives = narratives
        self._lock = threading.Lock()
        self._newest: tuple[int, Path | None] = (0, None)
        self._asked: frozenset[str] = frozenset()
        self._changed: set[str] = set()
        self._looked = float("-inf")
        self._answers: dict[str, tuple[object, bool]] = {}

    def changed(self, names: Iterable[str]) -> set[str]:
        """Those of the narratives whose text is another than it was."""
        with self._lock:
            names = frozenset(names)
            if names != self._asked or time.monotonic() - self._looked > _APART:
                number, frozen = self._version()
                self._changed = {name for name in names if self._is_changed(name, number, frozen)}
                self._asked, self._looked = names, time.monotonic()
            return self._changed

    def look_again(self) -> None:
        """Something was saved: what was seen a moment ago does not count."""
        with self._lock:
            self._looked = float("-inf")

    def _version(self) -> tuple[int, Path | None]:
        """The newest version that can be read, and where its narratives are."""
        try:
            number = max(filter(None, map(version_number, os.listdir(self._archive))), default=0)
        except OSError:
            number = 0
        if number != self._newest[0]:
            self._newest = (number, self._narratives_of(number) if number else None)
        return self._newest

    def _narratives_of(self, number: int) -> Path | None:
        try:
            stored = chosen(read_history(self._archive), number)
        except ArchiveError:
            return None
        if stored.record is None:
            return None
        return stored.folder / CONTENT / INPUT / stored.record.folder / "narrative"

    def _is_changed(self, name: str, number: int, frozen: Path | None) -> bool:
        path = self._folder / "narrative" / f"{name}.md"
        known = (_stat(path), number, frozen is None and datetime.now().date())
        answer = self._answers.get(name)
        if answer is None or answer[0] != known:
            changed = (
                self._since_today(name) if frozen is None else _bytes(path) != _bytes(frozen / f"{name}.md")
            )
            answer = self._answers[name] = (known, changed)
        return answer[1]

    def _since_today(self, name: str) -> bool:
        """Whether it is another than this morning, as far as its history knows: nothing is known of a day on which nobody saved."""
        midnight = datetime.now().replace(hour=0, minute=0, second=0, microsecond=0).timestamp()
        try:
            moments = [each for each in self._narratives.history(name) if each.why != "unsaved"]
            today = [each for each in moments if each.time >= midnight]
            before = [each for each in moments if each.time < midnight]
            if not today:
                return False
            start = (
                max(before, key=lambda each: each.time) if before else min(today, key=lambda each: each.time)
            )
            return self._narratives.read(name).digest != start.digest
        except WorkspaceError:
            return False


def _stat(path: Path) -> _Stat | None:
    try:
        status = path.stat()
    except OSError:
        return None
    return status.st_mtime_ns, status.st_size, status.st_ino


def _bytes(path: Path) -> bytes | None:
    """A text's bytes as the compiler reads them, whatever its line ends; None when there is none."""
    try:
        return path.read_bytes().replace(b"\r\n", b"\n").removeprefix(b"\xef\xbb\xbf")
    except OSError:
        return None
