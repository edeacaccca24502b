"""What other programs, web pages and people may try against the editors' page, on a real server."""

from __future__ import annotations

import base64
import contextlib
import hashlib
import json
import random
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from compiler.editor.server import pages
from compiler.editor.server import serving as server_module
from compiler.editor.server.app import _API
from compiler.editor.server.guard import ENTER, MOST_BYTES
from tests.command_line import call, tree_bytes
from tests.editor_client import Client, serving
from tests.test_checks import REPORT, copy_clean

ID = "晴川区档案局/2024"
SLOT = "预算管理"
PREVIEW = {"report": ID, "slot": SLOT, "text": "文字", "seq": 1}


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("attacked")
    copy_clean(folder)
    return folder


@pytest.fixture(scope="module")
def page(root: Path) -> Iterator[Client]:
    """Nothing that is refused below may write anything: the whole folder is compared."""
    before = tree_bytes(root)
    with serving(root) as client:
        yield client
    assert seen(root) == before


def seen(root: Path) -> dict[str, bytes]:
    """The files but those of the keeping, which say who is here."""
    return {path: data for path, data in tree_bytes(root).items() if "/narrative/." not in path}


def body(**more: object) -> bytes:
    return json.dumps({**PREVIEW, **more}).encode()


def refused(answer: Any, status: int) -> None:
    """In Chinese, with nothing of the program in it."""
    assert answer.status == status, answer
    if answer.body:
        assert set(answer.json) == {"error"}
        assert answer.json["error"]["message"]
        assert b"Traceback" not in answer.body and b".py" not in answer.body
    assert answer.headers["x-content-type-options"] == "nosniff"


def test_what_our_page_asks_is_answered(page: Client) -> None:
    assert page.request("POST", "/api/preview", body()).status == 200
    assert page.get("/api/shelf").json["reports"][-1]["id"] == ID


# Who asks ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "host",
    [
        "evil.example",
        "evil.example:{port}",
        "127.0.0.1",
        "127.0.0.1:1",
        "localhost.evil.example:{port}",
        "127.0.0.1.evil.example:{port}",
        "127.0.0.1:{port}@evil.example",
        "127.1:{port}",
        "0.0.0.0:{port}",
        "[::1]:{port}",
        "2130706433:{port}",
        "127.0.0.1:{port}:{port}",
        "127.0.0.1:0{port}",
        " ",
    ],
)
@pytest.mark.parametrize("path", ["/", "/api/shelf", "/preview", "/static/app.js"])
def test_another_host(page: Client, host: str, path: str) -> None:
    """S1, and DNS rebinding: the name is the attacker's, though the address is ours."""
    host = host.format(port=page.port)
    for origin in (None, f"http://{host.strip()}", f"http://127.0.0.1:{page.port}"):
        refused(page.request("GET", path, headers={"Host": host, "Origin": origin}), 403)


def test_rebinding_with_everything_else_right(page: Client) -> None:
    """The page of the attacker is of the same origin as the server then: a comparison of the two would let it in."""
    own = f"evil.example:{page.port}"
    refused(page.request("POST", "/api/preview", body(), {"Host": own, "Origin": f"http://{own}"}), 403)


def test_two_hosts_and_none(page: Client) -> None:
    for head in (
        f"GET / HTTP/1.1\r\nHost: 127.0.0.1:{page.port}\r\nHost: evil.example\r\n\r\n",
        "GET / HTTP/1.1\r\n\r\n",
        "GET / HTTP/1.0\r\n\r\n",
        f"GET http://evil.example/ HTTP/1.1\r\nHost: evil.example:{page.port}\r\n\r\n",
    ):
        status = raw(page, head.encode())[9:12]
        assert status in (b"400", b"403"), head


def raw(page: Client, data: bytes) -> bytes:
    with socket.create_connection(("127.0.0.1", page.port), timeout=10) as connection:
        connection.sendall(data)
        connection.settimeout(10)
        out = b""
        while b"\r\n\r\n" not in out and (piece := connection.recv(65536)):
            out += piece
        return out


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "http://evil.example"},
        {"Origin": "null"},
        {"Origin": "http://127.0.0.1:1"},
        {"Origin": "https://127.0.0.1:{port}"},
        {"Origin": "http://127.0.0.1:{port}.evil.example"},
        {"Origin": "file://"},
        {"Origin": ""},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Sec-Fetch-Site": "cross-site", "Origin": None},
    ],
)
def test_another_page(page: Client, headers: dict[str, str | None]) -> None:
    """S2: the page of somebody else, or of another program on this computer."""
    given = {name: value and value.format(port=page.port) for name, value in headers.items()}
    refused(page.request("POST", "/api/preview", body(), given), 403)
    refused(page.request("GET", "/api/shelf", headers=given), 403)


def test_a_post_tells_its_origin(page: Client) -> None:
    refused(page.request("POST", "/api/preview", body(), {"Origin": None}), 403)


@pytest.mark.parametrize("token", [None, "", "wrong", "{token}x", "{token} ", "ÿ"])
def test_without_the_token(page: Client, token: str | None) -> None:
    token = token and token.format(token=page.token)
    if token == f"{page.token} ":
        token = f"{page.token},"  # blanks at the end are no part of a header
    for api in _API:
        if api.path == ENTER:  # where it is to be had
            continue
        refused(
            page.request(api.method, api.path, b"{}" if api.method == "POST" else None, {"X-Token": token}),
            401,
        )
    refused(
        page.request("GET", f"/api/watch?report=x&revision=&token={page.token}", headers={"X-Token": token}),
        401,
    )


@pytest.mark.parametrize(
    "kind",
    [
        None,
        "text/plain",
        "text/plain; application/json",
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=x",
        "application/json-patch+json",
        "application/json; charset=gbk",
    ],
)
def test_what_a_form_can_send(page: Client, kind: str | None) -> None:
    """A form of another page sends these without being asked first."""
    refused(page.request("POST", "/api/preview", body(), {"Content-Type": kind}), 415)
    refused(page.request("POST", "/api/preview", body(), {"Content-Type": kind, "Origin": "null"}), 403)


@pytest.mark.parametrize(
    "method", ["HEAD", "PUT", "DELETE", "TRACE", "OPTIONS", "PATCH", "CONNECT", "PROPFIND"]
)
def test_other_methods(page: Client, method: str) -> None:
    for path in ("/", "/api/save", "/api/shelf", "/static/app.js"):
        answer = page.request(method, path, None)
        refused(answer, 405)
        assert answer.headers["allow"] == "GET, POST"
        assert "access-control-allow-origin" not in answer.headers


def test_the_wrong_one_of_two_methods(page: Client) -> None:
    refused(page.request("POST", "/api/shelf", b"{}"), 405)
    refused(page.request("GET", "/api/save"), 405)
    refused(page.request("POST", "/", b"{}"), 405)


# How much ----------------------------------------------------------------------------------


def test_a_body_that_is_too_large(page: Client) -> None:
    refused(page.request("POST", "/api/preview", body(text="字" * MOST_BYTES)[: MOST_BYTES + 1]), 413)
    refused(page.request("POST", "/api/preview", None, {"Content-Length": "99999999999"}), 413)


def test_a_chunked_body_that_is_too_large(page: Client) -> None:
    """Nobody said how long it is: it is counted, and not read to its end."""
    pieces = [b"x" * 100_000] * 40
    refused(page.request("POST", "/api/preview", pieces, chunked=True), 413)


def test_a_body_where_none_is_due(page: Client) -> None:
    refused(page.request("GET", "/api/shelf", b"{}"), 413)


def test_a_head_that_is_too_large(page: Client) -> None:
    head = f"GET /api/shelf HTTP/1.1\r\nHost: 127.0.0.1:{page.port}\r\nX: {'x' * 200_000}\r\n\r\n"
    with contextlib.suppress(ConnectionResetError):
        assert raw(page, head.encode())[9:12] in (b"400", b"431")
    assert page.get("/api/shelf").status == 200


@pytest.mark.parametrize(
    "wrong",
    [
        b"",
        b"{",
        b"null",
        b"[]",
        b'"text"',
        b"1",
        b"\xff\xfe{}",
        b"\xef\xbb\xbf{}",
        b"[" * 100_000,
        b'{"a":' * 100_000,
        b'{"report":' + b"[" * 900 + b"]" * 900 + b"}",
        b'{"seq": ' + b"9" * 100_000 + b"}",
        body(seq=float("nan")),
        body(seq=float("inf")),
        body(seq="1"),
        body(seq=1.0),
        body(seq=True),
        body(seq=-1),
        body(seq=2**60),
        body(seq=None),
        body(text=None),
        body(text=["文字"]),
        body(text={"$ne": ""}),
        body(slot=["预算管理"]),
        body(slot=0),
        body(report={"a": 1}),
        body(known=[]),
        body(known={"a": 1}),
        body(known={"a": {"b": "c"}}),
        body(more=1),
        body(__proto__={}),
        body()[:-1] + b', "text": "twice"}',
        body(text="x").replace(b'"x"', b'"\\ud800"'),
        b'{"report": "a", "slot": "b"}',
    ],
    ids=lambda data: repr(data[:40]),
)
def test_json_that_is_none_or_says_something_else(page: Client, wrong: bytes) -> None:
    refused(page.request("POST", "/api/preview", wrong), 400)


@pytest.mark.parametrize(
    "query",
    [
        "",
        "report",
        "report=a&report=b",
        "report=a&x=1",
        "report=%FF",
        "report=%ED%A0%80",
        "report=" + "a" * 300,
        "&".join(f"a{i}=1" for i in range(50)),
        "report=a;b",
    ],
)
def test_queries_that_say_something_else(page: Client, query: str) -> None:
    answer = page.request("GET", f"/api/report?{query}")
    refused(answer, 404 if query == "report=a;b" else 400)


# Where to ----------------------------------------------------------------------------------

PLACES = [
    "../data/budget",
    "../../2023/narrative/预算管理",
    "projects/../预算管理",
    "./预算管理",
    "预算管理.md",
    "预算管理/",
    "/etc/passwd",
    "//server/share",
    "C:\\Windows\\win.ini",
    "C:/Windows/win.ini",
    "..\\data\\budget",
    "预算管理:stream",
    "con",
    "nul.md",
    "预算管理\0",
    "预算管理\n",
    ".history/预算管理",
    ".editing/x",
    "",
    ".",
    "..",
    "%2e%2e/data/budget",
    "预算管理\u200b",
    "没有这一段",
    "a" * 200,
]
"""Names that are no narrative's."""


@pytest.mark.parametrize("slot", PLACES)
def test_other_places_than_narratives(page: Client, slot: str) -> None:
    for path, more in (
        ("/api/preview", {"text": "x", "seq": 1}),
        ("/api/save", {"text": "x", "base": ""}),
        ("/api/restore", {"moment": "x", "base": ""}),
        *([("/api/here", {})] if slot else []),
    ):
        refused(page.post(path, report=ID, slot=slot, **more), 404)
    for path, more in (
        ("/api/text", {}),
        ("/api/values", {"query": ""}),
        ("/api/history", {}),
        ("/api/moment", {"moment": "x"}),
    ):
        refused(page.get(path, report=ID, slot=slot, **more), 404)


@pytest.mark.parametrize(
    "report",
    [
        "..",
        "../..",
        "/",
        "",
        ".",
        "晴川区档案局",
        "晴川区档案局/2024/",
        "晴川区档案局/../晴川区档案局/2024",
        "/etc",
        "templates",
    ],
)
def test_other_places_than_reports(page: Client, report: str) -> None:
    refused(page.get("/api/report", report=report), 404)
    refused(page.post("/api/save", report=report, slot=SLOT, text="x", base=""), 404)
    refused(page.post("/api/job", report=report, what="build"), 404)
    refused(page.post("/api/find", reports=[report], query="的", case=False), 404)


@pytest.mark.parametrize(
    "moment", ["../../x", "/etc/passwd", "..", "", "x\0", "20240101-000000-000.t.000000000000.x"]
)
def test_other_places_than_moments(page: Client, moment: str) -> None:
    assert page.get("/api/moment", report=ID, slot=SLOT, moment=moment).status in (404, 503)
    assert page.post("/api/restore", report=ID, slot=SLOT, moment=moment, base="").status in (404, 503)


@pytest.mark.parametrize(
    "path",
    [
        "/static/../server/app.py",
        "/static/..%2fserver%2fapp.py",
        "/static/%2e%2e/server/app.py",
        "/static//etc/passwd",
        "/static/%2Fetc%2Fpasswd",
        "/static/vendor/package.json",
        "/static/index.html",
        "/static/.",
        "/static/",
        "/static/..\\server\\app.py",
        "/static/app.js%00.css",
        "/content/x",
        "/api",
        "/api/",
        "/api/save/",
        "//evil.example/",
        "/index.html",
    ],
)
def test_other_files_than_the_page(page: Client, path: str) -> None:
    refused(page.request("GET", path), 404)


@pytest.mark.parametrize("id", ["../x", "/etc/passwd", "", "x", "report.yaml"])
def test_files_that_no_job_made(page: Client, id: str) -> None:
    refused(page.get("/api/file", id=id), 404)
    refused(page.get("/api/job", job=id), 404)


def test_header_injection(page: Client) -> None:
    answer = page.request("GET", "/api/report?report=%0d%0aSet-Cookie:%20a=b")
    refused(answer, 404)
    assert "set-cookie" not in answer.headers
    head = f"GET / HTTP/1.1\r\nHost: 127.0.0.1:{page.port}\r\nX-A: b\nHost: evil.example\r\n\r\n"
    assert raw(page, head.encode())[9:12] == b"400"


def test_two_requests_in_one(page: Client) -> None:
    """Of a body with two lengths nothing is taken for a second request."""
    host = f"Host: 127.0.0.1:{page.port}\r\n"
    head = f"POST /api/save HTTP/1.1\r\n{host}Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nGET / HTTP/1.1\r\n{host}\r\n"
    assert raw(page, head.encode())[9:12] in (b"400", b"403", b"413")


# What is sent ------------------------------------------------------------------------------


def test_every_answer_says_what_it_may_not_be_used_for(page: Client) -> None:
    for path in ("/", "/preview", "/api/shelf", "/nothing"):
        headers = page.request("GET", path).headers
        assert headers["cache-control"] == "no-store"
        assert headers["referrer-policy"] == "no-referrer"
        assert headers["cross-origin-resource-policy"] == "same-origin"
        assert "default-src 'none'" in headers["content-security-policy"]
        assert "unsafe-eval" not in headers["content-security-policy"]
        assert not any(name.startswith("access-control") or name == "server" for name in headers)


def test_the_frame_runs_no_script_but_its_own(tmp_path: Path) -> None:
    """It cannot ask the server even for that: what it needs is in it, and named by its digest."""
    for name, words in (
        (
            "preview.html",
            '<link rel="stylesheet" href="/static/a.css"><script src="/static/a.js" type="module"></script>',
        ),
        ("a.css", "p { color: red }"),
        ("a.js", "const a = '\\1';\n"),
    ):
        (tmp_path / name).write_text(words, encoding="utf-8")
    found = pages.frame(tmp_path)
    assert found.body == b"<style>p { color: red }</style><script type=\"module\">const a = '\\1';\n</script>"
    digest = base64.b64encode(hashlib.sha256(b"const a = '\\1';\n").digest()).decode()
    assert f"script-src 'sha256-{digest}';" in found.policy
    assert "sandbox allow-scripts;" in found.policy
    assert "connect-src" not in found.policy and "'self';" not in found.policy.replace(
        "frame-ancestors 'self'", ""
    )


def test_only_the_files_of_the_page_are_served(tmp_path: Path) -> None:
    (tmp_path / "vendor").mkdir()
    for name in ("a.js", "vendor/b.css", "index.html", "package.json", "build.mjs"):
        (tmp_path / name).write_text("", encoding="utf-8")
    (tmp_path / "c.js").symlink_to("/etc/passwd")
    assert list(pages.names(tmp_path)) == ["a.js", "vendor/b.css"]


def test_nobody_else_on_the_network(page: Client) -> None:
    """There is no way to say another address, and none of this computer's others answers."""
    ran = call(["serve", "--host", "0.0.0.0"], Path.cwd())
    assert ran.exit_code == 2
    sock = server_module.listen(0)
    assert sock.getsockname()[0] == "127.0.0.1"
    sock.close()
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.connect(("192.0.2.1", 9))  # sends nothing; tells which address is ours
        ours = probe.getsockname()[0]
    if not ours.startswith("127."):
        with pytest.raises(OSError):
            socket.create_connection((ours, page.port), timeout=2)


def test_a_port_that_is_taken(page: Client) -> None:
    with pytest.raises(OSError):
        server_module.listen(page.port, tries=1)
    sock = server_module.listen(page.port, tries=20)
    assert sock.getsockname()[1] > page.port
    sock.close()


# Everything at once ------------------------------------------------------------------------


def test_no_request_writes_anything_but_narratives(tmp_path: Path) -> None:
    """Every address with values that are right, nearly right and wrong: data, templates and report.yaml stay as they are."""
    copy_clean(tmp_path)
    before = tree_bytes(tmp_path)
    chance = random.Random(6)
    values: list[Any] = [
        ID,
        SLOT,
        "x",
        "",
        1,
        0,
        None,
        True,
        [],
        {},
        ["docx"],
        [ID],
        "build",
        "check",
        "compare",
        *PLACES,
    ]
    likely = {
        "report": ID,
        "slot": SLOT,
        "reports": [ID],
        "seq": 1,
        "case": False,
        "what": "check",
        "hits": [],
    }
    answered = set()
    with serving(tmp_path) as page:
        for turn in range(600):
            api = _API[turn % len(_API)]
            asked = {
                name: likely[name] if name in likely and chance.random() < 0.85 else chance.choice(values)
                for name in api.fields
                if chance.random() < 0.97
            }
            answer = page.post(api.path, **asked) if api.method == "POST" else page.get(api.path, **asked)
            assert answer.status in (200, 400, 401, 404, 409, 422, 429, 503), (
                api.path,
                asked,
                answer.body.decode(),
            )
            answered.add((api.path, answer.status == 200))
        page.session.jobs.close()
    after = tree_bytes(tmp_path)
    narratives = f"{REPORT.as_posix()}/narrative/"
    written = {path for path in before.keys() | after.keys() if before.get(path) != after.get(path)}
    others = {path for path in written if not path.startswith(("build/晴川区档案局/2024/", narratives))}
    assert others == set()
    assert {path for path in written if path.startswith(narratives) and "/." not in path} <= {
        f"{narratives}{SLOT}.md"
    }
    assert {("/api/preview", True), ("/api/report", True), ("/api/text", True)} <= answered


def test_a_real_process_is_reached_by_its_address_alone(root: Path) -> None:
    """The command itself: what it prints is all that is needed, and Ctrl-C ends it."""
    import os
    import re
    import signal
    import time

    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "compiler", "serve", "content", "--no-browser", "--port", str(port)]
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[1]), "PYTHONUNBUFFERED": "1"}
    process = subprocess.Popen(
        command, cwd=root, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, encoding="utf-8"
    )
    try:
        out = ""
        assert process.stdout is not None
        while "Ctrl+C" not in out:
            line = process.stdout.readline()
            assert line, process.stderr and process.stderr.read()
            out += line
        found = re.search(r"http://127\.0\.0\.1:(\d+)/#(\S{40,})", out)
        assert found and int(found[1]) == port
        client = Client(port, found[2], None)  # type: ignore[arg-type]
        assert client.get("/api/report", report=ID).status == 200
        start = time.monotonic()
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=20)
        assert process.returncode == 0, err
        assert time.monotonic() - start < 6
        assert "已关闭" in out
        assert err == ""
    finally:
        process.kill()
        process.wait()
    assert not [path for path in root.rglob("*") if path.parent.name == ".editing" and path.is_file()]
