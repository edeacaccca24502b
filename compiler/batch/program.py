"""What outputs depend on beside their sources: this program, Python, the libraries."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from functools import cache
from hashlib import blake2b
from pathlib import Path

from compiler.named import NamedTuple


class Program(NamedTuple):
    """A program that writes documents: two that are equal write the same bytes."""

    version: str
    """As people name it."""
    digest: str
    """Of its sources."""
    python: str
    """3.11; patches of Python change nothing."""
    libraries: str
    """Those that the outputs of every report depend on, with their versions. What charts are drawn with is not among them, as few
    reports have any: see `Record.charts`.
    """

    @property
    def key(self) -> str:
        """All of it in a few characters."""
        return blake2b("\0".join(self).encode(), digest_size=16).hexdigest()


@cache
def this_program() -> Program:
    """The program that is running, as its files are when this is first asked."""
    from compiler.archive.environment import WITH_CHARTS, environment

    now = environment()
    libraries = {**now["libraries"], "zlib": now["zlib"]}
    for name in WITH_CHARTS:
        libraries.pop(name, None)
    return Program(
        now["chengwen"],
        now["program_sha256"],
        ".".join(map(str, sys.version_info[:2])),
        " ".join(f"{name}={version}" for name, version in sorted(libraries.items())),
    )


def office_key(formats: Sequence[str]) -> str:
    """Which LibreOffice prints the PDF, by its place, size and time; empty when none is asked for."""
    if "pdf" not in formats:
        return ""
    from compiler.pdf import find_office

    office = find_office()
    if office is None:
        return ""
    path = Path(office).resolve()
    status = path.stat()
    return f"{path} {status.st_size} {status.st_mtime_ns}"
