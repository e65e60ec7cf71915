"""The door: credentials, routing by target and path, limits, and the command line.

What stands in front of all facades is tested once here, so that their own tests can be about the vendors.
"""

from __future__ import annotations

import asyncio
import gzip
import io
import json
import socket
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from aiohttp.test_utils import TestClient, TestServer

import specs
from reference_impl import Settings, create_app, running
from reference_impl.__main__ import main
from reference_impl.server import credential_problem
from specs.auth import LOCAL, Credentials
from specs.message import HttpRequest
from specs.wire.sigv4 import sign
from tests.reference_impl.conftest import Reference

DEPLOYMENT = "5f0000000000000000000001"
NOW = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
BODY = b'{"Limit": 5}'
TARGET = "AmazonML_20141212.DescribeBatchPredictions"


@pytest.mark.parametrize(
    "sent",
    [
        b"GARBAGE\r\n\r\n",
        b"POST /v1/predict HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
        b"POST /v1/predict HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 10\r\n\r\nab",
    ],
)
def test_a_client_s_broken_request_is_not_logged(sent: bytes, tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """What no server can read is answered or closed, and the log stays readable."""
    with running(tmp_path, authenticate=False) as server:
        connection = socket.create_connection(("127.0.0.1", int(server.url.rpartition(":")[2])), timeout=10)
        connection.sendall(sent)
        connection.shutdown(socket.SHUT_WR)
        while connection.recv(4096):
            pass
        connection.close()
    assert [] == caplog.records


@pytest.fixture
async def guarded(settings: Settings) -> AsyncIterator[TestClient[Any, Any]]:
    """A server that asks for credentials, at a known time."""
    strict = replace(settings, authenticate=True, clock=NOW.timestamp)
    async with TestClient(TestServer(create_app(strict))) as client:
        yield client


@pytest.mark.parametrize(
    ("value", "status"),
    [("Bearer local-token", 200), ("Token local-token", 200), ("Bearer x", 401), ("local-token", 401), (None, 401)],
)
async def test_a_token_opens_the_rest_api(guarded: TestClient[Any, Any], value: str | None, status: int) -> None:
    """Both documented prefixes, and nothing else."""
    headers = {"Authorization": value} if value else {}
    assert status == (await guarded.get("/api/v2/version/", headers=headers)).status


async def test_an_api_key_opens_what_is_closed(guarded: TestClient[Any, Any]) -> None:
    """The key is compared exactly, the refusal is plain text, and health is open."""
    answers = [await guarded.get("/v1/models", headers={"X-API-Key": key}) for key in ("local-token", "Local-token")]
    assert [200, 401, 200] == [answer.status for answer in (*answers, await guarded.get("/health"))]
    assert "Unauthorized" == await answers[1].text()


@pytest.mark.parametrize(
    ("credentials", "body", "code"),
    [
        (LOCAL, BODY, None),
        (LOCAL, b'{"Limit": 6}', "InvalidSignatureException"),
        (Credentials(access_key="local-access-key", secret_key="x"), BODY, "InvalidSignatureException"),
        (None, BODY, "MissingAuthenticationTokenException"),
    ],
)
async def test_a_signature_covers_the_request(
    guarded: TestClient[Any, Any], credentials: Credentials | None, body: bytes, code: str | None
) -> None:
    """The right key and the signed body pass, another body or key does not, and no signature at all is told apart."""
    headers = (("Content-Type", "application/x-amz-json-1.1"), ("X-Amz-Target", TARGET))
    request = HttpRequest("POST", "/", headers, BODY)
    if credentials is not None:
        host = f"{guarded.host}:{guarded.port}"
        request = sign(request, host, credentials, "machinelearning", "us-east-1", NOW)
    async with guarded.post("/", data=body, headers=dict(request.headers)) as response:
        answer = json.loads(await response.read())
        assert (code, code) == (answer.get("__type"), response.headers.get("x-amzn-ErrorType"))


@pytest.mark.parametrize(
    ("target", "data", "code"),
    [
        ("AmazonML_20141212.Nothing", b"{}", "UnknownOperationException"),
        ("AmazonPersonalize.Nothing", b"{}", "UnknownOperationException"),
        ("Other.Thing", b"{}", "UnknownOperationException"),
        (TARGET, b"{", "SerializationException"),
        (TARGET, b"[]", "SerializationException"),
        (TARGET, b"\xef\xbb\xbf{}", "SerializationException"),
        (TARGET, b'{"NextToken": ' + b"[" * 5000 + b"]" * 5000 + b"}", "SerializationException"),
    ],
)
async def test_a_malformed_aws_call_is_refused_by_name(
    reference: Reference, target: str, data: bytes, code: str
) -> None:
    """Unknown targets and bodies that are no JSON object, however deep they nest."""
    status, body = await reference.aws(target, data)
    assert (400, code) == (status, body["__type"])


async def test_an_empty_body_counts_as_an_empty_object(reference: Reference) -> None:
    """Operations without required members can be called with nothing."""
    assert (200, {"Results": []}) == await reference.aws(TARGET, b"")


async def test_a_body_of_the_documented_size_is_read(reference: Reference) -> None:
    """Sixteen million characters are refused for what they say, not for their number."""
    data = io.BytesIO(json.dumps({"NextToken": "x" * 16_777_216}).encode())
    headers = {"X-Amz-Target": TARGET, "Content-Type": "application/x-amz-json-1.1"}
    async with reference.http.post("/", data=data, headers=headers) as response:
        assert (400, "InvalidInputException") == (response.status, response.headers["x-amzn-ErrorType"])


async def test_a_body_over_the_limit_is_refused(settings: Settings) -> None:
    """A request that is larger than the server reads gets an answer in the vendor's form."""
    async with TestClient(TestServer(create_app(replace(settings, body_bytes_max=1000)))) as client:
        response = await client.post("/", data=b"x" * 2000, headers={"X-Amz-Target": TARGET})
        assert (400, "InvalidInputException") == (response.status, response.headers["x-amzn-ErrorType"])


@pytest.mark.parametrize(
    ("path", "headers"),
    [
        ("/", {"X-Amz-Target": TARGET, "Content-Type": "application/x-amz-json-1.1"}),
        ("/api/v2/batchPredictions/", {"Content-Type": "application/json"}),
        ("/v1/predict", {"Content-Type": "application/json"}),
    ],
)
@pytest.mark.parametrize(
    ("data", "encoding"),
    [
        (b'{"a": ' + b"[" * 200 + b"]" * 200 + b"}", "identity"),
        (b'{"a": [' + b"[]," * 60_000 + b"[]]}", "identity"),
        (gzip.compress(b" " * 100), "gzip"),
    ],
    ids=["deep", "many values", "compressed"],
)
async def test_a_body_that_costs_more_than_its_size_is_refused(
    settings: Settings, path: str, headers: dict[str, str], data: bytes, encoding: str
) -> None:
    """Deep nesting, many small values and compressed bodies are refused in the vendor's form."""
    async with TestClient(TestServer(create_app(settings)), auto_decompress=False) as client:
        response = await client.post(path, data=data, headers={**headers, "Content-Encoding": encoding})
        assert response.status in (400, 422)


async def test_a_body_that_does_not_come_is_not_waited_for(settings: Settings) -> None:
    """A sender that falls silent is refused, whether it sends a call or an upload."""
    async with TestClient(TestServer(create_app(replace(settings, body_wait_s=0.01)))) as client:

        async def silent() -> AsyncIterator[bytes]:
            yield b"{"
            await asyncio.Event().wait()

        job = await (await client.post("/api/v2/batchPredictions/", json={"deploymentId": DEPLOYMENT})).json()
        upload = f"/api/v2/batchPredictions/{job['id']}/csvUpload/"
        called = await client.post("/api/v2/batchPredictions/", data=silent())
        uploaded = await client.put(upload, data=silent(), headers={"Content-Type": "text/csv"})
        assert [422, 422] == [called.status, uploaded.status]


async def test_credentials_that_are_no_text_are_wrong_ones(guarded: TestClient[Any, Any]) -> None:
    """Bytes that are no UTF-8 in a header are refused as any other wrong credentials."""
    name, value = "Authorization", b"Bearer \xff".decode("utf-8", "surrogateescape")
    request = HttpRequest("GET", "/api/v2/version/", ((name, value),))
    contract = specs.load("datarobot")
    assert "bad_credentials" == credential_problem(contract, request, Settings(Path()))


async def test_links_survive_a_hostile_host_header(reference: Reference) -> None:
    """A Host that is no host does not get into links."""
    url = "/api/v2/batchPredictions/"
    async with reference.http.post(url, json={}, headers={"Host": "evil/<script>"}) as response:
        assert "evil" not in response.headers["Location"]


def test_a_server_keeps_its_jobs_and_models_over_a_restart(tmp_path: Path) -> None:
    """The data folder is all that a server knows."""
    with running(tmp_path, authenticate=False, step_delay_s=0.0) as server:
        assert (tmp_path, True) == (server.data, server.url.startswith("http://127.0.0.1:"))
    stamp = (tmp_path / "models" / "models.npz").stat().st_mtime_ns
    with running(tmp_path, authenticate=False, step_delay_s=0.0):
        assert stamp == (tmp_path / "models" / "models.npz").stat().st_mtime_ns


def test_leftovers_of_a_killed_process_are_removed(tmp_path: Path) -> None:
    """Half an upload and staged files of no unfinished job are gone after a start."""
    left = [tmp_path / "work" / "7-0", tmp_path / "work" / "7-manifest", tmp_path / "uploads" / "x.part"]
    for path in left:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("half")
    with running(tmp_path, authenticate=False, step_delay_s=0.0):
        assert [False] * 3 == [path.exists() for path in left]


def test_a_folder_in_use_is_one_clear_message(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Two servers on one folder would both do every job: the second one does not start."""
    with running(tmp_path):
        assert 2 == main(["serve", "--port", "0", "--data", str(tmp_path)])
    assert "another server is using this folder" in capsys.readouterr().err


def test_a_port_that_is_taken_is_one_clear_message(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Exit status 2, and no traceback."""
    with running(tmp_path / "a") as server:
        port = server.url.rsplit(":", 1)[1]
        assert 2 == main(["serve", "--port", port, "--data", str(tmp_path / "b")])
    assert f"cannot serve on 127.0.0.1:{port}" in capsys.readouterr().err


@pytest.mark.parametrize("arguments", [["serve", "--port", "70000"], ["serve", "--seed", "-1"], ["fly"], []])
def test_wrong_use_is_status_2(arguments: list[str]) -> None:
    """Unknown commands and impossible values are refused by the parser."""
    with pytest.raises(SystemExit) as ended:
        main(arguments)
    assert 2 == ended.value.code
