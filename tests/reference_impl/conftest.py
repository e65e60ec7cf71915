"""A reference server in process, without its pauses, and the few calls that the tests of every facade make."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from aiohttp.test_utils import TestClient, TestServer

from reference_impl import Settings, create_app

READS_MAX = 5000
"""More reads than any job of these tests needs; a test that makes them all has found a job that never ends."""


@dataclass(frozen=True)
class Reference:
    """A server under test: its folder, and a client for it."""

    data: Path
    http: TestClient[Any, Any]

    async def aws(self, target: str, body: Any) -> tuple[int, Any]:
        """Status and body of an AWS JSON call."""
        headers = {"X-Amz-Target": target, "Content-Type": "application/x-amz-json-1.1"}
        data = body if isinstance(body, bytes) else json.dumps(body)
        async with self.http.post("/", data=data, headers=headers) as response:
            return response.status, json.loads(await response.read())

    async def json(self, method: str, path: str, body: Any = None) -> tuple[int, Any]:
        """Status and body of a REST call; a body that is not JSON comes as text."""
        async with self.http.request(method, path, **({} if body is None else {"json": body})) as response:
            text = await response.text()
            return response.status, json.loads(text) if "json" in response.headers.get("Content-Type", "") else text


async def until(read: Callable[[], Awaitable[Any]], done: Callable[[Any], bool]) -> Any:
    """What `read` answers once that is `done`."""
    for _ in range(READS_MAX):
        answer = await read()
        if done(answer):
            return answer
    raise AssertionError(f"never done: {answer}")


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """A server without credentials and without pauses."""
    return Settings(tmp_path / "data", authenticate=False, step_delay_s=0.0)


@pytest.fixture
async def reference(settings: Settings) -> AsyncIterator[Reference]:
    """The server, up."""
    async with TestClient(TestServer(create_app(settings))) as client:
        yield Reference(settings.data, client)
