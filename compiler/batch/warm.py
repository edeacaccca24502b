"""Imports what a report needs, before the first comes."""

from __future__ import annotations


def up() -> None:
    """Import what every build imports late."""
    import compiler.checks
    import compiler.checks.waivers
    import compiler.pdf
    import compiler.pipeline
    import compiler.previous
    import compiler.waivers
    import compiler.writers  # noqa: F401
