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


def differences(here: Program, there: Program) -> str:
    """In what two programs differ, in words."""
    found = []
    if here.version != there.version:
        found.append(f"这里是 {here.version} 版，那里是 {there.version or '没有版号的一'} 版")
    elif here.digest != there.digest:
        found.append(f"都叫 {here.version} 版，程序的文件却不同")
    if here.python != there.python:
        found.append(f"这里的 Python 是 {here.python}，那里是 {there.python}")
    ours, theirs = (set(program.libraries.split()) for program in (here, there))
    if ours != theirs:
        found.append(
            f"用的库不同，这里 {' '.join(sorted(ours - theirs))}，那里 {' '.join(sorted(theirs - ours))}"
        )
    return "；".join(found)


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
