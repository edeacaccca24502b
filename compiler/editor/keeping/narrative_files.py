"""The narratives of a report on the disk: read, saved as one types, never over what somebody else wrote.

A save puts the new text into the history, looks once more at what the file holds, and renames. Where the file is not
what the text was made from, both are merged by paragraphs, or given back to be compared. Where locks do nothing two
programs may still rename at the same moment: each then finds the other's text in the history, and merges it.
"""

from __future__ import annotations

import os
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from compiler.data_edit.line_ends import with_line_ends
from compiler.diagnostics import Diagnostics
from compiler.editor.keeping.disk import (
    HISTORY,
    Lock,
    digest,
    discard,
    make_folder,
    put,
    stage,
    sweep,
    telling,
)
from compiler.editor.keeping.history import History, Moment, Why
from compiler.editor.keeping.merging import merge, origin
from compiler.gate import decode
from compiler.publishing import WorkspaceError, reason
from compiler.workspace import MAX_TEXT, Workspace

_MARK = b"\xef\xbb\xbf"
_REMEMBERED = 24
"""Texts of a narrative that are remembered, to merge from."""
_ANCESTORS = 40
_ATTEMPTS = 5


class Text(NamedTuple):
    """A narrative as it is."""

    text: str
    """Line ends are newlines."""
    digest: str
    """To be given back with what is made of it; empty when there is no file."""
    why_not: str
    """Why it cannot be saved; empty when it can."""


class Saved(NamedTuple):
    """The file holds `text`."""

    text: str
    digest: str
    merged: bool
    """What somebody else wrote is in it, too: the text is not the one given."""


class Conflict(NamedTuple):
    """Somebody else changed the same paragraphs: the file was left alone, `mine` is in the history."""

    mine: str
    theirs: str
    base: str
    """What both were made from; empty when nobody knows."""
    digest: str
    """Of `theirs`: what is saved with it replaces them."""


class _Held(NamedTuple):
    """What a file holds."""

    data: bytes | None
    text: str
    digest: str


_NONE = _Held(None, "", "")


class NarrativeFiles:
    """The narratives of one report. Any thread may call; each call stands for itself."""

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
        self._root, self._names, self._clock = workspace.root, names, clock
        self._lock = Lock(self.history_folder)
        self._alone = threading.RLock()
        self._histories: dict[str, History] = {}
        self._seen: dict[str, OrderedDict[str, tuple[float, str]]] = {}
        self._swept = False

    # Reading -------------------------------------------------------------------------------

    def read(self, name: str) -> Text:
        """A narrative; an empty text when there is no file yet. Raises `WorkspaceError` when there is none of that name, or it cannot be
        read: a link, another encoding, too large.
        """
        path = self.path(name)
        with self._alone:
            held = self.held(path)
            self._remember(name, held.text, held.digest)
            return Text(held.text, held.digest, self._why_not(path))

    def stamps(self) -> dict[str, tuple[int, int, int]]:
        """Of every narrative that is there, what changes when its file does: to be compared with what was given before."""
        out: dict[str, tuple[int, int, int]] = {}
        for name in self._names():
            try:
                status = os.stat(self.folder / f"{name}.md", follow_symlinks=False)
            except OSError:
                continue
            out[name] = (status.st_mtime_ns, status.st_size, status.st_ino)
        return out

    def path(self, name: str) -> Path:
        """The file of a narrative. Raises `WorkspaceError` when the outline has none of that name, or a link is in the way."""
        hidden = any(part.startswith(".") for part in name.split("/"))
        if hidden or name not in self._names():
            raise WorkspaceError(f"这份报告里没有叫“{name[:60]}”的叙述。")
        # A workspace remembers which folders are no links: one of this moment.
        workspace, sink = Workspace(self._root), Diagnostics()
        span = workspace.start_of(self.folder)
        path = workspace.inside(self.folder, f"{name}.md", span, sink)
        if path is None or workspace.inside(self.folder, f"{HISTORY}/{name}.md/.", span, sink) is None:
            raise WorkspaceError("；".join(f"{each.message}，{each.hint}" for each in sink) + "。")
        return path

    def held(self, path: Path) -> _Held:
        """What a narrative's file holds now. Raises `WorkspaceError`."""
        if not os.path.lexists(path):
            return _NONE
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
        return _Held(data, text, digest(text))

    def _why_not(self, path: Path) -> str:
        folder = path if path.exists() else path.parent
        while not folder.exists():
            folder = folder.parent
        try:
            writable = os.stat(folder).st_mode & 0o222 and os.access(folder, os.W_OK)
        except OSError as error:
            return reason(error)
        if writable and os.access(self.folder if self.folder.exists() else folder, os.W_OK):
            return ""
        return f"“{folder.name}”是只读的，只能看，不能改"

    # Saving --------------------------------------------------------------------------------

    def save(self, name: str, text: str, base: str, author: str, why: Why = "typed") -> Saved | Conflict:
        """Make a narrative hold `text`, which was made from what had the digest `base`.

        Raises `WorkspaceError` when the disk refuses; the file is as it was then. The text that it held is in the history.
        """
        path = self.path(name)
        text = sendable(text)
        why_not = self._why_not(path)
        if why_not:
            raise WorkspaceError(f"没有存上“{name}”：{why_not}。")
        with self.writing(name):
            make_folder(path.parent, self.folder)
            return self._save(name, path, text, base, author, why)

    def _save(self, name: str, path: Path, text: str, base: str, author: str, why: Why) -> Saved | Conflict:
        history = self.history_of(name)
        there = history.ids()
        mine, known = text, {base}
        for _ in range(_ATTEMPTS):
            now = self.held(path)
            if now.data is not None and now.text == mine:
                break
            if now.digest not in known:
                start, joined = self._merge(name, mine, now, base)
                if joined is None:
                    return self._at_odds(name, Conflict(mine, now.text, start, now.digest), author)
                mine = joined
                if now.text == mine:
                    break
            there |= self.keep(history, path, now)
            kept = history.add(mine, why if mine == text else "merged", author, self._clock())
            there.add(kept)
            if not self._replace(path, mine, now):
                history.forget(kept)
                continue
            history.settle(kept)
            # Whoever was about to rename at the same moment had put a text into the history.
            late = history.others(there)
            if not late:
                break
            known.add(digest(mine))
            for other in late:
                held = _Held(b"", other, digest(other))
                start, joined = self._merge(name, mine, held, base)
                if joined is None:
                    return self._at_odds(name, Conflict(mine, other, start, self.held(path).digest), author)
                known.add(held.digest)
                mine = joined
        else:
            raise WorkspaceError(f"没有存上“{name}”：别的程序也在不停地改它。请稍等再试。")
        self._remember(name, mine, digest(mine))
        return Saved(mine, digest(mine), mine != text)

    def _at_odds(self, name: str, conflict: Conflict, author: str) -> Conflict:
        history = self.history_of(name)
        history.settle(history.add(conflict.mine, "unsaved", author, self._clock()))
        self._remember(name, conflict.theirs, digest(conflict.theirs))
        return conflict

    def _merge(self, name: str, mine: str, theirs: _Held, base: str) -> tuple[str, str | None]:
        """What both texts were made from, as far as one can tell, and both as one; None when a person is to decide."""
        found = (0.0, "") if not base else self._known(name, base)
        if found is None:
            return "", None
        since, text = found
        if theirs.data is None:
            return text, None
        states = [(since, text)]
        if base:
            states += [state for state in self._remembered(name).values() if state[0] < since]
            states += self.history_of(name).until(since, _ANCESTORS)
        start = origin(theirs.text, [state for _, state in sorted(states)])
        joined = None if start is None else merge(start, mine, theirs.text)
        if start is None or (joined == mine and start != text):
            return text, None  # an old text was put back, as a whole or in part: that may have been meant
        return start, joined

    def _known(self, name: str, wanted: str) -> tuple[float, str] | None:
        return self._remembered(name).get(wanted) or self.history_of(name).find(wanted)

    def _remembered(self, name: str) -> OrderedDict[str, tuple[float, str]]:
        return self._seen.setdefault(name, OrderedDict())

    def _remember(self, name: str, text: str, wanted: str) -> None:
        seen = self._remembered(name)
        seen.pop(wanted, None)
        seen[wanted] = self._clock(), text
        while len(seen) > _REMEMBERED:
            seen.popitem(last=False)

    def _replace(self, path: Path, text: str, now: _Held) -> bool:
        """Give the file its new text; False when it no longer holds what it did. Raises `OSError`, `WorkspaceError`."""
        aside = self.stage(path, text, now)
        try:
            unchanged = self.held(path).data == now.data
        except BaseException:
            discard(aside)
            raise
        if not unchanged:
            discard(aside)
            return False
        put(aside, path)
        return True

    # For all that writes ---------------------------------------------------------------------

    @contextmanager
    def writing(self, what: str) -> Iterator[None]:
        """One save at a time, as far as locks reach. Raises `WorkspaceError` for what the disk refuses: `what` is named."""
        with self._alone, telling(what):
            make_folder(self.history_folder, self.folder.parent)
            if not self._swept:
                self._swept = True
                sweep(self.history_folder, time.time())
            with self._lock.held():
                yield

    def history_of(self, name: str) -> History:
        """The moments of a narrative whose name `path` has let pass."""
        return self._histories.setdefault(name, History(self.history_folder, name))

    def keep(self, history: History, path: Path, now: _Held) -> set[str]:
        """See that what a file holds is in the history before something takes its place; gives what was added. Raises `OSError`."""
        if now.data is None or history.find(now.digest):
            return set()
        changed = min(os.stat(path).st_mtime, self._clock())
        return {history.add(now.text, "outside" if history.ids() else "before", "", changed)}

    def stage(self, path: Path, text: str, now: _Held) -> Path:
        """The bytes of a new text, with the line ends the file has, ready to be renamed. Raises `OSError`."""
        data = with_line_ends((now.data or b"").removeprefix(_MARK), now.text, text)
        return stage(self.history_folder, data, path if now.data is not None else None)

    # History ---------------------------------------------------------------------------------

    def history(self, name: str) -> list[Moment]:
        """What a narrative was, the newest first. Raises `WorkspaceError`."""
        self.path(name)
        with self._alone, _reading():
            return self.history_of(name).moments()

    def at(self, name: str, id: str) -> str:
        """The text of a moment. Raises `WorkspaceError` when there is none of that id."""
        self.path(name)
        with self._alone, _reading():
            return self.history_of(name).text(id)

    def restore(self, name: str, id: str, author: str) -> Saved | Conflict:
        """Return to the text of a moment, which is a save like any other. Raises `WorkspaceError`."""
        text = self.at(name, id)
        return self.save(name, text, self.read(name).digest, author, "restored")


@contextmanager
def _reading() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise WorkspaceError(f"读不出修改记录：{reason(error)}。请检查磁盘和网络。") from error


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
