"""Tests of reports as JUnit XML."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from xml.etree import ElementTree

import pytest

from conformance.findings import Verdict
from conformance.reports.invocation import Invocation
from conformance.reports.junit import junit_xml


def suite_of(found: Any) -> ElementTree.Element:
    """The document, parsed again."""
    return ElementTree.fromstring(junit_xml(found.report, found.contract, Invocation("datarobot")))


@pytest.mark.parametrize(
    ("verdict", "tag"),
    [
        (Verdict.passed, None),
        (Verdict.warned, "system-out"),
        (Verdict.failed, "failure"),
        (Verdict.errored, "error"),
        (Verdict.inconclusive, "skipped"),
        (Verdict.not_run, "skipped"),
        (Verdict.unsupported, "skipped"),
    ],
)
def test_verdicts_become_outcomes(made: Callable[..., Any], verdict: Verdict, tag: str | None) -> None:
    """A test case passes, fails, errs or is skipped as its requirement's verdict says."""
    case = suite_of(made(verdict)).find("testcase")
    assert case is not None
    assert "datarobot.createBatchPrediction.request.chunkSize.maximum" == case.get("name")
    assert ([tag] if tag else []) == [child.tag for child in case]


def test_counts_agree_with_the_cases(made: Callable[..., Any]) -> None:
    """The suite's counts are those of its cases."""
    suite = suite_of(made())
    assert ("4", "1", "0", "2") == tuple(suite.get(name) for name in ("tests", "failures", "errors", "skipped"))
    assert 4 == len(suite.findall("testcase"))


def test_failure_has_the_five_lines(made: Callable[..., Any]) -> None:
    """A failure carries the five lines, and what came in its message."""
    failure = suite_of(made()).find("testcase/failure")
    assert failure is not None
    assert failure.text is not None
    assert 5 == len(failure.text.splitlines())
    assert failure.get("message", "").endswith("; got 202, job 65f0c1")


def test_hostile_text_is_still_xml(made: Callable[..., Any]) -> None:
    """Control characters, markup and lone surrogates of a target do not break the document."""
    failure = suite_of(made(got="]]></failure>\x00\x1b\ud800\ufffe&")).find("testcase/failure")
    assert failure is not None
    assert "got      ]]></failure>\\x00\\x1b\\ud800\\ufffe&" in (failure.text or "")


def test_time_is_that_of_the_requests(made: Callable[..., Any]) -> None:
    """A case's time is what its requests took; the suite's is wall time."""
    suite = suite_of(made())
    assert "1.500" == suite.get("time")
    assert ["0.250", "0.000"] == [case.get("time") for case in suite.findall("testcase")][:2]
