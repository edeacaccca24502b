"""The OCFL inventory: which files make up which version, by SHA-256 (OCFL 1.1, section 3.5)."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any, NamedTuple
from urllib.parse import quote

from compiler.archive.layout import CONTENT

_TYPE = "https://ocfl.io/1.1/spec/#inventory"


class Version(NamedTuple):
    """A version's entry."""

    created: str
    """ISO 8601 with a time zone."""
    message: str
    user: str
    files: Mapping[str, str]
    """Path within the version's content: SHA-256."""


class Inventory(NamedTuple):
    """What is known of the versions up to one of them."""

    id: str
    versions: Mapping[int, Version]
    """From 1 on, none left out."""

    @property
    def head(self) -> int:
        return len(self.versions)


def identifier(department: str, year: str) -> str:
    """The name of a report's archive, anywhere."""
    return f"urn:chengwen:{quote(department, safe='')}:{quote(year, safe='')}"


def written(inventory: Inventory) -> bytes:
    """The inventory as a file. Every version has files of its own, so the manifest names each under its version."""
    manifest: dict[str, list[str]] = {}
    versions: dict[str, Any] = {}
    for number, version in inventory.versions.items():
        state: dict[str, list[str]] = {}
        for path, digest in sorted(version.files.items()):
            manifest.setdefault(digest, []).append(f"v{number}/{CONTENT}/{path}")
            state.setdefault(digest, []).append(path)
        versions[f"v{number}"] = {
            "created": version.created,
            "message": version.message,
            "state": state,
            "user": {"name": version.user, "address": f"urn:chengwen:user:{quote(version.user, safe='')}"},
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


def _is_inside(path: str) -> bool:
    """Whether a path stays in the folder it starts from: a forged inventory is read, too."""
    return not ("\\" in path or ":" in path or any(part in ("", ".", "..") for part in path.split("/")))


def read(data: bytes) -> Inventory:
    """An inventory as `written`. Raises `ValueError` when it is no such file, or says one thing in two ways."""
    try:
        whole = json.loads(data)
        manifest = {path: digest for digest, paths in whole["manifest"].items() for path in paths}
        versions = {
            int(name[1:]): Version(
                entry["created"],
                entry["message"],
                entry["user"]["name"],
                {path: digest for digest, paths in entry["state"].items() for path in paths},
            )
            for name, entry in whole["versions"].items()
        }
        head, identity = whole["head"], str(whole["id"])
    except (KeyError, TypeError, AttributeError, UnicodeDecodeError, RecursionError) as error:
        raise ValueError("not an inventory") from error
    if sorted(versions) != list(range(1, len(versions) + 1)) or head != f"v{len(versions)}":
        raise ValueError("versions left out")
    named = {
        f"v{number}/{CONTENT}/{path}": digest
        for number, version in versions.items()
        for path, digest in version.files.items()
    }
    if named != manifest:
        raise ValueError("manifest and versions differ")
    if any(not _is_inside(path) for version in versions.values() for path in version.files):
        raise ValueError("a path leads out of the version")
    return Inventory(identity, dict(sorted(versions.items())))
