"""Judges a recording: picks the entries of one target, reads them as a history, and makes the report on it.

Nothing here sends a request. Which server is meant is said by a person or follows from the recording; where it follows
from nothing, the hosts that could be meant are listed.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime
from urllib.parse import urlsplit

from conformance.judging.view import View
from conformance.profile import Profile
from conformance.reports.report import Report
from conformance.reports.waiving import waive
from conformance.run import Options, judged, states_seen
from conformance.traffic.inferring import history_of
from conformance.traffic.recording import Entry, origin_of
from specs.contract import Contract
from specs.source_file import Complaint, SpecError
from specs.wire import WIRES


def chosen_target(contract: Contract, entries: Sequence[Entry], base_url: str | None, host: str | None) -> str:
    """The URL below which the target's API is. Raises SpecError when nothing of the recording lies there."""
    known = Counter(entry.origin for entry in entries)
    if base_url is not None:
        found = [base_url.rstrip("/")] if origin_of(base_url) in known else []
    elif host is not None:
        found = [origin for origin in known if urlsplit(origin).netloc.lower() == host.lower()]
    else:
        found = list(Counter(entry.origin for entry in entries if _is_call(contract, entry)))
    if len(found) == 1:
        return found[0]
    if not entries:
        raise SpecError([Complaint("recording", 0, "target", "there is no request in it that could be judged")])
    told = ", ".join(f"{origin} ({count})" for origin, count in known.most_common(5)) or "none"
    text = f"say with --base-url which server is meant; servers of the recording, with their requests: {told}"
    raise SpecError([Complaint("--host" if host else "--base-url", 0, "target", text)])


def _is_call(contract: Contract, entry: Entry) -> bool:
    return isinstance(WIRES[contract.wire].route(contract, entry.request), str)


def of_target(entries: Sequence[Entry], base_url: str) -> tuple[Entry, ...]:
    """The entries that were sent to a target's server."""
    origin = origin_of(base_url)
    return tuple(entry for entry in entries if entry.origin == origin)


def report_of(
    contract: Contract,
    profile: Profile,
    entries: Sequence[Entry],
    options: Options,
    *,
    now: float,
    alone: bool,
    live: bool = False,
) -> Report:
    """The report on the entries of one target, with the profile's waivers. `alone` and `live` as in `history_of`;
    `now`, in seconds since 1970, stands for times that the recording does not tell."""
    history = history_of(contract, entries, profile.url, alone=alone, live=live)
    times = [time for entry in entries for time in (entry.sent_at, entry.received_at) if time is not None]
    # Waivers end on a day: a recording that tells none is judged as one of today, or no waiver would ever end.
    started = datetime.fromtimestamp(min(times, default=now), UTC)
    view = View(contract, history, profile.fixtures)
    report = Report(
        vendor=contract.vendor,
        target=profile.url,
        versions=contract.versions,
        mode="observe",
        seed=options.seed,
        tag="",
        started=started.isoformat(timespec="seconds"),
        seconds=max(times, default=0.0) - min(times, default=0.0),
        strict=options.strict,
        rows=judged(view, profile, options),
        history=history,
        states=states_seen(view),
    )
    return waive(report, profile.waivers)
