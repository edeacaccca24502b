"""What the narratives say against the data."""

from __future__ import annotations

from compiler.checks.check import Check
from compiler.checks.prose import (
    boilerplate,
    count_differs,
    figure_typed,
    figure_unknown,
    last_years_figure,
    narrative_slips,
    other_year,
    prose_sum,
    unit_doubled,
    unit_missing,
)

CHECKS: tuple[Check, ...] = (
    figure_typed.CHECK,
    figure_unknown.CHECK,
    other_year.CHECK,
    count_differs.CHECK,
    prose_sum.CHECK,
    boilerplate.CHECK,
    unit_doubled.CHECK,
    last_years_figure.CHECK,
    narrative_slips.CHECK,
    unit_missing.CHECK,
)
"""By code."""
