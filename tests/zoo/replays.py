"""Whether what a report tells people to run shows them what it says: planted faults, judged, and every case replayed.

`python -m tests.zoo.replays [STEP]` takes every STEP-th fault of each vendor and replays each of its case files on the
same faulty server, which by then remembers a whole run. It prints one line a case that is not as it should be, and at
the end the share that came out the same, how many of them needed the whole run again, and the size of witnesses.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from conformance.profile import Profile
from conformance.replaying import judged_again
from conformance.reports.invocation import Invocation
from conformance.reports.replay import invocation_of, read_case, row_of, write_cases
from conformance.reports.report import Report
from conformance.run import Options, run
from specs.contract import Contract
from tests.zoo.faults import PLANTED
from tests.zoo.planted import Planted
from tests.zoo.trials import LIMITS, SEED, contract_of, features_of_row, imitated, profile_of

STEP = 8
"""Of a vendor's faults every so many-th is taken."""
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

    @property
    def is_same(self) -> bool:
        """Whether the replay came to the verdict of the case."""
        return self.was == self.now


def of_fault(vendor: str, row: Planted) -> Iterator[Replayed]:
    """The replays of every case that a run on a server with a planted fault writes."""
    contract = contract_of(vendor)
    with tempfile.TemporaryDirectory(prefix="zoo-") as folder, imitated(vendor, row.fault) as (url, objects):
        profile = profile_of(contract, url, LIMITS, objects, features_of_row(vendor, row))
        write_cases(run(contract, profile, Options(seed=SEED)), contract, Path(folder))
        for file in sorted(Path(folder).glob("cases/*.json")):
            yield replayed(contract, profile, row.fault, file)


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
    return Replayed(contract.vendor, fault, case.requirement, case.verdict.name, now, witness, tuple(requests))


def main(step: int) -> int:
    """Replay a sample and print what came out; 0 when both bars are met."""
    found: list[Replayed] = []
    for vendor, row in ((vendor, row) for vendor, rows in PLANTED.items() for row in rows[step // 2 :: step]):
        for one in of_fault(vendor, row):
            found.append(one)
            if not one.is_same or len(one.requests) > 1:
                print(
                    f"{vendor}  {row.fault}\n    {one.requirement}: {one.was}, then {one.now}  {one.requests}",
                    flush=True,
                )
    share = sum(one.is_same for one in found) / len(found)
    whole = sum(len(one.requests) > 1 for one in found)
    witness, sent = median(one.witness for one in found), median(one.requests[0] for one in found)
    print(f"{len(found)} cases: {share:.1%} came out the same, {whole} of them after the whole run")
    print(f"median witness {witness:g} exchanges, median first replay {sent:g} requests")
    return 0 if share >= SHARE_MIN and witness <= WITNESS_MAX else 1


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else STEP))
