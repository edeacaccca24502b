"""Members of the package, deflated, and the ZIP that they stand in.

Same members, same bytes: they stand in the order they are given, with the earliest time a ZIP can hold and the attributes of no
particular system.
"""

from __future__ import annotations

import _thread
import zlib
from collections.abc import Callable
from functools import lru_cache, partial
from struct import Struct
from typing import Any, BinaryIO

from compiler.named import NamedTuple
from compiler.writers import TooLarge
from compiler.writers.docx.spool import Spool

# Level 3 takes half the time of zlib's default and makes files half as large again, which for
# repetitive XML is still a thirtieth of the text.
_LEVEL = 3

_AT_ONCE, _AT_ONCE_BESIDE = 1 << 16, 1 << 19
"""Bytes gathered before they are deflated, as each call has a cost of its own; before a thread does it, which has to wait for the
interpreter some milliseconds when it is done.
"""
_LONG = 1 << 20
"""Bytes of a part from which on a thread is worth starting."""
_SHORT = 1 << 14
"""Characters of a part up to which it is kept for the next document: those of a kind have most of them in common, and making room for a
deflater takes longer than such a part.
"""


class Member(NamedTuple):
    """A part as it stands in the package; one whose content does not change is made once."""

    name: str
    crc: int
    """CRC-32 of its content."""
    size: int
    """Bytes of its content."""
    deflated: bytes | Spool
    """The content as it is stored."""

    @property
    def stored(self) -> int:
        """Bytes that it is stored in."""
        return len(self.deflated) if isinstance(self.deflated, bytes) else self.deflated.tell()


def member(name: str, content: bytes | str) -> Member:
    """A part of this content."""
    if isinstance(content, bytes):
        return _made(name, content)
    return _short(name, content) if len(content) <= _SHORT else _made(name, content.encode())


@lru_cache(maxsize=16)
def _short(name: str, content: str) -> Member:
    return _made(name, content.encode())


def _made(name: str, content: bytes) -> Member:
    deflate = _deflate()
    return Member(name, zlib.crc32(content), len(content), deflate.compress(content) + deflate.flush())


def _deflate() -> Any:  # zlib names no type for it
    return zlib.compressobj(_LEVEL, zlib.DEFLATED, -zlib.MAX_WBITS)


class LongMember:
    """A part that comes in pieces and is deflated as they come. Once it is long, a thread beside does that, as zlib leaves the
    interpreter to others while it works: one piece to a thread, so that none is left of a part that nobody finishes.
    """

    def __init__(self, name: str) -> None:
        self._name = name
        self._deflate = _deflate()
        self._crc = self._size = 0
        self._gathered = bytearray()
        self._at_once = _AT_ONCE
        self._spool = Spool()
        self._beside: _Beside | None = None

    def write(self, data: bytes) -> None:
        """Add to its content."""
        self._gathered += data
        if len(self._gathered) > self._at_once:
            self._take()

    def finish(self) -> Member:
        """The part, nothing more being added."""
        self._take()
        self._wait()
        self._spool.write(self._deflate.flush())
        return Member(self._name, self._crc, self._size, self._spool)

    def close(self) -> None:
        """Give up its room, and wait for the thread that may be at work on it."""
        if self._beside is not None:
            self._beside.wait()
        self._spool.close()

    def _take(self) -> None:
        """Deflate what was gathered."""
        self._wait()
        piece, self._gathered = self._gathered, bytearray()
        self._size += len(piece)
        if self._size <= _LONG:
            self._spool.write(self._deflated(piece))
        else:
            self._at_once = _AT_ONCE_BESIDE
            self._beside = _Beside(partial(self._deflated, piece))

    def _wait(self) -> None:
        """Take what the thread beside has made."""
        beside, self._beside = self._beside, None
        if beside is not None:
            self._spool.write(beside.made())

    def _deflated(self, piece: bytearray) -> bytes:
        self._crc = zlib.crc32(piece, self._crc)
        deflated: bytes = self._deflate.compress(piece)
        return deflated


class _Beside:
    """Some work that a thread of its own does. Not a `threading.Thread`, whose start waits until the system has begun to run it: where
    the other processors are busy that is some milliseconds, for each piece.
    """

    def __init__(self, work: Callable[[], bytes]) -> None:
        self._work = work
        self._made: bytes | BaseException = b""
        self._at_work = _thread.allocate_lock()
        self._at_work.acquire()
        _thread.start_new_thread(self._run, ())

    def wait(self) -> None:
        """Wait until it is done."""
        with self._at_work:
            pass

    def made(self) -> bytes:
        """What it came to, when it is done. Raises what it raised."""
        self.wait()
        if isinstance(self._made, BaseException):
            raise self._made
        return self._made

    def _run(self) -> None:
        try:
            self._made = self._work()
        except BaseException as error:  # raised where it is waited for
            self._made = error
        finally:
            self._at_work.release()


_FACTS = Struct("<5H3L2H")
"""Of a member, in its header and in the directory: version needed, flags, method, time, date, CRC-32, bytes stored, bytes, length of its
name, length of what is extra."""
_ENTRY = Struct("<3H2L")
"""Only in the directory: length of the comment, disk, attributes inside and outside, place of the header."""
_END = Struct("<4H2LH")
"""The end of the directory: this disk, the directory's disk, entries here and in all, its bytes, its place, length of the comment."""
_HEADER_MARK, _ENTRY_MARK, _END_MARK = b"PK\3\4", b"PK\1\2", b"PK\5\6"
_VERSION, _DEFLATED, _UTF8 = 20, 8, 1 << 11
_DATE = 1 << 5 | 1
"""1980-01-01."""
_RIGHTS = 0o600 << 16
"""What may be done with a member where it is unpacked, as `zipfile` has it."""
_MOST_MEMBERS, _MOST = (1 << 16) - 1, (1 << 31) - 1
"""Members and bytes of what `zipfile` writes without ZIP64, which a document does not need."""


def _shown(name: str) -> str:
    """What users call what is in a part."""
    if name.startswith("word/media/"):
        return "图片"
    return "正文" if name == "word/document.xml" else "其他部分"


class PackageWriter:
    """Writes members one after another into an open stream: a ZIP as in PKWARE's APPNOTE, 4.3.

    `zipfile` takes content only, so that it would deflate the same styles for every report of a batch. Tests hold this against it.
    """

    def __init__(self, out: BinaryIO) -> None:
        self._out = out
        self._place = 0
        self._entries: list[bytes] = []

    def add(self, part: Member) -> None:
        """Write a member. Raises `TooLarge` when it is one, or ends, beyond what a ZIP can hold: 65,535 members, 2 GiB."""
        name = part.name.encode()
        flags = 0 if part.name.isascii() else _UTF8
        stored = part.stored
        place = self._place + len(_HEADER_MARK) + _FACTS.size + len(name) + stored
        if max(part.size, place) > _MOST or len(self._entries) == _MOST_MEMBERS:
            raise TooLarge(f"一个 Word 文件放不下（最多 2 GB，放到{_shown(part.name)}时超出）")
        facts = _FACTS.pack(_VERSION, flags, _DEFLATED, 0, _DATE, part.crc, stored, part.size, len(name), 0)
        self._out.write(_HEADER_MARK + facts + name)
        if isinstance(part.deflated, bytes):
            self._out.write(part.deflated)
        else:
            for piece in part.deflated.pieces():
                self._out.write(piece)
        made_by = _VERSION.to_bytes(2, "little")
        self._entries.append(
            _ENTRY_MARK + made_by + facts + _ENTRY.pack(0, 0, 0, _RIGHTS, self._place) + name
        )
        self._place = place

    def close(self) -> None:
        """Write the directory; the stream itself stays open."""
        entries, count = b"".join(self._entries), len(self._entries)
        self._out.write(entries)
        self._out.write(_END_MARK + _END.pack(0, 0, count, count, len(entries), self._place, 0))
