"""Outputs on their way to the disk: staged beside their target and put in place together, or not at all."""

from __future__ import annotations

import errno
import os
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from itertools import takewhile
from pathlib import Path
from typing import BinaryIO

from compiler.signals import handling

_STAGING = ".staging-"
_OLD, _NEW = ".old", ".new"
"""Beside what is to be put in place: what was there before, or that nothing was; for `clear_after`."""


class WorkspaceError(Exception):
    """Something about the folders or the disk, not about a place in a file; the message is for the user."""


@contextmanager
def staging(target: Path, *, inside: bool = False) -> Iterator[Staging]:
    """A place to write a report's outputs; what is not published when it closes is gone, with its empty folders.

    It is beside the target, or `inside` it: of a folder that is the user's own the one above may not be ours to write in.
    Raises `WorkspaceError` when the folder cannot be made, at once also when it is the target that cannot.
    """
    if fault := in_the_way(target):
        raise WorkspaceError(fault)
    made = _missing(target)
    around = target if inside else target.parent
    try:
        around.mkdir(parents=True, exist_ok=True)
        _remove_leftovers(around)
        folder = around / f"{_STAGING}{os.getpid()}-{time.time_ns()}"
        folder.mkdir()
    except OSError as error:
        _remove_empty(made)
        raise WorkspaceError(
            f"不能在“{around}”里写文件：{reason(error)}。请检查权限和磁盘空间，或用 -o 换一个文件夹。"
        ) from error
    staging = Staging(folder, target)
    try:
        yield staging
    except OSError as error:
        raise WorkspaceError(
            f"写文件时出错：{reason(error)}。原来的文件没有改动。请检查磁盘空间后再试。"
        ) from error
    finally:
        staging.close()
        if not staging.is_target:
            _remove(folder)
            _remove_empty(made)


class Staging:
    """Outputs on their way into a target folder."""

    def __init__(self, folder: Path, target: Path) -> None:
        self._folder, self._target = folder, target
        self._files: dict[str, BinaryIO] = {}
        self._scratch: set[str] = set()
        self._complete: set[str] = set()
        self.is_target = False
        """Whether the folder has become the target: nothing of it is left."""

    def open(self, name: str) -> BinaryIO:
        """A new file, to be written."""
        self._files[name] = file = open(self._folder / name, "xb")  # noqa: SIM115 - closed by close()
        return file

    def open_scratch(self, name: str) -> BinaryIO:
        """A new file that others are made from; it is not published."""
        self._scratch.add(name)
        return self.open(name)

    def complete(self, name: str) -> None:
        """Say that all of a file is written, and nothing will be added: the system begins to put it on the disk, while others are still to be
        written. Raises `OSError` when the disk refuses.
        """
        self._complete.add(name)
        self._files[name].flush()
        _begin_to_write(self._files[name])

    def path(self, name: str) -> Path:
        """Where a file is until then, with all that was written to it."""
        self._files[name].flush()
        return self._folder / name

    def close(self) -> None:
        """Give the files up; what could not be written is not wanted either."""
        for file in self._files.values():
            with suppress(OSError):
                file.close()

    def publish(self, look: Callable[[Path], None] | None = None) -> list[Path]:
        """Put every file in place, all or none, and give their paths; `look` is called with each before, where it has been written.

        Raises `WorkspaceError` when one is held open by another program (Word, WPS), when a folder is in its place, and when they are in
        place but the disk does not say that they will stay; `OSError` when the disk refuses before.
        """
        for name in self._scratch:
            self._files.pop(name).close()
        for name in self._files:
            if name not in self._complete:
                self.complete(name)
        if look is not None:  # while they are on their way
            for name in self._files:
                look(self._folder / name)
        for file in self._files.values():
            os.fsync(file.fileno())
            file.close()
        with _end_held_off():
            self.is_target = self._become_target()
            if not self.is_target:
                self._put_in_place()
        try:
            sync_folder(self._target)
            if self.is_target:  # its own name stands in the folder above
                sync_folder(self._target.parent)
        except OSError as error:
            raise WorkspaceError(
                f"“{self._target}”里的文件换成了新的，但磁盘没有答应存住：{reason(error)}。请检查磁盘，再运行一次。"
            ) from error
        return [self._target / name for name in self._files]

    def _become_target(self) -> bool:
        """Where nothing was published before, have the folder of the files become the target, which takes one rename and no folder more;
        whether that could be done.
        """
        target = self._target
        if self._scratch or self._folder.parent != target.parent or os.path.lexists(target):
            return False
        try:
            os.rename(self._folder, target)
        except OSError:  # another run was there first; on Windows, somebody looks at a file of it
            return False
        return True

    def _put_in_place(self) -> None:
        self._target.mkdir(exist_ok=True)
        previous: dict[Path, Path] = {}
        for name in self._files:
            path = self._target / name
            if os.path.isdir(path) and not os.path.islink(path):
                raise WorkspaceError(
                    f"“{path}”是一个文件夹，这里要放文件。没有写入，原来的文件没有改动。请把它移走或改名，再运行一次。"
                )
            if path.exists():
                previous[path] = self._folder / f"{name}{_OLD}"
                _keep(path, previous[path])
            else:
                (self._folder / f"{name}{_NEW}").touch()
        name = ""
        try:
            for name in self._files:
                replace_file(self._folder / name, self._target / name)
        except BaseException as error:  # also when the user interrupts
            for path in (self._target / name for name in self._files if not (self._folder / name).exists()):
                if path in previous:
                    os.replace(previous[path], path)
                else:
                    path.unlink()
            if isinstance(error, PermissionError):
                raise WorkspaceError(
                    f"“{name}”不让改写，没有写入，原来的文件没有改动。多半是正在 Word 或 WPS 里打开着：关闭它再运行一次；"
                    "不是的话，看看文件是不是只读。"
                ) from error
            raise


_REASONS = {
    errno.EACCES: "没有权限",
    errno.EPERM: "没有权限",
    errno.EROFS: "磁盘是只读的",
    errno.ENOSPC: "磁盘满了",
    errno.EDQUOT: "磁盘配额用完了",
    errno.EFBIG: "文件太大",
    errno.EISDIR: "有一个同名的文件夹",
    errno.EEXIST: "有一个同名的文件",
    errno.ENOTDIR: "路径中间有一个不是文件夹",
    errno.ENAMETOOLONG: "名称太长",
    errno.EINVAL: "不是普通的文件",
    errno.EIO: "磁盘读写出错",
    errno.ENOENT: "没有这个文件或文件夹，也可能路径太长",
}


def reason(error: OSError) -> str:
    """Why the system refused, in the user's words."""
    return _REASONS.get(error.errno or 0, f"系统错误 {error.errno}")


def replace_file(source: Path, target: Path) -> None:
    """`os.replace`, tried for two seconds: on Windows virus scanners hold new files for a moment."""
    for wait in (0.1, 0.3, 0.6, 1.0):
        try:
            os.replace(source, target)
        except PermissionError:
            time.sleep(wait)
        else:
            return
    os.replace(source, target)


def _begin_to_write(file: BinaryIO) -> None:
    """Have the system begin to put a file on the disk, so that several that are waited for one after the other go there together. This
    is how Linux takes the advice that the file is not needed soon; elsewhere it does no harm.
    """
    if hasattr(os, "posix_fadvise"):
        with suppress(OSError):
            os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)


def sync_folder(folder: Path) -> None:
    """Make the renames durable; Windows has no such call and needs none."""
    if os.name == "posix":
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


@contextmanager
def _end_held_off() -> Iterator[None]:
    """A process that is told to end (SIGTERM), and does something about it, does so afterwards."""
    if not callable(signal.getsignal(signal.SIGTERM)):
        yield
        return
    came: list[int] = []
    try:
        with handling(signal.SIGTERM, lambda number, _: came.append(number)):
            yield
    finally:
        if came:
            signal.raise_signal(signal.SIGTERM)


def _keep(path: Path, kept: Path) -> None:
    """Have a file stand at `kept` too, as it is, when something else is put at `path`."""
    try:
        os.link(path, kept, follow_symlinks=False)
    except (OSError, NotImplementedError):  # a disk without such links, or one that lets nobody make them
        from shutil import copy2

        copy2(path, kept)


def _remove(folder: Path) -> None:
    """Remove a folder in which there are files, as far as can be."""
    try:
        for name in os.listdir(folder):
            os.unlink(os.path.join(folder, name))
        os.rmdir(folder)
    except OSError:
        if os.path.lexists(folder):  # it has not become the target
            _remove_tree(folder)


def _remove_tree(folder: Path | str) -> None:
    from shutil import rmtree  # late: it imports every way to compress

    rmtree(folder, ignore_errors=True)


def in_the_way(folder: Path) -> str:
    """What to say when something that is no folder stands where this folder, or one above it, is to be; empty when nothing does."""
    there = next((each for each in (folder, *folder.parents) if os.path.lexists(each)), None)
    if there is None or os.path.isdir(there):
        return ""
    if not os.path.exists(there):
        return f"“{there}”是一个链接，它指的文件夹找不到，或者没有权限。看看网络盘、移动盘连上没有，或用 -o 换一个文件夹。"
    return f"“{there}”是一个文件，这里要放文件夹。请把它移走或改名，或用 -o 换一个文件夹。"


def _missing(folder: Path) -> list[Path]:
    """Those of a folder and the ones above it that are yet to be made, innermost first."""
    return list(takewhile(lambda each: not os.path.exists(each), (folder, *folder.parents)))


def _remove_empty(folders: list[Path]) -> None:
    """Those of the folders, innermost first, in which there is nothing."""
    for folder in folders:
        with suppress(OSError):
            folder.rmdir()


def _remove_leftovers(folder: Path) -> None:
    """Staging folders that a killed run left behind, an hour old at least: another run may be at work."""
    for entry in os.scandir(folder):
        if entry.name.startswith(_STAGING):
            with suppress(OSError):  # another run has just put its own in place
                if time.time() - entry.stat().st_mtime > 3600:
                    _remove_entry(entry)


def aside(folder: Path) -> Path:
    """A file of our own in a folder, to be renamed; when this process ends before, it is removed with what it staged."""
    return folder / f"{_STAGING}{os.getpid()}-{time.time_ns()}"


def clear_after(pid: int, target: Path) -> None:
    """Remove what a process that has ended left staged for `target`; of a set that it had put there in part, bring back what was there."""
    with suppress(OSError):
        for entry in list(os.scandir(target.parent)):
            if entry.name.startswith(f"{_STAGING}{pid}-"):
                if entry.is_dir(follow_symlinks=False):
                    _put_back(Path(entry.path), target)
                _remove_entry(entry)
    _remove_empty([target, *target.parents[:2]])


def _put_back(folder: Path, target: Path) -> None:
    names = set(os.listdir(folder))
    if all(name.endswith((_OLD, _NEW)) for name in names):  # every file was put in place
        return
    for name in names:
        path, suffix = target / os.path.splitext(name)[0], os.path.splitext(name)[1]
        if path.name in names:  # it was not
            continue
        if suffix == _OLD:
            os.replace(folder / name, path)
        elif suffix == _NEW:
            path.unlink(missing_ok=True)


def _remove_entry(entry: os.DirEntry[str]) -> None:
    if entry.is_dir(follow_symlinks=False):
        _remove_tree(entry.path)
    else:
        os.unlink(entry.path)


@contextmanager
def new_folder(target: Path) -> Iterator[Path]:
    """A folder to fill, which becomes `target` by one rename when all went well, and is gone otherwise.

    Raises `WorkspaceError` when there is something at `target`, or when the disk refuses.
    """
    taken = f"“{target}”已经有了，没有改动。要重做，先把它移走或改名。"
    if os.path.lexists(target):
        raise WorkspaceError(taken)
    made = _missing(target.parent)
    folder = target.parent / f"{_STAGING}{os.getpid()}-{time.time_ns()}"
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        _remove_leftovers(target.parent)
        folder.mkdir()
        yield folder
        for base, _, names in os.walk(folder, topdown=False):
            for name in names:
                with open(os.path.join(base, name), "rb+") as file:
                    os.fsync(file.fileno())
            sync_folder(Path(base))
        if os.path.lexists(
            target
        ):  # made meanwhile; a folder with something in it would refuse the rename itself
            raise WorkspaceError(taken)
        os.rename(folder, target)
        sync_folder(target.parent)
    except OSError as error:
        if os.path.lexists(target):
            raise WorkspaceError(taken) from error
        raise WorkspaceError(
            f"不能写“{target}”：{reason(error)}。什么也没有写。请检查权限和磁盘空间。"
        ) from error
    finally:
        if os.path.lexists(folder):  # it has not become the target
            _remove_tree(folder)
        _remove_empty(made)
