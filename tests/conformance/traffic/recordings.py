"""Recordings for the tests of traffic: rows of HAR files, and conversations with a mock."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

from conformance.judge import judge
from conformance.judging.view import View
from conformance.profile import profile_for
from conformance.reports.report import Report
from conformance.traffic.inferring import history_of
from conformance.traffic.recording import Entry, recorded
from specs.contract import Contract

URL = "http://api.example"


def har_row(**changes: Any) -> dict[str, Any]:
    """One complete entry of a HAR file: a list of models, asked for without credentials."""
    row: dict[str, Any] = {
        "startedDateTime": "2026-01-02T03:04:05.000Z",
        "time": 10,
        "request": {"method": "GET", "url": f"{URL}/v1/models", "headers": [], "bodySize": 0},
        "response": {
            "status": 200,
            "headers": [{"name": "Content-Type", "value": "application/json"}],
            "content": {"size": 2, "mimeType": "application/json", "text": "[]"},
        },
    }
    for name, change in changes.items():
        row[name] = row[name] | change if isinstance(change, dict) else change
    return row


def har_file(folder: Path, *rows: Any) -> Path:
    """A HAR file with these rows."""
    file = folder / "traffic.har"
    file.write_text(json.dumps({"log": {"version": "1.2", "entries": list(rows)}}))
    return file


def entries_of(report: Report) -> tuple[Entry, ...]:
    """What a recorder would have written down of a run: messages and times, and no word about why."""
    return tuple(
        replace(
            recorded(URL, row.request, row.response, "Authorization", failure=row.failure),
            sent_at=row.sent_at,
            received_at=row.received_at,
        )
        for row in report.history.exchanges
    )


def verdicts_of(contract: Contract, entries: tuple[Entry, ...], *, alone: bool, live: bool = False) -> dict[str, str]:
    """Requirement -> verdict of a recording."""
    history = history_of(contract, entries, URL, alone=alone, live=live)
    profile = profile_for(contract, URL, None, {})
    found = judge(View(contract, history, profile.fixtures), profile)
    return {name: finding.verdict.name for name, finding in found.items()}
