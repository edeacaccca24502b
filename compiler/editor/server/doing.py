"""What the page brings about: narratives saved, put back and replaced, jobs. Nothing else is ever written."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from compiler.editor.keeping import Conflict, Saved, compare
from compiler.editor.server import answers, works
from compiler.editor.server.asked import Asked
from compiler.editor.server.desks import Desk
from compiler.editor.server.looking import others
from compiler.editor.server.refusals import Refused
from compiler.editor.server.session import Session

Answer = Mapping[str, Any]


def enter(session: Session, asked: Asked) -> Answer:
    """Exchange the code that the browser was started with for the token. Raises `Refused`, 401."""
    token = session.entrance.enter(asked["code"])
    if token is None:
        raise Refused(401, "这个网址只能打开一次，已经用过，或者过了一分钟。", "用启动窗口里给出的网址打开。")
    return {"token": token}


def save(session: Session, asked: Asked) -> Answer:
    """Save a narrative. Raises `Refused`, 409, when somebody else changed the same words."""
    desk = session.desks.open(asked["report"])
    slot = desk.narrative(asked["slot"])
    return _saved(desk, desk.narratives.save(slot, asked["text"], asked["base"], session.who))


def _saved(desk: Desk, saved: Saved | Conflict) -> Answer:
    if isinstance(saved, Conflict):
        pieces = answers.pieces(compare(saved.theirs, saved.mine))
        raise Refused(
            409,
            "这一段在别处也改过，两边改的是同一处，没有存。",
            "看一看两边的文字，选一边，或者合在一起。",
            {"conflict": {**saved._asdict(), "pieces": pieces}},
        )
    desk.baselines.look_again()
    return {"digest": saved.digest, "text": saved.text, "merged": saved.merged}


def restore(session: Session, asked: Asked) -> Answer:
    """Put back a text that a narrative had, in place of the one whose digest is `base`; what it has now stays in the history.

    Raises `Refused`, 409, when somebody else changed the same words meanwhile.
    """
    desk = session.desks.open(asked["report"])
    slot = desk.narrative(asked["slot"])
    return _saved(desk, desk.narratives.restore(slot, asked["moment"], session.who, asked["base"]))


def here(session: Session, asked: Asked) -> Answer:
    """What this person has open, for the others to see."""
    desk = session.desks.open(asked["report"])
    slot = desk.narrative(asked["slot"]) if asked["slot"] else ""
    desk.beat(slot)
    return {"others": others(desk)}


def start_job(session: Session, asked: Asked) -> Answer:
    """Start a build, a check report, a comparison, a freezing."""
    desk = session.desks.open(asked["report"])
    formats = tuple(dict.fromkeys(("docx", "html") if asked["formats"] is None else asked["formats"]))
    match asked["what"]:
        case "build":
            work = works.building(desk.folder, formats)
        case "check":
            work = works.check_reporting(desk.folder)
        case "compare":
            if not asked["version"]:
                raise Refused(422, "要选与哪一版比较。")
            work = works.comparing(desk.folder, asked["version"])
        case _:
            work = works.freezing(desk.folder, asked["note"] or "", formats)
    return {"job": session.jobs.start(work)}
