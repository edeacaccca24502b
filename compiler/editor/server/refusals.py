"""Why a request was not done, in words for the page."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


class Refused(Exception):
    """A request that is not done; the page shows the message and the hint."""

    def __init__(
        self, status: int, message: str, hint: str = "", more: Mapping[str, Any] | None = None
    ) -> None:
        """`status` is the HTTP status; `more` goes beside the error into the answer."""
        super().__init__(message)
        self.status, self.message, self.hint = status, message, hint
        self.more = more or {}

    def as_json(self) -> dict[str, Any]:
        """What the page gets."""
        return {"error": {"message": self.message, "hint": self.hint}, **self.more}
