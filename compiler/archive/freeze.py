"""Freezes a build: copy the input, compile the copy, write everything aside, put it in place as the next version."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable
from datetime import date
from pathlib import Path

from compiler import pipeline
from compiler.archive import store
from compiler.archive.digests import Digest, require_sm3
from compiler.archive.layout import (
    ARCHIVE,
    CHECK,
    CONTENT,
    DOCUMENTS,
    INPUT,
    LATEST,
    ArchiveError,
    report_builds,
)
from compiler.archive.linking import STAGED, Build, Linking
from compiler.archive.record import Made
from compiler.archive.verify import verify
from compiler.check_report import NAME as CHECK_REPORT
from compiler.check_report import check_report
from compiler.diagnostics import Diagnostics
from compiler.inputs import Progress, read_look
from compiler.listing import as_json
from compiler.named import NamedTuple
from compiler.pipeline import Result
from compiler.workspace import Workspace

FINDINGS = "findings.json"


class Frozen(NamedTuple):
    """What came of archiving."""

    result: Result
    """Of the build; it has errors when nothing was frozen."""
    version: int | None
    folder: Path | None
    digest: Digest | None
    """Of the version's record: what the slip says."""
    unfinished: str = ""
    """Why what points to the newest version does not point to this one yet; empty when it does."""
    left_out: tuple[str, ...] = ()
    """Files in the report's folder that no report is made from."""
    same_as: int | None = None
    """The version before, when the same was written."""
    earlier: int = 0
    """How many things are wrong with the versions before."""


def freeze(
    workspace: Workspace,
    folder: Path,
    build: Path,
    made: Made,
    formats: tuple[str, ...] = ("docx", "html"),
    *,
    progress: Progress,
    tell_waiting: Callable[[], None],
) -> Frozen:
    """Build the report in `folder` and freeze it as the next version below `build`/单位/年度/archive.

    Nothing is frozen when it does not compile, or while an error of the rules stands that nobody accepted.
    Raises `ArchiveError` and `WorkspaceError` when the disk refuses; then no version is there that was not there before.
    """
    require_sm3()
    folder = folder.resolve()
    home = report_builds(build, folder)
    with store.locked(home, tell_waiting) as alone:
        try:
            earlier = _earlier(home, progress)
            with store.staging(home, alone) as place:
                return _freeze(workspace, folder, home, place, made, formats, earlier, progress)
        except OSError as error:
            raise store.refused(home, error) from error


def _earlier(home: Path, progress: Progress) -> int:
    """How many things are wrong with the versions that are there.

    Raises `ArchiveError` when a version is gone or in another's place: the next would take a number that a slip has already.
    """
    if not (home / ARCHIVE).is_dir() and not (home / LATEST).exists():
        return 0
    verified = verify(home / ARCHIVE, progress)
    lost = [each for each in verified.problems if each.kind in ("cut", "reordered")]
    if not lost:
        return len(verified.problems)
    said = "；".join(f"{each.whose}{each.message}" for each in lost)
    raise ArchiveError(
        f"{said}。没有冻结新的一版：版号会乱。用备份把它换回来再归档；找不回来的，把“{home}”整个改名另存，再归档就从第1版重新起。"
    )


def _freeze(
    workspace: Workspace,
    folder: Path,
    home: Path,
    place: Path,
    made: Made,
    formats: tuple[str, ...],
    earlier: int,
    progress: Progress,
) -> Frozen:
    content = place / ARCHIVE / STAGED / CONTENT
    left_out = _copy_input(workspace, folder, content / INPUT)
    # From here on the frozen copy is the workspace: whoever saves meanwhile, what is compiled is what is kept.
    copy = Workspace(content / INPUT, date.fromisoformat(made.at[:10]))
    copied = copy.root / folder.relative_to(workspace.root)
    result = pipeline.build(copy, copied, place / "build", formats, progress=progress, keep_draft=True)
    if result.draft is None or not result.outputs or result.findings.has_errors:
        return Frozen(result._replace(draft=None), None, None, None)
    if result.pdf and result.pdf.not_embedded:
        missing = "、".join(result.pdf.not_embedded)
        raise ArchiveError(f"PDF 里没有放进这些字体：{missing}，不能归档。装上它们再归档，或者不要 pdf。")
    for path in result.outputs:
        target = content / DOCUMENTS / path.name
        target.parent.mkdir(parents=True, exist_ok=True)
        store.move(path, target)
    shutil.rmtree(place / "build")
    found = [as_json(item, result.folder) for sink in result.sinks for item in sink]
    store.write(content / CHECK / FINDINGS, (json.dumps(found, ensure_ascii=False, indent=1) + "\n").encode())
    store.write(content / CHECK / CHECK_REPORT, check_report(result, copied, copy.today()).encode())
    style = read_look(copy, copy.root / "templates" / result.kind, Diagnostics())
    if style is None:
        raise ArchiveError(f"templates/{result.kind}/style.yaml 读不出来，没有冻结新的一版。")
    build = Build(result, result.draft, style, folder.relative_to(workspace.root).as_posix(), made, formats)
    linked = Linking(build, home, place, earlier).publish()
    return Frozen(
        result._replace(draft=None),
        linked.version,
        linked.folder,
        linked.digest,
        linked.unfinished,
        left_out,
        linked.same_as,
        earlier,
    )


def _own_files(report: Path) -> list[Path]:
    """report.yaml and waivers.yaml, and what is meant as that and called otherwise, which the check tells of."""
    names = os.listdir(report) if report.is_dir() else []
    wanted = ("waiver", "放行")
    return [report / name for name in names if name == "report.yaml" or name.lower().startswith(wanted)]


def _copy_input(workspace: Workspace, folder: Path, target: Path) -> tuple[str, ...]:
    """Copy the report, last year's, which rules compare with, and the templates; gives what else is in the report's folder.

    Raises `WorkspaceError` when a file cannot be read or is a link.
    """
    before = [folder.parent / str(int(folder.name) - 1)] if folder.name.isdecimal() else []
    taken: set[Path] = set()
    for report in (folder, *before):
        for path in (
            *_own_files(report),
            *workspace.files(report / "data"),
            *workspace.files(report / "narrative"),
        ):
            taken.add(path)
    taken.update(workspace.files(workspace.root / "templates"))
    for path in sorted(taken):
        store.write(target / path.relative_to(workspace.root), workspace.read_whole(path))
    (target / folder.relative_to(workspace.root)).mkdir(parents=True, exist_ok=True)
    return tuple(workspace.shown(path) for path in workspace.files(folder) if path not in taken)
