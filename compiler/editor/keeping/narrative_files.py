"""The narratives of a report on the disk: read, saved as one types, never over what somebody else wrote.

A save puts the new text into the history, looks once more at what the file holds, and renames. Where the file is not
what the text was made from, both are merged by paragraphs, or given back to be compared. Where locks do nothing two
programs may still rename at the same moment: each then finds the other's text in the history, and merges it.
"""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable, Collection, Iterator, Sequence, Set
from contextlib import contextmanager, suppress
from pathlib import Path

from compiler.editor.keeping.disk import digest, discard, make_folder, put
from compiler.editor.keeping.finding import Found, Place, find
from compiler.editor.keeping.folder import Held, NarrativeFolder, sendable
from compiler.editor.keeping.history import Moment, Why
from compiler.editor.keeping.merging import merge, origin
from compiler.editor.keeping.replacing import replace
from compiler.named import NamedTuple
from compiler.publishing import WorkspaceError, reason
from compiler.workspace import Workspace

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
    """Of `theirs`: what is saved with it replaces them. Empty when the file is gone."""


class _Seen(NamedTuple):
    """A text that stood in a file."""

    time: float
    text: str
    ids: frozenset[str]
    """The moments that there were: what came later is not what it was made from, whatever the clocks of other computers say."""


class NarrativeFiles(NarrativeFolder):
    """The narratives of one report. Any thread may call; each call stands for itself."""

    def __init__(
        self,
        workspace: Workspace,
        folder: Path,
        names: Callable[[], Collection[str]],
        clock: Callable[[], float] = time.time,
    ) -> None:
        super().__init__(workspace, folder, names, clock)
        self._seen: dict[str, OrderedDict[str, _Seen]] = {}

    # Reading -------------------------------------------------------------------------------

    def read(self, name: str) -> Text:
        """A narrative; an empty text when there is no file yet. Raises `WorkspaceError` when there is none of that name, or it cannot be
        read: a link, another encoding, too large.
        """
        path = self.path(name)
        with self.undisturbed():
            with _reading():
                ids = self.history_of(name).ids()
            held = self.held(path)
            self._remember(name, held.text, held.digest, ids)
            return Text(held.text, held.digest, self.why_not(path))

    # Saving --------------------------------------------------------------------------------

    def save(self, name: str, text: str, base: str, author: str, why: Why = "typed") -> Saved | Conflict:
        """Make a narrative hold `text`, which was made from what had the digest `base`.

        Raises `WorkspaceError` when the disk refuses; the file is as it was then. The text that it held is in the history.
        """
        path = self.path(name)
        text = sendable(text)
        why_not = self.why_not(path)
        if why_not:
            raise WorkspaceError(f"没有存上“{name}”：{why_not}。")
        with self.writing(name):
            make_folder(path.parent, self.folder)
            try:
                return self._save(name, path, text, base, author, why)
            except (
                WorkspaceError
            ):  # the file cannot be read any more, or changes all the time: the words are kept
                with suppress(OSError):
                    self.history_of(name).add(text, "unsaved", author, self.clock())
                raise

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
                    return self._at_odds(name, Conflict(mine, now.text, start, now.digest), author, there)
                mine = joined
                if now.text == mine:
                    break
            there |= self.keep(history, path, now)
            kept = history.add(mine, why if mine == text else "merged", author, self.clock())
            there.add(kept)
            if not self._replace(path, mine, now):
                history.forget(kept)
                continue
            history.settle(kept)
            # Whoever was about to rename at the same moment had put a text into the history.
            late: list[str] = []
            with suppress(OSError):  # it is saved
                late = history.others(there)
            if not late:
                break
            known.add(digest(mine))
            for other in late:
                held = Held(b"", other, digest(other))
                start, joined = self._merge(name, mine, held, base)
                if joined is None:
                    return self._at_odds(
                        name, Conflict(mine, other, start, self.held(path).digest), author, there
                    )
                known.add(held.digest)
                mine = joined
        else:
            raise WorkspaceError(f"没有存上“{name}”：别的程序也在不停地改它。请稍等再试。")
        self._remember(name, mine, digest(mine), there)
        return Saved(mine, digest(mine), mine != text)

    def _at_odds(self, name: str, conflict: Conflict, author: str, there: set[str]) -> Conflict:
        history = self.history_of(name)
        history.settle(history.add(conflict.mine, "unsaved", author, self.clock()))
        self._remember(name, conflict.theirs, digest(conflict.theirs), there)
        return conflict

    def _merge(self, name: str, mine: str, theirs: Held, base: str) -> tuple[str, str | None]:
        """What both texts were made from, as far as one can tell, and both as one; None when a person is to decide.

        What was saved here was made from what stood there; what another program wrote, from whatever it had opened.
        """
        found = _Seen(0, "", frozenset()) if not base else self._known(name, base)
        if found is None:
            return "", None
        if theirs.data is None:
            return found.text, None
        history = self.history_of(name)
        states = [(found.time, found.text)]
        if base and not history.follows(theirs.digest, found.ids):
            states += [
                (each.time, each.text) for each in self._remembered(name).values() if each.ids <= found.ids
            ]
            states += history.texts(found.ids, _ANCESTORS)
        start = origin(theirs.text, [state for _, state in sorted(states)])
        joined = None if start is None else merge(start, mine, theirs.text)
        if start is None or (joined == mine and start != found.text):
            return (
                found.text,
                None,
            )  # an old text was put back, as a whole or in part: that may have been meant
        return start, joined

    def _known(self, name: str, wanted: str) -> _Seen | None:
        """A text by its digest; after a start of the program, from the history."""
        seen = self._remembered(name).get(wanted)
        found = None if seen else self.history_of(name).find(wanted)
        return _Seen(*found) if found else seen

    def _remembered(self, name: str) -> OrderedDict[str, _Seen]:
        return self._seen.setdefault(name, OrderedDict())

    def _remember(self, name: str, text: str, wanted: str, ids: Set[str]) -> None:
        seen = self._remembered(name)
        seen.pop(wanted, None)
        seen[wanted] = _Seen(self.clock(), text, frozenset(ids))
        while len(seen) > _REMEMBERED:
            seen.popitem(last=False)

    def _replace(self, path: Path, text: str, now: Held) -> bool:
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

    # History ---------------------------------------------------------------------------------

    def history(self, name: str) -> list[Moment]:
        """What a narrative was, the newest first. Raises `WorkspaceError`."""
        self.path(name)
        with self.alone, _reading():
            return self.history_of(name).moments()

    def at(self, name: str, id: str) -> str:
        """The text of a moment. Raises `WorkspaceError` when there is none of that id."""
        self.path(name)
        with self.alone, _reading():
            return self.history_of(name).text(id)

    def restore(self, name: str, id: str, author: str, base: str) -> Saved | Conflict:
        """Return to the text of a moment, which is a save like any other: `base` is the digest of what the user saw it in place of.

        Raises `WorkspaceError`.
        """
        return self.save(name, self.at(name, id), base, author, "restored")

    # Many at once ------------------------------------------------------------------------------

    def find(self, query: str, case: bool = True) -> Found:
        """Where words stand in the narratives, in the order in which `names` gives them; `case`: whether A is not a. Raises `WorkspaceError`.

        What is not words is not looked at: figures, addresses, ids, marks of what is to be filled in. A narrative that cannot be read
        has no hits.
        """
        return find(self, query, case)

    def replace(self, places: Sequence[Place], replacement: str, author: str) -> dict[str, int]:
        """Put other words at the places of hits, in all narratives or none; gives how many in each.

        Raises `WorkspaceError` when a narrative has changed since, when a figure or an address would change, when the disk refuses:
        nothing is replaced then.
        """
        return replace(self, places, replacement, author)


@contextmanager
def _reading() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise WorkspaceError(f"读不出修改记录：{reason(error)}。请检查磁盘和网络。") from error
