"""The proxy: forwards what a client sends to its server, and records both sides without their credentials.

It stands on this machine only. Answers are passed on as they arrive; what is recorded of them is bounded, and an answer
beyond the bound is passed on whole and recorded as too large. A signature covers the Host header, so that header is
kept as the client sent it wherever requests are signed; clients of other servers are sent on under the server's name.
"""

from __future__ import annotations

import asyncio
import time
import zlib
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from typing import Literal
from urllib.parse import urlsplit

import aiohttp
from aiohttp import web
from yarl import URL

from conformance.profile import is_loopback
from conformance.traffic.recording import Entry, origin_of, recorded
from specs.contract import Contract
from specs.message import HttpRequest, HttpResponse, header
from specs.source_file import Complaint, SpecError

BODY_BYTES_MAX = 64 * 1024 * 1024
RECORDED_BYTES_MAX = 16 * 1024 * 1024
ENTRIES_MAX = 100_000
ALL_BYTES_MAX = 512 * 1024 * 1024
"""What a proxy holds in memory, in all; requests beyond that are passed on and not recorded."""
ANSWER_WAIT_S = 300.0
LINE_MAX = 64 * 1024
"""Bytes of a request line, and of one header."""
HOP_BY_HOP = frozenset(
    (
        "connection",
        "expect",
        "keep-alive",
        "proxy-authenticate",
        "proxy-authorization",
        "proxy-connection",
        "te",
        "trailer",
        "transfer-encoding",
        "upgrade",
    )
)
"""Headers of one connection, which end at the proxy (RFC 9110, section 7.6.1)."""


@dataclass
class Record:
    """What a proxy has seen. `under_way` holds when requests without an answer were sent, by number."""

    entries: list[Entry] = field(default_factory=list)
    under_way: dict[int, float] = field(default_factory=dict)
    held: int = 0
    left_out: int = 0

    def settled(self) -> tuple[Entry, ...]:
        """The entries that were over before any request under way began: nothing that comes can change their order."""
        horizon = min(self.under_way.values(), default=float("inf"))
        return tuple(entry for entry in self.entries if (entry.received_at or 0.0) < horizon)


@dataclass(frozen=True)
class Forwarding:
    """Where requests go. `host` says whose name stands in the Host header: the client's choice, or the server's."""

    contract: Contract
    upstream: str
    host: Literal["client", "upstream"]
    record: Record
    now: Callable[[], float]
    changed: Callable[[], None]


def system_clock() -> Callable[[], float]:
    """Seconds since the epoch that never go back."""
    began, started = time.time(), time.monotonic()
    return lambda: began + time.monotonic() - started


def host_of(contract: Contract, upstream: str) -> Literal["client", "upstream"]:
    """Whose name stands in the Host header when nobody says: signed ones, and those of this machine, stay."""
    return "client" if contract.auth.scheme == "sigv4" or is_loopback(upstream) else "upstream"


async def _listening(runner: web.ServerRunner, port: int) -> None:
    try:
        await web.TCPSite(runner, "127.0.0.1", port).start()
    except OSError as problem:
        # asyncio puts the address before what the system says.
        reason = (problem.strerror or str(problem)).rpartition("): ")[2]
        text = f"cannot listen on 127.0.0.1:{port}: {reason}"
        raise SpecError([Complaint("--port", 0, "port", text)]) from None


@asynccontextmanager
async def proxying(forwarding: Forwarding, port: int) -> AsyncIterator[str]:
    """The URL of a running proxy on this machine; leaving the block ends it. Raises SpecError for a port in use."""
    async with aiohttp.ClientSession(
        timeout=aiohttp.ClientTimeout(total=ANSWER_WAIT_S),
        connector=aiohttp.TCPConnector(limit=0),
        auto_decompress=False,
        cookie_jar=aiohttp.DummyCookieJar(),
        skip_auto_headers=("User-Agent", "Accept", "Accept-Encoding", "Content-Type"),
    ) as session:

        async def handle(request: web.BaseRequest) -> web.StreamResponse:
            return await _forward(forwarding, session, request)

        runner = web.ServerRunner(
            web.Server(handle, auto_decompress=False, max_line_size=LINE_MAX, max_field_size=LINE_MAX)
        )
        await runner.setup()
        try:
            await _listening(runner, port)
            yield f"http://127.0.0.1:{runner.addresses[0][1]}"
        finally:
            await runner.cleanup()


async def _forward(
    forwarding: Forwarding, session: aiohttp.ClientSession, request: web.BaseRequest
) -> web.StreamResponse:
    if request.headers.get("Expect", "").lower() == "100-continue":
        await request.writer.write(b"HTTP/1.1 100 Continue\r\n\r\n")
    body = await _read(request.content)
    if body is None:
        return web.Response(status=413, text=f"the proxy forwards bodies of at most {BODY_BYTES_MAX} bytes\n")
    target = request.raw_path
    if not target.startswith("/"):  # an absolute URL, as clients of a proxy send it
        parts = urlsplit(target)
        target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    plain = HttpRequest(request.method, target, tuple((str(k), str(v)) for k, v in request.headers.items()), body)
    record, number, sent = forwarding.record, id(request), forwarding.now()
    record.under_way[number] = sent
    response, failure = None, "reset: the client went away"
    try:
        shown, response, failure = await _passed_on(forwarding, session, request, plain)
        return shown
    finally:
        del record.under_way[number]
        _keep(forwarding, plain, response, failure, sent)


async def _read(content: aiohttp.StreamReader) -> bytes | None:
    data = bytearray()
    async for chunk in content.iter_any():
        data += chunk
        if len(data) > BODY_BYTES_MAX:
            return None
    return bytes(data)


async def _passed_on(
    forwarding: Forwarding, session: aiohttp.ClientSession, request: web.BaseRequest, plain: HttpRequest
) -> tuple[web.StreamResponse, HttpResponse | None, str]:
    """The answer as the client got it, and what is recorded of it: a response, or why there is none."""
    base = urlsplit(forwarding.upstream)
    address = URL(f"{base.scheme}://{base.netloc}{base.path.rstrip('/')}{plain.target}", encoded=True)
    dropped = HOP_BY_HOP | _named_by_connection(plain) | ({"host"} if forwarding.host == "upstream" else set())
    headers = [(name, value) for name, value in plain.headers if name.lower() not in dropped | {"content-length"}]
    body = plain.body if plain.body or plain.method in ("POST", "PUT", "PATCH") else None
    try:
        async with session.request(plain.method, address, headers=headers, data=body, allow_redirects=False) as answer:
            return await _streamed(request, plain, answer)
    except (aiohttp.ClientError, TimeoutError, ValueError) as problem:
        kind = "timeout" if isinstance(problem, TimeoutError) else "reset"
        text = f"the proxy got no answer from {forwarding.upstream}: {type(problem).__name__}\n"
        return web.Response(status=502, text=text), None, f"{kind}: {type(problem).__name__}"


def _named_by_connection(request: HttpRequest) -> set[str]:
    """Further headers that the client says are about its connection only."""
    return {name.strip().lower() for name in (header(request.headers, "connection") or "").split(",")}


async def _streamed(
    request: web.BaseRequest, plain: HttpRequest, answer: aiohttp.ClientResponse
) -> tuple[web.StreamResponse, HttpResponse | None, str]:
    named = tuple((str(name), str(value)) for name, value in answer.headers.items())
    dropped = HOP_BY_HOP | {name.strip().lower() for name in answer.headers.get("Connection", "").split(",")}
    shown = web.StreamResponse(status=answer.status, reason=answer.reason)
    for name, value in named:
        if name.lower() not in dropped:
            shown.headers.add(name, value)
    await shown.prepare(request)
    kept, failure = bytearray(), ""
    try:
        async for chunk in answer.content.iter_any():
            kept += chunk[: max(0, RECORDED_BYTES_MAX + 1 - len(kept))]
            await shown.write(chunk)
        await shown.write_eof()
    except (aiohttp.ClientError, TimeoutError) as problem:
        # The head is out: the client learns from a broken connection what the server did.
        if request.transport is not None:
            request.transport.close()
        failure = f"reset: {type(problem).__name__}"
    if failure or len(kept) > RECORDED_BYTES_MAX:
        return shown, None, failure or f"too_large: more than {RECORDED_BYTES_MAX} bytes"
    body = unpacked(bytes(kept), header(named, "content-encoding"))
    if body is None:
        return shown, None, "not_recorded: the answer is compressed in a way that cannot be read"
    return shown, HttpResponse(answer.status, named, body), ""


def unpacked(data: bytes, coding: str | None) -> bytes | None:
    """A body without its coding (gzip, deflate); None for another coding, and for more bytes than are recorded."""
    name = (coding or "identity").strip().lower()
    if name in ("", "identity") or not data:
        return data
    if name not in ("gzip", "deflate"):
        return None
    try:
        machine = zlib.decompressobj(wbits=47 if name == "gzip" else zlib.MAX_WBITS)
        found = machine.decompress(data, RECORDED_BYTES_MAX + 1)
    except zlib.error:
        return None
    return found if machine.eof and len(found) <= RECORDED_BYTES_MAX else None


def _keep(forwarding: Forwarding, plain: HttpRequest, response: HttpResponse | None, failure: str, sent: float) -> None:
    record = forwarding.record
    size = len(plain.body) + (len(response.body) if response else 0)
    if len(record.entries) >= ENTRIES_MAX or record.held + size > ALL_BYTES_MAX:
        record.left_out += 1
        return
    base = urlsplit(forwarding.upstream)
    below = replace(plain, target=base.path.rstrip("/") + plain.target)
    origin = origin_of(forwarding.upstream)
    entry = recorded(origin, below, response, forwarding.contract.auth.header, failure=failure or None)
    record.entries.append(replace(entry, sent_at=sent, received_at=forwarding.now()))
    record.held += size
    forwarding.changed()


async def stopped(task: asyncio.Task[None]) -> None:
    """Ends a task and waits until it has ended."""
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
