"""A server of the editors' page on a free port, and a page that talks to it as a browser does."""

from __future__ import annotations

import http.client
import json
import queue
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import urlencode

import pytest

from compiler.cli_reports import reports
from compiler.editor.keeping import Who
from compiler.editor.server.desks import Desks
from compiler.editor.server.serving import listen, server
from compiler.editor.server.session import Session
from tests.test_checks import copy_clean


class Answer(NamedTuple):
    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)


class Client:
    """What the page asks."""

    def __init__(self, port: int, token: str, session: Session) -> None:
        self.port, self.token, self.session = port, token, session

    @property
    def headers(self) -> dict[str, str]:
        """Those that a browser sends from our page."""
        return {
            "Host": f"127.0.0.1:{self.port}",
            "Origin": f"http://127.0.0.1:{self.port}",
            "Sec-Fetch-Site": "same-origin",
            "X-Token": self.token,
            "Content-Type": "application/json",
        }

    def request(
        self,
        method: str,
        path: str,
        body: Any = None,
        headers: Mapping[str, str | None] | None = None,
        chunked: bool = False,
    ) -> Answer:
        """One request; a header of None is left out."""
        given = {
            name: value for name, value in {**self.headers, **(headers or {})}.items() if value is not None
        }
        if method == "GET" and "Content-Type" not in (headers or {}):
            given.pop("Content-Type")
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=40)
        try:
            connection.putrequest(method, path, skip_host=True, skip_accept_encoding=True)
            for name, value in given.items():
                connection.putheader(name, value)
            with suppress(BrokenPipeError, ConnectionResetError):  # it may answer before it has everything
                if chunked:
                    connection.putheader("Transfer-Encoding", "chunked")
                    connection.endheaders(iter(body), encode_chunked=True)
                else:
                    if body is not None:
                        connection.putheader("Content-Length", str(len(body)))
                    connection.endheaders(body)
            answer = connection.getresponse()
            return Answer(answer.status, {k.lower(): v for k, v in answer.getheaders()}, answer.read())
        finally:
            connection.close()

    def get(self, path: str, **query: object) -> Answer:
        return self.request("GET", f"{path}?{urlencode(query)}" if query else path)

    def post(self, path: str, **body: object) -> Answer:
        return self.request("POST", path, json.dumps(body).encode())

    def good(self, method: str, path: str, **values: object) -> Any:
        """What a request that must succeed gives."""
        answer = self.get(path, **values) if method == "GET" else self.post(path, **values)
        assert answer.status == 200, answer.body.decode()
        return answer.json

    def job(self, **values: object) -> dict[str, Any]:
        """A job, when it has ended."""
        id = self.good("POST", "/api/job", **values)["job"]
        for _ in range(600):
            told: dict[str, Any] = self.good("GET", "/api/job", job=id)
            if told["state"] in ("done", "failed"):
                return told
            time.sleep(0.1)
        raise AssertionError("the job did not end")


@contextmanager
def serving(root: Path) -> Iterator[Client]:
    """A server of the reports in a workspace."""
    sock = listen(0)
    opened: queue.Queue[str] = queue.Queue()
    session = Session(Desks(lambda: reports([root / "content"]), Who("王某", "甲机")), "王某")
    running = server(session, sock, opened.put)
    thread = threading.Thread(target=running.run, kwargs={"sockets": [sock]})
    thread.start()
    try:
        address, token = opened.get(timeout=20).split("#")
        yield Client(int(address.rstrip("/").rpartition(":")[2]), token, session)
    finally:
        running.should_exit = True
        thread.join(30)
    assert not thread.is_alive(), "the server did not stop"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    copy_clean(tmp_path)
    return tmp_path


@pytest.fixture
def page(root: Path) -> Iterator[Client]:
    with serving(root) as client:
        yield client
