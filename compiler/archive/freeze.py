"""Freezes a build: compile from bytes that are kept, write everything aside, put it in place as the next version."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import NamedTuple

from compiler import pipeline
from compiler.archive import inventory, metadata, record, self_check, slip, store
from compiler.archive.digests import (
    Digest,
    build_digest,
    digest_of,
    digest_of_file,
    in_parallel,
    members,
    require_sm3,
)
from compiler.archive.environment import environment
from compiler.archive.history import read_history
from compiler.archive.inventory import Inventory
from compiler.archive.layout import (
    ARCHIVE,
    CHECK,
    CONTENT,
    DOCUMENTS,
    INPUT,
    INVENTORY,
    LATEST,
    METADATA,
    NAMASTE,
    NAMASTE_TEXT,
    RECORD,
    SIDECAR,
    SLIPS,
    ArchiveError,
    report_builds,
    version_folder,
)
from compiler.archive.record import Made, Previous, Record
from compiler.archive.verify import verify
from compiler.check_report import NAME as CHECK_REPORT
from compiler.check_report import check_report
from compiler.checks.check import Draft
from compiler.diagnostics import Diagnostics, Severity
from compiler.inputs import Progress, read_look
from compiler.listing import as_json
from compiler.pipeline import Result
from compiler.publishing import reason, sync_folder
from compiler.schemes import SCHEMES
from compiler.workspace import Workspace

FINDINGS = "findings.json"
_STAGED = "v0"
"""The name of a version that has no number yet."""
_TRIES = 20


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
    with store.locked(home, tell_waiting):
        try:
            earlier = _earlier(home, progress)
            with store.staging(home) as place:
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
    lost = {each.version: each for each in verified.problems if each.kind in ("cut", "reordered")}
    if not lost:
        return len(verified.problems)
    said = "；".join(f"第{number}版{each.message}" for number, each in lost.items())
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
    keeping = workspace.keeping(date.fromisoformat(made.at[:10]))
    result = pipeline.build(keeping, folder, place / "build", formats, progress=progress, keep_draft=True)
    if result.draft is None or not result.outputs or result.findings.has_errors:
        return Frozen(result._replace(draft=None), None, None, None)
    content = place / ARCHIVE / _STAGED / CONTENT
    for path in result.outputs:
        target = content / DOCUMENTS / path.name
        target.parent.mkdir(parents=True, exist_ok=True)
        path.rename(target)
    shutil.rmtree(place / "build")
    left_out = _write_input(keeping, folder, result.kind, content / INPUT)
    found = [as_json(item, result.folder) for sink in result.sinks for item in sink]
    store.write(content / CHECK / FINDINGS, (json.dumps(found, ensure_ascii=False, indent=1) + "\n").encode())
    store.write(content / CHECK / CHECK_REPORT, check_report(result, folder, keeping.today()).encode())
    return _Linking(keeping, result, result.draft, home, place, made, formats, earlier).publish(left_out)


def _write_input(workspace: Workspace, folder: Path, kind: str, target: Path) -> tuple[str, ...]:
    """Everything that was read and what belongs to it, as it stands in the workspace; what else is in the report's folder is named
    and left out.
    """
    templates = workspace.root / "templates"
    used = (folder / "data", folder / "narrative", templates / kind, templates / SCHEMES)
    for path in (path for place in used for path in workspace.files(place)):
        workspace.read_whole(path)
    kept = workspace.kept or {}
    for path, data in kept.items():
        store.write(target / path.relative_to(workspace.root), data)
    return tuple(workspace.shown(path) for path in workspace.files(folder) if path not in kept)


class _Linking:
    """Makes what is built the next version: numbers it, ties it to the one before, writes what says so."""

    def __init__(
        self,
        workspace: Workspace,
        result: Result,
        draft: Draft,
        home: Path,
        place: Path,
        made: Made,
        formats: tuple[str, ...],
        earlier: int,
    ) -> None:
        self.result, self.report, self.made, self.formats = result, draft.report, made, formats
        self.home, self.place, self.archive = home, place, home / ARCHIVE
        self.earlier = earlier
        self.staged = place / ARCHIVE / _STAGED
        self.title = draft.document.metadata.title
        style = read_look(workspace, workspace.root / "templates" / result.kind, Diagnostics())
        if style is None:
            raise ArchiveError(f"templates/{result.kind}/style.yaml 读不出来，没有冻结新的一版。")
        self.style = style
        content = self.staged / CONTENT
        paths = sorted(path for path in content.rglob("*") if path.is_file())
        names = [path.relative_to(content).as_posix() for path in paths]
        self.files = dict(zip(names, in_parallel(digest_of_file, paths), strict=True))
        self.members: dict[str, str] = {}
        for name, path in zip(names, paths, strict=True):
            if name.startswith(f"{DOCUMENTS}/") and not name.endswith(".pdf"):
                self.members |= members(path.name, path.read_bytes())
        self.environment = environment()

    def publish(self, left_out: tuple[str, ...]) -> Frozen:
        """Put it in place under the next number that is free."""
        for _ in range(_TRIES):
            history = read_history(self.archive)
            number = max(history.versions, default=0) + 1
            previous = history.link()
            known = history.newest.inventory if history.newest else None
            listed, digest = self._write(number, previous, known)
            first = not self.archive.exists()
            if first:
                self._write_root(listed)
            folder = store.move(self.staged, version_folder(self.place / ARCHIVE, number))
            source, target = (
                (folder.parent, self.archive) if first else (folder, version_folder(self.archive, number))
            )
            store.make_durable(source)
            if store.put_in_place(source, target):
                break
            store.move(folder, self.staged)
            if first:
                for name in (NAMASTE, INVENTORY, SIDECAR):
                    (self.place / ARCHIVE / name).unlink()
        else:
            raise ArchiveError(f"“{self.archive}”里总有别的程序抢先归档，没有冻结新的一版。请过一会儿再试。")
        placed = version_folder(self.archive, number)
        unfinished = ""
        try:
            sync_folder(self.home if first else self.archive)
            if not first:
                self._point(listed)
            store.replace(self.home / LATEST, _latest(number, placed, self.home, digest), self.place)
            store.protect(placed)
        except OSError as error:
            unfinished = reason(error)
        newest = history.newest
        again = (
            newest
            and newest.record
            and newest.record.build == build_digest(self.members)
            and newest.record.formats == self.formats
        )
        return Frozen(
            self.result._replace(draft=None),
            number,
            placed,
            digest,
            unfinished,
            left_out,
            newest.number if newest and again else None,
            self.earlier,
        )

    def _write(self, number: int, previous: Previous | None, known: Inventory | None) -> tuple[bytes, Digest]:
        """The files that depend on the number; gives the inventory and the digest of the record."""
        content, result, report = self.staged / CONTENT, self.result, self.report
        for name in (METADATA, RECORD, *SLIPS):
            (content / name).unlink(missing_ok=True)
        program = f"成文 {self.environment['chengwen']}"
        about = metadata.metadata(report, self.title, number, self.made, self.files, program, result.pdf)
        store.write(content / METADATA, about)
        counts = {severity.value: sum(sink.count(severity) for sink in result.sinks) for severity in Severity}
        made = Record(
            report.department,
            str(report.year),
            result.kind,
            self.title,
            number,
            self.made,
            build_digest(self.members),
            self.members,
            self.formats,
            result.figures,
            {**counts, "放行": result.findings.accepted},
            self.environment,
            record.of_pdf(result.pdf),
            previous,
            {**self.files, METADATA: digest_of(about)},
        )
        data = record.written(made)
        store.write(content / RECORD, data)
        digest = record.digest(data)
        items = self_check.self_check(
            content, self.title, number, metadata.unfilled(report), report.date, result.pdf, self.earlier
        )
        accepted = [(item, item.accepted) for item in result.findings if item.accepted is not None]
        files = {path: each.sha256 for path, each in made.files.items()} | {RECORD: digest.sha256}
        for name in SLIPS:
            page = slip.printed(slip.Slip(made, digest, accepted, items), self.style, name.rsplit(".", 1)[1])
            store.write(content / name, page)
            files[name] = digest_of(page).sha256
        entry = inventory.version(self.made.at, self.made.message, self.made.by, files)
        before = known.versions if known else {}
        identity = inventory.identifier(report.department, str(report.year))
        listed = inventory.written(inventory.Inventory(identity, {**before, number: entry}))
        for name, data in ((INVENTORY, listed), (SIDECAR, inventory.sidecar(listed))):
            (self.staged / name).unlink(missing_ok=True)
            store.write(self.staged / name, data)
        return listed, digest

    def _write_root(self, listed: bytes) -> None:
        root = self.place / ARCHIVE
        store.write(root / NAMASTE, NAMASTE_TEXT)
        store.write(root / INVENTORY, listed)
        store.write(root / SIDECAR, inventory.sidecar(listed))

    def _point(self, listed: bytes) -> None:
        """The root of the object says what its newest version says."""
        if not (self.archive / NAMASTE).exists():
            store.replace(self.archive / NAMASTE, NAMASTE_TEXT, self.place)
        store.replace(self.archive / INVENTORY, listed, self.place)
        store.replace(self.archive / SIDECAR, inventory.sidecar(listed), self.place)


def _latest(number: int, folder: Path, home: Path, digest: Digest) -> bytes:
    whole = {
        "version": number,
        "folder": folder.relative_to(home).as_posix(),
        "sha256": digest.sha256,
        "sm3": digest.sm3,
    }
    return (json.dumps(whole, ensure_ascii=False, indent=1) + "\n").encode()
