"""The target: whatever a server does becomes an outcome with a name."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import pytest

from conformance.profile import Limits
from conformance.target import Outcome, connected
from specs.message import HttpRequest

Handler = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]
LIMITS = Limits(request_timeout_s=0.3, response_bytes_max=4096)


@asynccontextmanager
async def serving(data: bytes, *, hang: bool = False, endless: bool = False) -> AsyncIterator[str]:
    """A raw server that reads a request and sends these bytes, then hangs, goes on for ever, or closes."""

    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await reader.readuntil(b"\r\n\r\n")
            writer.write(data)
            while endless:
                writer.write(b"x" * 1024)
                await writer.drain()
            if hang:
                await reader.read()
        except (ConnectionError, asyncio.IncompleteReadError):
            return
        finally:
            writer.close()

    server = await asyncio.start_server(handle, "127.0.0.1", 0)
    async with server:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"


def outcome(data: bytes, *, hang: bool = False, endless: bool = False) -> Outcome:
    """What one request to such a server comes to."""

    async def ask() -> Outcome:
        async with serving(data, hang=hang, endless=endless) as url, connected(url, LIMITS) as send:
            return await send(HttpRequest("GET", "/"))

    return asyncio.run(ask())


def test_a_response_is_kept_as_it_is() -> None:
    """Status, headers and bytes come through unchanged; a redirect is not followed."""
    found = outcome(b"HTTP/1.1 302 Found\r\nLocation: http://example.org/\r\nContent-Length: 2\r\n\r\nok")

    assert found.response is not None
    assert (302, b"ok") == (found.response.status, found.response.body)
    assert ("Location", "http://example.org/") in found.response.headers


@pytest.mark.parametrize(
    ("data", "hang", "endless", "name"),
    [
        (b"", True, False, "timeout"),
        (b"", False, False, "reset"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc", False, False, "reset"),
        (b"HTTP/1.1 200 OK\r\n\r\n", False, True, "too_large"),
        (b"SSH-2.0-OpenSSH\r\n\r\n", False, False, "not_http"),
    ],
)
def test_misbehaviour_is_named(data: bytes, hang: bool, endless: bool, name: str) -> None:
    """A target that hangs, resets, cuts off, never ends or is no web server is named so, and nothing raises."""
    found = outcome(data, hang=hang, endless=endless)

    assert found.response is None
    assert name == (found.failure or "").split(":", 1)[0]


def test_nobody_listening_is_refused() -> None:
    """A port that nobody listens on is told apart from a server that misbehaves."""

    async def ask() -> Outcome:
        async with serving(b"") as url:
            pass
        async with connected(url, LIMITS) as send:
            return await send(HttpRequest("GET", "/"))

    assert "refused" == (asyncio.run(ask()).failure or "").split(":", 1)[0]
