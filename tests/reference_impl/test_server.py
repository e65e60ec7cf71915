"""The door: credentials, routing by target and path, limits, and the command line.

What stands in front of all facades is tested once here, so that their own tests can be about the vendors.
"""

from __future__ import annotations

import io
import json
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from aiohttp.test_utils import TestClient, TestServer

from reference_impl import Settings, create_app, running
from reference_impl.__main__ import main
from specs.auth import LOCAL, Credentials
from specs.message import HttpRequest
from specs.wire.sigv4 import sign
from tests.reference_impl.conftest import Reference

NOW = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
BODY = b'{"Limit": 5}'
TARGET = "AmazonML_20141212.DescribeBatchPredictions"


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
