"""The suite blames no variant that a vendor's documents allow."""

from __future__ import annotations

import pytest

from tests.zoo.benign import VARIANTS
from tests.zoo.trials import blamed, of_variant

JUDGED_MIN = 0.85
"""A job that never ends leaves a seventh open; the other variants hide nearly nothing."""


@pytest.mark.parametrize(
    ("vendor", "variant"),
    [pytest.param(vendor, row, id=f"{vendor}-{row}") for vendor, rows in VARIANTS.items() for row in rows],
)
def test_a_benign_variant_is_not_blamed(vendor: str, variant: str) -> None:
    """What is unusual and allowed neither fails nor warns, and most requirements are judged all the same."""
    report = of_variant(vendor, variant)
    assert {} == blamed(report)
    assert report.share_judged >= JUDGED_MIN
