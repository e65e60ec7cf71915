"""What a run has seen, line by line on the disk, so that another process can go on with it and judge the whole.

A job may take longer than any one process should wait. The journal holds each exchange as the judge sees it (without
credentials), and how far each scenario has come; together with the seed and the tag of the run, which make the same
plan again, that is everything that a run knows. Whoever reads a journal trusts none of its lines.
"""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from io import FileIO
from pathlib import Path
from typing import Any

import jsonschema_rs

from conformance.history import Artefact, Case, Exchange
from conformance.keeping.ledger import at_whole_line, claimed, rows_of, written, wrong
from conformance.keeping.passage import Earlier, Header, Milestone
from specs.contract import Contract
from specs.message import ABSENT, Call, HttpRequest, HttpResponse
from specs.source_file import meta_schema
from specs.wire import WIRES

FILE_BYTES_MAX = 2 * 1024**3
LINE_BYTES_MAX = 256 * 1024**2
BYTES = "$bytes"


@dataclass(frozen=True)
class Journal:
    """The file that a run writes; rows are appended as things happen."""

    stream: FileIO

    def exchange(self, exchange: Exchange) -> None:
        """Writes down one exchange. Raises OSError."""
        self._append(exchange_row(exchange))

    def milestone(self, reached: Milestone) -> None:
        """Writes down that a step is done. Raises OSError."""
        files = [
            {"uri": file.uri, "slot": file.slot, "data": _spelled(file.data), "problem": file.problem}
            for file in reached.artefacts
        ]
        row = {"scenario": reached.scenario, "position": reached.position, "slot": reached.slot}
        self._append(
            {"row": "step", **row, "identity": reached.identity, "created_at": reached.created_at, "files": files}
        )

    def _append(self, row: Mapping[str, Any]) -> None:
        written(self.stream, json.dumps(row, separators=(",", ":")).encode() + b"\n")


def begun(file: Path, header: Header) -> Journal:
    """A new journal in place of an earlier one. Raises SpecError while another run writes into it, and OSError."""
    stream = claimed(file)
    stream.truncate()
    journal = Journal(stream)
    journal._append({"row": "run", **header.__dict__, "only": list(header.only)})
    return journal


def continued(file: Path) -> Journal:
    """The journal of a run that goes on. Raises SpecError while another run writes into it, and OSError."""
    return Journal(at_whole_line(file))


def read_header(file: Path) -> Header:
    """How the run of a journal was asked for. Raises SpecError for a file that is no journal."""
    for number, row in rows_of(file, FILE_BYTES_MAX, LINE_BYTES_MAX):
        if row.get("row") != "run" or not _schema().is_valid(row):
            raise wrong(file, number, "a journal begins with a row of kind 'run' that tells how the run was asked for")
        values = {key: value for key, value in row.items() if key != "row"}
        return Header(**(values | {"only": tuple(row["only"]), "layers": tuple(row.get("layers", ()))}))
    raise wrong(file, 0, "the journal is empty")


def read_journal(file: Path, contract: Contract) -> Earlier:
    """What the run of a journal has done so far. Raises SpecError for a line that no run has written."""
    told = list(_told(file, contract))
    exchanges = {row.index: row for row in told if isinstance(row, Exchange)}
    milestones = [row for row in told if isinstance(row, Milestone)]
    return Earlier(
        tuple(exchanges.values()),
        tuple(artefact for reached in milestones for artefact in reached.artefacts),
        {reached.slot: (reached.identity, reached.created_at) for reached in milestones if reached.identity},
        {reached.scenario: reached.position for reached in milestones},
    )


def _told(file: Path, contract: Contract) -> Iterator[Exchange | Milestone]:
    for number, row in rows_of(file, FILE_BYTES_MAX, LINE_BYTES_MAX):
        problem = next(iter(_schema().iter_errors(row)), None)
        if problem is not None:
            raise wrong(file, number, f"the row is none that a run writes: {problem.message[:200]}")
        try:
            if row["row"] != "run":
                yield _exchange(contract, row) if row["row"] == "exchange" else _milestone(row)
        except (ValueError, TypeError, RecursionError) as told:
            raise wrong(file, number, f"the row cannot be read: {told}") from None


def _milestone(row: Mapping[str, Any]) -> Milestone:
    files = tuple(_artefact(one) for one in row["files"])
    return Milestone(row["scenario"], row["position"], row["slot"], row["identity"], float(row["created_at"]), files)


def _artefact(row: Mapping[str, Any]) -> Artefact:
    return Artefact(row["uri"], row["slot"], _bytes(row["data"]), row["problem"])


@cache
def _schema() -> Any:
    return jsonschema_rs.validator_for(dict(meta_schema("journal")))


def exchange_row(exchange: Exchange) -> dict[str, Any]:
    """One exchange as a row."""
    call, case, request, response = exchange.call, exchange.case, exchange.request, exchange.response
    return {
        "row": "exchange",
        "index": exchange.index,
        "sent_at": exchange.sent_at,
        "received_at": exchange.received_at,
        "operation": exchange.operation,
        "call": _call_row(call) if call is not None else None,
        "case": {**case.__dict__, "parameters": _plain(case.parameters)} if case is not None else None,
        "slot": exchange.slot,
        "credentials": exchange.credentials,
        "request": {
            "method": request.method,
            "target": request.target,
            "headers": request.headers,
            "body": _spelled(request.body),
        },
        "response": {"status": response.status, "headers": response.headers, "body": _spelled(response.body)}
        if response is not None
        else None,
        "failure": exchange.failure,
    }


def _call_row(call: Call) -> dict[str, Any]:
    row = {"path": _plain(call.path), "query": _plain(call.query), "headers": _plain(call.headers)}
    body = {} if call.body is ABSENT else {"body": _plain(call.body)}
    return {**row, **body, "media_type": call.media_type}


def _exchange(contract: Contract, row: Mapping[str, Any]) -> Exchange:
    request, response, call, case = row["request"], row["response"], row["call"], row["case"]
    operation = row["operation"]
    if operation is not None and operation not in contract.operations:
        raise ValueError(f"{contract.vendor} has no operation {operation!r}")
    came = HttpResponse(response["status"], _pairs(response["headers"]), _bytes(response["body"])) if response else None
    return Exchange(
        row["index"],
        float(row["sent_at"]),
        float(row["received_at"]),
        HttpRequest(request["method"], request["target"], _pairs(request["headers"]), _bytes(request["body"])),
        operation,
        _call(operation or "", call) if call is not None else None,
        came,
        WIRES[contract.wire].decode_answer(contract, came) if came is not None else None,
        row["failure"],
        _case(case) if case is not None else None,
        row["slot"],
        row["credentials"],
    )


def _case(row: Mapping[str, Any]) -> Case:
    changed = {"expect": tuple(row["expect"]), "also": tuple(row["also"]), "parameters": _rich(row["parameters"])}
    return Case(**{**row, **changed})


def _call(operation: str, row: Mapping[str, Any]) -> Call:
    body = _rich(row["body"]) if "body" in row else ABSENT
    return Call(operation, _rich(row["path"]), _rich(row["query"]), _rich(row["headers"]), body, row.get("media_type"))


def _pairs(headers: list[list[str]]) -> tuple[tuple[str, str], ...]:
    return tuple((name, value) for name, value in headers)


def _spelled(data: bytes) -> str:
    try:
        return "text:" + data.decode()
    except UnicodeDecodeError:
        return "base64:" + base64.b64encode(data).decode("ascii")


def _bytes(text: str) -> bytes:
    kind, _, rest = text.partition(":")
    if kind == "text":
        return rest.encode()
    if kind != "base64":
        raise ValueError("bytes are written as text:... or base64:...")
    try:
        return base64.b64decode(rest, validate=True)
    except binascii.Error as problem:
        raise ValueError(f"not base64: {problem}") from None


def _plain(value: Any) -> Any:
    """A value with its bytes spelled out."""
    if isinstance(value, bytes):
        return {BYTES: _spelled(value)}
    if isinstance(value, Mapping):
        return {str(key): _plain(member) for key, member in value.items()}
    return [_plain(item) for item in value] if isinstance(value, list | tuple) else value


def _rich(value: Any) -> Any:
    if isinstance(value, dict):
        if set(value) == {BYTES}:
            return _bytes(str(value[BYTES]))
        return {key: _rich(member) for key, member in value.items()}
    return [_rich(item) for item in value] if isinstance(value, list) else value
