"""Tests of the Markdown summary: it tells what happened, and nothing in it is a target's markup."""

from __future__ import annotations

import html
from collections.abc import Callable
from typing import Any

import pytest

from conformance.findings import Verdict
from conformance.reports.document import as_json
from conformance.reports.markdown import FAILURES_MAX, code, escaped, markdown

FAILING = "datarobot.createBatchPrediction.request.chunkSize.maximum"
HOSTILE = (
    "<script>alert(1)</script>",
    "[x](javascript:alert(1))",
    "![x](http://evil.test/x.png)",
    "https://evil.test",
    "| a | b |",
    "`code` **bold** _it_ ~~no~~",
    "# head",
    "- item",
    "&lt;b&gt; &amp;",
    "@everyone",
    "line\nbreak\r\x1b[2J\u202e",
)


@pytest.mark.parametrize("text", HOSTILE)
def test_escaped_text_has_no_markup(text: str) -> None:
    """No character of a hostile text is left that a renderer could take for markup; what is shown is the text."""
    found = escaped(text)
    bare = "".join(part.partition(";")[2] if index else part for index, part in enumerate(found.split("&#")))
    assert not set(bare) & set("<>[]!`*_~#|@:.\\-&\n\r\x1b\u202e")
    assert text.splitlines()[0][:10] in html.unescape(found)


def test_names_are_code_only_when_they_are_names() -> None:
    """A requirement's id is code; a name that could end the code is escaped."""
    assert f"`{FAILING}`" == code(FAILING)
    assert "`" not in code("a`b")


def test_the_summary_tells_what_happened(made: Callable[..., Any]) -> None:
    """The summary has the outcome, the levels, the counts and a row for each failure, without a target's markup."""
    found = made(got="202 <b>`x`</b> | http://evil.test")
    text = markdown(as_json(found.report, found.contract))
    assert text.startswith("## DataRobot Batch Prediction API: does not conform\n")
    assert "| constraints | **failed** | 0 | 1 |" in text
    (row,) = (line for line in text.splitlines() if line.startswith("| failed |"))
    assert f"| failed | `{FAILING}` |" in row
    assert 5 == row.count("|")
    assert "<b>" not in text
    assert "evil.test" not in text


def test_many_failures_are_cut(made: Callable[..., Any]) -> None:
    """A long list of failures is cut, and the summary says how many are left out."""
    found = made()
    document = as_json(found.report, found.contract)
    first = document["requirements"][0]
    document["requirements"] = [first | {"id": f"{FAILING}.n{number}"} for number in range(FAILURES_MAX + 3)]
    text = markdown(document)
    assert FAILURES_MAX == sum(line.startswith("| failed |") for line in text.splitlines())
    assert "and 3 more, in report.html" in text


def test_a_cause_of_many_failures_leaves_room_for_others(made: Callable[..., Any]) -> None:
    """Failures of one cause stand under it, the first ones for all, so that the next cause is in sight as well."""
    found = made()
    document = as_json(found.report, found.contract)
    first = document["requirements"][0]
    ids = [f"{FAILING}.n{number}" for number in range(FAILURES_MAX)]
    document["requirements"] = [first | {"id": name} for name in (*ids, "acme.other")]
    document["groups"] = [{"cause": "createBatchPrediction answers 500", "requirements": ids}]
    lines = [line for line in markdown(document).splitlines() if line.startswith(("| **", "| failed |", "and "))]
    expected = ["| **50 with", "| failed | ", "| failed | ", "| failed | ", "| failed | ", "and 47 more"]
    assert expected == [line[:11] for line in lines]
    assert "**createBatchPrediction answers 500**" in lines[0]
    assert "`acme.other`" in lines[4]


def test_what_is_wrong_with_the_run_comes_first(made: Callable[..., Any]) -> None:
    """Before the levels stands what explains failures, what is open still, and what was left on the target."""
    found = made()
    left = {"resource": "job", "identity": "j1", "operation": "makeJob", "at": "now", "reason": "500"}
    document = as_json(found.report, found.contract) | {
        "suspects": ["no answer knows <b>it</b>"],
        "unfinished": {FAILING: "a job runs"},
        "clean_up": {"removed": 0, "ended": 0, "kept": {}, "leftovers": [left, left]},
    }
    head = html.unescape(markdown(document).partition("| level |")[0])
    for text in ("- Likely cause of failures: no answer", "because a job runs", "- Left on the target: 2 of"):
        assert text in head
    assert "<b>" not in markdown(document)


def test_a_declared_feature_without_verdicts_is_named(made: Callable[..., Any]) -> None:
    """A declared feature of which nothing could be judged is visible."""
    found = made(Verdict.passed)
    document = as_json(found.report, found.contract)
    row = {"name": "multipart", "meaning": "x", "declared": True, "judged": 0, "failed": 0, "total": 9}
    assert "`multipart` is declared, and nothing" in markdown(document | {"features": [row]})
    for other in ({"judged": 1}, {"declared": False}):
        assert "multipart" not in markdown(document | {"features": [row | other]})
