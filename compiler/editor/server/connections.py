"""Connections that ask nothing: let go of after a while, and first of all when there are many.

Any program of this computer can open them, before anybody looks at a token.
"""

from __future__ import annotations

import asyncio

from uvicorn.protocols.http.h11_impl import H11Protocol

MOST = 200
"""Connections at once; requests beyond them are refused."""
_MOST_IDLE = 150
"""Connections from which on the one that waits longest is closed for each new one."""
_SECONDS = 20.0
"""For the head of a request to arrive."""


class Connection(H11Protocol):
    """One connection, with a time limit for each head."""

    _waiting: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """A new connection, whose first head is waited for."""
        super().connection_made(transport)
        self._wait()
        if len(self.connections) > _MOST_IDLE:
            idle = [each for each in self.connections if isinstance(each, Connection) and each._waiting]
            oldest = min(idle, key=lambda each: each._waiting.when() if each._waiting else 0.0)
            oldest._close()

    def connection_lost(self, exc: Exception | None) -> None:
        """The end."""
        self._stop_waiting()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """A piece of a request: the time for a head runs from its first one on."""
        super().data_received(data)
        if self.cycle is not None and not self.cycle.response_complete:
            self._stop_waiting()
        elif self._waiting is None:
            self._wait()

    def on_response_complete(self) -> None:
        """Answered: what is there of the next request is waited for, too."""
        super().on_response_complete()
        if self.cycle.response_complete and self.conn.trailing_data[0]:
            self._wait()

    def _wait(self) -> None:
        self._stop_waiting()
        self._waiting = self.loop.call_later(_SECONDS, self._close)

    def _stop_waiting(self) -> None:
        if self._waiting is not None:
            self._waiting.cancel()
            self._waiting = None

    def _close(self) -> None:
        self._stop_waiting()
        if not self.transport.is_closing():
            self.transport.abort()
        self.connections.discard(self)
