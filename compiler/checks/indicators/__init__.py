"""Indicators: names, values that can be compared, reasons."""

from __future__ import annotations

from compiler.checks.check import Check
from compiler.checks.indicators import (
    cost_deviates,
    cost_differs,
    explanation_without_row,
    goal_boilerplate,
    indicator_name_odd,
    misclassified,
    not_comparable,
    project_name_irregular,
    project_name_year,
    reason_repeated,
    required_indicator_missing,
    rows_without_weight,
    supervisor_inner_section,
    target_without_sign,
    unknown_indicator_name,
    value_missing,
)

CHECKS: tuple[Check, ...] = (
    supervisor_inner_section.CHECK,
    unknown_indicator_name.CHECK,
    not_comparable.CHECK,
    cost_differs.CHECK,
    cost_deviates.CHECK,
    target_without_sign.CHECK,
    indicator_name_odd.CHECK,
    goal_boilerplate.CHECK,
    reason_repeated.CHECK,
    misclassified.CHECK,
    explanation_without_row.CHECK,
    rows_without_weight.CHECK,
    required_indicator_missing.CHECK,
    project_name_irregular.CHECK,
    project_name_year.CHECK,
    value_missing.CHECK,
)
"""By code."""
