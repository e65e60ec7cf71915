"""The suite is steady: against a right server no seed and no pace makes it blame anything, or judge anything else."""

from __future__ import annotations

import pytest

import specs
from tests.zoo.trials import CORE, blamed, trial, verdicts

SEEDS = range(10)
PACES = ("immediate", "reads:3", "seconds:0.05")
WHOLE_EVERY, WHOLE_PACE = 5, "immediate"
"""The runs with every feature of a vendor; the others judge its core."""


@pytest.mark.parametrize("vendor", specs.vendors())
@pytest.mark.parametrize("seed", SEEDS)
def test_no_seed_makes_the_suite_blame_a_right_server(vendor: str, seed: int) -> None:
    """Nothing is blamed, and nine of ten musts are judged, whatever the seed."""
    report = trial(vendor, seed=seed, features=CORE.get(vendor) if seed % WHOLE_EVERY else None)
    assert {} == blamed(report)
    assert report.share_judged >= 0.9
    assert 0 == report.exit_status


@pytest.mark.parametrize("vendor", specs.vendors())
@pytest.mark.parametrize("pace", PACES)
def test_no_pace_makes_the_suite_blame_a_right_server(vendor: str, pace: str) -> None:
    """Jobs may take any time; nine of ten musts are judged all the same."""
    report = trial(vendor, pace=pace, features=None if pace == WHOLE_PACE else CORE.get(vendor))
    assert {} == blamed(report)
    assert report.share_judged >= 0.9


@pytest.mark.parametrize("vendor", specs.vendors())
def test_the_same_seed_gives_the_same_verdicts(vendor: str) -> None:
    """A second run with the same seed decides every requirement as the first one did."""
    first, second = (verdicts(trial(vendor, features=CORE.get(vendor))) for _ in range(2))
    assert first == second
