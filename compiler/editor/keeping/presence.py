"""Who else has a report open: a small file for each server that serves it, written anew every few seconds.

It only tells; nothing waits for anybody. What cannot be written or read is passed over.
"""

from __future__ import annotations

import json
import os
import time
import uuid
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

from compiler.editor.keeping.disk import make_folder
from compiler.gate import is_clean

EDITING = ".editing"
"""The folder in narrative/; hidden, so that nothing is compiled or archived of it."""
EVERY = 10.0
"""Seconds between two calls of `here`."""
_GONE = 35.0
"""Seconds after which somebody who does not write any more is gone."""
_FORGOTTEN = 86_400.0
"""Seconds after which their file is removed."""
_MOST_BYTES = 4000
_MOST_OTHERS = 50
_LONGEST = 60


class Who(NamedTuple):
    """A person at a computer."""

    name: str
    computer: str


class Other(NamedTuple):
    """Somebody else who has the report open."""

    name: str
    computer: str
    slot: str
    """The narrative they have before them; may be empty."""
    since: float
    """When they opened the report, by their clock: seconds of the epoch."""


class Presence:
    """This program among those that serve a report."""

    def __init__(
        self,
        folder: Path,
        who: Who,
        clock: Callable[[], float] = time.time,
        steady: Callable[[], float] = time.monotonic,
    ) -> None:
        """`folder` is the report's. `clock` gives seconds of the epoch, `steady` seconds that nobody sets."""
        self._narratives = folder / "narrative"
        self._folder = self._narratives / EDITING
        self._who, self._clock, self._steady = who, clock, steady
        self._file = self._folder / f"{uuid.uuid4().hex}.json"
        self._since = clock()
        self._beats = 0
        self._heard: dict[str, tuple[object, float | None]] = {}
        """Of each other's file: what was last read of it, and when that was new, by `steady`."""

    def here(self, slot: str) -> None:
        """Say that this program is at work, and at which narrative. To be called every `EVERY` seconds, and when that changes."""
        self._beats += 1
        said = {
            "name": self._who.name,
            "computer": self._who.computer,
            "slot": slot,
            "since": self._since,
            "now": self._clock(),
            "beat": self._beats,
        }
        aside = self._file.with_suffix(".new")
        with suppress(OSError):
            if self._folder.is_symlink():
                return
            make_folder(self._folder, self._narratives)
            aside.write_bytes(json.dumps(said, ensure_ascii=False).encode("utf-8", "replace"))
            os.replace(aside, self._file)

    def others(self) -> list[Other]:
        """Who else is at work, by name. Clocks of different computers need not agree: what counts is that a file changes."""
        out: list[Other] = []
        with suppress(OSError):
            if self._folder.is_symlink():
                return []
            names = sorted(name for name in os.listdir(self._folder) if name.endswith((".json", ".new")))
            for name in names[:_MOST_OTHERS]:
                path = self._folder / name
                if path.stem != self._file.stem and (other := self._hear(path)):
                    out.append(other)
            self._heard = {name: heard for name, heard in self._heard.items() if name in names}
        return sorted(out)

    def leave(self) -> None:
        """This program serves the report no more."""
        for path in (self._file, self._file.with_suffix(".new")):
            with suppress(OSError):
                path.unlink()
        with suppress(OSError):
            self._folder.rmdir()  # when nobody else is there

    def _hear(self, path: Path) -> Other | None:
        try:
            if path.suffix == ".new":
                said = None
            else:
                with open(path, "rb") as file:
                    said = json.loads(file.read(_MOST_BYTES))
            age = self._clock() - path.stat().st_mtime
        except (OSError, ValueError, RecursionError):
            said, age = None, 0.0
        if age > _FORGOTTEN:
            with suppress(OSError):
                path.unlink()
            return None
        other = _other(said)
        if other is None or not isinstance(said, dict):
            return None
        beat, now = said.get("beat"), said.get("now")
        before = self._heard.get(path.name)
        if before is None:  # the first time nothing but the clocks tells
            recent = isinstance(now, (int, float)) and abs(self._clock() - now) < _GONE
            self._heard[path.name] = beat, self._steady() if recent else None
        elif before[0] != beat:
            self._heard[path.name] = beat, self._steady()
        at = self._heard[path.name][1]
        return other if at is not None and self._steady() - at < _GONE else None


def _other(said: object) -> Other | None:
    """What somebody's file says, as far as it can be shown."""
    match said:
        case {
            "name": str(name),
            "computer": str(computer),
            "slot": str(slot),
            "since": int() | float() as since,
        }:
            if is_clean(name + computer + slot):
                return Other(name[:_LONGEST], computer[:_LONGEST], slot[:_LONGEST], float(since))
    return None
