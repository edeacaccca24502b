"""Signals that are handled otherwise for a while."""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType


@contextmanager
def handling(
    number: signal.Signals, handler: Callable[[int, FrameType | None], object] | signal.Handlers
) -> Iterator[bool]:
    """Have `handler` take a signal within, and put back what took it before, whatever is raised; gives whether it does.

    It does not, and nothing changes, outside the main thread, which alone may say what takes a signal, and where C code
    said it (`signal.getsignal` gives None then), which could not be put back.
    """
    before = signal.getsignal(number)
    if threading.current_thread() is not threading.main_thread() or before is None:
        yield False
        return
    try:
        signal.signal(number, handler)
        yield True
    finally:
        signal.signal(number, before)
