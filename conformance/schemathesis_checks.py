"""This project's judge inside Schemathesis: a hooks module for `SCHEMATHESIS_HOOKS=conformance.schemathesis_checks`.

Schemathesis makes requests that no table of ours has; what it lacks is memory: laws over several answers, error
classes, states. So every exchange of its run is recorded here, and when all phases are over one check judges them all.
`CONFORMANCE_VENDOR` names the contract (a vendor or a folder); credentials come from the same environment variables as
everywhere else, and RPC operations that share one path get their header here, where no mutation reaches it. With
`CONFORMANCE_RECORD` the exchanges are also written to that HAR file, for `conformance judge`.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, cast
from urllib.parse import urlsplit

import requests
import schemathesis
from requests.auth import AuthBase

from conformance.driving.target import authenticated
from conformance.findings import Verdict
from conformance.profile import ENVIRONMENT, is_loopback, profile_for
from conformance.run import Options
from conformance.traffic.har_writing import har_document
from conformance.traffic.recording import Entry, origin_of, recorded
from conformance.traffic.server import system_clock
from conformance.traffic.verdicts import report_of
from specs.auth import LOCAL, Credentials
from specs.contract import Auth, Contract
from specs.loading import load
from specs.message import HttpRequest, HttpResponse
from specs.reading.openapi import TARGET
from specs.wire.protocol import is_json

VENDOR, RECORD = "CONFORMANCE_VENDOR", "CONFORMANCE_RECORD"
EXCHANGES_MAX = 50_000
SHOWN_MAX = 10
_NOW = system_clock()


@dataclass
class Log:
    """The exchanges of a run. `started` says when the calls under way began, by case."""

    contract: Contract
    entries: list[Entry] = field(default_factory=list)
    started: dict[str, float] = field(default_factory=dict)

    def add(self, case_id: str, response: Any) -> None:
        """Records the answer to a case's call, as it came."""
        now, sent = _NOW(), response.request
        began = self.started.pop(case_id, now)
        if len(self.entries) >= EXCHANGES_MAX:
            return
        headers = tuple((str(name), _text(value)) for name, value in sent.headers.items())
        body = sent.body.encode() if isinstance(sent.body, str) else sent.body
        known = body is None or isinstance(body, bytes)
        request = HttpRequest(sent.method or "", sent.path_url, headers, body if isinstance(body, bytes) else b"")
        named = tuple((name, value) for name, values in response.headers.items() for value in values)
        whole = HttpResponse(response.status_code, named, response.content or b"")
        entry = recorded(origin_of(sent.url or ""), request, whole, self.contract.auth.header)
        self.entries.append(replace(entry, sent_at=began, received_at=now, complete=known))


def _text(value: str | bytes) -> str:
    return value.decode("latin-1") if isinstance(value, bytes) else str(value)


def failures_of(log: Log) -> list[str]:
    """What the exchanges of a run fail, one line each."""
    if not log.entries:
        return []
    profile = profile_for(log.contract, log.entries[0].origin, None, {}, "observe")
    report = report_of(log.contract, profile, log.entries, Options(), alone=False, live=True, now=_NOW())
    rows = (row for row in report.rows if row.finding.verdict == Verdict.failed)
    return [f"{row.requirement.id}: expected {row.finding.expected}, got {row.finding.got}" for row in rows]


@dataclass(frozen=True)
class Login:
    """Logs a prepared request in, whatever the contract's scheme is: the last thing before it is sent."""

    auth: Auth
    environment: Mapping[str, str]

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        """The same request with its credentials."""
        url = request.url or ""
        keys = _credentials(self.environment)
        if keys == Credentials() and is_loopback(url):
            keys = LOCAL
        body = request.body.encode() if isinstance(request.body, str) else request.body
        headers = tuple((str(name), _text(value)) for name, value in request.headers.items())
        plain = HttpRequest(request.method or "", request.path_url, headers, body if isinstance(body, bytes) else b"")
        parts = urlsplit(url)
        origin = f"{parts.scheme}://{parts.netloc}"
        request.headers.update(
            dict(authenticated(plain, self.auth, origin, keys, "right", datetime.fromtimestamp(_NOW(), UTC)).headers)
        )
        return request


def _credentials(environment: Mapping[str, str]) -> Credentials:
    return Credentials(**{part: environment.get(name, "") for part, name in ENVIRONMENT.items()})


def media_types(contract: Contract) -> set[str]:
    """The media types of a contract that carry JSON under a name of their own."""
    kinds = {kind for row in contract.operations.values() for kind in (*row.request, *row.success.content)}
    return {kind for kind in kinds if is_json(kind) and not kind.startswith("application/json")}


def register(contract: Contract, environment: Mapping[str, str]) -> Log:
    """Registers everything with Schemathesis and answers the log that its run will fill."""
    log = Log(contract)
    for kind in media_types(contract):
        schemathesis.serializer.alias(kind, "application/json")
        schemathesis.deserializer(kind)(lambda _context, response: json.loads(response.content))
    if contract.auth.scheme != "none":
        # Its annotations say less than its documentation: the registry behind `auth` has this method.
        cast(Any, schemathesis.auth).set_from_requests(_as_requests_wants(Login(contract.auth, environment)))

    @schemathesis.hook
    def before_call(context: Any, case: Any, kwargs: dict[str, Any]) -> None:
        if case.operation.path.startswith(TARGET):
            case.headers = {**(case.headers or {}), "X-Amz-Target": case.operation.path.removeprefix(TARGET)}
        log.started[case.id] = _NOW()

    @schemathesis.hook
    def after_call(context: Any, case: Any, response: Any) -> None:
        log.add(case.id, response)

    @schemathesis.check
    class contract_is_kept:
        """No exchange of the run, alone or with the others, breaks a requirement of the contract."""

        def after_run(self, ctx: Any) -> None:
            """Judges the run's exchanges together."""
            if environment.get(RECORD):
                document = json.dumps(har_document(log.entries, contract.auth.header))
                Path(environment[RECORD]).write_text(document, encoding="utf-8")
            found = failures_of(log)
            if found:
                more = f"\nand {len(found) - SHOWN_MAX} more" if len(found) > SHOWN_MAX else ""
                raise AssertionError("\n".join(found[:SHOWN_MAX]) + more)

    return log


def _as_requests_wants(login: Login) -> AuthBase:
    """Schemathesis accepts an instance of requests' own class only; this makes one without a class of ours."""
    made = type("LoginAuth", (AuthBase,), {"__call__": lambda _self, request: login(request)})()
    assert isinstance(made, AuthBase)
    return made


if os.environ.get(VENDOR):
    register(load(os.environ[VENDOR]), os.environ)
