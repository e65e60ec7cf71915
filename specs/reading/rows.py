"""Rows of the YAML files, as the frozen values of `specs.contract`.

The data has already passed the schema of its file, so nothing here checks shapes; each function is the one place that
knows the spelling of its row.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Literal

from specs.collection import Adding, Bound, Collection, Removing, Reservation, Showing
from specs.contract import (
    Apart,
    Auth,
    Barred,
    Command,
    Consistency,
    Creation,
    Dispute,
    ErrorClass,
    ErrorForm,
    FieldRule,
    Filter,
    Fixture,
    Lifecycle,
    Listing,
    Making,
    Observation,
    Operation,
    Order,
    Output,
    Paging,
    Parts,
    Passthrough,
    Place,
    Reference,
    Requirement,
    Results,
    Sample,
    Scorer,
    Upload,
    Variant,
)

Row = Mapping[str, Any]
LOCATIONS: tuple[Literal["body", "path", "query", "header"], ...] = ("body", "path", "query", "header")


def place(row: Row) -> Place:
    """`{body: /pointer}`, `{path: name}`, `{query: name}` or `{header: Name}`, each with an optional `segment`."""
    location = next(key for key in LOCATIONS if key in row)
    return Place(location, row[location], row.get("segment"))


def _decided(row: Row) -> Row:
    """The row without its mark that an importer guessed it: `specs lint` lists that."""
    return {key: value for key, value in row.items() if key not in ("assumed", "why")}


def _place_or_none(row: Row | None) -> Place | None:
    return place(row) if row is not None else None


def dispute(row: Row | None) -> Dispute | None:
    """The variants of a dispute; None without one."""
    if row is None:
        return None
    return Dispute(row["question"], tuple(Variant(item["name"], item["source"]) for item in row["variants"]))


def auth(row: Row) -> Auth:
    """How a vendor's calls are authenticated."""
    return Auth(**{**_decided(row), "prefixes": tuple(row.get("prefixes", ()))})


def fixtures(rows: Row) -> Mapping[str, Fixture]:
    """Fixtures by name."""
    return MappingProxyType(
        {name: Fixture(name, row["meaning"], row["value"], bool(row.get("assumed"))) for name, row in rows.items()}
    )


def errors(rows: Row) -> Mapping[str, ErrorClass]:
    """Error classes by name."""
    return MappingProxyType(
        {
            name: ErrorClass(
                name,
                tuple(ErrorForm(form["status"], form.get("code")) for form in row["forms"]),
                row["message"],
                row.get("media_type"),
                dispute(row.get("dispute")),
            )
            for name, row in rows.items()
        }
    )


def sample(operation: str, row: Row) -> Sample:
    """One valid call, its placeholders still in it."""
    return Sample(operation, **_decided(row), assumed=bool(row.get("assumed")))


def requirement(row: Row, origin: Literal["written", "wire"], line: str, known: Mapping[str, Operation]) -> Requirement:
    """A requirement that was written by hand. What it needs is what it says and what the operations it names need."""
    parameters = row.get("with", {})
    named = [str(parameters[key]) for key in ("operation", "batch", "single") if key in parameters]
    needed = [known[name].feature for name in named if name in known]
    return Requirement(
        id=row["id"],
        sentence=row["sentence"],
        source=row["source"],
        strength=row["strength"],
        check=row["check"],
        operation=parameters.get("operation"),
        parameters=parameters,
        features=tuple(dict.fromkeys(name for name in (row.get("feature"), *needed) if name)),
        dispute=dispute(row.get("dispute")),
        origin=origin,
        line=line,
    )


def lifecycle(name: str, row: Row, source: str) -> Lifecycle:
    """One resource. `source` serves rows that name none."""
    spelled = {state: tuple(names) for state, names in row.get("spellings", {}).items() if state != "dispute"}
    return Lifecycle(
        name=name,
        title=row["title"],
        source=row.get("source", source),
        initial=row.get("initial", ""),
        transitions=row.get("transitions", {}),
        final=row.get("final", {}),
        course=tuple(row.get("course", ())),
        failure=row.get("failure", ""),
        created_by=_creation(row["created_by"]) if "created_by" in row else None,
        observed_by=_observation(row["observed_by"]) if "observed_by" in row else None,
        listed_by=_listing(row["listed_by"]) if "listed_by" in row else None,
        commands={key: _command(key, item) for key, item in row.get("commands", {}).items()},
        upload=_upload(row["upload"]) if "upload" in row else None,
        results=_results(row["results"]) if "results" in row else None,
        fields=tuple(_field(pointer, item) for pointer, item in row.get("fields", {}).items()),
        consistency=Consistency(**row.get("consistency", {})),
        spellings=spelled,
        spelling_dispute=dispute(row.get("spellings", {}).get("dispute")),
        not_found=row.get("not_found", "not_found"),
        gone=tuple(row.get("gone", ())),
        absent=row.get("absent"),
        seeded=tuple(row.get("seeded", ())),
        failing_request=row.get("failing_request"),
    )


def _creation(row: Row) -> Creation:
    return Creation(
        operation=row["operation"],
        identity=place(row.get("identity") or row["chosen_by_client"]),
        answered="identity" in row,
        chosen_by_client=_place_or_none(row.get("chosen_by_client")),
        template=row.get("template", ""),
        unique=_place_or_none(row.get("unique")),
        again_same=row.get("again_same", "undocumented"),
        again_different=row.get("again_different", "undocumented"),
        references=tuple(
            Reference(**{**item, "place": place(item["place"]), "only": _values(item.get("only", {}))})
            for item in row.get("references", ())
        ),
        apart=tuple(Apart(tuple(map(place, item["places"])), item["refused_as"]) for item in row.get("apart", ())),
        barred=tuple(
            Barred(place(item["place"]), tuple(item["values"]), item["refused_as"]) for item in row.get("barred", ())
        ),
        answer=row.get("answer"),
        also=tuple(row.get("also", ())),
        intake=_place_or_none(row.get("intake")),
    )


def _observation(row: Row) -> Observation:
    asked = {pointer: place(item) for pointer, item in row.get("on_request", {}).items()}
    return Observation(row["operation"], place(row["identity"]), row.get("at", ""), row["state"], asked)


def _listing(row: Row) -> Listing:
    order = row.get("order")
    return Listing(
        operation=row["operation"],
        items=row["items"],
        identity=row["identity"],
        state=row.get("state", ""),
        omits=tuple(row.get("omits", ())),
        only=tuple(row.get("only", ())),
        adds=row.get("adds", {}),
        on_request={pointer: place(item) for pointer, item in row.get("on_request", {}).items()},
        paging=_paging(row["paging"]) if "paging" in row else None,
        filters=tuple(_filter(item) for item in row.get("filters", ())),
        order=Order(place(order["place"]), order["values"]) if order else None,
    )


def _paging(row: Row) -> Paging:
    places = {key: place(row[key]) for key in ("limit", "token", "offset") if key in row}
    return Paging(**{**row, **places})


def _filter(row: Row) -> Filter:
    places = {key: place(row[key]) for key in ("place", "variable") if key in row}
    return Filter(**{**row, **places})


def _command(name: str, row: Row) -> Command:
    return Command(
        name=name,
        operation=row["operation"],
        identity=place(row["identity"]),
        event=row.get("event", ""),
        from_states=tuple(row.get("from", ())),
        otherwise=row.get("otherwise", "undocumented"),
        sets={pointer: place(item) for pointer, item in row.get("sets", {}).items()},
        stamps={pointer: place(item) for pointer, item in row.get("stamps", {}).items()},
        unlists=row.get("unlists", False),
        makes=_making(row["makes"]) if "makes" in row else None,
        source=row.get("source", ""),
        answer=row.get("answer"),
    )


def _making(row: Row) -> Making:
    return Making(row["resource"], row["request"], place(row["identity"]))


def _upload(row: Row) -> Upload:
    parts = _parts(row["parts"]) if "parts" in row else None
    return Upload(**{**row, "identity": place(row["identity"]), "parts": parts})


def _parts(row: Row) -> Parts:
    places = {key: place(row[key]) for key in ("identity", "number", "finish_identity")}
    return Parts(**{**row, **places})


def _values(row: Mapping[str, Any]) -> Mapping[str, tuple[Any, ...]]:
    return {pointer: tuple(values) for pointer, values in row.items()}


def _results(row: Row) -> Results:
    changed = {"identity": place(row["identity"]), "available_in": tuple(row["available_in"])}
    return Results(**{**row, "otherwise": row.get("otherwise", {}), **changed})


def _field(pointer: str, row: Row) -> FieldRule:
    changed: dict[str, Any] = {key: tuple(row[key]) for key in ("present_in", "absent_in") if key in row}
    if "echoes" in row:
        changed["echoes"] = place(row["echoes"])
    return FieldRule(**{"pointer": pointer, **row, **changed})


def collection(name: str, row: Row, source: str) -> Collection:
    """Items that clients hang on resources. `source` serves a row that names none."""
    adding, removing = row["added_by"], row["removed_by"]
    changed: dict[str, Any] = {
        "source": row.get("source", source),
        "owner": place(row["owner"]),
        "added_by": Adding(adding["operation"], place(adding["items"])),
        "removed_by": Removing(**{**removing, "keys": place(removing["keys"])}),
        "listed_by": Showing(**row["listed_by"]),
        "at_creation": _place_or_none(row.get("at_creation")),
        "echoes": {pointer: place(item) for pointer, item in row.get("echoes", {}).items()},
        "at_most": Bound(**row["at_most"]) if "at_most" in row else None,
        "reserved": Reservation(**row["reserved"]) if "reserved" in row else None,
    }
    return Collection(**{"name": name, **row, **changed})


def scorer(name: str, row: Row) -> Scorer:
    """An operation that scores at once."""
    states = {"needs_states": tuple(row.get("needs_states", ()))}
    asked = row.get("passthrough")
    passed = {} if asked is None else {"passthrough": _passthrough(asked)}
    return Scorer(**{"name": name, **row, "model": place(row["model"]), **states, **passed})


def _passthrough(row: Row) -> Passthrough:
    return Passthrough(place(row["columns"]), place(row["every"]), row["at"], row.get("both", ""))


def output(name: str, row: Row) -> Output:
    """The layout of a tabular output."""
    columns = {kind: tuple(items) for kind, items in row.get("columns", {}).items()}
    return Output(name, row["format"], columns, row.get("parameters", {}))
