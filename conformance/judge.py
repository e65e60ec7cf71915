"""The judge: a pure function of contract and history.

`CHECKS` names every check; a requirement says which one judges it. The judge folds the findings of a requirement to the
highest verdict, and says why when there is none. A check that raises is the suite's own fault and is reported as such.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace

from conformance.findings import Finding, Verdict, inconclusive, not_run, worst
from conformance.judging import (
    change_checks,
    collection_checks,
    command_checks,
    constraint_checks,
    lifecycle_checks,
    listing_checks,
    making_checks,
    monitors,
    operation_checks,
    output_checks,
    page_checks,
    race_checks,
    relation_checks,
    row_checks,
    wire_checks,
)
from conformance.judging.view import View
from conformance.profile import Profile
from specs.contract import Requirement

Check = Callable[[View, Requirement], Iterator[Finding]]

CHECKS: Mapping[str, Check] = {
    **constraint_checks.CHECKS,
    **operation_checks.CHECKS,
    **wire_checks.CHECKS,
    **monitors.CHECKS,
    **lifecycle_checks.CHECKS,
    **change_checks.CHECKS,
    **command_checks.CHECKS,
    **making_checks.CHECKS,
    **collection_checks.CHECKS,
    **listing_checks.CHECKS,
    **page_checks.CHECKS,
    **race_checks.CHECKS,
    **relation_checks.CHECKS,
    **row_checks.CHECKS,
    **output_checks.CHECKS,
}


def judge(view: View, profile: Profile, only: tuple[str, ...] = ()) -> dict[str, Finding]:
    """One finding for each requirement, by id and in the contract's order.

    `only` keeps the requirements whose id starts with one of the given texts. A warning counts as what it is here;
    promoting it is the reader's choice.
    """
    return {
        requirement.id: _finding(view, profile, requirement)
        for requirement in view.contract.requirements.values()
        if selected(requirement.id, only)
    }


def selected(requirement: str, only: tuple[str, ...]) -> bool:
    """Whether a requirement is asked for: all are when `only` is empty, else by prefix of whole segments."""
    return not only or any(requirement == prefix or requirement.startswith(prefix.rstrip(".") + ".") for prefix in only)


def _finding(view: View, profile: Profile, requirement: Requirement) -> Finding:
    lacking = profile.lack(requirement.features)
    if lacking:
        return Finding(requirement.id, Verdict.unsupported, got=lacking)
    try:
        found = worst(CHECKS[requirement.check](view, requirement))
    except Exception as problem:  # a broken check must not hide the other verdicts
        return Finding(requirement.id, Verdict.errored, got=f"{type(problem).__name__}: {problem}"[:300])
    if found is not None and found.verdict != Verdict.not_run:
        return found
    open_still = view.history.unfinished.get(requirement.id)
    if open_still:
        return inconclusive(requirement, got=open_still)
    reason = view.history.left_out.get(requirement.id) or (found.got if found else "")
    return not_run(requirement, reason or "no exchange of this run shows it")


def strict(findings: Mapping[str, Finding]) -> dict[str, Finding]:
    """The same findings with every warning promoted to a failure."""
    return {
        key: replace(finding, verdict=Verdict.failed) if finding.verdict == Verdict.warned else finding
        for key, finding in findings.items()
    }
