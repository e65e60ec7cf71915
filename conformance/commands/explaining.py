"""The command `explain`: all that the contract says about one requirement, and how the check that judges it works.

Whoever sees an id in a report asks here first, so a misspelt one leads to the nearest right one.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Mapping
from inspect import getdoc

from conformance.judge import CHECKS
from specs.contract import Contract, Requirement
from specs.documenting.describing import describe
from specs.loading import load, vendors
from specs.source_file import Complaint, SpecError, nearest


def explain(options: argparse.Namespace) -> int:
    """Prints all about one requirement; always 0. Raises SpecError for an unknown one."""
    contract = _contract_with(options.id, options.vendor)
    requirement = contract.requirements[options.id]
    for label, text in (*describe(contract, requirement), *_judging(requirement)):
        print(f"{label:<12} {text}")
    return 0


def _contract_with(identity: str, vendor: str | None) -> Contract:
    first = identity.split(".", 1)[0]
    # A requirement of a wire belongs to every vendor on that wire; the first one stands for all.
    names = [vendor] if vendor else [first] if first in vendors() else vendors()
    contracts = [load(name) for name in names]
    for contract in contracts:
        if identity in contract.requirements:
            return contract
    known = [key for contract in contracts for key in contract.requirements]
    near = nearest(identity, known) if identity else ""
    text = (
        f"there is no requirement {identity!r}{near if 'did you mean' in near else '; `conformance list` has them all'}"
    )
    raise SpecError([Complaint("explain", 0, "unknown", text)])


def _judging(requirement: Requirement) -> Iterator[tuple[str, str]]:
    checks: Mapping[str, object] = CHECKS
    check = checks.get(requirement.check)
    text = " ".join((getdoc(check) or "").split())
    yield "check", requirement.check + (f": {text}" if text else "")
