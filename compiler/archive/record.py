"""record.json: how a version was made, what is in it, and which version came before."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

from compiler.archive.digests import Digest, digest_of

if TYPE_CHECKING:
    from compiler.pdf import PdfMade

_FORMAT = 1


class Previous(NamedTuple):
    """The version before, as it stood when this one was made. So each version vouches for all before it."""

    version: int
    record: Digest
    """Of its record.json."""
    inventory: str
    """SHA-256 of its inventory.json, which knows every one of its files."""


class Made(NamedTuple):
    """Who made a version, when, and what for."""

    by: str
    at: str
    """ISO 8601 to the second, with the time zone."""
    message: str


class Record(NamedTuple):
    """What record.json says."""

    department: str
    year: str
    kind: str
    title: str
    version: int
    made: Made
    build: str
    """The digest of the build: see `digests.build_digest`."""
    members: Mapping[str, str]
    """What was built, as `digests.members` names it."""
    formats: tuple[str, ...]
    figures: int
    """Figures filled in."""
    counts: Mapping[str, int]
    """Findings by severity that nobody has let stand, and 放行: those that somebody has."""
    environment: Mapping[str, Any]
    """See `environment.environment`."""
    pdf: Mapping[str, Any] | None
    """What the PDF is like and which typefaces stand in for which; None when there is none."""
    previous: Previous | None
    files: Mapping[str, Digest]
    """Every file of the content but this one and the slip, which prints this one's digest."""

    @property
    def day(self) -> str:
        """The date of making, ISO 8601: waivers were held against it."""
        return self.made.at[:10]


def of_pdf(pdf: PdfMade | None) -> dict[str, Any] | None:
    """What a record says of a PDF."""
    if pdf is None:
        return None
    return {**pdf._asdict(), "substitutes": [each._asdict() for each in pdf.substitutes]}


def written(record: Record) -> bytes:
    """The record as a file."""
    whole = {
        "format": _FORMAT,
        "department": record.department,
        "year": record.year,
        "kind": record.kind,
        "title": record.title,
        "version": record.version,
        "made": record.made._asdict(),
        "findings": dict(record.counts),
        "figures": record.figures,
        "previous": record.previous
        and {**record.previous._asdict(), "record": record.previous.record._asdict()},
        "environment": record.environment,
        "pdf": record.pdf,
        "build": {
            "formats": record.formats,
            "sha256": record.build,
            "members": dict(sorted(record.members.items())),
        },
        "files": {path: digest._asdict() for path, digest in sorted(record.files.items())},
    }
    return (json.dumps(whole, ensure_ascii=False, indent=1) + "\n").encode()


def read(data: bytes) -> Record:
    """A record as `written`. Raises `ValueError` for anything else."""
    try:
        whole = json.loads(data)
        if whole["format"] != _FORMAT:
            raise ValueError("another format")
        before, build = whole["previous"], whole["build"]
        return Record(
            str(whole["department"]),
            str(whole["year"]),
            str(whole["kind"]),
            str(whole["title"]),
            int(whole["version"]),
            Made(**{key: str(value) for key, value in whole["made"].items()}),
            str(build["sha256"]),
            dict(build["members"]),
            tuple(build["formats"]),
            int(whole["figures"]),
            dict(whole["findings"]),
            dict(whole["environment"]),
            whole["pdf"],
            before and Previous(int(before["version"]), Digest(**before["record"]), str(before["inventory"])),
            {path: Digest(**digest) for path, digest in whole["files"].items()},
        )
    except (KeyError, TypeError, AttributeError, UnicodeDecodeError, RecursionError) as error:
        raise ValueError("not a record") from error


def digest(record: bytes) -> Digest:
    """The version's digest: that of its record.json, printed on the slip and on the command line."""
    return digest_of(record)
