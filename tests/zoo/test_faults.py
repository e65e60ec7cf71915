"""The suite catches every planted fault, and blames it on the requirement that it breaks."""

from __future__ import annotations

import pytest

import specs
from conformance.judge import CHECKS
from tests.zoo.faults import PLANTED
from tests.zoo.planted import Planted
from tests.zoo.trials import blamed, not_blamed, of_fault, rows_out_of_date, wrongly_blamed

UNBROKEN = {
    "answer_keeps": "judges the variant of a contract whose successes come in an envelope",
    "reaches_final": "patience that ends proves nothing: a job that never ends leaves it open",
    "member_variant": "tells which variant a target shows",
    "report_variant": "tells which variant a target shows",
    "wire_variant": "tells which variant a target shows",
}
"""Checks that no planted fault of a vendor can break, and why."""


@pytest.mark.parametrize(
    ("vendor", "row"),
    [pytest.param(vendor, row, id=f"{vendor}-{row.fault}") for vendor, rows in PLANTED.items() for row in rows],
)
def test_a_planted_fault_is_blamed_on_the_requirement_that_it_breaks(vendor: str, row: Planted) -> None:
    """The requirement that a fault breaks is failed (or warned), with those that fall with it, and no other."""
    found = blamed(of_fault(vendor, row))
    assert row.breaks in found
    assert {} == wrongly_blamed(found, row)
    assert () == not_blamed(found, row)


@pytest.mark.parametrize("vendor", specs.vendors())
def test_every_row_names_requirements_that_exist(vendor: str) -> None:
    """A row of the zoo whose requirements were renamed is out of date."""
    assert [] == list(rows_out_of_date(vendor, PLANTED[vendor]))


def test_no_fault_is_planted_twice() -> None:
    """A fault counts once, however many requirements it breaks."""
    planted = [(vendor, row.fault) for vendor, rows in PLANTED.items() for row in rows]
    assert len(planted) == len(set(planted))


def test_every_check_is_broken_by_a_planted_fault() -> None:
    """A check that nothing breaks may as well not be there."""
    broken = {specs.load(vendor).requirements[row.breaks].check for vendor, rows in PLANTED.items() for row in rows}
    assert set(UNBROKEN) == set(CHECKS) - broken
