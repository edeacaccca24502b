"""Writes what a version holds out again, checked byte by byte on the way."""

from __future__ import annotations

import hashlib
import os
import shutil
from contextlib import suppress
from pathlib import Path

from compiler.archive.digests import read_plain
from compiler.archive.history import Stored
from compiler.archive.layout import CONTENT, ArchiveError, is_archive
from compiler.archive.store import move
from compiler.publishing import reason


def restore(stored: Stored, target: Path) -> int:
    """Write the version's content into `target`, which is not there yet or empty; gives the number of files.

    All of it or nothing. Raises `ArchiveError` when a file is not as it was frozen, something is in the way, or the disk refuses.
    """
    if stored.inventory is None:
        raise ArchiveError(f"第{stored.number}版的清单坏了，运行 chengwen verify 看坏在哪里。")
    target = target.resolve()
    if target.exists() and (not target.is_dir() or any(target.iterdir())):
        raise ArchiveError(f"“{target}”里已经有东西，没有写。换一个新的文件夹。")
    if any(is_archive(folder) for folder in (target, *target.parents)):
        raise ArchiveError("不能写到归档的文件夹里面，换一个别的地方。")
    made = [folder for folder in target.parents if not folder.exists()]
    files = stored.inventory.versions[stored.number].files
    aside = target.with_name(f".staging-{target.name}-{os.getpid()}")
    try:
        for path, sha256 in files.items():
            source = stored.folder / CONTENT / path
            data = read_plain(source)
            if hashlib.sha256(data).hexdigest() != sha256:
                raise ArchiveError(
                    f"第{stored.number}版的“{path}”与归档时不同，没有写。运行 chengwen verify 看还有哪里坏了。"
                )
            out = aside / path
            out.parent.mkdir(parents=True, exist_ok=True)
            out.write_bytes(data)
        if target.exists():
            target.rmdir()
        move(aside, target)
        made.clear()
    except OSError as error:
        where = getattr(error, "filename", None) or target
        raise ArchiveError(
            f"不能写出第{stored.number}版（{where}）：{reason(error)}。没有写任何文件。"
        ) from error
    finally:
        shutil.rmtree(aside, ignore_errors=True)
        for folder in made:
            with suppress(OSError):
                folder.rmdir()
    return len(files)
