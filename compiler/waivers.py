"""Reads a report's waivers.yaml.

What is wrong with it is told beside the findings and never stops a document: it is about what others say of the
report, and a slip in it must not hide what they say.
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from pathlib import Path

from compiler.diagnostics import Code, Diagnostics, nearest
from compiler.evaluation.waivers import ENTRIES, Waiver, Waivers
from compiler.kinds import Context
from compiler.named import NamedTuple
from compiler.patterns import pattern
from compiler.readers.yaml_data import read_yaml
from compiler.schema import read_file
from compiler.workspace import Workspace

_LIKE_OURS = pattern(r"(?:waivers?|放行)(?:\.ya?ml)?(?:\.txt)?")
"""Names that are meant for the file."""


class Waiving(NamedTuple):
    """What a report's waivers.yaml says."""

    entries: tuple[Waiver, ...]
    """The sound ones."""
    missing: Mapping[str, str]
    """The files they name that are not there, each with the one that is most like it, or nothing."""
    problems: Diagnostics
    """What is wrong with the others."""


def read_waivers(workspace: Workspace, folder: Path) -> Waiving:
    """The waivers of the report in `folder`; nothing when it has none."""
    sink = Diagnostics()
    path = folder / "waivers.yaml"
    source = workspace.read_text(path, sink) if os.path.lexists(path) else None
    _misnamed(workspace, folder, path, sink)
    raw = read_yaml(source, sink) if source else None
    if raw is None:
        return Waiving((), {}, sink)
    waivers = read_file(Waivers, raw, sink)
    entries = waivers.entries if waivers is not None else None
    if waivers is None and "放行" in raw.root.entries:  # something beside the list is wrong
        entries = ENTRIES.read(raw.root.entries["放行"], Context(raw.source, Diagnostics()), "放行")
    missing: dict[str, str] = {}
    sound = tuple(entry for entry in entries or () if _is_sound(workspace, folder, entry, missing, sink))
    return Waiving(sound, missing, sink)


def _misnamed(workspace: Workspace, folder: Path, path: Path, sink: Diagnostics) -> None:
    """Report what is meant as waivers.yaml and called otherwise: an editor adds .txt and does not show it."""
    for name in os.listdir(folder) if folder.is_dir() else ():
        if name != path.name and _LIKE_OURS.fullmatch(name.lower()) and (folder / name).is_file():
            sink.warning(
                Code.UNUSED_FILE,
                workspace.start_of(folder / name),
                "放行只读 waivers.yaml，这个文件没有读",
                "改名为 waivers.yaml（看不到“.txt”的，在文件夹的“查看”里勾上“文件扩展名”）",
            )


def _is_sound(
    workspace: Workspace, folder: Path, waiver: Waiver, missing: dict[str, str], sink: Diagnostics
) -> bool:
    """Whether dates and place of an entry may be right; what is not is reported, files that are gone are noted."""
    if waiver.until is not None and waiver.until < waiver.date:
        sink.error(
            Code.OUT_OF_RANGE, waiver.span_of("until"), "“有效期至”比放行的日期还早", "改正其中一个日期"
        )
        return False
    waiver.file = _from_report(waiver.file, workspace.shown(folder))
    of_template = waiver.file.startswith("templates/")
    base = workspace.root if of_template else folder
    path = workspace.inside(base, waiver.file, waiver.span_of("file"), Diagnostics())
    if path is None:
        sink.error(
            Code.UNSAFE_PATH,
            waiver.span_of("file"),
            f"“位置”不能是“{waiver.file if len(waiver.file) <= 60 else waiver.file[:60] + '…'}”",
            "照 chengwen check 里【】的写法，只写这份报告的文件，不写行号，如 data/budget.yaml",
        )
        return False
    if waiver.file not in missing and not path.is_file():
        around = base / "templates" if of_template else base
        # By their names alone: project files are alike in all the rest.
        files = sorted(
            workspace.files(around), key=lambda file: file.suffix == ".yaml"
        )  # of two alike, the data
        have = {file.stem: file.relative_to(base).as_posix() for file in files}
        missing[waiver.file] = have.get(nearest(path.stem, have), "")
    return True


def _from_report(file: str, shown: str) -> str:
    """A path as the listing gives it, of one copied from a build's message or from Windows."""
    path = file.strip().strip("【】").replace("\\", "/")
    path = re.sub(r"^(?:\./+)+", "", path).removeprefix(f"{shown}/")
    return re.sub(r"/(?:\./|/)+", "/", path)
