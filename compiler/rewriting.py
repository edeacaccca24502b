"""Sources that are written anew, made or removed by a command: all of them or none.

What a file is to hold is put beside it first, with what it holds; then each takes its place. Whatever fails on the
way, what was there is put back.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from zlib import crc32

from compiler.publishing import WorkspaceError, reason, replace_file, sync_folder


def rewrite(files: Sequence[tuple[Path, bytes | None, bytes | None]]) -> None:
    """Give each file what it is to hold, all or none: its path, what it holds, what it is to hold.

    None where there is no file, or is to be none. Raises `WorkspaceError` when a file was changed meanwhile, or the
    disk refuses; no file is changed then.
    """
    made: list[Path] = []
    folders: list[Path] = []
    kept: list[tuple[Path, Path | None]] = []
    path = Path()
    try:
        for path, before, after in files:
            if path.is_symlink() or _held(path) != before:
                raise WorkspaceError(f"“{path.name}”刚刚又改过，没有改动任何文件。请再运行一次。")
            if before is None and not path.parent.is_dir():
                folders.append(path.parent)
                path.parent.mkdir()
            new, old = _beside(path, "new"), _beside(path, "old")
            if before is not None:
                made.append(old)
                shutil.copy2(path, old)  # to put back even when the disk is full
            if after is None:
                continue
            made.append(new)
            with open(new, "xb") as file:
                file.write(after)
                file.flush()
                os.fsync(file.fileno())
            if before is not None:
                shutil.copymode(path, new)
        for path, before, after in files:
            kept.append((path, None if before is None else _beside(path, "old")))
            if after is None:
                path.unlink()
            else:
                replace_file(_beside(path, "new"), path)
    except BaseException as error:  # also when the user interrupts
        _put_back(kept, made, error)
        if isinstance(error, PermissionError):
            raise WorkspaceError(
                f"“{path.name}”不让改写，没有改动任何文件。多半是别的程序正打开着它：关闭它再运行一次；"
                "不是的话，看看文件和文件夹是不是只读。"
            ) from error
        if isinstance(error, OSError):
            raise WorkspaceError(f"改写“{path.name}”时出错：{reason(error)}。没有改动任何文件。") from error
        raise
    finally:
        for leftover in made:
            with suppress(OSError):
                leftover.unlink()
        for folder in folders:
            with suppress(OSError):  # there are files in it, when all went well
                folder.rmdir()
    for folder in {path.parent for path, _, _ in files}:
        with suppress(OSError):  # the files are in place
            sync_folder(folder)


def _held(path: Path) -> bytes | None:
    """What a file holds; None when there is none."""
    try:
        return path.read_bytes()
    except (FileNotFoundError, NotADirectoryError):
        return None


def _put_back(kept: Sequence[tuple[Path, Path | None]], made: list[Path], error: BaseException) -> None:
    """Give the files back what they held; a copy that cannot take its place stays beside it."""
    for changed, old in kept:
        try:
            if old is not None:
                replace_file(old, changed)
            else:
                changed.unlink(missing_ok=True)
        except OSError as worse:
            if old is None:
                raise WorkspaceError(
                    f"改写到一半出错，新写的“{changed}”没能删掉：{reason(worse)}。请删去它。"
                ) from error
            made.remove(old)
            raise WorkspaceError(
                f"改写到一半出错，“{changed}”没能恢复：{reason(worse)}。原来的内容在“{old.name}”里，请换回去。"
            ) from error


def _beside(path: Path, word: str) -> Path:
    """A hidden file in the folder of `path`, which no build reads."""
    return path.with_name(f".{path.name[:40]}.{crc32(path.name.encode()):08x}.{os.getpid()}.{word}")
