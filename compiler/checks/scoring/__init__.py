"""Scores, weights and grades against the declared scheme."""

from __future__ import annotations

from compiler.checks.check import Check
from compiler.checks.scoring import (
    all_full,
    carryover_score,
    deduction_points,
    execution_score,
    grade,
    overfulfilled,
    qualitative_score,
    quantitative_score,
    reverse_undeclared,
    scheme_row_missing,
    scheme_undeclared,
    score_over_weight,
    scores_sum,
    scores_unverifiable,
    target_zero,
    weights_scheme,
    weights_sum,
)

CHECKS: tuple[Check, ...] = (
    scheme_undeclared.CHECK,
    execution_score.CHECK,
    quantitative_score.CHECK,
    score_over_weight.CHECK,
    qualitative_score.CHECK,
    scores_sum.CHECK,
    weights_sum.CHECK,
    weights_scheme.CHECK,
    grade.CHECK,
    all_full.CHECK,
    deduction_points.CHECK,
    carryover_score.CHECK,
    overfulfilled.CHECK,
    reverse_undeclared.CHECK,
    target_zero.CHECK,
    scores_unverifiable.CHECK,
    scheme_row_missing.CHECK,
)
"""By code."""
