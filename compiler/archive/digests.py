"""Digests of files: SHA-256 and SM3 (GB/T 32905-2016, listed in DA/T 97-2023), and of what is built, whatever packs it."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from io import BytesIO
from itertools import chain
from pathlib import Path
from typing import NamedTuple, TypeVar

from compiler.archive.layout import ArchiveError

_CHUNK = 1 << 20
_BATCH = 64
_A = TypeVar("_A")
_B = TypeVar("_B")


class Digest(NamedTuple):
    """What a file is known by."""

    bytes: int
    sha256: str
    """64 lower-case hexadecimal digits."""
    sm3: str
    """Likewise."""


def require_sm3() -> None:
    """Raises `ArchiveError` when this Python has no SM3."""
    if "sm3" not in hashlib.algorithms_available:
        raise ArchiveError(
            "这台机器上的 Python 不带国密 SM3 算法，不能归档、校验。请改用 python.org 的安装包（OpenSSL 1.1.1 以上）。"
        )


def digest_of(data: bytes) -> Digest:
    """The digests of bytes."""
    return Digest(len(data), hashlib.sha256(data).hexdigest(), hashlib.new("sm3", data).hexdigest())


def digest_of_file(path: str | Path) -> Digest:
    """The digests of a file, read once. Raises `OSError`."""
    handle = os.open(path, os.O_RDONLY | getattr(os, "O_BINARY", 0))
    try:
        data = os.read(handle, _CHUNK)
        if len(data) < _CHUNK and not os.read(handle, 1):  # most are small
            return digest_of(data)
        sha256, sm3, size = hashlib.sha256(data), hashlib.new("sm3", data), len(data)
        os.lseek(handle, size, os.SEEK_SET)
        while data := os.read(handle, _CHUNK):
            sha256.update(data)
            sm3.update(data)
            size += len(data)
    finally:
        os.close(handle)
    return Digest(size, sha256.hexdigest(), sm3.hexdigest())


def in_parallel(work: Callable[[_A], _B], items: Iterable[_A]) -> Iterator[_B]:
    """`map`, on every core: hashing and reading let other threads run. It starts at once.

    In batches, since a small file takes microseconds.
    """
    whole = list(items)
    batches = [whole[start : start + _BATCH] for start in range(0, len(whole), _BATCH)]
    pool = ThreadPoolExecutor(os.cpu_count() or 1)
    done = pool.map(partial(_each, work), batches)
    pool.shutdown(wait=False)
    return chain.from_iterable(done)


def _each(work: Callable[[_A], _B], batch: list[_A]) -> list[_B]:
    return [work(item) for item in batch]


def members(name: str, data: bytes) -> dict[str, str]:
    """SHA-256 of what a document holds, by `name` and, in a package, its members' names: of a DOCX the uncompressed parts, as
    another zlib packs the same bytes otherwise.

    Raises `zipfile.BadZipFile`.
    """
    if not name.endswith(".docx"):
        return {name: hashlib.sha256(data).hexdigest()}
    import zipfile  # verifying needs none

    with zipfile.ZipFile(BytesIO(data)) as package:
        return {
            f"{name}/{info.filename}": hashlib.sha256(package.read(info)).hexdigest()
            for info in package.infolist()
        }


def build_digest(all_members: Mapping[str, str]) -> str:
    """One SHA-256 for a build: over a line of digest and name for each member, in order of name.

    The same for `sha256sum` over those lines; a PDF has no part in it, as no two runs of LibreOffice write the same.
    """
    lines = "".join(f"{digest}  {name}\n" for name, digest in sorted(all_members.items()))
    return hashlib.sha256(lines.encode()).hexdigest()


def grouped(digest: str) -> str:
    """A digest as a person reads and types it: eight by eight."""
    return " ".join(digest[start : start + 8] for start in range(0, len(digest), 8))
