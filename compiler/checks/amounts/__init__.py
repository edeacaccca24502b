"""Amounts and rates: 勾稽."""

from __future__ import annotations

from compiler.checks.amounts import project_budgets
from compiler.checks.check import Check

CHECKS: tuple[Check, ...] = (project_budgets.CHECK,)
"""By code."""
