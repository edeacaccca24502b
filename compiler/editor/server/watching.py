"""What changed on the disk, for whoever asks: looks at the stat of every file a report is made from, once a second at most.

What was written to in the last seconds is read as well: such a file may change without its stat showing it.
"""

from __future__ import annotations

import os
import threading
import time
from collections import OrderedDict
from collections.abc import Iterator, Mapping
from hashlib import blake2b, sha256
from pathlib import Path

from compiler.editor.preview.files import UNSETTLED
from compiler.named import NamedTuple

_APART = 0.8
"""Seconds between two looks, however many ask."""
_KEPT = 32
"""Earlier states that a page may still have."""

_LONGEST = 4_000_000
"""Bytes of a file that is read."""


class _File(NamedTuple):
    """What changes when a file does."""

    size: int
    changed: int
    """Nanoseconds of the epoch, likewise the next."""
    touched: int
    number: int
    held: bytes
    """A digest of what it held when it was new; empty for what was old when it was first seen."""


_State = Mapping[str, _File]


class Seen(NamedTuple):
    """The files as they are."""

    revision: str
    """Of this state."""
    slots: tuple[str, ...]
    """Narratives that changed since the revision asked about."""
    data: bool
    """Whether anything else did."""


class Watcher:
    """One report's files; may be asked by many threads at once."""

    def __init__(self, report: Path, others: tuple[Path, ...]) -> None:
        """`report` is the report's folder, `others` what it is made from besides: templates, last year's report."""
        self._narrative = os.path.join(report, "narrative", "")
        self._folders = (report, *others)
        self._lock = threading.Lock()
        self._looked = float("-inf")
        self._states: OrderedDict[str, _State] = OrderedDict()

    def look(self, since: str) -> Seen:
        """What there is, and what changed since the revision `since`; everything for one that is not known any more, nothing for none."""
        with self._lock:
            if time.monotonic() - self._looked >= _APART or not self._states:
                last = self._states[next(reversed(self._states))] if self._states else {}
                self._remember(dict(_stats(self._folders, last)))
                self._looked = time.monotonic()
            revision, state = next(reversed(self._states.items()))
            before = self._states.get(since)
        if not since or since == revision:
            return Seen(revision, (), False)
        known = before or {}
        changed = [path for path in state.keys() | known.keys() if state.get(path) != known.get(path)]
        slots = {path for path in changed if path.startswith(self._narrative) and path.endswith(".md")}
        names = sorted(path[len(self._narrative) : -3].replace(os.sep, "/") for path in slots)
        return Seen(revision, tuple(names), len(slots) < len(changed))

    def _remember(self, state: _State) -> None:
        digest = sha256()
        for path in sorted(state):
            digest.update(f"{path}\0{state[path]}\0".encode(errors="surrogateescape"))
        revision = digest.hexdigest()[:16]
        self._states[revision] = state
        self._states.move_to_end(revision)
        while len(self._states) > _KEPT:
            self._states.popitem(last=False)


def _stats(folders: tuple[Path, ...], last: _State) -> Iterator[tuple[str, _File]]:
    """Every file but the hidden ones; what goes away meanwhile is away. `last` is what the look before found."""
    waiting = [str(folder) for folder in folders]
    now = time.time_ns()
    while waiting:
        try:
            with os.scandir(waiting.pop()) as entries:
                for entry in entries:
                    if entry.name.startswith((".", "~$")):
                        continue
                    if entry.is_dir(follow_symlinks=False):
                        waiting.append(entry.path)
                    else:
                        yield entry.path, _file(entry, last.get(entry.path), now)
        except OSError:
            continue


def _file(entry: os.DirEntry[str], before: _File | None, now: int) -> _File:
    status = entry.stat(follow_symlinks=False)
    found = _File(status.st_size, status.st_mtime_ns, status.st_ctime_ns, status.st_ino, b"")
    if before is not None and found == before._replace(held=b""):
        found = before
    settled = now - max(found.changed, found.touched) >= UNSETTLED
    if settled or found.size > _LONGEST or entry.is_symlink():
        return found
    try:
        with open(entry.path, "rb") as file:
            return found._replace(held=blake2b(file.read(_LONGEST), digest_size=16).digest())
    except OSError:  # somebody writes it just now, or it is not for us
        return found
