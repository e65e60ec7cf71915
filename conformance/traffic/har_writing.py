"""Writes entries as a HAR 1.2 file, so that a proxy's record can be judged again and read by other tools.

Credentials are gone before entries exist; that a request had some is written as a header without its value.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from conformance.driving.hiding import HIDDEN
from conformance.reports.har import Said, archive, har_entry
from conformance.traffic.recording import Entry


def har_document(entries: Iterable[Entry], secret_header: str) -> dict[str, Any]:
    """The HAR document of entries; `secret_header` is the header that the contract logs in with."""
    return archive([_row(entry, secret_header) for entry in entries])


def _row(entry: Entry, secret_header: str) -> dict[str, Any]:
    sent = entry.sent_at or 0.0
    shown = ((secret_header, HIDDEN),) if entry.logged_in else ()
    request = replace(entry.request, headers=(*entry.request.headers, *shown))
    said = Said(entry.origin, request, entry.response, entry.failure)
    return har_entry(said, datetime.fromtimestamp(sent, UTC), (entry.received_at or sent) - sent)
