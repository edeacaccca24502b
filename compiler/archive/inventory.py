"""The OCFL inventory: which files make up which version, by SHA-256 (OCFL 1.1, section 3.5)."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from urllib.parse import quote

from compiler.archive.layout import CONTENT, is_inside
from compiler.gate import is_clean
from compiler.named import NamedTuple

_TYPE = "https://ocfl.io/1.1/spec/#inventory"


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
    """The inventory as a file. Every version has files of its own, so the manifest names each under its version.

    A line a digest: the library indents in Python, ten times as slowly, and a large archive has a hundred thousand lines.
    """
    manifest: dict[str, list[str]] = {}
    versions = []
    for number, entry in inventory.versions.items():
        for digest, paths in entry.state.items():
            manifest.setdefault(digest, []).extend([f"v{number}/{CONTENT}/{path}" for path in paths])
        user = {"name": entry.user, "address": f"urn:chengwen:user:{quote(entry.user, safe='')}"}
        versions.append(
            f'  "v{number}": {{\n   "created": {_json(entry.created)},\n   "message": {_json(entry.message)},\n'
            f'   "user": {_json(user)},\n   "state": {_by_line(entry.state, 4)}\n  }}'
        )
    head = {
        "id": inventory.id,
        "type": _TYPE,
        "digestAlgorithm": "sha256",
        "head": f"v{inventory.head}",
        "contentDirectory": CONTENT,
    }
    lines = [f" {_json(key)}: {_json(value)},\n" for key, value in head.items()]
    whole = f' "manifest": {_by_line(manifest, 2)},\n "versions": {{\n' + ",\n".join(versions) + "\n }\n}\n"
    return ("{\n" + "".join(lines) + whole).encode()


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)


def _by_line(state: Mapping[str, Sequence[str]], indent: int) -> str:
    """An object of digests and their paths, a line each."""
    pad = " " * indent
    lines = [f'{pad}"{digest}": {_json(paths)}' for digest, paths in state.items()]
    return "{\n" + ",\n".join(lines) + f"\n{pad[1:]}}}"


def sidecar(inventory: bytes) -> bytes:
    """The file with the inventory's own digest."""
    return f"{hashlib.sha256(inventory).hexdigest()}  inventory.json\n".encode()


def read(data: bytes) -> Inventory:
    """An inventory as `written`. Raises `ValueError` when it is no such file, whatever somebody put there.

    That its manifest names the same files is for `is_as_written`, which takes longer.
    """
    try:
        whole = json.loads(data)
        versions = {
            int(name[1:]): Version(
                _text(entry["created"]), _text(entry["message"]), _text(entry["user"]["name"]), entry["state"]
            )
            for name, entry in whole["versions"].items()
        }
        identity, head = _text(whole["id"]), whole["head"]
        states = [entry.state for entry in versions.values()]
        paths = [path for state in states for paths in state.values() for path in paths]
        "\n".join((*paths, *(digest for state in states for digest in state))).encode()
        sound = all(type(paths) is list for state in states for paths in state.values())
    except (KeyError, TypeError, AttributeError, ValueError, RecursionError, OverflowError) as error:
        raise ValueError("not an inventory") from error
    if not sound or sorted(versions) != list(range(1, len(versions) + 1)) or head != f"v{len(versions)}":
        raise ValueError("versions left out")
    if not is_inside(paths):
        raise ValueError("a path leads out of the version")
    return Inventory(identity, dict(sorted(versions.items())))


def is_as_written(inventory: Inventory, data: bytes) -> bool:
    """Whether a file says of its versions what `written` would say, in every word and no more."""
    return written(inventory) == data


def _text(value: object) -> str:
    if not isinstance(value, str) or not is_clean(value):
        raise ValueError("no text")
    return value
