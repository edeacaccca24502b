"""A page of somebody else in a real browser, while the editors' page is open beside it: it gets nothing and changes nothing."""

from __future__ import annotations

import json
import shutil
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from tests.command_line import tree_bytes
from tests.editor_client import Client, serving
from tests.html_checks.programs import NO_CHROMIUM
from tests.test_checks import copy_clean

playwright = pytest.importorskip("playwright.sync_api", reason="没有安装 playwright：pip install -e '.[dev]'")
pytestmark = [pytest.mark.chromium, pytest.mark.skipif(bool(NO_CHROMIUM), reason=str(NO_CHROMIUM))]

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")

_EVIL = """<!DOCTYPE html><meta charset="utf-8"><title>evil</title><body><script>
const server = "SERVER", results = {};
const body = JSON.stringify({report: "晴川区档案局/2024", slot: "预算管理", text: "别人写的", base: ""});
const attempt = (name, work) => work().then((got) => { results[name] = String(got); }, (error) => { results[name] = "refused"; });
const loaded = (tag, attributes) => new Promise((done, failed) => {
  const element = Object.assign(document.createElement(tag), attributes);
  element.onload = () => done("loaded");
  element.onerror = () => failed();
  document.body.append(element);
});
window.finished = Promise.all([
  attempt("read", () => fetch(server + "/api/shelf").then((answer) => answer.text())),
  attempt("page", () => fetch(server + "/").then((answer) => answer.text())),
  attempt("token", () => fetch(server + "/api/shelf", {headers: {"X-Token": "x"}}).then((answer) => answer.text())),
  attempt("json", () => fetch(server + "/api/save", {method: "POST", headers: {"Content-Type": "application/json"}, body}).then(() => "sent")),
  attempt("plain", () => fetch(server + "/api/save", {method: "POST", mode: "no-cors", body}).then(() => "sent blindly")),
  attempt("beacon", async () => navigator.sendBeacon(server + "/api/save", new Blob([body], {type: "text/plain"}))),
  attempt("script", () => loaded("script", {src: server + "/static/main.js"})),
  attempt("image", () => loaded("img", {src: server + "/static/icon.svg"})),
  attempt("socket", () => new Promise((done, failed) => {
    const socket = new WebSocket(server.replace("http", "ws") + "/api/watch");
    socket.onopen = () => done("open");
    socket.onerror = () => failed();
  })),
]).then(() => new Promise((done) => {
  const frame = Object.assign(document.createElement("iframe"), {name: "into"});
  const form = Object.assign(document.createElement("form"), {method: "post", action: server + "/api/save", target: "into", enctype: "text/plain"});
  form.append(Object.assign(document.createElement("input"), {name: body, value: ""}));
  frame.onload = () => { if (frame.dataset.sent) done(results); };
  document.body.append(frame, form);
  frame.dataset.sent = "yes";
  form.submit();
}));
</script>"""


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("foreign")
    copy_clean(folder)
    return folder


@pytest.fixture(scope="module")
def client(root: Path) -> Iterator[Client]:
    with serving(root) as found:
        yield found


@pytest.fixture(scope="module")
def foreign(client: Client) -> Iterator[int]:
    """The port of another server on this computer, which has one page."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            page = _EVIL.replace("SERVER", f"http://127.0.0.1:{client.port}").encode()
            self.send_response(200)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.send_header("Content-Length", str(len(page)))
            self.end_headers()
            self.wfile.write(page)

        def log_message(self, *_: Any) -> None:
            """Nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server.server_port
    server.shutdown()


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1", "localhost"])
def test_a_foreign_page(root: Path, client: Client, foreign: int, host: str) -> None:
    """From the network, and from another port of this computer, which is the same site to a browser."""
    before = tree_bytes(root)
    statuses: dict[str, int] = {}
    with playwright.sync_playwright() as running:
        browser = running.chromium.launch(
            executable_path=CHROMIUM,
            args=["--no-sandbox", "--host-resolver-rules=MAP evil.example 127.0.0.1"],
        )
        page = browser.new_page()

        def note(answer: Any) -> None:
            if f":{client.port}/" in answer.url:
                statuses[f"{answer.request.method} {answer.url}"] = answer.status

        page.on("response", note)
        page.goto(f"http://{host}:{foreign}/")
        results = page.evaluate("window.finished")
        rebound = page.goto(f"http://evil.example:{client.port}/")
        assert rebound is not None and rebound.status == 403
        page.goto(f"http://{host}:{foreign}/")
        with page.expect_navigation():
            page.evaluate(f"location.href = 'http://127.0.0.1:{client.port}/'")
        followed = json.loads(page.inner_text("body"))
        browser.close()
    assert followed["error"]["message"]
    # Of a beacon the browser never tells what came of it.
    assert results == dict.fromkeys(results, "refused") | {"beacon": "true"}
    assert len(results) == 9
    assert statuses, "the browser asked for nothing"
    assert {name: status for name, status in statuses.items() if status < 400} == {}
    assert tree_bytes(root) == before
