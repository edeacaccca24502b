"""Re-reads every byte of the versions and names what is not as it was made: changed, missing, added, forged, reordered, cut out."""

from __future__ import annotations

import os
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from compiler.archive import inventory, record
from compiler.archive.chain import chain, pointers
from compiler.archive.digests import (
    Digest,
    blanked,
    build_digest,
    digest_of,
    digest_of_file,
    in_parallel,
    read_plain,
    require_sm3,
)
from compiler.archive.history import History, Stored, read_history
from compiler.archive.layout import (
    CONTENT,
    INVENTORY,
    NAMASTE,
    NAMASTE_TEXT,
    RECORD,
    SIDECAR,
    SLIPS,
    version_number,
)
from compiler.archive.problem import Kind, Problem
from compiler.archive.record import Record
from compiler.named import NamedTuple
from compiler.publishing import reason

if TYPE_CHECKING:
    from compiler.inputs import Progress

_OF_OCFL = frozenset(("extensions", "logs"))
"""Folders that OCFL 1.1 lets others keep in an object."""
_OWN = frozenset((RECORD, *SLIPS))
"""What a record does not list: itself, and the slip that prints its digest."""


class Verified(NamedTuple):
    """What came of re-reading an archive."""

    archive: Path
    versions: Mapping[int, Stored]
    """Those that are there."""
    files: int
    bytes: int
    """Read."""
    problems: tuple[Problem, ...]
    notes: tuple[str, ...]
    """Nothing wrong, but worth a word."""

    @property
    def broken(self) -> frozenset[int | None]:
        """Versions with a problem, None for the archive itself."""
        return frozenset(problem.version for problem in self.problems)


def verify(archive: Path, progress: Progress) -> Verified:
    """Read every file of an archive and hold it against inventories, records, slips and the chain of digests.

    Nothing is written. What no program can tell from inside: that the newest version was forged together with what points to it,
    that the newest were taken away with every trace of them, or that the whole chain was made anew. For that the digest on a
    slip is held against `Verified.versions`.
    Raises `ArchiveError` when the folder cannot be read.
    """
    require_sm3()
    paths = _paths(archive)
    digests = in_parallel(_digest, paths)  # while the inventories are read
    return _Verifying(read_history(archive), progress).run(paths, digests)


class _Verifying:
    def __init__(self, history: History, progress: Progress) -> None:
        self.history = history
        self.archive = history.archive
        self.progress = progress
        self.problems: list[Problem] = []
        self.notes: list[str] = []
        self.digests: dict[str, Digest] = {}
        """Of every plain file, by its path from the archive on."""

    def run(self, paths: list[str], digests: Iterator[Digest | str]) -> Verified:
        """Look at everything; `digests` are those of the files at `paths`, or why there are none."""
        self._read(paths, digests)
        self._places()
        for number, stored in self.history.versions.items():
            self._version(number, stored)
        misplaced = frozenset(each.version for each in self.problems if each.kind == "reordered")
        self.problems += chain(self.history, misplaced)
        placed = [stored for number, stored in self.history.versions.items() if number not in misplaced]
        for told in pointers(self.history, placed) if placed else ():
            if isinstance(told, str):
                self.notes.append(told)
            elif told.version not in self._forged():
                self.problems.append(told)
        return Verified(
            self.archive,
            self.history.versions,
            len(self.digests),
            sum(digest.bytes for digest in self.digests.values()),
            tuple(sorted(self.problems, key=lambda each: (each.version or 0, each.kind, each.path))),
            tuple(self.notes),
        )

    def _tell(self, version: int | None, kind: Kind, path: str, message: str) -> None:
        self.problems.append(Problem(version, kind, path, message))

    def _forged(self) -> set[int | None]:
        return {each.version for each in self.problems if each.kind == "forged"}

    # Bytes -------------------------------------------------------------------------------

    def _read(self, paths: list[str], digests: Iterator[Digest | str]) -> None:
        start = len(str(self.archive)) + 1
        for done, (path, digest) in enumerate(zip(paths, digests, strict=True)):
            if not done % 500:
                self.progress("校验", done, len(paths))
            name = path[start:].replace(os.sep, "/")
            if isinstance(digest, str):
                number = version_number(name.split("/")[0])
                self._tell(number, "unreadable", name, f"读不出来：{digest}")
            else:
                self.digests[name] = digest

    def _places(self) -> None:
        """Every version from 1 on is there, and nothing else."""
        numbers = self.history.versions
        newest = max(numbers, default=0)
        heads = [newest]
        if self.history.latest:
            heads.append(self.history.latest.version)
        if self.history.root_inventory is not None:
            with suppress(ValueError):  # told of by _pointers
                heads.append(inventory.read(self.history.root_inventory).head)
        before = 0
        for number in (*numbers, max(heads) + 1):  # runs, as a forged pointer may name any number
            if number > before + 1:
                last = number - 1 if number > before + 2 else None
                told = "整个文件夹不见了：被抽走，或没有拷全"
                self.problems.append(Problem(before + 1, "cut", "", told, last))
            before = number
        known = {NAMASTE, INVENTORY, SIDECAR, *(f"v{number}" for number in numbers), *_OF_OCFL}
        for entry in sorted(os.listdir(self.archive)) if self.archive.is_dir() else ():
            if entry not in known:
                self._tell(None, "added", entry, "归档时没有这个文件")
            elif entry in _OF_OCFL:
                self.notes.append(f"{entry} 文件夹是别的归档工具的，没有校验。")
        marked = self.digests.get(NAMASTE)
        if marked is None:
            self._tell(None, "missing", NAMASTE, "归档文件夹的标志文件不见了；下一次归档会补上")
        elif marked != digest_of(NAMASTE_TEXT):
            self._tell(None, "changed", NAMASTE, "内容与归档时不同；下一次归档会补上")

    # A version ---------------------------------------------------------------------------

    def _version(self, number: int, stored: Stored) -> None:
        top = f"v{number}"
        if stored.inventory_bytes is None:
            self._tell(number, "missing", f"{top}/{INVENTORY}", "这一版的清单不见了")
        elif stored.inventory is None:
            self._tell(number, "changed", f"{top}/{INVENTORY}", f"与 {SIDECAR} 里的摘要不符，或不是清单")
        elif number != stored.inventory.head:
            self._tell(number, "reordered", "", f"这里放的是第{stored.inventory.head}版")
        elif number == max(self.history.versions) and not inventory.is_as_written(
            stored.inventory, stored.inventory_bytes
        ):  # those before are vouched for by the next record, to the byte
            self._tell(number, "forged", f"{top}/{INVENTORY}", "清单不是程序写的样子：被改写过")
        expected = self._expected(number)
        if expected is not None:
            self._files(number, expected)
        self._own_record(number, stored, expected)

    def _expected(self, number: int) -> Mapping[str, str] | None:
        """The files of a version by its own inventory, else by that of a later one: path in the content, SHA-256.

        Of a misplaced version those it has as what it is: that it is misplaced is told once.
        """
        own = self.history.versions[number].inventory
        if own is not None:
            return own.versions[own.head].files
        for later in range(number + 1, max(self.history.versions) + 1):
            stored = self.history.versions.get(later)
            if stored and stored.inventory and number in stored.inventory.versions:
                return stored.inventory.versions[number].files
        return None

    def _files(self, number: int, expected: Mapping[str, str]) -> None:
        top = f"v{number}/"
        inside = {name for name in self.digests if name.startswith(top)}
        own = {f"{top}{INVENTORY}", f"{top}{SIDECAR}"}
        unread = {problem.path for problem in self.problems if problem.kind == "unreadable"}
        for path, sha256 in expected.items():
            name = f"{top}{CONTENT}/{path}"
            digest = self.digests.get(name)
            if digest is None:
                if name not in unread:
                    self._tell(number, "missing", name, "清单里有，文件不见了")
            elif digest.sha256 != sha256:
                self._tell(number, "changed", name, "内容与归档时不同")
        for name in sorted(own - inside - unread):
            if name.endswith(SIDECAR):
                self._tell(number, "missing", name, "清单的摘要不见了")
        listed = {f"{top}{CONTENT}/{path}" for path in expected}
        for name in sorted(inside - own - listed):
            self._tell(number, "added", name, "归档时没有这个文件")

    def _own_record(self, number: int, stored: Stored, expected: Mapping[str, str] | None) -> None:
        """The record says what the inventory says; so do the slip and the documents."""
        name = f"v{number}/{CONTENT}/{RECORD}"
        made = stored.record
        if stored.is_newer:
            self._tell(
                number, "newer", name, "是更新的程序写的，没有核对；文件与清单核对过了。用新的程序再校验"
            )
            return
        if made is None or stored.record_bytes is None:
            if stored.record_bytes is not None and not self._told(name):
                self._tell(number, "changed", name, "不是归档时写的记录")
            return
        if made.version != number:
            if not any(each.kind == "reordered" and each.version == number for each in self.problems):
                self._tell(number, "reordered", "", f"这里放的是第{made.version}版")
            return
        if expected is None or self._told(name):
            return
        listed = {path: sha256 for path, sha256 in expected.items() if path not in _OWN}
        if listed != {path: digest.sha256 for path, digest in made.files.items()}:
            self._tell(number, "forged", name, "记录与清单说的文件不一样：清单或记录被改写过")
        for path, digest in made.files.items():
            there = self.digests.get(f"v{number}/{CONTENT}/{path}")
            if there is not None and there.sha256 == digest.sha256 and there != digest:
                self._tell(number, "forged", name, f"{path} 的 SM3 摘要或大小与记录不符")
        if build_digest(made.members) != made.build:
            self._tell(number, "forged", name, "内容摘要与记录的文件不符：记录被改写过")
        own = stored.inventory.versions.get(number) if stored.inventory else None
        if own is not None and (
            (own.user, own.created, own.message) != made.made
            or stored.inventory is None
            or stored.inventory.id != inventory.identifier(made.department, made.year)
        ):
            place = f"v{number}/{INVENTORY}"
            self._tell(number, "forged", place, "清单里的制作人、时间、说明或名称与记录不同：清单被改写过")
        self._slips(number, made, record.digest(stored.record_bytes))

    def _slips(self, number: int, made: Record, digest: Digest) -> None:
        """The slip is the one that was printed for this record."""
        found: dict[str, str] = {}
        for name in SLIPS:
            place = f"v{number}/{CONTENT}/{name}"
            if self._told(place) or place not in self.digests:
                continue
            try:
                mine = blanked(read_plain(self.archive / place), name, digest)
            except (zipfile.BadZipFile, OSError):
                mine = {}
            found |= mine
            if mine != {path: value for path, value in made.slips.items() if path.startswith(name)}:
                self._tell(number, "forged", place, "不是这一版的发布单：被改写过")

    def _told(self, name: str) -> bool:
        return any(problem.path == name for problem in self.problems)


def _paths(archive: Path) -> list[str]:
    """Every file below a folder, and what hides what is in it: a link to a folder, a folder that may not be read or is empty."""
    paths: list[str] = []

    def refused(error: OSError) -> None:
        paths.append(str(error.filename))

    for base, folders, names in os.walk(archive, onerror=refused):
        folders.sort()
        paths += [os.path.join(base, name) for name in sorted(names)]
        paths += [path for name in folders if os.path.islink(path := os.path.join(base, name))]
        if not folders and not names and base != str(archive):
            paths.append(base)
    return paths


def _digest(path: str) -> Digest | str:
    """A file's digests, or why there are none."""
    try:
        if os.path.islink(path):
            return "这是快捷方式（链接），不是归档时的文件"
        if os.path.isdir(path):
            return "没有权限" if not os.access(path, os.R_OK | os.X_OK) else "空文件夹，归档时没有"
        return digest_of_file(path)
    except OSError as error:
        return reason(error)
