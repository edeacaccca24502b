"""The narratives of a report as files: which they are, what they hold, one writer at a time.

What writes them, a save or a replacement in many, does so inside `writing`, and sees to the history first.
"""

from __future__ import annotations

import os
import stat
import threading
import time
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from pathlib import Path

from compiler.data_edit.line_ends import with_line_ends
from compiler.diagnostics import Diagnostics
from compiler.editor.keeping import journal
from compiler.editor.keeping.disk import HISTORY, Lock, digest, make_folder, put, stage, sweep, telling
from compiler.editor.keeping.history import History
from compiler.gate import decode
from compiler.named import NamedTuple
from compiler.publishing import WorkspaceError, reason
from compiler.workspace import MAX_TEXT, Workspace

_MARK = b"\xef\xbb\xbf"


class Held(NamedTuple):
    """What a file holds."""

    data: bytes | None
    text: str
    digest: str


NOTHING = Held(None, "", "")


class NarrativeFolder:
    """The narratives of one report."""

    def __init__(
        self,
        workspace: Workspace,
        folder: Path,
        names: Callable[[], Collection[str]],
        clock: Callable[[], float] = time.time,
    ) -> None:
        """`folder` is the report's. `names` gives the narratives of its outline (机构职责, projects/14-…), afresh each time; no other file
        is read or written. `clock` gives seconds of the epoch.
        """
        self.folder = folder / "narrative"
        self.history_folder = self.folder / HISTORY
        self._root, self.names, self.clock = workspace.root, names, clock
        self._lock = Lock(self.history_folder)
        self.alone = threading.RLock()
        self._histories: dict[str, History] = {}
        self._swept = False

    def stamps(self) -> dict[str, tuple[int, int, int]]:
        """Of every narrative that is there, what changes when its file does: to be compared with what was given before."""
        out: dict[str, tuple[int, int, int]] = {}
        for name in self.names():
            try:
                status = os.stat(self.folder / f"{name}.md", follow_symlinks=False)
            except OSError:
                continue
            out[name] = (status.st_mtime_ns, status.st_size, status.st_ino)
        return out

    def path(self, name: str) -> Path:
        """The file of a narrative. Raises `WorkspaceError` when the outline has none of that name, or a link is in the way."""
        hidden = any(part.startswith(".") for part in name.split("/"))
        if hidden or name not in self.names():
            raise WorkspaceError(f"这份报告里没有叫“{name[:60]}”的叙述。")
        # A workspace remembers which folders are no links: one of this moment.
        workspace, sink = Workspace(self._root), Diagnostics()
        span = workspace.start_of(self.folder)
        path = workspace.inside(self.folder, f"{name}.md", span, sink)
        if path is None or workspace.inside(self.history_folder, f"{name}.md", span, sink) is None:
            raise WorkspaceError("；".join(f"{each.message}，{each.hint}" for each in sink) + "。")
        return path

    def held(self, path: Path) -> Held:
        """What a narrative's file holds now. Raises `WorkspaceError`."""
        try:
            if stat.S_ISDIR(os.lstat(path).st_mode):
                raise WorkspaceError(f"“{path.name}”应当是文件，却是一个文件夹。移走它再试。")
        except (FileNotFoundError, NotADirectoryError):
            if not self.folder.parent.is_dir():  # a network drive that is gone is no empty narrative
                raise WorkspaceError(
                    f"打不开报告的文件夹“{self.folder.parent}”：可能移走了，或者网络断了。"
                ) from None
            return NOTHING
        except OSError as error:
            raise WorkspaceError(f"打不开“{path.name}”：{reason(error)}。请检查磁盘和网络后再试。") from error
        workspace, sink = Workspace(self._root), Diagnostics()
        data = workspace.read_whole(path)
        text = decode(data.removeprefix(_MARK), workspace.shown(path), sink)
        if len(data) > MAX_TEXT:
            raise WorkspaceError(
                f"“{path.name}”有 {len(data):,} 字节，最多 {MAX_TEXT:,}。检查是不是放错了文件。"
            )
        if text is None:
            raise WorkspaceError(
                f"“{path.name}”：" + "；".join(f"{each.message}，{each.hint}" for each in sink) + "。"
            )
        return Held(data, text, digest(text))

    def why_not(self, path: Path) -> str:
        """Why a narrative cannot be saved; empty when it can."""
        there = [each for each in (path, path.parent, self.folder) if os.path.lexists(each)]
        try:
            for each in there or [self.folder.parent]:
                if not os.stat(each).st_mode & 0o222 or not os.access(each, os.W_OK):
                    return f"“{each.name}”是只读的，只能看，不能改"
        except OSError as error:
            return f"打不开“{path.name}”：{reason(error)}"
        return ""

    @contextmanager
    def writing(self, what: str) -> Iterator[None]:
        """One save at a time, as far as locks reach. Raises `WorkspaceError` for what the disk refuses: `what` is named."""
        with self.alone, telling(what):
            make_folder(self.history_folder, self.folder.parent)
            if not self._swept:
                self._swept = True
                sweep(self.history_folder, time.time())
            with self._lock.held() as had:
                self.undo_unfinished(lambda: had and self._lock.works())
                yield

    @contextmanager
    def undisturbed(self) -> Iterator[None]:
        """Nobody saves meanwhile, as far as locks reach: a file and its history are of one state. Nothing is written for that."""
        with self.alone:
            if not self.history_folder.is_dir():
                yield
                return
            with self._lock.held():
                yield

    def history_of(self, name: str) -> History:
        """The moments of a narrative whose name `path` has let pass."""
        return self._histories.setdefault(name, History(self.history_folder, name))

    def keep(self, history: History, path: Path, now: Held) -> set[str]:
        """See that what a file holds is in the history before something takes its place; gives what was added. Raises `OSError`."""
        if now.data is None or history.find(now.digest):
            return set()
        changed = min(os.stat(path).st_mtime, self.clock())
        return {history.add(now.text, "outside" if history.ids() else "before", "", changed)}

    def stage(self, path: Path, text: str, now: Held) -> Path:
        """The bytes of a new text, with the line ends the file has, ready to be renamed. Raises `OSError`."""
        data = with_line_ends((now.data or b"").removeprefix(_MARK), now.text, text)
        return stage(self.history_folder, data, path if now.data is not None else None)

    def undo_unfinished(self, alone: Callable[[], bool]) -> None:
        """Put narratives back that a killed program had begun to replace together. Raises `OSError`, `WorkspaceError`.

        `alone`: whether it is sure that nobody is at it just now; else it is left for a minute.
        """
        unfinished = journal.read(self.history_folder)
        if unfinished is None:
            return
        if not alone() and abs(self.clock() - unfinished.time) < journal.AT_WORK:
            return
        for name, before, after in unfinished.files:
            if name not in self.names():
                continue
            path = self.path(name)
            now = self.held(path)
            found = self.history_of(name).find(before)
            if now.digest == after and found:
                history = self.history_of(name)
                history.add(found[1], "restored", "", self.clock())
                put(self.stage(path, found[1], now), path)
        journal.remove(self.history_folder)


def sendable(text: str) -> str:
    """A text from a page as a file can hold it. Raises `WorkspaceError` when it is too large or has half a character."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    try:
        size = len(text.encode("utf-8"))
    except UnicodeEncodeError as error:
        raise WorkspaceError(f"没有存上：第 {error.start + 1} 个字不完整。删去它再试。") from error
    if size > MAX_TEXT:
        raise WorkspaceError(f"没有存上：文字有 {size:,} 字节，最多 {MAX_TEXT:,}。请分成几段。")
    return text
