"""The files that a report is made from, as they are on the disk: which they are, and whether they hold what they held."""

from __future__ import annotations

import os
import stat
import time
from collections.abc import Iterable, Iterator, Mapping
from hashlib import sha256
from pathlib import Path
from typing import TypeAlias

from compiler.safe_names import is_passed_over
from compiler.schemes import SCHEMES
from compiler.worklist import NAME as WORKLIST
from compiler.workspace import MAX_PICTURE

Status: TypeAlias = "tuple[int, ...]"
"""Size, time of change, time of the entry's change, number of a file; a mark for what is no plain file."""
LINK: Status = (-1,)
FOLDER: Status = (-2,)
UNREADABLE: Status = (-3,)

_UNSETTLED = 3_000_000_000
"""Nanoseconds in which a file may change once more without its times showing it: FAT counts in steps of two seconds."""
_WAIVERS = ("waiver", "放行")
_LENGTH = 32
"""Characters of a SHA-256, which most processors have instructions for: half of it is enough to tell apart what nobody forges."""
_PIECE = 1 << 16
"""Bytes of an output that are read at once: a large one has no room in memory, and of a small one nearly all time goes into making room
for more.
"""


def status_of(status: os.stat_result) -> Status:
    """What is compared instead of the bytes."""
    return (status.st_size, status.st_mtime_ns, status.st_ctime_ns, status.st_ino)


def is_settled(status: Status, now: int) -> bool:
    """Whether a file with this status, looked at at `now` (ns), cannot change without its status changing.

    One written to a moment ago can: as often as it likes within a tick of the disk's clock. One from the future is never sure.
    """
    return len(status) > 1 and now - max(status[1:3]) > _UNSETTLED


class Sources:
    """Looks at the sources of reports. The templates, which reports share, are looked at once for each kind, so that
    one of these is for one run.
    """

    def __init__(self, root: Path) -> None:
        self._root = os.path.join(root, "")
        self._templates: dict[str, dict[str, Status]] = {}

    def of(self, folder: Path, kind: str | None) -> dict[str, Status]:
        """All files that the report in `folder` may be made from, by their path from the root, with forward slashes.

        They are its own, those of the year before, those of the template of its `kind` (of every kind, anew, while that is not known: None)
        and the scoring schemes. What nobody reads is not among them: hidden files, lock files of Office, other folders.
        """
        found: dict[str, Status] = {}
        self._report(folder, found)
        if folder.name.isdecimal():
            self._report(folder.parent / str(int(folder.name) - 1), found, earlier=True)
        templates = f"{self._root}templates"
        if kind is None:
            self._walk(templates, found, is_link=os.path.islink(templates))
        else:
            for name in (kind, SCHEMES):
                if name not in self._templates:
                    self._templates[name] = {}
                    path = os.path.join(templates, name)
                    self._walk(path, self._templates[name], is_link=os.path.islink(path))
                found.update(self._templates[name])
        return found

    def _report(self, folder: Path, found: dict[str, Status], *, earlier: bool = False) -> None:
        base = str(folder)
        try:
            with os.scandir(base) as entries:
                for entry in entries:
                    if entry.name in ("data", "narrative"):
                        self._walk(entry.path, found, is_link=entry.is_symlink())
                    elif entry.name == "report.yaml" or (
                        not earlier and (entry.name == WORKLIST or entry.name.lower().startswith(_WAIVERS))
                    ):
                        found[self._name(entry.path)] = _status(entry)
        except OSError:
            if os.path.lexists(base):
                found[self._name(base)] = UNREADABLE

    def _walk(self, folder: str, found: dict[str, Status], *, is_link: bool) -> None:
        """As `Workspace.files` does, which reads what is found here."""
        if is_link:
            found[self._name(folder)] = LINK
            return
        try:
            with os.scandir(folder) as entries:
                for entry in entries:
                    if entry.is_dir(follow_symlinks=False):
                        if entry.name.startswith("."):
                            continue
                        if entry.name.endswith((".yaml", ".md", ".html")):
                            found[self._name(entry.path)] = FOLDER
                        self._walk(entry.path, found, is_link=False)
                    elif not is_passed_over(entry.name):
                        found[self._name(entry.path)] = _status(entry)
        except OSError:
            if os.path.lexists(folder):
                found[self._name(folder)] = UNREADABLE

    def _name(self, path: str) -> str:
        return path.removeprefix(self._root).replace(os.sep, "/")


def of_kind(found: Mapping[str, Status], kind: str) -> dict[str, Status]:
    """What `Sources.of` gives for a kind, out of what it gave before the kind was known."""
    wanted = (f"templates/{kind}/", f"templates/{SCHEMES}/")
    return {
        name: status
        for name, status in found.items()
        if not name.startswith("templates/") or f"{name}/".startswith(wanted)
    }


def with_all_read(
    root: Path, found: Mapping[str, Status], read: Iterable[Path] | Iterable[str]
) -> dict[str, Status]:
    """What was `found`, with every file that was read all the same: a report that such a one has gone into is never unchanged,
    as nobody would see it change.
    """
    base = os.path.join(root, "")
    unseen = (str(path).removeprefix(base).replace(os.sep, "/") for path in read)
    return {**dict.fromkeys(unseen, UNREADABLE), **found}


def _status(entry: os.DirEntry[str]) -> Status:
    """Of a file, which may be gone already."""
    try:
        status = entry.stat(follow_symlinks=False)
        if os.name == "nt":  # a listing has neither number nor the last times
            status = os.stat(entry.path, follow_symlinks=False)
    except OSError:
        return UNREADABLE
    if stat.S_ISREG(status.st_mode):
        return status_of(status)
    return LINK if stat.S_ISLNK(status.st_mode) else UNREADABLE


def digests(
    root: Path, found: Mapping[str, Status], read: Mapping[str, str] | None = None
) -> Iterator[tuple[str, str]]:
    """Of every file its name and a digest of what it holds: what was `read`, by path, where it was, else what is there now.

    Empty for one that cannot be read, so that it is equal to nothing.
    """
    base = os.path.join(root, "")
    for name, status in found.items():
        path = base + name.replace("/", os.sep)
        yield name, (read.get(path) if read else None) or digest_of(path, status)


def digest(data: bytes) -> str:
    """What stands for bytes."""
    return sha256(data).hexdigest()[:_LENGTH]


def digest_of(path: Path | str, status: Status) -> str:
    """What stands for a source that looks like this; empty for one that cannot be read."""
    if len(status) == 1:
        return "" if status == UNREADABLE else f"mark {status[0]}"
    if status[0] > MAX_PICTURE:  # nothing reads it
        return f"large {status[0]}"
    try:
        with open(path, "rb", buffering=0) as file:
            return digest(file.readall())
    except OSError:
        return ""


def digest_of_output(path: Path | str) -> str:
    """What stands for an output, however large; empty for one that cannot be read."""
    try:
        with open(path, "rb", buffering=0) as file:
            state = sha256()
            while piece := file.read(_PIECE):
                state.update(piece)
            return state.hexdigest()[:_LENGTH]
    except OSError:
        return ""


def now() -> int:
    """The clock that files are held against, in nanoseconds."""
    return time.time_ns()
