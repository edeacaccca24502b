"""Reports whose narratives are kept."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

from compiler.editor.keeping import NarrativeFiles
from compiler.workspace import Workspace

NAMES = ("机构职责", "预算执行", "存在问题", "projects/01-甲", "projects/02-乙")


class Clock:
    """Seconds of the epoch, as a test sets them: 2023-11-14 22:13:20 UTC at first."""

    def __init__(self, now: float = 1_700_000_000) -> None:
        self.now = now

    def __call__(self) -> float:
        return self.now


def report(root: Path, narratives: Mapping[str, str]) -> Path:
    """A report's folder with these narratives; nothing of it compiles."""
    folder = root / "content" / "某局" / "2023"
    (folder / "narrative").mkdir(parents=True, exist_ok=True)
    for name, text in narratives.items():
        path = folder / "narrative" / f"{name}.md"
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(text.encode())
    return folder


def files_in(folder: Path, clock: Callable[[], float]) -> NarrativeFiles:
    """What another server would make for the same report."""
    return NarrativeFiles(Workspace(folder.parents[2]), folder, lambda: NAMES, clock)
