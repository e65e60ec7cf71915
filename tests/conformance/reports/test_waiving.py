"""Tests of waivers: what they cover, when they end, and how they are read."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import jsonschema
import pytest

import specs
from conformance.findings import Verdict
from conformance.profile import profile_for
from conformance.reports.document import as_json
from conformance.reports.invocation import Invocation
from conformance.reports.junit import junit_xml
from conformance.reports.replay import case_json
from conformance.reports.report import Report
from conformance.reports.terminal import failures, summary
from conformance.reports.waiver import Waiver, read_waivers
from conformance.reports.waiving import waive
from specs.source_file import SpecError, meta_schema

FAILING = "datarobot.createBatchPrediction.request.chunkSize.maximum"
SIGNATURE = "request_constraint 202"
TODAY = "2026-01-02"
"""The day of the report that `made` makes."""


def waiver(expires: str = TODAY, signature: str = "", requirement: str = FAILING) -> Waiver:
    """A waiver of the failure that `made` makes."""
    return Waiver(requirement, "platform team", "the gateway has no limit yet", expires, signature)


def kinds(report: Report) -> list[str]:
    """The troubles with waivers."""
    return [trouble.kind for trouble in report.troubles]


@pytest.mark.parametrize("signature", ["", SIGNATURE])
def test_a_waived_failure_does_not_fail(made: Callable[..., Any], signature: str) -> None:
    """On its last day a waiver still covers its failure: it is told as waived, and the run conforms."""
    report = waive(made().report, [waiver(signature=signature)])
    assert (0, []) == (report.exit_status, kinds(report))
    (first, *_) = failures(report, Invocation("datarobot"))
    assert first.startswith(f"waived   {FAILING}")
    assert any(line.startswith(f"waived        {FAILING} until {TODAY}") for line in summary(report, made().contract))
    (row,) = as_json(report, made().contract)["waived"]
    assert (FAILING, "platform team", TODAY, SIGNATURE) == tuple(
        row[name] for name in ("requirement", "owner", "expires", "signature")
    )


def test_the_case_of_a_waived_failure_is_a_failure(made: Callable[..., Any]) -> None:
    """A case is judged again without waivers, so it says what was found without them."""
    report = waive(made().report, [waiver()])
    assert "failed" == case_json(report, report.rows[0], made().contract, {})["verdict"]


@pytest.mark.parametrize("verdict", [Verdict.warned, Verdict.failed])
def test_the_case_of_a_waived_should_is_what_it_was(made: Callable[..., Any], verdict: Verdict) -> None:
    """A missed `should` warns, and with `--strict` it fails: a waiver hides neither from its case."""
    found = made(verdict)
    (first, *rest) = found.report.rows
    loose = replace(first, requirement=replace(first.requirement, strength="should"))
    report = waive(replace(found.report, rows=(loose, *rest)), [waiver()])
    assert Verdict.warned == report.rows[0].finding.verdict
    assert verdict.name == case_json(report, report.rows[0], found.contract, {})["verdict"]


def test_an_expired_waiver_covers_nothing(made: Callable[..., Any]) -> None:
    """The day after its last one a waiver covers nothing: the requirement fails, and the report says why."""
    report = waive(made().report, [waiver("2026-01-01")])
    assert (1, ["expired"], Verdict.failed) == (report.exit_status, kinds(report), report.rows[0].finding.verdict)
    assert "ended on 2026-01-01" in report.troubles[0].text


def test_a_waiver_of_what_holds_is_a_failure(made: Callable[..., Any]) -> None:
    """A waiver that covers nothing any more makes the run fail, in every format."""
    found = made(Verdict.passed)
    report = waive(found.report, [waiver()])
    assert (1, ["stale"]) == (report.exit_status, kinds(report))
    assert any("is not needed any more" in line for line in summary(report, found.contract))
    suite = ElementTree.fromstring(junit_xml(report, found.contract, Invocation("datarobot")))
    assert ("1", "stale waiver") == (suite.get("failures"), suite.findall(".//failure")[0].get("type"))
    assert ["stale"] == [row["kind"] for row in as_json(report, found.contract)["waiver_troubles"]]


def test_another_failure_is_not_covered(made: Callable[..., Any]) -> None:
    """A waiver with a signature covers only failures that look so; another one fails, and both are named."""
    report = waive(made().report, [waiver(signature="request_constraint 500")])
    assert (1, ["stale"], Verdict.failed) == (report.exit_status, kinds(report), report.rows[0].finding.verdict)
    assert "'request_constraint 500', and the failure is 'request_constraint 202' now" in report.troubles[0].text


@pytest.mark.parametrize("verdict", [Verdict.not_run, Verdict.inconclusive, Verdict.unsupported, Verdict.errored])
def test_what_was_not_judged_says_nothing_about_a_waiver(made: Callable[..., Any], verdict: Verdict) -> None:
    """A waiver is neither used nor stale where nothing was judged, nor where a run was asked for something else."""
    report = waive(made(verdict).report, [waiver()])
    assert ([], ()) == (kinds(report), report.waived)
    elsewhere = waive(made(Verdict.passed).report, [waiver(requirement="datarobot.getBatchPrediction.response.type")])
    assert [] == kinds(elsewhere)


def test_waived_must_requirements_grant_no_level(made: Callable[..., Any]) -> None:
    """A level whose failure is waived is not granted."""
    report = waive(made().report, [waiver()])
    (level,) = (row for row in as_json(report, made().contract)["levels"] if row["name"] == "constraints")
    assert ("partial", 1, 0, 0) == (level["status"], level["judged"], level["passed"], level["failed"])


WRITTEN = f"- {{requirement: {FAILING}, owner: platform team, reason: no limit yet, expires: 2026-12-31}}\n"


def test_waivers_are_read_from_a_file(tmp_path: Path) -> None:
    """A file of waivers is read as it is written; a date needs no quotes."""
    file = tmp_path / "waivers.yaml"
    file.write_text(WRITTEN)
    expected = (Waiver(FAILING, "platform team", "no limit yet", "2026-12-31"),)
    assert expected == read_waivers(file, specs.load("datarobot"))


@pytest.mark.parametrize(
    ("text", "line", "says"),
    [
        (WRITTEN.replace("maximum", "maximun"), 1, f"did you mean '{FAILING}'"),
        (WRITTEN + WRITTEN.replace("owner", "ownr"), 2, "unknown key 'ownr'; did you mean 'owner'"),
        (WRITTEN.replace("2026-12-31", "2026-13-31"), 1, "is not a"),
        (WRITTEN.replace("platform team", '""'), 1, "shorter than 1"),
        ("waivers: []\n", 1, "is not of type"),
    ],
)
def test_wrong_waivers_are_complaints(tmp_path: Path, text: str, line: int, says: str) -> None:
    """What is wrong with a file of waivers is said with its line, and the nearest right name."""
    file = tmp_path / "waivers.yaml"
    file.write_text(text)
    with pytest.raises(SpecError) as raised:
        read_waivers(file, specs.load("datarobot"))
    (complaint, *_) = raised.value.complaints
    assert line == complaint.line
    assert says in str(raised.value)


def test_a_profile_may_have_waivers(tmp_path: Path) -> None:
    """A profile has the same rows under the same rules."""
    contract, file = specs.load("datarobot"), tmp_path / "profile.yaml"
    file.write_text(f"url: http://127.0.0.1:1\nwaivers:\n{WRITTEN}")
    assert [FAILING] == [row.requirement for row in profile_for(contract, None, file, {}).waivers]
    file.write_text(f"url: http://127.0.0.1:1\nwaivers:\n{WRITTEN.replace('maximum', 'maximun')}")
    with pytest.raises(SpecError, match="did you mean") as raised:
        profile_for(contract, None, file, {})
    assert [3] == [complaint.line for complaint in raised.value.complaints]
    assert meta_schema("waivers")["items"] == meta_schema("profile")["properties"]["waivers"]["items"]


def test_reports_with_waivers_fit_the_schema(made: Callable[..., Any]) -> None:
    """A report of which a failure is waived, expired or stale fits the published schema."""
    validator = jsonschema.Draft202012Validator(meta_schema("report"))
    for row in (waiver(), waiver("2026-01-01"), waiver(signature="x")):
        document = json.loads(json.dumps(as_json(waive(made().report, [row]), made().contract)))
        assert [] == list(validator.iter_errors(document))
        assert 1 == len(document["waived"]) + len(document["waiver_troubles"])
