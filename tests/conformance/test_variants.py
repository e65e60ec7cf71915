"""Tests of judging variants: a server is judged by the variant that was asked for, and only that."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

import mockgen
import specs
from conformance.__main__ import main
from conformance.findings import Verdict
from conformance.profile import profile_for
from conformance.run import Options, run
from specs.contract import Contract, Envelope

VARIANT = specs.load("amazon_ml", "enveloped")
PLAIN = specs.load("amazon_ml")
FEW = ("amazon_ml.envelope", "amazon_ml.GetBatchPrediction", "amazon_ml.CreateBatchPrediction.response")
SUCCESS: Mapping[str, Any] = {"success": True, "data": {"$body": True}}
ERROR: Mapping[str, Any] = {"success": False, "error": {"code": {"$code": True}, "message": {"$message": True}}}
BENT = {
    "success": Envelope({**SUCCESS, "success": "true"}, ERROR),
    "success_has_no_error": Envelope({**SUCCESS, "error": None}, ERROR),
    "refusal": Envelope(SUCCESS, {**ERROR, "success": True}),
    "refusal_has_no_data": Envelope(SUCCESS, {**ERROR, "data": {}}),
    "error_says_what_is_wrong": Envelope(SUCCESS, {**ERROR, "error": {"code": {"$code": True}, "message": ""}}),
}
"""Envelopes that break one requirement each, by its name."""


def _wrong(served: Contract, judged: Contract, only: tuple[str, ...] = FEW) -> set[str]:
    """What a run finds wrong with an imitation of one contract by the requirements of another."""
    with mockgen.running(served, pace="immediate", seed=7) as mock:
        report = run(judged, profile_for(judged, mock.url, None, {}), Options(seed=7, only=only))
    assert any(row.finding.verdict >= Verdict.passed for row in report.rows)
    return {row.requirement.id for row in report.rows if row.finding.verdict > Verdict.passed}


def test_the_variant_passes_on_the_variant() -> None:
    """The whole suite of the variant finds nothing wrong with an imitation of it."""
    assert set() == _wrong(VARIANT, VARIANT, ())


def test_the_default_fails_on_the_variant() -> None:
    """By the documented API, an enveloped answer lacks every member that it must have."""
    wrong = _wrong(VARIANT, PLAIN)
    assert "amazon_ml.GetBatchPrediction.response.Status.required" in wrong
    assert "amazon_ml.CreateBatchPrediction.response.BatchPredictionId.required" in wrong


def test_the_variant_fails_on_the_default() -> None:
    """By the variant, an answer without its envelope misses the requirement of the envelope."""
    assert "amazon_ml.envelope.success" in _wrong(PLAIN, VARIANT)


@pytest.mark.parametrize("name", BENT)
def test_a_bent_envelope_breaks_its_requirement(name: str) -> None:
    """Each requirement of the envelope, broken alone, is found, and no other requirement of the envelope is."""
    wrong = _wrong(replace(VARIANT, envelope=BENT[name]), VARIANT)
    assert {f"amazon_ml.envelope.{name}"} == {key for key in wrong if key.startswith("amazon_ml.envelope")}


@pytest.mark.parametrize("by_profile", [False, True])
def test_the_command_line_and_the_profile_choose(
    by_profile: bool, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """`--variant`, or a profile's `variant`, chooses what a run judges by."""
    profile = tmp_path / "profile.yaml"
    profile.write_text("variant: enveloped\n", "utf-8")
    chosen = ["--profile", str(profile)] if by_profile else ["--variant", "enveloped"]
    only = ["--only", "amazon_ml.envelope.success", "--only", "amazon_ml.GetBatchPrediction.valid_request_is_accepted"]
    with mockgen.running("amazon_ml", pace="immediate", variant="enveloped") as mock:
        command = ["run", "amazon_ml", "--target", mock.url, "--quiet", "--only"]
        assert 0 == main([*command[:-1], *only, *chosen])
        assert 2 == main([*command, "amazon_ml.envelope.success"])
    assert "no requirement of amazon_ml is or begins with 'amazon_ml.envelope.success'" in capsys.readouterr().err


def test_an_unknown_variant_is_a_wrong_command(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A misspelt variant ends a run before it begins, with the nearest name; so does one that is no name."""
    command = ["run", "amazon_ml", "--target", "http://127.0.0.1:1"]
    assert 2 == main([*command, "--variant", "envelop"])
    assert "did you mean 'enveloped'" in capsys.readouterr().err
    profile = tmp_path / "profile.yaml"
    profile.write_text("variant: [1]\n", "utf-8")
    assert 2 == main([*command, "--profile", str(profile)])
    assert "variant must be a name, not [1]" in capsys.readouterr().err
