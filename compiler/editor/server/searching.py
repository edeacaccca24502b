"""Find and replace in all narratives, of several reports at once."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from compiler.editor.server.asked import Asked, count, record, text
from compiler.editor.server.session import Session

Answer = Mapping[str, Any]

HIT = record(
    {
        "report": text(200),
        "slot": text(200),
        "line": count,
        "before": text(),
        "match": text(),
        "after": text(),
        "id": text(200),
        "digest": text(128),
    }
)
"""A place that was found, as `find` gave it."""


def find(session: Session, asked: Asked) -> Answer:
    """Where some words stand."""
    return {"hits": []}


def replace(session: Session, asked: Asked) -> Answer:
    """Put other words there."""
    return {"slots": []}
