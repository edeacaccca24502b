"""The real command line, run in this process."""

from __future__ import annotations

import contextlib
import io
import os
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from compiler.cli import chengwen
from compiler.cli_words import run


class Ran(NamedTuple):
    """What a command gave."""

    exit_code: int
    out: str
    err: str


def call(arguments: Sequence[str], folder: Path) -> Ran:
    """Run `chengwen` with these arguments in this folder."""
    out, err = io.StringIO(), io.StringIO()
    before = os.getcwd()
    os.chdir(folder)
    try:
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            exit_code = run(chengwen, list(arguments))
    finally:
        os.chdir(before)
    return Ran(exit_code, out.getvalue(), err.getvalue())


def tree_bytes(folder: Path) -> dict[str, bytes]:
    """Every file below a folder, by its relative path."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }
