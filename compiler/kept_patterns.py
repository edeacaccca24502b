"""Regular expressions compiled by an earlier run.

Python keeps the modules it has compiled, but not the patterns: it compiles them anew in every process, which takes an eighth of
the build of a small report. So they are kept likewise: in one file beside our own compiled modules, written where and
when Python would write those (`-B`, `PYTHONPYCACHEPREFIX`), and trusted like those, as whoever can write there can change
the program itself. A pattern is found by its text and flags, and the whole is of one interpreter and one installation of the program
only: nothing can be out of date, nor does it grow with each version. The file holds none but the program's own patterns. Whatever is
wrong with it, patterns are compiled as ever.
"""

from __future__ import annotations

import marshal
import os
import re
import sys
from contextlib import suppress
from typing import Any
from zlib import crc32


class KeptPatterns:
    """The patterns of the file at `path`, which need not be there; None keeps nothing."""

    def __init__(self, path: str | None) -> None:
        self._path = path
        self._found: dict[tuple[str, int], bytes] | None = None
        self._new = 0

    def compiled(self, text: str, flags: int) -> re.Pattern[str]:
        """The expression, as `re.compile` gives it. Raises `re.error` when it is none."""
        flags = int(flags)  # what `re` has them as cannot be written
        if self._found is None:
            self._found = self._read()
        parts = self._found.get((text, flags))
        try:
            new = parts is None
            if parts is None:
                parts = marshal.dumps(_parts(text, flags))
            found = _assembled(text, marshal.loads(parts))  # noqa: S302 - as Python reads its own modules
        except re.error:
            raise
        except Exception:
            # A file that says anything; another Python, which may do it in another way: this is no part of what it promises.
            return re.compile(text, flags)
        if new:
            self._found[text, flags] = parts
            self._new += 1
        return found

    def keep(self) -> None:
        """Write the file, when there is anything new; where that is refused the next run compiles again."""
        if not self._new or self._path is None or sys.dont_write_bytecode:
            return
        body = marshal.dumps((_program(), self._found))
        beside = f"{self._path}.{os.getpid()}"
        try:
            with open(beside, "wb") as file:
                file.write(crc32(body).to_bytes(4, "little") + body)
            os.replace(beside, self._path)
        except OSError:
            with suppress(OSError):
                os.remove(beside)
            return
        self._new = 0

    def _read(self) -> dict[tuple[str, int], bytes]:
        try:
            with open(self._path or os.devnull, "rb") as file:
                data = file.read()
            if crc32(data[4:]).to_bytes(4, "little") != data[:4]:
                return {}
            program, found = marshal.loads(data[4:])  # noqa: S302
        except (OSError, EOFError, TypeError, ValueError):
            return {}
        return found if program == _program() and isinstance(found, dict) else {}


def _program() -> tuple[str, str, int]:
    """The interpreter, and which installation of the program by the time of this file: what another one named is of no use."""
    try:
        installed = os.stat(__file__).st_mtime_ns
    except OSError:
        installed = 0
    return sys.version, sys.byteorder, installed


def _parts(text: str, flags: int) -> tuple[Any, ...]:
    """What `re` makes of an expression: all that its pattern is assembled from."""
    from re import _compiler, _parser  # type: ignore[attr-defined]

    parsed = _parser.parse(text, flags)
    state = parsed.state
    names = [None] * state.groups
    for name, number in state.groupdict.items():
        names[number] = name
    code = [int(word) for word in _compiler._code(parsed, flags)]  # some are named
    return int(flags | state.flags), code, state.groups - 1, dict(state.groupdict), tuple(names)


def _assembled(text: str, parts: tuple[Any, ...]) -> re.Pattern[str]:
    import _sre  # type: ignore[import-not-found]  # checks the code that it is given

    made: re.Pattern[str] = _sre.compile(text, *parts)
    return made


def _beside_our_modules() -> str | None:
    own = __spec__.cached if __spec__ is not None else None
    return f"{own.removesuffix('.pyc')}.kept" if own else None


KEPT = KeptPatterns(_beside_our_modules())
"""Those of this program."""
