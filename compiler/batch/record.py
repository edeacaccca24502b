"""What a report was made from and what came of it, remembered beside its outputs, so that it need not be made again.

The record is `.built.json` in build/单位/年度. It is written after the outputs and vouches for them by their digests: whatever
becomes of either, a run that breaks off between the two, a hand that edits an output, a torn record, the report is made again.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any, TypeAlias

from compiler.batch.sources import (
    Sources,
    Status,
    digest_of,
    digest_of_output,
    is_settled,
    now,
    status_of,
)
from compiler.named import NamedTuple
from compiler.pipeline import draft_folder
from compiler.publishing import aside

NAME = ".built.json"
_FORM = 5

Held: TypeAlias = "list[Any]"
"""A file in the record: the digest of what it holds, and its status where that says that it holds it still."""


class Asked(NamedTuple):
    """What was asked for, beside the report: another answer to any of it may be another output."""

    program: str
    """`Program.key`, and which LibreOffice."""
    shown: str
    """The report's folder as messages and trace.json name it."""
    formats: tuple[str, ...]
    strict: bool


UNDRAWN = "没有画"
"""Charts of which one was printed as a table where charts could be drawn: next time they may be."""


class Warned(NamedTuple):
    """Something that was warned of while a report was made, which stops nothing."""

    code: str
    """Of the diagnostic; empty for the typefaces of a PDF."""
    places: int
    message: str
    """What it was at the first place."""


class Record(NamedTuple):
    """A report that was made."""

    asked: Asked
    kind: str
    """文种."""
    since: str
    until: str
    """The days, ISO 8601, from which and before which the waivers that were in force are; empty without limit."""
    findings: tuple[int, ...]
    """How many there were, by severity."""
    warned: tuple[Warned, ...]
    """What was warned of."""
    is_open: bool
    """Whether something is still to be filled in."""
    charts: str
    """What its charts were drawn with, as `drawn_with` has it, or `UNDRAWN`; empty when it has none."""
    inputs: Mapping[str, Held]
    """By path from the root."""
    outputs: Mapping[str, Held]
    """By name in draft/, as they were before they were put there: what is there now may be another run's."""


def record_path(out: Path, folder: Path) -> Path:
    """Where the record of the report in `folder` is: beside its `draft_folder`. Both are resolved, as a task has them."""
    return Path(out, folder.parent.name, folder.name, NAME)


def held(found: Mapping[str, Status], known: Iterable[tuple[str, str]], at: int) -> dict[str, Held]:
    """Files for a record: what was `found` at the time `at` (ns), with their digests."""
    return {
        name: [digest, *found[name]] if is_settled(found[name], at) else [digest] for name, digest in known
    }


def unchanged(root: Path, folder: Path, out: Path, asked: Asked, day: str, sources: Sources) -> Record | None:
    """The record of the report in `folder`, when what it was made from and the outputs are as they were; else None.

    A file is taken to hold what it held while size, times and number are the same; where they are not, its bytes are compared, and
    the record is written anew when all are equal, so that they are not compared again.
    """
    path = record_path(out, folder)
    record = read_record(path)
    if record is None or record.asked != asked or not _in_force(record, day):
        return None
    at = now()
    found = sources.of(folder, record.kind)
    draft = draft_folder(out, folder)
    outputs = _statuses(draft, record.outputs)
    if found.keys() != record.inputs.keys() or outputs.keys() != record.outputs.keys():
        return None
    looked = (
        _alike(root, found, record.inputs, digest_of),
        _alike(draft, outputs, record.outputs, lambda path, _: digest_of_output(path)),
    )
    if None in looked:
        return None
    if any(looked):
        fresh = record._replace(
            inputs=_restated(found, record.inputs, at), outputs=_restated(outputs, record.outputs, at)
        )
        if fresh != record:
            with suppress(OSError):  # it costs time alone
                write_record(path, fresh)
    return record


def _alike(
    base: Path,
    found: Mapping[str, Status],
    known: Mapping[str, Held],
    digest_now: Callable[[Path, Status], str],
) -> int | None:
    """How many of the files had to be read to know that all hold what they held; None when one does not."""
    read = 0
    for name, status in found.items():
        digest, *stated = known[name]
        if len(status) > 1 and stated == list(status):
            continue
        read += 1
        if not digest or digest_now(base / name, status) != digest:
            return None
    return read


def _restated(found: Mapping[str, Status], known: Mapping[str, Held], at: int) -> dict[str, Held]:
    return held(found, ((name, entry[0]) for name, entry in known.items()), at)


def _statuses(draft: Path, names: Iterable[str]) -> dict[str, Status]:
    """Those of the outputs that are plain files."""
    found = {}
    for name in names:
        path = os.path.join(draft, name)
        with suppress(OSError):
            if os.path.isfile(path) and not os.path.islink(path):
                found[name] = status_of(os.stat(path))
    return found


def _in_force(record: Record, day: str) -> bool:
    return record.since <= day and (not record.until or day < record.until)


def read_record(path: Path) -> Record | None:
    """The record at `path`; None when there is none, or none that this program can read."""
    try:
        data = json.loads(path.read_bytes())
        if data["form"] != _FORM:
            return None
        asked = Asked(data["program"], data["report"], tuple(data["formats"]), data["strict"])
        inputs, outputs = data["inputs"], data["outputs"]
        if not all(type(entry[0]) is str for files in (inputs, outputs) for entry in files.values()):
            return None
        days = data["days"]
        found, charts = tuple(data["findings"]), data["charts"]
        warned = tuple(Warned(str(code), int(places), str(said)) for code, places, said in data["warned"])
        return Record(
            asked,
            data["kind"],
            days[0],
            days[1],
            found,
            warned,
            data["open"] is True,
            charts,
            inputs,
            outputs,
        )
    except (OSError, ValueError, LookupError, TypeError, AttributeError, RecursionError):
        return None


def write_record(path: Path, record: Record) -> None:
    """Put the record in place, whole. Raises `OSError`."""
    asked = record.asked
    data = {
        "form": _FORM,
        "program": asked.program,
        "report": asked.shown,
        "formats": asked.formats,
        "strict": asked.strict,
        "kind": record.kind,
        "days": (record.since, record.until),
        "findings": record.findings,
        "warned": record.warned,
        "open": record.is_open,
        "charts": record.charts,
        "inputs": record.inputs,
        "outputs": record.outputs,
    }
    new = aside(path.parent)
    try:
        new.write_text(json.dumps(data, separators=(",", ":")), encoding="ascii")
        os.replace(new, path)
    except BaseException:
        new.unlink(missing_ok=True)
        raise
