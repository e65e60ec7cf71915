"""Reports and histories made by hand, for the tests of everything that shows or judges them."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import pytest

import specs
from conformance.findings import Finding, Verdict, worst
from conformance.history import Case, Exchange, History
from conformance.judge import CHECKS
from conformance.judging.view import View
from conformance.plans.samples import write_place
from conformance.reports.report import Report, Row
from specs.contract import Contract, Lifecycle
from specs.message import ABSENT, Answer, Call, HttpRequest, HttpResponse
from specs.wire import WIRES

FAILING = "datarobot.createBatchPrediction.request.chunkSize.maximum"


@dataclass(frozen=True)
class Made:
    """A contract with a report on it."""

    contract: Contract
    report: Report


def exchange(index: int, body: bytes, status: int, answer_body: bytes = b"", label: str = "") -> Exchange:
    """One create call and its answer; the answer names the job `65f0c1aa0000000000000001`."""
    headers = (("Location", "http://127.0.0.1:1/api/v2/batchPredictions/65f0c1aa0000000000000001/"),)
    return Exchange(
        index,
        sent_at=float(index),
        received_at=index + 0.25,
        request=HttpRequest("POST", "/api/v2/batchPredictions/", (("Content-Type", "application/json"),), body),
        operation="createBatchPrediction",
        call=Call("createBatchPrediction"),
        response=HttpResponse(status, headers, answer_body),
        answer=Answer(status, headers, {}),
        case=Case("boundary", FAILING, label),
    )


@pytest.fixture
def made() -> Callable[..., Made]:
    """Makes a report in which one requirement got `verdict`, and a few others got other verdicts."""

    def make(
        verdict: Verdict = Verdict.failed,
        *,
        got: str = "202, job 65f0c1",
        body: bytes = b'{"chunkSize": 41943041}',
        others: tuple[Verdict, ...] = (Verdict.passed, Verdict.inconclusive, Verdict.not_run),
        strict: bool = False,
    ) -> Made:
        contract = specs.load("datarobot")
        witness = exchange(1, body, 202, b'{"secret": "\x1b[2J\xff"}', "chunkSize 41943041")
        finding = Finding(FAILING, verdict, (1,), "422 for chunkSize 41943041 (limit 41943040)", got)
        rest = [key for key in contract.requirements if key.startswith("datarobot.getVersion.")]
        reason = "mode read does not allow it; --mode create does"
        rows = [Row(contract.requirements[FAILING], finding)]
        rows += [
            Row(contract.requirements[key], Finding(key, other, got="" if other == Verdict.passed else reason))
            for key, other in zip(rest, others, strict=False)
        ]
        report = Report(
            vendor="datarobot",
            target="http://127.0.0.1:1",
            versions=contract.versions,
            mode="read",
            seed=7,
            tag="ab12",
            started="2026-01-02T03:04:05+00:00",
            seconds=1.5,
            strict=strict,
            rows=tuple(rows),
            history=History((witness,)),
            states={"batch_prediction": ("INITIALIZING", "RUNNING")},
        )
        return Made(contract, report)

    return make


@dataclass
class Story:
    """A history of one lifecycle, told exchange by exchange; `gap` seconds lie between one and the next."""

    contract: Contract
    life: Lifecycle
    gap: float = 1.0
    exchanges: list[Exchange] = field(default_factory=list)
    now: float = 0.0

    def tell(
        self,
        call: Call,
        status: int = 200,
        body: Any = ABSENT,
        *,
        code: str | None = None,
        requirement: str = "",
        expect: str = "accepted",
        group: str = "",
        slot: str = "",
        location: str = "",
        raw: bytes = b"",
    ) -> Exchange:
        """One exchange. `requirement` is the part of an id after the lifecycle's name, `location` a Location header."""
        identity = f"{self.contract.vendor}.lifecycle.{self.life.name}.{requirement}" if requirement else ""
        kind = next(iter(self.contract.operations[call.operation].success.content), "application/json")
        headers = (("Content-Type", kind), *((("Location", location),) if location else ()))
        sent = raw or (b"" if body is ABSENT else json.dumps(body).encode())
        told = Exchange(
            len(self.exchanges) + 1,
            self.now,
            self.now + 0.5,
            HttpRequest("POST", "/"),
            call.operation,
            call,
            HttpResponse(status, headers, sent),
            Answer(status, headers, body, code),
            case=Case("lifecycle", identity, "", (expect,), group or "told"),
            slot=slot,
        )
        self.now += self.gap
        self.exchanges.append(told)
        return told

    def create(self, identity: str, said: Mapping[str, Any] | None = None, **more: Any) -> Exchange:
        """An accepted creation; the answer names the identity where the contract says so."""
        creation = self.life.created_by
        assert creation is not None
        if creation.identity.location == "header":
            more = {"location": f"http://x/api/v2/batchPredictions/{identity}/", "status": 202, **more}
        else:
            more = {"body": {creation.identity.name[1:]: identity}, **more}
        return self.tell(Call(creation.operation, body=dict(said or {})), **more)

    def get(self, identity: str, document: Mapping[str, Any] | None = None, **more: Any) -> Exchange:
        """A read; `document` is what it shows."""
        observed = self.life.observed_by
        assert observed is not None
        call = write_place(Call(observed.operation), observed.identity, identity)
        body: Any = document if document is not None else more.pop("body", ABSENT)
        for part in reversed(observed.at.split("/")[1:] if document is not None else []):
            body = {part: body}
        return self.tell(call, body=body, **more)

    def list(self, items: list[Any], asked: Mapping[str, Any] | None = None, **more: Any) -> Exchange:
        """One page of a list; `next` is what leads to another page."""
        listing = self.life.listed_by
        assert listing is not None
        following = more.pop("next", None)
        body: dict[str, Any] = {listing.items[1:]: items}
        if listing.paging is not None:
            body[listing.paging.next[1:]] = following
        by_body = listing.paging is not None and listing.paging.limit.location == "body"
        query, sent = ({}, dict(asked or {})) if by_body else (dict(asked or {}), ABSENT)
        return self.tell(Call(listing.operation, query=query, body=sent), body=body, **more)

    def change(self, number: int, **changes: Any) -> None:
        """Tells one exchange (from 1) differently."""
        self.exchanges[number - 1] = replace(self.exchanges[number - 1], **changes)

    def finding(self, requirement: str) -> Finding:
        """What the judge says about a requirement of the lifecycle."""
        row = self.contract.requirements[f"{self.contract.vendor}.lifecycle.{self.life.name}.{requirement}"]
        view = View(self.contract, History(tuple(self.exchanges)))
        return worst(CHECKS[row.check](view, row)) or Finding(row.id, Verdict.not_run)

    def verdict(self, requirement: str) -> str:
        """The name of that finding's verdict."""
        return self.finding(requirement).verdict.name


@pytest.fixture
def story() -> Callable[..., Story]:
    """Begins a story about a vendor's lifecycle."""

    def begin(vendor: str, lifecycle: str, gap: float = 1.0) -> Story:
        contract = specs.load(vendor)
        return Story(contract, contract.lifecycles[lifecycle], gap)

    return begin


@dataclass
class Talk:
    """A history of calls and answers, for the checks of single requirements; JSON bodies are encoded as sent."""

    contract: Contract
    exchanges: list[Exchange] = field(default_factory=list)

    def tell(self, operation: str, status: int, body: Any, requirement: str, *expect: str, **more: Any) -> Talk:
        """One exchange whose case serves a requirement. `more`: kind, label, called (a body), path,
        query, headers, failure."""
        wire = WIRES[self.contract.wire]
        kind = "application/x-amz-json-1.1" if wire.null_is_absent else "application/json"
        headers = more.get("headers", (("Content-Type", kind),))
        raw = body if isinstance(body, bytes) else json.dumps(body).encode()
        response = None if more.get("failure") else HttpResponse(status, headers, raw)
        told = Exchange(
            len(self.exchanges) + 1,
            0.0,
            1.0,
            HttpRequest("POST", "/"),
            operation,
            Call(operation, more.get("path", {}), more.get("query", {}), body=more.get("called", ABSENT)),
            response,
            wire.decode_answer(self.contract, response) if response else None,
            more.get("failure"),
            Case(more.get("kind", "boundary"), requirement, more.get("label", "x"), expect or ("accepted",)),
        )
        self.exchanges.append(told)
        return self

    def control(self, operation: str, body: Any, status: int = 200, **more: Any) -> Talk:
        """A valid call and its answer."""
        name = f"{self.contract.vendor}.{operation}.valid_request_is_accepted"
        return self.tell(operation, status, body, name, "accepted", kind="control", **more)

    def finding(self, requirement: str) -> Finding:
        """What the judge says about a requirement."""
        row = self.contract.requirements[requirement]
        view = View(self.contract, History(tuple(self.exchanges)))
        return worst(CHECKS[row.check](view, row)) or Finding(row.id, Verdict.not_run)

    def verdict(self, requirement: str) -> str:
        """The name of that finding's verdict."""
        return self.finding(requirement).verdict.name


@pytest.fixture
def talk() -> Callable[[str], Talk]:
    """Begins a history of calls to a vendor."""
    return lambda vendor: Talk(specs.load(vendor))
