"""Schemathesis as a second sender: its phases run in a process of their own, and what they saw is judged by us.

It has its own registries, threads and exit; a process keeps them apart from a run. Our hooks module logs it in, routes
its calls and records them; the recording then counts as evidence like any other. What Schemathesis itself thinks of the
answers is kept as remarks: it does not know error classes or states, so its word fails nothing.
"""

from __future__ import annotations

import importlib.util
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from conformance.findings import Finding, Verdict
from conformance.history import History
from conformance.plans.preparing import takes_what_is_named
from conformance.profile import ENVIRONMENT, Profile
from conformance.traffic.har import read_har
from conformance.traffic.inferring import history_of
from specs.contract import Contract, Operation, Requirement
from specs.loading import VENDORS
from specs.pointers import MISSING, get
from specs.reading.openapi import TARGET

HOOKS = "conformance.schemathesis_checks"
EXAMPLES = 5
"""Generated cases for each operation and phase, at least; its coverage phase has a fixed number beside them."""
SECONDS = 20
PHASES = ("examples", "coverage", "fuzzing", "stateful")
GRACE_S = 60.0
"""How long the process may take beyond its own time, for starting and judging."""


@dataclass(frozen=True)
class Remark:
    """What Schemathesis says about an operation, in its words."""

    operation: str
    check: str
    code: str
    text: str


def explored(
    contract: Contract,
    profile: Profile,
    seed: int,
    *,
    examples: int = EXAMPLES,
    seconds: int = SECONDS,
    phases: tuple[str, ...] = PHASES,
) -> tuple[History, tuple[Remark, ...]]:
    """The history of one Schemathesis run against a target, and its remarks.

    Raises ModuleNotFoundError where Schemathesis is not installed.
    """
    if importlib.util.find_spec("schemathesis") is None:
        raise ModuleNotFoundError("No module named 'schemathesis'", name="schemathesis")
    with tempfile.TemporaryDirectory(prefix="conformance-") as name:
        folder = Path(name)
        (folder / "openapi.json").write_text(json.dumps(contract.document, default=dict), encoding="utf-8")
        command = [*_command(contract, profile, folder, (seed, examples, seconds)), "--phases", ",".join(phases)]
        try:
            subprocess.run(
                command,
                cwd=folder,
                env=_environment(contract, profile, folder),
                timeout=seconds + GRACE_S,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                check=False,
            )
        except subprocess.TimeoutExpired:
            return History(()), ()
        recording = folder / "traffic.har"
        entries = read_har(recording, contract.auth.header) if recording.exists() else ()
        history = history_of(contract, entries, profile.url, alone=True, live=True)
        return history, tuple(_remarks(contract, folder / "report.json"))


def _command(contract: Contract, profile: Profile, folder: Path, bounds: tuple[int, int, int]) -> list[str]:
    seed, examples, seconds = bounds
    words = [sys.executable, "-m", "schemathesis.cli", "run", str(folder / "openapi.json")]
    words += ["--url", profile.url + contract.base_path, "--checks", "all", "--continue-on-failure", "--no-shrink"]
    words += ["--max-examples", str(examples), "--seed", str(seed), "--max-time", str(seconds)]
    words += ["--request-timeout", str(profile.limits.request_timeout_s), "--max-redirects", "0"]
    if profile.limits.requests_per_second > 0:
        words += ["--rate-limit", f"{max(1, int(profile.limits.requests_per_second))}/s"]
    for name in withheld(contract):
        words += ["--exclude-operation-id", name]
    return [*words, "--report", "json", "--report-json-path", str(folder / "report.json")]


def withheld(contract: Contract) -> tuple[str, ...]:
    """The operations that it is not told of: it finds ids in lists, and would take away what belongs to somebody."""
    return tuple(name for name in contract.operations if takes_what_is_named(contract, name))


def _environment(contract: Contract, profile: Profile, folder: Path) -> dict[str, str]:
    """What the hooks module reads. Secrets go from environment to environment and stand in no file or command."""
    keys = profile.credentials
    secrets = {ENVIRONMENT[part]: str(getattr(keys, part)) for part in ENVIRONMENT if getattr(keys, part)}
    vendor = contract.vendor if contract.folder == VENDORS / contract.vendor else str(contract.folder.resolve())
    here = str(Path(__file__).resolve().parents[2])
    return {
        **os.environ,
        **secrets,
        "PYTHONPATH": os.pathsep.join(filter(None, (here, os.environ.get("PYTHONPATH", "")))),
        "SCHEMATHESIS_HOOKS": HOOKS,
        "CONFORMANCE_VENDOR": vendor,
        "CONFORMANCE_RECORD": str(folder / "traffic.har"),
    }


def _remarks(contract: Contract, file: Path) -> Iterator[Remark]:
    names = {f"{row.method} {_key(row)}": row.id for row in contract.operations.values()}
    try:
        rows = get(json.loads(file.read_text(encoding="utf-8")), "/failures")
    except (OSError, ValueError):
        return
    for row in rows if isinstance(rows, list) else ():
        labels, kind, code, title = (get(row, f"/{name}") for name in ("operations", "type", "code", "title"))
        for label in labels if isinstance(labels, list) else ():
            if label in names and MISSING not in (kind, code, title):
                yield Remark(names[label], str(kind), str(code), str(title))


def _key(operation: Operation) -> str:
    """The path under which an operation stands in its document."""
    return TARGET + operation.route if operation.route else operation.path


def remark_rows(contract: Contract, remarks: tuple[Remark, ...]) -> Iterator[tuple[Requirement, Finding]]:
    """A requirement of strength info for each remark, with what Schemathesis said about it."""
    for remark in remarks:
        name = f"{contract.vendor}.{remark.operation}.schemathesis.{remark.check}"
        sentence = f"Schemathesis has no remark of the kind {remark.check} on {remark.operation}."
        source = f"Schemathesis, {remark.code}"
        requirement = Requirement(name, sentence, source, "info", "schemathesis", remark.operation)
        yield requirement, Finding(name, Verdict.passed, got=f"Schemathesis remarks: {remark.text}")


def joined(first: History, second: History) -> History:
    """Two histories, one after the other; the second begins when the first is over."""
    count = max((row.index for row in first.exchanges), default=0)
    start = max((row.received_at for row in first.exchanges), default=0.0) + 1.0
    later = tuple(
        replace(row, index=row.index + count, sent_at=row.sent_at + start, received_at=row.received_at + start)
        for row in second.exchanges
    )
    return replace(first, exchanges=first.exchanges + later)
