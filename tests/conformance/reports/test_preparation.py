"""Tests of what a script does before the requests that show a finding."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

import specs
from conformance.history import Exchange, History
from conformance.plans.samples import Naming, Samples
from conformance.reports.preparation import STEPS_MAX, makings, steps_before
from specs.message import Answer
from specs.wire import WIRES

JOB = "65f0c1aa0000000000000001"
ADDRESS = f"/api/v2/batchPredictions/{JOB}/"


def asked(create: Exchange, *calls: tuple[str, str]) -> list[Exchange]:
    """The creation of a job and what is asked of it after: pairs of operation and method, numbered from 2."""
    later = [
        replace(create, index=number, operation=name, request=replace(create.request, method=method, target=ADDRESS))
        for number, (name, method) in enumerate(calls, start=2)
    ]
    return [create, *later]


def before(found: Any, exchanges: list[Exchange], *witness: Exchange) -> list[int]:
    """The numbers of the exchanges that come before a witness."""
    known = makings(replace(found.report, history=History(tuple(exchanges))), found.contract)
    return [exchange.index for exchange in steps_before(witness, known)]


READ, UPLOAD = ("getBatchPrediction", "GET"), ("uploadCsv", "PUT")


def test_what_was_done_to_a_job_is_done_again(made: Callable[..., Any]) -> None:
    """The creation and all that was asked of the job come before; what came after the witness does not."""
    found = made()
    exchanges = asked(found.report.history.exchanges[0], UPLOAD, READ, READ, UPLOAD)
    assert [1, 2, 3] == before(found, exchanges, exchanges[3])
    assert [2] == before(found, exchanges, exchanges[0], exchanges[2])


def test_a_witness_that_names_nothing_needs_nothing(made: Callable[..., Any]) -> None:
    """The creation itself needs no preparation."""
    found = made()
    exchanges = asked(found.report.history.exchanges[0], READ)
    assert [] == before(found, exchanges, exchanges[0])


@pytest.mark.parametrize(
    ("calls", "expected"),
    [((UPLOAD, *[READ] * STEPS_MAX), [1, 2]), ((UPLOAD,) * (STEPS_MAX + 1), [1])],
    ids=["reads", "changes"],
)
def test_a_long_story_is_cut_where_it_matters_least(
    made: Callable[..., Any], calls: tuple[tuple[str, str], ...], expected: list[int]
) -> None:
    """Of many steps those that only look are left out first, then what only goes on; the creation stays."""
    found = made()
    exchanges = asked(found.report.history.exchanges[0], *calls, READ)
    assert expected == before(found, exchanges, exchanges[-1])


def test_what_was_refused_is_not_done_again(made: Callable[..., Any]) -> None:
    """A request that the target refused has made no difference."""
    found = made()
    create, upload, read = asked(found.report.history.exchanges[0], UPLOAD, READ)
    assert upload.answer is not None
    refused = replace(upload, answer=replace(upload.answer, status=409))
    assert refused.accepted is False
    assert [1] == before(found, [create, refused, read], read)


def named(name: str, index: int, status: int) -> Exchange:
    """The creation of a schema under a name that only one schema may have, and that is not its id."""
    contract = specs.load("amazon_personalize")
    call = Samples(contract, {}, Naming("0a1b2c3d")).call("CreateSchema")
    call = replace(call, body={**call.body, "name": name})
    request = WIRES[contract.wire].encode_request(contract, call)
    answer = Answer(status, body={"schemaArn": f"arn:aws:personalize:us-east-1:123456789012:schema/s{index}"})
    return Exchange(index, float(index), index + 0.1, request, call.operation, call, answer=answer)


def test_a_name_that_is_taken_is_taken_again(made: Callable[..., Any]) -> None:
    """What is refused because of its name comes after what took that name, and after nothing that has a longer one."""
    calls = (("job-14", 200), ("other", 200), ("job-1", 200), ("job-1", 400))
    longer, other, first, again = (named(name, index, status) for index, (name, status) in enumerate(calls, start=1))
    report = replace(made().report, history=History((longer, other, first, again)))
    known = makings(report, specs.load("amazon_personalize"))
    assert [3] == [exchange.index for exchange in steps_before([again], known)]
    assert [] == [exchange.index for exchange in steps_before([first], known)]
