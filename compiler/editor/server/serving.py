"""Opens the port, tells the address, serves until somebody stops it."""

from __future__ import annotations

import os
import platform
import socket
import sys
from collections.abc import Callable
from pathlib import Path

import uvicorn

from compiler.archive.making import login_name
from compiler.editor.keeping import Who
from compiler.editor.server.app import application
from compiler.editor.server.connections import MOST, Connection
from compiler.editor.server.desks import Desks
from compiler.editor.server.session import Session

HOST = "127.0.0.1"
"""This computer alone can reach it; there is no way to say another."""


def listen(port: int, tries: int = 1) -> socket.socket:
    """A socket on the first port of `tries` from `port` on that is free, on this computer alone; 0 is any.

    Raises `OSError` when all are taken.
    """
    last: OSError | None = None
    for number in range(port, min(port + tries, 65536)) if port else [0]:
        # Named as TCP, or asyncio does not turn off Nagle's algorithm, and an answer in two pieces takes 40 ms more.
        sock = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
        try:
            if os.name == "nt":  # there the other option lets two programs listen on one port
                sock.setsockopt(socket.SOL_SOCKET, socket.SO_EXCLUSIVEADDRUSE, 1)  # type: ignore[attr-defined,unused-ignore]
            else:
                sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            sock.bind((HOST, number))
            sock.listen(128)
        except OSError as error:
            sock.close()
            last = error
        else:
            return sock
    raise last or OSError(f"no port from {port} on")


def who() -> Who:
    """Who sits here, as the history and other people's pages name them."""
    return Who(login_name(), platform.node())


def serve(find: Callable[[], list[Path]], sock: socket.socket, opened: Callable[[str, str], None]) -> None:
    """Serve the reports that `find` gives until Ctrl-C; `opened` is called once the page answers.

    It gets two addresses: one that opens the page as long as the server runs, for this window alone, and one that does so once and
    within a minute, for the browser, as others see what that is started with.

    Raises `KeyboardInterrupt` when it was stopped by Ctrl-C.
    """
    me = who()
    session = Session(Desks(find, me), me.name)

    def tell(address: str) -> None:
        opened(address, f"{address.partition('#')[0]}#once={session.entrance.code()}")

    server(session, sock, tell).run(sockets=[sock])


def server(session: Session, sock: socket.socket, opened: Callable[[str], None]) -> uvicorn.Server:
    """What serves a session on a socket that listens; `opened` is called with the page's address, which has the token."""
    port = sock.getsockname()[1]
    token = session.entrance.token
    config = uvicorn.Config(
        application(session, port),
        loop="asyncio",
        http=Connection,
        ws="none",
        lifespan="on",
        log_config=None,
        log_level="error",
        access_log=False,
        server_header=False,
        proxy_headers=False,
        limit_concurrency=MOST,
        h11_max_incomplete_event_size=65536,
        timeout_graceful_shutdown=3,
    )
    return _Server(config, session, lambda: opened(f"http://{HOST}:{port}/#{token}"))


class _Server(uvicorn.Server):
    """Tells when it answers, and lets those that wait for news go when it stops."""

    def __init__(self, config: uvicorn.Config, session: Session, opened: Callable[[], None]) -> None:
        super().__init__(config)
        self._session, self._opened = session, opened

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self.started:
            self._opened()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        self._session.stopping = True
        if self._session.jobs.busy:
            print("正在把没有做完的生成、归档做完，请稍等……", file=sys.stderr, flush=True)
        await super().shutdown(sockets)
