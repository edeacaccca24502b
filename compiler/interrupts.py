"""Ctrl-C on the command line: whenever it comes, and however often, it is told in a line and never by a traceback."""

from __future__ import annotations

import os
import sys
import time

TYPE_CHECKING = False  # `typing` takes a moment, in which Ctrl-C would be a traceback; so does `signal`
if TYPE_CHECKING:
    from collections.abc import Callable
    from types import FrameType
    from typing import Any

_DEAF = 2.0
"""Seconds for which further presses are taken for the same one: what was interrupted tidies up and says so meanwhile."""

_heard: float | None = None
_ended = False


def take_over() -> None:
    """From here on Ctrl-C raises `KeyboardInterrupt` as ever, once; one that nobody catches ends the process with a line."""
    sys.excepthook = _uncaught
    import signal

    if (
        signal.getsignal(signal.SIGINT) is signal.default_int_handler
    ):  # else whoever started us wants it otherwise
        signal.signal(signal.SIGINT, _interrupt)


def end() -> None:
    """All is done but to say so: Ctrl-C, where it is taken over, does nothing any more."""
    global _ended
    _ended = True


def but_interrupts(tell: Callable[[Any], None]) -> Callable[[Any], None]:
    """A `sys.unraisablehook` that passes on to `tell` all but a Ctrl-C that came where nothing can be raised; the next one counts again."""

    def hook(unraisable: Any) -> None:
        global _heard
        if unraisable.exc_type is not None and issubclass(unraisable.exc_type, KeyboardInterrupt):
            _heard = None
        else:
            tell(unraisable)

    return hook


def _interrupt(_number: int, _frame: FrameType | None) -> None:
    global _heard
    now = time.monotonic()
    if not _ended and (_heard is None or now - _heard > _DEAF):
        _heard = now
        raise KeyboardInterrupt


def _uncaught(kind: type[BaseException], error: BaseException, traceback: Any) -> None:
    if not issubclass(kind, KeyboardInterrupt):
        sys.__excepthook__(kind, error, traceback)
        return
    end()
    os.write(2, "已中断。\n".encode(getattr(sys.stderr, "encoding", None) or "utf-8", "replace"))
    os._exit(1)
