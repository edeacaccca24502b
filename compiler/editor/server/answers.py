"""What was compiled, as JSON for the page."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from compiler.diagnostics import Diagnostic, Severity
from compiler.listing import TITLES, short

if TYPE_CHECKING:
    from compiler.comparison.words import Piece
    from compiler.editor.preview import Chip, FigureOrigin, Origin, Page
    from compiler.editor.server.desks import Desk

_SEVERITIES = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "info"}
_TAGS = {"same": "equal", "inserted": "inserted", "deleted": "deleted"}


def tree(desk: Desk, page: Page) -> list[dict[str, Any]]:
    """The chapters in order, each with the states of its narrative."""
    wrong = {
        desk.slot_of(item.span.source.path)
        for item in (*page.problems, *desk.found)
        if item.accepted is None and item.severity is not Severity.INFO
    }
    changed = desk.baselines.changed({slot.name for slot in page.slots if slot.name and slot.exists})
    out = []
    for slot in page.slots:
        states = (
            ("stale", slot.stale > 0),
            ("changed", slot.name in changed),
            ("problem", slot.name in wrong),
        )
        out.append(
            {
                "number": slot.number,
                "title": slot.title,
                "level": slot.level,
                "slot": slot.name,
                "section": slot.section,
                "exists": slot.exists,
                "states": [state for state, holds in states if holds and slot.name],
            }
        )
    return out


def chips(found: Iterable[Chip]) -> list[dict[str, Any]]:
    """The figures in a narrative."""
    return [chip._asdict() for chip in found]


def pieces(found: Iterable[Piece]) -> list[dict[str, str]]:
    """Two texts as one run of words."""
    return [{"tag": _TAGS[piece.tag], "text": piece.text} for piece in found]


def findings(desk: Desk, found: Iterable[Diagnostic]) -> list[dict[str, Any]]:
    """What is wrong and nobody has let stand, worst first, then by place."""
    order = list(Severity)
    ranked = sorted(
        (item for item in found if item.accepted is None),
        key=lambda item: (
            order.index(item.severity),
            item.span.source.path,
            item.span.line,
            item.span.column,
        ),
    )
    return [_finding(desk, item) for item in ranked]


def _finding(desk: Desk, item: Diagnostic) -> dict[str, Any]:
    span, slot = item.span, desk.slot_of(item.span.source.path)
    file = short(span.source.path, desk.workspace.shown(desk.folder))
    return {
        "code": item.code.value,
        "severity": _SEVERITIES[item.severity],
        "title": TITLES.get(item.code, ""),
        "slot": slot,
        "file": file,
        "line": span.line,
        "column": span.column,
        "end": span.end,
        "message": item.message,
        "hint": item.hint,
        "place": f"{slot or file} 第{span.line}行",
    }


def figure(origin: FigureOrigin) -> dict[str, Any]:
    """Where a figure comes from."""
    return {**origin._asdict(), "reads": [_origin(each) for each in origin.reads]}


def _origin(origin: Origin) -> dict[str, Any]:
    return {**origin._asdict(), "inputs": [_origin(each) for each in origin.inputs]}
