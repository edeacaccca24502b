"""What is being replaced in many narratives at once: written before the first is touched, gone after the last.

While it is there, half of them may be replaced: who saves next puts them back.
"""

from __future__ import annotations

import json
from pathlib import Path

from compiler.editor.keeping.disk import put, stage, sync
from compiler.named import NamedTuple

_NAME = ".replacing.json"
AT_WORK = 60.0
"""Seconds that a replacement takes at most."""
_MOST = 4_000_000


class Journal(NamedTuple):
    """A replacement that was begun."""

    time: float
    """Seconds of the epoch."""
    files: tuple[tuple[str, str, str], ...]
    """Each narrative's name, and the digests of its text before and after."""


def write(folder: Path, journal: Journal) -> None:
    """Begin. Raises `OSError`."""
    data = json.dumps(journal, ensure_ascii=False).encode("utf-8")
    put(stage(folder, data), folder / _NAME)


def read(folder: Path) -> Journal | None:
    """What was begun and neither ended nor undone; None when nothing was. Raises `OSError`."""
    try:
        with open(folder / _NAME, "rb") as file:
            found = json.loads(file.read(_MOST))
    except FileNotFoundError:
        return None
    except ValueError:  # not ours: we rename it into place
        remove(folder)
        return None
    match found:
        case [float() | int() as time, [*files]] if all(
            isinstance(each, list) and len(each) == 3 and all(isinstance(word, str) for word in each)
            for each in files
        ):
            return Journal(float(time), tuple((name, before, after) for name, before, after in files))
    remove(folder)
    return None


def remove(folder: Path) -> None:
    """End. Raises `OSError`."""
    (folder / _NAME).unlink(missing_ok=True)
    sync(folder)
