"""What stands before every handler: who may ask, how, and how much.

The page is served to this computer only, but every program and every web page that the browser has open can reach the port. So
each request must name our host (DNS rebinding has another), come from our own page, and, under /api, bring the token that
only the page opened by `chengwen serve` has: from the address in its window, or for a code that is good once.
"""

from __future__ import annotations

import asyncio
import json
from hmac import compare_digest
from typing import Any

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from compiler.editor.server.refusals import Refused

MOST_BYTES = 2_000_000
"""Of a request's body."""
_SECONDS = 30
"""For a body to arrive."""

ENTER = "/api/enter"
"""Where the code that the browser was started with is exchanged for the token: all else under /api wants that."""

HEADERS = {
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "cache-control": "no-store",
    "cross-origin-resource-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "content-security-policy": "default-src 'none'; frame-ancestors 'none'",
}
"""Of every answer, where the handler gives no other."""


class Guard:
    """Refuses what is not from our page; gives the application requests whose body is there as a whole."""

    def __init__(self, app: ASGIApp, port: int, token: str) -> None:
        """`port` is the one we listen on; `token` what requests to /api must bring."""
        self._app = app
        self._hosts = {f"127.0.0.1:{port}".encode(), f"localhost:{port}".encode()}
        self._token = token.encode()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
            return
        if scope["type"] != "http":
            raise RuntimeError("only HTTP is served")
        try:
            self._admit(scope)
            body: bytes | None = await _body(scope, receive)
        except Refused as refused:
            await _refuse(refused, send)
            return

        async def whole() -> Message:
            nonlocal body
            if body is None:
                return await receive()  # that the browser went away
            message: Message = {"type": "http.request", "body": body, "more_body": False}
            body = None
            return message

        await self._app(scope, whole, _with_headers(send))

    def _admit(self, scope: Scope) -> None:
        """Raises `Refused` for what is not from our page."""
        headers = scope["headers"]
        if [value.lower() for value in _all(headers, b"host")] not in [[host] for host in self._hosts]:
            raise Refused(403, "这个地址不对，打不开。", "用启动时给出的地址打开网页。")
        method = scope["method"]
        if method not in ("GET", "POST"):
            raise Refused(405, "不能这样访问。")
        own = {b"http://" + host for host in self._hosts}
        origins = _all(headers, b"origin")
        if (origins or method == "POST") and (len(origins) != 1 or origins[0] not in own):
            raise Refused(403, "请求不是从这个网页来的，没有理会。", "用启动时给出的地址打开网页。")
        sites = _all(headers, b"sec-fetch-site")
        if any(site not in (b"same-origin", b"none") for site in sites):
            raise Refused(403, "请求不是从这个网页来的，没有理会。", "用启动时给出的地址打开网页。")
        if scope["path"].startswith("/api") and scope["path"] != ENTER:
            tokens = _all(headers, b"x-token")
            if len(tokens) != 1 or not compare_digest(tokens[0], self._token):
                raise Refused(
                    401, "这个网页不是这一次启动打开的。", "关掉它，用启动窗口里给出的地址重新打开。"
                )
        if method == "POST":
            types = [value.replace(b" ", b"").lower() for value in _all(headers, b"content-type")]
            if types not in ([b"application/json"], [b"application/json;charset=utf-8"]):
                raise Refused(415, "请求的格式不对，没有理会。")
            if _all(headers, b"content-encoding"):
                raise Refused(415, "请求的格式不对，没有理会。")


async def _body(scope: Scope, receive: Receive) -> bytes:
    """The whole body. Raises `Refused` when it is too large, too slow, or nobody asked for one."""
    most = MOST_BYTES if scope["method"] == "POST" else 0
    said = _all(scope["headers"], b"content-length")
    too_large = Refused(
        413, "内容太多，没有收下。", f"一次最多 {MOST_BYTES // 1_000_000} MB：把这一段分成几段。"
    )
    if any(not each.isdigit() or len(each) > 12 or int(each) > most for each in said):
        raise too_large
    pieces = bytearray()
    try:
        async with asyncio.timeout(_SECONDS):
            while True:
                message = await receive()
                if message["type"] == "http.disconnect":
                    raise Refused(400, "请求没有发完。")
                pieces += message.get("body", b"")
                if len(pieces) > most:
                    raise too_large
                if not message.get("more_body", False):
                    return bytes(pieces)
    except TimeoutError:
        raise Refused(408, "请求没有发完。") from None


def _all(headers: list[tuple[bytes, bytes]], name: bytes) -> list[bytes]:
    return [value for key, value in headers if key == name]


def _with_headers(send: Send) -> Send:
    async def sending(message: Message) -> None:
        if message["type"] == "http.response.start":
            given = {name for name, _ in message["headers"]}
            message["headers"] = [
                *message["headers"],
                *(
                    (name.encode(), value.encode())
                    for name, value in HEADERS.items()
                    if name.encode() not in given
                ),
            ]
        await send(message)

    return sending


async def _refuse(refused: Refused, send: Send) -> None:
    """Answer, and close the connection: what is still on its way is not read."""
    body = json.dumps(refused.as_json(), ensure_ascii=False).encode()
    headers: list[tuple[bytes, bytes]] = [
        (b"content-type", b"application/json; charset=utf-8"),
        (b"content-length", str(len(body)).encode()),
        (b"connection", b"close"),
    ]
    if refused.status == 405:
        headers.append((b"allow", b"GET, POST"))
    start: dict[str, Any] = {"type": "http.response.start", "status": refused.status, "headers": headers}
    guarded = _with_headers(send)
    await guarded(start)
    await guarded({"type": "http.response.body", "body": body})
