"""The suite blames no variant that a vendor's documents allow."""

from __future__ import annotations

import pytest

from tests.zoo.benign import HIDES, VARIANTS
from tests.zoo.trials import blamed, not_hidden, of_variant, share_judged_beside

JUDGED_MIN = 0.9


@pytest.mark.parametrize(
    ("vendor", "variant"),
    [pytest.param(vendor, row, id=f"{vendor}-{row}") for vendor, rows in VARIANTS.items() for row in rows],
)
def test_a_benign_variant_is_not_blamed(vendor: str, variant: str) -> None:
    """What is unusual and allowed neither fails nor warns, and nine of ten musts that it does not hide are judged."""
    report, hidden = of_variant(vendor, variant), HIDES.get(variant, ())
    assert {} == blamed(report)
    assert share_judged_beside(report, hidden) >= JUDGED_MIN
    assert () == not_hidden(report, hidden)
