"""The edge: one aiohttp application in front of all facades, on one port.

Everything here is about bytes, credentials and threads. A request passes the same gates in the same order for every
vendor: whose is it, which operation, who asks, can it be read, is it valid; only then does a facade see it. Handlers
are plain functions and run off the event loop.
"""

from __future__ import annotations

import asyncio
import hmac
import logging
import re
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from aiohttp import web

from reference_impl.engine.jobs import Runner
from reference_impl.facades.facade import Download, Facade, Refusal, Request, Upload
from reference_impl.settings import Settings
from reference_impl.validation import Validator
from specs.contract import Contract
from specs.message import Answer, HttpRequest, HttpResponse, Malformed, header
from specs.wire import WIRES
from specs.wire.sigv4 import signature_problem

LOG = logging.getLogger("reference_impl.server")
HOST = re.compile(r"[A-Za-z0-9.\-]{1,253}(:[0-9]{1,5})?|\[[0-9a-fA-F:.]{2,45}\](:[0-9]{1,5})?")
PIECE_BYTES = 1 << 18
TAIL_INTERVAL_S = 0.02


@dataclass(frozen=True)
class Counter:
    """A facade at the door, with the validator of its contract."""

    facade: Facade
    validator: Validator


class Door:
    """Takes every request of the server."""

    def __init__(self, settings: Settings, facades: Sequence[Facade], runner: Runner) -> None:
        self.settings = settings
        self.runner = runner
        self.counters = [Counter(facade, Validator(facade.contract)) for facade in facades]

    async def __call__(self, request: web.Request) -> web.StreamResponse:
        """Answer one request; whatever goes wrong is answered in the vendor's own form of an internal error."""
        head = HttpRequest(request.method, request.raw_path, tuple(request.headers.items()))
        counter = next(counter for counter in self.counters if counter.facade.claims(head))
        contract = counter.facade.contract
        try:
            return await self._serve(counter, head, request)
        except Refusal as refusal:
            return _encoded(contract, _error(contract, refusal.error, str(refusal)))
        except web.HTTPRequestEntityTooLarge:
            return _encoded(contract, _refused(contract, "invalid", "The body is too large."))
        except (ConnectionError, asyncio.CancelledError):
            raise
        except Exception:
            LOG.exception("%s %s broke", request.method, request.raw_path[:200])
            return _encoded(contract, _refused(contract, "internal", "The server failed; its log says why."))

    async def _serve(self, counter: Counter, head: HttpRequest, request: web.Request) -> web.StreamResponse:
        facade = counter.facade
        contract, wire = facade.contract, WIRES[facade.contract.wire]
        found = wire.route(contract, head)
        streamed = isinstance(found, str) and found in facade.uploads
        body = b"" if streamed else await request.read()
        whole = HttpRequest(head.method, head.target, head.headers, body)
        if isinstance(found, Malformed):
            return _encoded(contract, _refused(contract, found.situation, found.reason))
        if contract.operations[found].authenticated and self.settings.authenticate:
            situation = await asyncio.to_thread(_credential_problem, contract, whole, self.settings)
            if situation is not None:
                return _encoded(contract, _refused(contract, situation, None))
        call = wire.decode_request(contract, whole if not streamed else _with_some_body(whole))
        if isinstance(call, Malformed):
            return _encoded(contract, _refused(contract, call.situation, call.reason))
        call = counter.validator.normal(call)
        problem = await asyncio.to_thread(counter.validator.problem, call)
        if problem is not None:
            return _encoded(contract, _refused(contract, problem.situation, problem.reason))
        asked = Request(call, self._base_url(request), request.remote or "127.0.0.1", self.runner.submit)
        if found in facade.downloads:
            download = await asyncio.to_thread(facade.downloads[found], asked)
            return await _send_file(request, download)
        if found in facade.uploads:
            upload = await asyncio.to_thread(facade.uploads[found], asked)
            return _encoded(contract, await _receive(request, upload))
        return _encoded(contract, await asyncio.to_thread(facade.handlers[found], asked))

    def _base_url(self, request: web.Request) -> str:
        host = request.headers.get("Host", "")
        return f"http://{host if HOST.fullmatch(host) else f'{self.settings.host}:{self.settings.port}'}"


def _with_some_body(request: HttpRequest) -> HttpRequest:
    """The request as the wire should judge its media type: a stream always has a body, even an empty one."""
    return HttpRequest(request.method, request.target, request.headers, b"\n")


def _credential_problem(contract: Contract, request: HttpRequest, settings: Settings) -> str | None:
    """None when the caller may enter, else the situation: `unauthenticated` or `bad_credentials`."""
    auth = contract.auth
    if auth.scheme == "none":
        return None
    if auth.scheme == "sigv4":
        return signature_problem(request, settings.credentials, datetime.fromtimestamp(settings.clock(), UTC))
    value = header(request.headers, auth.header)
    if not value:
        return "unauthenticated"
    expected = settings.credentials.token
    accepted = [f"{prefix} {expected}" for prefix in auth.prefixes] if auth.scheme == "bearer" else [expected]
    return None if any(hmac.compare_digest(value.encode(), item.encode()) for item in accepted) else "bad_credentials"


def _refused(contract: Contract, situation: str, reason: str | None) -> Answer:
    return _error(contract, contract.refusals.get(situation, contract.refusals["invalid"]), reason)


def _error(contract: Contract, name: str, reason: str | None) -> Answer:
    error = contract.errors[name]
    return WIRES[contract.wire].error_answer(contract, error, error.forms[0], (reason or error.message)[:2000])


def _encoded(contract: Contract, answer: Answer) -> web.Response:
    encoded: HttpResponse = WIRES[contract.wire].encode_answer(contract, answer, str(uuid.uuid4()))
    return web.Response(status=encoded.status, headers=list(encoded.headers), body=encoded.body)


async def _receive(request: web.Request, upload: Upload) -> Answer:
    """Feed a body to an upload, piece by piece; files are written off the event loop."""
    try:
        async for piece in request.content.iter_chunked(PIECE_BYTES):
            await asyncio.to_thread(upload.feed, piece)
        return await asyncio.to_thread(upload.finish)
    except BaseException:
        await asyncio.shield(asyncio.to_thread(upload.abandon))
        raise


async def _send_file(request: web.Request, download: Download) -> web.StreamResponse:
    """Send a file as it grows, never past what is known to be good."""
    response = web.StreamResponse(status=200, headers=list(download.headers))
    await response.prepare(request)
    sent, more = 0, True
    while more:
        good, more = await asyncio.to_thread(download.progress)
        while sent < good:
            piece = await asyncio.to_thread(_read, download, sent, min(PIECE_BYTES, good - sent))
            if not piece:
                more, good = False, sent
            await response.write(piece)
            sent += len(piece)
        if more:
            await asyncio.sleep(TAIL_INTERVAL_S)
    await response.write_eof()
    return response


def _read(download: Download, offset: int, count: int) -> bytes:
    try:
        with download.path.open("rb") as file:
            file.seek(offset)
            return file.read(count)
    except FileNotFoundError:
        return b""
