"""Tests of the levels of conformance and of the badge that follows from them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

import specs
from conformance.findings import Finding, Verdict
from conformance.judge import CHECKS
from conformance.reports import levels as table
from conformance.reports.levels import LEVELS, Level, badge, level_of, levels
from conformance.reports.report import Report, Row


def report_on(made: Callable[..., Any], **verdicts: Verdict) -> Report:
    """A report on every requirement of the vendor: all passed, save those of the named levels, whose first must
    requirement got a verdict."""
    found = made()
    left = dict(verdicts)
    rows = []
    for key, requirement in found.contract.requirements.items():
        wanted = left.pop(level_of(requirement), None) if requirement.strength == "must" else None
        rows.append(Row(requirement, Finding(key, Verdict.passed if wanted is None else wanted)))
    report: Report = replace(found.report, rows=tuple(rows))
    return report


def statuses(report: Report) -> dict[str, str]:
    """Level -> status."""
    return {level.name: level.status for level in levels(report, specs.load("datarobot"))}


@pytest.mark.parametrize("vendor", specs.vendors())
def test_every_requirement_has_a_level(vendor: str) -> None:
    """Every requirement belongs to one of the five levels, and what comes from a wire or a lifecycle to that one."""
    for requirement in specs.load(vendor).requirements.values():
        assert level_of(requirement) in LEVELS
        if requirement.origin in ("wire", "lifecycle"):
            assert requirement.origin == level_of(requirement)


def test_the_table_names_checks_that_exist() -> None:
    """Every check that the table of levels names is one of the judge's."""
    assert table._OF_CHECK.keys() <= CHECKS.keys()


def test_all_levels_are_granted_when_everything_passed(made: Callable[..., Any]) -> None:
    """A run that judged everything and found nothing is granted every level, and its badge says so."""
    found = levels(report_on(made), made().contract)
    assert list(LEVELS) == [level.name for level in found]
    assert {"granted"} == {level.status for level in found}
    assert all(level.total == level.judged == level.passed > 0 == level.failed for level in found)
    assert ("conforms: all 5 levels", "brightgreen") == (badge("X", found).message, badge("X", found).color)


@pytest.mark.parametrize(
    ("verdict", "status"),
    [
        (Verdict.failed, "failed"),
        (Verdict.inconclusive, "partial"),
        (Verdict.not_run, "partial"),
        (Verdict.errored, "partial"),
        (Verdict.warned, "partial"),
        (Verdict.unsupported, "granted"),
    ],
)
def test_one_requirement_decides_its_level_only(made: Callable[..., Any], verdict: Verdict, status: str) -> None:
    """One must requirement that did not pass takes its level away and no other; an undeclared feature takes none."""
    found = statuses(report_on(made, lifecycle=verdict))
    assert status == found.pop("lifecycle")
    assert {"granted"} == set(found.values())


def test_what_was_not_asked_for_is_not_granted(made: Callable[..., Any]) -> None:
    """A run of a part of the contract grants no level that it judged in part, and none that it did not touch."""
    whole = report_on(made)
    part = tuple(row for row in whole.rows if row.requirement.id.startswith("datarobot.getVersion."))
    found = statuses(replace(whole, rows=part))
    assert ("partial", "not_judged") == (found["schema"], found["lifecycle"])
    assert "granted" not in found.values()


def test_a_promoted_warning_takes_the_level(made: Callable[..., Any]) -> None:
    """With `--strict`, a missed `should` counts against its level."""
    whole = report_on(made)
    weak = next(row for row in whole.rows if row.requirement.strength == "should")
    rows = [
        replace(row, finding=replace(row.finding, verdict=Verdict.failed)) if row is weak else row for row in whole.rows
    ]
    assert "failed" == statuses(replace(whole, rows=tuple(rows)))[level_of(weak.requirement)]


@pytest.mark.parametrize(
    ("found", "message", "color"),
    [
        (
            [Level("wire", "granted", 1, 1, 1, 0), Level("schema", "partial", 1, 2, 1, 0)],
            "1 of 2 levels: wire",
            "yellow",
        ),
        ([Level("wire", "partial", 1, 2, 1, 0)], "0 of 1 levels", "yellow"),
        ([Level("wire", "granted", 1, 1, 1, 0), Level("schema", "failed", 2, 2, 1, 1)], "fails schema", "red"),
        ([Level("wire", "not_judged", 0, 2, 0, 0)], "not judged", "lightgrey"),
        ([], "not judged", "lightgrey"),
    ],
)
def test_badge(found: list[Level], message: str, color: str) -> None:
    """The badge says which levels are granted, which fail, or that nothing was judged."""
    assert ("X", message, color) == (badge("X", found).label, badge("X", found).message, badge("X", found).color)
