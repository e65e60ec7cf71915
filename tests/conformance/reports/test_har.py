"""Tests of archives of witnesses (HAR 1.2)."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from conformance.findings import Verdict
from conformance.history import Exchange
from conformance.reports.har import BODY_MAX, har, witnesses

STARTED = "2026-01-02T03:04:05+00:00"
REQUIRED = {
    "": {"startedDateTime", "time", "request", "response", "cache", "timings"},
    "request": {"method", "url", "httpVersion", "cookies", "headers", "queryString", "headersSize", "bodySize"},
    "response": {
        *("status", "statusText", "httpVersion", "cookies", "headers", "content", "redirectURL", "headersSize"),
        "bodySize",
    },
}
"""What HAR 1.2 wants in an entry, in its request and in its response."""


def entry_of(exchange: Exchange) -> dict[str, Any]:
    """The entry of one exchange, with the members that the format wants."""
    log = json.loads(json.dumps(har([exchange], "https://api.example.test/base", STARTED)))["log"]
    assert "1.2" == log["version"]
    assert {"name", "version"} <= log["creator"].keys()
    (entry,) = log["entries"]
    for part, names in REQUIRED.items():
        assert names <= (entry[part] if part else entry).keys()
    found: dict[str, Any] = entry
    return found


def exchange_of(made: Callable[..., Any], **changes: Any) -> Exchange:
    """The exchange of a made report, with changes."""
    (first,) = made().report.history.exchanges
    changed: Exchange = replace(first, **changes)
    return changed


def test_an_entry_has_what_was_said(made: Callable[..., Any]) -> None:
    """Address, times, bodies and status are those of the exchange; the moment follows from when the run began."""
    sent = exchange_of(made)
    entry = entry_of(replace(sent, request=replace(sent.request, target="/base/jobs?limit=5&q=")))
    assert "https://api.example.test/base/jobs?limit=5&q=" == entry["request"]["url"]
    assert [{"name": "limit", "value": "5"}, {"name": "q", "value": ""}] == entry["request"]["queryString"]
    assert '{"chunkSize": 41943041}' == entry["request"]["postData"]["text"]
    assert (202, 250.0) == (entry["response"]["status"], entry["time"])
    assert "2026-01-02T03:04:06.000000+00:00" == entry["startedDateTime"]


def test_bytes_that_are_no_text_are_encoded(made: Callable[..., Any]) -> None:
    """A body that is no UTF-8 is Base64, and comes back byte by byte."""
    content = entry_of(exchange_of(made))["response"]["content"]
    assert "base64" == content["encoding"]
    assert b'{"secret": "\x1b[2J\xff"}' == base64.b64decode(content["text"])


def test_a_request_without_an_answer_has_status_0(made: Callable[..., Any]) -> None:
    """A request that got no answer is in the archive, with what happened."""
    entry = entry_of(exchange_of(made, response=None, answer=None, failure="reset: by peer"))
    assert (0, "reset: by peer") == (entry["response"]["status"], entry["response"]["_error"])


def test_long_bodies_are_cut(made: Callable[..., Any]) -> None:
    """A long body is cut, and the entry says how long it was."""
    sent = exchange_of(made)
    entry = entry_of(replace(sent, request=replace(sent.request, body=b"x" * (BODY_MAX + 1))))
    assert BODY_MAX == len(entry["request"]["postData"]["text"])
    assert f"{BODY_MAX + 1} bytes" in entry["request"]["postData"]["comment"]


@pytest.mark.parametrize(
    ("verdict", "count"), [(Verdict.failed, 1), (Verdict.warned, 1), (Verdict.passed, 0), (Verdict.inconclusive, 0)]
)
def test_only_witnesses_are_archived(made: Callable[..., Any], verdict: Verdict, count: int) -> None:
    """The exchanges of failures and warnings are archived, others are not."""
    assert count == len(witnesses(made(verdict).report))


@pytest.mark.parametrize("target", ["//[", "*", "/?" + "a=1&" * 5000, "/%zz?%zz=\ud800"])
def test_odd_targets_have_entries(made: Callable[..., Any], target: str) -> None:
    """A request whose target is no URL is in the archive as it was sent."""
    sent = exchange_of(made)
    entry = entry_of(replace(sent, request=replace(sent.request, target=target)))
    assert f"https://api.example.test{target}" == entry["request"]["url"]
