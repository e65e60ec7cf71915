"""The edge: an aiohttp application that turns sockets into requests and hands them to a session.

Nothing is decided here but limits: a body of at most 64 MiB that arrives within a minute. Control calls go to
`control`, everything else to the engine.
"""

from __future__ import annotations

import asyncio
import logging
import time

import orjson
from aiohttp import web
from aiohttp.http import HttpProcessingError
from aiohttp.web_protocol import RequestPayloadError

from mockgen import control
from mockgen.objects import Store, followed
from mockgen.session import Session, start
from mockgen.settings import DEFAULTS, Settings
from specs.contract import Contract
from specs.message import HttpRequest, HttpResponse, header
from specs.wire.protocol import parse_json

BODY_MAX = 64 * 1024 * 1024
BODY_WAIT_S = 60.0
SESSION = web.AppKey("session", Session)
UNTYPED = web.ResponseKey("untyped", bool)


def create_app(contract: Contract, settings: Settings = DEFAULTS) -> web.Application:
    """The application. Raises ValueError for a pace or a fault that cannot be read."""
    app = web.Application(client_max_size=BODY_MAX)
    app[SESSION] = start(contract, settings, time.time)
    app.on_response_prepare.append(_untyped)
    app.router.add_route("*", control.PREFIX + "{name:.*}", _control)
    app.router.add_route("*", r"/{path:[\s\S]*}", _imitate)
    return app


def runner(app: web.Application, shutdown_s: float) -> web.AppRunner:
    """What listens for the application. Bodies arrive as they were sent, packed ones too: whether a service unpacks is
    for its contract to say. Bytes that are no HTTP are answered with 400 and not logged; they are the client's."""
    log = logging.getLogger(__name__)
    log.addFilter(_is_about_us)
    return web.AppRunner(app, access_log=None, logger=log, shutdown_timeout=shutdown_s, auto_decompress=False)


def _is_about_us(record: logging.LogRecord) -> bool:
    """Whether a line of the log is about anything but a client's broken request."""
    return not (record.exc_info and isinstance(record.exc_info[1], HttpProcessingError))


async def _imitate(request: web.Request) -> web.Response:
    session = request.app[SESSION]
    body = await _body(request)
    # The names as they were sent: the HTTP library writes those that it knows in its own way.
    sent = tuple(
        (name.decode("utf-8", "surrogateescape"), value.decode("utf-8", "surrogateescape"))
        for name, value in request.raw_headers
    )
    plain = HttpRequest(request.method, request.raw_path, sent, body)
    before = session.world
    response = session.respond(plain)
    if session.settings.objects is not None:
        store = Store(session.settings.objects)
        session.world = followed(session.engine, before, session.world, session.clock.now(), store)
    return _sent(response)


async def _control(request: web.Request) -> web.Response:
    raw = await _body(request)
    body, problem = parse_json(raw) if raw else ({}, None)
    if problem is not None:
        return _json(400, {"problem": problem})
    status, answer = control.handle(request.app[SESSION], request.method, request.match_info["name"], body)
    return _json(status, answer)


async def _body(request: web.Request) -> bytes:
    try:
        async with asyncio.timeout(BODY_WAIT_S):
            return await request.read()
    except TimeoutError:
        raise web.HTTPRequestTimeout from None
    except (RequestPayloadError, ConnectionError):
        raise web.HTTPBadRequest(text="the body ended too early or is not chunked") from None


def _json(status: int, value: object) -> web.Response:
    return web.Response(status=status, body=orjson.dumps(value), content_type="application/json")


async def _untyped(request: web.Request, response: web.StreamResponse) -> None:
    """Takes back the media type that the HTTP library gives to a body which says none."""
    if UNTYPED in response:
        response.headers.popall("Content-Type", None)


def _sent(response: HttpResponse) -> web.Response:
    sent = web.Response(status=response.status, body=response.body)
    sent.headers.popall("Content-Type", None)
    if header(response.headers, "content-type") is None:
        sent[UNTYPED] = True
    for name, value in response.headers:
        sent.headers.add(name, value)
    return sent
