"""Title, attachments, levels, marks and numbers: GB/T 9704, 15834, 15835."""

from __future__ import annotations

from compiler.checks.check import Check
from compiler.checks.layout import (
    attachment_name,
    attachment_number,
    date_missing,
    half_width_marks,
    level_skipped,
    marks_misused,
    number_style,
    title_incomplete,
)

CHECKS: tuple[Check, ...] = (
    attachment_number.CHECK,
    title_incomplete.CHECK,
    date_missing.CHECK,
    level_skipped.CHECK,
    half_width_marks.CHECK,
    marks_misused.CHECK,
    number_style.CHECK,
    attachment_name.CHECK,
)
"""By code."""
