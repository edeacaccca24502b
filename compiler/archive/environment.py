"""With what a version was built: the program, Python, libraries. Another of them may write other bytes."""

from __future__ import annotations

import hashlib
import locale
import os
import platform
import sys
import zlib
from collections.abc import Iterator
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import Any

_LIBRARIES = ("click", "cn2an", "filelock", "jinja2", "markdown-it-py", "pypdf", "python-docx", "pyyaml")
WITH_CHARTS = ("matplotlib", "pillow")
"""What draws charts; not every computer has it."""
_LEFT_BY_RUNS = (".pyc", ".kept")
"""Compiled modules, and patterns where they are kept beside them (`kept_patterns`), wherever Python puts those."""
_LEFT_THERE = ("__pycache__", "Thumbs.db", "desktop.ini")
_PROGRAM = Path(__file__).parents[1]


def environment() -> dict[str, Any]:
    """What the record says of this machine's software; no name of the machine or the user is in it."""
    installed = _installed()
    return {
        "chengwen": _version("chengwen", installed),
        "program_sha256": program_digest(),
        "python": platform.python_version(),
        "platform": f"{platform.system()} {platform.machine()}",
        "encoding": f"{sys.getfilesystemencoding()} {locale.getpreferredencoding(False)}".lower(),
        "zlib": zlib.ZLIB_RUNTIME_VERSION,
        "libraries": {name: _version(name, installed) for name in _LIBRARIES}
        | {name: version for name in WITH_CHARTS if (version := _version(name, installed))},
    }


@cache
def program_digest() -> str:
    """SHA-256 over every file of the program that can change what it writes, in order of path."""
    return digest_of_program(_PROGRAM)


def digest_of_program(folder: Path) -> str:
    """The same of the program in `folder`. What running it, or looking at it, leaves there is no part of it."""
    whole = hashlib.sha256()
    for path, inside in _files_of(str(folder)):
        with open(path, "rb", buffering=0) as file:
            data = file.read()
        if not inside.endswith(".png"):  # a checkout may end lines otherwise
            data = data.replace(b"\r\n", b"\n")
        whole.update(f"{hashlib.sha256(data).hexdigest()}  {inside}\n".encode())
    return whole.hexdigest()


def _files_of(folder: str, inside: str = "") -> Iterator[tuple[str, str]]:
    """Every file with its path inside, in order of the names on the way to it."""
    with os.scandir(folder) as entries:
        found = sorted(entries, key=lambda entry: entry.name)
    for entry in found:
        if entry.name.startswith(".") or entry.name in _LEFT_THERE:
            continue
        if entry.is_dir(follow_symlinks=False):
            yield from _files_of(entry.path, f"{inside}{entry.name}/")
        elif entry.is_file() and not entry.name.endswith(_LEFT_BY_RUNS):
            yield entry.path, inside + entry.name


def _version(name: str, installed: dict[str, str | None] | None) -> str:
    """The version of a library, by what is `installed`; empty of one that is not."""
    version = None if installed is None else installed.get(name.lower().replace("-", "_"), "")
    if version is not None:
        return version
    from importlib import metadata  # late: it takes as long to import as all the rest here

    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return ""


def _installed() -> dict[str, str | None] | None:
    """The versions of what is installed, by the name as it stands in a folder's: `markdown_it_py-4.3.0.dist-info`, as "Recording installed
    projects" of the packaging specifications has it. The first on the path is what is imported.

    None for a name whose folder is of an older form, and for all when there is an archive or an egg on the path: only
    `importlib.metadata` knows those.
    """
    found: dict[str, str | None] = {}
    for place in sys.path:
        if place.endswith(".egg") or os.path.isfile(place):
            return None
        with suppress(OSError), os.scandir(place or ".") as entries:
            for entry in entries:
                name, _, form = entry.name.rpartition(".")
                if form in ("dist-info", "egg-info"):
                    name, _, version = name.partition("-")
                    known = version if form == "dist-info" else ""
                    found.setdefault(name.lower().replace(".", "_"), known or None)
    return found
