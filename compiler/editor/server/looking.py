"""What the page reads: reports, texts, previews, findings, figures, histories."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from hashlib import blake2b
from pathlib import Path
from typing import Any

from compiler.diagnostics import Diagnostics
from compiler.editor.keeping import WORDS, Moment, compare
from compiler.editor.server import answers
from compiler.editor.server.asked import Asked
from compiler.editor.server.desks import Desk
from compiler.editor.server.refusals import Refused
from compiler.editor.server.session import Session
from compiler.editor.server.watching import Seen
from compiler.inputs import read_report
from compiler.publishing import WorkspaceError

_MOST_SENT = 1_800_000
"""Bytes of a text that a request can bring back."""
Answer = Mapping[str, Any]


def shelf(session: Session, asked: Asked) -> Answer:
    """Every report, by department and year."""
    folders = session.desks.folders()
    found = [_on_shelf(session, id) for id in folders]
    reports = sorted(found, key=lambda each: (each["department"], each["year"], each["id"]))
    return {"workspace": _mark_of(folders.values()), "reports": reports}


def _mark_of(folders: Iterable[Path]) -> str:
    """What a browser keeps the copies of one folder of reports apart by; it tells no path."""
    places = sorted({str(folder.parent.parent) for folder in folders})
    return blake2b("\n".join(places).encode("utf-8", "surrogateescape"), digest_size=8).hexdigest()


def _on_shelf(session: Session, id: str) -> dict[str, Any]:
    try:
        desk = session.desks.open(id)
    except WorkspaceError as error:
        department, _, year = id.partition("/")
        told = {
            "id": id,
            "department": department,
            "year": year,
            "kind": "",
            "title": f"{department}{year}年度报告",
        }
        return {**told, "problem": str(error)}
    sink = Diagnostics()
    report = read_report(desk.workspace, desk.folder, sink)
    problem = next((item.message for item in sink), "") if report is None else ""
    department = report.department if report else desk.folder.parent.name
    year = str(report.year) if report else desk.folder.name
    kind = report.kind if report else ""
    title = (report.report_title if report else "") or f"{department}{year}年度{kind or '报告'}"
    return {
        "id": id,
        "department": department,
        "year": year,
        "kind": kind,
        "title": title,
        "problem": problem,
    }


def report(session: Session, asked: Asked) -> Answer:
    """One report as a whole: its chapters, the printed page, who else works on it; `revision` is where to watch on from."""
    desk = session.desks.open(asked["report"])
    revision = desk.watcher.look("").revision  # what changes while it is compiled is news
    page = desk.compiled()
    return {
        "report": desk.id,
        "revision": revision,
        "title": page.title,
        "kind": desk.kind,
        "version": page.version,
        "style": page.style,
        **desk.sent.whole(page, answers.tree(desk, page)),
        "problems": answers.findings(desk, page.problems),
        "others": others(desk),
        "progress": desk.progress,
    }


def text(session: Session, asked: Asked) -> Answer:
    """A narrative to be edited."""
    desk = session.desks.open(asked["report"])
    slot = desk.narrative(asked["slot"])
    held = desk.narratives.read(slot)
    _, chips = desk.compiled_with(slot, None)
    why = held.why_not
    if not why and len(held.text.encode()) > _MOST_SENT:
        why = "这一段太长，网页里只能看，不能改"
    return {
        "slot": slot,
        "text": held.text,
        "digest": held.digest,
        "chips": answers.chips(chips),
        "writable": not why,
        "why": why,
    }


def preview(session: Session, asked: Asked) -> Answer:
    """The printed page with a text that is not saved yet: what differs from what the page has."""
    desk = session.desks.open(asked["report"])
    slot = desk.narrative(asked["slot"])
    page, chips = desk.compiled_with(slot, asked["text"])
    return {
        "version": page.version,
        "seq": asked["seq"],
        **desk.sent.news(page, answers.tree(desk, page), asked["since"]),
        "chips": answers.chips(chips),
        "problems": answers.findings(desk, page.problems),
    }


def findings(session: Session, asked: Asked) -> Answer:
    """Everything that is wrong with the report as it is on the disk."""
    desk = session.desks.open(asked["report"])
    page, found = desk.judged()
    return {
        "version": page.version,
        "findings": answers.findings(desk, found),
        "progress": desk.progress,
        "tree": answers.tree(desk, page),
    }


def figure(session: Session, asked: Asked) -> Answer:
    """Where a printed figure comes from; `version` is of the page that has it, `text` what it shows there."""
    desk = session.desks.open(asked["report"])
    with desk.compiling() as compiler:
        origin = compiler.figure(asked["figure"], asked["version"], asked["text"])
    if origin is None:
        raise Refused(404, "这个数已经不在报告里了，或者刚刚变过。", "等预览更新以后再点。")
    return answers.figure(origin)


def values(session: Session, asked: Asked) -> Answer:
    """Figures that may be put into a narrative."""
    desk = session.desks.open(asked["report"])
    slot = desk.narrative(asked["slot"])
    with desk.compiling() as compiler:
        found = compiler.values(slot, asked["query"])
    return {"values": [value._asdict() for value in found]}


def history(session: Session, asked: Asked) -> Answer:
    """What a narrative was, the newest first."""
    desk = session.desks.open(asked["report"])
    slot = desk.narrative(asked["slot"])
    return {"moments": [_moment(each) for each in desk.narratives.history(slot)]}


def moment(session: Session, asked: Asked) -> Answer:
    """The text of one moment, and how what is there now differs from it."""
    desk = session.desks.open(asked["report"])
    slot = desk.narrative(asked["slot"])
    old = desk.narratives.at(slot, asked["moment"])
    now = desk.narratives.read(slot).text
    return {"text": old, "pieces": answers.pieces(compare(old, now))}


def _moment(each: Moment) -> dict[str, Any]:
    return {**each._asdict(), "word": WORDS[each.why], "time": _iso(each.time)}


def _iso(time: float) -> str:
    return datetime.fromtimestamp(time, UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


def others(desk: Desk) -> list[dict[str, Any]]:
    """Who else has the report open."""
    return [{**each._asdict(), "since": _iso(each.since)} for each in desk.others()]


def news(desk: Desk, revision: str) -> tuple[Seen, list[dict[str, Any]]]:
    """What changed on the disk since a revision, and who else works on the report."""
    desk.beat()
    return desk.watcher.look(revision), others(desk)


def versions(session: Session, asked: Asked) -> Answer:
    """The frozen versions, the newest first."""
    from compiler.archive.history import read_history
    from compiler.archive.layout import archive_of

    desk = session.desks.open(asked["report"])
    kept = read_history(archive_of(desk.folder, desk.workspace.root / "build")).versions.values()
    out = []
    for stored in sorted(kept, key=lambda each: -each.number):
        made = stored.record.made if stored.record and stored.is_known else None
        out.append(
            {
                "number": stored.number,
                "sound": made is not None,
                "at": made.at if made else "",
                "by": made.by if made else "",
                "note": made.message if made else "这一版的记录坏了",
            }
        )
    return {"versions": out}


def job(session: Session, asked: Asked) -> Answer:
    """How far a job is."""
    return session.jobs.find(asked["job"]).as_json()
