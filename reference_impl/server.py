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
from collections.abc import Awaitable, Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import partial
from typing import TypeVar

from aiohttp import web
from aiohttp.web_protocol import RequestPayloadError

from reference_impl.engine.jobs import Runner
from reference_impl.facades.facade import Download, Facade, Refusal, Request, Upload
from reference_impl.settings import Settings
from reference_impl.validation import Validator
from specs.contract import Contract
from specs.message import Answer, Call, HttpRequest, HttpResponse, Malformed, header, origin
from specs.wire import WIRES
from specs.wire.sigv4 import signature_problem

LOG = logging.getLogger("reference_impl.server")
HOST = re.compile(r"[A-Za-z0-9.\-]{1,253}(:[0-9]{1,5})?|\[[0-9a-fA-F:.]{2,45}\](:[0-9]{1,5})?")
MARKS = (b"[", b"{", b",")
PIECE_BYTES = 1 << 18
TAIL_INTERVAL_S = 0.02
Result = TypeVar("Result")


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
        # Of its own: the loop's default pool has one thread a core and four more, and slow calls would fill it.
        self._pool = ThreadPoolExecutor(settings.threads, thread_name_prefix="call")

    def close(self) -> None:
        """End the threads, after the calls that are being worked on."""
        self._pool.shutdown(wait=True, cancel_futures=True)

    async def __call__(self, request: web.Request) -> web.StreamResponse:
        """Answer one request; whatever goes wrong is answered in the vendor's own form of an internal error."""
        head = HttpRequest(request.method, request.raw_path, tuple(request.headers.items()))
        counter = next(counter for counter in self.counters if counter.facade.claims(head))
        contract = counter.facade.contract
        try:
            return await self._serve(counter, head, request)
        except Refusal as refusal:
            return _encoded(contract, _error(contract, refusal.error, str(refusal)))
        except RequestPayloadError:
            return _encoded(contract, _refused(contract, "malformed", "The body ended too early or is not chunked."))
        except (ConnectionError, asyncio.CancelledError):
            raise
        except Exception:
            LOG.exception("%s %s broke", request.method, request.raw_path[:200])
            return _encoded(contract, _refused(contract, "internal", "The server failed; its log says why."))

    async def _serve(self, counter: Counter, head: HttpRequest, request: web.Request) -> web.StreamResponse:
        facade = counter.facade
        contract, wire = facade.contract, WIRES[facade.contract.wire]
        found = wire.route(contract, head)
        # A stream is judged by its headers alone, and always has a body, even an empty one.
        streamed = isinstance(found, str) and found in facade.uploads
        body = b"\n" if streamed else await self._in_time(self._body(request, facade), contract.refusals["invalid"])
        if isinstance(found, Malformed):
            refusal = _refused(contract, found.situation, found.reason)
            return _encoded(contract, replace(refusal, headers=(*refusal.headers, *found.headers)))
        whole = HttpRequest(head.method, head.target, head.headers, body)
        call = await self._off_loop(lambda: _examined(counter, found, whole, self.settings))
        if isinstance(call, Answer):
            return _encoded(contract, call)
        if not any(found in table for table in (facade.handlers, facade.uploads, facade.downloads)):
            # Documented, and not one of those that this server has.
            return _encoded(contract, _refused(contract, "unknown_operation", f"{found} is not served here."))
        asked = Request(call, _base_url(request), request.remote or "127.0.0.1", self.runner.submit)
        if found in facade.downloads:
            download = await self._off_loop(lambda: facade.downloads[found](asked))
            return await self._send_file(request, download)
        if found in facade.uploads:
            upload = await self._off_loop(lambda: facade.uploads[found](asked))
            return _encoded(contract, await self._receive(request, upload))
        return _encoded(contract, await self._off_loop(lambda: facade.handlers[found](asked)))

    def _off_loop(self, work: Callable[[], Result]) -> Awaitable[Result]:
        return asyncio.get_running_loop().run_in_executor(self._pool, work)

    async def _body(self, request: web.Request, facade: Facade) -> bytes:
        """The whole body. Raises Refusal for one that is too large or compressed."""
        limit = min(self.settings.body_bytes_max, facade.body_bytes_max)
        body = bytearray()
        while piece := await _piece(request, facade.contract.refusals["invalid"]):
            body += piece
            if len(body) > limit:
                raise Refusal(facade.contract.refusals["invalid"], f"The body is larger than {limit} bytes.")
        return bytes(body)

    async def _in_time(self, reading: Awaitable[bytes], refusal: str) -> bytes:
        try:
            async with asyncio.timeout(self.settings.body_wait_s):
                return await reading
        except TimeoutError:
            raise Refusal(refusal, f"The body did not come within {self.settings.body_wait_s:g} seconds.") from None

    async def _receive(self, request: web.Request, upload: Upload) -> Answer:
        """Feed a body to an upload, piece by piece; files are written off the event loop."""
        try:
            while piece := await self._in_time(_piece(request, "invalid"), "invalid"):
                await self._off_loop(partial(upload.feed, piece))
            return await self._off_loop(upload.finish)
        except BaseException:
            await asyncio.shield(self._off_loop(upload.abandon))
            raise

    async def _send_file(self, request: web.Request, download: Download) -> web.StreamResponse:
        """Send a file as it grows, never past what is known to be good."""
        response = web.StreamResponse(status=200, headers=list(download.headers))
        await response.prepare(request)
        sent, more = 0, True
        while more:
            good, more = await self._off_loop(download.progress)
            while sent < good:
                piece = await self._off_loop(partial(_read, download, sent, min(PIECE_BYTES, good - sent)))
                if not piece:
                    more, good = False, sent
                await response.write(piece)
                sent += len(piece)
            if more:
                await asyncio.sleep(TAIL_INTERVAL_S)
        await response.write_eof()
        return response


async def _piece(request: web.Request, refusal: str) -> bytes:
    """The next bytes of a body, none at its end. Raises Refusal for a compressed one, whose size is anybody's guess."""
    if request.headers.get("Content-Encoding", "identity") != "identity":
        raise Refusal(refusal, "Content-Encoding is not supported: send the body as it is.")
    return await request.content.read(PIECE_BYTES)


def _base_url(request: web.Request) -> str:
    """How the client reached the server; a Host that is none is not repeated in links."""
    host = request.headers.get("Host", "")
    if HOST.fullmatch(host):
        return f"http://{host}"
    name, port = request.transport.get_extra_info("sockname")[:2] if request.transport else ("127.0.0.1", 80)
    return origin(name, port)


def _examined(counter: Counter, operation: str, request: HttpRequest, settings: Settings) -> Call | Answer:
    """The valid call that a request makes, or its refusal: credentials first, then syntax, then constraints."""
    contract = counter.facade.contract
    if contract.operations[operation].authenticated and settings.authenticate:
        situation = credential_problem(contract, request, settings)
        if situation is not None:
            return _refused(contract, situation, None)
    if sum(request.body.count(mark) for mark in MARKS) > settings.body_marks_max:
        return _refused(contract, "invalid", f"The body has more than {settings.body_marks_max} brackets and commas.")
    call = WIRES[contract.wire].decode_request(contract, request)
    if isinstance(call, Malformed):
        return _refused(contract, call.situation, call.reason)
    call = counter.validator.normal(call)
    problem = counter.validator.problem(call)
    return call if problem is None else _refused(contract, problem.situation, problem.reason)


def credential_problem(contract: Contract, request: HttpRequest, settings: Settings) -> str | None:
    """None when the caller may enter, else the situation: `unauthenticated` or `bad_credentials`."""
    auth = contract.auth
    if auth.scheme == "none":
        return None
    if auth.scheme == "sigv4":
        at = datetime.fromtimestamp(settings.clock(), UTC)
        return signature_problem(request, settings.credentials, at, auth.service, auth.region)
    value = header(request.headers, auth.header)
    if not value:
        return "unauthenticated"
    expected = settings.credentials.token
    accepted = [f"{prefix} {expected}" for prefix in auth.prefixes] if auth.scheme == "bearer" else [expected]
    # Bytes of a header that are no UTF-8 arrive as surrogates.
    given = value.encode("utf-8", "surrogateescape")
    return None if any(hmac.compare_digest(given, item.encode()) for item in accepted) else "bad_credentials"


def _refused(contract: Contract, situation: str, reason: str | None) -> Answer:
    return _error(contract, contract.refusals.get(situation, contract.refusals["invalid"]), reason)


def _error(contract: Contract, name: str, reason: str | None) -> Answer:
    error = contract.errors[name]
    return WIRES[contract.wire].error_answer(contract, error, error.forms[0], (reason or error.message)[:2000])


def _encoded(contract: Contract, answer: Answer) -> web.Response:
    encoded: HttpResponse = WIRES[contract.wire].encode_answer(contract, answer, str(uuid.uuid4()))
    return web.Response(status=encoded.status, headers=list(encoded.headers), body=encoded.body)


def _read(download: Download, offset: int, count: int) -> bytes:
    try:
        with download.path.open("rb") as file:
            file.seek(offset)
            return file.read(count)
    except FileNotFoundError:
        return b""
