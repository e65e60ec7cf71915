"""A target whose version no longer has some routes: they are unsupported there, and not failed."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import mockgen
import specs
from conformance.findings import Verdict
from conformance.profile import profile_for
from conformance.run import Options, run
from specs.contract import Contract

CONTRACT = specs.load("spice")
ROUTES = {"post_batch_predict", "get_model_predict"}


def _without_predict() -> Contract:
    """The contract as a newer runtime keeps it: both predict routes are gone."""
    kept = {name: row for name, row in CONTRACT.operations.items() if name not in ROUTES}
    return replace(
        CONTRACT,
        operations=kept,
        scorers={},
        constraints={name: row for name, row in CONTRACT.constraints.items() if row.operation in kept},
        examples=tuple(row for row in CONTRACT.examples if row.operation in kept),
    )


def _verdicts(folder: Path, version: str) -> dict[str, tuple[Verdict, str]]:
    file = folder / "profile.yaml"
    file.write_text(f'version: "{version}"\n', "utf-8")
    with mockgen.running(_without_predict(), pace="immediate", seed=7) as mock:
        report = run(CONTRACT, profile_for(CONTRACT, mock.url, file, {}), Options(seed=7))
    return {row.requirement.id: (row.finding.verdict, row.finding.got) for row in report.rows}


def test_routes_that_a_version_does_not_have_are_unsupported(tmp_path: Path) -> None:
    """On a newer runtime nothing fails for want of the predict routes, and the reason names the version."""
    found = _verdicts(tmp_path, "2.2")
    assert [] == [name for name, (verdict, _) in found.items() if verdict >= Verdict.warned]
    verdict, reason = found["spice.post_batch_predict.valid_request_is_accepted"]
    assert Verdict.unsupported == verdict
    assert "version 2.2 of the target does not have predict (versions <=2.1)" == reason
    assert Verdict.passed == found["spice.get_models.valid_request_is_accepted"][0]


def test_routes_that_a_version_has_must_be_there(tmp_path: Path) -> None:
    """The same target fails when it says that it is a version which has them."""
    found = _verdicts(tmp_path, "2.1.3")
    assert Verdict.failed == found["spice.post_batch_predict.valid_request_is_accepted"][0]
