"""Title, attachments, levels, marks and numbers: GB/T 9704, 15834, 15835."""

from __future__ import annotations

from compiler.checks.check import Check

CHECKS: tuple[Check, ...] = ()
"""By code."""
