"""What a narrative was: one file for each moment that is kept, readable without this program.

`narrative/.history/机构职责.md/20231122-091500-250.t.0123456789ab.李四.md`: the time (UTC), why it was kept, the start of
the text's digest, who wrote it. The newest text is among them from before it takes its place, so that two programs
that overwrite each other's file lose neither text. While one person types, a moment is kept every two minutes, and the
last one that had words which were taken out since; what somebody else wrote, and what came from outside, always.
"""

from __future__ import annotations

import os
import re
from collections import Counter
from collections.abc import Set
from contextlib import suppress
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from typing import Literal

from compiler.editor.keeping.comparing import compare
from compiler.editor.keeping.disk import digest, discard, make_folder, put, stage
from compiler.named import NamedTuple
from compiler.publishing import WorkspaceError

Why = Literal["typed", "before", "outside", "merged", "restored", "replaced", "unsaved"]
WORDS: dict[Why, str] = {
    "typed": "编辑",
    "before": "打开时的文字",
    "outside": "在别处改的",
    "merged": "两边的修改合在一起",
    "restored": "换回以前的文字",
    "replaced": "全部替换",
    "unsaved": "没有存上的文字",
}
"""Why a moment is kept, as users read it. `unsaved` never stood in the file: it was at odds with somebody else's."""

_LETTERS: dict[str, Why] = {
    "t": "typed",
    "b": "before",
    "o": "outside",
    "m": "merged",
    "r": "restored",
    "p": "replaced",
    "u": "unsaved",
}
_LETTER = {why: letter for letter, why in _LETTERS.items()}
_NAME = re.compile(r"(\d{8}-\d{6}-\d{3})\.([a-z])\.([0-9a-f]{12})\.([^/\\\n]*)\.md")
_APART = 120.0
"""Seconds of typing for which one moment is kept."""
_MUCH = 10
"""Characters whose loss somebody may come to regret."""
_MOST = 200
"""Moments of a narrative."""
_MOST_BYTES = 20_000_000
"""Bytes of a narrative's moments."""
_NEWEST = 40
"""Moments that are kept whatever there are."""
_LONGEST_AUTHOR = 20
_LONGEST_COMPARED = 400_000
"""Characters of two texts that are compared word by word."""


class Moment(NamedTuple):
    """A text that a narrative had."""

    id: str
    time: float
    """Seconds of the epoch."""
    author: str
    """Empty when nobody knows."""
    why: Why
    digest: str
    size: int
    """Characters."""
    added: int
    """Characters that the moment before did not have; of the first all."""
    removed: int


class _Kept(NamedTuple):
    """A moment by its file's name."""

    id: str
    time: float
    why: Why
    start: str
    author: str


class History:
    """The moments of one narrative."""

    def __init__(self, root: Path, name: str) -> None:
        """`root` is narrative/.history, which is there; `name` is the narrative's, and safe."""
        self._root = root
        self._folder = root.joinpath(*f"{name}.md".split("/"))
        self._texts: dict[str, str] = {}
        self._own: set[str] = set()
        """What this program kept: it thins out nothing else."""
        self._counts: dict[tuple[str, str], tuple[int, int]] = {}
        """By the starts of two texts' digests: how they differ."""

    def ids(self) -> set[str]:
        """Which moments there are. Raises `OSError`."""
        return {kept.id for kept in self._kept()}

    def moments(self) -> list[Moment]:
        """All that can be read, the newest first. Raises `OSError`."""
        out: list[Moment] = []
        before, start = "", ""
        for kept in self._kept():
            text = self._text(kept)
            if text is None:
                continue
            added, removed = self._difference(start, before, kept.start, text)
            out.append(
                Moment(kept.id, kept.time, kept.author, kept.why, digest(text), len(text), added, removed)
            )
            if kept.why != "unsaved":
                before, start = text, kept.start
        return out[::-1]

    def text(self, id: str) -> str:
        """The text of a moment. Raises `WorkspaceError` when there is none, or its file was changed; `OSError`."""
        for kept in self._kept():
            if kept.id == id:
                text = self._text(kept)
                if text is not None:
                    return text
        raise WorkspaceError("这一条修改记录已经没有了，或者文件坏了。请换一条。")

    def find(self, wanted: str) -> tuple[float, str, frozenset[str]] | None:
        """The newest moment with a digest: its time, its text, and the ids of those up to it. Raises `OSError`."""
        kept = self._kept()
        for index in reversed(range(len(kept))):
            each = kept[index]
            if wanted.startswith(each.start) and each.why != "unsaved":
                text = self._text(each)
                if text is not None and digest(text) == wanted:
                    return each.time, text, frozenset(before.id for before in kept[: index + 1])
        return None

    def others(self, known: set[str]) -> list[str]:
        """What was put here to be written by whoever else, but for what is known by its id; that becomes known. Raises `OSError`."""
        late = [kept for kept in self._kept() if kept.id not in known]
        known.update(kept.id for kept in late)
        return [
            text
            for kept in late
            if kept.why not in ("before", "outside", "unsaved") and (text := self._text(kept)) is not None
        ]

    def texts(self, ids: Set[str], most: int) -> list[tuple[float, str]]:
        """The newest of some moments that stood in the file, each with its time. Raises `OSError`."""
        kept = [each for each in self._kept() if each.id in ids and each.why != "unsaved"]
        return [(each.time, text) for each in kept[-most:] if (text := self._text(each)) is not None]

    def follows(self, wanted: str, ids: Set[str]) -> bool:
        """Whether a text was saved here, after some moments and on top of them: all that came since did. Raises `OSError`."""
        since = [kept for kept in self._kept() if kept.id not in ids and kept.why != "unsaved"]
        return any(wanted.startswith(kept.start) for kept in since) and not any(
            kept.why in ("before", "outside") for kept in since
        )

    def add(self, text: str, why: Why, author: str, time: float) -> str:
        """Keep a text; gives its id, for `settle`. Raises `OSError`; what was kept before stays."""
        kept = self._kept()
        start = digest(text)[:12]
        newest = kept[-1] if kept else None
        if newest and newest.start == start and newest.why == why and self._text(newest) == text:
            return newest.id
        if why in ("before", "outside") and newest:  # a copied file may be as old as it likes
            time = max(time, newest.time + 0.001)
        id = f"{_stamp(time)}.{_LETTER[why]}.{start}.{_short(author)}"
        make_folder(self._folder, self._root)
        durable = why in ("before", "outside", "unsaved")  # the others are to be in the file itself
        put(stage(self._root, text.encode("utf-8"), durable=durable), self._folder / f"{id}.md", durable)
        self._texts[id] = text
        self._own.add(id)
        return id

    def settle(self, id: str) -> None:
        """The text that `add` kept is in its place: drop what the same person typed just before, as far as the disk lets us."""
        with suppress(OSError):
            self._roll(id)
            self._bound()

    def _roll(self, id: str) -> None:
        kept = self._kept()
        while kept and kept[-1].id != id:
            kept.pop()
        new = kept.pop() if kept else None
        while (
            new
            and new.why in ("typed", "unsaved")
            and len(kept) > 1
            and kept[-1].id in self._own
            and (kept[-1].why, kept[-1].author) == (new.why, new.author)
            and abs(new.time - kept[-1].time) < _APART
            and abs(kept[-1].time - kept[-2].time) < _APART
            and not self._missed(kept[-2], kept[-1], new)
        ):
            self.forget(kept.pop().id)

    def _missed(self, before: _Kept, kept: _Kept, new: _Kept) -> bool:
        """Whether a moment between two others has words that neither of them has: those of a mistake that is being made."""
        texts = self._text(before), self._text(kept), self._text(new)
        old, text, now = texts
        if old is None or text is None or now is None:
            return text is not None
        removed = self._difference(kept.start, text, new.start, now)[1]
        # A few characters fewer may be the start of more to go.
        if removed < _MUCH and len(now) >= len(text):
            return False
        return self._difference(before.start, old, kept.start, text)[0] >= _MUCH or len(text) > len(old)

    def _difference(self, start: str, old: str, end: str, new: str) -> tuple[int, int]:
        """How many characters were added and removed, word by word; `start` and `end` name the texts."""
        known = self._counts.get((start, end))
        if known is None:
            if len(self._counts) > 4 * _MOST:
                self._counts.clear()
            known = self._counts[start, end] = _difference(old, new)
        return known

    def forget(self, id: str) -> None:
        """Remove a moment that `add` gave."""
        discard(self._folder / f"{id}.md")

    def _bound(self) -> None:
        """Of too many moments drop those that are least missed: typed, without words that went, close to the one before."""
        kept = self._kept()
        sizes = {each.id: self._size(each) for each in kept}

        def missed(index: int) -> tuple[bool, bool, bool, float, int]:
            before, size, after = (
                sizes[kept[at].id] for at in (index - 1, index, min(index + 1, len(kept) - 1))
            )
            return (
                size == max(sizes.values()),
                kept[index].why != "typed",
                size >= before and size > after + 3 * _MUCH,
                kept[index].time - kept[index - 1].time,
                index,
            )

        while len(kept) > _NEWEST and (len(kept) > _MOST or sum(sizes.values()) > _MOST_BYTES):
            at = min(range(1, len(kept) - _NEWEST + 1), key=missed)
            self.forget(kept[at].id)
            del sizes[kept[at].id], kept[at]

    def _size(self, kept: _Kept) -> int:
        try:
            return os.stat(self._folder / f"{kept.id}.md").st_size
        except OSError:
            return 0

    # Files ---------------------------------------------------------------------------------

    def _kept(self) -> list[_Kept]:
        """The moments by their files' names, the oldest first."""
        try:
            names = os.listdir(self._folder)
        except (FileNotFoundError, NotADirectoryError):
            return []
        return sorted(
            (kept for name in names if (kept := _parsed(name))), key=lambda kept: (kept.time, kept.id)
        )

    def _text(self, kept: _Kept) -> str | None:
        """The text; None when it is not what was kept, or is gone."""
        text = self._texts.get(kept.id)
        if text is None:
            try:
                text = (self._folder / f"{kept.id}.md").read_bytes().decode("utf-8")
            except (OSError, UnicodeDecodeError):
                return None
            if not digest(text).startswith(kept.start):
                return None
            if len(self._texts) > 2 * _NEWEST:
                self._texts.clear()
            self._texts[kept.id] = text
        return text


@lru_cache(maxsize=20_000)
def _parsed(name: str) -> _Kept | None:
    found = _NAME.fullmatch(name)
    if not found or found[2] not in _LETTERS:
        return None
    try:
        at = datetime.strptime(found[1][:15], "%Y%m%d-%H%M%S").replace(tzinfo=UTC)
    except ValueError:
        return None
    time = at.timestamp() + int(found[1][16:]) / 1000
    return _Kept(name.removesuffix(".md"), time, _LETTERS[found[2]], found[3], found[4])


def _stamp(time: float) -> str:
    milliseconds = round(time * 1000)
    at = datetime.fromtimestamp(milliseconds // 1000, UTC)
    return f"{at:%Y%m%d-%H%M%S}-{milliseconds % 1000:03d}"


def _short(author: str) -> str:
    """A name as a file's name can have it."""
    return re.sub(r"[^\w@-]", "_", author)[:_LONGEST_AUTHOR]


def _difference(old: str, new: str) -> tuple[int, int]:
    """How many characters were added and removed, word by word."""
    if not old or len(old) + len(new) > _LONGEST_COMPARED:
        return max(len(new) - len(old), 0), max(len(old) - len(new), 0)
    counts = Counter[str]()
    for piece in compare(old, new):
        counts[piece.tag] += len(piece.text)
    return counts["inserted"], counts["deleted"]
