"""The tables that a batch job reads and writes: the rows of the input, and the scored CSV that an output describes.

An output's columns, and the request members that change them (passthrough columns, renaming, delimiter ...), are data
in `relations.yaml`; this module only carries them out.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from mockgen.scoring import Prediction, cell, predict
from mockgen.world import Resource, World
from specs.contract import Contract, Lifecycle, Output
from specs.pointers import MISSING, get

ENCODINGS = frozenset(("utf-8", "utf8", "utf-8-sig", "ascii", "latin-1", "latin1", "iso-8859-1", "cp1252", "utf-16"))
"""Encodings that an imitator reads; everything else is read as UTF-8."""
PLACE = re.compile(r"\{([^{}]*)\}")
"""A place in a template: `{name}`, or `{/pointer}` for a member of what a client has sent."""


@dataclass(frozen=True)
class Table:
    """Rows of text under a header."""

    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True)
class Model:
    """The resource that scores, its kind in the output's columns, and the facts about it that are never shown."""

    identity: str
    kind: str
    private: Mapping[str, Any]


def read_table(data: bytes, output: Output | None, request: Any) -> Table | None:
    """The rows of a CSV text, None when it is not text of its encoding. Blank lines do not count."""
    dialect = _dialect(output, request)
    try:
        text = data.decode(dialect["encoding"])
        lines = [tuple(row) for row in csv.reader(io.StringIO(text, newline=""), **dialect["csv"]) if row]
    except (UnicodeDecodeError, csv.Error):
        return None
    return Table(lines[0], tuple(lines[1:])) if lines else Table((), ())


def joined(pieces: Sequence[bytes], output: Output | None, request: Any) -> bytes:
    """Several CSV texts, each with its header, as one under the first header. Unreadable pieces are left out."""
    dialect = _dialect(output, request)
    target = io.StringIO(newline="")
    writer = csv.writer(target, lineterminator="\n", **dialect["csv"])
    for index, piece in enumerate(pieces):
        table = read_table(piece, output, request)
        if table is not None:
            writer.writerows([table.header, *table.rows] if index == 0 else table.rows)
    return target.getvalue().encode(dialect["encoding"], "replace")


def input_table(contract: Contract, world: World, lifecycle: Lifecycle, resource: Resource) -> Table:
    """What a job scores: its upload, the rows of a resource that it names, or the rows that the fixtures hold."""
    if resource.intake is not None:
        found = read_table(resource.intake, output_of(contract, lifecycle), resource.request)
        return found or Table((), ())
    references = lifecycle.created_by.references if lifecycle.created_by else ()
    for reference in references:
        other = world.resources.get((reference.resource, str(get(resource.request, reference.place.name))))
        if other is not None and other.intake is not None:
            return read_table(other.intake, None, None) or Table((), ())
        if other is not None and "rows" in other.private:
            return _from_fixture(other.private["rows"])
    tables = [
        row.value for row in contract.fixtures.values() if isinstance(row.value, Mapping) and "header" in row.value
    ]
    return _from_fixture(tables[0]) if tables else Table((), ())


def output_of(contract: Contract, lifecycle: Lifecycle) -> Output | None:
    """The layout of what a lifecycle's results operation hands out."""
    name = lifecycle.results.output if lifecycle.results else ""
    return contract.outputs.get(name)


def scored_csv(world: World, table: Table, output: Output, request: Any, model: Model) -> bytes:
    """The scored table as CSV text, in the order of the input."""
    dialect = _dialect(output, request)
    columns = _remapped(list(_columns(output, request, table, model)), output, request)
    target = io.StringIO(newline="")
    writer = csv.writer(target, lineterminator="\n", **dialect["csv"])
    writer.writerow([name for name, _ in columns])
    for row in table.rows:
        record = dict(zip(table.header, row, strict=False))
        prediction = predict(world.seed, model.identity, model.private, record)
        writer.writerow([fill(prediction, record) for _, fill in columns])
    return target.getvalue().encode(dialect["encoding"], "replace")


def model_columns(output: Output, model: Model) -> Iterator[tuple[str, str, str]]:
    """The prediction columns of a model: name, what it shows, and the class where there is one a class."""
    classes: Sequence[str] = model.private.get("classes", ())
    positive = str(model.private.get("positive", ""))
    words = {
        "target": model.private.get("target", ""),
        "positive": positive,
        "negative": next((name for name in classes if name != positive), ""),
    }
    for column in output.columns[model.kind]:
        for name in classes if "each" in column else ("",):
            yield filled(column["name"], {**words, "class": name}), column["shows"], name


def cells(world: World, table: Table, output: Output, model: Model) -> Iterator[list[str]]:
    """The header and the prediction cells of every row, without the input's columns."""
    columns = list(model_columns(output, model))
    yield [name for name, _, _ in columns]
    for row in table.rows:
        record = dict(zip(table.header, row, strict=False))
        prediction = predict(world.seed, model.identity, model.private, record)
        yield [cell(shows, prediction, of_class) for _, shows, of_class in columns]


Column = tuple[str, Callable[[Prediction, Mapping[str, str]], str]]


def _columns(output: Output, request: Any, table: Table, model: Model) -> Iterator[Column]:
    rules = output.parameters
    with_scores = _asked(request, rules, "probabilities", True)
    wanted = _asked(request, rules, "probability_classes", None) or None
    positive = str(model.private.get("positive", ""))
    for name, shows, of_class in model_columns(output, model):
        hidden = not with_scores and shows in rules.get("without_probabilities", ())
        of = {"positive_score": positive, "negative_score": _other(model, positive)}.get(shows, of_class)
        if hidden or (wanted and shows in rules.get("class_columns", ()) and of not in wanted):
            continue
        yield name, _prediction_cell(shows, of_class)
    if _asked(request, rules, "status", False):
        yield rules["status_column"], lambda _prediction, _record: str(rules["status_ok"])
    passthrough = _asked(request, rules, "passthrough", None) or ()
    if _asked(request, rules, "passthrough_set", None) == "all":
        passthrough = table.header
    for name in passthrough:
        yield name, _passthrough_cell(name)


def _prediction_cell(shows: str, of_class: str) -> Callable[[Prediction, Mapping[str, str]], str]:
    return lambda prediction, _record: cell(shows, prediction, of_class)


def _passthrough_cell(name: str) -> Callable[[Prediction, Mapping[str, str]], str]:
    return lambda _prediction, record: record.get(name, "")


def _other(model: Model, positive: str) -> str:
    return next((name for name in model.private.get("classes", ()) if name != positive), "")


def _remapped(columns: list[Column], output: Output, request: Any) -> list[Column]:
    """Columns under new names; a column whose new name is null or false is dropped."""
    asked = _asked(request, output.parameters, "remapping", None) or {}
    if isinstance(asked, list):
        asked = {row.get("inputName"): row.get("outputName") for row in asked if isinstance(row, Mapping)}
    return [(asked.get(name, name), fill) for name, fill in columns if asked.get(name, name)]


def _asked(request: Any, rules: Mapping[str, Any], name: str, default: Any) -> Any:
    """What the create request says at the place that the output's parameters name."""
    found = get(request, rules[name]) if name in rules else MISSING
    return default if found is MISSING else found


def _dialect(output: Output | None, request: Any) -> dict[str, Any]:
    rules = output.parameters if output else {}
    delimiter = _asked(request, rules, "delimiter", ",")
    quotechar = _asked(request, rules, "quotechar", '"')
    encoding = str(_asked(request, rules, "encoding", "utf-8")).lower()
    return {
        "encoding": encoding if encoding in ENCODINGS else "utf-8",
        "csv": {
            "delimiter": "\t" if delimiter == rules.get("tab_word") else _one(delimiter, ","),
            "quotechar": _one(quotechar, '"'),
        },
    }


def _one(text: Any, default: str) -> str:
    usable = isinstance(text, str) and len(text) == 1 and text not in "\r\n\0 "
    return text if usable else default


def _from_fixture(value: Mapping[str, Any]) -> Table:
    return Table(tuple(value["header"]), tuple(tuple(row) for row in value["rows"]))


def filled(template: str, words: Mapping[str, object]) -> str:
    """The template with `{name}` replaced, in one pass: what a client has sent is never read as a place itself."""
    return PLACE.sub(lambda found: str(words.get(found[1], found[0])), template)
