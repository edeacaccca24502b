"""Reads what stands in an archive: the versions, each with its inventory and record, sound or not."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path

from compiler.archive import inventory, record
from compiler.archive.digests import Digest, read_plain
from compiler.archive.inventory import Inventory
from compiler.archive.layout import (
    ARCHIVE,
    INVENTORY,
    LATEST,
    RECORD,
    SIDECAR,
    ArchiveError,
    content_folder,
    version_folder,
    version_number,
)
from compiler.archive.record import Previous, Record
from compiler.named import NamedTuple
from compiler.publishing import reason


class Stored(NamedTuple):
    """A version as it stands on the disk."""

    number: int
    folder: Path
    inventory_bytes: bytes | None
    """None when the file is not there."""
    inventory: Inventory | None
    """None when it is no inventory, or its sidecar is not of it."""
    record_bytes: bytes | None
    record: Record | None
    is_newer: bool = False
    """Whether a newer program wrote the record, so that there is none for us."""

    @property
    def digest(self) -> Digest | None:
        """Of the record, which is the version's; None when there is no record."""
        return None if self.record_bytes is None else record.digest(self.record_bytes)

    @property
    def is_known(self) -> bool:
        """Whether its inventory and record can be read and agree; nothing is said of the other files."""
        return self.record is not None and self.is_listed(RECORD, self.record_bytes)

    def is_listed(self, path: str, data: bytes | None) -> bool:
        """Whether that is what its inventory says of a file."""
        if self.inventory is None or data is None:
            return False
        own = self.inventory.versions[self.inventory.head].files
        return own.get(path) == hashlib.sha256(data).hexdigest()


class Latest(NamedTuple):
    """What latest.json says."""

    version: int
    data: bytes


class History(NamedTuple):
    """The versions of one report."""

    archive: Path
    versions: Mapping[int, Stored]
    """Those that are there, in order."""
    root_inventory: bytes | None
    root_sidecar: bytes | None
    latest: Latest | None

    @property
    def newest(self) -> Stored | None:
        return self.versions[max(self.versions)] if self.versions else None

    def link(self) -> Previous | None:
        """What the next version says of the newest; None when there is none.

        Raises `ArchiveError` when the newest cannot be read: nothing may be linked to it.
        """
        last = self.newest
        if last is None:
            return None
        if last.is_newer:
            raise ArchiveError(f"最新的第{last.number}版是更新的程序做的，不能接在它后面归档。升级以后再来。")
        if last.inventory_bytes is None or last.record_bytes is None or not last.is_known:
            raise ArchiveError(
                f"最新的第{last.number}版坏了（{last.folder}），不能接在它后面归档。"
                "运行 chengwen verify 看坏在哪里，用备份里的这个文件夹换回来再归档。"
            )
        return Previous(
            last.number, record.digest(last.record_bytes), hashlib.sha256(last.inventory_bytes).hexdigest()
        )


def read_history(archive: Path) -> History:
    """What stands in an archive; nothing when there is none. Raises `ArchiveError` when the folder cannot be read."""
    try:
        names = sorted(path.name for path in archive.iterdir()) if archive.is_dir() else []
    except OSError as error:
        raise ArchiveError(f"打不开文件夹“{archive}”：{reason(error)}。请检查权限。") from error
    numbers = sorted(number for name in names if (number := version_number(name)))
    return History(
        archive,
        {number: _stored(archive, number) for number in numbers},
        _bytes(archive / INVENTORY),
        _bytes(archive / SIDECAR),
        _latest(archive.parent / LATEST),
    )


def chosen(history: History, number: int | None) -> Stored:
    """A version of an archive by its number, the newest for None.

    Raises `ArchiveError` when it is not there or cannot be read.
    """
    if not history.versions:
        raise ArchiveError(f"“{history.archive.parent}”里还没有归档的版本。先用 chengwen archive 归档。")
    if number is None:
        number = max(history.versions)
    stored = history.versions.get(number)
    if stored is None:
        there = "、".join(f"第{each}版" for each in history.versions)
        raise ArchiveError(f"没有第{number}版，现有{there}。")
    if stored.is_newer:
        raise ArchiveError(f"第{number}版是更新的程序做的，这个程序读不懂。升级以后再来。")
    if not stored.is_known:
        raise ArchiveError(f"第{number}版的清单或记录坏了，运行 chengwen verify 看坏在哪里。")
    return stored


def latest(number: int, digest: Digest) -> bytes:
    """latest.json, for a version and the digest of its record."""
    whole = {
        "version": number,
        "folder": version_folder(Path(ARCHIVE), number).as_posix(),
        "sha256": digest.sha256,
        "sm3": digest.sm3,
    }
    return (json.dumps(whole, ensure_ascii=False, indent=1) + "\n").encode()


def _stored(archive: Path, number: int) -> Stored:
    folder = version_folder(archive, number)
    listed, said = _bytes(folder / INVENTORY), _bytes(folder / SIDECAR)
    written = _bytes(content_folder(archive, number) / RECORD)
    known: Inventory | None = None
    if listed is not None and said == inventory.sidecar(listed):
        try:
            known = inventory.read(listed)
        except ValueError:
            known = None
    made: Record | None = None
    newer = False
    try:
        made = None if written is None else record.read(written)
    except record.NewerFormat:
        newer = True
    except ValueError:
        made = None
    return Stored(number, folder, listed, known, written, made, newer)


def _latest(path: Path) -> Latest | None:
    data = _bytes(path)
    try:
        version = json.loads(data)["version"] if data is not None else None
    except (ValueError, KeyError, TypeError, RecursionError):
        return None
    return Latest(version, data) if type(version) is int and version > 0 and data is not None else None


def _bytes(path: Path) -> bytes | None:
    """A file's bytes; None when it is not there, or the system refuses: then the version is not known."""
    try:
        return read_plain(path)
    except OSError:
        return None
