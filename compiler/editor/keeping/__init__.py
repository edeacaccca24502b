"""Narratives on the disk: saved as one types, with what they were, whoever else writes them."""

from compiler.editor.keeping.comparing import compare
from compiler.editor.keeping.history import WORDS, Moment
from compiler.editor.keeping.narrative_files import Conflict, NarrativeFiles, Saved, Text

__all__ = ["WORDS", "Conflict", "Moment", "NarrativeFiles", "Saved", "Text", "compare"]
