"""Tests of SARIF logs, by the rules of SARIF 2.1.0 that readers of logs insist on."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any

import pytest

from conformance.findings import Verdict
from conformance.reports.document import as_json
from conformance.reports.report import Report
from conformance.reports.sarif import sarif
from conformance.reports.waiver import Waiver
from conformance.reports.waiving import waive
from specs.contract import Contract
from specs.reading.places import places

FAILING = "datarobot.createBatchPrediction.request.chunkSize.maximum"


def run_of(report: Report, contract: Contract) -> dict[str, Any]:
    """The one run of the log of a report."""
    log = json.loads(json.dumps(sarif(as_json(report, contract, places(contract)))))
    assert "2.1.0" == log["version"]
    (run,) = log["runs"]
    found: dict[str, Any] = run
    return found


def test_a_failure_points_at_its_requirement(made: Callable[..., Any]) -> None:
    """A failure is an error of the rule with its id, whose help is the source, at the line where the limit stands."""
    found = made()
    run = run_of(found.report, found.contract)
    (result,) = run["results"]
    rule = run["tool"]["driver"]["rules"][result["ruleIndex"]]
    assert FAILING == result["ruleId"] == rule["id"]
    assert "error" == result["level"]
    assert found.contract.requirements[FAILING].source in rule["help"]["text"]
    assert "expected 422 for chunkSize 41943041 (limit 41943040); got 202, job 65f0c1" == result["message"]["text"]
    physical = result["locations"][0]["physicalLocation"]
    assert "specs/vendors/datarobot/openapi.yaml" == physical["artifactLocation"]["uri"]
    text = (found.contract.folder / "openapi.yaml").read_text().splitlines()[physical["region"]["startLine"] - 1]
    assert "41943040" in text


def test_the_log_keeps_the_rules_of_its_format(made: Callable[..., Any]) -> None:
    """Rules are unique, indices fit, levels and kinds are those of the format, lines count from 1, times are UTC."""
    found = made(others=(Verdict.failed, Verdict.warned, Verdict.passed, Verdict.errored))
    run = run_of(found.report, found.contract)
    rules = [rule["id"] for rule in run["tool"]["driver"]["rules"]]
    assert len(set(rules)) == len(rules) == len(run["results"]) == 3
    for result in run["results"]:
        assert rules[result["ruleIndex"]] == result["ruleId"]
        assert result["level"] in ("error", "warning", "note", "none")
        assert result["message"]["text"]
        assert "fail" == result["kind"]
        for place in result["locations"]:
            assert place["physicalLocation"]["region"]["startLine"] >= 1
            assert re.fullmatch(r"specs/[a-z_/]+\.yaml", place["physicalLocation"]["artifactLocation"]["uri"])
    (invocation,) = run["invocations"]
    assert not invocation["executionSuccessful"]
    assert 1 == len(invocation["toolExecutionNotifications"])
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", invocation["startTimeUtc"])


def test_a_waived_failure_is_suppressed(made: Callable[..., Any]) -> None:
    """A waived failure stays an error, with a suppression that has the waiver's reason."""
    report = waive(made().report, [Waiver(FAILING, "platform team", "no limit yet", "2026-12-31")])
    (result,) = run_of(report, made().contract)["results"]
    (suppression,) = result["suppressions"]
    assert ("error", "external", "accepted") == (result["level"], suppression["kind"], suppression["status"])
    assert "no limit yet (platform team, until 2026-12-31)" == suppression["justification"]


def test_the_fingerprint_stays(made: Callable[..., Any]) -> None:
    """The same failure of another run has the same fingerprint, whatever ids stand in its text."""
    (one,) = run_of(made(got="202, job a").report, made().contract)["results"]
    (two,) = run_of(made(got="202, job b").report, made().contract)["results"]
    assert one["partialFingerprints"] == two["partialFingerprints"]
    assert one["message"] != two["message"]


@pytest.mark.parametrize("verdict", [Verdict.passed, Verdict.inconclusive, Verdict.not_run, Verdict.unsupported])
def test_what_is_no_failure_is_no_result(made: Callable[..., Any], verdict: Verdict) -> None:
    """A run without failures has a log without results."""
    found = made(verdict)
    assert [] == run_of(found.report, found.contract)["results"]
