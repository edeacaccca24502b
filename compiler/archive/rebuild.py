"""Builds a version again from its frozen input and holds what comes out against what was frozen."""

from __future__ import annotations

import tempfile
from datetime import date
from pathlib import Path
from typing import NamedTuple

from compiler import pipeline
from compiler.archive.digests import build_digest, members
from compiler.archive.environment import environment
from compiler.archive.history import Stored
from compiler.archive.layout import CONTENT, INPUT, ArchiveError
from compiler.archive.record import Record
from compiler.inputs import Progress
from compiler.pipeline import Result
from compiler.workspace import Workspace

PDF = "pdf"


class Rebuilt(NamedTuple):
    """What came of building again."""

    digest: str | None
    """Of the new build; None when it did not compile."""
    differing: tuple[str, ...]
    """Members that are not the same, or that only one of the two has."""
    programs: tuple[str, ...]
    """What the version was built with and this machine has otherwise: a reason why bytes may differ."""
    result: Result


def input_of(stored: Stored, made: Record) -> tuple[Workspace, Path]:
    """The frozen input as a workspace, on the day of freezing, and the report's folder in it."""
    root = stored.folder / CONTENT / INPUT
    folder = root / "content" / made.department / made.year
    if not (folder / "report.yaml").is_file():
        raise ArchiveError(f"第{stored.number}版的 {INPUT} 里没有 report.yaml，不能重新生成。")
    return Workspace(root, date.fromisoformat(made.day)), folder


def rebuild(stored: Stored, made: Record, progress: Progress) -> Rebuilt:
    """Build from the version's input, aside, and compare by members; nothing of it stays.

    Raises `ArchiveError` and `WorkspaceError`. A PDF has no part in it: no two runs of LibreOffice write the same bytes.
    """
    workspace, folder = input_of(stored, made)
    formats = tuple(each for each in made.formats if each != PDF)
    with tempfile.TemporaryDirectory(prefix="chengwen-") as place:
        result = pipeline.build(workspace, folder, Path(place), formats, progress=progress)
        found: dict[str, str] = {}
        for path in result.outputs:
            found |= members(path.name, path.read_bytes())
    differing = sorted(
        name for name in found.keys() | made.members.keys() if found.get(name) != made.members.get(name)
    )
    return Rebuilt(build_digest(found) if found else None, tuple(differing), _other_programs(made), result)


def _other_programs(made: Record) -> tuple[str, ...]:
    then, now = made.environment, environment()
    told = []
    if then.get("program_sha256") != now["program_sha256"]:
        old, new = then.get("chengwen"), now["chengwen"]
        told.append(f"成文 {old}，现在是 {new}" if old != new else f"成文 {old}，现在的同版本程序改过")
    if then.get("python") != now["python"]:
        told.append(f"Python {then.get('python')}，现在是 {now['python']}")
    libraries = then.get("libraries", {})
    told += [
        f"{name} {libraries.get(name)}，现在是 {version}"
        for name, version in now["libraries"].items()
        if libraries.get(name, version) != version
    ]
    return tuple(told)
