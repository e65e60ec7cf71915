"""Requirements that nobody writes: each law of a schema, an operation and a lifecycle becomes exactly one."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import pytest

import specs
from specs.contract import Place, Requirement
from specs.reading.requirements import of_lifecycle, repeated

CONTRACTS = [specs.load(vendor) for vendor in specs.vendors()]


def test_a_lifecycle_states_its_laws(parcels: specs.Contract) -> None:
    """Every row of a lifecycle that binds a server has a requirement, and no row has two."""
    made = [
        name.removeprefix("parcel_jobs.lifecycle.job.") for name in parcels.requirements if ".lifecycle.job." in name
    ]
    assert {
        *("known_state", "legal_path", "terminal_is_final", "reaches_final_state", "unknown_is_refused"),
        *("readable_after_create", "identities_are_distinct", "again_same", "again_different", "reference.scale"),
        *("list.shows_created", "list.agrees_with_get", "list.limit", "list.pages", "list.counts", "list.links"),
        "list.filter.status",
        *("command.cancel.takes_effect", "command.cancel.refused", "command.cancel.unknown_is_refused"),
        "command.cancel.is_decisive",
        *("command.rename.sets.name", "command.rename.unknown_is_refused"),
        *("command.rename.refused_changes_nothing.name", "refused_leaves_nothing"),
        *("upload.again", "upload.empty", "upload.unknown_is_refused"),
        *("results.available", "results.refused.WAITING", "results.repeatable", "results.unknown_is_refused"),
        *("field.id.constant", "field.name.echoes", "field.created.constant"),
        *("field.weighed.never_decreases", "field.weighed.at_most", "field.result.null_until"),
        *("field.weighed.rests", "field.total.rests"),
    } == set(made)
    assert len(made) == len(set(made))


def test_what_is_undocumented_never_fails(parcels: specs.Contract) -> None:
    """A repeat whose outcome no source states is reported only."""
    assert "info" == parcels.requirements["parcel_jobs.lifecycle.job.again_same"].strength


def test_every_operation_promises_the_same_things(parcels: specs.Contract) -> None:
    """Every operation takes valid calls, answers as documented and asks for credentials, under its feature."""
    for operation in parcels.operations.values():
        rows = {name: row for name, row in parcels.requirements.items() if row.operation == operation.id}
        for word in ("valid_request_is_accepted", "missing_credentials_are_refused", "wrong_credentials_are_refused"):
            row = rows[f"parcel_jobs.{operation.id}.{word}"]
            assert ((operation.feature,) if operation.feature else ()) == row.features


@pytest.mark.parametrize("contract", CONTRACTS, ids=lambda contract: contract.vendor)
def test_limits_of_an_optional_operation_need_its_feature(contract: specs.Contract) -> None:
    """A limit of an operation or member that belongs to a feature binds only targets with the feature."""
    for name, limit in contract.constraints.items():
        needed = {contract.operations[limit.operation].feature, limit.feature} - {None}
        assert needed == set(contract.requirements[name].features)


@pytest.mark.parametrize(
    ("name", "features"),
    [
        ("batch_prediction.readable_after_create", ()),
        ("data_source.readable_after_create", ("data_sources",)),
        ("data_source.list.pages", ("data_sources",)),
        ("ml_model.command.delete.takes_effect", ("models",)),
        ("ml_model.command.delete.unknown_is_refused", ("models",)),
        ("ml_model.field.MLModelType.echoes", ("models",)),
        ("ml_model.field.CreatedAt.constant", ()),
        ("ml_model.unknown_is_refused", ()),
        ("realtime_endpoint.legal_path", ("realtime",)),
    ],
)
def test_a_law_needs_the_features_that_it_is_seen_through(name: str, features: tuple[str, ...]) -> None:
    """A law of a lifecycle needs the feature of the operations without which nobody could see it."""
    assert features == specs.load("amazon_ml").requirements[f"amazon_ml.lifecycle.{name}"].features


def test_rules_of_an_optional_login_need_it() -> None:
    """Where credentials may be left out, what a login asks binds only targets that ask for them."""
    rules = [row for row in specs.load("amazon_ml").requirements.values() if row.id.startswith("sigv4.")]
    assert {("authentication",)} == {row.features for row in rules}


def _laws(contract: specs.Contract, **changes: Any) -> set[str]:
    """The laws of the invented vendor's jobs, after changes of their row."""
    life = replace(contract.lifecycles["job"], **changes)
    laws = of_lifecycle(contract.vendor, life, contract.operations, contract.lifecycles)
    return {row.id.removeprefix("parcel_jobs.lifecycle.job.") for row in laws}


def test_equal_creations_at_once_need_something_that_makes_them_equal(parcels: specs.Contract) -> None:
    """Two creations are the same one only by an id that the client chose, or by a member that is unique."""
    made = parcels.lifecycles["job"].created_by
    assert made
    again = replace(made, again_same="accepted")
    assert "again_at_once" in _laws(parcels, created_by=replace(again, unique=Place("body", "/name")))
    assert "again_at_once" not in _laws(parcels, created_by=replace(again, unique=None))


def test_only_what_may_end_a_job_at_any_time_is_decisive(parcels: specs.Contract) -> None:
    """A command that is refused in some state before the end loses no race."""
    cancel = parcels.lifecycles["job"].commands["cancel"]
    early = replace(cancel, from_states=("WAITING",))
    assert "command.cancel.is_decisive" in _laws(parcels, commands={"cancel": cancel})
    assert "command.cancel.is_decisive" not in _laws(parcels, commands={"cancel": early})


@pytest.mark.parametrize("contract", CONTRACTS, ids=lambda contract: contract.vendor)
def test_every_requirement_can_be_read(contract: specs.Contract) -> None:
    """Every requirement has a readable id, a sentence, a source, a check, and an operation that exists."""
    for name, row in contract.requirements.items():
        assert name == row.id
        assert re.fullmatch(r"[a-z0-9_]+(\.[^\s]+)+", row.id), row.id
        assert row.sentence.endswith((".", "…")), row.id
        assert row.source, row.id
        assert row.check, row.id
        assert row.operation is None or row.operation in contract.operations
    assert set(contract.constraints) <= set(contract.requirements)


def test_an_id_that_stands_twice_is_named() -> None:
    """Of requirements with one id, every one but the first is repeated."""
    rows = [
        Requirement(name, "A sentence.", "a source", "must", "check", line=str(at)) for at, name in enumerate("abab")
    ]
    assert ["2", "3"] == [row.line for row in repeated(rows)]
