"""Digests of files: SHA-256 and SM3 (GB/T 32905-2016, listed in DA/T 97-2023), and of what is built, whatever packs it."""

from __future__ import annotations

import errno
import hashlib
import os
import stat
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from io import BytesIO
from itertools import chain
from pathlib import Path
from typing import TypeVar

from compiler.archive.layout import ArchiveError
from compiler.named import NamedTuple

LENGTH = 64
"""Hexadecimal digits of a digest."""

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
    handle = _open(path)
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


def read_plain(path: str | Path) -> bytes:
    """The bytes of a plain file, never those of a pipe, which would be waited for. Raises `OSError`."""
    handle = _open(path)
    with os.fdopen(handle, "rb") as file:
        return file.read()


def _open(path: str | Path) -> int:
    handle = os.open(path, os.O_RDONLY | getattr(os, "O_BINARY", 0) | getattr(os, "O_NONBLOCK", 0))
    if not stat.S_ISREG(os.fstat(handle).st_mode):
        os.close(handle)
        raise OSError(errno.EINVAL, "not a plain file")
    return handle


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


def members(name: str, data: bytes, seen: Callable[[bytes], bytes] = bytes) -> dict[str, str]:
    """SHA-256 of what a document holds, by `name` and, in a package, its members' names: of a DOCX the uncompressed parts, as
    another zlib packs the same bytes otherwise. `seen` is what each part is taken for.

    Raises `zipfile.BadZipFile`.
    """
    if not name.endswith(".docx"):
        return {name: hashlib.sha256(seen(data)).hexdigest()}
    import zipfile  # verifying needs none

    with zipfile.ZipFile(BytesIO(data)) as package:
        return {
            f"{name}/{info.filename}": hashlib.sha256(seen(package.read(info))).hexdigest()
            for info in package.infolist()
        }


def build_digest(all_members: Mapping[str, str]) -> str:
    """One SHA-256 for a build: over a line of digest and name for each member, in order of name.

    The same for `sha256sum` over those lines; a PDF has no part in it, as no two runs of LibreOffice write the same.
    """
    lines = "".join(f"{digest}  {name}\n" for name, digest in sorted(all_members.items()))
    return hashlib.sha256(lines.encode()).hexdigest()


def is_digest(text: str) -> bool:
    """Whether it is one as we write it: 64 lower-case hexadecimal digits."""
    return len(text) == LENGTH and not text.strip("0123456789abcdef")


def grouped(digest: str) -> str:
    """A digest as a person reads and types it: eight by eight."""
    return " ".join(digest[start : start + 8] for start in range(0, len(digest), 8))


BLANK = Digest(0, "0" * LENGTH, "0" * LENGTH)
"""What the slip is printed with to be vouched for by the record, whose digest it prints."""


def blanked(page: bytes, name: str, digest: Digest) -> dict[str, str]:
    """The members of a slip, as `digests.members` names them, with noughts where it prints the record's digest.

    Raises `zipfile.BadZipFile`.
    """
    return members(name, page, lambda part: _noughts(part, digest))


def _noughts(part: bytes, digest: Digest) -> bytes:
    for value, blank in ((digest.sha256, BLANK.sha256), (digest.sm3, BLANK.sm3)):
        part = part.replace(grouped(value).encode(), grouped(blank).encode())
    return part
