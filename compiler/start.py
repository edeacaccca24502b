"""The console script: Ctrl-C is looked after before the rest of the program is read, which takes a moment."""

from __future__ import annotations

from compiler import interrupts


def main() -> None:
    """Run the command line; does not return."""
    interrupts.take_over()
    from compiler.cli import main as run

    run()
