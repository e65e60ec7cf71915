"""Where a run leaves its ledger and its journal, and how a later command finds them again.

They lie beside the report when there is one. A run on somebody else's machine always has a ledger: without a report it
lies in the state folder of the user, by the tag of the run.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator, Mapping
from pathlib import Path

from conformance.keeping.ledger import read_ledger
from conformance.plan import Mode
from conformance.profile import Profile, is_loopback
from conformance.reports.invocation import Invocation
from specs.source_file import Complaint, SpecError

LEDGER, JOURNAL = "ledger.jsonl", "journal.jsonl"
TAG = re.compile(r"[a-z0-9]{1,32}")


def state_folder(environment: Mapping[str, str]) -> Path:
    """The folder for the records of runs without a report (XDG Base Directory Specification, XDG_STATE_HOME)."""
    home = environment.get("XDG_STATE_HOME") or str(Path(environment.get("HOME") or Path.home()) / ".local" / "state")
    return Path(home) / "prediction-conformance" / "runs"


def record_files(
    invocation: Invocation, profile: Profile, environment: Mapping[str, str], tag: str
) -> tuple[Path | None, Path | None]:
    """The ledger and the journal of a run. A target on this machine has them only beside a report, or by name."""
    folder = invocation.reports
    if folder is None and not is_loopback(profile.url):
        folder = state_folder(environment) / tag
    ledger = invocation.ledger or (folder / LEDGER if folder is not None else None)
    makes = profile.mode >= Mode.create
    return ledger if makes else None, folder / JOURNAL if folder is not None and makes else None


def found(run: str, name: str, environment: Mapping[str, str]) -> Path:
    """The file that a person means by RUN: a folder that holds one, the file itself, or the tag of a run. Raises
    SpecError when there is none."""
    path = Path(run)
    places = [path / name, path]
    if TAG.fullmatch(run):
        places.append(state_folder(environment) / run / name)
    for place in places:
        if place.is_file():
            return place
    looked = ", ".join(str(place) for place in places if place.suffix)
    raise SpecError([Complaint("RUN", 0, "run", f"there is no {name} of {run!r} (looked for {looked})")])


def ways_on(ledger: Path | None, journal: Path | None, tag: str, profile: Path | None) -> Iterator[str]:
    """How to go on with a run that was interrupted, and how to remove what it has made: one line each, and none where
    the run had not come so far."""
    if journal is not None and journal.is_file():
        yield f"resume        conformance resume {shlex.quote(str(journal.parent))}     (goes on where it stopped)"
    made = read_ledger(ledger).get(tag) if ledger is not None and ledger.is_file() else None
    left = sum(entry.is_open for entry in made.entries.values()) if made else 0
    if left:
        login = f" --profile {shlex.quote(str(profile))}" if profile is not None else ""
        yield f"reap          conformance reap {shlex.quote(str(ledger))}{login}     (removes what it has made: {left})"
