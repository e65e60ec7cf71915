"""A report as SARIF 2.1.0 (OASIS), which code hosts show beside the source.

A rule is a requirement, and a result is a failure or a warning. What is wrong is a server, which has no lines; so a
result points at the line of the requirement that it misses, where a reviewer finds the limit and its source.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from conformance.reports.invocation import SHOWN
from conformance.reports.plain_text import clean

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
RESULTS_MAX = 5000
"""Code hosts refuse logs with more; the rest is in report.json."""
_LEVELS: Mapping[str, str] = {"failed": "error", "warned": "warning"}


def sarif(document: Mapping[str, Any]) -> dict[str, Any]:
    """The log of one run, from the JSON of its report."""
    shown = [row for row in document["requirements"] if row["verdict"] in {verdict.name for verdict in SHOWN}]
    shown = shown[:RESULTS_MAX]
    waived = {row["requirement"]: row for row in document["waived"]}
    driver = {
        "name": "conformance",
        "fullName": f"conformance to {clean(document['title'])}",
        "rules": [_rule(row) for row in shown],
    }
    run = {
        "tool": {"driver": driver},
        "automationDetails": {"id": f"conformance/{document['vendor']}/"},
        "columnKind": "utf16CodeUnits",
        "invocations": [_invocation(document)],
        "results": [_result(index, row, waived) for index, row in enumerate(shown)],
        "properties": {"target": clean(document["target"]), "seed": document["seed"], "mode": document["mode"]},
    }
    return {"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}


def _rule(row: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "id": row["id"],
        "shortDescription": {"text": clean(row["sentence"])},
        "fullDescription": {"text": clean(row["sentence"])},
        "help": {"text": f"{clean(row['sentence'])} Source: {clean(row['source']) or 'not given'}."},
        "defaultConfiguration": {"level": "error" if row["strength"] == "must" else "warning"},
        "properties": {"tags": [row["level"], row["strength"]]},
    }


def _result(index: int, row: Mapping[str, Any], waived: Mapping[str, Any]) -> dict[str, Any]:
    waiver = waived.get(row["id"])
    expected = clean(row["expected"]) or clean(row["sentence"])
    identity = hashlib.sha256(f"{row['id']} {row['signature']}".encode("utf-8", "replace")).hexdigest()
    result = {
        "ruleId": row["id"],
        "ruleIndex": index,
        "kind": "fail",
        "level": "error" if waiver else _LEVELS[row["verdict"]],
        "message": {"text": f"expected {expected}; got {clean(row['got']) or 'nothing'}"},
        "locations": list(_locations(row)),
        "partialFingerprints": {"requirementAndSignature/v1": identity},
    }
    if waiver:
        reason = f"{waiver['reason']} ({waiver['owner']}, until {waiver['expires']})"
        result["suppressions"] = [{"kind": "external", "status": "accepted", "justification": clean(reason)}]
    return result


def _locations(row: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    file, _, line = row["line"].rpartition(":")
    place: dict[str, Any] = {"logicalLocations": [{"fullyQualifiedName": row["id"], "kind": "member"}]}
    if file and line.isdigit() and int(line) > 0:
        place["physicalLocation"] = {"artifactLocation": {"uri": file}, "region": {"startLine": int(line)}}
    yield place


def _invocation(document: Mapping[str, Any]) -> dict[str, Any]:
    broken = [row for row in document["requirements"] if row["verdict"] == "errored"]
    return {
        "executionSuccessful": document["exit_status"] != 3,
        "exitCode": document["exit_status"],
        "startTimeUtc": document["started"].replace("+00:00", "Z"),
        "toolExecutionNotifications": list(_notifications(broken, document["waiver_troubles"])),
    }


def _notifications(broken: Sequence[Mapping[str, Any]], troubles: Sequence[Mapping[str, Any]]) -> Iterator[Any]:
    for row in broken:
        yield {"level": "error", "message": {"text": f"the check of {row['id']} broke: {clean(row['got'])}"}}
    for row in troubles:
        yield {"level": "error", "message": {"text": clean(row["text"])}}
