"""record.json: how a version was made, what is in it, and which version came before."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

from compiler.archive.digests import Digest, digest_of, is_digest
from compiler.archive.layout import is_inside
from compiler.gate import is_clean
from compiler.named import NamedTuple

if TYPE_CHECKING:
    from compiler.pdf import PdfMade

_FORMAT = 1
_FORMATS = frozenset(("docx", "html", "pdf"))


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
    folder: str
    """The report's, from the workspace on: content/单位/年度."""
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
    slips: Mapping[str, str]
    """The slip all the same, as `digests.blanked` names and takes it."""

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
        "folder": record.folder,
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
        "slip": dict(sorted(record.slips.items())),
    }
    return (json.dumps(whole, ensure_ascii=False, indent=1) + "\n").encode()


class NewerFormat(ValueError):
    """A record that a newer program wrote: not ours to judge."""


def read(data: bytes) -> Record:
    """A record as `written`. Raises `NewerFormat` for one of a newer program, `ValueError` for anything else.

    Whatever somebody put there: every value is of its type and in its range, every path stays in the version.
    """
    try:
        whole = json.loads(data)
        if type(whole["format"]) is int and whole["format"] > _FORMAT:
            raise NewerFormat
        before, build, made, pdf = whole["previous"], whole["build"], whole["made"], whole["pdf"]
        made = Made(_text(made["by"]), _text(made["at"]), _text(made["message"]))
        if datetime.fromisoformat(made.at).tzinfo is None:
            raise ValueError("no time zone")
        environment = whole["environment"]
        if not isinstance(environment, dict) or not isinstance(environment["libraries"], dict):
            raise ValueError("no environment")
        formats = tuple(map(_text, build["formats"]))
        if (
            whole["format"] != _FORMAT
            or not formats
            or not set(formats) <= _FORMATS
            or not isinstance(pdf, dict | None)
        ):
            raise ValueError("another format")
        # One look at all paths: a large report has thousands.
        if not is_inside([_text(whole["folder"]), *whole["files"]]) or not is_clean("".join(whole["files"])):
            raise ValueError("a path leads out of the version")
        return Record(
            _text(whole["department"]),
            _text(whole["year"]),
            _text(whole["kind"]),
            _text(whole["title"]),
            _text(whole["folder"]),
            _count(whole["version"]),
            made,
            _hex(build["sha256"]),
            {_text(name): _hex(value) for name, value in build["members"].items()},
            formats,
            _count(whole["figures"]),
            {_text(word): _count(count) for word, count in whole["findings"].items()},
            environment,
            pdf,
            before
            and Previous(_count(before["version"]), _digest(before["record"]), _hex(before["inventory"])),
            {path: _digest(value) for path, value in whole["files"].items()},
            {_text(name): _hex(value) for name, value in whole["slip"].items()},
        )
    except NewerFormat:
        raise
    except (KeyError, TypeError, AttributeError, ValueError, RecursionError, OverflowError) as error:
        raise ValueError("not a record") from error


def _text(value: Any) -> str:
    if not isinstance(value, str) or not is_clean(value):
        raise ValueError("no text")
    return value


def _count(value: Any) -> int:
    if type(value) is not int or not 0 <= value < 1 << 53:
        raise ValueError("no count")
    return value


def _hex(value: Any) -> str:
    if not isinstance(value, str) or not is_digest(value):
        raise ValueError("no digest")
    return value


def _digest(value: Any) -> Digest:
    return Digest(_count(value["bytes"]), _hex(value["sha256"]), _hex(value["sm3"]))


def digest(record: bytes) -> Digest:
    """The version's digest: that of its record.json, printed on the slip and on the command line."""
    return digest_of(record)
