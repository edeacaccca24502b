"""The application: which address leads where, and what an answer looks like when something is wrong."""

from __future__ import annotations

import asyncio
import json
import sys
import traceback
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import FileResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp

from compiler.archive.layout import ArchiveError
from compiler.editor.server import doing, looking, pages, searching
from compiler.editor.server.asked import (
    Asked,
    Field,
    choice,
    count,
    flag,
    from_body,
    from_query,
    many,
    text,
)
from compiler.editor.server.guard import ENTER, MOST_BYTES, Guard
from compiler.editor.server.refusals import Refused
from compiler.editor.server.session import Session
from compiler.named import NamedTuple
from compiler.publishing import WorkspaceError, reason

_LONG_POLL = 25.0
"""Seconds until a page that waits for news is answered."""
_LOOK = 0.5
"""Seconds between two looks for news."""
_MOST_POLLS = 24
"""Pages that may wait for news at once."""

Handler = Callable[[Session, Asked], Mapping[str, Any]]

_NAME = Field(text(200))
_TEXT = Field(text(MOST_BYTES))


class _Api(NamedTuple):
    """An address below /api."""

    method: str
    path: str
    handler: Handler
    fields: Mapping[str, Field]


_SLOT = {"report": _NAME, "slot": _NAME}
_API = (
    _Api("POST", ENTER, doing.enter, {"code": Field(text(100))}),
    _Api("GET", "/api/shelf", looking.shelf, {}),
    _Api("GET", "/api/report", looking.report, {"report": _NAME}),
    _Api("GET", "/api/text", looking.text, _SLOT),
    _Api(
        "POST",
        "/api/preview",
        looking.preview,
        {
            **_SLOT,
            "text": _TEXT,
            "seq": Field(count),
            "since": Field(text(60), optional=True),
        },
    ),
    _Api("POST", "/api/save", doing.save, {**_SLOT, "text": _TEXT, "base": Field(text(128))}),
    _Api("GET", "/api/findings", looking.findings, {"report": _NAME}),
    _Api(
        "GET",
        "/api/figure",
        looking.figure,
        {
            "report": _NAME,
            "figure": Field(text(400)),
            "version": Field(text(100), optional=True),
            "text": Field(text(2000), optional=True),
        },
    ),
    _Api("GET", "/api/values", looking.values, {**_SLOT, "query": Field(text(100))}),
    _Api("GET", "/api/history", looking.history, _SLOT),
    _Api("GET", "/api/moment", looking.moment, {**_SLOT, "moment": _NAME}),
    _Api(
        "POST",
        "/api/restore",
        doing.restore,
        {**_SLOT, "moment": _NAME, "base": Field(text(128))},
    ),
    _Api(
        "POST",
        "/api/find",
        searching.find,
        {"reports": Field(many(text(200), 5000)), "query": Field(text(200)), "case": Field(flag)},
    ),
    _Api(
        "POST",
        "/api/replace",
        searching.replace,
        {"hits": Field(many(searching.HIT, 5000)), "replacement": Field(text(2000))},
    ),
    _Api(
        "POST",
        "/api/job",
        doing.start_job,
        {
            "report": _NAME,
            "what": Field(choice("build", "check", "compare", "freeze")),
            "formats": Field(many(choice("docx", "html", "pdf"), 3), optional=True),
            "version": Field(count, optional=True),
            "note": Field(text(1000), optional=True),
        },
    ),
    _Api("GET", "/api/job", looking.job, {"job": _NAME}),
    _Api("GET", "/api/versions", looking.versions, {"report": _NAME}),
    _Api("POST", "/api/here", doing.here, _SLOT),
)


def application(session: Session, port: int) -> ASGIApp:
    """All that is served on `port`, to pages that bring the session's token."""

    @asynccontextmanager
    async def running(_app: Starlette) -> AsyncIterator[None]:
        yield
        await run_in_threadpool(session.close)

    static = pages.names()
    routes = [
        Route("/", _page(lambda request: pages.index()), methods=["GET"]),
        Route("/preview", _page(lambda request: pages.frame()), methods=["GET"]),
        Route("/static/{name:path}", _page(lambda request: _static(static, request)), methods=["GET"]),
        Route("/api/watch", _guarded(_watch(session)), methods=["GET"]),
        Route("/api/file", _guarded(_file(session)), methods=["GET"]),
        *(Route(api.path, _guarded(_endpoint(session, api)), methods=[api.method]) for api in _API),
    ]
    app = Starlette(routes=routes, lifespan=running, exception_handlers={404: _unknown, 405: _unknown})
    app.router.redirect_slashes = False
    return Guard(app, port, session.entrance.token)


_Endpoint = Callable[[Request], Awaitable[Response]]


def _endpoint(session: Session, api: _Api) -> _Endpoint:
    async def endpoint(request: Request) -> Response:
        body = await request.body()

        def work() -> Response:
            query = request.url.query.encode()
            if api.method == "POST" and query:
                raise Refused(400, "网页发来的请求看不懂：地址后面写得不对。", "刷新网页再试一次。")
            asked = from_body(body, api.fields) if api.method == "POST" else from_query(query, api.fields)
            return _answer(api.handler(session, asked))

        return await run_in_threadpool(work)

    return endpoint


def _guarded(endpoint: _Endpoint) -> _Endpoint:
    """The endpoint, whose failures are answers too: one report's crash is nobody else's."""

    async def guarded(request: Request) -> Response:
        try:
            return await endpoint(request)
        except Refused as refused:
            return _answer(refused.as_json(), refused.status)
        except (WorkspaceError, ArchiveError) as error:
            return _answer(Refused(503, str(error)).as_json(), 503)
        except OSError as error:
            return _answer(Refused(503, f"没有做成：{reason(error)}。").as_json(), 503)
        except Exception:
            traceback.print_exc(file=sys.stderr)
            failed = Refused(
                500,
                "这一步没有做成，是程序出了毛病。",
                "文字没有丢；详细情况写在启动窗口里，请发给管程序的人。",
            )
            return _answer(failed.as_json(), 500)

    return guarded


def _answer(whole: Mapping[str, Any], status: int = 200) -> Response:
    data = json.dumps(whole, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace")
    return Response(data, status, media_type="application/json")


def _page(find: Callable[[Request], pages.File]) -> _Endpoint:
    async def endpoint(request: Request) -> Response:
        file = await run_in_threadpool(find, request)
        headers = {"content-security-policy": file.policy} if file.policy else None
        return Response(file.body, media_type=file.type, headers=headers)

    return _guarded(endpoint)


def _static(known: Mapping[str, Path], request: Request) -> pages.File:
    path = known.get(request.path_params["name"])
    if path is None:
        raise Refused(404, "没有这一页。")
    return pages.static(path)


def _watch(session: Session) -> _Endpoint:
    """Answers when something changed; a page that waits holds no thread."""
    fields = {"report": _NAME, "revision": Field(text(100))}
    waiting = 0

    async def endpoint(request: Request) -> Response:
        nonlocal waiting
        asked = from_query(request.url.query.encode(), fields)
        desk = await run_in_threadpool(session.desks.open, asked["report"])
        if waiting >= _MOST_POLLS:
            raise Refused(429, "打开的网页太多。", "关掉一些再试。")
        waiting += 1
        try:
            end = asyncio.get_running_loop().time() + _LONG_POLL
            first: list[dict[str, Any]] | None = None
            while True:
                seen, others = await run_in_threadpool(looking.news, desk, asked["revision"])
                first = others if first is None else first
                news = seen.revision != asked["revision"] or others != first
                late = asyncio.get_running_loop().time() >= end
                if news or late or session.stopping or await request.is_disconnected():
                    return _answer({**seen._asdict(), "others": others})
                await asyncio.sleep(_LOOK)
        finally:
            waiting -= 1

    return endpoint


def _file(session: Session) -> _Endpoint:
    """A file that a job made, to be kept; never shown as a page of ours."""

    async def endpoint(request: Request) -> Response:
        asked = from_query(request.url.query.encode(), {"id": _NAME})
        path = session.jobs.file(asked["id"])
        headers = {
            "content-disposition": f"attachment; filename*=UTF-8''{quote(path.name, safe='')}",
            "content-security-policy": "sandbox; default-src 'none'",
        }
        return FileResponse(path, headers=headers, media_type="application/octet-stream")

    return endpoint


async def _unknown(request: Request, error: Exception) -> Response:
    status = getattr(error, "status_code", 404)
    return _answer(Refused(status, "没有这一页。", "用启动时给出的地址打开网页。").as_json(), status)
