"""A report made by hand that has one of everything a page shows."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

Data = dict[str, Any]


def exchange(index: int, status: int | None, body: str, operation: str = "getJob") -> Data:
    """One exchange; without a status, nothing came back."""
    response = {"status": status, "headers": [["Content-Type", "application/json"]], "body": body, "cut": False}
    return {
        "index": index,
        "sent_at": float(index),
        "received_at": index + 0.5,
        "operation": operation,
        "case": "a case",
        "request": {
            "method": "GET",
            "target": f"/jobs/{index}",
            "headers": [["Accept", "*/*"]],
            "body": '{"asked": 1}',
            "cut": True,
        },
        "response": response if status else None,
        "failure": None if status else "timeout: nothing in 30 s",
    }


def requirement(identity: str, verdict: str = "passed", **more: Any) -> Data:
    """One requirement; failures have files to repeat them."""
    wrong = verdict in ("failed", "warned")
    files = {name: f"cases/{identity}.{name}" if wrong else "" for name in ("replay", "curl", "pytest")}
    return {
        "id": identity,
        "sentence": f"Sentence of {identity}.",
        "source": f"Manual on {identity}",
        "line": "requirements.yaml:12",
        "strength": "must",
        "level": "semantics",
        "operation": None,
        "lifecycle": None,
        "verdict": verdict,
        "expected": "a job with the state DONE" if wrong else "",
        "got": "a job with the state LOST" if wrong else "",
        "variant": "",
        "blocked_by": [],
        "signature": "check 200" if wrong else "",
        "repeat": files,
        "witness": [],
    } | more


def lifecycle() -> Data:
    """A life with a step that the table lacks, a leap, and two jobs."""
    looks = [(0.0, "NEW"), (1.0, "NEW"), (2.5, "DONE"), (4.0, "NEW")]
    points = [{"at": at, "state": state, "source": "get", "exchange": 7} for at, state in looks]
    return {
        "name": "print_job",
        "states": ["NEW", "RUNNING", "DONE", "LOST"],
        "initial": "NEW",
        "final": {"DONE": "success", "LOST": "failure"},
        "transitions": [
            {"from": "NEW", "event": "start", "to": "RUNNING"},
            {"from": "RUNNING", "event": "finish", "to": "DONE"},
            {"from": "RUNNING", "event": "lose", "to": "LOST"},
        ],
        "seen_states": ["NEW", "DONE", "ODD"],
        "seen_transitions": [{"from": "NEW", "to": "DONE"}, {"from": "DONE", "to": "NEW"}],
        "jobs": [{"id": "job-0000000000000000000001", "points": points}, {"id": "job-2", "points": points[:1]}],
    }


def requirements() -> list[Data]:
    """Every verdict; two failures of one cause, and one that keeps another from being judged."""
    before, after = '{"id": 1, "state": "NEW", "rows": 3}', '{"id": 1, "state": "NEW", "rows": 2}'
    shared = [exchange(4, 200, before), exchange(7, 200, after)]
    return [
        requirement("acme.getJob.a", level="schema", operation="getJob"),
        requirement("acme.getJob.rows", "failed", level="constraints", operation="getJob", witness=shared),
        requirement("acme.getJob.size", "failed", level="constraints", operation="getJob", witness=shared[1:]),
        requirement("acme.lifecycle.print_job.end", "failed", level="lifecycle", lifecycle="print_job"),
        requirement("acme.soft", "warned", strength="should", witness=[exchange(9, None, "")]),
        requirement("acme.broken", "errored", got="the suite broke"),
        requirement("acme.later", "not_run", got="no job came to be", blocked_by=["acme.getJob.rows"]),
        requirement("acme.odd", "inconclusive", got="both", strength="info", variant="the second"),
        requirement("acme.extra", "unsupported", level="wire"),
    ]


@pytest.fixture
def report() -> Data:
    """The whole report."""
    rows = requirements()
    verdicts = ("unsupported", "not_run", "inconclusive", "passed", "warned", "failed", "errored")
    names = ("wire", "schema", "constraints", "lifecycle", "semantics")
    return {
        "report": 2,
        "vendor": "acme",
        "title": "Acme Jobs",
        "target": "http://127.0.0.1:1",
        "versions": ["2"],
        "mode": "destroy",
        "seed": 7,
        "tag": "ab12",
        "started": "2026-01-02T03:04:05+00:00",
        "seconds": 12.5,
        "strict": False,
        "requests": 40,
        "exit_status": 1,
        "share_judged": 0.75,
        "verdicts": {name: sum(row["verdict"] == name for row in rows) for name in verdicts},
        "levels": [
            {"name": name, "status": "failed", "judged": 1, "total": 2, "passed": 0, "failed": 1} for name in names
        ],
        "badge": {"label": "Acme Jobs", "message": "fails wire", "color": "red"},
        "features": [
            {"name": "copies", "meaning": "copies jobs", "declared": True, "judged": 1, "failed": 0, "total": 2}
        ],
        "suspects": ["fixture printer: no answer of the target knows it"],
        "unfinished": {},
        "clean_up": {"removed": 2, "ended": 1, "kept": {"page": 1}, "leftovers": []},
        "states_seen": {"print_job": ["NEW"]},
        "lifecycles": [lifecycle()],
        "groups": [{"cause": "exchange 7: getJob, 200", "requirements": ["acme.getJob.rows", "acme.getJob.size"]}],
        "waived": [
            {
                "requirement": "acme.soft",
                "owner": "team",
                "reason": "next release",
                "expires": "2026-02-03",
                "signature": "check 200",
            }
        ],
        "waiver_troubles": [{"requirement": "acme.old", "owner": "team", "kind": "stale", "text": "it holds now"}],
        "requirements": rows,
    }


FREE = frozenset(
    (
        *("id", "sentence", "source", "operation", "lifecycle", "expected", "got", "variant", "title", "tag"),
        *("method", "target", "body", "case", "failure", "label", "message", "color", "name", "meaning", "cause"),
        *("owner", "reason", "text", "signature", "replay", "curl", "pytest", "vendor", "initial", "state", "from"),
        *("to", "event", "headers", "requirement", "requirements", "versions", "states", "seen_states", "blocked_by"),
    )
)
"""Members whose text a target, a contract or a person chooses. Levels' names are ours."""


@pytest.fixture
def spoiled(report: Data) -> Callable[[str], Data]:
    """The same report with a text added to every text that is not ours, so that equal ones stay equal."""

    def spoil(value: Any, suffix: str, free: bool) -> Any:
        if isinstance(value, str):
            return value + suffix if free else value
        if isinstance(value, list):
            return [spoil(item, suffix, free) for item in value]
        if isinstance(value, dict):
            ours = value.keys() >= {"status", "judged"}
            return {
                (key + suffix if key in ("DONE", "LOST") else key): spoil(
                    item, suffix, (key in FREE and not ours) or (key in ("DONE", "LOST"))
                )
                for key, item in value.items()
            }
        return value

    return lambda suffix: dict(spoil(report, suffix, False))
