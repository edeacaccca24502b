"""Indicators: names, values that can be compared, reasons."""

from __future__ import annotations

from compiler.checks.check import Check

CHECKS: tuple[Check, ...] = ()
"""By code."""
