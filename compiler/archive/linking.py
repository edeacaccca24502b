"""Makes what is built the next version: numbers it, ties it to the one before, writes what says so, puts it in place."""

from __future__ import annotations

from pathlib import Path

from compiler.archive import inventory, metadata, record, slip, store
from compiler.archive.digests import (
    BLANK,
    Digest,
    build_digest,
    digest_of,
    digest_of_file,
    in_parallel,
    members,
)
from compiler.archive.environment import environment
from compiler.archive.history import History, latest, read_history
from compiler.archive.inventory import Inventory
from compiler.archive.layout import (
    ARCHIVE,
    CONTENT,
    DOCUMENTS,
    INVENTORY,
    LATEST,
    METADATA,
    NAMASTE,
    NAMASTE_TEXT,
    RECORD,
    SIDECAR,
    SLIPS,
    ArchiveError,
    version_folder,
)
from compiler.archive.record import Made, Previous, Record
from compiler.archive.self_check import Candidate, self_check
from compiler.checks.check import Draft
from compiler.diagnostics import Severity
from compiler.named import NamedTuple
from compiler.pipeline import Result
from compiler.publishing import reason, sync_folder
from compiler.style import Style

STAGED = "v0"
"""The name of a version that has no number yet."""
_TRIES = 20


class Build(NamedTuple):
    """What is to become a version: its documents, input and findings are in the staging folder."""

    result: Result
    draft: Draft
    style: Style
    folder: str
    """The report's, from the workspace on."""
    made: Made
    formats: tuple[str, ...]


class Linked(NamedTuple):
    """The version it became."""

    version: int
    folder: Path
    digest: Digest
    unfinished: str
    """Why what points to the newest version does not point to this one yet; empty when it does."""
    same_as: int | None
    """The version before, when the same was written."""


class Linking:
    """One version on its way from the staging folder `place` into the archive in `home`."""

    def __init__(self, build: Build, home: Path, place: Path, earlier: int) -> None:
        """`earlier` is how many things are wrong with the versions before."""
        self.build, self.report = build, build.draft.report
        self.title = build.draft.document.metadata.title
        self.home, self.place, self.archive = home, place, home / ARCHIVE
        self.earlier = earlier
        self.staged = place / ARCHIVE / STAGED
        content = self.staged / CONTENT
        paths = sorted(path for path in content.rglob("*") if path.is_file())
        names = [path.relative_to(content).as_posix() for path in paths]
        self.files = dict(zip(names, in_parallel(digest_of_file, paths), strict=True))
        self.members: dict[str, str] = {}
        for name, path in zip(names, paths, strict=True):
            if name.startswith(f"{DOCUMENTS}/") and not name.endswith(".pdf"):
                self.members |= members(path.name, path.read_bytes())
        self.environment = environment()

    def publish(self) -> Linked:
        """Put it in place under the next number that is free.

        Raises `ArchiveError` when nothing may be linked to what is there, `OSError` when the disk refuses.
        """
        for _ in range(_TRIES):
            history = read_history(self.archive)
            self._belongs(history)
            number = max(history.versions, default=0) + 1
            listed, digest = self._write(
                number, history.link(), history.newest.inventory if history.newest else None
            )
            first = not self.archive.exists()
            if first:
                self._write_root(listed)
            folder = store.move(self.staged, version_folder(self.place / ARCHIVE, number))
            source, target = (
                (folder.parent, self.archive) if first else (folder, version_folder(self.archive, number))
            )
            store.make_durable(source)
            store.protect(folder, True)
            if store.put_in_place(source, target):
                break
            store.protect(folder, False)
            store.move(folder, self.staged)
            if first:
                for name in (NAMASTE, INVENTORY, SIDECAR):
                    (self.place / ARCHIVE / name).unlink()
        else:
            raise ArchiveError(f"“{self.archive}”里总有别的程序抢先归档，没有冻结新的一版。请过一会儿再试。")
        placed = version_folder(self.archive, number)
        return Linked(
            number, placed, digest, self._announce(listed, number, digest, first), self._same_as(history)
        )

    def _belongs(self, history: History) -> None:
        """Two reports that are called alike would share an archive."""
        last = history.newest.record if history.newest else None
        if last is not None and (last.folder, last.kind) != (self.build.folder, self.build.result.kind):
            raise ArchiveError(
                f"这里归档的是 {last.folder} 的{last.kind}，现在要归档的是 {self.build.folder} 的"
                f"{self.build.result.kind}，不是同一份。用 -o 换一个文件夹放。"
            )

    def _same_as(self, history: History) -> int | None:
        last = history.newest.record if history.newest else None
        if last is None or (last.build, last.formats) != (build_digest(self.members), self.build.formats):
            return None
        return last.version

    def _announce(self, listed: bytes, number: int, digest: Digest, first: bool) -> str:
        """Let what points to the newest version point to this one; why it could not be, or nothing."""
        try:
            sync_folder(self.home if first else self.archive)
            if not first:
                if not (self.archive / NAMASTE).exists():
                    store.replace(self.archive / NAMASTE, NAMASTE_TEXT, self.place)
                store.replace(self.archive / INVENTORY, listed, self.place)
                store.replace(self.archive / SIDECAR, inventory.sidecar(listed), self.place)
            store.replace(self.home / LATEST, latest(number, digest), self.place)
        except OSError as error:
            return reason(error)
        except KeyboardInterrupt:  # the version is there, whatever the user wanted
            return "中断了"
        return ""

    def _write(self, number: int, previous: Previous | None, known: Inventory | None) -> tuple[bytes, Digest]:
        """The files that depend on the number; gives the inventory and the digest of the record."""
        content, build, report = self.staged / CONTENT, self.build, self.report
        for name in (METADATA, RECORD, *SLIPS):
            (content / name).unlink(missing_ok=True)
        program = f"成文 {self.environment['chengwen']}"
        about = metadata.metadata(
            report, self.title, number, build.made, self.files, program, build.result.pdf
        )
        store.write(content / METADATA, about)
        result = build.result
        counts = {severity.value: sum(sink.count(severity) for sink in result.sinks) for severity in Severity}
        candidate = Candidate(
            content,
            self.title,
            number,
            metadata.unfilled(report),
            report.date,
            result.pdf,
            self.earlier,
            self.environment,
        )
        items = tuple(self_check(candidate))
        accepted = [(item, item.accepted) for item in result.findings if item.accepted is not None]
        made = Record(
            report.department,
            str(report.year),
            result.kind,
            self.title,
            build.folder,
            number,
            build.made,
            build_digest(self.members),
            self.members,
            build.formats,
            result.figures,
            {**counts, "放行": result.findings.accepted},
            self.environment,
            record.of_pdf(result.pdf),
            previous,
            {**self.files, METADATA: digest_of(about)},
            {},
        )
        # The record vouches for the slip, which prints the record's digest: it does so with noughts in its place.
        blank = slip.Slip(made, BLANK, accepted, items)
        made = made._replace(
            slips={
                name: part
                for slip_name in SLIPS
                for name, part in members(
                    slip_name, slip.printed(blank, build.style, slip_name.rsplit(".", 1)[1])
                ).items()
            }
        )
        data = record.written(made)
        store.write(content / RECORD, data)
        digest = record.digest(data)
        files = {path: each.sha256 for path, each in made.files.items()} | {RECORD: digest.sha256}
        for name in SLIPS:
            page = slip.printed(
                blank._replace(record=made, digest=digest), build.style, name.rsplit(".", 1)[1]
            )
            store.write(content / name, page)
            files[name] = digest_of(page).sha256
        entry = inventory.version(build.made.at, build.made.message, build.made.by, files)
        before = known.versions if known else {}
        identity = inventory.identifier(report.department, str(report.year))
        listed = inventory.written(Inventory(identity, {**before, number: entry}))
        for name, data in ((INVENTORY, listed), (SIDECAR, inventory.sidecar(listed))):
            (self.staged / name).unlink(missing_ok=True)
            store.write(self.staged / name, data)
        return listed, digest

    def _write_root(self, listed: bytes) -> None:
        root = self.place / ARCHIVE
        store.write(root / NAMASTE, NAMASTE_TEXT)
        store.write(root / INVENTORY, listed)
        store.write(root / SIDECAR, inventory.sidecar(listed))
