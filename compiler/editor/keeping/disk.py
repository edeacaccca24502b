"""What the keeping of narratives asks of the disk: whole files or none, one writer at a time where the disk can tell.

Everything is written beside the history first, made durable, and renamed. What a killed program left there is
removed by the next one.
"""

from __future__ import annotations

import itertools
import os
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from hashlib import sha256
from pathlib import Path

from compiler.publishing import WorkspaceError, reason, replace_file, sync_folder

HISTORY = ".history"
"""The folder in narrative/ of what narratives were; hidden, so that nothing is compiled or archived of it."""
TEMPORARY = ".writing-"
_LOCK = ".lock"
_LEFT = 3600.0
"""Seconds after which nobody is still writing a temporary file."""
_PATIENCE = 3.0
"""Seconds to wait for another program's save, which takes a tenth of one."""
_NO_PATIENCE = 0.2
"""Seconds to wait once that was in vain: the lock is somebody's who is gone, or stuck."""

_numbers = itertools.count()


def digest(text: str) -> str:
    """SHA-256 of a text, in hexadecimal: what tells two states of a narrative apart. Line ends do not count."""
    return sha256(text.encode("utf-8")).hexdigest()


@contextmanager
def telling(what: str) -> Iterator[None]:
    """Tells of what the disk refuses as `WorkspaceError`: `what` is the file as the user knows it."""
    try:
        yield
    except PermissionError as error:
        raise WorkspaceError(
            f"没有存上“{what}”：不让改写，原来的文件没有改动。多半是别的程序正打开着它：关闭它再试；"
            "不是的话，看看文件和文件夹是不是只读。"
        ) from error
    except OSError as error:
        raise WorkspaceError(
            f"没有存上“{what}”：{reason(error)}。原来的文件没有改动。请检查磁盘空间和网络后再试。"
        ) from error


def make_folder(folder: Path, like: Path) -> None:
    """Make a folder and those it is in, up to `like`, whose permissions they get: colleagues write there as well."""
    missing = [folder, *folder.parents]
    missing = [each for each in missing[: missing.index(like)] if not each.is_dir()]
    for each in reversed(missing):
        each.mkdir(exist_ok=True)
        with suppress(OSError):
            shutil.copymode(like, each)
        sync_folder(each.parent)


def stage(folder: Path, data: bytes, like: Path | None = None, durable: bool = True) -> Path:
    """A new file in `folder` that holds `data`, to be renamed; permissions as those of the file `like`.

    Raises `OSError`; nothing is left then.
    """
    aside = folder / f"{TEMPORARY}{os.getpid()}-{time.time_ns()}-{next(_numbers)}"
    try:
        with open(aside, "xb") as file:
            file.write(data)
            file.flush()
            if durable:
                os.fsync(file.fileno())
        if like is not None:
            with suppress(OSError):
                shutil.copymode(like, aside)
    except BaseException:
        discard(aside)
        raise
    return aside


def put(aside: Path, path: Path, durable: bool = True) -> None:
    """Rename a staged file to `path`. Raises `OSError`: `path` is as it was then, and the staged file gone."""
    try:
        replace_file(aside, path)
    except BaseException:
        discard(aside)
        raise
    if durable:
        sync(path.parent)


def sync(folder: Path) -> None:
    """Make the renames in a folder durable, as far as the disk does that: they are made."""
    with suppress(OSError):
        sync_folder(folder)


def discard(*files: Path) -> None:
    """Remove files, as far as the disk lets us."""
    for file in files:
        with suppress(OSError):
            file.unlink()


def sweep(folder: Path, now: float) -> None:
    """Remove what killed programs left in `folder`, an hour old at least: another may be at work. `now`: seconds of the epoch."""
    with suppress(OSError):
        for entry in os.scandir(folder):
            if entry.name.startswith(TEMPORARY) and now - entry.stat().st_mtime > _LEFT:
                discard(Path(entry.path))


class Lock:
    """One program at a time writes narratives below a folder, where the disk knows of locks.

    Some network drives do not, and some keep the lock of a computer that was switched off: then writing goes on
    without. Who holds it must not rely on being alone.
    """

    def __init__(self, folder: Path) -> None:
        self._path = folder / _LOCK
        self._patience = _PATIENCE

    @contextmanager
    def held(self) -> Iterator[bool]:
        """Gives whether the lock was to be had."""
        import filelock

        lock = filelock.FileLock(self._path)
        try:
            lock.acquire(timeout=self._patience, poll_interval=0.02)
            self._patience = _PATIENCE
            had = True
        except (filelock.Timeout, OSError, NotImplementedError):
            self._patience = _NO_PATIENCE
            had = False
        try:
            yield had
        finally:
            if had:
                with suppress(OSError):
                    lock.release()

    def works(self) -> bool:
        """Whether nobody else gets the lock that is held now."""
        import filelock

        second = filelock.FileLock(self._path)
        try:
            second.acquire(timeout=0)
        except (filelock.Timeout, OSError, NotImplementedError):
            return True
        second.release()
        return False
