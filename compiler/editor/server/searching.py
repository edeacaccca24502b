"""Find and replace in all narratives, of several reports at once."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from compiler.editor.keeping import Hit, Place
from compiler.editor.server.asked import Asked, count, record, text
from compiler.editor.server.desks import Desk
from compiler.editor.server.refusals import Refused
from compiler.editor.server.session import Session
from compiler.publishing import WorkspaceError

Answer = Mapping[str, Any]

_MOST = 2000
"""Hits that are told."""
_ID = re.compile(r"(\d{1,9})-(\d{1,9})")

HIT = record(
    {
        "report": text(200),
        "slot": text(200),
        "line": count,
        "before": text(),
        "match": text(),
        "after": text(),
        "id": text(30),
        "digest": text(128),
    }
)
"""A place that was found, as `find` gave it."""


def find(session: Session, asked: Asked) -> Answer:
    """Where some words stand; `more` says that there are more than are told.

    No more are told, of all reports together, than one request can ask to be replaced. A report that nobody had open is let go.
    """
    hits: list[dict[str, Any]] = []
    more = False
    for id in dict.fromkeys(asked["reports"]):
        desk = session.desks.open(id)
        with desk.passing():
            found = desk.narratives.find(asked["query"], asked["case"])
        hits += [_hit(desk, hit) for hit in found.hits]
        more |= found.more
        if len(hits) > _MOST:
            del hits[_MOST:]
            more = True
            break
    return {"hits": hits, "more": more}


def _hit(desk: Desk, hit: Hit) -> dict[str, Any]:
    return {
        "report": desk.id,
        "slot": hit.place.name,
        "line": hit.line,
        "before": hit.before,
        "match": hit.match,
        "after": hit.after,
        "id": f"{hit.place.start}-{hit.place.end}",
        "digest": hit.place.digest,
    }


def replace(session: Session, asked: Asked) -> Answer:
    """Put other words in the place of those that were found: in all narratives of a report, or in none.

    Raises `Refused`, 409, when a narrative changed since; reports that came before are done then, and named.
    """
    places: dict[str, list[Place]] = {}
    for hit in asked["hits"]:
        found = _ID.fullmatch(hit["id"])
        if found is None:
            raise Refused(400, "网页发来的请求看不懂：id 不对。", "刷新网页再试一次。")
        desk = session.desks.open(hit["report"])
        slot = desk.narrative(hit["slot"])
        places.setdefault(desk.id, []).append(Place(slot, hit["digest"], int(found[1]), int(found[2])))
    done: list[dict[str, Any]] = []
    for id, wanted in places.items():
        try:
            counts = session.desks.open(id).narratives.replace(wanted, asked["replacement"], session.who)
        except WorkspaceError as error:
            before = "、".join(dict.fromkeys(each["report"] for each in done))
            raise Refused(409, str(error), f"{before} 里的已经替换了。" if before else "") from error
        session.desks.open(id).baselines.look_again()
        done += [{"report": id, "slot": name, "count": count} for name, count in counts.items()]
    return {"replaced": sum(each["count"] for each in done), "slots": done}
