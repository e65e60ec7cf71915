"""Whether what a report tells people to run shows them what it says: planted faults, judged, and every case replayed.

`python -m tests.zoo.replays [STEP]` takes every STEP-th fault of each vendor and replays each of its case files on the
same faulty server, which by then remembers a whole run. Of the first cases of each fault it also runs the curl script
and the test. It prints one line for each that is not as it should be, and at the end the shares that came out the same,
how many cases needed the whole run again, and the size of witnesses.
"""

from __future__ import annotations

import json
import os
import sys
import tempfile
from collections.abc import Iterator, Mapping
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path
from statistics import median

from conformance.profile import Profile
from conformance.replaying import judged_again
from conformance.reports.invocation import Invocation, pytest_file
from conformance.reports.replay import invocation_of, read_case, row_of, write_cases
from conformance.reports.report import Report
from conformance.run import Options, run
from specs.contract import Contract
from tests.zoo.faults import PLANTED
from tests.zoo.planted import Planted
from tests.zoo.scripts import is_shown_by_curl, is_shown_by_pytest
from tests.zoo.trials import LIMITS, SEED, contract_of, features_of_row, imitated, profile_of

STEP = 8
"""Of a vendor's faults every so many-th is taken."""
BY_HAND = 2
"""Of so many cases of a fault, the script and the test are run too: each of them costs a process."""
SHARE_MIN, WITNESS_MAX = 0.99, 4


@dataclass(frozen=True)
class Replayed:
    """One case after its replay: `requests` of each run that it took (a second one is the whole run)."""

    vendor: str
    fault: str
    requirement: str
    was: str
    now: str
    witness: int
    requests: tuple[int, ...]
    by_hand: Mapping[str, bool]
    """`curl` and `pytest`, where the case has them and they were run -> whether they show the same."""

    @property
    def is_same(self) -> bool:
        """Whether the replay came to the verdict of the case."""
        return self.was == self.now


def of_fault(vendor: str, row: Planted) -> list[Replayed]:
    """The replays of every case that a run on a server with a planted fault writes."""
    found: list[Replayed] = []
    contract = contract_of(vendor)
    with tempfile.TemporaryDirectory(prefix="zoo-") as folder, imitated(vendor, row.fault) as (url, objects):
        profile = profile_of(contract, url, LIMITS, objects, features_of_row(vendor, row))
        write_cases(run(contract, profile, Options(seed=SEED)), contract, Path(folder))
        for place, file in enumerate(sorted(Path(folder).glob("cases/*.json"))):
            about = Path(folder) / "profile.yaml"
            about.write_text(f"url: {url}\nobject_store: {objects}\n", "utf-8")
            # By hand first: what a person tries, they try on the server as the run has left it.
            shown = by_hand(Path(folder), file, about) if place < BY_HAND else {}
            found.append(replace(replayed(contract, profile, row.fault, file), by_hand=shown))
    return found


def by_hand(folder: Path, file: Path, profile: Path) -> Mapping[str, bool]:
    """What the script and the test of one case show."""
    case = json.loads(file.read_text("utf-8"))
    script, test = file.with_suffix(".sh"), pytest_file(folder, case["requirement"])
    shown = {"curl": is_shown_by_curl(case, script)} if script.exists() else {}
    return {**shown, "pytest": is_shown_by_pytest(test, case["requirement"], profile)}


def replayed(contract: Contract, profile: Profile, fault: str, file: Path) -> Replayed:
    """One case, judged again."""
    case, requests = read_case(file), []

    def performed(asked: Invocation) -> Report:
        report = run(contract, profile, Options(seed=asked.seed, only=asked.only, strict=asked.strict))
        requests.append(len(report.history.exchanges))
        return report

    report = judged_again(case, invocation_of(case, None, None), performed)
    row = row_of(report, case.requirement) if report else None
    now = row.finding.verdict.name if row else "nothing"
    witness = file.read_text("utf-8").count('"sent_at"')
    return Replayed(contract.vendor, fault, case.requirement, case.verdict.name, now, witness, tuple(requests), {})


def remarks(one: Replayed) -> Iterator[str]:
    """What is not as it should be with one case."""
    if not one.is_same or len(one.requests) > 1:
        yield f"{one.was}, then {one.now}  {one.requests}"
    yield from (f"{name} does not show it" for name, same in one.by_hand.items() if not same)


def main(step: int) -> int:
    """Replay a sample and print what came out; 0 when all bars are met."""
    found: list[Replayed] = []
    chosen = [(vendor, row) for vendor, rows in PLANTED.items() for row in rows[step // 2 :: step]]
    with ProcessPoolExecutor(os.cpu_count()) as pool:
        played = pool.map(of_fault, (vendor for vendor, _ in chosen), (row for _, row in chosen))
        for (vendor, row), cases in zip(chosen, played, strict=True):
            found += cases
            for text in (f"{one.requirement}: {text}" for one in cases for text in remarks(one)):
                print(f"{vendor}  {row.fault}\n    {text}", flush=True)
    whole = sum(len(one.requests) > 1 for one in found)
    shown: dict[str, list[bool]] = {"replay": [one.is_same for one in found]}
    for one in found:
        for name, is_same in one.by_hand.items():
            shown.setdefault(name, []).append(is_same)
    shares = {name: sum(same) / len(same) for name, same in shown.items()}
    for name, share in shares.items():
        print(f"{name}: {sum(shown[name])} of {len(shown[name])} ({share:.1%}) came out the same")
    witness, sent = median(one.witness for one in found), median(one.requests[0] for one in found)
    print(f"{whole} replays took the whole run; median witness {witness:g} exchanges, median replay {sent:g} requests")
    return 0 if min(shares.values()) >= SHARE_MIN and witness <= WITNESS_MAX else 1


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else STEP))
