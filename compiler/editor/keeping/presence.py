"""Who else has a report open: a small file for each server that serves it, written anew every few seconds.

It only tells; nothing waits for anybody. What cannot be written or read is passed over.
"""

from __future__ import annotations

import json
import os
import sys
import time
import uuid
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import TypeGuard

from compiler.editor.keeping.disk import make_folder
from compiler.gate import is_clean
from compiler.named import NamedTuple

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
_LAST = 4e9
"""Seconds of the epoch that a clock may show: in the year 2096."""


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
            "process": os.getpid(),
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
        if other is None or not isinstance(said, dict) or self._was_ours(other, said.get("process")):
            return None
        beat, now = said.get("beat"), said.get("now")
        before = self._heard.get(path.name)
        if before is None:  # the first time nothing but the clocks tells
            recent = _is_time(now) and abs(self._clock() - now) < _GONE
            self._heard[path.name] = beat, self._steady() if recent else None
        elif before[0] != beat:
            self._heard[path.name] = beat, self._steady()
        at = self._heard[path.name][1]
        return other if at is not None and self._steady() - at < _GONE else None

    def _was_ours(self, other: Other, process: object) -> bool:
        """Whether it is what a program of this person left here that was killed: they are not to be told of themselves."""
        mine = (other.name, other.computer) == (self._who.name[:_LONGEST], self._who.computer[:_LONGEST])
        return mine and type(process) is int and 0 < process < 1 << 31 and not _runs(process)


def _runs(process: int) -> bool:
    """Whether there is a process of that id on this computer; also when nobody can tell."""
    if sys.platform == "win32":  # there os.kill would end it
        import ctypes

        windows = ctypes.windll.kernel32
        handle = windows.OpenProcess(0x1000, False, process)  # PROCESS_QUERY_LIMITED_INFORMATION
        if not handle:
            return bool(windows.GetLastError() != 87)  # ERROR_INVALID_PARAMETER: none of that id
        code = ctypes.c_ulong()
        told = windows.GetExitCodeProcess(handle, ctypes.byref(code))
        windows.CloseHandle(handle)
        return not told or code.value == 259  # STILL_ACTIVE
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except OSError:
        return True
    return True


def _is_time(value: object) -> TypeGuard[int | float]:
    """Whether it can be seconds of the epoch: not NaN, not a number of four hundred digits."""
    return type(value) in (int, float) and 0 <= value <= _LAST  # type: ignore[operator]


def _other(said: object) -> Other | None:
    """What somebody's file says, as far as it can be shown."""
    match said:
        case {
            "name": str(name),
            "computer": str(computer),
            "slot": str(slot),
            "since": int() | float() as since,
        }:
            if _is_time(since) and is_clean(name + computer + slot):
                return Other(name[:_LONGEST], computer[:_LONGEST], slot[:_LONGEST], float(since))
    return None
