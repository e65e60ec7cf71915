"""The server under test: the only place of the suite that opens a connection.

`Send` is the seam: a function from a request to an outcome. Nothing that a target does makes it raise; a target that
hangs, resets, redirects or sends without end becomes an outcome with a name.
"""

from __future__ import annotations

import asyncio
import os
import re
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from urllib.parse import urlsplit

import aiohttp
from yarl import URL

from conformance.history import Keys
from conformance.profile import Limits
from specs.auth import Credentials
from specs.contract import Auth
from specs.message import HttpRequest, HttpResponse, header
from specs.wire.sigv4 import sign

USER_AGENT = "prediction-conformance"
WRONG = Credentials(token="not-the-token", access_key="NOTTHEKEY", secret_key="not-the-secret")
"""Credentials that no target accepts."""
NUMBER = re.compile(r"[0-9a-fA-F-]+")
READING = ("GET", "HEAD", "OPTIONS")
"""Methods that change nothing, however often they are sent."""
OFFSETS: Mapping[Keys, timedelta] = {"stale": timedelta(minutes=-20), "early": timedelta(minutes=20)}
"""Signatures are good for 15 minutes before and after their time (Common Errors, RequestExpired)."""


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
    which: Keys,
    at: datetime,
) -> HttpRequest:
    """The request with its credentials: right ones, none, or some that are wrong in one way (see `history.Keys`)."""
    if which == "missing" or auth.scheme == "none":
        return request
    if auth.scheme == "sigv4":
        return _signed(request, auth, urlsplit(url).netloc, credentials, which, at)
    token = credentials.token if which in ("right", "other_word") else _wrong_token(credentials.token, which)
    if not token:
        return request
    login = (auth.header, word_of(auth, which) + token)
    return HttpRequest(request.method, request.target, (*request.headers, login), request.body)


def _wrong_token(right: str, which: Keys) -> str:
    """A token that is not the right one: it goes on behind it, has the other case, or has nothing to do with it.

    Digits and the letters of hexadecimal numbers mean the same in either case.
    """
    if which == "longer" and right:
        return f"{right}x"
    if which == "other_case" and right.swapcase() != right and not NUMBER.fullmatch(right):
        return right.swapcase()
    return WRONG.token


def word_of(auth: Auth, which: Keys) -> str:
    """What stands in front of a token: the first documented word, or the second one for `other_word`."""
    words = auth.prefixes[1:] if which == "other_word" else auth.prefixes
    return f"{words[0].strip()} " if words else ""


def _signed(
    request: HttpRequest, auth: Auth, host: str, credentials: Credentials, which: Keys, at: datetime
) -> HttpRequest:
    """A signed request. A known key with a wrong signature says more than an unknown key, so `wrong` keeps the key."""
    if not credentials.access_key and which == "right":
        return request
    keys = replace(
        credentials if which not in ("wrong", "stranger") else Credentials(),
        access_key=WRONG.access_key if which == "stranger" else credentials.access_key or WRONG.access_key,
        secret_key=WRONG.secret_key if which == "wrong" else credentials.secret_key or WRONG.secret_key,
    )
    signed = sign(request, host, keys, auth.service, auth.region, at + OFFSETS.get(which, timedelta()))
    if which == "tampered":
        return replace(signed, body=signed.body + b" ")
    if which == "incomplete":
        return replace(signed, headers=tuple((name, _unsigned(name, value)) for name, value in signed.headers))
    return signed


def _unsigned(name: str, value: str) -> str:
    """A header without its signature, when it has one."""
    return value.split(", Signature=")[0] if name.lower() == "authorization" else value


@asynccontextmanager
async def connected(url: str, limits: Limits) -> AsyncIterator[Send]:
    """A `Send` for a live target; its connections are closed at the end."""
    async with aiohttp.ClientSession(
        timeout=aiohttp.ClientTimeout(total=limits.request_timeout_s),
        connector=aiohttp.TCPConnector(limit=limits.concurrency),
        auto_decompress=False,
        cookie_jar=aiohttp.DummyCookieJar(),
        skip_auto_headers=("User-Agent", "Accept", "Accept-Encoding", "Content-Type"),
        middlewares=(_commands_once,),
    ) as session:

        async def send(request: HttpRequest) -> Outcome:
            return await _send(session, url, request, limits.response_bytes_max)

        yield send


class _Broken(Exception):
    """The connection broke under a command; `problem` is what the library says about it."""

    def __init__(self, problem: aiohttp.ClientError) -> None:
        super().__init__(str(problem))
        self.problem = problem


async def _commands_once(request: aiohttp.ClientRequest, handler: aiohttp.ClientHandlerType) -> aiohttp.ClientResponse:
    """The library silently sends PUT and DELETE again when a connection breaks. A command that had worked is then
    refused, and the target blamed: so a broken connection is hidden from the library here."""
    try:
        return await handler(request)
    except (aiohttp.ClientOSError, aiohttp.ServerDisconnectedError) as problem:
        if request.method in READING:
            raise
        raise _Broken(problem) from problem


async def _send(session: aiohttp.ClientSession, url: str, request: HttpRequest, bytes_max: int) -> Outcome:
    # A chunked body is asked for by its header; the HTTP client writes that header itself.
    chunked = (header(request.headers, "transfer-encoding") or "").lower() == "chunked"
    given = [pair for pair in request.headers if pair[0].lower() != "transfer-encoding"]
    headers = [("User-Agent", USER_AGENT), ("Accept-Encoding", "identity"), *given]
    if header(request.headers, "accept") is None:
        headers.append(("Accept", "*/*"))
    parts = urlsplit(url)
    address = URL(f"{parts.scheme}://{parts.netloc}{request.target}", encoded=True)
    # An empty body is sent with its length, so that no server waits for one.
    body = request.body if request.body or request.method in ("POST", "PUT", "PATCH") else None
    try:
        async with session.request(
            request.method, address, headers=headers, data=body, allow_redirects=False, chunked=chunked or None
        ) as response:
            return await _read(response, bytes_max)
    except _Broken as broken:
        return Outcome(None, _failure(broken.problem))
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


_UNCONNECTED: tuple[tuple[type[Exception], str], ...] = (
    (aiohttp.ClientConnectorDNSError, "no address is known for this name"),
    (
        aiohttp.ClientConnectorCertificateError,
        "its certificate is not trusted; SSL_CERT_FILE names a file of those to trust",
    ),
    (aiohttp.ClientSSLError, "no TLS there; perhaps it is http://"),
)
"""Why no connection came about, in words that say what to do, from the special to the general."""


_BROKEN: tuple[tuple[type[Exception], str], ...] = (
    (asyncio.TimeoutError, "timeout: no answer, or not the whole of it, in the time that a request has"),
    (aiohttp.ClientConnectorError, "refused: no connection came about"),
    (aiohttp.ServerDisconnectedError, "reset: the connection was closed without an answer"),
    (aiohttp.ClientPayloadError, "reset: the connection was closed before the body had ended"),
    (aiohttp.ClientOSError, "reset: the connection was broken off"),
    (ConnectionError, "reset: the connection was broken off"),
    (aiohttp.ClientResponseError, "not_http: the answer is not HTTP, or its head is too long"),
)
"""What became of a connection, likewise."""


def _failure(problem: Exception) -> str:
    words = next((words for kind, words in _UNCONNECTED if isinstance(problem, kind)), None)
    if words:
        return f"refused: {words}"
    if isinstance(problem, aiohttp.ClientConnectorError) and problem.os_error.errno:
        return f"refused: {os.strerror(problem.os_error.errno).lower()}"
    told = next((words for kind, words in _BROKEN if isinstance(problem, kind)), None)
    return told or f"not_http: {type(problem).__name__}"
