"""Tests of reports as text."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

from conformance.findings import Finding, Verdict
from conformance.history import Exchange
from conformance.reports.invocation import Invocation
from conformance.reports.junit import junit_xml
from conformance.reports.plain_text import clean
from conformance.reports.report import Row
from conformance.reports.terminal import ProgressLine, failure_lines, failures, summary, table, topic
from specs.message import HttpRequest

FAILING = "datarobot.createBatchPrediction.request.chunkSize.maximum"


class Terminal(io.StringIO):
    """A stream that says that a person looks at it."""

    def isatty(self) -> bool:
        return True


def test_failure_is_five_lines(made: Callable[..., Any]) -> None:
    """A failure is told in five lines: what, expected, got, how to repeat it, and the seed."""
    report = made().report
    source = report.rows[0].requirement.source
    name = "datarobot.createBatchPrediction.request.chunkSize.maximum"
    assert (
        f"failed   {name}    (must, {source})",
        "expected 422 for chunkSize 41943041 (limit 41943040)",
        "got      202, job 65f0c1",
        f"repeat   conformance replay out/cases/{name}.json     (or the curl script beside it)",
        "seed     7",
    ) == failure_lines(report, report.rows[0], Invocation("datarobot", reports=Path("out")))


def test_repeat_without_reports_is_a_run(made: Callable[..., Any]) -> None:
    """Without a case file the repeat command runs the one requirement with the same seed, mode and profile."""
    report = made(strict=True).report
    (_, _, _, repeat, _) = failure_lines(report, report.rows[0], Invocation("my vendor", profile=Path("a b.yaml")))
    name = "datarobot.createBatchPrediction.request.chunkSize.maximum"
    expected = f"conformance run 'my vendor' --target http://127.0.0.1:1 --only {name} --seed 7 --mode read --strict"
    assert f"repeat   {expected} --profile 'a b.yaml'" == repeat


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain Ünïcode", "plain Ünïcode"),
        ("\x1b[2J", "\\x1b[2J"),
        ("a\nb\r\x00", "a\\nb\\r\\x00"),
        ("\u202eright to left", "\\u202eright to left"),
        ("\u2028\x85\x9b", "\\u2028\\x85\\x9b"),
        ("\ud800", "\\ud800"),
    ],
)
def test_clean_escapes_control_characters(text: str, shown: str) -> None:
    """Nothing that a target sends steers the terminal."""
    assert shown == clean(text)


def test_clean_cuts_long_texts() -> None:
    """A text from a target is cut and says so."""
    assert clean("x" * 10_000, 20) == "x" * 17 + "..."


def test_got_from_a_target_stays_one_line(made: Callable[..., Any]) -> None:
    """A failure has five lines whatever a target sent."""
    report = made(got="\x1b[31m\nfailed   another.requirement").report
    lines = list(failures(report, Invocation("datarobot")))
    assert 6 == len(lines)
    assert "got      \\x1b[31m\\nfailed   another.requirement" == lines[2]


def test_failures_come_before_warnings(made: Callable[..., Any]) -> None:
    """The worst stands first."""
    report = made(Verdict.warned, others=(Verdict.failed, Verdict.errored, Verdict.passed)).report
    heads = [line.split()[0] for line in failures(report, Invocation("datarobot")) if "    (" in line]
    assert ["errored", "failed", "warned"] == [word for word in heads if word != "repeat"]


def test_table_counts_by_operation(made: Callable[..., Any]) -> None:
    """Each operation has a line, the last line has the sums, and verdicts that nothing got have no column."""
    head, *lines = table(made().report)
    assert ["passed", "failed", "inconclusive", "not", "run"] == head.split()[4:]
    assert ["getVersion", "3", "1", "-", "1", "1"] == lines[1].split()
    assert ["all", "4", "1", "1", "1", "1"] == lines[-1].split()


def test_topics(made: Callable[..., Any]) -> None:
    """Requirements without an operation are grouped by lifecycle or by family."""
    rules = made().contract.requirements
    assert "lifecycle batch_prediction" == topic(rules["datarobot.lifecycle.batch_prediction.legal_path"])
    assert "rest_json" == topic(rules["rest_json.malformed_body_is_refused"])


def test_summary_tells_what_a_run_amounts_to(made: Callable[..., Any]) -> None:
    """The summary has the result, the counts, the share of must, the requests, the seed, and what the mode left out."""
    found = made()
    text = "\n".join(summary(found.report, found.contract))
    assert "http://127.0.0.1:1 does not conform" in text
    assert "4 written: 1 passed, 0 warned, 1 failed, 1 inconclusive, 1 not run, 0 unsupported, 0 errored" in text
    assert "50.0% of must (2 of 4)" in text
    assert "1 in 1.5 s, seed 7" in text
    assert "read; --mode create would judge at least 1 more" in text
    assert "batch_prediction: INITIALIZING, RUNNING" in text


def test_summary_tells_why_requirements_were_not_judged(made: Callable[..., Any]) -> None:
    """Reasons of the target or the profile are counted, the commonest first; the mode's own stand on its line."""
    found = made(Verdict.not_run, got="the profile maps no object store")
    (line,) = (line for line in summary(found.report, found.contract) if line.startswith("not judged"))
    assert "not judged    1 because the profile maps no object store" == line


def test_progress_is_drawn_on_terminals_only() -> None:
    """Progress is one line that is drawn over, ten times a second at most, and erased; a file gets nothing."""
    file, terminal = io.StringIO(), Terminal()
    for stream in (file, terminal):
        line = ProgressLine(stream, iter([0.0, 0.0, 0.01, 0.5]).__next__, "vendor")
        for index in range(3):
            line.show(Exchange(index, 0.0, 0.0, HttpRequest("GET", "/"), operation="get\x07"))
        line.erase()
    assert "" == file.getvalue()
    assert [
        "",
        "vendor  1 requests  0.0 s  get\\x07",
        "vendor  3 requests  0.5 s  get\\x07",
        "",
    ] == terminal.getvalue().split("\r\x1b[K")


def blocked_report(made: Callable[..., Any]) -> Any:
    """A report in which a create call failed, and what needs it could not be judged."""
    found = made()
    control = "datarobot.createBatchPrediction.valid_request_is_accepted"
    findings = [Finding(control, Verdict.failed, (1,))]
    findings += [Finding(FAILING, Verdict.inconclusive, got="no valid call of createBatchPrediction was accepted")]
    findings += [Finding("datarobot.lifecycle.batch_prediction.legal_path", Verdict.not_run)]
    rows = tuple(Row(found.contract.requirements[row.requirement], row) for row in findings)
    return replace(found, report=replace(found.report, rows=rows))


def test_what_a_failure_blocks_names_it(made: Callable[..., Any]) -> None:
    """The summary says how much one failure keeps from being judged, and a skipped test case names the failure."""
    found = blocked_report(made)
    blocker = "blocked by datarobot.createBatchPrediction.valid_request_is_accepted"
    assert f"blocked       2 not judged ({blocker})" in list(summary(found.report, found.contract))
    suite = ElementTree.fromstring(junit_xml(found.report, found.contract, Invocation("datarobot")))
    said = [skipped.get("message") for skipped in suite.findall(".//skipped")]
    assert [
        f"inconclusive ({blocker}): no valid call of createBatchPrediction was accepted",
        f"not_run ({blocker}): ",
    ] == said


def test_levels_stand_in_the_summary(made: Callable[..., Any]) -> None:
    """The summary has the levels that the run was asked about, with what failed or is missing of each."""
    found = made()
    (line,) = (line for line in summary(found.report, found.contract) if line.startswith("levels"))
    assert "constraints failed (1 of " in line
    assert "semantics" not in line
