"""A report made by hand: a few verdicts and one witness, for the tests of everything that shows reports."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import pytest

import specs
from conformance.findings import Finding, Verdict
from conformance.history import Case, Exchange, History
from conformance.report import Report, Row
from specs.contract import Contract
from specs.message import Answer, Call, HttpRequest, HttpResponse

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
