"""The models that a target has before a run: the seeded documents of a contract, with the target's values filled in.

Relations and output files are judged by what a model is (regression, binary, multiclass; its classes). A contract knows
that for the models of the embedded servers; for a model that a profile names, it knows the kind and nothing else.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from specs.contract import Contract
from specs.pointers import get


@dataclass(frozen=True)
class Model:
    """One seeded resource. `facts` (target, classes, positive) are empty unless the model is the contract's own."""

    identity: str
    kind: str
    facts: Mapping[str, Any]
    document: Mapping[str, Any]


def filled(value: Any, fixtures: Mapping[str, Any], contract: Contract) -> Any:
    """A value with `{$fixture: name}` replaced by the target's value, or the contract's where the target names none."""
    if isinstance(value, Mapping):
        if set(value) == {"$fixture"}:
            name = value["$fixture"]
            return fixtures.get(name, contract.fixtures[name].value)
        return {key: filled(member, fixtures, contract) for key, member in value.items()}
    return [filled(item, fixtures, contract) for item in value] if isinstance(value, list) else value


def models(contract: Contract, fixtures: Mapping[str, Any], resource: str, kind_of: str) -> Iterator[Model]:
    """The seeded documents of a resource that a fixture names. `kind_of` points to the kind inside a document."""
    for document in contract.lifecycles[resource].seeded:
        names = [value["$fixture"] for value in document.values() if isinstance(value, Mapping) and "$fixture" in value]
        if not names:
            continue
        whole = filled(document, fixtures, contract)
        identity, kind = filled({"$fixture": names[0]}, fixtures, contract), get(whole, kind_of)
        known = identity == contract.fixtures[names[0]].value
        if isinstance(identity, str) and isinstance(kind, str):
            yield Model(identity, kind, whole.get("$private", {}) if known else {}, whole)
