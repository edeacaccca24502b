"""Scores, weights and grades against the declared scheme."""

from __future__ import annotations

from compiler.checks.check import Check

CHECKS: tuple[Check, ...] = ()
"""By code."""
