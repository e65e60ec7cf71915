"""Tests of what a script does before the requests that show a finding."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from conformance.history import Exchange, History
from conformance.reports.preparation import STEPS_MAX, makings, steps_before

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
