"""How a page comes in: the token of this run, and codes that are exchanged for it once.

What a browser is started with stands in the list of processes, and in its history for good; a code in their stead is
worth nothing a moment later.
"""

from __future__ import annotations

import secrets
import threading
import time
from collections.abc import Callable
from hmac import compare_digest

_VALID = 60.0
"""Seconds in which a browser starts."""


class Entrance:
    """The token of one run, and its codes; any thread may ask."""

    def __init__(self, steady: Callable[[], float] = time.monotonic) -> None:
        """`steady` gives seconds that nobody sets."""
        self.token = secrets.token_urlsafe(32)
        """What every request to /api brings."""
        self._steady = steady
        self._codes: dict[str, float] = {}
        self._lock = threading.Lock()

    def code(self) -> str:
        """A new code: for one page, for a minute."""
        code = secrets.token_urlsafe(32)
        with self._lock:
            self._codes[code] = self._steady() + _VALID
        return code

    def enter(self, code: str) -> str | None:
        """The token for a code, which is used up then; None for one that is none, was used, or is too old."""
        with self._lock:
            known = next((each for each in self._codes if compare_digest(each.encode(), code.encode())), None)
            if known is None:
                return None
            return self.token if self._codes.pop(known) >= self._steady() else None
