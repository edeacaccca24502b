"""Where a part waits until the package is put together: in memory, beyond a mebibyte on the disk."""

from __future__ import annotations

from collections.abc import Iterator
from io import BytesIO
from typing import IO

_MOST, _BUFFER, _PIECE = 1 << 20, 1 << 17, 1 << 18


class Spool:
    """A file to write and then to read, without a name; small ones never reach the disk."""

    def __init__(self) -> None:
        self._file: IO[bytes] = BytesIO()
        self._size = 0

    def write(self, data: bytes) -> None:
        """Add to what there is."""
        before, self._size = self._size, self._size + len(data)
        if before <= _MOST < self._size:
            self._move()
        self._file.write(data)

    def tell(self) -> int:
        """How many bytes were written."""
        return self._size

    def pieces(self, start: int = 0, end: int = -1) -> Iterator[bytes]:
        """What was written from one place to another, or to its end; nothing is written after it."""
        self._file.seek(start)
        left = (self._size if end < 0 else end) - start
        while left > 0 and (piece := self._file.read(min(left, _PIECE))):
            yield piece
            left -= len(piece)

    def close(self) -> None:
        """Give up the room."""
        self._file.close()

    def _move(self) -> None:
        from tempfile import (
            TemporaryFile,  # late: it brings random numbers and digests along, a fortieth of a small build
        )

        small = self._file
        self._file = TemporaryFile(buffering=_BUFFER)  # noqa: SIM115  closed by close
        self._file.write(small.getvalue())  # type: ignore[attr-defined]
