"""Where the body waits until the package is put together: in memory, beyond a mebibyte on the disk."""

from __future__ import annotations

from io import BytesIO
from typing import IO

_MOST, _BUFFER = 1 << 20, 1 << 17


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

    def rewind(self) -> None:
        """Read from the start; nothing is written after it."""
        self._file.seek(0)

    def read(self, size: int) -> bytes:
        """At most so many bytes of what was not read yet."""
        return self._file.read(size)

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
