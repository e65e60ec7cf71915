"""One trial: an imitated server with faults or variants switched on, judged by the whole suite.

A trial waits for nothing that takes long: the mock's jobs advance with every read, and the time in which a target may
still bring its results is cut short in the contract that the suite judges by.
"""

from __future__ import annotations

import re
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import mockgen
import specs
from conformance.findings import Verdict
from conformance.judge import selected
from conformance.profile import Limits, Profile, profile_for
from conformance.reports.report import JUDGED, Report
from conformance.run import Options, run
from specs.contract import Contract
from tests.zoo.planted import Planted

BLAMED = (Verdict.warned, Verdict.failed, Verdict.errored)
LIMITS = Limits(patience_s=1.0, request_timeout_s=5.0, run_s=60.0)
RESULTS_WAIT_S = 0.5
SEED = 7
ASKS = frozenset({"authentication"})
CORE: Mapping[str, frozenset[str]] = dict.fromkeys(("amazon_ml", "amazon_personalize", "datarobot"), ASKS)
"""Vendors whose features cost thousands of requests: what a trial declares of them unless it is about more."""
OPERATION = re.compile(r"\boperation=(\w+)")
USERS = "".join(f'{{"userId": "{number}"}}\n' for number in range(1, 7))
ITEMS = USERS.replace("userId", "itemId")


def contract_of(vendor: str) -> Contract:
    """A vendor's contract with a short wait for results; a fault that withholds them would cost half a minute."""
    contract = specs.load(vendor)
    lives = {
        name: replace(life, consistency=replace(life.consistency, results_after_final_s=RESULTS_WAIT_S))
        if life.consistency.results_after_final_s
        else life
        for name, life in contract.lifecycles.items()
    }
    return replace(contract, lifecycles=lives)


def lay_out(contract: Contract, objects: Path) -> None:
    """Put the inputs that a contract's fixtures name into an object store: records as a table, some users and items."""
    known = {name: row.value for name, row in contract.fixtures.items()}
    records = known.get("records", [{}])
    table = "".join(",".join(map(str, row)) + "\n" for row in ([*records[0]], *(row.values() for row in records)))
    for name, text in (("input_uri", table), ("input_path", USERS), ("segment_input_path", ITEMS)):
        path = objects / str(known[name]).removeprefix("s3://") if name in known else None
        if path is not None:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)


def features_of(vendor: str, text: str, *requirements: str) -> frozenset[str] | None:
    """The features that a fault or variant is about: those of the operation that it names and of these requirements."""
    if vendor not in CORE:
        return None
    contract = specs.load(vendor)
    named = OPERATION.search(text)
    about = [contract.operations[named[1]].feature] if named else []
    return CORE[vendor].union(*(contract.requirements[name].features for name in requirements), filter(None, about))


def judged_at(
    vendor: str,
    url: str,
    *,
    seed: int = SEED,
    tag: str = "",
    limits: Limits = LIMITS,
    objects: Path | None = None,
    features: frozenset[str] | None = None,
) -> Report:
    """The report on a server; `objects` is the folder of its object store. Without `features`, all are declared.

    The tag is in every name, and a mock's scores follow from names: a trial draws none, but takes one from its seed.
    """
    contract = contract_of(vendor)
    options = Options(seed=seed, tag=tag or f"{seed:08x}")
    return run(contract, profile_of(contract, url, limits, objects, features), options)


def profile_of(
    contract: Contract, url: str, limits: Limits, objects: Path | None, features: frozenset[str] | None
) -> Profile:
    """The profile of a server that is tried. Nothing is cleaned up: what a trial makes goes with its server."""
    about = profile_for(contract, url, None, {})
    return replace(about, limits=limits, object_store=objects, features=features, clean_up=False)


def trial(
    vendor: str,
    *faults: str,
    pace: str = "reads:1",
    seed: int = SEED,
    tag: str = "",
    features: frozenset[str] | None = None,
) -> Report:
    """The report on a mock of a vendor with these faults and variants, which finds the inputs of its jobs."""
    with imitated(vendor, *faults, pace=pace) as (url, objects):
        return judged_at(vendor, url, seed=seed, tag=tag, objects=objects, features=features)


@contextmanager
def imitated(vendor: str, *faults: str, pace: str = "reads:1") -> Iterator[tuple[str, Path]]:
    """The URL of a mock with these faults and variants, and its object store, in which its jobs find their inputs."""
    with tempfile.TemporaryDirectory(prefix="zoo-") as folder:
        objects = Path(folder)
        lay_out(specs.load(vendor), objects)
        with mockgen.running(vendor, pace=pace, seed=SEED, faults=faults, objects=objects) as mock:
            yield mock.url, objects


def features_of_row(vendor: str, row: Planted) -> frozenset[str] | None:
    """The features that a planted fault is about, with those without which it does not show."""
    features = features_of(vendor, row.fault, row.breaks)
    return None if features is None else features | row.needs


def of_fault(vendor: str, row: Planted) -> Report:
    """The report on a mock with a planted fault, judged with the features that the fault is about."""
    return trial(vendor, row.fault, features=features_of_row(vendor, row))


def of_variant(vendor: str, variant: str, seed: int = SEED) -> Report:
    """The report on a mock with a benign variant, judged with the features that it is about."""
    return trial(vendor, variant, seed=seed, features=features_of(vendor, variant))


def blamed(report: Report) -> Mapping[str, str]:
    """The requirements that a report holds against its target, with one line each of what came instead of what."""
    rows = ((row.requirement.id, row.finding) for row in report.rows)
    return {
        name: f"{found.verdict.name}: expected {found.expected}, got {found.got}"
        for name, found in rows
        if found.verdict in BLAMED
    }


def share_judged_beside(report: Report, hidden: tuple[str, ...]) -> float:
    """The share of must requirements that were judged, of those that are not among the hidden ones."""
    shown = [row for row in report.rows if not (hidden and selected(row.requirement.id, hidden))]
    return replace(report, rows=tuple(shown)).share_judged


def not_hidden(report: Report, hidden: tuple[str, ...]) -> tuple[str, ...]:
    """Those of the hidden requirements under which everything was judged: they hide no longer."""
    open_still = [row.requirement.id for row in report.rows if row.finding.verdict not in JUDGED]
    return tuple(name for name in hidden if not any(selected(one, (name,)) for one in open_still))


def verdicts(report: Report) -> Mapping[str, Verdict]:
    """Requirement -> verdict."""
    return {row.requirement.id: row.finding.verdict for row in report.rows}


def wrongly_blamed(found: Mapping[str, str], row: Planted) -> Mapping[str, str]:
    """What was blamed beside the requirement that a fault breaks and those that fall with it."""
    return {name: text for name, text in found.items() if not selected(name, (row.breaks, *row.also))}


def not_blamed(found: Mapping[str, str], row: Planted) -> tuple[str, ...]:
    """What a row says may fall with its fault, and did not: it would hide what is blamed there one day."""
    return tuple(name for name in row.also if not any(selected(one, (name,)) for one in found if one != row.breaks))


def rows_out_of_date(vendor: str, rows: Iterable[Planted]) -> Iterator[str]:
    """What rows name that the vendor's contract does not have."""
    known = specs.load(vendor).requirements
    for row in rows:
        missing = [name for name in row.also if not any(selected(one, (name,)) for one in known)]
        missing += [] if row.breaks in known else [row.breaks]
        yield from (f"{row.fault}: there is no {name}" for name in missing)
