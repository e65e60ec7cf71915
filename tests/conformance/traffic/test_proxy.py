"""The proxy: what goes through arrives unchanged, is recorded without credentials, and is judged as a run would be."""

from __future__ import annotations

import asyncio
import gzip
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime

import pytest

import mockgen
import specs
from conformance.driving.target import Outcome, authenticated, connected
from conformance.profile import Limits, profile_for
from conformance.reports.invocation import Invocation
from conformance.traffic.server import Forwarding, Record, host_of, proxying, system_clock, unpacked
from conformance.traffic.showing import Judging, new_failures
from specs.auth import LOCAL
from specs.contract import Contract
from specs.message import Call, HttpRequest
from specs.wire import WIRES

DR, ML = specs.load("datarobot"), specs.load("amazon_ml")
CHUNK = "datarobot.createBatchPrediction.request.chunkSize.maximum"
CREATE = {"deploymentId": "5f0000000000000000000002", "intakeSettings": {"type": "localFile"}}
CALLS = (
    Call("createBatchPrediction", body=CREATE),
    Call("createBatchPrediction", body={**CREATE, "chunkSize": 41943041}),
    Call("listBatchPredictions", query={"limit": 2}),
)


@asynccontextmanager
async def through(contract: Contract, upstream: str, record: Record) -> AsyncIterator[str]:
    """The URL of a proxy to a server, as the command starts it."""
    host = host_of(contract, upstream)
    forwarding = Forwarding(contract, upstream, host, record, system_clock(), lambda: None)
    async with proxying(forwarding, 0) as url:
        yield url


async def said(contract: Contract, upstream: str, calls: Sequence[Call], record: Record) -> list[Outcome]:
    """What a client with right credentials gets that makes these calls through a proxy."""
    async with through(contract, upstream, record) as url, connected(url, Limits()) as send:
        plain = (WIRES[contract.wire].encode_request(contract, call) for call in calls)
        at = datetime.now(UTC)
        return [await send(authenticated(one, contract.auth, url, LOCAL, "right", at)) for one in plain]


def told(contract: Contract, record: Record, upstream: str) -> list[str]:
    """The lines that the command prints about what is recorded."""
    profile = profile_for(contract, upstream, None, {})
    return list(new_failures(contract, profile, Judging(Invocation(contract.vendor)))(record.settled()))


@pytest.mark.parametrize(("faults", "blamed"), [((), []), ((f"relax:constraint={CHUNK}",), [CHUNK])])
async def test_a_client_is_judged_while_it_works(faults: tuple[str, ...], blamed: list[str]) -> None:
    """Calls through the proxy to a right server fail nothing; a planted fault fails what it breaks only."""
    record = Record()
    with mockgen.running("datarobot", seed=7, faults=faults) as mock:
        answers = await said(DR, mock.url, CALLS, record)
        lines = told(DR, record, mock.url)
    assert [202, 202 if faults else 422, 200] == [one.response.status for one in answers if one.response]
    assert blamed == [line.split()[1] for line in lines if line.startswith("failed")]


async def test_signed_requests_go_through() -> None:
    """A signature covers the Host header, which the proxy therefore leaves alone; the record has no part of it."""
    record = Record()
    with mockgen.running("amazon_ml", seed=7) as mock:
        (answer,) = await said(ML, mock.url, [Call("DescribeBatchPredictions", body={})], record)
    assert answer.response is not None
    assert 200 == answer.response.status
    assert [True] == [entry.logged_in for entry in record.entries]
    assert not [secret for secret in ("Signature", LOCAL.access_key) if secret in repr(record.entries)]


def test_whose_name_is_sent_on() -> None:
    """Another machine's server gets its own name, unless a signature covers the client's."""
    assert ["client", "client", "upstream"] == [
        host_of(ML, "https://api.example"),
        host_of(DR, "http://127.0.0.1:1"),
        host_of(DR, "https://api.example"),
    ]


@asynccontextmanager
async def raw(*parts: bytes, gate: asyncio.Event | None = None) -> AsyncIterator[str]:
    """A server that sends the first part of its answer, waits for the gate, sends the others and closes."""

    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        for number, part in enumerate(parts):
            if number and gate is not None:
                await gate.wait()
            writer.write(part)
            await writer.drain()
        writer.close()

    server = await asyncio.start_server(handle, "127.0.0.1", 0)
    async with server:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"


async def test_an_answer_is_passed_on_as_it_arrives() -> None:
    """The client has the first bytes of an answer before the server has sent the last; headers of one hop stay back."""
    gate, record = asyncio.Event(), Record()
    head = b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\nConnection: close, X-Hop\r\nX-Hop: 1\r\nX-End: 1\r\n\r\n"
    async with raw(head + b"ab", b"cd", gate=gate) as upstream, through(DR, upstream, record) as url:
        reader, writer = await asyncio.open_connection("127.0.0.1", int(url.rpartition(":")[2]))
        writer.write(b"GET /api/v2/version/ HTTP/1.1\r\nHost: x\r\n\r\n")
        seen = await reader.readuntil(b"ab")
        assert (1, ()) == (len(record.under_way), record.settled())
        gate.set()
        assert b"cd" == await reader.readexactly(2)
        writer.close()
    assert (True, False) == (b"X-End: 1" in seen, b"X-Hop" in seen)
    assert [b"abcd"] == [entry.response.body for entry in record.entries if entry.response]


async def test_a_client_that_asks_first_is_told_to_go_on() -> None:
    """A client that waits for 100 Continue with its body gets it from the proxy."""
    record = Record()
    answer = b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"
    async with raw(answer) as upstream, through(DR, upstream, record) as url:
        reader, writer = await asyncio.open_connection("127.0.0.1", int(url.rpartition(":")[2]))
        writer.write(b"POST /x HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\nExpect: 100-continue\r\n\r\n")
        assert b"HTTP/1.1 100 Continue\r\n\r\n" == await reader.readuntil(b"\r\n\r\n")
        writer.write(b"ab")
        assert (await reader.readline()).startswith(b"HTTP/1.1 200")
        writer.close()
    assert [b"ab"] == [entry.request.body for entry in record.entries]


@pytest.mark.parametrize(
    ("parts", "status", "failure"),
    [
        ((b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nab",), None, "reset"),
        ((b"SSH-2.0\r\n\r\n",), 502, "reset"),
        ((b"HTTP/1.1 200 OK\r\nContent-Encoding: br\r\nContent-Length: 2\r\n\r\nab",), 200, "not_recorded"),
    ],
)
async def test_a_broken_server_is_recorded_as_broken(
    parts: tuple[bytes, ...], status: int | None, failure: str
) -> None:
    """A server that breaks off, talks no HTTP or codes its answer strangely leaves no answer that could be judged."""
    record = Record()
    async with raw(*parts) as upstream, through(DR, upstream, record) as url, connected(url, Limits()) as send:
        outcome = await send(HttpRequest("GET", "/api/v2/version/"))
    assert status == (outcome.response.status if outcome.response else None)
    assert [(None, failure)] == [(one.response, (one.failure or "").split(":")[0]) for one in record.entries]


def test_coded_bodies_are_unpacked_within_bounds() -> None:
    """Gzip is read; a bomb, a cut file and an unknown coding are not."""
    bomb = gzip.compress(bytes(64 * 1024 * 1024))
    whole = gzip.compress(b"text")
    assert [b"text", b"raw", None, None, None] == [
        unpacked(whole, "gzip"),
        unpacked(b"raw", None),
        unpacked(bomb, "gzip"),
        unpacked(whole[:-4], "gzip"),
        unpacked(b"raw", "br"),
    ]
