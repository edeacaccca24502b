"""Builds a version again from its frozen input and holds what comes out against what was frozen."""

from __future__ import annotations

import json
import os
import tempfile
import zipfile
from contextlib import suppress
from datetime import date
from functools import partial
from pathlib import Path

from compiler import pipeline
from compiler.archive.digests import Digest, build_digest, digest_of_file, in_parallel, members
from compiler.archive.environment import environment
from compiler.archive.history import Stored
from compiler.archive.layout import CONTENT, DOCUMENTS, INPUT, ArchiveError
from compiler.archive.record import Record
from compiler.inputs import Progress
from compiler.named import NamedTuple
from compiler.patterns import pattern
from compiler.pipeline import Result
from compiler.workspace import Workspace

PDF = "pdf"
TRACE = "trace.json"
_CHARTS = pattern(r'\n\], "charts": (\{[^{}]*\})\}\s*\Z')


class Rebuilt(NamedTuple):
    """What came of building again."""

    digest: str | None
    """Of the new build; None when it did not compile."""
    differing: tuple[str, ...]
    """Members that are not the same as in the frozen documents, or that only one of the two has."""
    compared: bool
    """Whether there was a document to compare: a PDF alone is none."""
    programs: tuple[str, ...]
    """What the version was built with and this machine has otherwise: a reason why bytes may differ."""
    result: Result


def input_of(stored: Stored, made: Record) -> tuple[Workspace, Path]:
    """The frozen input as a workspace, on the day of freezing, and the report's folder in it.

    Raises `ArchiveError` when a file of it is not as it was frozen.
    """
    content = stored.folder / CONTENT
    paths = [path for path in made.files if path.startswith(f"{INPUT}/")]
    for path, digest in zip(paths, in_parallel(partial(_digest, content), paths), strict=True):
        if digest != made.files[path]:
            raise ArchiveError(
                f"第{stored.number}版的“{path}”与归档时不同，不能用它。运行 chengwen verify 看还有哪里坏了。"
            )
    root = content / INPUT
    folder = root / made.folder
    if not (folder / "report.yaml").is_file():
        raise ArchiveError(f"第{stored.number}版的 {INPUT} 里没有 {made.folder}，不能重新生成。")
    return Workspace(root, date.fromisoformat(made.day)), folder


def _digest(content: Path, path: str) -> Digest | None:
    try:
        return digest_of_file(content / path)
    except OSError:
        return None


def rebuild(stored: Stored, made: Record, progress: Progress) -> Rebuilt:
    """Build from the version's input, aside, and compare with the frozen documents by members; nothing of it stays.

    Raises `ArchiveError` when the input is not as it was frozen, `WorkspaceError`. A PDF has no part in it: another machine's fonts
    and LibreOffice write other bytes.
    """
    workspace, folder = input_of(stored, made)
    formats = tuple(each for each in made.formats if each != PDF)
    frozen: dict[str, str] = {}
    for path in sorted((stored.folder / CONTENT / DOCUMENTS).iterdir()):
        if path.suffix != f".{PDF}":
            with suppress(zipfile.BadZipFile, OSError):  # then nothing of it is the same
                frozen |= members(path.name, path.read_bytes())
    with tempfile.TemporaryDirectory(prefix="chengwen-") as place:
        result = pipeline.build(workspace, folder, Path(place), formats, progress=progress)
        found: dict[str, str] = {}
        now: dict[str, str] = {}
        for path in result.outputs:
            found |= members(path.name, path.read_bytes())
            if path.name == TRACE:
                now = charts_drawn_with(path)
    names = found.keys() | frozen.keys() | made.members.keys()
    differing = sorted(
        name for name in names if not found.get(name) == frozen.get(name) == made.members.get(name)
    )
    digest = build_digest(found) if found else None
    programs = list(other_programs(made))
    then = charts_drawn_with(stored.folder / CONTENT / DOCUMENTS / TRACE)
    if any(now.get(key) != then.get(key) for key in ("font", "font_sha256")):
        programs.append(f"图里的字体{_font(then)}，现在是{_font(now)}")
    return Rebuilt(digest, tuple(differing), bool(formats), tuple(programs), result)


def charts_drawn_with(trace: Path) -> dict[str, str]:
    """What a trace.json says its report's charts were drawn with, in its last line; nothing when it has no charts or cannot be read."""
    try:
        with open(trace, "rb") as file:
            file.seek(max(0, file.seek(0, os.SEEK_END) - 1000))
            found = _CHARTS.search(file.read().decode("utf-8", "replace"))
        told = json.loads(found[1]) if found else {}
    except (OSError, ValueError):
        return {}
    return {key: str(value) for key, value in told.items()}


def _font(told: dict[str, str]) -> str:
    return f"{told['font']}（{told.get('font_sha256', '')[:8]}）" if told.get("font") else "没有"


def other_programs(made: Record) -> tuple[str, ...]:
    """With what a version was made that is otherwise here."""
    then, now = made.environment, environment()
    told = []
    if then.get("program_sha256") != now["program_sha256"]:
        old, new = then.get("chengwen"), now["chengwen"]
        told.append(f"成文 {old}，现在是 {new}" if old != new else f"成文 {old}，现在的同版本程序改过")
    named = {"python": "Python", "platform": "系统", "encoding": "编码", "zlib": "zlib"}
    told += [
        f"{word} {then.get(key)}，现在是 {now[key]}"
        for key, word in named.items()
        if then.get(key) != now[key]
    ]
    libraries = then["libraries"]
    told += [
        f"{name} {libraries.get(name)}，现在是 {version}"
        for name, version in now["libraries"].items()
        if libraries.get(name, version) != version
    ]
    told += [f"{name} {libraries[name]}，现在没有装" for name in libraries if name not in now["libraries"]]
    return tuple(told)
