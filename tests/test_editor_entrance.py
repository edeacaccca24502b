"""How a page comes in, and who does not shut the door behind them."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from compiler.editor.server import connections
from compiler.editor.server.entrance import Entrance
from tests.editor_client import Client, serving
from tests.keeping_samples import Clock
from tests.test_checks import copy_clean


@pytest.fixture
def page(tmp_path: Path) -> Iterator[Client]:
    copy_clean(tmp_path)
    with serving(tmp_path) as client:
        yield client


def test_a_code_is_good_once_and_for_a_minute() -> None:
    steady = Clock(0)
    entrance = Entrance(steady)
    code, late = entrance.code(), entrance.code()
    steady.now += 59
    assert entrance.enter(code) == entrance.token
    assert entrance.enter(code) is None and entrance.enter("") is None and entrance.enter("码") is None
    steady.now += 2
    assert entrance.enter(late) is None


def test_a_code_for_the_token(page: Client) -> None:
    code = page.session.entrance.code()
    token, page.token = page.token, "none"
    assert page.get("/api/shelf").status == 401
    assert page.good("POST", "/api/enter", code=code) == {"token": token}
    again = page.post("/api/enter", code=code)
    assert again.status == 401 and "一次" in again.json["error"]["message"]
    foreign = {"Origin": "http://evil.example"}
    body = b'{"code": "%s"}' % page.session.entrance.code().encode()
    assert page.request("POST", "/api/enter", body, foreign).status == 403
    assert page.request("GET", "/api/enter").status in (404, 405)


def test_what_the_browser_is_started_with_is_not_the_token(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from compiler.editor.server import serving as module

    told: list[tuple[str, str]] = []

    class Running:
        def run(self, sockets: list[socket.socket]) -> None:
            self.tell("http://127.0.0.1:1/#token")

    def server(session: object, sock: object, tell: object) -> Running:
        running = Running()
        running.tell = tell  # type: ignore[attr-defined]
        return running

    monkeypatch.setattr(module, "server", server)
    module.serve(list, socket.socket(), lambda address, once: told.append((address, once)))
    ((address, once),) = told
    assert address.endswith("#token") and once.startswith("http://127.0.0.1:1/#once=") and "token" not in once


def test_idle_connections_shut_nobody_out(page: Client) -> None:
    idle = []
    for number in range(230):
        connection = socket.create_connection(("127.0.0.1", page.port))
        if number % 2:
            connection.sendall(b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n")
        idle.append(connection)
    try:
        page.good("GET", "/api/shelf")
    finally:
        for connection in idle:
            connection.close()


@pytest.mark.parametrize("sent", [b"", b"GET / HTTP/1.1\r\n", b"slowly", b"second"])
def test_a_head_that_does_not_come(page: Client, monkeypatch: pytest.MonkeyPatch, sent: bytes) -> None:
    monkeypatch.setattr(connections, "_SECONDS", 1.0)
    with socket.create_connection(("127.0.0.1", page.port)) as connection:
        if sent == b"second":
            host = f"Host: 127.0.0.1:{page.port}\r\n\r\n".encode()
            connection.sendall(b"GET /static/icon.svg HTTP/1.1\r\n" + host)
            assert connection.recv(10)
            sent = b"slowly"
        if sent == b"slowly":

            def drip() -> None:
                try:
                    for letter in b"GET / HTTP/1.1 and so on and on":
                        connection.sendall(bytes([letter]))
                        time.sleep(0.2)
                except OSError:
                    pass

            threading.Thread(target=drip, daemon=True).start()
        else:
            connection.sendall(sent)
        connection.settimeout(4)
        try:
            while connection.recv(100_000):
                pass
        except ConnectionResetError:
            pass


def test_a_long_answer_is_waited_for(page: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connections, "_SECONDS", 0.3)
    revision = page.good("GET", "/api/watch", report="晴川区档案局/2024", revision="")["revision"]
    threading.Timer(1.5, lambda: setattr(page.session, "stopping", True)).start()
    assert page.get("/api/watch", report="晴川区档案局/2024", revision=revision).status == 200
