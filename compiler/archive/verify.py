"""Re-reads every byte of the versions and names what is not as it was made: changed, missing, added, forged, reordered, cut out."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Literal, NamedTuple

from compiler.archive import inventory, record
from compiler.archive.digests import (
    Digest,
    build_digest,
    digest_of,
    digest_of_file,
    grouped,
    in_parallel,
    require_sm3,
)
from compiler.archive.history import History, Stored, read_history
from compiler.archive.layout import (
    CONTENT,
    INVENTORY,
    LATEST,
    LOCK,
    NAMASTE,
    NAMASTE_TEXT,
    RECORD,
    SIDECAR,
    SLIPS,
    version_number,
)
from compiler.publishing import reason

if TYPE_CHECKING:
    from compiler.inputs import Progress

Kind = Literal["changed", "missing", "added", "forged", "reordered", "cut", "unreadable"]
KINDS: Mapping[Kind, str] = {
    "changed": "改动",
    "missing": "缺少",
    "added": "多出",
    "forged": "伪造",
    "reordered": "错位",
    "cut": "抽走",
    "unreadable": "读不出",
}
"""What is wrong, in a word."""

_OF_OCFL = frozenset(("extensions", "logs"))
"""Folders that OCFL 1.1 lets others keep in an object."""
_OWN = frozenset((RECORD, *SLIPS))
"""What a record does not list: itself, and the slip that prints its digest."""


class Problem(NamedTuple):
    """Something that is not as it was made."""

    version: int | None
    """None for what belongs to no version."""
    kind: Kind
    path: str
    """From the archive on; empty for a version as a whole."""
    message: str


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

    Nothing is written. What no program can tell from inside: that the newest versions and every trace of them were taken
    away, or that the whole chain was made anew; for that the digest on a slip is held against `Verified.versions`.
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
        self._chain()
        self._pointers()
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
        for number in range(1, max(heads) + 1):
            if number not in numbers:
                self._tell(number, "cut", "", "整个文件夹不见了：被抽走，或没有拷全")
        known = {NAMASTE, INVENTORY, SIDECAR, *(f"v{number}" for number in numbers), *_OF_OCFL}
        for entry in sorted(os.listdir(self.archive)):
            if entry not in known:
                self._tell(None, "added", entry, "归档时没有这个文件")
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
        page = self.archive / f"v{number}" / CONTENT / SLIPS[1]
        digest = record.digest(stored.record_bytes)
        if not self._told(f"v{number}/{CONTENT}/{SLIPS[1]}") and grouped(digest.sha256) not in _text(page):
            self._tell(number, "forged", f"v{number}/{CONTENT}/{SLIPS[1]}", "发布单上的摘要不是这一版的")

    def _told(self, name: str) -> bool:
        return any(problem.path == name for problem in self.problems)

    # Between versions --------------------------------------------------------------------

    def _chain(self) -> None:
        versions = self.history.versions
        misplaced = {each.version for each in self.problems if each.kind == "reordered"}
        for number, stored in versions.items():
            before = versions.get(number - 1)
            if stored.record is None or number in misplaced or number - 1 in misplaced:
                continue
            said = stored.record.previous
            if (said is None) != (number == 1) or (said and said.version != number - 1):
                self._tell(
                    number, "forged", f"v{number}/{CONTENT}/{RECORD}", "记录里写的上一版不对：记录被改写过"
                )
            elif said and before and before.record_bytes is not None and before.inventory_bytes is not None:
                link = History(self.archive, {number - 1: before}, None, None, None)
                if before.is_known and link.link() != said:
                    names = "、".join(self._rewritten(number - 1)) or RECORD
                    self._tell(
                        number - 1,
                        "forged",
                        "",
                        f"与第{number}版记下的摘要不符：归档以后连同清单一起改写过（{names}）",
                    )

    def _rewritten(self, number: int) -> Iterator[str]:
        """Files of a version of which a later version's inventory says something else."""
        own = self.history.versions[number].inventory
        if own is None or number not in own.versions:
            return
        for later, stored in self.history.versions.items():
            if later > number and stored.inventory and number in stored.inventory.versions:
                mine, theirs = own.versions[number].files, stored.inventory.versions[number].files
                yield from sorted(
                    path
                    for path in mine.keys() | theirs.keys()
                    if mine.get(path) != theirs.get(path) and path not in _OWN
                )
                return

    def _pointers(self) -> None:
        """What stands beside the versions says what the newest says."""
        misplaced = {each.version for each in self.problems if each.kind == "reordered"}
        versions = [stored for number, stored in self.history.versions.items() if number not in misplaced]
        if not versions:
            return
        newest, latest = versions[-1], self.history.latest
        differing = self._root_inventory(versions)
        if latest is None:
            if (self.archive.parent / LOCK).exists():  # where it was made; a copy needs none
                self.notes.append(f"没有 {LATEST}，或读不出来；下一次归档会补上。")
        elif latest.version < newest.number:
            self.notes.append(_behind(f"{LATEST} ", latest.version))
        elif latest.version == newest.number and newest.digest and newest.digest.sha256 != latest.sha256:
            differing.append(LATEST)
        if differing and newest.is_known:
            said = f"与{'、'.join(differing)} 记下的摘要不符：归档以后连同清单一起改写过"
            self._tell(newest.number, "forged", "", said)

    def _root_inventory(self, versions: list[Stored]) -> list[str]:
        """Look at the inventory of the whole; its name where it knows the newest version otherwise than that is."""
        root, said, newest = self.history.root_inventory, self.history.root_sidecar, versions[-1]
        if root is None or said is None:
            self._tell(
                None, "missing", INVENTORY if root is None else SIDECAR, "总清单不见了；下一次归档会补上"
            )
            return []
        matching = [stored for stored in versions if stored.inventory_bytes == root]
        try:
            head = inventory.read(root).head
        except ValueError:
            head = 0
        if said != inventory.sidecar(root):
            if matching and any(said == inventory.sidecar(each.inventory_bytes or b"") for each in versions):
                self.notes.append(_behind("总清单", min(matching[-1].number, newest.number - 1)))
            else:
                self._tell(
                    None,
                    "changed",
                    SIDECAR if matching else INVENTORY,
                    "总清单与它的摘要不符；下一次归档会补上",
                )
        elif not matching:
            if head == newest.number and newest.inventory is not None:
                return ["总清单"]
            if head <= newest.number and newest.inventory is not None:
                self._tell(None, "changed", INVENTORY, "总清单与各版的都不同；下一次归档会补上")
        elif matching[-1].number < newest.number:
            self.notes.append(_behind("总清单", matching[-1].number))
        return []


def _behind(name: str, number: int) -> str:
    return f"{name}停在第{number}版：归档在最后一步中断过。各版不受影响，下一次归档会补上。"


def _paths(archive: Path) -> list[str]:
    """Every file below a folder, and every link to a folder, which hides what is behind it."""
    paths: list[str] = []
    for base, folders, names in os.walk(archive):
        folders.sort()
        paths += [os.path.join(base, name) for name in sorted(names)]
        paths += [path for name in folders if os.path.islink(path := os.path.join(base, name))]
    return paths


def _digest(path: str) -> Digest | str:
    """A file's digests, or why there are none."""
    try:
        if os.path.islink(path):
            return "这是快捷方式（链接），不是归档时的文件"
        return digest_of_file(path)
    except OSError as error:
        return reason(error)


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        return ""
