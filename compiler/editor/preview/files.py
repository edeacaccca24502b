"""What files are like on disk, looked at again and again: which of them changed since the last look."""

from __future__ import annotations

import os
import time
from collections.abc import Sequence
from hashlib import blake2b
from pathlib import Path
from typing import TypeAlias

from compiler.named import NamedTuple

_State: TypeAlias = "tuple[int, ...]"
_OURS = frozenset((".history", ".editing"))
"""Folders in narrative/ that the editor writes and no report is made from."""
UNSETTLED = 3_000_000_000
"""Nanoseconds in which a file may change once more without its times showing it: FAT counts in steps of two seconds."""


class Changes(NamedTuple):
    """What a look found, as paths."""

    changed: frozenset[str]
    """Files that hold something else."""
    moved: frozenset[str]
    """What came, went or became something else: a link, a folder."""

    @property
    def all(self) -> frozenset[str]:
        return self.changed | self.moved


class Files:
    """The files of some folders, and of the folders in them; what was read of them is in `kept` until it changes.

    A file's bytes are taken to be the same while its size, times and number are, but for one written to in the last seconds:
    that is read again. What was read from elsewhere counts as changed each time.
    """

    def __init__(self, folders: Sequence[Path], above: Sequence[Path] = ()) -> None:
        """`above`: folders of which only matters what they are, folders or links."""
        self._folders = [str(folder) for folder in folders]
        self._above = [str(folder) for folder in above]
        self._states: dict[str, _State] = {}
        self._unsettled: frozenset[str] = frozenset()
        self.kept: dict[str, bytes] = {}
        """For `Workspace.kept`."""
        self._listing: bytes | None = None

    def look(self) -> Changes:
        """What changed since the last look; the first finds everything new."""
        before, now = self._states, {}
        for path in self._above:
            now[path] = _kind(path)
        for path in self._folders:
            now[path] = _kind(path)
            if now[path][0] == _FOLDER:
                _scan(path, now)
        changed = {path for path in self.kept if path not in now}
        moved: set[str] = set()
        if now != before:
            for path in now.keys() | before.keys():
                old, new = before.get(path), now.get(path)
                if old != new:
                    alike = old is not None and new is not None and old[0] == new[0]
                    (changed if alike else moved).add(path)
        changed |= {path for path in self._unsettled if path not in changed and self._differs(path)}
        clock = time.time_ns()
        self._unsettled = frozenset(
            path for path, state in now.items() if len(state) > 1 and clock - max(state[2:4]) < UNSETTLED
        )
        for path in (*changed, *moved):
            self.kept.pop(path, None)
        if moved:
            self._listing = None
        self._states = now
        return Changes(frozenset(changed), frozenset(moved))

    def listing(self, root: Path) -> bytes:
        """A digest of the names of all files, from `root`: the same on every machine."""
        if self._listing is None:
            listing = blake2b(digest_size=16)
            for path in sorted(self._states):
                listing.update(f"{_name(path, root)}\n".encode("utf-8", "surrogateescape"))
            self._listing = listing.digest()
        return self._listing

    def digest(self, root: Path, beside: str) -> bytes:
        """A digest of what was read and is kept but for what is below `beside`, with its names from `root`."""
        whole = blake2b(digest_size=16)
        for path, data in sorted(self.kept.items(), key=lambda item: Path(item[0])):
            if path.startswith(beside):
                continue
            name = f"{_name(path, root)}\0{len(data)}\0"
            whole.update(name.encode("utf-8", "surrogateescape") + data)
        return whole.digest()

    def forget(self, beside: str) -> None:
        """Keep no longer what was read of files but those below `beside`."""
        for path in [path for path in self.kept if not path.startswith(beside)]:
            del self.kept[path]

    def _differs(self, path: str) -> bool:
        """Whether a file that was read holds something else now."""
        held = self.kept.get(path)
        if held is None:
            return False
        try:
            return Path(path).read_bytes() != held
        except OSError:
            return True


def _name(path: str, root: Path) -> str:
    return path.removeprefix(str(root)).replace(os.sep, "/")


_FILE, _FOLDER, _LINK, _NOTHING = range(4)


def _scan(folder: str, found: dict[str, _State]) -> None:
    try:
        with os.scandir(folder) as entries:
            for entry in entries:
                if entry.is_dir(follow_symlinks=False):
                    found[entry.path] = (_FOLDER,)
                    if entry.name not in _OURS:
                        _scan(entry.path, found)
                else:
                    found[entry.path] = _state(entry.stat(follow_symlinks=False), entry.is_symlink())
    except OSError:
        found[folder] = (_NOTHING,)


def _state(status: os.stat_result, link: bool) -> _State:
    kind = _LINK if link else _FILE
    return (kind, status.st_size, status.st_mtime_ns, status.st_ctime_ns, status.st_ino, status.st_mode)


def _kind(path: str) -> _State:
    if os.path.islink(path):
        return (_LINK,)
    return (_FOLDER,) if os.path.isdir(path) else (_NOTHING,)
