"""The OCFL inventory: which files make up which version, by SHA-256 (OCFL 1.1, section 3.5)."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple
from urllib.parse import quote

from compiler.archive.layout import CONTENT

_TYPE = "https://ocfl.io/1.1/spec/#inventory"
_LEADS_OUT = (
    "\\",
    ":",
    "//",
    "/./",
    "/../",
    "\n/",
    "/\n",
    "\n./",
    "\n../",
    "/.\n",
    "/..\n",
    "\n.\n",
    "\n..\n",
    "\n\n",
)
"""In a list of paths, a line each: what is no plain path below the folder it starts from."""


class Version(NamedTuple):
    """A version's entry."""

    created: str
    """ISO 8601 with a time zone."""
    message: str
    user: str
    state: Mapping[str, Sequence[str]]
    """SHA-256: the paths within the version's content that have it."""

    @property
    def files(self) -> dict[str, str]:
        """Path within the version's content: SHA-256."""
        return {path: digest for digest, paths in self.state.items() for path in paths}


class Inventory(NamedTuple):
    """What is known of the versions up to one of them."""

    id: str
    versions: Mapping[int, Version]
    """From 1 on, none left out."""

    @property
    def head(self) -> int:
        return len(self.versions)


def version(created: str, message: str, user: str, files: Mapping[str, str]) -> Version:
    """An entry, for files by path."""
    state: dict[str, list[str]] = {}
    for path, digest in sorted(files.items()):
        state.setdefault(digest, []).append(path)
    return Version(created, message, user, state)


def identifier(department: str, year: str) -> str:
    """The name of a report's archive, anywhere."""
    return f"urn:chengwen:{quote(department, safe='')}:{quote(year, safe='')}"


def written(inventory: Inventory) -> bytes:
    """The inventory as a file. Every version has files of its own, so the manifest names each under its version."""
    manifest: dict[str, list[str]] = {}
    versions: dict[str, Any] = {}
    for number, entry in inventory.versions.items():
        for digest, paths in entry.state.items():
            manifest.setdefault(digest, []).extend(f"v{number}/{CONTENT}/{path}" for path in paths)
        versions[f"v{number}"] = {
            "created": entry.created,
            "message": entry.message,
            "state": entry.state,
            "user": {"name": entry.user, "address": f"urn:chengwen:user:{quote(entry.user, safe='')}"},
        }
    whole = {
        "id": inventory.id,
        "type": _TYPE,
        "digestAlgorithm": "sha256",
        "head": f"v{inventory.head}",
        "contentDirectory": CONTENT,
        "manifest": manifest,
        "versions": versions,
    }
    return (json.dumps(whole, ensure_ascii=False, indent=1) + "\n").encode()


def sidecar(inventory: bytes) -> bytes:
    """The file with the inventory's own digest."""
    return f"{hashlib.sha256(inventory).hexdigest()}  inventory.json\n".encode()


def read(data: bytes) -> Inventory:
    """An inventory as `written`. Raises `ValueError` when it is no such file, or says one thing in two ways.

    A forged one is read, too: no path of it leads out of its version.
    """
    try:
        whole = json.loads(data)
        versions = {
            int(name[1:]): Version(entry["created"], entry["message"], entry["user"]["name"], entry["state"])
            for name, entry in whole["versions"].items()
        }
        head, identity, manifest = whole["head"], str(whole["id"]), whole["manifest"]
        states = [entry.state for entry in versions.values()]
        paths = [path for state in states for paths in state.values() for path in paths]
        names = "\n".join(("", *paths, ""))
        listed = sum(map(len, manifest.values()))
        known = manifest.keys() == set().union(*states)
    except (KeyError, TypeError, AttributeError, UnicodeDecodeError, RecursionError) as error:
        raise ValueError("not an inventory") from error
    if sorted(versions) != list(range(1, len(versions) + 1)) or head != f"v{len(versions)}":
        raise ValueError("versions left out")
    if listed != len(paths) or not known:
        raise ValueError("manifest and versions differ")
    if names.count("\n") != len(paths) + 1 or any(each in names for each in _LEADS_OUT):
        raise ValueError("a path leads out of the version")
    return Inventory(identity, dict(sorted(versions.items())))
