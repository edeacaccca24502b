"""Amounts and rates: 勾稽."""

from __future__ import annotations

from compiler.checks.amounts import (
    adjustment,
    amount_missing,
    blank_sources,
    budget_parts,
    budget_variance,
    carryover_rate,
    hidden_adjustment,
    low_rate,
    missing_amounts,
    overspent,
    prepaid,
    project_budgets,
    project_expenditures,
    rate_differs,
    rate_digits,
    rate_rounded_to_whole,
    sources_sum,
    surplus,
    typed_twice,
    unit_suspect,
    units_mixed,
    unspent_total,
    variance_base,
    zero_budget,
)
from compiler.checks.check import Check

CHECKS: tuple[Check, ...] = (
    project_budgets.CHECK,
    project_expenditures.CHECK,
    missing_amounts.CHECK,
    unspent_total.CHECK,
    amount_missing.CHECK,
    units_mixed.CHECK,
    rate_differs.CHECK,
    rate_rounded_to_whole.CHECK,
    rate_digits.CHECK,
    sources_sum.CHECK,
    budget_parts.CHECK,
    overspent.CHECK,
    carryover_rate.CHECK,
    budget_variance.CHECK,
    variance_base.CHECK,
    low_rate.CHECK,
    adjustment.CHECK,
    hidden_adjustment.CHECK,
    prepaid.CHECK,
    zero_budget.CHECK,
    surplus.CHECK,
    blank_sources.CHECK,
    unit_suspect.CHECK,
    typed_twice.CHECK,
)
"""By code."""
