"""One test for each requirement of the vendor that `--vendor` names, judged on the server that `--target` names.

All verdicts come from one run, which the first test that asks for it starts; `conformance.plugin` has the fixtures.
"""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from conformance.findings import Verdict
from conformance.reports.plain_text import clean
from conformance.reports.report import Report, Row
from conformance.reports.terminal import open_words

UNJUDGED = 3


def test_requirement(row: Row, five_lines: str, blocked: Mapping[str, tuple[str, ...]]) -> None:
    """The target meets the requirement."""
    if row.finding.verdict == Verdict.failed:
        pytest.fail(five_lines, pytrace=False)
    if row.finding.verdict < Verdict.passed:
        # pytest only reports here, and "skipped, because" is its word for no verdict: neither passed nor failed, with
        # the reason under -rs. No run is green by that: where nothing was shown to hold, the next test fails.
        pytest.skip(open_words(row, blocked.get(row.requirement.id, ())))


def test_run_judged_something(conformance_report: Report, refusal: str | None) -> None:
    """The run shows at least one requirement to hold: a run that judged nothing is no success."""
    if refusal:
        pytest.fail(refusal, pytrace=False)
    if conformance_report.exit_status == UNJUDGED:
        pytest.fail("nothing could be judged: no requirement was shown to hold", pytrace=False)


def test_waivers_hold(conformance_report: Report) -> None:
    """Every waiver still covers a failure, and its last day is not over."""
    if conformance_report.troubles:
        pytest.fail("\n".join(clean(trouble.text) for trouble in conformance_report.troubles), pytrace=False)
