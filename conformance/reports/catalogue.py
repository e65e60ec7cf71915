"""The two commands that only read: `list` and `explain`.

They answer from the contracts alone and start fast: shell completion and editors may call them often.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from inspect import getdoc

from specs.contract import Contract, Requirement
from specs.documenting.describing import describe
from specs.loading import load, vendors
from specs.source_file import Complaint, SpecError, nearest


def list_requirements(vendor: str | None, strength: str | None) -> int:
    """Prints id, strength and sentence of requirements; always 0. Raises SpecError for an unknown vendor."""
    seen: dict[str, Requirement] = {}
    for name in [vendor] if vendor else vendors():
        seen |= load(name).requirements
    rows = [row for row in seen.values() if strength in (None, row.strength)]
    width = max((len(row.id) for row in rows), default=0)
    for row in rows:
        print(f"{row.id:<{width}}  {row.strength:<6}  {row.sentence}")
    return 0


def explain(identity: str, vendor: str | None) -> int:
    """Prints all about one requirement; always 0. Raises SpecError for an unknown one."""
    contract = _contract_with(identity, vendor)
    requirement = contract.requirements[identity]
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
    # The checks come with the planners' libraries; `list` has no use for them.
    from conformance.judge import CHECKS

    checks: Mapping[str, object] = CHECKS
    check = checks.get(requirement.check)
    text = " ".join((getdoc(check) or "").split())
    yield "check", requirement.check + (f": {text}" if text else "")
