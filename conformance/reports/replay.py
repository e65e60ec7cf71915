"""Case files: one finding with its witness, and the way to judge it again.

A case names the requirement, the seed and the mode of its run, so that the same requests can be made anew: a run never
uses a name twice, and a witness sent again byte by byte would meet the resources that it made the first time.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from conformance.findings import Finding, Verdict
from conformance.history import Exchange, History
from conformance.plan import LAYERS, Mode
from conformance.reports.curl import curl_script
from conformance.reports.invocation import SHOWN, Invocation, case_file, pytest_file
from conformance.reports.preparation import makings
from conformance.reports.pytest_case import pytest_case
from conformance.reports.reading import json_of
from conformance.reports.report import Report, Row, exchange_json, witness_of
from conformance.run import vendor_reference
from specs.contract import Contract
from specs.source_file import Complaint, SpecError

CASE_BYTES_MAX = 32 * 1024 * 1024
RULE = "case"
Controls = Mapping[str | None, Exchange]
_MEMBERS: Mapping[str, type] = {
    "vendor": str,
    "target": str,
    "requirement": str,
    "verdict": str,
    "mode": str,
    "seed": int,
    "strict": bool,
    "serves": list,
}
"""What a case file must have to be run again, with the type of each member."""


@dataclass(frozen=True)
class Case:
    """A case as it is read back. `serves` lists the requirements whose requests the witness and its controls are."""

    vendor: str
    target: str
    requirement: str
    verdict: Verdict
    mode: str
    seed: int
    strict: bool
    serves: tuple[str, ...]
    variant: str = ""
    layers: tuple[str, ...] = ()


def case_json(report: Report, row: Row, contract: Contract, valid: Controls) -> dict[str, Any]:
    """One finding as plain JSON: what was required, what came, and the exchanges that show it. `valid` is what
    `controls_of` found."""
    requirement, finding = row.requirement, row.finding
    return {
        "case": 1,
        "vendor": vendor_reference(contract),
        **({"variant": contract.variant} if contract.variant else {}),
        **({"layers": list(report.layers)} if report.layers else {}),
        "target": report.target,
        "requirement": requirement.id,
        "sentence": requirement.sentence,
        "source": requirement.source,
        "strength": requirement.strength,
        "verdict": row.unwaived.name,
        "expected": finding.expected,
        "got": finding.got,
        "mode": report.mode,
        "seed": report.seed,
        "strict": report.strict,
        "serves": list(_serves(report, finding, valid)),
        "witness": [exchange_json(exchange) for exchange in witness_of(finding, report.exchanges)],
    }


def controls_of(history: History) -> Controls:
    """Operation -> the first valid call of it that was accepted: what shows that it works at all."""
    found: dict[str | None, Exchange] = {}
    for exchange in history.exchanges:
        if exchange.case is not None and exchange.case.expect == ("accepted",) and exchange.accepted:
            found.setdefault(exchange.operation, exchange)
    return found


def _serves(report: Report, finding: Finding, valid: Controls) -> tuple[str, ...]:
    """The requirements whose scenarios must run for the same evidence: the finding's own, those of its witness, and
    those of the first valid calls of its operations."""
    witness = witness_of(finding, report.exchanges)
    operations = {exchange.operation for exchange in witness}
    controls = (exchange for operation, exchange in valid.items() if operation in operations)
    cases = [exchange.case for exchange in (*witness, *controls) if exchange.case]
    return tuple(dict.fromkeys([finding.requirement, *(case.requirement for case in cases)]))


def write_cases(report: Report, contract: Contract, reports: Path) -> None:
    """Writes a case file for everything that warned or failed, and beside it what repeats it without this command line;
    removes those of what no longer does. Raises OSError."""
    # A broken target has a thousand failures: what is read out of the whole history is read once, not for each.
    valid, known = controls_of(report.history), makings(report, contract)
    for row in report.rows:
        texts: dict[str, str | None] = {}
        if row.finding.verdict in SHOWN:
            texts = {
                ".json": json.dumps(case_json(report, row, contract, valid), indent=1) + "\n",
                ".sh": curl_script(report, contract, row.finding, known),
                ".py": pytest_case(row),
            }
        case = case_file(reports, row.requirement.id)
        for file in (case, case.with_suffix(".sh"), pytest_file(reports, row.requirement.id)):
            text = texts.get(file.suffix)
            if text is None:
                # An earlier run into the same folder may have left one, which is not true any more.
                file.unlink(missing_ok=True)
                continue
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text, encoding="utf-8", errors="backslashreplace")


def read_case(file: Path) -> Case:
    """A case file. Raises SpecError when it cannot be read or is none."""
    data = json_of(file, CASE_BYTES_MAX, RULE)
    if not isinstance(data, dict):
        raise _wrong(file, "a case is a JSON object; `conformance run --report DIR` writes cases into DIR/cases")
    if "serves" not in data:
        raise _wrong(file, "the file is no case; `conformance run --report DIR` writes cases into DIR/cases")
    for name, kind in _MEMBERS.items():
        if not isinstance(data.get(name), kind):
            raise _wrong(file, f"the member {name!r} must be of type {kind.__name__}")
    for name, scale in (("verdict", Verdict), ("mode", Mode)):
        if data[name] not in scale.__members__:
            raise _wrong(file, f"{name} {data[name]!r} is none of {', '.join(scale.__members__)}")
    values = {name: data[name] for name in _MEMBERS}
    serves = tuple(str(name) for name in data["serves"])
    more = {"variant": str(data.get("variant", "")), "layers": _layers(file, data.get("layers", []))}
    return Case(**(values | {"verdict": Verdict[data["verdict"]], "serves": serves} | more))


def _layers(file: Path, named: Any) -> tuple[str, ...]:
    if not isinstance(named, list) or not set(map(str, named)) <= set(LAYERS):
        raise _wrong(file, f"the member 'layers' is a list of {', '.join(LAYERS)}")
    return tuple(map(str, named))


def _wrong(file: Path, text: str) -> SpecError:
    return SpecError([Complaint(str(file), 0, RULE, text)])


def invocation_of(case: Case, target: str | None, profile: Path | None) -> Invocation:
    """How a case is run again: on its own target in its own mode, or on another one, which decides its mode itself."""
    mode, layers = (case.mode, case.layers) if target is None else (None, ())
    place = target or case.target
    asked = Invocation(case.vendor, place, profile, case.serves, case.seed, case.strict, mode, variant=case.variant)
    return replace(asked, layers=layers)


def row_of(report: Report, requirement: str) -> Row | None:
    """The row of one requirement; None when the run did not judge it."""
    return next((row for row in report.rows if row.requirement.id == requirement), None)
