"""This year against last year."""

from __future__ import annotations

from compiler.checks.check import Check

CHECKS: tuple[Check, ...] = ()
"""By code."""
