"""The zoo under plain Schemathesis and under this suite, side by side: faults, false alarms, requests, CPU seconds.

Both get the same servers with the same credentials. Schemathesis runs with all checks and all phases, as its own users
run it, and with what it cannot do without on these APIs: the AWS media type, the header that names an operation, and a
login. It finds a fault when it reports a failure there that it does not report on the right server; what it reports on
the right server or on a benign variant is a false alarm. `python -m tests.zoo.against_schemathesis [N]` takes every
N-th trial of the whole zoo; without a number it takes the small sample below.
"""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import mockgen
import specs
from tests.zoo.benign import VARIANTS
from tests.zoo.faults import PLANTED
from tests.zoo.trials import SEED, blamed, lay_out, trial

SAMPLE: Mapping[str, tuple[str, ...]] = {
    "amazon_ml": (
        "relax:constraint=amazon_ml.CreateBatchPrediction.request.BatchPredictionId.maxLength",
        "wrong_error_class:operation=GetBatchPrediction,right=not_found,wrong=idempotent_mismatch",
        "other_error_forms",
    ),
    "datarobot": (
        "mutate_final_state:resource=batch_prediction,to=RUNNING",
        "extra_member:operation=getBatchPrediction,at=/further,value=1",
    ),
    "spice": (
        "every_nth:operation=get_ready,n=2,error=not_ready",
        "relax:constraint=spice.get_models.request.query.format.enum",
        "duplicate_item:operation=post_batch_predict,at=/predictions",
        "extra_member:operation=get_model_predict,at=/further,value=1",
    ),
}
"""The small sample: faults and benign variants by vendor."""
SECONDS_MAX = 1800
PLAIN_HOOKS = """
import json, os, schemathesis
from conformance.schemathesis_checks import Login, media_types
from requests.auth import AuthBase
from specs.loading import load
from specs.reading.openapi import TARGET

contract = load(os.environ["ZOO_VENDOR"])
for kind in media_types(contract):
    schemathesis.serializer.alias(kind, "application/json")
    schemathesis.deserializer(kind)(lambda context, response: json.loads(response.content))
login = Login(contract.auth, {})
schemathesis.auth.set_from_requests(type("Auth", (AuthBase,), {"__call__": lambda self, sent: login(sent)})())

@schemathesis.hook
def before_call(context, case, kwargs):
    if case.operation.path.startswith(TARGET):
        case.headers = {**(case.headers or {}), "X-Amz-Target": case.operation.path.removeprefix(TARGET)}
"""


@dataclass(frozen=True)
class Seen:
    """What one tool said about one server, and what that cost."""

    failures: frozenset[str]
    requests: int
    cpu_s: float


def by_suite(vendor: str, *faults: str) -> Seen:
    """This suite's word. The mock runs in the same process; its share is in the CPU seconds too."""
    before = _own_cpu()
    report = trial(vendor, *faults)
    return Seen(frozenset(blamed(report)), len(report.history.exchanges), _own_cpu() - before)


def by_schemathesis(vendor: str, *faults: str) -> Seen:
    """Schemathesis' word; the CPU seconds are those of its own process."""
    contract = specs.load(vendor)
    with tempfile.TemporaryDirectory(prefix="zoo-") as name:
        folder = Path(name)
        lay_out(contract, folder / "objects")
        (folder / "openapi.json").write_text(json.dumps(contract.document, default=dict))
        (folder / "hooks.py").write_text(PLAIN_HOOKS)
        root = str(Path(__file__).resolve().parents[2])
        ours = {"SCHEMATHESIS_HOOKS": str(folder / "hooks.py"), "ZOO_VENDOR": vendor, "PYTHONPATH": root}
        with mockgen.running(vendor, pace="reads:1", seed=SEED, faults=faults, objects=folder / "objects") as mock:
            command = [sys.executable, "-m", "schemathesis.cli", "run", str(folder / "openapi.json")]
            command += ["--url", mock.url + contract.base_path, "--checks", "all", "--continue-on-failure"]
            command += ["--seed", str(SEED), "--report", "json", "--report-json-path", str(folder / "report.json")]
            before = _children_cpu()
            environment = {**os.environ, **ours}
            subprocess.run(command, cwd=folder, env=environment, timeout=SECONDS_MAX, capture_output=True, check=False)
            cpu = _children_cpu() - before
        report = json.loads((folder / "report.json").read_text())
    found = {f"{row['code']} {label}" for row in report["failures"] for label in row["operations"]}
    return Seen(frozenset(found), report["test_cases"]["generated"], cpu)


def _own_cpu() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def _children_cpu() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def sample(step: int | None) -> Iterator[tuple[str, str, str]]:
    """Vendor, kind (`fault` or `benign`) and the switch of each trial; every `step`-th, or the small sample."""
    faults = {vendor: [row.fault for row in rows] for vendor, rows in PLANTED.items()}
    for kind, table in (("fault", faults), ("benign", VARIANTS)):
        for vendor, switches in table.items():
            chosen = switches[::step] if step else [one for one in switches if one in SAMPLE.get(vendor, ())]
            yield from ((vendor, kind, switch) for switch in chosen)


@dataclass
class Sum:
    """What a tool came to over all trials."""

    found: int = 0
    alarms: int = 0
    requests: int = 0
    cpu_s: float = 0.0

    def add(self, kind: str, seen: Seen, right: frozenset[str]) -> bool:
        """Counts a trial; answers whether the tool saw something there that it does not see on the right server."""
        news = bool(seen.failures - right)
        self.found += kind == "fault" and news
        self.alarms += kind == "benign" and bool(seen.failures)
        self.requests += seen.requests
        self.cpu_s += seen.cpu_s
        return news


def main(words: Sequence[str]) -> int:
    """Prints both tools side by side; the exit status is 1 when this suite misses a bar of the comparison."""
    ours, theirs = Sum(), Sum()
    right: dict[str, frozenset[str]] = {}
    trials = list(sample(int(words[0]) if words else None))
    for vendor, kind, switch in trials:
        if vendor not in right:
            alone = by_schemathesis(vendor)
            right[vendor] = alone.failures
            print(f"right   {vendor:<18} Schemathesis reports {len(alone.failures)} failures", flush=True)
        one, other = by_suite(vendor, switch), by_schemathesis(vendor, switch)
        marks = (ours.add(kind, one, frozenset()), theirs.add(kind, other, right[vendor]))
        told = ["found" if mark else "-" for mark in marks]
        costs = f"{one.requests:>6} {one.cpu_s:>6.1f}   {other.requests:>6} {other.cpu_s:>6.1f}"
        print(f"{kind:<7} {vendor:<18} {told[0]:<6} {told[1]:<6} {costs}   {switch}", flush=True)
    faults = sum(kind == "fault" for _, kind, _ in trials)
    print(f"\n{'':<14}{'this suite':>12}{'Schemathesis':>14}   of {faults} faults, {len(trials) - faults} variants")
    rows = (("faults found", "found"), ("false alarms", "alarms"), ("requests", "requests"), ("CPU seconds", "cpu_s"))
    for label, name in rows:
        print(f"{label:<14}{getattr(ours, name):>12.0f}{getattr(theirs, name):>14.0f}")
    cheaper = ours.requests * 3 <= theirs.requests and ours.cpu_s * 20 <= theirs.cpu_s
    return 0 if ours.found >= 2 * theirs.found and ours.alarms <= theirs.alarms and cheaper else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
