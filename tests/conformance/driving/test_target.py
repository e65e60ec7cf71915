"""The target: whatever a server does becomes an outcome with a name."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from conformance.driving.target import Outcome, authenticated, connected
from conformance.history import Keys
from conformance.profile import Limits
from specs.auth import LOCAL, Credentials
from specs.contract import Auth
from specs.message import HttpRequest, header
from specs.wire.sigv4 import signature_problem

Handler = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]
LIMITS = Limits(request_timeout_s=30.0, response_bytes_max=4096)


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
        limits = replace(LIMITS, request_timeout_s=0.3) if hang else LIMITS
        async with serving(data, hang=hang, endless=endless) as url, connected(url, limits) as send:
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


SIGNED = Auth("sigv4", service="machinelearning", region="us-east-1")
NOON = datetime(2026, 1, 2, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("expected", "which"),
    [
        (None, "right"),
        ("unauthenticated", "missing"),
        ("bad_credentials", "wrong"),
        ("bad_credentials", "stale"),
        ("bad_credentials", "early"),
        ("bad_credentials", "incomplete"),
        ("bad_credentials", "stranger"),
        ("bad_credentials", "tampered"),
    ],
)
def test_signatures_fail_in_the_way_that_is_asked_for(expected: str | None, which: Keys) -> None:
    """Only right credentials are accepted by whoever checks the signature at the same time."""
    request = HttpRequest("POST", "/", (("Content-Type", "application/x-amz-json-1.1"),), b"{}")
    signed = authenticated(request, SIGNED, "http://127.0.0.1:1", LOCAL, which, NOON)
    assert expected == signature_problem(signed, LOCAL, NOON)


@pytest.mark.parametrize(
    ("stamp", "which"),
    [("20260102T114000Z", "stale"), ("20260102T122000Z", "early"), ("20260102T120000Z", "stranger")],
)
def test_only_the_time_of_a_signature_is_wrong(stamp: str, which: Keys) -> None:
    """A signature of another time is right in itself: whoever forgets to look at the time accepts it."""
    signed = authenticated(HttpRequest("POST", "/"), SIGNED, "http://127.0.0.1:1", LOCAL, which, NOON)
    assert stamp == header(signed.headers, "x-amz-date")
    when = datetime.strptime(stamp, "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
    assert (which == "stranger") == (signature_problem(signed, LOCAL, when) is not None)


def test_a_chunked_body_is_sent_without_a_length() -> None:
    """The header asks for chunks; the body then travels in them, and no length is told."""
    received: list[bytes] = []

    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        received.append(await reader.readuntil(b"0\r\n\r\n"))
        writer.write(b"HTTP/1.1 204 No Content\r\n\r\n")
        writer.close()

    async def once() -> Outcome:
        server = await asyncio.start_server(handle, "127.0.0.1", 0)
        async with server, connected(f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}", LIMITS) as send:
            return await send(HttpRequest("POST", "/", (("Transfer-Encoding", "chunked"),), b"abc"))

    outcome = asyncio.run(once())
    assert outcome.response is not None
    assert outcome.response.status == 204
    head, _, body = received[0].partition(b"\r\n\r\n")
    assert b"3\r\nabc\r\n0\r\n\r\n" == body
    assert b"content-length" not in head.lower()


def test_a_command_is_sent_once_when_the_connection_breaks() -> None:
    """What a target may have done is not done again behind the judge's back."""
    seen: list[bytes] = []

    async def drop(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        seen.append(await reader.readuntil(b"\r\n\r\n"))
        writer.close()

    async def told() -> Outcome:
        server = await asyncio.start_server(drop, "127.0.0.1", 0)
        url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
        async with server, connected(url, Limits()) as send:
            return await send(HttpRequest("DELETE", "/jobs/1"))

    assert "reset: the connection was closed without an answer" == asyncio.run(told()).failure
    assert 1 == len(seen)


def test_another_word_stands_in_front_of_the_right_token() -> None:
    """The second documented word goes with the token of the profile."""
    auth = Auth("bearer", header="Authorization", prefixes=("Bearer", "Token"))
    request = HttpRequest("GET", "/")
    sent = {
        which: header(
            authenticated(request, auth, "http://h", LOCAL, which, datetime(2026, 1, 1, tzinfo=UTC)).headers,
            auth.header,
        )
        for which in ("right", "other_word", "missing")
    }
    expected = {"right": f"Bearer {LOCAL.token}", "other_word": f"Token {LOCAL.token}", "missing": None}
    assert expected == sent


@pytest.mark.parametrize(
    ("right", "longer", "other"),
    [
        ("Key-One", "Key-Onex", "kEY-oNE"),
        ("12345", "12345x", "not-the-token"),  # there is no other case
        ("5f00a1-BC", "5f00a1-BCx", "not-the-token"),  # a number is the same in either case
        ("", "not-the-token", "not-the-token"),
    ],
)
def test_tokens_that_resemble_the_right_one(right: str, longer: str, other: str) -> None:
    """A token with a character behind it, and one in the other case, are wrong ones, whatever the right one is."""
    auth = Auth("bearer", header="X-Key")
    request, at = HttpRequest("GET", "/"), datetime(2026, 1, 1, tzinfo=UTC)
    sent = [
        header(authenticated(request, auth, "http://h", Credentials(right), which, at).headers, auth.header)
        for which in ("longer", "other_case")
    ]
    assert [longer, other] == sent
