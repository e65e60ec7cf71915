"""The tables of a generated server: errors, lives, seeds, credentials, and the columns of results.

Each function makes the source of one block. Whatever can be decided from the contract is decided here, so that the
generated code neither interprets placeholders nor looks anything up in a schema.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mockgen.pace import Pace
from mockgen.world import resolved, seeded
from mockgen.writing.literals import Code, Invoke, assigned, flat
from specs.auth import LOCAL
from specs.contract import Contract, Lifecycle, Output, Upload
from specs.pointers import MISSING, get


def errors(contract: Contract) -> str:
    """`ERRORS`: every class of error with its default form."""
    rows = {}
    for error in contract.errors.values():
        form = error.forms[0]
        named: dict[str, Any] = {"status": form.status, "message": error.message}
        if contract.wire == "aws_json":
            named["code"] = form.code or error.name
        if error.media_type is not None:
            named["media_type"] = error.media_type
        rows[error.name] = Invoke("Error", (), named)
    return assigned("ERRORS", rows)


def situations(contract: Contract) -> str:
    """`SITUATIONS`: which error answers which situation."""
    return assigned("SITUATIONS", dict(contract.refusals))


def not_found(contract: Contract) -> str:
    """`NOT_FOUND`: which error answers an identity that nothing has."""
    return assigned("NOT_FOUND", {life.name: life.not_found for life in contract.lifecycles.values()})


def jobs(contract: Contract) -> list[Lifecycle]:
    """The lifecycles that move."""
    return [life for life in contract.lifecycles.values() if life.transitions]


def lives(contract: Contract) -> str:
    """The transition tables and what belongs to them."""
    moving = jobs(contract)
    tables: dict[str, Mapping[str, Any]] = {
        "INITIAL": {life.name: life.initial for life in moving},
        "TRANSITIONS": {life.name: {state: dict(row) for state, row in life.transitions.items()} for life in moving},
        "FINAL: dict[str, dict[str, str]]": {life.name: dict(life.final) for life in moving},
        "COURSE": {life.name: tuple(life.course) for life in moving},
        "FAILURE": {life.name: life.failure for life in moving},
        "SPELLINGS: dict[str, dict[str, str]]": _spellings(moving),
        "UPLOAD_EVENT": {life.name: life.upload.event for life in moving if life.upload},
        "PARTS: dict[str, tuple[str, ...]]": parts(contract),
    }
    return "\n\n".join(
        f'{assigned(name, rows)}\n"""{LIFE_TEXTS[name.partition(":")[0]]}"""' for name, rows in tables.items()
    )


LIFE_TEXTS = {
    "INITIAL": "The state that a new resource is in.",
    "TRANSITIONS": "Kind -> state -> event -> next state.",
    "FINAL": "The states in which nothing happens by itself any more, and how the job has ended then.",
    "COURSE": "The events that happen by themselves when all goes well.",
    "FAILURE": "The event of a job that goes wrong.",
    "SPELLINGS": "States that are written differently on the wire.",
    "UPLOAD_EVENT": "The event that waits until the input has been uploaded.",
    "PARTS": "Kinds whose resources live inside another one of the same identity, and are read with it.",
}


def _spellings(moving: list[Lifecycle]) -> dict[str, dict[str, str]]:
    rows = {life.name: {state: life.spellings[state][0] for state in life.spellings} for life in moving}
    return {name: row for name, row in rows.items() if row}


def parts(contract: Contract) -> dict[str, tuple[str, ...]]:
    """Lifecycle -> the lifecycles whose documents it embeds."""
    found = {
        life.name: tuple(
            str(rule.shows["$embeds"])
            for rule in life.fields
            if isinstance(rule.shows, Mapping) and "$embeds" in rule.shows
        )
        for life in contract.lifecycles.values()
    }
    return {name: row for name, row in found.items() if row}


def uploads(contract: Contract) -> list[tuple[Lifecycle, Upload]]:
    """The lifecycles that take an upload."""
    return [(life, life.upload) for life in contract.lifecycles.values() if life.upload]


def awaits_upload(contract: Contract) -> str:
    """The function that tells which jobs take an upload."""
    lines = [
        "def awaits_upload(resource: Resource) -> bool:",
        '    """Whether the job takes its input as an upload."""',
    ]
    for life, upload in uploads(contract):
        tests = [_requests(life, pointer, value) for pointer, value in upload.when.items()]
        lines += [
            f"    if resource.kind == {flat(life.name)}:",
            f"        return bool({' and '.join(tests) or 'True'})",
        ]
    return "\n".join((*lines, "    return False"))


def _requests(life: Lifecycle, pointer: str, value: Any) -> str:
    default = _default(life, pointer)
    shown = "" if default is MISSING else f", {flat(default)}"
    return f"at(resource.request, {flat(pointer)}{shown}) == {flat(value)}"


def _default(life: Lifecycle, pointer: str) -> Any:
    for rule in life.fields:
        if isinstance(rule.shows, Mapping) and "$requested" in rule.shows:
            return get(rule.shows["$requested"], pointer)
    return MISSING


def fails(contract: Contract) -> str:
    """The function that tells which jobs fail, by the requests that a source says to do so."""
    wanted = {
        life.name: {pointer: resolved(contract, value) for pointer, value in life.failing_request.items()}
        for life in jobs(contract)
        if life.failing_request
    }
    return (
        f"{assigned('FAILING', wanted)}\n"
        '"""Requests (pointer -> value) whose jobs fail."""\n\n\n'
        "def fails(resource: Resource) -> bool:\n"
        '    """Whether the job is one that fails."""\n'
        "    wanted = FAILING.get(resource.kind)\n"
        "    return bool(wanted) and all(at(resource.request, pointer) == value for pointer, value in wanted.items())"
    )


def seeds(contract: Contract) -> str:
    """`SEEDS`: what exists before the first request."""
    rows = []
    for resource in seeded(contract, 0, Pace("immediate")).resources.values():
        named: dict[str, Any] = {"document": resource.document}
        if resource.private:
            named["private"] = resource.private
        life = contract.lifecycles[resource.lifecycle]
        if life.transitions:
            named["history"] = [(resource.state, 0.0)]
        rows.append(Invoke("Resource", (resource.lifecycle, resource.identity), named))
    return assigned("SEEDS: tuple[Resource, ...]", tuple(rows))


def token(contract: Contract) -> str:
    """The token and the header that carries it."""
    words = [f"{prefix} " for prefix in contract.auth.prefixes] or [""]
    accepted = tuple(Code(f'f"{word}{{TOKEN}}"' if word else "TOKEN") for word in words)
    return "\n".join(
        (
            f'{assigned("TOKEN", LOCAL.token)}\n"""Change it; it is no secret."""',
            assigned("HEADER", contract.auth.header),
            assigned("ACCEPTED", accepted),
        )
    )


def keys() -> str:
    """The key pair that requests are signed with."""
    pair = (assigned("ACCESS_KEY", LOCAL.access_key), assigned("SECRET_KEY", LOCAL.secret_key))
    return "\n".join(pair) + '\n"""Change them; they are no secret."""'


def result_tables(contract: Contract) -> tuple[Lifecycle, Output] | None:
    """The lifecycle whose results are handed out as CSV, and their layout."""
    for life in contract.lifecycles.values():
        output = contract.outputs.get(life.results.output) if life.results else None
        if output is not None and output.format == "csv":
            return life, output
    return None


OPTIONS = (
    *("probabilities", "probability_classes", "status", "passthrough", "passthrough_set", "remapping"),
    *("delimiter", "quotechar", "encoding"),
)
"""Parameters of an output that name members of the creating request."""


def columns(contract: Contract) -> str:
    """The tables of `tables.py`: columns by kind, options, inputs."""
    found = result_tables(contract)
    if found is None:
        return ""
    life, output = found
    rules = output.parameters
    references = life.created_by.references if life.created_by else ()
    with_rows = [kind.name for kind in contract.lifecycles.values() if any(_has_rows(row) for row in kind.seeded)]
    inputs = {row.resource: row.place.name for row in references if row.resource in with_rows}
    layout = {kind: tuple((row["name"], row["shows"]) for row in rows) for kind, rows in output.columns.items()}
    of_classes = tuple(dict.fromkeys(rules.get("class_columns", ("score", "positive_score", "negative_score"))))
    rows: list[tuple[str, Any, str]] = [
        ("COLUMNS", layout, "Kind of model -> name and content of every column of predictions."),
        ("OF_CLASSES", of_classes, "Contents that are the probability of one class."),
        ("WITHOUT_PROBABILITIES", tuple(rules.get("without_probabilities", ())), "Left out without probabilities."),
        ("OPTIONS", {name: rules[name] for name in OPTIONS if name in rules}, "Where a request asks for what."),
        ("MODEL_KIND", rules["resource"], ""),
        ("MODEL", rules["by"], "Where the creating request names the model."),
        ("INPUTS: dict[str, str]", inputs, "Kinds that hold rows, and where the creating request names one."),
        ("STATUS_COLUMN", rules.get("status_column", "status"), ""),
        ("STATUS_OK", str(rules.get("status_ok", "OK")), ""),
        ("TAB_WORD", rules.get("tab_word", "\t"), "The delimiter that means a tab."),
    ]
    blocks = [assigned(name, value) + (f'\n"""{text}"""' if text else "") for name, value, text in rows]
    return "\n" + "\n\n".join(blocks)


def sample(contract: Contract) -> str:
    """`SAMPLE`: the rows of jobs that read from somewhere else."""
    found = [row.value for row in contract.fixtures.values() if _is_table(row.value)]
    table = found[0] if found else {"header": [], "rows": []}
    return assigned("SAMPLE", Invoke("Table", (list(table["header"]), [list(row) for row in table["rows"]])))


def _has_rows(row: Mapping[str, Any]) -> bool:
    private = row.get("$private", {})
    return isinstance(private, Mapping) and "rows" in private


def _is_table(value: Any) -> bool:
    return isinstance(value, Mapping) and {"header", "rows"} <= set(value)
