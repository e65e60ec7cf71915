"""Tests of the report value and of its published JSON."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import jsonschema
import pytest

from conformance.findings import Verdict
from conformance.reports.document import as_json
from specs.source_file import meta_schema


@pytest.mark.parametrize("verdict", list(Verdict))
def test_json_fits_its_published_schema(made: Callable[..., Any], verdict: Verdict) -> None:
    """Whatever the verdict, the JSON of a report is what `specs/meta/report.json` says."""
    found = made(verdict)
    schema = meta_schema("report")
    jsonschema.Draft202012Validator.check_schema(schema)
    document = json.loads(json.dumps(as_json(found.report, found.contract)))
    assert [] == list(jsonschema.Draft202012Validator(schema).iter_errors(document))


def test_schema_refuses_what_no_report_has(made: Callable[..., Any]) -> None:
    """The schema is closed: an unknown member and an unknown verdict are errors."""
    found = made()
    validator = jsonschema.Draft202012Validator(meta_schema("report"))
    document = as_json(found.report, found.contract)
    assert not validator.is_valid(document | {"colour": "green"})
    assert not validator.is_valid(document | {"verdicts": document["verdicts"] | {"great": 1}})


def test_failures_carry_their_witness(made: Callable[..., Any]) -> None:
    """A failure shows its exchanges, bytes that are no text included; a pass shows none."""
    found = made(Verdict.failed)
    rows = as_json(found.report, found.contract)["requirements"]
    assert "\\xff" in rows[0]["witness"][0]["response"]["body"]
    assert [] == rows[1]["witness"]


@pytest.mark.parametrize(
    ("verdict", "others", "status"),
    [
        (Verdict.passed, (), 0),
        (Verdict.warned, (Verdict.passed,), 0),
        (Verdict.failed, (Verdict.passed,), 1),
        (Verdict.errored, (Verdict.failed,), 3),
        (Verdict.inconclusive, (Verdict.not_run,), 3),
        (Verdict.unsupported, (), 3),
    ],
)
def test_exit_status(made: Callable[..., Any], verdict: Verdict, others: tuple[Verdict, ...], status: int) -> None:
    """0 conforms, 1 does not, 3 could not be judged: nothing passed, or the suite itself broke."""
    assert status == made(verdict, others=others).report.exit_status


@pytest.mark.parametrize(("verdict", "status"), [(Verdict.passed, 3), (Verdict.failed, 1)])
def test_exit_status_of_guesses(made: Callable[..., Any], verdict: Verdict, status: int) -> None:
    """A run that could only guess how an operation is called has not judged all that it was asked to, and says why."""
    found = made(verdict, others=(Verdict.passed,))
    report = replace(found.report, guesses=("put the sample of X right",))
    assert status == report.exit_status
    assert ["put the sample of X right"] == as_json(report, found.contract)["suspects"]


@pytest.mark.parametrize(
    ("verdict", "status"),
    [(Verdict.passed, 0), (Verdict.warned, 0), (Verdict.inconclusive, 3), (Verdict.not_run, 3)],
)
def test_exit_status_where_no_must_was_asked_for(made: Callable[..., Any], verdict: Verdict, status: int) -> None:
    """A run of weaker requirements alone conforms when any of them was judged."""
    report = made(verdict, others=()).report
    rows = tuple(replace(row, requirement=replace(row.requirement, strength="should")) for row in report.rows)
    assert status == replace(report, rows=rows).exit_status
