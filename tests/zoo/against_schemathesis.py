"""The zoo under plain Schemathesis and under this suite, side by side: faults, false alarms, requests, CPU seconds.

Both get the same servers with the same credentials. Schemathesis runs with all checks and all phases, as its own users
run it, and with what it cannot do without on these APIs: the AWS media type, the header that names an operation, and a
login. It finds a fault when it reports a failure there that it does not report on the right server; what it reports on
the right server or on a benign variant is a false alarm. This suite finds a fault when it blames the requirement that
the fault breaks; it judges the features that a trial is about, as everywhere in the zoo, and every feature of the right
servers. `python -m tests.zoo.against_schemathesis [N]` takes every N-th trial of the whole zoo; without a number it
takes the small sample below.
"""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import mockgen
import specs
from tests.zoo.benign import VARIANTS
from tests.zoo.faults import PLANTED
from tests.zoo.trials import SEED, blamed, lay_out, of_fault, of_variant, trial

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
class Trial:
    """A server that both tools are sent to: `kind` is `fault`, `benign` or `right`; a right one has no switch."""

    vendor: str
    kind: str
    switch: str = ""


@dataclass(frozen=True)
class Seen:
    """What one tool said about one server, and what that cost."""

    failures: frozenset[str]
    requests: int
    cpu_s: float


def by_suite(one: Trial) -> Seen:
    """This suite's word. The mock runs in the same process; its share is in the CPU seconds too."""
    before = _own_cpu()
    if one.kind == "fault":
        row = next(row for row in PLANTED[one.vendor] if row.fault == one.switch)
        report = of_fault(one.vendor, row)
        failures = frozenset(blamed(report)) & {row.breaks}
    else:
        report = of_variant(one.vendor, one.switch) if one.switch else trial(one.vendor)
        failures = frozenset(blamed(report))
    return Seen(failures, len(report.history.exchanges), _own_cpu() - before)


def by_schemathesis(one: Trial) -> Seen:
    """Schemathesis' word; the CPU seconds are those of its own process."""
    vendor, faults = one.vendor, (one.switch,) if one.switch else ()
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


def sample(step: int | None) -> Iterator[Trial]:
    """Every `step`-th fault and variant, or the small sample; the right server of each vendor comes first."""
    for vendor, rows in PLANTED.items():
        faults = [row.fault for row in rows]
        chosen = [*faults[::step], *VARIANTS[vendor][::step]] if step else SAMPLE.get(vendor, ())
        if chosen:
            yield Trial(vendor, "right")
        yield from (Trial(vendor, "fault" if switch in faults else "benign", switch) for switch in chosen)


def both(one: Trial) -> tuple[Seen, Seen]:
    """What this suite and Schemathesis say of a server."""
    return by_suite(one), by_schemathesis(one)


@dataclass
class Sum:
    """What a tool came to over all trials."""

    found: int = 0
    alarms: int = 0
    requests: int = 0
    cpu_s: float = 0.0

    def add(self, kind: str, seen: Seen, usual: frozenset[str]) -> bool:
        """Counts a trial; answers whether the tool saw something there beside what it usually reports."""
        news = bool(seen.failures - usual) if kind == "fault" else bool(seen.failures)
        self.found += kind == "fault" and news
        self.alarms += kind != "fault" and news
        self.requests += seen.requests
        self.cpu_s += seen.cpu_s
        return news


def main(words: Sequence[str]) -> int:
    """Prints both tools side by side; the exit status is 1 when this suite misses a bar of the comparison."""
    ours, theirs = Sum(), Sum()
    right: dict[str, frozenset[str]] = {}
    trials = list(sample(int(words[0]) if words else None))
    with ProcessPoolExecutor(os.cpu_count()) as pool:
        for one, (suite, plain) in zip(trials, pool.map(both, trials), strict=True):
            if one.kind == "right":
                right[one.vendor] = plain.failures
            marks = (ours.add(one.kind, suite, frozenset()), theirs.add(one.kind, plain, right[one.vendor]))
            told = [("found" if one.kind == "fault" else "alarm") if mark else "-" for mark in marks]
            costs = f"{suite.requests:>6} {suite.cpu_s:>6.1f}   {plain.requests:>6} {plain.cpu_s:>6.1f}"
            print(f"{one.kind:<7} {one.vendor:<18} {told[0]:<6} {told[1]:<6} {costs}   {one.switch}", flush=True)
    faults = sum(one.kind == "fault" for one in trials)
    print(
        f"\n{'':<14}{'this suite':>12}{'Schemathesis':>14}   of {faults} faults, {len(trials) - faults} right servers"
    )
    rows = (("faults found", "found"), ("false alarms", "alarms"), ("requests", "requests"), ("CPU seconds", "cpu_s"))
    for label, name in rows:
        print(f"{label:<14}{getattr(ours, name):>12.0f}{getattr(theirs, name):>14.0f}")
    cheaper = ours.requests * 3 <= theirs.requests and ours.cpu_s * 20 <= theirs.cpu_s
    return 0 if ours.found >= 2 * theirs.found and ours.alarms < theirs.alarms and cheaper else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
