"""Finished jobs with their output files, put together from the exchanges and files of a history.

Output checks speak of a job, its model, its input and its result. Where these come from differs: some vendors serve the
result by a call, others write files to an object store; both become a `Result` here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from conformance.findings import Finding, not_run
from conformance.history import Artefact, Exchange
from conformance.judging.models import Model, models
from conformance.judging.output_files import Dialect, Problem, Table, gunzip, read_csv, read_json_lines
from conformance.judging.view import Observation, View
from conformance.plans.samples import read_place
from specs.contract import Lifecycle, Output, Requirement
from specs.pointers import MISSING, get


@dataclass(frozen=True)
class Job:
    """A job that reached a success. `model` is None when the request names a model that nobody knows."""

    identity: str
    created: Exchange
    request: Mapping[str, Any]
    model: Model | None
    final: Observation
    last: Observation
    upload: Exchange | None
    parts: tuple[Exchange, ...]
    """The accepted parts of the input, in the order of their numbers."""
    downloads: tuple[Exchange, ...]
    files: tuple[Artefact, ...]

    @property
    def witness(self) -> tuple[int, ...]:
        """The exchanges that made the job and saw its success."""
        return self.created.index, self.final.exchange


@dataclass(frozen=True)
class Result:
    """One result of a job: a table or the values of JSON Lines, and the input that it answers (None if unknown)."""

    job: Job
    name: str
    content: Table | tuple[Any, ...] | Problem
    source: bytes | None
    witness: tuple[int, ...]


def jobs(view: View, resource: str, output: Output) -> Iterator[Job]:
    """Every job of this history that was seen in a state of success."""
    life = view.contract.lifecycles[resource]
    known = {model.identity: model for model in models_of(view, output)}
    for (name, identity), created in view.creations.items():
        rows = view.observations.get((name, identity), ()) if name == resource else ()
        done = [row for row in rows if row.source == "get" and row.state and life.final.get(row.state) == "success"]
        request = created.call.body if created.call else None
        if not done or not isinstance(request, Mapping):
            continue
        asked = get(request, str(output.parameters.get("by", "")))
        downloads = _about(view, life, "results", identity)
        uploads = _about(view, life, "upload", identity)
        yield Job(
            identity=identity,
            created=created,
            request=request,
            model=known.get(asked) or _made(view, output, asked) if isinstance(asked, str) else None,
            final=done[0],
            last=done[-1],
            upload=uploads[0] if uploads else None,
            parts=_parts(view, life, identity),
            downloads=tuple(item for item in downloads if item.sent_at >= done[0].received_at),
            files=view.artefacts.get(created.slot, ()) if created.slot else (),
        )


def models_of(view: View, output: Output) -> tuple[Model, ...]:
    """The models that an output's jobs may name."""
    rules = output.parameters
    if "resource" not in rules:
        return ()
    return tuple(models(view.contract, view.fixtures, str(rules["resource"]), str(rules.get("kind_of", ""))))


def _made(view: View, output: Output, identity: str) -> Model | None:
    """A model that this run made, as reads show it: nothing is known of it but its kind."""
    rules = output.parameters
    resource, pointer = str(rules.get("resource", "")), str(rules.get("kind_of", ""))
    rows = view.observations.get((resource, identity), ()) if (resource, identity) in view.creations else ()
    kinds = [(get(row.document, pointer), row.document) for row in rows if row.source == "get"]
    return next((Model(identity, kind, {}, document) for kind, document in kinds if isinstance(kind, str)), None)


def _about(view: View, life: Lifecycle, what: str, identity: str) -> tuple[Exchange, ...]:
    """The accepted calls of a job's upload or results operation."""
    row = life.results if what == "results" else life.upload
    exchanges = view.by_operation.get(row.operation, ()) if row else ()
    return tuple(
        item
        for item in exchanges
        if item.accepted and row and item.call and read_place(item.call, row.identity) == identity
    )


def _parts(view: View, life: Lifecycle, identity: str) -> tuple[Exchange, ...]:
    """The accepted parts of a job's input: of those with one number the last one."""
    row = life.upload.parts if life.upload else None
    found: dict[int, Exchange] = {}
    for item in view.by_operation.get(row.operation, ()) if row else ():
        if row and item.accepted and item.call and read_place(item.call, row.identity) == identity:
            number = read_place(item.call, row.number)
            if isinstance(number, int):
                found[number] = item
    return tuple(found[number] for number in sorted(found))


def _joined(parts: tuple[Exchange, ...]) -> bytes | None:
    """The parts of an input under the header of the first one; None where there are none."""
    bodies = [part.call.body for part in parts if part.call]
    texts = [body for body in bodies if isinstance(body, bytes)]
    if not texts or len(texts) != len(parts):
        return None
    whole = [text if text.endswith(b"\n") else text + b"\n" for text in texts]
    return b"".join([whole[0], *(text.partition(b"\n")[2] for text in whole[1:])])


def results(view: View, resource: str, output: Output) -> Iterator[Result]:
    """The results of all finished jobs: the first download of each, or a file for each input file."""
    served = view.contract.lifecycles[resource].results is not None
    for job in jobs(view, resource, output):
        yield from _downloaded(job, output) if served else _stored(job, output)


def _downloaded(job: Job, output: Output) -> Iterator[Result]:
    if not job.downloads:
        return
    exchange = job.downloads[0]
    data = exchange.response.body if exchange.response else b""
    uploaded = job.upload.call.body if job.upload and job.upload.call else None
    source = uploaded if isinstance(uploaded, bytes) else _joined(job.parts)
    witness = (*job.witness, exchange.index)
    yield Result(job, "the download", read_csv(data, dialect(output, job.request)), source, witness)


def _stored(job: Job, output: Output) -> Iterator[Result]:
    files = {file.uri: file for file in job.files}
    for source in inputs(job, output):
        uri = result_uri(job, output, source.uri)
        file = files.get(uri)
        content: Table | tuple[Any, ...] | Problem
        if file is None or file.problem is not None:
            content = Problem(file.problem if file and file.problem else f"there is no file {uri}")
        else:
            content = READERS[output.format](file.data)
        yield Result(job, uri, content, None if source.problem else source.data, job.witness)


def _packed_csv(data: bytes) -> Table | Problem:
    unpacked = gunzip(data)
    return unpacked if isinstance(unpacked, Problem) else read_csv(unpacked)


READERS = {"csv": read_csv, "csv_gzip": _packed_csv, "json_lines": read_json_lines}
"""Format of an output -> how a file of it is read."""


def folder(job: Job, output: Output) -> str:
    """The location that the job was told to write to."""
    value = get(job.request, str(output.parameters.get("folder", "/-")))
    return value if isinstance(value, str) else ""


def inputs(job: Job, output: Output) -> tuple[Artefact, ...]:
    """The collected files that do not lie below the output location: what the job read."""
    place = folder(job, output)
    return tuple(file for file in job.files if place and not file.uri.startswith(place))


def result_uri(job: Job, output: Output, source: str) -> str:
    """Where the result of an input file is documented to be."""
    return folder(job, output) + expand(str(output.parameters["object"]), job.request, input=source.rsplit("/", 1)[-1])


def expand(template: str, request: Mapping[str, Any], **values: str) -> str:
    """A template with `{/pointer}` taken from the request and `{name}` from the values."""

    def value(found: re.Match[str]) -> str:
        name = found[1]
        return str(get(request, name)) if name.startswith("/") else values.get(name, found[0])

    return re.sub(r"\{([^{}]+)\}", value, template)


def dialect(output: Output, request: Mapping[str, Any]) -> Dialect:
    """The CSV dialect that a create request asks for."""
    rules, default = output.parameters, Dialect()
    read = {name: option(output, request, name) for name in ("delimiter", "quotechar", "encoding")}
    texts = {name: value for name, value in read.items() if isinstance(value, str) and value}
    delimiter = texts.get("delimiter", default.delimiter)
    return Dialect(
        "\t" if delimiter == rules.get("tab_word") else delimiter,
        texts.get("quotechar", default.quotechar),
        texts.get("encoding", default.encoding),
    )


def option(output: Output, request: Mapping[str, Any], name: str) -> Any:
    """What the request says about an option of the layout, None when it says nothing."""
    pointer = output.parameters.get(name)
    value = get(request, pointer) if isinstance(pointer, str) else None
    return None if value is MISSING else value


def output_of(view: View, requirement: Requirement) -> tuple[str, Output]:
    """The resource and the output that a requirement is about."""
    rules = requirement.parameters
    return str(rules["resource"]), view.contract.outputs[str(rules["output"])]


def source_table(view: View, output: Output, result: Result) -> Table | Problem:
    """The input of a result as a table without blank lines.

    An input file need not have a header line: a first line without the names of the contract's sample records is a row.
    """
    if result.source is None:
        return Problem("it is not known to the run")
    table = read_csv(result.source, dialect(output, result.job.request))
    if isinstance(table, Problem):
        return table
    rows = tuple(row for row in table.rows if row)
    names = [set(value) for value in view.fixtures.values() if isinstance(value, Mapping) and value]
    stored = view.contract.lifecycles[result.job.final.lifecycle].results is None
    if stored and not any(record <= set(table.header) for record in names):
        return Table((), (table.header, *rows))
    return Table(table.header, rows)


def no_result(view: View, requirement: Requirement) -> Finding:
    """Why there is no result to judge."""
    resource, output = output_of(view, requirement)
    stored = view.contract.lifecycles[resource].results is None
    if stored and not view.history.artefacts:
        return not_run(requirement, "the profile maps no object store, or nothing was read from it")
    finished = any(True for _ in jobs(view, resource, output))
    return not_run(requirement, "no result of a finished job was read" if finished else "no job was seen to succeed")
