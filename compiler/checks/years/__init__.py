"""This year against last year."""

from __future__ import annotations

from compiler.checks.check import Check
from compiler.checks.years import (
    changed_names,
    copied_figures,
    copied_targets,
    copied_texts,
    last_values,
    relations,
    unusual_changes,
)

CHECKS: tuple[Check, ...] = (
    copied_figures.CHECK,
    copied_texts.CHECK,
    unusual_changes.CHECK,
    last_values.CHECK,
    changed_names.CHECK,
    copied_targets.CHECK,
    relations.CHECK,
)
"""By code."""
