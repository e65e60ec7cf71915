"""The server under test: the only place of the suite that opens a connection.

`Send` is the seam: a function from a request to an outcome. Nothing that a target does makes it raise; a target that
hangs, resets, redirects or sends without end becomes an outcome with a name.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from urllib.parse import urlsplit

import aiohttp
from yarl import URL

from conformance.profile import Limits
from specs.auth import Credentials
from specs.contract import Auth
from specs.message import HttpRequest, HttpResponse, header
from specs.wire.sigv4 import sign

USER_AGENT = "prediction-conformance"
WRONG = Credentials(token="not-the-token", access_key="NOTTHEKEY", secret_key="not-the-secret")
"""Credentials that no target accepts."""


@dataclass(frozen=True)
class Outcome:
    """A response, or the name of what happened instead (see `history.Exchange.failure`)."""

    response: HttpResponse | None
    failure: str | None = None


Send = Callable[[HttpRequest], Awaitable[Outcome]]


def authenticated(
    request: HttpRequest,
    auth: Auth,
    url: str,
    credentials: Credentials,
    which: Literal["right", "missing", "wrong"],
    at: datetime,
) -> HttpRequest:
    """The request with its credentials: right ones, wrong ones, or none."""
    keys = {"right": credentials, "wrong": WRONG, "missing": None}[which]
    if keys is None or auth.scheme == "none":
        return request
    if auth.scheme == "sigv4":
        if not keys.access_key:
            return request
        if which == "wrong":
            # A known key with a wrong signature says more than an unknown key.
            keys = Credentials(access_key=credentials.access_key or keys.access_key, secret_key=WRONG.secret_key)
        return sign(request, urlsplit(url).netloc, keys, auth.service, auth.region, at)
    if not keys.token:
        return request
    prefix = f"{auth.prefixes[0].strip()} " if auth.prefixes else ""
    return HttpRequest(
        request.method, request.target, (*request.headers, (auth.header, prefix + keys.token)), request.body
    )


@asynccontextmanager
async def connected(url: str, limits: Limits) -> AsyncIterator[Send]:
    """A `Send` for a live target; its connections are closed at the end."""
    timeout = aiohttp.ClientTimeout(total=limits.request_timeout_s)
    connector = aiohttp.TCPConnector(limit=limits.concurrency)
    async with aiohttp.ClientSession(
        timeout=timeout,
        connector=connector,
        auto_decompress=False,
        cookie_jar=aiohttp.DummyCookieJar(),
        skip_auto_headers=("User-Agent", "Accept", "Accept-Encoding", "Content-Type"),
    ) as session:

        async def send(request: HttpRequest) -> Outcome:
            return await _send(session, url, request, limits.response_bytes_max)

        yield send


async def _send(session: aiohttp.ClientSession, url: str, request: HttpRequest, bytes_max: int) -> Outcome:
    headers = [("User-Agent", USER_AGENT), ("Accept-Encoding", "identity"), *request.headers]
    if header(request.headers, "accept") is None:
        headers.append(("Accept", "*/*"))
    parts = urlsplit(url)
    address = URL(f"{parts.scheme}://{parts.netloc}{request.target}", encoded=True)
    # An empty body is sent with its length, so that no server waits for one.
    body = request.body if request.body or request.method in ("POST", "PUT", "PATCH") else None
    try:
        async with session.request(
            request.method, address, headers=headers, data=body, allow_redirects=False
        ) as response:
            return await _read(response, bytes_max)
    except Exception as problem:  # whatever a target does is an outcome
        return Outcome(None, _failure(problem))


async def _read(response: aiohttp.ClientResponse, bytes_max: int) -> Outcome:
    data = bytearray()
    async for chunk in response.content.iter_any():
        data += chunk
        if len(data) > bytes_max:
            return Outcome(None, f"too_large: more than {bytes_max} bytes")
    named = tuple((str(key), str(value)) for key, value in response.headers.items())
    return Outcome(HttpResponse(response.status, named, bytes(data)))


def _failure(problem: Exception) -> str:
    table: tuple[tuple[type[Exception], str], ...] = (
        (asyncio.TimeoutError, "timeout"),
        (aiohttp.ClientConnectorError, "refused"),
        (aiohttp.ServerDisconnectedError, "reset"),
        (aiohttp.ClientPayloadError, "reset"),
        (aiohttp.ClientOSError, "reset"),
        (ConnectionError, "reset"),
        (aiohttp.ClientResponseError, "not_http"),
    )
    name = next((name for kind, name in table if isinstance(problem, kind)), "not_http")
    return f"{name}: {type(problem).__name__}"
