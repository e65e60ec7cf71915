"""Tests of declared features: undeclared ones are unsupported, declared ones have to hold, and silence is visible."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

import mockgen
import specs
from conformance.__main__ import main
from conformance.findings import Finding, Verdict
from conformance.reports.features import features
from conformance.reports.reading import read_report
from conformance.reports.report import Report, Row
from conformance.reports.terminal import summary

FEATURE = "multipart"


def report_of(made: Callable[..., Any], verdict: Verdict) -> Report:
    """A report in which everything that needs the feature got one verdict, and one other requirement passed."""
    found = made()
    rules = [row for row in found.contract.requirements.values() if FEATURE in row.features]
    report: Report = found.report
    return replace(report, rows=tuple(Row(rule, Finding(rule.id, verdict)) for rule in rules))


@pytest.mark.parametrize(
    ("verdict", "declared", "judged"),
    [
        (Verdict.unsupported, False, False),
        (Verdict.not_run, True, False),
        (Verdict.inconclusive, True, False),
        (Verdict.passed, True, True),
        (Verdict.failed, True, True),
    ],
)
def test_a_silent_feature_is_visible(made: Callable[..., Any], verdict: Verdict, declared: bool, judged: bool) -> None:
    """A declared feature of which nothing could be judged has a line; one that was judged or not declared has none."""
    report, contract = report_of(made, verdict), made().contract
    (row,) = features(report, contract)
    assert (FEATURE, declared, judged) == (row["name"], row["declared"], row["judged"] > 0)
    lines = [line for line in summary(report, contract) if line.startswith("feature")]
    told = f"feature       {FEATURE} is declared, and nothing of it could be judged"
    assert ([told] if declared and not judged else []) == lines


@pytest.mark.parametrize(("declared", "verdict", "status"), [(True, "failed", 1), (False, "unsupported", 0)])
def test_declared_features_have_to_hold(tmp_path: Path, declared: bool, verdict: str, status: int) -> None:
    """A fault in an optional part fails a target that declares it, and does not concern one that does not."""
    operation = next(
        key for key, row in specs.load("spice").operations.items() if row.feature == "components" and "status" in key
    )
    profile = tmp_path / "profile.yaml"
    profile.write_text(f"features: {{components: {str(declared).lower()}, predict: true}}\n")
    with mockgen.running("spice", faults=(f"status_code:operation={operation},status=299",)) as mock:
        arguments = ["run", "spice", "--target", mock.url, "--profile", str(profile), "--quiet"]
        assert status == main([*arguments, "--report", str(tmp_path / "out")])
    report = read_report(tmp_path / "out")
    rows = {row["id"]: row["verdict"] for row in report["requirements"]}
    assert verdict == rows[f"spice.{operation}.status_is_documented"]
    (feature,) = (row for row in report["features"] if row["name"] == "components")
    assert declared == feature["declared"]
