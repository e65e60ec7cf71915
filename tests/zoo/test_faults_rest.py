"""The suite catches every fault that is planted in services with a path for each resource, and blames it rightly.

The two halves of the zoo stand in two files so that two processes can share the work.
"""

from __future__ import annotations

import pytest

from tests.zoo.faults import PLANTED
from tests.zoo.planted import Planted
from tests.zoo.trials import blamed, of_fault, rows_out_of_date, wrongly_blamed

HERE = ("datarobot", "spice")


@pytest.mark.parametrize(
    ("vendor", "row"),
    [pytest.param(vendor, row, id=f"{vendor}-{row.fault}") for vendor in HERE for row in PLANTED[vendor]],
)
def test_a_planted_fault_is_blamed_on_the_requirement_that_it_breaks(vendor: str, row: Planted) -> None:
    """The requirement that a fault breaks is failed (or warned), and no other than those that fall with it."""
    found = blamed(of_fault(vendor, row))
    assert row.breaks in found
    assert {} == wrongly_blamed(found, row)


def test_every_row_names_requirements_that_exist() -> None:
    """A row of the zoo whose requirements were renamed is out of date."""
    assert [] == [problem for vendor in HERE for problem in rows_out_of_date(vendor, PLANTED[vendor])]
