"""Narratives on the disk: saved as one types, with what they were, whoever else writes them."""

from compiler.editor.keeping.comparing import compare
from compiler.editor.keeping.finding import Found, Hit, Place
from compiler.editor.keeping.history import WORDS, Moment
from compiler.editor.keeping.narrative_files import Conflict, NarrativeFiles, Saved, Text
from compiler.editor.keeping.presence import EVERY, Other, Presence, Who

__all__ = [
    "EVERY",
    "WORDS",
    "Conflict",
    "Found",
    "Hit",
    "Moment",
    "NarrativeFiles",
    "Other",
    "Place",
    "Presence",
    "Saved",
    "Text",
    "Who",
    "compare",
]
