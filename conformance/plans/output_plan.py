"""Plans of jobs whose output is judged: one for each kind of model and each option that changes the layout.

Each job goes from creation to its final state in one scenario: input, polling, then a download or a look into the
object store. Every job writes to a folder of its own, so that no job's files are taken for another's.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from conformance.history import Case
from conformance.judging.models import Model, filled, models
from conformance.judging.output_files import Dialect, Table, write_csv
from conformance.judging.output_layout import columns_of
from conformance.plan import Mode, Scenario, Step
from conformance.plans.samples import Samples, with_value, write_place
from specs.contract import Contract, Lifecycle, Output, Requirement
from specs.message import Call
from specs.pointers import MISSING, get

CHECKED = (
    *(
        "output_made",
        "output_manifest",
        "output_rows",
        "output_columns",
        "output_order",
        "output_equals_single",
        "output_scores",
        "json_lines_joined",
        "top_k",
    ),
    *("output_passthrough", "output_probabilities", "output_label", "output_agrees"),
)
"""The checks that these plans serve."""

VERBATIM = (
    *("007", "1.50", 'a "quoted", word', " padded ", "naïve ✓", "NaN", "", "true"),
    *("NA", "null", "1e5", "-0", "'", "0x1F", "TRUE", "2024-01-02"),
)
"""Texts that a passthrough column has to keep and that careless readers change."""

LATIN = "latin-1"
FEW = 5
"""How many results a job asks for that is to be given fewer than by default."""

PARTS = 3
"""So many parts an input is divided into."""

Options = Mapping[str, Any]
"""Options of a job by name of the layout's parameter; what begins with a colon is about its input (`INPUTS`)."""
INPUTS: Mapping[str, str] = {
    ":crlf": "lines that end with CR LF",
    ":fewer": "the last rows only, turned round",
    ":other": "other texts in the awkward column",
    ":parts": "in several parts",
    ":twice": "the first row once more at the end",
}


def plan_outputs(contract: Contract, samples: Samples, seed: int) -> tuple[Scenario, ...]:
    """One scenario for each (resource, output) of the requirements, kind of model and variant of options."""
    del seed
    return tuple(
        scenario
        for resource, output in _pairs(contract)
        for scenario in _scenarios(contract, samples, contract.lifecycles[resource], output)
    )


def _pairs(contract: Contract) -> Iterator[tuple[str, Output]]:
    names = {
        (str(item.parameters["resource"]), str(item.parameters["output"])): None
        for item in contract.requirements.values()
        if item.check in CHECKED and "output" in item.parameters
    }
    for resource, output in names:
        if contract.lifecycles[resource].created_by and contract.lifecycles[resource].observed_by:
            yield resource, contract.outputs[output]


def _serves(contract: Contract, resource: str) -> tuple[str, ...]:
    wanted: list[Requirement] = [
        item
        for item in contract.requirements.values()
        if item.check in (*CHECKED, "status_text") and item.parameters.get("resource") == resource
    ]
    return tuple(item.id for item in wanted)


def _scenarios(contract: Contract, samples: Samples, life: Lifecycle, output: Output) -> Iterator[Scenario]:
    rules = output.parameters
    known = models(contract, samples.fixtures, str(rules["resource"]), str(rules.get("kind_of", "")))
    kinds = rules.get("kinds")
    for number, model in enumerate(one for one in known if not kinds or one.kind in kinds):
        for name, options in _variants(output, model, first=number == 0):
            slot = f"output:{output.name}:{number + 1}:{model.kind}:{name}"
            yield Scenario(
                slot, tuple(job_steps(contract, samples, life, output, model.identity, slot, options)), mode=Mode.create
            )


def _variants(output: Output, model: Model, *, first: bool) -> Iterator[tuple[str, Options]]:
    """Options by name of the layout's parameter. What concerns the dialect is tried with one model only."""
    rules = output.parameters
    key = rules.get("key")
    if key is None:
        yield "plain", {}
        if "limit" in rules:
            yield "few", {"limit": FEW}
        return
    yield "key", {"passthrough": [key, "note"], "status": True}
    yield "bare", {"passthrough_set": "all", "probabilities": False}
    classes = model.facts.get("classes", ())
    if classes and "probability_classes" in rules:
        yield "class", {"passthrough": [key], "probability_classes": [str(classes[0])]}
    if first:
        yield "plain", {":twice": True}
        yield "dialect", {"passthrough": [key, "note"], "delimiter": ";", ":other": True}
        yield "tab", {"passthrough": [key, "note"], "delimiter": rules.get("tab_word", "\t")}
        yield "quotes", {"passthrough": [key, "note"], "quotechar": "'", ":other": True}
        yield "encoding", {"passthrough": [key, "note"], "encoding": LATIN}
        yield "crlf", {"passthrough": ["note", key], ":crlf": True}
        yield "fewer", {"passthrough": [key, "note"], ":fewer": True}
        yield "parts", {"passthrough": [key, "note"], ":parts": True}
        yield from _renamings(output, model, str(key))


def _renamings(output: Output, model: Model, key: str) -> Iterator[tuple[str, Options]]:
    """New names for a column of the model and for one that is passed through, and none for another, in both forms."""
    names = [column.name for column in columns_of(output, model.kind, model.facts)] if model.facts else []
    if "remapping" not in output.parameters or not names:
        return
    asked = {names[-1]: "renamed", key: "the key"}
    rows = [{"inputName": name, "outputName": new} for name, new in {**asked, "note": None}.items()]
    for label, remapping in (("renamed", asked), ("renamed by rows", rows)):
        yield label, {"passthrough": [key, "note"], "remapping": remapping}


def job_steps(
    contract: Contract, samples: Samples, life: Lifecycle, output: Output, model: Any, slot: str, options: Options
) -> Iterator[Step]:
    """A job from its creation to its output; `model` is the identity of its model, or the slot that holds it."""
    assert life.created_by
    assert life.observed_by
    create = _create_call(samples, life, output, model, options)
    parts = life.upload.parts if life.upload else None
    if ":parts" in options:
        if parts is None:
            return
        create = replace(create, body=_with_all(create.body, parts.when))
    serves = _serves(contract, life.name)
    case = Case("relation", serves[0], slot, ("accepted",), slot, also=serves[1:])
    yield Step(case, create, slot=slot, creates=life.name)
    if life.upload and all(get(create.body, pointer) == value for pointer, value in life.upload.when.items()):
        yield from (Step(case, call, slot=slot) for call in _uploads(samples, life, output, slot, options))
    read = samples.call(life.observed_by.operation, {life.name: slot})
    case = replace(case, expect=("any",))
    yield Step(case, read, "poll", slot=slot, lifecycle=life.name)
    if life.results:
        yield Step(case, samples.call(life.results.operation, {life.name: slot}), slot=slot)
        return
    where = {"prefixes": (get(create.body, str(output.parameters["folder"])),), "uris": ()}
    source = _source_uri(contract, samples, life, str(output.parameters.get("input", "")), create)
    if isinstance(source, str):
        where["prefixes" if source.endswith("/") else "uris"] += (source,)
    yield Step(replace(case, parameters=where), None, "collect", slot, life.name)


def _create_call(samples: Samples, life: Lifecycle, output: Output, model: Any, options: Options) -> Call:
    assert life.created_by
    rules = output.parameters
    call = samples.call(life.created_by.operation)
    body = with_value(call.body, str(rules["by"]), model)
    asked = {str(rules[name]): value for name, value in options.items() if not name.startswith(":")}
    body = _with_all(body, asked)
    place = get(body, str(rules.get("folder", "/-")))
    if isinstance(place, str):
        body = with_value(body, str(rules["folder"]), f"{place.rstrip('/')}/{samples.naming.fresh('out')}/")
    return replace(call, body=body)


def _uploads(samples: Samples, life: Lifecycle, output: Output, slot: str, options: Options) -> Iterator[Call]:
    """The calls that hand over the input: one, or one for each part and one that says that all are there."""
    assert life.upload
    parts, table = life.upload.parts, _input(samples, options)
    if table is None or ":parts" not in options or parts is None:
        call = samples.call(life.upload.operation, {life.name: slot})
        yield call if table is None else replace(call, body=_written(table, output, options))
        return
    size = -(-len(table.rows) // PARTS)
    for number, start in enumerate(range(0, len(table.rows), size)):
        call = write_place(samples.call(parts.operation, {life.name: slot}), parts.number, number)
        piece = Table(table.header, table.rows[start : start + size])
        yield replace(call, body=_written(piece, output, options))
    yield samples.call(parts.finish, {life.name: slot})


def _input(samples: Samples, options: Options) -> Table | None:
    """The fixtures' table with a column of awkward texts beside it; None when the fixtures have no table."""
    table = next(
        (value for value in samples.fixtures.values() if isinstance(value, Mapping) and "header" in value), None
    )
    if table is None:
        return None
    coding = str(options.get("encoding", "utf-8"))
    texts = [text.encode(coding, "ignore").decode(coding) for text in VERBATIM]
    first = len(VERBATIM) // 2 if ":other" in options else 0
    rows = tuple(
        (*(str(cell) for cell in row), texts[(number + first) % len(texts)]) for number, row in enumerate(table["rows"])
    )
    kept = rows[len(rows) // 2 :][::-1] if ":fewer" in options else rows
    return Table((*table["header"], "note"), (*kept, *kept[:1]) if ":twice" in options else kept)


def _written(table: Table, output: Output, options: Options) -> bytes:
    delimiter = str(options.get("delimiter", ","))
    tab = delimiter == output.parameters.get("tab_word")
    quotechar, coding = str(options.get("quotechar", '"')), str(options.get("encoding", "utf-8"))
    return write_csv(
        table, Dialect("\t" if tab else delimiter, quotechar, coding), "\r\n" if ":crlf" in options else "\n"
    )


def _with_all(body: Any, values: Mapping[str, Any]) -> Any:
    for pointer, value in values.items():
        body = with_value(body, pointer, value)
    return body


def _source_uri(contract: Contract, samples: Samples, life: Lifecycle, pointer: str, create: Call) -> Any:
    """Where a job's input lies: named by the request, or by a seeded resource that the request names."""
    value = get(create.body, pointer)
    if value is not MISSING:
        return value
    shows = next((rule.shows for rule in life.fields if rule.pointer == pointer), None)
    if not isinstance(shows, Mapping) or "$of" not in shows:
        return None
    named = get(create.body, str(shows["by"]))
    documents = [filled(item, samples.fixtures, contract) for item in contract.lifecycles[shows["$of"]].seeded]
    return next((get(document, str(shows["at"])) for document in documents if named in document.values()), None)
