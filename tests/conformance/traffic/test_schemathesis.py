"""Schemathesis beside the suite: what it sends is judged by the contract, and its own word fails nothing."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

import mockgen
import specs
from conformance.__main__ import main
from conformance.findings import Verdict
from conformance.history import Exchange, History
from conformance.judge import judge
from conformance.judging.view import View
from conformance.profile import profile_for
from conformance.traffic.schemathesis_layer import Remark, explored, joined, remark_rows
from specs.contract import Contract
from specs.message import HttpRequest

LIMIT = "spice.post_batch_predict.request.predictions.items.model_name.required"
SIGNED = "amazon_ml.DescribeMLModels.valid_request_is_accepted"


def only(vendor: str, operation: str) -> Contract:
    """A vendor's contract whose document shows one operation only, so that Schemathesis is done in seconds."""
    contract = specs.load(vendor)
    paths = {
        path: item
        for path, item in contract.document["paths"].items()
        if any(isinstance(row, dict) and row.get("operationId") == operation for row in item.values())
    }
    assert 1 == len(paths)
    return replace(contract, document={**contract.document, "paths": paths})


@pytest.mark.parametrize(
    ("operation", "limit", "faults", "blamed"),
    [
        ("spice.post_batch_predict", LIMIT, (), []),
        ("spice.post_batch_predict", LIMIT, (f"relax:constraint={LIMIT}",), [LIMIT]),
        ("amazon_ml.DescribeMLModels", SIGNED, (), []),
    ],
)
def test_what_it_finds_is_filed_under_requirements(
    operation: str, limit: str, faults: tuple[str, ...], blamed: list[str]
) -> None:
    """A planted fault fails its own requirement, a right server fails nothing, and limits are shown to hold."""
    vendor, name = operation.split(".")
    contract = only(vendor, name)
    with mockgen.running(vendor, seed=7, faults=faults) as mock:
        profile = profile_for(contract, mock.url, None, {})
        history, _ = explored(contract, profile, seed=1, phases=("coverage",))
    found = judge(View(contract, history, profile.fixtures), profile)
    assert blamed == [name for name, finding in found.items() if finding.verdict == Verdict.failed]
    assert (Verdict.failed if blamed else Verdict.passed) == found[limit].verdict


def test_remarks_are_filed_and_fail_nothing() -> None:
    """What cannot be mapped to a requirement becomes a remark of strength info under the operation's name."""
    remark = Remark("get_models", "RejectedPositiveData", "ST202", "Schema-valid request rejected")
    ((requirement, finding),) = remark_rows(specs.load("spice"), (remark,))
    assert ("spice.get_models.schemathesis.RejectedPositiveData", "info") == (requirement.id, requirement.strength)
    assert (Verdict.passed, True) == (finding.verdict, remark.text in finding.got)


def test_histories_are_joined_one_after_the_other() -> None:
    """No exchange of the second history begins before the first is over, and no index stands twice."""
    rows = tuple(Exchange(number, number / 10, 5.0, HttpRequest("GET", "/")) for number in (1, 2, 3))
    both = joined(History(rows), History(rows)).exchanges
    assert [1, 2, 3, 4, 5, 6] == [row.index for row in both]
    assert max(row.received_at for row in both[:3]) < min(row.sent_at for row in both[3:])


def test_its_own_users_get_our_check(tmp_path: Path) -> None:
    """With the settings of ci/README.md a plain Schemathesis run fails by the contract, and writes what it saw."""
    (settings,) = re.findall(r"```toml\n(.*?)```", Path("ci/README.md").read_text("utf-8"), re.DOTALL)
    (tmp_path / "schemathesis.toml").write_text(settings)
    document, recording = tmp_path / "openapi.json", tmp_path / "traffic.har"
    document.write_text(json.dumps(only("spice", "post_batch_predict").document, default=dict))
    words = ["run", str(document), "--phases", "coverage", "--seed", "1"]
    ours = {"CONFORMANCE_VENDOR": "spice", "CONFORMANCE_RECORD": str(recording)}
    environment = {**os.environ, **ours, "PYTHONPATH": os.getcwd()}
    with mockgen.running("spice", seed=7, faults=(f"relax:constraint={LIMIT}",)) as mock:
        command = [sys.executable, "-m", "schemathesis.cli", *words, "--url", mock.url]
        done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)
    assert 1 == done.returncode
    assert f"{LIMIT}: expected" in done.stdout
    assert 1 == main(["judge", str(recording), "--vendor", "spice", "--quiet"])


def test_reading_modes_do_not_let_it_in(capsys: pytest.CaptureFixture[str]) -> None:
    """It sends whatever is documented, so a run that may not change anything refuses it."""
    target = ["--target", "http://127.0.0.1:1", "--mode", "read"]
    assert 2 == main(["run", "spice", *target, "--with", "schemathesis"])
    assert "--mode destroy" in capsys.readouterr().err
