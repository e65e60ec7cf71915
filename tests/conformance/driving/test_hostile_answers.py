"""Hostile answers: each is a finding with a reason, bounded in time and in memory, and never a crash."""

from __future__ import annotations

import asyncio
import gzip
import itertools
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import replace

import pytest

import specs
from conformance.driving.target import connected
from conformance.findings import Verdict
from conformance.profile import Limits, profile_for
from conformance.reports.report import Report
from conformance.run import Options, run_async
from specs.message import HttpRequest

HANGING = Limits(
    request_timeout_s=0.3, response_bytes_max=64 * 1024, run_s=2.0, patience_s=0.2, throttled_wait_s=0.1, concurrency=4
)
"""For answers that only time can end."""
LASTING = replace(HANGING, request_timeout_s=30.0, run_s=60.0)
"""For answers that end by themselves or by their size: so much time that a busy machine does not end them first."""
HEAD = b"HTTP/1.1 200 OK\r\n"
JSON = HEAD + b"Content-Type: application/json\r\nConnection: close\r\n"
FOREVER = "forever"
"""The last part is sent again and again, as fast as it is taken."""
SLOWLY = "slowly"
"""The last part is sent again and again, a hundred times a second."""
CUT = "cut"
"""The connection is reset after the last part."""


def whole(body: bytes, *headers: bytes) -> bytes:
    """A complete answer that says it is JSON."""
    named = b"".join(header + b"\r\n" for header in headers)
    return JSON + named + b"Content-Length: %d\r\n\r\n" % len(body) + body


@asynccontextmanager
async def answering(parts: tuple[bytes, ...], ending: str = "") -> AsyncIterator[str]:
    """The URL of a server that answers every request with these parts, and then goes on as `ending` says."""

    async def answer(writer: asyncio.StreamWriter) -> None:
        last = itertools.repeat(parts[-1]) if ending in (FOREVER, SLOWLY) else ()
        for part in itertools.chain(parts, last):
            writer.write(part)
            await writer.drain()
            if ending == SLOWLY:
                await asyncio.wait({stopped}, timeout=0.01)
        if ending == CUT:
            writer.transport.abort()

    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await reader.readuntil(b"\r\n\r\n")
            await answer(writer)
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()

    stopped = asyncio.get_running_loop().create_future()
    server = await asyncio.start_server(handle, "127.0.0.1", 0)
    async with server:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    stopped.cancel()


@pytest.mark.parametrize(
    ("limits", "parts", "ending", "name"),
    [
        (HANGING, (HEAD + b"Content-Length: 100000\r\n\r\n", b"x"), SLOWLY, "timeout"),
        (HANGING, (HEAD, b"X-Header: y\r\n"), SLOWLY, "timeout"),
        (LASTING, (HEAD, b"X-Header: y\r\n" * 100), FOREVER, "not_http"),
        (LASTING, (HEAD + b"X-Header: ", b"y" * 4096), FOREVER, "not_http"),
        (HANGING, (b"HTTP/1.1 100 Continue\r\n\r\n",), FOREVER, "timeout"),
        (
            LASTING,
            (HEAD + b"Transfer-Encoding: chunked\r\n\r\n", b"1000\r\n" + b"x" * 4096 + b"\r\n"),
            FOREVER,
            "too_large",
        ),
        (LASTING, (HEAD + b"Transfer-Encoding: chunked\r\n\r\n", b"-5\r\nabc\r\n"), "", "not_http"),
        (LASTING, (HEAD + b"Transfer-Encoding: chunked\r\n\r\n0\r\n", b"X-Trailer: y\r\n" * 100), FOREVER, "not_http"),
        (LASTING, (HEAD + b"Content-Length: 5\r\nContent-Length: 2\r\n\r\nhello",), "", "not_http"),
        (LASTING, (HEAD + b"Content-Length: 99999999999999999999\r\n\r\nhello",), "", "not_http"),
        (LASTING, (HEAD + b"Content-Length: 100\r\n\r\nhello",), CUT, "reset"),
        (LASTING, (b"\x16\x03\x01\x02\x00",), "", "not_http"),
    ],
)
async def test_an_answer_without_end_or_sense_is_named(
    limits: Limits, parts: tuple[bytes, ...], ending: str, name: str
) -> None:
    """Dribbling, endless and senseless answers are outcomes with a name, within the time and size that are allowed."""
    async with answering(parts, ending) as url, connected(url, limits) as send:
        outcome = await asyncio.wait_for(send(HttpRequest("GET", "/")), limits.request_timeout_s + 5)
    assert outcome.response is None
    assert name == (outcome.failure or "").split(":")[0]


async def judged(parts: tuple[bytes, ...], ending: str = "", limits: Limits = LASTING) -> Report:
    """The report on a server that answers so; only one operation is asked for."""
    contract = specs.load("spice")
    async with answering(parts, ending) as url:
        profile = replace(profile_for(contract, url, None, {}), limits=limits)
        options = Options(seed=1, only=("spice.get_models",), tag="t")
        return await asyncio.wait_for(run_async(contract, profile, options), limits.run_s + 20)


def bodies() -> Iterator[tuple[str, bytes]]:
    """Complete answers whose bodies are not what they say."""
    bomb = gzip.compress(bytes(40 * 1024 * 1024))
    yield "bomb", whole(bomb, b"Content-Encoding: gzip")
    yield "not_utf8", whole(b'{"data": ["\xff\xfe"]}')
    yield "nested", whole(b"[" * 20000 + b"]" * 20000)
    yield "nested_objects", whole(b'{"a":' * 150 + b"1" + b"}" * 150)
    yield "huge_number", whole(b"1" * 60000)
    yield "lone_surrogate", whole(b'{"data": "\\ud800"}')
    yield "nul", whole(b"\0" * 100)


@pytest.mark.parametrize("answer", [pytest.param(answer, id=name) for name, answer in bodies()])
async def test_a_hostile_body_is_a_finding(answer: bytes) -> None:
    """A body that is no JSON of a sane shape fails the requirement that answers are well-formed; nothing passes."""
    report = await judged((answer,))
    found = {row.requirement.id: row.finding for row in report.rows}
    assert [] == [row for row in found.values() if row.verdict in (Verdict.errored, Verdict.passed)]
    failed = [key for key, finding in found.items() if finding.verdict == Verdict.failed]
    assert ["spice.get_models.answer_is_well_formed"] == failed
    assert all(len(finding.got) < 1000 for finding in found.values())


@pytest.mark.parametrize(
    ("limits", "parts", "ending", "reason"),
    [
        (LASTING, (b"",), CUT, "reset"),
        (LASTING, (JSON + b"\r\n", b"[" * 4096), FOREVER, "too_large"),
        (HANGING, (JSON + b"Content-Length: 100000\r\n\r\n", b"x"), SLOWLY, "timeout"),
    ],
)
async def test_no_usable_answer_is_a_finding(
    limits: Limits, parts: tuple[bytes, ...], ending: str, reason: str
) -> None:
    """Where no answer can be used, the finding says what came instead, the run ends in time and proves nothing."""
    report = await judged(parts, ending, limits)
    found = {row.requirement.id: row.finding for row in report.rows}
    valid = found["spice.get_models.valid_request_is_accepted"]
    assert (Verdict.inconclusive, True) == (valid.verdict, reason in valid.got)
    assert {Verdict.inconclusive, Verdict.not_run} >= {row.verdict for row in found.values()}
    assert 3 == report.exit_status


async def test_a_redirect_is_judged_and_not_followed() -> None:
    """A redirect, to wherever it leads, is an undocumented status of the server that sent it."""
    head = b"HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:1/\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
    report = await judged((head,))
    found = {row.requirement.id: row.finding for row in report.rows}
    assert Verdict.failed == found["spice.get_models.status_is_documented"].verdict
    assert "302" == found["spice.get_models.status_is_documented"].got
    assert 0 == report.count(Verdict.errored)
