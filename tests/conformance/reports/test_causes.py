"""Tests of causes: signatures of failures, failures with one cause, and what a failure blocks."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from conformance.findings import Finding, Verdict
from conformance.history import Case, Exchange, History
from conformance.reports.causes import blockers, groups, lifecycle_of, signature
from conformance.reports.report import Report, Row
from conformance.reports.waiver import Waiver
from conformance.reports.waiving import waive
from specs.message import Answer

OPERATION = "datarobot.createBatchPrediction"
CONTROL = f"{OPERATION}.valid_request_is_accepted"
LIMITS = (f"{OPERATION}.request.chunkSize.maximum", f"{OPERATION}.request.chunkSize.minimum")
LIFE = "datarobot.lifecycle.batch_prediction"


def report_of(made: Callable[..., Any], *findings: Finding, statuses: tuple[int, ...] = (202,)) -> tuple[Report, Any]:
    """A report with these findings, on as many exchanges as there are statuses, numbered from 1."""
    found = made()
    (first,) = found.report.history.exchanges
    exchanges = [answered(first, number, status) for number, status in enumerate(statuses, start=1)]
    rows = tuple(Row(found.contract.requirements[finding.requirement], finding) for finding in findings)
    return replace(found.report, rows=rows, history=History(tuple(exchanges))), found.contract


def answered(exchange: Exchange, number: int, status: int, code: str | None = None) -> Exchange:
    """An exchange with another number and answer."""
    return replace(exchange, index=number, answer=Answer(status, (), {}, code))


def test_a_signature_has_the_check_the_status_and_the_code(made: Callable[..., Any]) -> None:
    """The same failure of another run, with other ids in its text, has the same signature; a pass has none."""
    report, _ = report_of(made, Finding(LIMITS[0], Verdict.failed, (1,), got="202, job 65f0c1"))
    coded = {1: answered(report.history.exchanges[0], 1, 400, "BadThing")}
    silent = {1: replace(coded[1], answer=None, response=None, failure="reset: by 65f0c1")}
    (row,) = report.rows
    assert "request_constraint 202" == signature(row, report.exchanges)
    assert "request_constraint 400 BadThing" == signature(row, coded)
    assert "request_constraint reset" == signature(row, silent)
    assert "" == signature(Row(row.requirement, Finding(LIMITS[0], Verdict.passed, (1,))), report.exchanges)


def test_failures_of_one_exchange_are_one_group(made: Callable[..., Any]) -> None:
    """Requirements that one exchange shows to be missed stand together, a single one stands nowhere."""
    several = [Finding(key, Verdict.failed, (1,)) for key in LIMITS]
    report, _ = report_of(made, *several, Finding(CONTROL, Verdict.failed, (2,)), statuses=(202, 500))
    (group,) = groups(report)
    assert LIMITS == group.requirements
    assert "createBatchPrediction answered 202 (exchange 1)" == group.cause


def test_an_operation_that_always_answers_alike_is_one_group(made: Callable[..., Any]) -> None:
    """An operation that answers everything with 500 is one cause, whatever was asked; passes are no part of it."""
    failures = [Finding(key, Verdict.failed, (number,)) for number, key in enumerate((*LIMITS, CONTROL), start=1)]
    report, _ = report_of(
        made, *failures, Finding(f"{LIFE}.legal_path", Verdict.passed, (1,)), statuses=(500, 500, 500)
    )
    (group,) = groups(report)
    assert (*LIMITS, CONTROL) == group.requirements
    assert "createBatchPrediction answers 500 to several requests" == group.cause


NOT_CHECKED = tuple(
    f"datarobot.{operation}.missing_credentials_are_refused"
    for operation in ("getVersion", "listBatchPredictions", "listDeployments", "getBatchPrediction")
)


@pytest.mark.parametrize(("count", "expected"), [(3, 1), (2, 0)])
@pytest.mark.parametrize(
    ("status", "expect", "told"),
    [
        (200, ("unauthorized",), "3 operations accept what must be refused: 200 (credentials)"),
        (500, ("accepted",), "3 operations answer 500 to several requests"),
    ],
)
def test_what_many_operations_fail_alike_is_one_group(
    made: Callable[..., Any], count: int, expected: int, status: int, expect: tuple[str, ...], told: str
) -> None:
    """Three operations that let the same through, or refuse with the same error, have one cause; two are no pattern."""
    names = NOT_CHECKED[:count]
    failures = [Finding(name, Verdict.failed, (number,)) for number, name in enumerate(names, start=1)]
    report, _ = report_of(made, *failures, statuses=(status,) * count)
    found = groups(replace(report, history=asked(report, expect)))
    assert [(names, told)] * expected == [(group.requirements, group.cause) for group in found]


def test_good_answers_of_many_operations_have_no_one_cause(made: Callable[..., Any]) -> None:
    """What three operations answer to right requests may be wrong in three ways, also where one check finds it."""
    failures = [Finding(name, Verdict.failed, (number,)) for number, name in enumerate(NOT_CHECKED[:3], start=1)]
    report, _ = report_of(made, *failures, statuses=(200, 200, 200))
    assert () == groups(replace(report, history=asked(report, ("accepted",))))


def asked(report: Report, expect: tuple[str, ...]) -> History:
    """The exchanges of a report as calls of its findings' own operations, which had to get such an answer."""
    case = Case("control", NOT_CHECKED[0], "a call", expect)
    pairs = zip(report.history.exchanges, report.rows, strict=True)
    return History(tuple(replace(one, operation=row.requirement.operation, case=case) for one, row in pairs))


def test_successes_are_wrong_in_their_own_way(made: Callable[..., Any]) -> None:
    """Two checks that are missed by successes of one operation are two causes."""
    failures = (
        Finding(LIMITS[0], Verdict.failed, (1,)),
        Finding(f"{OPERATION}.status_is_documented", Verdict.failed, (2,)),
    )
    report, _ = report_of(made, *failures, statuses=(202, 202))
    assert () == groups(report)


def test_a_failed_control_blocks_what_needs_its_operation(made: Callable[..., Any]) -> None:
    """Where a create fails, the limits of it, the reads of what it makes and the laws of that life are blocked."""
    needing = (LIMITS[0], "datarobot.getBatchPrediction.response.status.enum", f"{LIFE}.legal_path")
    rows = [Finding(key, Verdict.not_run) for key in needing]
    other = Finding("datarobot.getVersion.response.type", Verdict.not_run)
    report, contract = report_of(made, Finding(CONTROL, Verdict.failed, (1,)), *rows, other)
    assert dict.fromkeys(needing, (CONTROL,)) == blockers(report, contract)


def test_nothing_is_blocked_by_what_holds(made: Callable[..., Any]) -> None:
    """A control that passed blocks nothing, nor does one that the mode did not allow."""
    for verdict in (Verdict.passed, Verdict.not_run, Verdict.unsupported):
        report, contract = report_of(made, Finding(CONTROL, verdict), Finding(LIMITS[0], Verdict.not_run))
        assert {} == blockers(report, contract)


def test_a_control_that_showed_nothing_blocks(made: Callable[..., Any]) -> None:
    """Where a valid call got an empty success, what needs its operation is blocked by that call."""
    silent = Finding(CONTROL, Verdict.inconclusive, got="200, and nothing documented in the body")
    report, contract = report_of(made, silent, Finding(LIMITS[0], Verdict.inconclusive))
    assert {LIMITS[0]: (CONTROL,)} == blockers(report, contract)


def test_the_mode_is_no_failure(made: Callable[..., Any]) -> None:
    """What a higher mode would do is not blocked by anything."""
    forbidden = Finding(LIMITS[0], Verdict.not_run, got="mode read does not allow it; --mode create does")
    report, contract = report_of(made, Finding(CONTROL, Verdict.failed, (1,)), forbidden)
    assert {} == blockers(report, contract)


def test_an_exchange_that_failed_something_else_blocks(made: Callable[..., Any]) -> None:
    """What stays open because of an exchange is blocked by the requirement that this exchange shows to be missed."""
    life = f"{LIFE}.known_state"
    wrong = next(key for key in made().contract.requirements if key.startswith(f"{OPERATION}.response."))
    report, contract = report_of(made, Finding(wrong, Verdict.failed, (1,)), Finding(life, Verdict.inconclusive, (1,)))
    assert {life: (wrong,)} == blockers(report, contract)


def test_a_broken_law_blocks_the_laws_above_it(made: Callable[..., Any]) -> None:
    """A state that nobody documents blocks the judgement of paths, also while a waiver covers it."""
    broken = Finding(f"{LIFE}.known_state", Verdict.failed, (1,))
    report, contract = report_of(made, broken, Finding(f"{LIFE}.legal_path", Verdict.inconclusive))
    waived = waive(report, [Waiver(broken.requirement, "platform team", "known", report.started[:10])])
    assert (1, 0) == tuple(one.count(Verdict.failed) for one in (report, waived))
    for one in (report, waived):
        assert {f"{LIFE}.legal_path": (f"{LIFE}.known_state",)} == blockers(one, contract)


def test_a_requirement_of_results_knows_its_lifecycle(made: Callable[..., Any]) -> None:
    """Requirements on what a job writes belong to the lifecycle of the job, those of one call to none."""
    rules = made().contract.requirements
    assert "batch_prediction" == lifecycle_of(rules["datarobot.output.rows_are_accounted_for"], made().contract)
    assert lifecycle_of(rules[LIMITS[0]], made().contract) is None
