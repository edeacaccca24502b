"""Sources that are written anew, made or removed by a command: all of them or none.

What a file is to hold is put beside it first, with what it holds; then each takes its place. Whatever fails on the
way, what was there is put back.
"""

from __future__ import annotations

import os
import shutil
import signal
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from zlib import crc32

from compiler.publishing import WorkspaceError, reason, replace_file, sync_folder
from compiler.signals import handling


def rewrite(files: Sequence[tuple[Path, bytes | None, bytes | None]]) -> None:
    """Give each file what it is to hold, all or none: its path, what it holds, what it is to hold.

    None where there is no file, or is to be none; folders that a new file needs are made. Raises `WorkspaceError` when a
    file was changed meanwhile, or the disk refuses; no file is changed then. Where the disk refuses that too, the error
    names every file that stayed changed and the copy of what it held. Ctrl-C is heard between two files, never while
    files are put back.
    """
    with _interrupts_held() as heed_interrupts:
        _rewrite(files, heed_interrupts)
    for folder in {path.parent for path, _, _ in files}:
        with suppress(OSError):  # the files are in place
            sync_folder(folder)


def _rewrite(
    files: Sequence[tuple[Path, bytes | None, bytes | None]], heed_interrupts: Callable[[], None]
) -> None:
    made: list[Path] = []
    folders: list[Path] = []
    tried: list[tuple[Path, bytes | None]] = []
    needed: set[Path] = set()
    path = Path()
    try:
        for path, before, after in files:
            heed_interrupts()
            if path.is_symlink() or _held(path) != before:
                raise WorkspaceError(f"“{path.name}”刚刚又改过，没有改动任何文件。请再运行一次。")
            if before is None:
                lacking = [folder for folder in path.parents if not folder.is_dir()]
                for inner in reversed(lacking):
                    folders.append(inner)
                    inner.mkdir()
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
            heed_interrupts()
            tried.append((path, before))
            if after is None:
                path.unlink()
            else:
                replace_file(_beside(path, "new"), path)
        heed_interrupts()
    except BaseException as error:  # also when the user interrupts
        failed = [(changed, before, why) for changed, before in tried if (why := _put_back(changed, before))]
        if failed:
            needed = {_beside(changed, "old") for changed, _, _ in failed}
            raise WorkspaceError(_not_put_back(failed)) from error
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
            if leftover not in needed:
                with suppress(OSError):
                    leftover.unlink()
        for folder in reversed(folders):
            with suppress(OSError):  # there are files in it, when all went well
                folder.rmdir()


@contextmanager
def _interrupts_held() -> Iterator[Callable[[], None]]:
    """Ctrl-C does nothing until what is given is called, which raises `KeyboardInterrupt` then.

    One that comes after the last call is dropped: all is done, or an error is on its way.
    """
    came: list[int] = []

    def heed() -> None:
        if came:
            raise KeyboardInterrupt

    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        yield heed
        return
    with handling(signal.SIGINT, lambda number, _: came.append(number)):
        yield heed


def _held(path: Path) -> bytes | None:
    """What a file holds; None when there is none."""
    try:
        return path.read_bytes()
    except (FileNotFoundError, NotADirectoryError):
        return None


def _put_back(path: Path, before: bytes | None) -> str:
    """Give a file back what it held; why that failed, empty when the file is whole."""
    why = ""
    for _ in range(2):  # again where an interrupt got through
        try:
            if _held(path) == before:
                return ""
            if before is None:
                path.unlink(missing_ok=True)
            else:
                replace_file(_beside(path, "old"), path)
        except OSError as error:
            why = reason(error)
            break
        except BaseException:  # the other files are still to be put back
            why = "被中断"
    try:
        return "" if _held(path) == before else why or "内容不对"
    except OSError as error:
        return reason(error)


def _not_put_back(failed: Sequence[tuple[Path, bytes | None, str]]) -> str:
    """What to tell of the files that stayed changed: which, why, and where what they held is."""
    told = [
        f"新写的“{path}”没能删掉：{why}。请删去它。"
        if before is None
        else f"“{path}”没能恢复：{why}。原来的内容在同一文件夹的“{_beside(path, 'old').name}”里，请换回去。"
        for path, before, why in failed
    ]
    return "\n".join(["改写到一半出错，有文件没能恢复原样：" if len(told) > 1 else "改写到一半出错。", *told])


def _beside(path: Path, word: str) -> Path:
    """A hidden file in the folder of `path`, which no build reads."""
    return path.with_name(f".{path.name[:40]}.{crc32(path.name.encode()):08x}.{os.getpid()}.{word}")
