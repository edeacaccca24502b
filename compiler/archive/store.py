"""Writing versions so that no crash, no full disk and no second program leaves half of one.

Everything is written below a staging folder on the same disk: files, then their folders, are made durable (fsync),
then one rename puts the version in its place. A rename onto a folder that has something in it fails, so that where
locks do nothing two programs still cannot both become version 3: the second links itself anew as version 4.
"""

from __future__ import annotations

import errno
import os
import shutil
import stat
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from compiler.archive.layout import LOCK, ArchiveError
from compiler.publishing import reason, replace_file, sync_folder

STAGING = ".archiving-"
"""Not the prefix of `publishing`, whose leftovers a build removes."""
_LEFT = 86_400
"""Seconds after which nobody is still at work on a staging folder."""
_PATIENCE = 600.0
"""Seconds to wait for another program's archiving."""
_TAKEN = frozenset((errno.ENOTEMPTY, errno.EEXIST, errno.EISDIR))


@contextmanager
def locked(folder: Path, tell_waiting: Callable[[], None]) -> Iterator[bool]:
    """One program at a time archives in `folder`, which is made. The lock of a killed program is free at once.

    `tell_waiting` is called once when another has it. Gives whether nobody else can be at work: on some network drives locks do
    nothing. Raises `ArchiveError` when another has it for ten minutes, or the folder may not be written.
    """
    import filelock

    path = folder / LOCK
    try:
        _make(folder)
        lock = filelock.FileLock(path)
        try:
            lock.acquire(timeout=0)
        except filelock.Timeout:
            tell_waiting()
            lock.acquire(timeout=_PATIENCE)
    except filelock.Timeout as error:
        raise ArchiveError(
            f"另一个程序一直在归档这份报告（{folder}）。等它做完再来；它已经不在了的，删去那里的 {LOCK} 再试。"
        ) from error
    except OSError as error:
        raise refused(folder, error) from error
    try:
        second = filelock.FileLock(path)
        try:
            second.acquire(timeout=0)
        except (filelock.Timeout, OSError):
            alone = True
        else:
            second.release()
            alone = False
        yield alone
    finally:
        lock.release()


def _make(folder: Path) -> None:
    """Make a folder and those it is in, each of them durably."""
    missing = [place for place in (folder, *folder.parents) if not place.exists()]
    folder.mkdir(parents=True, exist_ok=True)
    for place in missing:
        sync_folder(place.parent)


def refused(folder: Path, error: OSError) -> ArchiveError:
    """What to tell when the disk refuses."""
    why, mend = reason(error), "请检查权限和磁盘空间后再试。"
    if isinstance(error, PermissionError):
        why += "，或者有别的程序占着里面的文件"
        mend = "关闭 Word、WPS，等杀毒软件查完再试；不是的话，看看文件夹是不是只读。"
    return ArchiveError(f"不能在“{folder}”里归档：{why}。没有冻结新的一版，以前的各版没有改动。{mend}")


@contextmanager
def staging(folder: Path, alone: bool) -> Iterator[Path]:
    """A new folder to write in; what is left of it at the end is gone.

    What killed programs left behind goes, too: with the lock held, and nobody else at work (`alone`), whatever is there; otherwise
    what has lain there for a day.
    """
    for entry in list(os.scandir(folder)):
        if entry.name.startswith(STAGING) and (alone or time.time() - entry.stat().st_mtime > _LEFT):
            _remove(Path(entry.path))
    place = folder / f"{STAGING}{os.getpid()}-{time.time_ns() % 1_000_000}"
    place.mkdir()
    try:
        yield place
    finally:
        _remove(place)


def _remove(place: Path) -> None:
    """A folder or file that is ours, with the read-only files in it, which Windows would keep; as far as the system lets us."""

    def try_again(act: object, path: str, error: object) -> None:
        with suppress(OSError):
            folder = os.path.isdir(path) and not os.path.islink(path)
            os.chmod(path, 0o700 if folder else 0o600)
            if folder:
                shutil.rmtree(path, ignore_errors=True)
            else:
                os.unlink(path)

    if place.is_dir() and not place.is_symlink():
        shutil.rmtree(place, onerror=try_again)
    else:
        with suppress(OSError):
            place.unlink()


def write(path: Path, data: bytes) -> None:
    """A new file, its folders with it; not durable before `make_durable`."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with open(path, "xb") as file:
        file.write(data)


def make_durable(folder: Path) -> None:
    """Bring every file below a folder onto the disk, then every folder, the innermost first.

    All are written by now, so that the disk has them in its queue together: a thousand files cost little more than one.
    """
    for base, _, names in os.walk(folder, topdown=False):
        for name in names:
            handle = os.open(os.path.join(base, name), os.O_RDWR | getattr(os, "O_BINARY", 0))
            try:
                os.fsync(handle)
            finally:
                os.close(handle)
        sync_folder(Path(base))


def protect(folder: Path, on: bool) -> None:
    """Make every file below a folder read-only, or no longer: a version's document that is opened in Word is to be looked at, not
    saved over.
    """
    mode = stat.S_IREAD | stat.S_IRGRP | stat.S_IROTH | (0 if on else stat.S_IWRITE)
    for base, _, names in os.walk(folder):
        for name in names:
            os.chmod(os.path.join(base, name), mode)


def move(source: Path, target: Path) -> Path:
    """`os.rename`, tried for two seconds: on Windows virus scanners hold new files for a moment. Gives the target."""
    for wait in (0.1, 0.3, 0.6, 1.0):
        try:
            os.rename(source, target)
        except PermissionError:
            if target.exists():
                raise
            time.sleep(wait)
        else:
            return target
    os.rename(source, target)
    return target


def put_in_place(folder: Path, target: Path) -> bool:
    """Rename a durable folder to `target`; False when something stands there already. The folder it is in is to be made durable yet."""
    if target.exists():  # an empty folder would be replaced
        return False
    try:
        move(folder, target)
    except OSError as error:
        if error.errno in _TAKEN or target.exists():
            return False
        raise
    return True


def replace(path: Path, data: bytes, place: Path) -> None:
    """Make a file hold `data`, durably: in full, or it holds what it held. It is written in the staging folder `place` first."""
    aside = place / path.name
    with open(aside, "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    replace_file(aside, path)
    sync_folder(path.parent)
