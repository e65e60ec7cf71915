"""What a collection's row promises, as requirements."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

import specs
from specs.collection import Collection
from specs.contract import Requirement
from specs.reading.collection_laws import of_collection
from specs.resource import Place


def _laws(row: Collection) -> dict[str, Requirement]:
    contract = specs.load("amazon_ml")
    laws = of_collection("amazon_ml", row, contract.lifecycles, contract.operations)
    return {law.id.removeprefix("amazon_ml.collection.tags."): law for law in laws}


@pytest.fixture
def tags() -> Collection:
    """A collection with everything that a row can say."""
    return replace(specs.load("amazon_ml").collections["tags"], at_creation=Place("body", "/Tags"))


def test_each_kind_of_owner_has_a_law_of_its_own(tags: Collection) -> None:
    """That items are shown is promised for every kind of owner that a run can make, and needs that kind's feature."""
    laws = _laws(tags)
    owners = ("batch_prediction", "data_source", "ml_model", "evaluation")
    assert owners == tuple(name.removeprefix("shows_added.") for name in laws if name.startswith("shows_added."))
    assert {"tags", "evaluations"} == set(laws["shows_added.evaluation"].features)
    assert ("tags",) == laws["removed_vanishes"].features


@pytest.mark.parametrize(
    ("change", "law"),
    [
        ({"value_optional": False}, "value_is_optional"),
        ({"case_sensitive": False}, "key_is_case_sensitive"),
        ({"at_creation": None}, "at_creation.batch_prediction"),
        ({"at_most": None}, "at_most"),
        ({"reserved": None}, "reserved"),
        ({"at_creation": None}, "at_most_at_creation.ml_model"),
        ({"at_most": None}, "at_most_at_creation.ml_model"),
        ({"echoes": {}}, "AddTags.echoes.ResourceId"),
    ],
)
def test_a_row_that_says_nothing_promises_nothing(tags: Collection, change: dict[str, Any], law: str) -> None:
    """A law stands when its row does, and only then."""
    assert law in _laws(tags)
    assert law not in _laws(replace(tags, **change))


def test_a_key_in_vain_is_ignored_refused_or_nobody_knows(tags: Collection) -> None:
    """Removing an unknown key is a law when a source says what happens."""
    found = {
        outcome: {"unknown_key", "unknown_key_is_ignored"}
        & set(_laws(replace(tags, removed_by=replace(tags.removed_by, unknown_key=outcome))))
        for outcome in ("accepted", "not_found", "undocumented")
    }
    assert {"accepted": {"unknown_key_is_ignored"}, "not_found": {"unknown_key"}, "undocumented": set()} == found


def test_a_rule_with_a_source_of_its_own_has_it(tags: Collection) -> None:
    """A bound has its own strength and source, and all other laws have those of the collection."""
    laws = _laws(tags)
    assert tags.at_most
    assert tags.source != tags.at_most.source
    assert ("should", tags.at_most.source) == (laws["at_most"].strength, laws["at_most"].source)
    assert ("must", tags.source) == (laws["removed_vanishes"].strength, laws["removed_vanishes"].source)
