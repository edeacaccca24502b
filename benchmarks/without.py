"""`chengwen build` without its checks, or without checks and trace: what those two cost.

python benchmarks/without.py checks build FOLDER -o OUT …
python benchmarks/without.py checks,trace build FOLDER -o OUT …
"""

from __future__ import annotations

import sys
from functools import partial
from typing import Any


class NoTrace:
    """Takes the place of the trace and writes nothing."""

    def __init__(self, *arguments: Any) -> None:
        """As the trace is made."""

    def begin(self, *arguments: Any) -> None:
        """A part starts."""

    def write(self, *arguments: Any) -> None:
        """A block."""

    def finish(self) -> None:
        """The end."""


def main() -> None:
    """Run the command line with some stages taken out."""
    import compiler.pipeline as pipeline
    from compiler.cli import main as chengwen

    left_out = sys.argv.pop(1).split(",")
    whole: Any = pipeline
    if "checks" in left_out:
        whole.draft_of = lambda *arguments: None  # nothing to judge: the rules are not even imported
    if "trace" in left_out:
        whole.Trace = NoTrace
        compiled = pipeline.compile_report
        whole.compile_report = lambda *arguments, traced: partial(compiled, traced=False)(*arguments)
    chengwen()


if __name__ == "__main__":
    main()
