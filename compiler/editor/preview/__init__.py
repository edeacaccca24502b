"""A report kept compiled: what changed on the page, where its figures come from, what may be put into a text."""

from compiler.editor.preview.page import (
    Chip,
    FigureOrigin,
    Origin,
    Page,
    Section,
    Slot,
    Value,
    whole_page,
)
from compiler.editor.preview.preview import Preview

__all__ = ["Chip", "FigureOrigin", "Origin", "Page", "Preview", "Section", "Slot", "Value", "whole_page"]
