"""The servers that real clients talk to: the mock of one vendor, and the reference server.

A test module says with `VENDOR` whose client it uses; every test of it then runs against both servers. The clients are
the published SDKs, unmodified: what they send and what they accept is nobody's opinion.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from typing import Any

import boto3
import botocore.session
import pytest
from botocore.config import Config

import mockgen
import reference_impl
from specs.auth import LOCAL

Serve = Callable[[str], AbstractContextManager[Any]]

QUICK: dict[str, Serve] = {
    "mock": lambda vendor: mockgen.running(vendor, pace="reads:2", seed=7),
    "reference": lambda vendor: reference_impl.running(seed=7),
}
"""Servers whose jobs pass through every state and are finished within a second."""

STUCK: dict[str, Serve] = {
    "mock": lambda vendor: mockgen.running(vendor, pace="manual", seed=7),
    "reference": lambda vendor: reference_impl.running(seed=7, step_delay_s=60.0),
}
"""Servers whose jobs stay where they start, so that a test can act on an unfinished one."""


@pytest.fixture(scope="module", params=list(QUICK))
def url(request: pytest.FixtureRequest) -> Iterator[str]:
    """The address of a server of the module's vendor whose jobs finish by themselves."""
    with QUICK[request.param](request.module.VENDOR) as server:
        yield server.url


@pytest.fixture(scope="module", params=list(STUCK))
def stuck_url(request: pytest.FixtureRequest) -> Iterator[str]:
    """The address of a server of the module's vendor whose jobs do not finish."""
    with STUCK[request.param](request.module.VENDOR) as server:
        yield server.url


@pytest.fixture(scope="session")
def aws_client() -> Callable[..., Any]:
    """Makes boto3 clients: service, endpoint and, if it is not the accepted one, a secret key in; client out."""
    return _aws_client


def _aws_client(service: str, endpoint: str, secret_key: str = LOCAL.secret_key) -> Any:
    """A client that reads no configuration of whoever runs the tests, and that tries every call once."""
    core = botocore.session.get_session()
    for variable in ("config_file", "credentials_file"):
        core.set_config_variable(variable, os.devnull)
    session = boto3.Session(LOCAL.access_key, secret_key, region_name="us-east-1", botocore_session=core)
    once = Config(retries={"total_max_attempts": 1}, proxies={})
    return session.client(service, endpoint_url=endpoint, config=once)
